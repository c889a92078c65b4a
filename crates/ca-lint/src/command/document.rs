//! One document from standard input, as editors send it.

use super::Failure;
use super::inputs::{named_from, shown, working_directory};
use super::options::CheckArgs;
use super::repository::source_roots;
use crate::source_roots::SourceRoots;
use ca_audit::tree::{MAX_FILE_BYTES, Memory};
use std::io::{Read as _, stdin};
use std::path::{Path, PathBuf};

/// A document that is no file, or not as it stands there.
pub(super) struct Document {
    /// Its name as it was given.
    pub(super) name: PathBuf,
    /// A tree with nothing but it, by its name as reports show it.
    pub(super) tree: Memory,
    /// The repository in which it would lie.
    pub(super) roots: SourceRoots,
}

impl Document {
    /// The document, if `check` was asked for one.
    ///
    /// # Errors
    /// Where something else is asked for at once, it has no name, or standard
    /// input cannot be read.
    pub(super) fn read(arguments: &CheckArgs) -> Result<Option<Self>, Failure> {
        let is_asked = arguments.inputs.paths.iter().any(|path| is_input(path));
        match (&arguments.stdin_filename, is_asked) {
            (None, false) => Ok(None),
            (Some(_), false) => {
                let message = "--stdin-filename goes with - as PATH, which reads standard input";
                Err(Failure::Usage(message.into()))
            }
            (None, true) => {
                let message = "what is the document on standard input (-) called? Say --stdin-filename PATH; a file of that name is ./-";
                Err(Failure::Usage(message.into()))
            }
            (Some(name), true) => {
                refuse_company(arguments)?;
                Self::named(name).map(Some)
            }
        }
    }

    fn named(name: &Path) -> Result<Self, Failure> {
        let working = working_directory()?;
        let path = named_from(&working, name);
        let roots = source_roots(&working, std::slice::from_ref(&path), &[]);
        Ok(Self {
            name: name.to_owned(),
            tree: Memory::new().with(shown(&path), standard_input()?),
            roots,
        })
    }
}

fn is_input(path: &Path) -> bool {
    path.as_os_str() == "-"
}

/// What would have no effect is told, not ignored.
fn refuse_company(arguments: &CheckArgs) -> Result<(), Failure> {
    let inputs = &arguments.inputs;
    let company = [
        (inputs.paths.len() > 1, "another PATH"),
        (!inputs.hosts.is_empty(), "--host"),
        (inputs.hierarchy.is_some(), "--hiera"),
        (inputs.node.is_some(), "--node"),
        (arguments.fix, "--fix"),
    ];
    match company.into_iter().find(|(is_there, _)| *is_there) {
        Some((_, name)) => Err(Failure::Usage(format!(
            "a document on standard input (-) is read by itself, not with {name}"
        ))),
        None => Ok(()),
    }
}

fn standard_input() -> Result<Vec<u8>, Failure> {
    let refused = |why: String| Failure::Work(format!("cannot read standard input: {why}"));
    let mut bytes = Vec::new();
    let read = stdin()
        .lock()
        .take(MAX_FILE_BYTES + 1)
        .read_to_end(&mut bytes);
    read.map_err(|error| refused(error.to_string()))?;
    if bytes.len() as u64 > MAX_FILE_BYTES {
        let limit = MAX_FILE_BYTES >> 20;
        return Err(refused(format!("larger than {limit} MiB")));
    }
    Ok(bytes)
}
