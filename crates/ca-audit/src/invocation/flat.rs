//! Text with holes: what a file says, whatever renders it.

use super::Presence;
use smol_str::SmolStr;
use std::borrow::Cow;
use std::ops::Range;

/// Stands for one hole: a private-use character, so that text with holes is
/// still valid YAML and no real text has it.
pub const HOLE: char = '\u{E000}';

/// A file's text with its template tags taken out.
#[derive(Debug, Default)]
pub struct Flat<'a> {
    /// The text; each expression is one [`HOLE`].
    pub text: Cow<'a, str>,
    /// Where runs of `text` begin, and where these begin in the source.
    joints: Vec<(usize, usize)>,
    /// The expressions, by their place in `text`.
    holes: Vec<(usize, SmolStr)>,
    /// Ranges of `text` that are there only under a condition.
    conditions: Vec<(Range<usize>, SmolStr)>,
    /// Ranges of `text` that have a name, by which a template takes them in.
    definitions: Vec<(Range<usize>, SmolStr)>,
}

impl<'a> Flat<'a> {
    /// Text that nothing renders.
    pub fn plain(text: &'a str) -> Self {
        Self {
            text: Cow::Borrowed(text),
            ..Self::default()
        }
    }

    /// Begins a text that is built piece by piece.
    pub fn builder() -> Self {
        Self::default()
    }

    /// Appends text that stands at `source`.
    pub fn push_text(&mut self, text: &str, source: usize) {
        self.joints.push((self.text.len(), source));
        self.text.to_mut().push_str(text);
    }

    /// Appends a hole for the expression `code` that stands at `source`.
    pub fn push_hole(&mut self, code: &str, source: usize) {
        self.joints.push((self.text.len(), source));
        self.holes.push((self.text.len(), code.into()));
        self.text.to_mut().push(HOLE);
    }

    /// Marks everything since `start` as depending on `condition`.
    pub fn close_condition(&mut self, start: usize, condition: &str) {
        self.conditions
            .push((start..self.text.len(), condition.into()));
    }

    /// Marks everything since `start` as the text of that name.
    pub fn close_definition(&mut self, start: usize, name: &str) {
        self.definitions.push((start..self.text.len(), name.into()));
    }

    /// The range of the text of that name.
    pub fn definition(&self, name: &str) -> Option<Range<usize>> {
        let mut named = self.definitions.iter().filter(|(_, own)| own == name);
        named.next().map(|(range, _)| range.clone())
    }

    /// A part of it, which begins and ends between characters.
    pub fn part(&self, range: &Range<usize>) -> Flat<'static> {
        let moved = |other: &Range<usize>| {
            let start = other.start.max(range.start) - range.start;
            let end = other.end.min(range.end).saturating_sub(range.start);
            (start < end).then_some(start..end)
        };
        let parts = |list: &[(Range<usize>, SmolStr)]| {
            let inside = list.iter();
            inside
                .filter_map(|(other, name)| Some((moved(other)?, name.clone())))
                .collect()
        };
        let inside = |at: &usize| range.contains(at);
        let joints = self.joints.iter().filter(|(at, _)| inside(at));
        let holes = self.holes.iter().filter(|(at, _)| inside(at));
        Flat {
            text: Cow::Owned(self.text[range.clone()].to_owned()),
            joints: std::iter::once((0, self.source(range.start)))
                .chain(joints.map(|(at, source)| (at - range.start, *source)))
                .collect(),
            holes: holes
                .map(|(at, code)| (at - range.start, code.clone()))
                .collect(),
            conditions: parts(&self.conditions),
            definitions: parts(&self.definitions),
        }
    }

    /// The same, holding its text itself.
    pub fn into_owned(self) -> Flat<'static> {
        Flat {
            text: Cow::Owned(self.text.into_owned()),
            joints: self.joints,
            holes: self.holes,
            conditions: self.conditions,
            definitions: self.definitions,
        }
    }

    /// The source offset of an offset of the text.
    pub fn source(&self, offset: usize) -> usize {
        let run = self.joints.partition_point(|(flat, _)| *flat <= offset);
        match run.checked_sub(1).map(|run| self.joints[run]) {
            Some((flat, source)) => source + (offset - flat),
            None => offset,
        }
    }

    /// The source range of a range of the text.
    pub fn source_range(&self, range: &Range<usize>) -> Range<usize> {
        let start = self.source(range.start);
        if range.is_empty() {
            return start..start;
        }
        start..(self.source(range.end - 1) + 1).max(start)
    }

    /// The expression of the hole at `offset`.
    pub fn hole(&self, offset: usize) -> SmolStr {
        let found = self.holes.binary_search_by_key(&offset, |(at, _)| *at);
        found.map_or_else(|_| SmolStr::default(), |index| self.holes[index].1.clone())
    }

    /// The expressions of the holes in a range of the text.
    pub fn holes_in(&self, range: &Range<usize>) -> impl Iterator<Item = &str> {
        let from = self.holes.partition_point(|(at, _)| *at < range.start);
        let end = range.end;
        let inside = self.holes[from..]
            .iter()
            .take_while(move |(at, _)| *at < end);
        inside.map(|(_, code)| code.as_str())
    }

    /// Whether what stands at `offset` is there, as far as the template says.
    pub(super) fn presence(&self, offset: usize) -> Presence {
        match self.condition(offset) {
            Some(condition) => Presence::Conditional(condition.clone()),
            None => Presence::Always,
        }
    }

    /// The innermost condition under which `offset` is there.
    pub fn condition(&self, offset: usize) -> Option<&SmolStr> {
        let around = self
            .conditions
            .iter()
            .filter(|(range, _)| range.contains(&offset));
        around
            .min_by_key(|(range, _)| range.len())
            .map(|(_, condition)| condition)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_map_through_holes() {
        let mut flat = Flat::builder();
        flat.push_text("a=", 0);
        flat.push_hole("@x", 2);
        flat.push_text("\nb", 11);
        assert_eq!(flat.text, format!("a={HOLE}\nb"));
        let b = flat.text.find('b').unwrap();
        assert_eq!(flat.source(b), 12);
        assert_eq!(flat.hole(2), "@x");
        let part = flat.part(&(2..flat.text.len()));
        assert_eq!(part.text, format!("{HOLE}\nb"));
        assert_eq!((part.hole(0).as_str(), part.source(0)), ("@x", 2));
        assert_eq!(part.source(part.text.find('b').unwrap()), 12);
    }
}
