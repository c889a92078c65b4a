//! Files of facts: JSON or YAML, as Facter prints them, as `puppet facts` does,
//! or as Puppet keeps them (`$vardir/yaml/facts/NODE.yaml`).

use super::data_file::{Format, read};
use super::datum::{Datum, Hash, Key, Kind};
use super::failure::Failure;
use super::world::Facts;
use crate::place::FileId;

impl Facts {
    /// The facts of the host `node` in a text; `environment` is one of them, or
    /// `production`.
    ///
    /// # Errors
    /// What is neither JSON nor YAML, or no hash.
    pub fn parse(text: &str, node: &str) -> Result<Self, Failure> {
        let facts = read_facts(text)?;
        let environment = facts.get(&Key::from("environment"));
        let environment = environment.and_then(Datum::as_str).unwrap_or("production");
        Ok(Self::new(&facts, node, environment))
    }
}

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
