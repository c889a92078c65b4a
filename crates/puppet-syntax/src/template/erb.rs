//! ERB: text with Ruby between tags, as Puppet's `template` function reads it
//! (trim mode `-`).

mod scan;

use super::ruby::read_ruby;
use super::tree::{self, Move, Piece};
use super::{BlockKind, Code, Node, Template, TemplateKind};
use crate::{Span, SyntaxError};
use scan::{Structure, structure};

/// Reads an ERB template.
pub fn parse_erb(source: &str) -> Template {
    let mut cutter = Cutter {
        source,
        pieces: Vec::new(),
        errors: Vec::new(),
    };
    cutter.cut();
    let (nodes, tree_errors) = tree::build(cutter.pieces, source.len() as u32);
    let mut errors = cutter.errors;
    errors.extend(tree_errors);
    errors.sort_by_key(|error| error.span);
    Template {
        kind: TemplateKind::Erb,
        nodes,
        params: None,
        errors,
    }
}

struct Cutter<'s> {
    source: &'s str,
    pieces: Vec<Piece>,
    errors: Vec<SyntaxError>,
}

impl Cutter<'_> {
    fn cut(&mut self) {
        let bytes = self.source.as_bytes();
        let mut text_start = 0;
        // Where the text goes on after trimming.
        let mut shown_start = 0;
        let mut at = 0;
        while let Some(found) = memchr::memmem::find(&bytes[at..], b"<%") {
            let open = at + found;
            if bytes.get(open + 2) == Some(&b'%') {
                // `<%%` shows `<%`: cut behind the part that is shown.
                self.text(text_start, open + 2, shown_start, open + 2);
                (text_start, shown_start, at) = (open + 2, open + 3, open + 3);
                continue;
            }
            let trims_before = bytes.get(open + 2) == Some(&b'-');
            let shown_end = if trims_before {
                self.indent_start(open)
            } else {
                open
            };
            self.text(text_start, open, shown_start, shown_end);
            let end = self.tag(open);
            text_start = end;
            let trims_after =
                end >= open + 5 && bytes[..end].ends_with(b"-%>") && bytes.get(end) == Some(&b'\n');
            shown_start = if trims_after { end + 1 } else { end };
            at = end;
        }
        self.text(text_start, bytes.len(), shown_start, bytes.len());
    }

    /// The start of the blanks between the line's start and `at`, or `at`.
    fn indent_start(&self, at: usize) -> usize {
        let before = &self.source.as_bytes()[..at];
        let solid = before.iter().rposition(|b| !matches!(b, b' ' | b'\t'));
        match solid {
            None => 0,
            Some(last) if before[last] == b'\n' => last + 1,
            Some(_) => at,
        }
    }

    fn text(&mut self, start: usize, end: usize, shown_start: usize, shown_end: usize) {
        if start < end {
            let shown_start = shown_start.min(end);
            let shown = Span::new(shown_start as u32, shown_end.max(shown_start) as u32);
            self.pieces.push(Piece::Leaf(Node::Text {
                span: Span::new(start as u32, end as u32),
                shown,
            }));
        }
    }

    /// Reads the tag at `open` and gives its end.
    fn tag(&mut self, open: usize) -> usize {
        let bytes = self.source.as_bytes();
        let mark = bytes.get(open + 2).copied();
        let code_start = open + 2 + usize::from(matches!(mark, Some(b'=' | b'#' | b'-')));
        let (code_end, end) = self.tag_end(open, code_start);
        let span = Span::new(open as u32, end as u32);
        let code = Span::new(code_start.min(code_end) as u32, code_end as u32);
        let piece = match mark {
            Some(b'#') => Piece::Leaf(Node::Comment { span }),
            Some(b'=') => {
                let expr = Code::Ruby(read_ruby(code.of(self.source)));
                Piece::Leaf(Node::Hole { span, code, expr })
            }
            _ => self.statement(span, code),
        };
        self.pieces.push(piece);
        end
    }

    /// Where the code and the tag end: at `%>`, but not at `%%>`.
    fn tag_end(&mut self, open: usize, code_start: usize) -> (usize, usize) {
        let bytes = self.source.as_bytes();
        let closing = memchr::memmem::find_iter(&bytes[code_start..], b"%>")
            .map(|at| code_start + at)
            .find(|&at| at == code_start || bytes[at - 1] != b'%');
        let Some(at) = closing else {
            let span = Span::new(open as u32, open as u32 + 2);
            self.errors.push(SyntaxError {
                span,
                message: "unclosed tag".into(),
            });
            return (bytes.len(), bytes.len());
        };
        let trims = at > code_start && bytes[at - 1] == b'-';
        (at - usize::from(trims), at + 2)
    }

    fn statement(&self, span: Span, code: Span) -> Piece {
        let text = code.of(self.source);
        let moves: Vec<_> = structure(text)
            .into_iter()
            .map(|part| to_move(text, &part))
            .collect();
        if moves.is_empty() {
            Piece::Leaf(Node::Code { span, code })
        } else {
            Piece::Tag { span, code, moves }
        }
    }
}

fn to_move(code: &str, part: &Structure) -> Move {
    let read = |range: &std::ops::Range<usize>| Some(Code::Ruby(read_ruby(&code[range.clone()])));
    match part {
        Structure::Open {
            kind: BlockKind::Other,
            ..
        } => Move::Open {
            kind: BlockKind::Other,
            condition: None,
        },
        Structure::Open { kind, head } => Move::Open {
            kind: *kind,
            condition: read(head),
        },
        Structure::Divide { head } if head.is_empty() => Move::Divide { condition: None },
        Structure::Divide { head } => Move::Divide {
            condition: read(head),
        },
        Structure::Close => Move::Close,
    }
}
