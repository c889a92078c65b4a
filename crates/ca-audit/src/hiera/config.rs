//! `hiera.yaml`, in version 5, 4 and 3. (`puppet/pops/lookup/hiera_config.rb`;
//! puppet.com, "Hiera configuration layers".)

mod version_3;
mod version_5;

use super::data_file::Format;
use super::datum::{Datum, Hash, Key};
use super::failure::Failure;
use crate::place::{FileId, Span};
use smol_str::SmolStr;
use yaml_spans::{Limits, Tree};

/// A configuration.
#[derive(Clone, Debug, Default)]
pub struct Config {
    /// 3, 4 or 5.
    pub version: u8,
    /// The levels of the hierarchy, highest first.
    pub levels: Vec<Level>,
    /// What a module looks into when nothing else has a key.
    pub default_levels: Option<Vec<Level>>,
}

/// A level of a hierarchy.
#[derive(Clone, Debug)]
pub struct Level {
    /// Its name.
    pub name: SmolStr,
    /// Where it is written.
    pub at: Option<Span>,
    /// Who reads its data.
    pub backend: Backend,
    /// The folder of its data, relative to the configuration's, with `%{…}`.
    pub datadir: String,
    /// Where in the folder the data are.
    pub location: Location,
    /// Whether it has options for its backend, which Puppet's own readers of
    /// plain files refuse.
    pub has_options: bool,
}

/// Who reads the data of a level.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Backend {
    /// One of Puppet's own readers of files.
    Files(Format),
    /// Something whose data cannot be seen: a function of this name.
    Foreign(SmolStr),
}

/// Where the data of a level are.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Location {
    /// `path`, `paths`: these files.
    Paths(Vec<String>),
    /// `glob`, `globs`: the files that match.
    Globs(Vec<String>),
    /// `mapped_paths`: a file for each element of a variable.
    Mapped {
        /// The variable.
        variable: String,
        /// What an element is called in the path.
        element: String,
        /// The path.
        path: String,
    },
    /// Not in files.
    None,
}

/// Which layer a configuration is for; not everything is allowed in each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Layer {
    /// `$confdir/hiera.yaml`.
    Global,
    /// An environment's.
    Environment,
    /// A module's own.
    Module,
}

impl Config {
    /// Reads the text of a `hiera.yaml`.
    ///
    /// # Errors
    /// What Puppet refuses: every lookup fails then.
    pub fn read(file: FileId, text: &str, layer: Layer) -> Result<Self, Failure> {
        let tree = Tree::parse(text, &Limits::default());
        let hash = super::data_file::yaml(file, &tree, Format::Yaml)?;
        let version = match hash.get(&Key::from("version")) {
            None => 3,
            Some(version) => whole(version).ok_or_else(|| wrong("version"))?,
        };
        match version {
            5 => version_5::read(&hash, layer),
            4 => version_5::read_version_4(&hash),
            3 => version_3::read(&hash),
            _ => Err(Failure::new(format!(
                "This runtime does not support hiera.yaml version {version}"
            ))),
        }
    }
}

fn whole(datum: &Datum) -> Option<i64> {
    match &datum.kind {
        super::datum::Kind::Int(value) => i64::try_from(*value).ok(),
        _ => datum.as_str()?.trim().parse().ok(),
    }
}

fn wrong(what: &str) -> Failure {
    Failure::new(format!(
        "hiera.yaml: '{what}' has a wrong type or is not known"
    ))
}

/// A string that is not empty.
fn text_of(hash: &Hash, name: &str) -> Result<Option<String>, Failure> {
    let Some(datum) = hash.get(&Key::from(name)) else {
        return Ok(None);
    };
    let text = datum.as_str().filter(|text| !text.is_empty());
    Ok(Some(text.ok_or_else(|| wrong(name))?.to_owned()))
}

/// A list of strings that are not empty.
fn texts_of(hash: &Hash, name: &str) -> Result<Option<Vec<String>>, Failure> {
    let Some(datum) = hash.get(&Key::from(name)) else {
        return Ok(None);
    };
    let super::datum::Kind::Array(items) = &datum.kind else {
        return Err(wrong(name));
    };
    let text = |item: &Datum| {
        let text = item.as_str().filter(|text| !text.is_empty());
        text.map(str::to_owned).ok_or_else(|| wrong(name))
    };
    let texts: Vec<String> = items.iter().map(text).collect::<Result<_, _>>()?;
    if texts.is_empty() {
        return Err(wrong(name));
    }
    Ok(Some(texts))
}
