//! `ca-lint explain`: a rule's own page.

use super::options::{ExplainArgs, Global};
use super::terminal::canvas;
use super::{Failure, Outcome, output};
use crate::{report, rules};

/// Runs the command.
pub(super) fn run(arguments: &ExplainArgs, global: &Global) -> Result<Outcome, Failure> {
    let unknown = || Failure::Usage(format!("there is no rule {}", arguments.rule));
    let rule = rules::rule(&arguments.rule).ok_or_else(unknown)?;
    output::print(&report::page(rule, canvas(global)))?;
    Ok(Outcome::Clean)
}
