//! One frame: a few lines of a file with labels, drawn by miette.
//!
//! miette draws what it is given: any number of lines of any length. So it is
//! given an excerpt that fits, with the labels already wrapped.

use super::boundary::{ceil, floor};
use super::excerpt::{Line, is_long_base64};
use super::marks::Mark;
use crate::finding::Severity;
use crate::report::Places;
use crate::report::canvas::{Canvas, Ink};
use crate::report::printable::printable;
use crate::report::prose::wrapped;
use miette::{
    Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteError,
    MietteSpanContents, SourceCode, SourceSpan, SpanContents, ThemeCharacters, ThemeStyles,
};
use std::fmt;
use std::ops::Range;

/// Columns of the beginning of an underline that carries the label.
const HEAD: usize = 3;
/// Columns from there to the label's text: `╰── `.
const HOOK: usize = 4;
/// A label is not wrapped narrower than this.
const NARROWEST_LABEL: usize = 24;

/// What a frame is drawn of.
pub(super) struct Frame<'f> {
    /// The file's path.
    pub(super) path: &'f str,
    /// The file's text.
    pub(super) source: &'f str,
    /// Lines and columns.
    pub(super) places: &'f Places,
    /// What is marked, in order; at least one, close together.
    pub(super) marks: &'f [Mark],
    /// How bad the finding is: the colour of the place to edit.
    pub(super) severity: Severity,
    /// What it is drawn on.
    pub(super) canvas: Canvas,
}

/// A mark with the line it is drawn on: a certificate of thirty lines is
/// marked at its first.
struct Placed<'f> {
    line: Range<usize>,
    range: Range<usize>,
    message: Vec<&'f str>,
    is_primary: bool,
}

/// A label in the excerpt.
struct Label {
    range: Range<usize>,
    text: Option<String>,
    is_primary: bool,
}

impl Frame<'_> {
    /// The frame as text with a line break at its end.
    pub(super) fn draw(&self) -> String {
        let placed = self.placed();
        let lines = self.lines(&placed);
        if lines
            .iter()
            .all(|line| is_armour(&self.source[line.clone()]))
        {
            return place_frame(&self.name(), self.marks, self.severity, self.canvas);
        }
        let room = self.room(lines.len());
        let mut excerpt = Excerpt {
            name: self.name(),
            text: String::new(),
            first_line: self.first_line(&placed, &lines),
        };
        let mut labels = Vec::new();
        for line in lines {
            let on_line: Vec<&Placed> = placed.iter().filter(|mark| mark.line == line).collect();
            let focus = on_line.first().map(|mark| mark.range.start);
            let shown = Line::new(self.source, line, focus, room);
            let offset = excerpt.text.len();
            labels.extend(labels_of(&on_line, &shown, offset, room));
            excerpt.text.push_str(&shown.text);
            excerpt.text.push('\n');
        }
        drawn(&excerpt, &labels, self.severity, self.canvas)
    }

    fn name(&self) -> String {
        let leading = self
            .marks
            .iter()
            .find(|mark| mark.is_primary)
            .unwrap_or(&self.marks[0]);
        let start = self.places.region(leading.at).start;
        format!("{}:{}:{}", printable(self.path), start.line, start.column)
    }

    /// The marks on their first lines; those that overlap become one.
    fn placed(&self) -> Vec<Placed<'_>> {
        let mut placed: Vec<Placed> = Vec::new();
        for mark in self.marks {
            let start = floor(self.source, mark.at.start as usize);
            let line = line_at(self.source, start);
            let end = ceil(self.source, mark.at.end as usize);
            let range = start..end.min(line.end).max(start);
            match placed.last_mut() {
                Some(last) if last.line == line && range.start <= last.range.end => {
                    last.range.end = last.range.end.max(range.end);
                    last.message.push(&mark.message);
                    last.is_primary |= mark.is_primary;
                }
                _ => placed.push(Placed {
                    line,
                    range,
                    message: vec![&mark.message],
                    is_primary: mark.is_primary,
                }),
            }
        }
        placed
    }

    /// The marked lines, what lies between them, and one more on either side
    /// if it tells anything.
    fn lines(&self, placed: &[Placed]) -> Vec<Range<usize>> {
        let (Some(first), Some(last)) = (placed.first(), placed.last()) else {
            return Vec::new();
        };
        let tells = |line: &Range<usize>| !is_noise(&self.source[line.clone()]);
        let before = line_before(self.source, &first.line).filter(tells);
        let mut lines = vec![before.unwrap_or_else(|| first.line.clone())];
        while let Some(line) = lines.last().and_then(|line| line_after(self.source, line)) {
            let is_context = line.start > last.line.start;
            if !is_context || tells(&line) {
                lines.push(line);
            }
            if is_context {
                break;
            }
        }
        lines
    }

    fn first_line(&self, placed: &[Placed], lines: &[Range<usize>]) -> usize {
        let marked = self.places.region(self.marks[0].at).start.line as usize;
        let before = |mark: &Placed| lines.iter().take_while(|line| **line != mark.line).count();
        marked - placed.first().map_or(0, before).min(marked - 1)
    }

    /// Columns for the text of a line, beside its number.
    fn room(&self, lines: usize) -> usize {
        let marked = self.places.region(self.marks[0].at).start.line as usize;
        let digits = (marked + lines).to_string().len();
        self.canvas.width.max(40) - digits - HOOK
    }
}

/// The line around an offset, without its line break.
pub(super) fn line_at(source: &str, offset: usize) -> Range<usize> {
    let start = source[..offset].rfind('\n').map_or(0, |at| at + 1);
    let end = source[offset..]
        .find('\n')
        .map_or(source.len(), |at| offset + at);
    let is_dos = end > start && source[..end].ends_with('\r');
    start..end - usize::from(is_dos)
}

fn line_before(source: &str, line: &Range<usize>) -> Option<Range<usize>> {
    Some(line_at(source, line.start.checked_sub(1)?))
}

/// The next line, unless it is nothing after the last line break.
fn line_after(source: &str, line: &Range<usize>) -> Option<Range<usize>> {
    let next = line.end + source[line.end..].find('\n')? + 1;
    (next < source.len()).then(|| line_at(source, next))
}

/// Whether a line shows nothing but that a certificate begins or ends.
fn is_armour(line: &str) -> bool {
    let inside = line.trim().strip_prefix("-----");
    let inside = inside.and_then(|line| line.strip_suffix("-----"));
    // With a dash more or less it is something to see.
    inside.is_some_and(|words| !words.starts_with('-') && !words.ends_with('-'))
}

/// Whether a line beside a marked one is not worth its space.
fn is_noise(line: &str) -> bool {
    let line = line.trim();
    line.is_empty() || is_armour(line) || is_long_base64(line)
}

/// The labels of one line.
fn labels_of(marks: &[&Placed], line: &Line, offset: usize, room: usize) -> Vec<Label> {
    let mut labels: Vec<Label> = Vec::new();
    for (index, mark) in marks.iter().enumerate() {
        let mut range = line.shown(mark.range.clone());
        // On a cut line two marks may have come to one place.
        range.start = range
            .start
            .max(labels.last().map_or(0, |last| last.range.end - offset));
        range.end = range.end.max(range.start);
        let is_last = index + 1 == marks.len();
        let (head, tail) = if is_last {
            beheaded(line, range)
        } else {
            (range, None)
        };
        let left = line.column(head.start) + 1 + HOOK;
        let width = room.saturating_sub(left).max(NARROWEST_LABEL);
        let within = |range: Range<usize>| range.start + offset..range.end + offset;
        labels.push(Label {
            range: within(head),
            text: Some(label_text(&mark.message, width)).filter(|text| !text.is_empty()),
            is_primary: mark.is_primary,
        });
        labels.extend(tail.map(|tail| Label {
            range: within(tail),
            text: None,
            is_primary: mark.is_primary,
        }));
    }
    labels
}

/// miette hangs a label on the middle of its underline. Hung on the beginning
/// of a long one it has more room.
fn beheaded(line: &Line, range: Range<usize>) -> (Range<usize>, Option<Range<usize>>) {
    let text = &line.text[range.clone()];
    let Some((cut, _)) = text.char_indices().nth(HEAD) else {
        return (range, None);
    };
    let cut = range.start + cut;
    (range.start..cut, Some(cut..range.end))
}

fn label_text(messages: &[&str], width: usize) -> String {
    let lines = messages.iter().filter(|message| !message.is_empty());
    let lines: Vec<String> = lines
        .flat_map(|message| wrapped(message, "", "", width))
        .collect();
    lines.join("\n")
}

/// What is said of a place whose lines show nothing: a file as a whole, or in
/// binary, or a certificate in PEM.
pub(super) fn place_frame(
    place: &str,
    marks: &[Mark],
    severity: Severity,
    canvas: Canvas,
) -> String {
    let ThemeCharacters {
        ltop, lbot, hbar, ..
    } = characters(canvas);
    let place = canvas.paint(Ink::Place, &printable(place));
    let mut text = format!("   {ltop}{hbar}[{place}]\n");
    let is_primary = marks.iter().any(|mark| mark.is_primary);
    let messages: Vec<&str> = marks.iter().map(|mark| mark.message.as_str()).collect();
    let width = canvas.prose_width().saturating_sub(3 + HOOK);
    for (index, line) in label_text(&messages, width).lines().enumerate() {
        let hook = if index == 0 {
            format!("{lbot}{hbar}{hbar}")
        } else {
            "   ".to_owned()
        };
        let ink = if is_primary {
            Ink::Level(severity)
        } else {
            Ink::Strong
        };
        let painted = canvas.paint(ink, line);
        text.extend(["   ", &hook, " ", &painted, "\n"]);
    }
    text
}

/// A part of a file, as miette reads it.
#[derive(Debug)]
struct Excerpt {
    name: String,
    text: String,
    /// The number of its first line, from 1.
    first_line: usize,
}

impl SourceCode for Excerpt {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        before: usize,
        after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let part = self.text.read_span(span, before, after)?;
        Ok(Box::new(MietteSpanContents::new_named(
            self.name.clone(),
            part.data(),
            *part.span(),
            part.line() + self.first_line - 1,
            part.column(),
            part.line_count(),
        )))
    }
}

/// An excerpt with its labels, as miette reads it.
#[derive(Debug)]
struct Drawing<'e> {
    excerpt: &'e Excerpt,
    labels: Vec<LabeledSpan>,
}

impl fmt::Display for Drawing<'_> {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The sentence stands above all frames.
        Ok(())
    }
}

impl std::error::Error for Drawing<'_> {}

impl Diagnostic for Drawing<'_> {
    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(self.excerpt)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(self.labels.iter().cloned()))
    }
}

fn drawn(excerpt: &Excerpt, labels: &[Label], severity: Severity, canvas: Canvas) -> String {
    let span =
        |label: &Label| LabeledSpan::new(label.text.clone(), label.range.start, label.range.len());
    let drawing = Drawing {
        excerpt,
        labels: labels.iter().map(span).collect(),
    };
    let mut text = String::new();
    let result = GraphicalReportHandler::new_themed(theme(labels, severity, canvas))
        .with_wrap_lines(false)
        .with_context_lines(excerpt.text.lines().count())
        .without_primary_span_start()
        .without_syntax_highlighting()
        .render_report(&mut text, &drawing);
    // The place is better than nothing, should miette refuse the excerpt.
    if result.is_err() {
        return format!("   {}\n", excerpt.name);
    }
    tidy(&text)
}

/// miette ends lines with blanks and begins with an empty one for the sentence
/// that it was not given.
fn tidy(text: &str) -> String {
    let lines = text
        .lines()
        .map(str::trim_end)
        .filter(|line| !line.is_empty());
    lines.flat_map(|line| [line, "\n"]).collect()
}

/// Colours in the order of the labels: the finding's own for what to edit.
fn theme(labels: &[Label], severity: Severity, canvas: Canvas) -> GraphicalTheme {
    let mut styles = if canvas.colour {
        ThemeStyles::ansi()
    } else {
        ThemeStyles::none()
    };
    let own = match severity {
        Severity::Error => styles.error,
        Severity::Warning => styles.warning,
        Severity::Note => styles.advice,
    };
    let other = styles.highlights.last().copied().unwrap_or(own);
    let style = |label: &Label| if label.is_primary { own } else { other };
    if !labels.is_empty() {
        styles.highlights = labels.iter().map(style).collect();
    }
    GraphicalTheme {
        characters: characters(canvas),
        styles,
    }
}

fn characters(canvas: Canvas) -> ThemeCharacters {
    if canvas.unicode {
        ThemeCharacters::unicode()
    } else {
        ThemeCharacters::ascii()
    }
}
