//! What a report is written on: how wide, in colour or not, with which
//! characters.

use crate::finding::Severity;
use clap::builder::styling::{AnsiColor, Style};

/// Lines of prose are not longer than this, however wide the terminal is.
const PROSE_WIDTH: usize = 100;

/// What a report is written on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Canvas {
    /// Columns.
    pub width: usize,
    /// Whether colours may be used.
    pub colour: bool,
    /// Whether more than ASCII may be used for drawing.
    pub unicode: bool,
}

/// What a piece of text is, which decides its colour.
#[derive(Clone, Copy, Debug)]
pub(super) enum Ink {
    /// The level of a finding.
    Level(Severity),
    /// What catches the eye.
    Strong,
    /// What is only looked up.
    Faint,
    /// A place.
    Place,
    /// All is well.
    Good,
}

impl Canvas {
    /// How long a line of prose may be.
    pub(super) fn prose_width(&self) -> usize {
        self.width.clamp(40, PROSE_WIDTH)
    }

    /// The text in the colour of what it is.
    pub(super) fn paint(&self, ink: Ink, text: &str) -> String {
        if !self.colour || text.is_empty() {
            return text.to_owned();
        }
        let style = style(ink);
        format!("{style}{text}{style:#}")
    }
}

fn style(ink: Ink) -> Style {
    let colour = |colour: AnsiColor| Style::new().fg_color(Some(colour.into()));
    match ink {
        Ink::Level(Severity::Error) => colour(AnsiColor::Red).bold(),
        Ink::Level(Severity::Warning) => colour(AnsiColor::Yellow).bold(),
        Ink::Level(Severity::Note) => colour(AnsiColor::Cyan).bold(),
        Ink::Strong => Style::new().bold(),
        Ink::Faint => Style::new().dimmed(),
        Ink::Place => colour(AnsiColor::Cyan),
        Ink::Good => colour(AnsiColor::Green).bold(),
    }
}
