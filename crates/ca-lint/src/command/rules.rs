//! `ca-lint rules`: one line a rule.

use super::options::Global;
use super::terminal::canvas;
use super::{Failure, Outcome, output};
use crate::report;

/// Runs the command.
pub(super) fn run(global: &Global) -> Result<Outcome, Failure> {
    output::print(&report::rules(canvas(global)))?;
    Ok(Outcome::Clean)
}
