//! Records anew what the program prints.

use std::path::Path;
use std::process::Command;

/// The tests that record; see `tests/README.md`.
const RECORDERS: [&str; 2] = [
    "command_line::every_command_prints_what_was_recorded",
    "readme::the_readme_shows_real_output",
];

/// Runs the recording tests; a look at `git diff` is what is left to do.
pub(crate) fn run(root: &Path) -> Result<(), String> {
    record(root, &RECORDERS)
}

/// Lets the tests `recorders` record.
pub(crate) fn record(root: &Path, recorders: &[&str]) -> Result<(), String> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command
        .current_dir(root)
        .env("CA_LINT_BLESS", "1")
        .args(["test", "-p", "ca-lint", "--test", "acceptance", "--"])
        .args(recorders);
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("the recording tests failed: {status}")),
        Err(error) => Err(format!("cannot start cargo: {error}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_recorders_are_there() {
        let sources = [
            include_str!("../../../tests/command_line.rs"),
            include_str!("../../../tests/readme.rs"),
        ];
        for (recorder, source) in RECORDERS.iter().zip(sources) {
            let (_, test) = recorder.split_once("::").expect("a module and a test");
            assert!(source.contains(&format!("fn {test}()")), "{recorder}");
        }
    }
}
