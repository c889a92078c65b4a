//! What standard output is: how wide, in colour or not.

use super::options::{Colour, Global};
use crate::report::{Canvas, Detail};
use std::env;
use std::io::{IsTerminal, stdout};
use supports_hyperlinks::Stream;

/// Columns where nothing says how many there are.
const WIDTH: usize = 80;

/// Whether somebody looks at it directly.
pub(super) fn is_terminal() -> bool {
    stdout().is_terminal()
}

/// How much reports tell.
pub(super) fn detail(global: &Global) -> Detail {
    if global.verbose {
        Detail::Verbose
    } else {
        Detail::Normal
    }
}

/// What reports are written on.
pub(super) fn canvas(global: &Global) -> Canvas {
    let is_terminal = is_terminal();
    Canvas {
        width: width(is_terminal),
        colour: colour(global.color, is_terminal),
        unicode: unicode(),
        // FORCE_HYPERLINK speaks for what does not say what it is.
        links: global.color != Colour::Never && supports_hyperlinks::on(Stream::Stdout),
    }
}

/// What reports in files are written on: nobody knows who reads them.
pub(super) fn paper() -> Canvas {
    Canvas {
        width: WIDTH,
        colour: false,
        unicode: unicode(),
        links: false,
    }
}

/// Whether nothing is to be drawn: the wish of those who have a report read out
/// to them, by the name that miette gave it
/// (<https://docs.rs/miette/latest/miette/#-handler-options>).
pub(super) fn wants_narration() -> bool {
    env::var_os("NO_GRAPHICS").is_some_and(|value| !value.is_empty() && value != "0")
}

/// `COLUMNS`, which shells do not export by themselves, is a wish; then comes
/// the terminal.
fn width(is_terminal: bool) -> usize {
    let wish = env::var("COLUMNS")
        .ok()
        .and_then(|columns| columns.parse().ok());
    let terminal = || {
        terminal_size::terminal_size()
            .filter(|_| is_terminal)
            .map(|size| size.0.0.into())
    };
    wish.or_else(terminal)
        .filter(|width| *width > 0)
        .unwrap_or(WIDTH)
}

/// The order of <https://no-color.org> and <https://bixense.com/clicolors>.
fn colour(wish: Colour, is_terminal: bool) -> bool {
    let is_set = |name| env::var_os(name).is_some_and(|value| !value.is_empty());
    let is_on = |name| env::var_os(name).is_some_and(|value| !value.is_empty() && value != "0");
    match wish {
        Colour::Always => true,
        Colour::Never => false,
        Colour::Auto if is_set("NO_COLOR") => false,
        Colour::Auto if is_on("CLICOLOR_FORCE") => true,
        Colour::Auto => is_terminal && env::var_os("TERM").is_some_and(|term| term != "dumb"),
    }
}

/// Everything can draw lines today but consoles that say otherwise.
fn unicode() -> bool {
    let is =
        |name, values: &[&str]| env::var(name).is_ok_and(|value| values.contains(&value.as_str()));
    !is("TERM", &["dumb", "linux"]) && !is("LC_ALL", &["C", "POSIX"])
}
