//! A window onto a file, perhaps through encodings.
//!
//! A base64 value in a Secret, a kubeconfig in a `ConfigMap`, a PEM in a block
//! scalar: each is a [`View`] with a parent, and the same dialects run on it.
//! A view turns its own offsets into [`Span`]s of the file itself, so nothing
//! above it has to know that there was an encoding.

use crate::facts::{CertForm, Encoding, Facts, Gap, Reason, Wrapping};
use crate::place::{FileId, Span};
use smol_str::SmolStr;
use std::borrow::Cow;
use std::cell::Cell;
use std::ops::Range;
use yaml_spans::Tree;

/// Documents nested deeper than this are left alone.
pub const MAX_DEPTH: usize = 6;

/// Turns an offset of a nested view into one of its parent.
pub type ToParent<'a> = &'a dyn Fn(usize) -> usize;

/// Bytes to read, and where they stand.
#[derive(Clone, Copy)]
pub struct View<'a> {
    /// The file.
    pub file: FileId,
    /// The file's path as shown.
    pub path: &'a str,
    /// What to read.
    pub bytes: &'a [u8],
    parent: Option<(&'a View<'a>, ToParent<'a>)>,
    /// The text as a document, where that was read already.
    pub document: Option<&'a Tree>,
    /// Tells what this stands under in the outer file. Most texts hold nothing
    /// that asks.
    container: Option<&'a dyn Fn() -> SmolStr>,
    /// The innermost encoding that was taken off.
    pub wrapping: Wrapping,
    /// What may still be spent on decoding this file.
    pub budget: &'a Budget,
}

/// What decoding one file may cost. An encoding can make much of little (gzip),
/// the same of the same (base64 in base64, each read as a document and as a
/// text) or ask for endless work (key derivation), and a file can hold
/// thousands. A file of less than a mebibyte is to take less than a second
/// whatever is in it, and decoded YAML, the slowest of all, takes some 100 ms
/// for each.
#[derive(Debug)]
pub struct Budget {
    bytes: Cell<u64>,
    unpacked: Cell<u64>,
    hashes: Cell<u64>,
    is_spent: Cell<bool>,
}

impl Budget {
    /// For a file of so many bytes.
    pub fn of_file(bytes: usize) -> Self {
        let bytes = bytes as u64;
        Self {
            // A file that is nothing but base64 needs three quarters of its
            // length; twice that if nothing is found in it.
            bytes: Cell::new((4 << 20) + 2 * bytes),
            // What certificates are packed into is about as long in base64.
            unpacked: Cell::new((2 << 20) + bytes),
            // Half a second or so; the strictest advice for one key, 600,000
            // rounds of HMAC, takes 1,200,000 for each password.
            hashes: Cell::new(6_000_000),
            is_spent: Cell::new(false),
        }
    }

    /// Takes `hashes` of key derivation, each of one block; false when that is
    /// more than is left.
    pub fn take_hashes(&self, hashes: u64) -> bool {
        take(&self.hashes, hashes)
    }

    /// What may still be unpacked.
    pub fn unpacked_left(&self) -> u64 {
        self.unpacked.get()
    }

    /// Takes what was unpacked, whether or not it is read then.
    pub fn spend_unpacked(&self, bytes: u64) {
        self.unpacked.set(self.unpacked.get().saturating_sub(bytes));
    }

    /// Whether nothing more is decoded.
    pub fn is_spent(&self) -> bool {
        self.is_spent.get()
    }
}

fn take(left: &Cell<u64>, wanted: u64) -> bool {
    let rest = left.get().checked_sub(wanted);
    rest.inspect(|rest| left.set(*rest)).is_some()
}

impl<'a> View<'a> {
    /// The whole of a file.
    pub fn of_file(file: FileId, path: &'a str, bytes: &'a [u8], budget: &'a Budget) -> Self {
        Self {
            file,
            path,
            bytes,
            parent: None,
            document: None,
            container: None,
            wrapping: Wrapping::Plain,
            budget,
        }
    }

    /// Something inside `self`; `to_parent` maps its offsets.
    #[must_use]
    pub fn nested(&'a self, bytes: &'a [u8], to_parent: ToParent<'a>) -> Self {
        Self {
            bytes,
            parent: Some((self, to_parent)),
            document: None,
            ..*self
        }
    }

    /// The same, read as the file at another path.
    #[must_use]
    pub fn called(self, path: &'a str) -> Self {
        Self { path, ..self }
    }

    /// The same, with its text read as a document.
    #[must_use]
    pub fn read_as(self, document: Option<&'a Tree>) -> Self {
        Self { document, ..self }
    }

    /// The same, standing under `container`.
    #[must_use]
    pub fn under(self, container: &'a dyn Fn() -> SmolStr) -> Self {
        let container = Some(container);
        Self { container, ..self }
    }

    /// The same, with `wrapping` taken off; what was taken off before stays
    /// named where this takes nothing off.
    #[must_use]
    pub fn without(self, wrapping: Wrapping) -> Self {
        match wrapping {
            Wrapping::Plain => self,
            wrapping => Self { wrapping, ..self },
        }
    }

    /// How a certificate in this form is wrapped here.
    pub fn encoding(&self, form: CertForm) -> Encoding {
        Encoding {
            wrapping: self.wrapping,
            form,
        }
    }

    /// How many encodings deep this is.
    pub fn depth(&self) -> usize {
        self.parent.map_or(0, |(parent, _)| parent.depth() + 1)
    }

    /// Whether this is a file itself.
    pub fn is_file(&self) -> bool {
        self.parent.is_none()
    }

    /// The place in the outer file.
    pub fn span(&self, range: Range<usize>) -> Span {
        match self.parent {
            None => Span::new(self.file, range.start, range.end),
            Some((parent, to_parent)) => {
                let start = to_parent(range.start);
                // The end is exclusive, so it is the last byte that is mapped.
                let last = range.end.saturating_sub(1).max(range.start);
                let end = to_parent(last) + usize::from(range.end > range.start);
                parent.span(start..end.max(start))
            }
        }
    }

    /// The line of the outer file, counted from 1, of a place in the view.
    pub fn line(&self, offset: usize) -> usize {
        let at = self.span(offset..offset).start as usize;
        let mut root = self;
        while let Some((parent, _)) = root.parent {
            root = parent;
        }
        let before = &root.bytes[..at.min(root.bytes.len())];
        1 + memchr::memchr_iter(b'\n', before).count()
    }

    /// The bytes as text of the same length: each byte that is not UTF-8
    /// becomes one `?`, so offsets stay true.
    pub fn text(&self) -> Cow<'a, str> {
        text_of(self.bytes)
    }

    /// Whether `bytes` may be decoded of what stands in `range`. The first time
    /// that they may not is reported, and is the last.
    pub fn affords(&self, facts: &mut Facts, range: Range<usize>, bytes: usize) -> bool {
        if self.budget.is_spent() {
            return false;
        }
        let affords = take(&self.budget.bytes, bytes as u64);
        if !affords {
            self.budget.is_spent.set(true);
            let message = "from here on more is encoded than is decoded of one file";
            self.gap(facts, Reason::TooLarge, range, message);
        }
        affords
    }

    /// Reports something that could not be seen.
    pub fn gap(
        &self,
        facts: &mut Facts,
        reason: Reason,
        range: Range<usize>,
        message: impl Into<String>,
    ) {
        facts.gaps.push(Gap {
            reason,
            message: message.into(),
            at: self.span(range),
        });
    }

    /// What this stands under in the outer file.
    pub fn container(&self) -> SmolStr {
        self.container.map_or_else(SmolStr::default, |name| name())
    }

    /// The container followed by `path`.
    pub fn container_of(&self, path: &str) -> SmolStr {
        match (self.container().as_str(), path) {
            ("", path) => path.into(),
            (_, "") => self.container(),
            (container, path) => smol_str::format_smolstr!("{container} › {path}"),
        }
    }
}

/// `bytes` as text of the same length; see [`View::text`].
pub fn text_of(bytes: &[u8]) -> Cow<'_, str> {
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Cow::Borrowed(text);
    }
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        text.extend(chunk.invalid().iter().map(|_| '?'));
    }
    Cow::Owned(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_of_nested_views_lie_in_the_file() {
        let budget = Budget::of_file(10);
        let file = View::of_file(FileId(0), "x", b"0123456789", &budget);
        let inner_map = |offset: usize| 2 + offset * 2;
        let inner = file.nested(b"abc", &inner_map);
        assert_eq!(inner.span(1..3), Span::new(FileId(0), 4, 7));
        assert_eq!(inner.span(1..1), Span::new(FileId(0), 4, 4));
    }

    #[test]
    fn text_keeps_offsets() {
        assert_eq!(text_of(b"a\xffb\xc3\xa9"), "a?b\u{e9}");
    }
}
