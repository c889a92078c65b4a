//! Builds a tree from the outside in, within limits.
//!
//! Both readers (YAML events, JSON bytes) drive the same few calls: open a
//! document, push scalars, open and close collections, break off.

use std::collections::HashMap;

use crate::arena::{Arena, Form, NO_TAG, NONE, Record, Slot};
use crate::document::DocumentRecord;
use crate::duplicates::{self, Duplicate};
use crate::{Anchor, Comment, Error, ErrorKind, Kind, Limits, Span};

/// A limit that ends the reading of the whole source.
#[derive(Debug)]
pub(crate) struct Stop;

/// A collection that is being read.
#[derive(Debug)]
struct Open {
    node: u32,
    kind: Kind,
    children: u32,
    last_end: u32,
}

impl Open {
    /// What the next child will be.
    fn next_slot(&self) -> Slot {
        match self.kind {
            Kind::Mapping if self.children.is_multiple_of(2) => Slot::Key,
            Kind::Mapping => Slot::Value,
            _ => Slot::Item,
        }
    }
}

/// The parts of a tree while it grows.
#[derive(Debug)]
pub(crate) struct Builder<'s> {
    source: &'s str,
    limits: &'s Limits,
    pub(crate) arena: Arena,
    pub(crate) documents: Vec<DocumentRecord>,
    pub(crate) comments: Vec<Comment>,
    pub(crate) errors: Vec<Error>,
    pub(crate) duplicates: Vec<Duplicate>,
    pub(crate) anchors: Vec<Anchor>,
    open: Vec<Open>,
    tag_numbers: HashMap<Box<str>, u16>,
    in_document: bool,
    comments_dropped: bool,
    tags_dropped: bool,
}

impl<'s> Builder<'s> {
    pub(crate) fn new(source: &'s str, limits: &'s Limits) -> Self {
        Self {
            source,
            limits,
            arena: Arena::default(),
            documents: Vec::new(),
            comments: Vec::new(),
            errors: Vec::new(),
            duplicates: Vec::new(),
            anchors: Vec::new(),
            open: Vec::new(),
            tag_numbers: HashMap::new(),
            in_document: false,
            comments_dropped: false,
            tags_dropped: false,
        }
    }

    pub(crate) fn source(&self) -> &'s str {
        self.source
    }

    pub(crate) fn limits(&self) -> &'s Limits {
        self.limits
    }

    /// Whether as many collections are open as may be.
    pub(crate) fn is_at_depth_limit(&self) -> bool {
        self.open.len() >= self.limits.depth as usize
    }

    /// What the innermost open collection is.
    pub(crate) fn innermost(&self) -> Option<Kind> {
        self.open.last().map(|open| open.kind)
    }

    /// Where the node read last ends, or `floor` when none was read.
    pub(crate) fn last_end(&self, floor: u32) -> u32 {
        self.arena
            .records
            .last()
            .map_or(floor, |record| record.span.end)
    }

    pub(crate) fn open_document(&mut self, start: u32) -> Result<(), Stop> {
        if self.documents.len() >= self.limits.documents as usize {
            return Err(self.stop(start, "too many documents"));
        }
        self.in_document = true;
        self.documents.push(DocumentRecord {
            first: self.arena.records.len() as u32,
            end: NONE,
            anchors: self.anchors.len() as u32,
            broken: false,
        });
        Ok(())
    }

    pub(crate) fn close_document(&mut self) {
        self.in_document = false;
        if let Some(document) = self.documents.last_mut() {
            document.end = self.arena.records.len() as u32;
        }
    }

    /// Adds a scalar whose text is `text`, kept only if the source differs.
    pub(crate) fn scalar(
        &mut self,
        form: Form,
        span: Span,
        tag: u16,
        text: &str,
    ) -> Result<u32, Stop> {
        let node = self.push(form, span, tag)?;
        let content = form.content(span);
        let verbatim =
            content.len() as usize == text.len() && &self.source[content.range()] == text;
        if !verbatim {
            let start = self.arena.buffer.len() as u32;
            self.arena.buffer.push_str(text);
            self.decode(node, start);
        }
        Ok(node)
    }

    /// Adds a scalar whose text is its source.
    pub(crate) fn verbatim_scalar(&mut self, form: Form, span: Span) -> Result<u32, Stop> {
        self.push(form, span, NO_TAG)
    }

    /// Where a node without a character stands that the reader places at `at`:
    /// for a value, behind the colon instead of before it.
    pub(crate) fn absent_value(&self, at: u32) -> Span {
        let slot = self.open.last().map(Open::next_slot);
        let is_value = slot == Some(Slot::Value);
        let rest = &self.source[at as usize..];
        let ends_indicator = |c: char| matches!(c, ' ' | '\t' | '\r' | '\n' | ',' | ']' | '}');
        match rest.trim_start_matches([' ', '\t']).strip_prefix(':') {
            Some(after) if is_value && (after.is_empty() || after.starts_with(ends_indicator)) => {
                Span::empty(at + (rest.len() - after.len()) as u32)
            }
            _ => Span::empty(at),
        }
    }

    /// Gives `node` the text that was appended to the buffer since `start`.
    pub(crate) fn decode(&mut self, node: u32, start: u32) {
        self.arena.records[node as usize].data = self.arena.decoded.len() as u32;
        let end = self.arena.buffer.len() as u32;
        self.arena.decoded.push(Span::new(start, end));
    }

    pub(crate) fn alias(&mut self, span: Span, target: u32) -> Result<u32, Stop> {
        let node = self.push(Form::Alias, span, NO_TAG)?;
        self.arena.records[node as usize].data = target;
        Ok(node)
    }

    pub(crate) fn open_collection(
        &mut self,
        form: Form,
        start: u32,
        tag: u16,
    ) -> Result<u32, Stop> {
        let node = self.push(form, Span::empty(start), tag)?;
        self.open.push(Open {
            node,
            kind: form.kind(),
            children: 0,
            last_end: start,
        });
        Ok(node)
    }

    /// Closes the innermost collection: at `end` if the source closes it with
    /// a bracket, else where its last child ends.
    pub(crate) fn close_collection(&mut self, end: Option<u32>) {
        let Some(open) = self.open.last() else {
            return;
        };
        if open.next_slot() == Slot::Value {
            // Every key has a value, even past the limit: at most one a level.
            let at = self.absent_value(open.last_end);
            self.append(Form::Plain, at, NO_TAG);
        }
        let Some(open) = self.open.pop() else {
            return;
        };
        let next = self.arena.records.len() as u32;
        let record = &mut self.arena.records[open.node as usize];
        record.next = next;
        record.data = open.children;
        record.span.end = end.unwrap_or(open.last_end).max(record.span.start);
        let end = record.span.end;
        if open.kind == Kind::Mapping {
            duplicates::find(&self.arena, self.source, open.node, &mut self.duplicates);
        }
        if let Some(parent) = self.open.last_mut() {
            parent.last_end = end;
        }
    }

    /// Notes a syntax error and ends the document with what was read so far.
    pub(crate) fn break_document(&mut self, at: u32, message: &str) -> Result<(), Stop> {
        let place = character_at(self.source, at);
        let result = self.error(place, ErrorKind::Syntax, message);
        self.abandon(at);
        result
    }

    /// Notes that the document nests too deeply and ends it there.
    pub(crate) fn break_at_depth(&mut self, at: u32) -> Result<(), Stop> {
        let place = character_at(self.source, at);
        let result = self.error(place, ErrorKind::Limit, "nested too deeply");
        self.abandon(at);
        result
    }

    fn abandon(&mut self, at: u32) {
        if !self.in_document && self.open_document(at).is_err() {
            return;
        }
        while !self.open.is_empty() {
            self.close_collection(None);
        }
        self.close_document();
        if let Some(document) = self.documents.last_mut() {
            document.broken = true;
        }
    }

    pub(crate) fn anchor(&mut self, node: u32, span: Span) {
        self.anchors.push(Anchor { node, span });
    }

    /// The node that carries the anchor `name`, latest first, in this document.
    pub(crate) fn anchored(&self, name: &str) -> Option<u32> {
        let first = self.documents.last()?.anchors as usize;
        self.anchors[first..]
            .iter()
            .rev()
            .find(|anchor| anchor.name(self.source) == name)
            .map(|anchor| anchor.node)
    }

    pub(crate) fn comment(&mut self, span: Span) {
        if self.comments.len() < self.limits.comments as usize {
            let before = self.source[..span.start as usize].trim_end_matches([' ', '\t']);
            let trailing = !before.is_empty() && !before.ends_with(['\r', '\n', '\u{feff}']);
            self.comments.push(Comment { span, trailing });
        } else if !self.comments_dropped {
            self.comments_dropped = true;
            self.note_limit(span.start, "too many comments");
        }
    }

    /// The number of a tag, for a record.
    pub(crate) fn tag(&mut self, name: &str, at: u32) -> u16 {
        if let Some(&number) = self.tag_numbers.get(name) {
            return number;
        }
        let number = self.arena.tags.len() as u16;
        if number >= self.limits.tags.min(NO_TAG - 1) {
            if !self.tags_dropped {
                self.tags_dropped = true;
                self.note_limit(at, "too many different tags");
            }
            return NO_TAG;
        }
        self.arena.tags.push(name.into());
        self.tag_numbers.insert(name.into(), number);
        number
    }

    /// Adds an error; the last one allowed ends the reading.
    pub(crate) fn error(&mut self, span: Span, kind: ErrorKind, message: &str) -> Result<(), Stop> {
        self.note(span, kind, message);
        if self.errors.len() >= self.limits.errors as usize {
            return Err(Stop);
        }
        Ok(())
    }

    fn stop(&mut self, at: u32, message: &str) -> Stop {
        self.note_limit(at, message);
        Stop
    }

    fn note_limit(&mut self, at: u32, message: &str) {
        let place = character_at(self.source, at);
        self.note(place, ErrorKind::Limit, message);
    }

    fn note(&mut self, span: Span, kind: ErrorKind, message: &str) {
        self.errors.push(Error {
            span,
            kind,
            message: message.into(),
        });
    }

    fn push(&mut self, form: Form, span: Span, tag: u16) -> Result<u32, Stop> {
        if self.arena.records.len() >= self.limits.nodes as usize {
            return Err(self.stop(span.start, "too many nodes"));
        }
        Ok(self.append(form, span, tag))
    }

    fn append(&mut self, form: Form, span: Span, tag: u16) -> u32 {
        let node = self.arena.records.len() as u32;
        let (parent, slot) = self.place_of_next(span.end);
        self.arena.records.push(Record {
            span,
            next: node + 1,
            parent,
            data: NONE,
            tag,
            form,
            slot,
        });
        node
    }

    fn place_of_next(&mut self, end: u32) -> (u32, Slot) {
        let Some(open) = self.open.last_mut() else {
            return (NONE, Slot::Root);
        };
        let slot = open.next_slot();
        open.children += 1;
        open.last_end = end;
        (open.node, slot)
    }

    /// Ends whatever is open after a [`Stop`].
    pub(crate) fn finish(&mut self) {
        if self.in_document {
            self.abandon(self.source.len() as u32);
        }
        // Comments beside flow collections can come late.
        if !self.comments.is_sorted_by_key(|comment| comment.span.start) {
            self.comments.sort_by_key(|comment| comment.span.start);
        }
    }
}

/// The one character at `at`; nothing at a line break or the end.
fn character_at(source: &str, at: u32) -> Span {
    let mut at = source.len().min(at as usize);
    while !source.is_char_boundary(at) {
        at -= 1;
    }
    let length = source[at..]
        .chars()
        .next()
        .filter(|c| !matches!(c, '\n' | '\r'))
        .map_or(0, char::len_utf8);
    Span::new(at as u32, (at + length) as u32)
}
