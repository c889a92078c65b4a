//! Folds the events of `granit-parser` into the arena.
//!
//! The only file that knows the parser, so that another could take its place.

use granit_parser::{
    ErrorKind as ParserError, Event, Options, Parser, ScalarStyle, ScanError, Span as EventSpan,
    StrInput, StructureStyle, Tag,
};

use crate::arena::{Form, NO_TAG, NONE};
use crate::builder::{Builder, Stop};
use crate::libyaml_quirks::{Mask, Masks};
use crate::{ErrorKind, Limits, Span, block_scalar};

/// Reads all documents.
pub(crate) fn read(builder: &mut Builder<'_>) {
    let source = builder.source();
    let limits = builder.limits();
    let mut masks = Masks::none(source);
    loop {
        match Reader::new(builder, &masks).run(masks.text()) {
            Ok(()) | Err(Interrupt::Stop) => break,
            Err(Interrupt::Mask(mask)) => {
                masks.add(mask);
                *builder = Builder::new(source, limits);
            }
        }
    }
    for comment in masks.comments() {
        builder.comment(comment);
    }
    builder.finish();
}

/// Why the reading ends before the source does.
enum Interrupt {
    Stop,
    /// Everything must be read again with this masked.
    Mask(Mask),
}

impl From<Stop> for Interrupt {
    fn from(_: Stop) -> Self {
        Self::Stop
    }
}

/// What to do after an event.
enum Next {
    Event,
    Document,
}

struct Reader<'b, 's> {
    builder: &'b mut Builder<'s>,
    masks: &'b Masks<'s>,
    /// The node of each anchor id.
    anchored: Vec<u32>,
    last_node: u32,
}

impl<'b, 's> Reader<'b, 's> {
    fn new(builder: &'b mut Builder<'s>, masks: &'b Masks<'s>) -> Self {
        Self {
            builder,
            masks,
            anchored: Vec::new(),
            last_node: NONE,
        }
    }

    fn run(&mut self, text: &str) -> Result<(), Interrupt> {
        let mut parser = Parser::new_from_str_with_options(text, options(self.builder.limits()));
        while let Some(event) = parser.next_event() {
            let next = match event {
                Ok((event, span)) => self.event(event, &span)?,
                Err(error) => {
                    let at = offset_of(&error);
                    self.ask_for_mask(at, error.kind())?;
                    self.builder.break_document(at, &error.info())?;
                    Next::Document
                }
            };
            if matches!(next, Next::Document) && !self.skip_document(&mut parser)? {
                break;
            }
        }
        Ok(())
    }

    /// Goes to where the next document may begin; `false` at the end.
    fn skip_document<'t>(
        &mut self,
        parser: &mut Parser<'t, StrInput<'t>>,
    ) -> Result<bool, Interrupt> {
        match parser.proceed_next_document() {
            Ok(more) => Ok(more),
            Err(error) => {
                let at = Span::empty(offset_of(&error));
                self.builder.error(at, ErrorKind::Syntax, &error.info())?;
                Ok(false)
            }
        }
    }

    fn event(&mut self, event: Event<'_>, at: &EventSpan) -> Result<Next, Interrupt> {
        let span = span_of(at);
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                self.scalar(span, &text, style, tag.as_deref())?;
                self.name_last_node(anchor);
            }
            Event::SequenceStart(style, anchor, tag) => {
                let form = match style {
                    StructureStyle::Block => Form::BlockSequence,
                    StructureStyle::Flow => Form::FlowSequence,
                };
                return self.open(form, span, tag.as_deref(), anchor);
            }
            Event::MappingStart(style, anchor, tag) => {
                let form = match style {
                    StructureStyle::Block => Form::BlockMapping,
                    StructureStyle::Flow => Form::FlowMapping,
                };
                return self.open(form, span, tag.as_deref(), anchor);
            }
            Event::SequenceEnd => self.close(span, "]"),
            Event::MappingEnd => self.close(span, "}"),
            Event::Alias(id) => {
                let target = self.anchored.get(id).copied().unwrap_or(NONE);
                self.builder.alias(span, target)?;
            }
            Event::UnresolvedAlias(name) => self.unresolved_alias(span, &name)?,
            Event::Anchor(_, _) => self.builder.anchor(self.last_node, span),
            Event::Comment(_, _) => self.builder.comment(span),
            Event::DocumentStart(_, _) => self.builder.open_document(span.start)?,
            Event::DocumentEnd => self.builder.close_document(),
            _ => {}
        }
        Ok(Next::Event)
    }

    fn scalar(
        &mut self,
        at: Span,
        text: &str,
        style: ScalarStyle,
        tag: Option<&Tag>,
    ) -> Result<(), Interrupt> {
        if let Some(alias) = self.masks.alias_at(at.start) {
            return self.masked_alias(alias);
        }
        let tag = self.tag(tag, at.start);
        let (form, span) = match style {
            ScalarStyle::SingleQuoted => (Form::SingleQuoted, at),
            ScalarStyle::DoubleQuoted => (Form::DoubleQuoted, at),
            ScalarStyle::Literal => (Form::Literal, self.block_scalar(at, text)),
            ScalarStyle::Folded => (Form::Folded, self.block_scalar(at, text)),
            ScalarStyle::Plain => (Form::Plain, at),
        };
        self.last_node = if form == Form::Plain && at.is_empty() {
            // The parser's word for an absent value is a `~` of no length.
            let span = self.builder.absent_value(at.start);
            self.builder.scalar(form, span, tag, "")?
        } else {
            self.builder.scalar(form, span, tag, text)?
        };
        Ok(())
    }

    fn block_scalar(&self, at: Span, text: &str) -> Span {
        let floor = self.builder.last_end(0).min(at.start);
        block_scalar::span(self.builder.source(), at, text, floor)
    }

    fn open(
        &mut self,
        form: Form,
        span: Span,
        tag: Option<&Tag>,
        anchor: usize,
    ) -> Result<Next, Interrupt> {
        if self.builder.is_at_depth_limit() {
            self.builder.break_at_depth(span.start)?;
            return Ok(Next::Document);
        }
        let tag = self.tag(tag, span.start);
        self.last_node = self.builder.open_collection(form, span.start, tag)?;
        self.name_last_node(anchor);
        Ok(Next::Event)
    }

    /// Only a bracket is where a collection ends; the other events of an end
    /// stand at the next token.
    fn close(&mut self, at: Span, bracket: &str) {
        let closes = self.builder.source().get(at.range()) == Some(bracket);
        self.builder.close_collection(closes.then_some(at.end));
    }

    fn name_last_node(&mut self, anchor: usize) {
        if anchor != 0 {
            if self.anchored.len() <= anchor {
                self.anchored.resize(anchor + 1, NONE);
            }
            self.anchored[anchor] = self.last_node;
        }
    }

    fn unresolved_alias(&mut self, span: Span, name: &str) -> Result<(), Interrupt> {
        self.ask_for_alias_mask(span.start)?;
        self.builder.alias(span, NONE)?;
        let message = format!("no anchor \"{name}\" stands before this alias");
        self.builder
            .error(span, ErrorKind::UnknownAlias, &message)?;
        Ok(())
    }

    /// Interrupts if the parser fails at what libyaml would read.
    fn ask_for_mask(&self, at: u32, error: &ParserError) -> Result<(), Interrupt> {
        if self.masks.has_time()
            && *error == ParserError::CommentNotSeparated
            && let Some(mask) = self.masks.comment(self.builder.source(), at)
        {
            return Err(Interrupt::Mask(mask));
        }
        self.ask_for_alias_mask(at)
    }

    fn ask_for_alias_mask(&self, at: u32) -> Result<(), Interrupt> {
        if self.masks.has_time()
            && let Some(mask) = self.masks.alias_key(self.builder.source(), at)
            && self.builder.anchored(self.name(mask.span)).is_some()
        {
            return Err(Interrupt::Mask(mask));
        }
        Ok(())
    }

    fn masked_alias(&mut self, span: Span) -> Result<(), Interrupt> {
        let target = self.builder.anchored(self.name(span)).unwrap_or(NONE);
        self.builder.alias(span, target)?;
        Ok(())
    }

    /// The name in an alias token.
    fn name(&self, token: Span) -> &'s str {
        &self.builder.source()[token.range()][1..]
    }

    fn tag(&mut self, tag: Option<&Tag>, at: u32) -> u16 {
        tag.map_or(NO_TAG, |tag| self.builder.tag(&tag.to_string(), at))
    }
}

/// What libyaml does where it and YAML 1.2 disagree, for Psych and go-yaml
/// are both libyaml.
fn options(limits: &Limits) -> Options {
    granit_parser::options! {
        strict_indentation: false,
        bom_inside_document_as_content: true,
        block_scalar_eof_without_line_feed: true,
        emit_unresolved_aliases: true,
        emit_anchor_events: true,
        max_buffered_comment_events: limits.comments as usize,
        flow_nesting_limit: limits.depth as usize,
        block_nesting_limit: limits.depth as usize,
    }
}

fn offset_of(error: &ScanError) -> u32 {
    error.marker().byte_offset().unwrap_or(0) as u32
}

fn span_of(span: &EventSpan) -> Span {
    // Byte offsets are always there when the parser reads from a string.
    let range = span.byte_range().unwrap_or(0..0);
    Span::new(range.start as u32, range.end as u32)
}
