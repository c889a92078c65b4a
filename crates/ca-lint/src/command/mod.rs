//! The command line: what can be asked, and how it is answered.
//!
//! | exit status | means |
//! |---|---|
//! | 0 | nothing at or above the threshold |
//! | 1 | findings |
//! | 2 | wrong usage or configuration |
//! | 3 | the work could not be done: an input cannot be read, the output not be written, nothing is the place that was asked about |

mod asked;
mod baseline;
mod check;
mod completions;
mod configuration;
mod destination;
mod diff;
mod document;
mod explain;
mod fix;
mod format;
mod graph;
mod ignored;
mod init;
mod inputs;
mod inventory;
mod inventory_page;
mod man;
mod options;
mod output;
mod path;
mod repository;
mod rules;
mod session;
mod show;
mod since;
mod source;
mod terminal;
mod why;

use clap::error::ErrorKind;
use clap::{ArgMatches, CommandFactory, FromArgMatches};
use options::{Cli, Command};
use std::ffi::OsString;
use std::process::ExitCode;

/// How a command ends when it did its work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    /// Nothing at or above the threshold, or nothing to judge.
    Clean,
    /// Findings.
    Findings,
}

/// Why a command did not do its work.
#[derive(Debug)]
enum Failure {
    /// It was asked for what makes no sense.
    Usage(String),
    /// It could not.
    Work(String),
}

/// Runs the program with its arguments (the first is its own name).
pub fn main(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    // Whatever goes wrong has an exit status of its own: a mistake of ours
    // must not be taken for findings.
    std::panic::catch_unwind(|| run(arguments)).unwrap_or_else(|_| {
        failed(
            "this is a mistake in ca-lint itself; please report it with the lines above",
            3,
        )
    })
}

fn run(arguments: Vec<OsString>) -> ExitCode {
    let cli = match parse(arguments) {
        Ok(cli) => cli,
        Err(error) => {
            // Help that nobody reads to its end is no failure.
            let _ = error.print();
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2));
        }
    };
    match answer(cli) {
        Ok(Outcome::Clean) => ExitCode::SUCCESS,
        Ok(Outcome::Findings) => ExitCode::from(1),
        Err(Failure::Usage(message)) => failed(&message, 2),
        Err(Failure::Work(message)) => failed(&message, 3),
    }
}

fn failed(message: &str, status: u8) -> ExitCode {
    for line in message.lines() {
        output::complain(line);
    }
    ExitCode::from(status)
}

fn answer(cli: Cli) -> Result<Outcome, Failure> {
    let global = cli.global;
    match cli.command {
        None => check::run(&cli.check, &global),
        Some(Command::Check(mut check)) => {
            check.inputs.hosts.splice(0..0, cli.check.inputs.hosts);
            check::run(&check, &global)
        }
        Some(Command::Inventory(mut inventory)) => {
            inventory.inputs.hosts.splice(0..0, cli.check.inputs.hosts);
            inventory::run(&inventory, &global)
        }
        Some(Command::Why(mut why)) => {
            why.inputs.hosts.splice(0..0, cli.check.inputs.hosts);
            why::run(&why, &global)
        }
        Some(Command::Graph(mut graph)) => {
            graph.inputs.hosts.splice(0..0, cli.check.inputs.hosts);
            graph::run(&graph, &global)
        }
        Some(Command::Diff(diff)) => diff::run(&diff, &global),
        Some(Command::Init(init)) => init::run(&init, &global),
        Some(Command::Explain(explain)) => explain::run(&explain, &global),
        Some(Command::Rules) => rules::run(&global),
        Some(Command::Completions(completions)) => completions::run(&completions),
        Some(Command::Man(man)) => man::run(&man),
    }
}

fn parse(arguments: Vec<OsString>) -> Result<Cli, clap::Error> {
    let matches = Cli::command().try_get_matches_from(arguments)?;
    refuse_misplaced(&matches)?;
    Cli::from_arg_matches(&matches)
}

/// `check` may be left out, so its options are known in front of a command's
/// name, too. There they would be lost, which is never done in silence.
fn refuse_misplaced(matches: &ArgMatches) -> Result<(), clap::Error> {
    let Some((command, _)) = matches.subcommand() else {
        return Ok(());
    };
    let mut root = Cli::command();
    root.build();
    let takes_hosts = matches!(command, "check" | "graph" | "inventory" | "why");
    let misplaced = root.get_arguments().find(|argument| {
        let id = argument.get_id().as_str();
        let is_given = matches!(matches.try_contains_id(id), Ok(true))
            && matches.value_source(id) == Some(clap::parser::ValueSource::CommandLine);
        is_given && !argument.is_global_set() && !(takes_hosts && id == "hosts")
    });
    let Some(misplaced) = misplaced else {
        return Ok(());
    };
    let message =
        format!("the argument '{misplaced}' has to stand after '{command}', if that takes it");
    Err(Cli::command().error(ErrorKind::ArgumentConflict, message))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(line: &str) -> Result<Cli, clap::Error> {
        parse(line.split(' ').map(OsString::from).collect())
    }

    #[test]
    fn the_definitions_are_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn check_may_be_left_out() {
        let cli = parsed("ca-lint --format json modules check").expect("it parses");
        assert!(cli.command.is_none());
        assert_eq!(cli.check.inputs.paths.len(), 2);
        let cli = parsed("ca-lint --color never -q check modules").expect("it parses");
        assert!(
            matches!(cli.command, Some(Command::Check(check)) if check.inputs.paths.len() == 1)
        );
    }

    #[test]
    fn nothing_is_lost_in_front_of_a_command() {
        assert!(parsed("ca-lint --format json inventory").is_err());
        assert!(parsed("ca-lint --host a=b rules").is_err());
        let cli = parsed("ca-lint --host a=b inventory --host c=d").expect("it parses");
        assert_eq!(cli.check.inputs.hosts.len(), 1);
    }

    #[test]
    fn unknown_things_are_refused() {
        for line in [
            "ca-lint --new-since",
            "ca-lint --format xml",
            "ca-lint --output sarif",
            "ca-lint --output xml=x",
            "ca-lint --output sarif=",
            "ca-lint completions tcsh",
            "ca-lint --diff --output json=x",
            "ca-lint --select no-such-rule",
            "ca-lint --now yesterday",
            "ca-lint --threads 0",
            "ca-lint --host nothing",
            "ca-lint explain",
            "ca-lint -q -v",
        ] {
            let error = parsed(line).expect_err(line);
            assert_eq!(error.exit_code(), 2, "{line}");
        }
    }
}
