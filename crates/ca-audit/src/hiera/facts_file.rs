//! Files of facts: JSON or YAML, as Facter prints them, as `puppet facts` does,
//! or as Puppet keeps them (`$vardir/yaml/facts/NODE.yaml`).

use super::data_file::{Format, read};
use super::datum::{Datum, Hash, Key, Kind};
use super::failure::Failure;
use crate::place::FileId;

/// The facts in a text.
///
/// # Errors
/// What is neither JSON nor YAML, or no hash.
pub fn read_facts(text: &str) -> Result<Hash, Failure> {
    // No file of the tree: nothing in it has a place.
    let nowhere = FileId(u32::MAX);
    let is_json = text.trim_start().starts_with('{');
    let json = is_json.then(|| read(nowhere, text, Format::Json));
    let hash = match json {
        Some(Ok(hash)) => hash,
        _ => read(nowhere, text, Format::Yaml)?,
    };
    if hash.is_empty() {
        return Err(Failure::new("no facts in it"));
    }
    // `puppet facts` and Puppet's own files: `name:` and `values:`.
    match hash.get(&Key::from("values")) {
        Some(Datum {
            kind: Kind::Hash(values),
            ..
        }) if hash.contains_key(&Key::from("name")) => Ok(values.clone()),
        _ => Ok(hash),
    }
}
