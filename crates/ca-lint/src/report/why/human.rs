//! `why` for people: first what to change, then the chain in both directions.

use super::Why;
use super::tree::{Tree, Way};
use crate::asked_place::Match;
use crate::finding::Severity;
use crate::report::canvas::{Canvas, Ink};
use crate::report::human::Detail;
use crate::report::printable::printable;
use crate::report::prose::{columns, counted, listed, wrapped};
use ca_audit::trust_graph::Node;
use std::collections::BTreeMap;

/// How the report is laid out.
#[derive(Clone, Copy, Debug)]
pub struct Layout {
    /// What it is written on.
    pub canvas: Canvas,
    /// How much it says.
    pub detail: Detail,
}

/// More matches than these are named only, in a normal report.
const MATCHES: usize = 5;

/// The report of `why --format human`.
pub fn human(why: &Why, layout: Layout) -> String {
    let mut writer = Writer {
        canvas: layout.canvas,
        text: String::new(),
    };
    let limit = match layout.detail {
        Detail::Verbose => usize::MAX,
        Detail::Normal => MATCHES,
    };
    for found in why.matches.iter().take(limit) {
        section(why, found, layout, &mut writer);
        writer.line("");
    }
    let rest = why.matches.get(limit..).unwrap_or_default();
    if !rest.is_empty() {
        let words = format!(
            "And {} (-v tells of each):",
            counted(rest.len(), "more match")
        );
        writer.sentence(Ink::Strong, &words.replace("matchs", "matches"));
        for found in rest.iter().take(4 * MATCHES) {
            writer.sentence(Ink::Faint, &format!("  {}", found.title));
        }
    }
    closing(why, &mut writer);
    writer.text
}

/// One line a match, for `-q`: what to change.
pub fn concise(why: &Why) -> String {
    let line = |found: &Match| {
        let change = why.change(found, &why.lasting(found));
        let change = match change.as_slice() {
            [] => "no answer fits all of it; without -q its parts are told".to_owned(),
            all => format!("change {}", all.join("; or ")),
        };
        format!("{}: {change}\n", printable(&found.title).replace('\n', "�"))
    };
    why.matches.iter().map(line).collect()
}

fn section(why: &Why, found: &Match, layout: Layout, writer: &mut Writer) {
    writer.sentence(Ink::Level(Severity::Note), &found.title);
    answers(why, found, writer);
    now(why, found, writer);
    for (title, way) in [("Comes from", Way::From), ("Goes to", Way::To)] {
        let mut tree = Writer {
            canvas: writer.canvas,
            text: String::new(),
        };
        if Tree::new(why, way, layout).write(&found.nodes, &mut tree) {
            writer.sentence(Ink::Strong, title);
            writer.text.push_str(&tree.text);
        } else if way == Way::From && !found.nodes.iter().any(|id| is_outside(why, *id)) {
            writer.sentence(Ink::Strong, title);
            writer.sentence(Ink::Faint, "  nothing here writes it");
        }
    }
}

fn is_outside(why: &Why, id: ca_audit::trust_graph::NodeId) -> bool {
    let node = why.chart.graph.node(id);
    !matches!(node, Node::HostPath(_) | Node::HostFile { .. })
}

/// What to change and what not, the most important lines of all.
fn answers(why: &Why, found: &Match, writer: &mut Writer) {
    let lasting = why.lasting(found);
    let is_each = !why.places_of_certificates(found).is_empty();
    for (index, sentence) in why.change(found, &lasting).iter().enumerate() {
        let name = match index {
            0 => "change",
            _ if is_each => "and",
            _ => "or",
        };
        writer.row(name, sentence, Ink::Good);
    }
    for (index, sentence) in why.futile(&lasting).iter().enumerate() {
        let name = if index == 0 { "not" } else { "" };
        writer.row(name, sentence, Ink::Level(Severity::Warning));
    }
    for sentence in why.reverts(found) {
        writer.row("next", &sentence, Ink::Level(Severity::Error));
    }
}

/// What the places hold, and on which hosts.
fn now(why: &Why, found: &Match, writer: &mut Writer) {
    for (index, id) in found
        .nodes
        .iter()
        .filter(|id| why.holds(**id).is_some())
        .enumerate()
    {
        let name = if index == 0 { "now" } else { "" };
        let words = format!(
            "{} {}",
            why.chart.name(*id),
            why.holds(*id).unwrap_or_default()
        );
        writer.row(name, &words, Ink::Faint);
    }
}

/// What could not be seen bears on every answer.
fn closing(why: &Why, writer: &mut Writer) {
    let mut reasons: BTreeMap<&str, usize> = BTreeMap::new();
    for gap in why.chart.gaps() {
        *reasons.entry(gap.reason.name()).or_default() += 1;
    }
    let counts: Vec<String> = reasons
        .iter()
        .map(|(reason, count)| format!("{count} {reason}"))
        .collect();
    if !counts.is_empty() {
        let words = format!("Not seen: {} (check -v lists them).", listed(&counts));
        writer.sentence(Ink::Faint, &words);
    }
}

/// Columns that the name of a row takes, with what surrounds it.
const ROW_NAME: usize = 10;

/// The marks in front of an entry of a tree.
pub(super) struct Marks {
    first: String,
    pub(super) rest: String,
}

pub(super) struct Writer {
    canvas: Canvas,
    text: String,
}

impl Writer {
    /// The marks of the next entry below `indent`.
    pub(super) fn marks(&self, indent: &str, is_last: bool) -> Marks {
        let (mark, bar) = match (self.canvas.unicode, is_last) {
            (true, false) => ("├─ ", "│  "),
            (true, true) => ("└─ ", "   "),
            (false, false) => ("|- ", "|  "),
            (false, true) => ("`- ", "   "),
        };
        Marks {
            first: format!("{indent}{mark}"),
            rest: format!("{indent}{bar}"),
        }
    }

    /// The mark of a branch that goes on below a note.
    pub(super) fn bar(&self) -> &'static str {
        if self.canvas.unicode { "│ " } else { "| " }
    }

    /// An entry of a tree: words, and a place behind them.
    pub(super) fn entry(&mut self, marks: &Marks, words: &str, place: Option<&str>, ink: Ink) {
        let (first, rest) = (format!("  {}", marks.first), format!("  {}  ", marks.rest));
        self.words_and_place(words, place, &first, &rest, ink);
    }

    /// A line below an entry.
    pub(super) fn note(&mut self, indent: &str, words: &str, place: Option<&str>) {
        let (first, rest) = (format!("  {indent}"), format!("  {indent}  "));
        self.words_and_place(words, place, &first, &rest, Ink::Faint);
    }

    fn words_and_place(
        &mut self,
        words: &str,
        place: Option<&str>,
        first: &str,
        rest: &str,
        ink: Ink,
    ) {
        let width = self.canvas.prose_width();
        let mut lines = wrapped(words, first, rest, width);
        let place = place.map(printable);
        let fits = |line: &str, place: &str| columns(line) + 2 + columns(place) <= width;
        let tail = match (&place, lines.last()) {
            (Some(place), Some(last)) if fits(last, place) => Some((last.clone(), place.clone())),
            _ => None,
        };
        if tail.is_some() {
            lines.pop();
        }
        for line in &lines {
            self.painted(line, first, rest, ink);
        }
        match (tail, place) {
            (Some((last, place)), _) => {
                let place = self.canvas.paint(Ink::Place, &place);
                self.painted(&format!("{last}  {place}"), first, rest, ink);
            }
            (None, Some(place)) => {
                let place = self.canvas.paint(Ink::Place, &place);
                self.line(&format!("{rest}{place}"));
            }
            (None, None) => {}
        }
    }

    /// The words in their ink, the marks in front of them without.
    fn painted(&mut self, line: &str, first: &str, rest: &str, ink: Ink) {
        let ink = match ink {
            Ink::Strong => None,
            other => Some(other),
        };
        let marks = [first, rest]
            .into_iter()
            .find(|marks| line.starts_with(*marks));
        let marks = marks.unwrap_or_default();
        let words = &line[marks.len()..];
        let words = ink.map_or_else(|| words.to_owned(), |ink| self.canvas.paint(ink, words));
        self.line(&format!("{marks}{words}"));
    }

    /// A line that begins with the name of what it tells.
    fn row(&mut self, name: &str, value: &str, ink: Ink) {
        let first = format!("  {name:<width$}", width = ROW_NAME - 2);
        let rest = " ".repeat(ROW_NAME);
        for (index, line) in wrapped(value, &first, &rest, self.canvas.prose_width())
            .iter()
            .enumerate()
        {
            let at = ROW_NAME.min(line.len());
            let (head, tail) = (line.get(..at).unwrap_or(line), line.get(at..).unwrap_or(""));
            let head = if index == 0 {
                self.canvas.paint(ink, head)
            } else {
                head.to_owned()
            };
            self.line(&format!("{head}{tail}"));
        }
    }

    fn sentence(&mut self, ink: Ink, text: &str) {
        for line in wrapped(text, "", "  ", self.canvas.prose_width()) {
            self.line(&self.canvas.paint(ink, &line));
        }
    }

    fn line(&mut self, line: &str) {
        self.text.push_str(line.trim_end());
        self.text.push('\n');
    }
}
