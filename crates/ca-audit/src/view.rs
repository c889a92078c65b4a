//! A window onto a file, perhaps through encodings.
//!
//! A base64 value in a Secret, a kubeconfig in a `ConfigMap`, a PEM in a block
//! scalar: each is a [`View`] with a parent, and the same dialects run on it.
//! A view turns its own offsets into [`Span`]s of the file itself, so nothing
//! above it has to know that there was an encoding.

use crate::facts::{Facts, Gap, Reason};
use crate::place::{FileId, Span};
use smol_str::SmolStr;
use std::borrow::Cow;
use std::ops::Range;

/// Documents nested deeper than this are left alone.
pub const MAX_DEPTH: usize = 4;

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
    /// What this stands under in the outer file.
    pub container: &'a str,
}

impl<'a> View<'a> {
    /// The whole of a file.
    pub fn of_file(file: FileId, path: &'a str, bytes: &'a [u8]) -> Self {
        Self {
            file,
            path,
            bytes,
            parent: None,
            container: "",
        }
    }

    /// A document inside `self`; `to_parent` maps its offsets.
    #[must_use]
    pub fn nested(&'a self, bytes: &'a [u8], to_parent: ToParent<'a>, container: &'a str) -> Self {
        Self {
            file: self.file,
            path: self.path,
            bytes,
            parent: Some((self, to_parent)),
            container,
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

    /// The bytes as text of the same length: each byte that is not UTF-8
    /// becomes one `?`, so offsets stay true.
    pub fn text(&self) -> Cow<'a, str> {
        text_of(self.bytes)
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

    /// `self.container` followed by `path`.
    pub fn container_of(&self, path: &str) -> SmolStr {
        match (self.container, path) {
            ("", path) => path.into(),
            (container, "") => container.into(),
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
        let file = View::of_file(FileId(0), "x", b"0123456789");
        let inner_map = |offset: usize| 2 + offset * 2;
        let inner = file.nested(b"abc", &inner_map, "k");
        assert_eq!(inner.span(1..3), Span::new(FileId(0), 4, 7));
        assert_eq!(inner.span(1..1), Span::new(FileId(0), 4, 4));
    }

    #[test]
    fn text_keeps_offsets() {
        assert_eq!(text_of(b"a\xffb\xc3\xa9"), "a?b\u{e9}");
    }
}
