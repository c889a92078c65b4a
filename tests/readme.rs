//! What README.md shows of the program is the program's real output.
//!
//! A line `<!-- output: COMMAND -->` is followed by a fenced block with the
//! output of that command, run in the root of the repository.

use crate::program::{CLOCK, ca_lint};
use crate::{checkout, record};

const MARKER: (&str, &str) = ("<!-- output: ", " -->");

/// How a command of the README begins.
const PROGRAM: [&str; 2] = ["ca-lint ", "cargo run --release -p ca-lint -- "];

#[test]
fn the_readme_shows_real_output() {
    let path = checkout::root().join("README.md");
    let readme = std::fs::read_to_string(&path).expect("README.md");
    let mut commands = 0;
    let now = with_outputs(&readme, |command| {
        commands += 1;
        output_of(command)
    });
    assert!(commands > 0, "README.md shows nothing of the program");
    record::hold(
        &path,
        &now.unwrap_or_else(|mistake| panic!("README.md: {mistake}")),
    );
}

fn output_of(command: &str) -> String {
    let arguments = PROGRAM
        .iter()
        .find_map(|program| command.strip_prefix(program));
    let arguments =
        arguments.unwrap_or_else(|| panic!("{command} does not begin with one of {PROGRAM:?}"));
    let outcome = ca_lint(&checkout::root(), arguments.split_whitespace().chain(CLOCK));
    assert_eq!(outcome.complaints, "", "{command}");
    assert!(!outcome.output.is_empty(), "{command} prints nothing");
    outcome.output
}

/// `readme` with the block after each marker filled with what `output_of`
/// gives for its command.
fn with_outputs(readme: &str, mut output_of: impl FnMut(&str) -> String) -> Result<String, String> {
    let mut filled = String::new();
    let mut lines = readme.split_inclusive('\n');
    while let Some(line) = lines.next() {
        filled.push_str(line);
        let Some(command) = command(line) else {
            continue;
        };
        let opening = lines.next().filter(|line| line.starts_with("```"));
        let opening = opening
            .ok_or_else(|| format!("no fenced block right after the marker of {command}"))?;
        let fence: String = opening
            .chars()
            .take_while(|letter| *letter == '`')
            .collect();
        let closing = lines.by_ref().find(|line| line.trim_end() == fence);
        let closing = closing.ok_or_else(|| format!("the block of {command} does not end"))?;
        let output = output_of(command);
        if output.lines().any(|line| line.starts_with(&fence)) {
            return Err(format!(
                "the output of {command} would end its block; use a longer fence"
            ));
        }
        filled.extend([opening, output.as_str(), closing]);
    }
    Ok(filled)
}

fn command(line: &str) -> Option<&str> {
    line.trim_end()
        .strip_prefix(MARKER.0)?
        .strip_suffix(MARKER.1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_are_filled() {
        let readme = "# x\n<!-- output: ca-lint rules -->\n```text\nold\nlines\n```\nend\n";
        let filled = with_outputs(readme, |command| format!("<{command}>\n"));
        let expected = "# x\n<!-- output: ca-lint rules -->\n```text\n<ca-lint rules>\n```\nend\n";
        assert_eq!(filled.as_deref(), Ok(expected));
        assert_eq!(
            with_outputs(expected, |_| "<ca-lint rules>\n".into()).as_deref(),
            Ok(expected)
        );
    }

    #[test]
    fn other_blocks_are_left_alone() {
        let readme = "```\nca-lint\n```\n<!-- a comment -->\n```\nx\n```\n";
        assert_eq!(
            with_outputs(readme, |_| unreachable!()).as_deref(),
            Ok(readme)
        );
    }

    #[test]
    fn mistakes_are_told() {
        let filled = |readme: &str| with_outputs(readme, |_| "```\n".into());
        assert!(
            filled("<!-- output: ca-lint -->\nwords\n")
                .is_err_and(|told| told.contains("no fenced block"))
        );
        assert!(
            filled("<!-- output: ca-lint -->\n```\nx\n")
                .is_err_and(|told| told.contains("does not end"))
        );
        assert!(
            filled("<!-- output: ca-lint -->\n```\n```\n")
                .is_err_and(|told| told.contains("longer fence"))
        );
        assert!(filled("<!-- output: ca-lint -->\n````\n````\n").is_ok());
    }
}
