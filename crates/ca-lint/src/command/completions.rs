//! `ca-lint completions`: what makes a shell complete the command line.

use super::options::{Cli, CompletionsArgs};
use super::{Failure, Outcome, output};
use clap::CommandFactory as _;
use clap_complete::generate;

/// Runs the command.
pub(super) fn run(arguments: &CompletionsArgs) -> Result<Outcome, Failure> {
    let mut script = Vec::new();
    generate(arguments.shell, &mut Cli::command(), "ca-lint", &mut script);
    output::print(&String::from_utf8_lossy(&script))?;
    Ok(Outcome::Clean)
}
