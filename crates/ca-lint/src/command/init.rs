//! `ca-lint init`: a first configuration for the repository at hand.

use super::options::{Global, InitArgs, Inputs};
use super::session::Session;
use super::{Failure, Outcome, output};
use crate::report::starter;
use std::path::{Path, PathBuf};

/// Runs the command.
pub(super) fn run(arguments: &InitArgs, global: &Global) -> Result<Outcome, Failure> {
    let folder = arguments
        .folder
        .clone()
        .unwrap_or_else(|| PathBuf::from("."));
    if !folder.is_dir() {
        let message = format!("{} is no folder", folder.display());
        return Err(Failure::Work(message));
    }
    let path = folder.join(".ca-lint.yaml");
    if path.exists() && !arguments.stdout {
        let message = format!(
            "{} is there already and is left as it is (--stdout prints a new one)",
            path.display()
        );
        return Err(Failure::Usage(message));
    }
    let inputs = Inputs {
        paths: vec![folder],
        hosts: Vec::new(),
        node: None,
        facts: None,
        hierarchy: None,
        classes: Vec::new(),
    };
    let session = Session::open(&inputs, global)?;
    let text = session.with_threads(|session| starter(&session.evidence));
    if arguments.stdout {
        output::print(&text)?;
        return Ok(Outcome::Clean);
    }
    write(&path, &text)?;
    output::complain(&format!(
        "wrote {}; nothing in it is in force until you take a mark off",
        path.display()
    ));
    Ok(Outcome::Clean)
}

fn write(path: &Path, text: &str) -> Result<(), Failure> {
    let written = output::replace(path, text.as_bytes());
    written.map_err(|error| Failure::Work(format!("cannot write {}: {error}", path.display())))
}
