//! `ca-lint man`: a page of the manual, in roff.

use super::options::{Cli, ManArgs};
use super::{Failure, Outcome, output};
use clap::CommandFactory as _;
use clap_mangen::Man;

/// Runs the command.
pub(super) fn run(arguments: &ManArgs) -> Result<Outcome, Failure> {
    let mut page = Vec::new();
    let written = Man::new(command(arguments.command.as_deref())?).render(&mut page);
    written.map_err(|error| Failure::Work(format!("cannot make the page: {error}")))?;
    output::print(&String::from_utf8_lossy(&page))?;
    Ok(Outcome::Clean)
}

/// The command that a page is about, with its whole name.
fn command(name: Option<&str>) -> Result<clap::Command, Failure> {
    let mut root = Cli::command().disable_help_subcommand(true);
    root.build();
    let Some(name) = name else {
        return Ok(root);
    };
    let command = root.get_subcommands().find(|it| it.get_name() == name);
    let Some(command) = command else {
        return Err(Failure::Usage(format!("there is no command {name}")));
    };
    // Its whole name, `ca-lint-check`, comes of building the root.
    Ok(command.clone().version(env!("CARGO_PKG_VERSION")))
}
