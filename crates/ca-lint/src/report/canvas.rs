//! What a report is written on: how wide, in colour or not, with which
//! characters.

use super::rule_document::document_url;
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
    /// Whether names of rules lead to their documents when they are clicked.
    pub links: bool,
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
    /// One that only holds letters.
    pub(super) const PLAIN: Self = Self {
        width: PROSE_WIDTH,
        colour: false,
        unicode: false,
        links: false,
    };

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

    /// The text with a link to the document of the rule `name`, in the way of
    /// terminals
    /// (<https://gist.github.com/egmontkob/eb114294efbcd5adb1944c9f3cb5feda>).
    pub(super) fn linked(&self, name: &str, text: &str) -> String {
        if !self.links || text.is_empty() {
            return text.to_owned();
        }
        let url = document_url(name);
        format!("\u{1b}]8;;{url}\u{1b}\\{text}\u{1b}]8;;\u{1b}\\")
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
