//! EPP: text with Puppet between tags.

use super::tree::{self, Move, Piece};
use super::{BlockKind, Code, Node, Template, TemplateKind};
use crate::lexer;
use crate::parser;
use crate::token::{Token, TokenKind, Tokens};
use crate::{CommentKind, Span};

/// Reads an EPP template.
///
/// What is accepted is what `Puppet::Pops::Parser::EppParser` of Puppet 7.23
/// accepts.
pub fn parse_epp(source: &str) -> Template {
    let tokens = lexer::lex_template(source);
    let pieces = Cutter {
        source,
        tokens: &tokens,
    }
    .cut();
    let (nodes, _) = tree::build(pieces, source.len() as u32);
    let program = parser::parse_template(source, tokens);
    Template {
        kind: TemplateKind::Epp,
        nodes,
        params: program.params,
        errors: program.errors,
    }
}

struct Cutter<'s> {
    source: &'s str,
    tokens: &'s Tokens,
}

/// A tag or a template comment, in source order.
struct Mark {
    span: Span,
    code: Span,
    kind: MarkKind,
}

#[derive(PartialEq, Eq, Clone, Copy)]
enum MarkKind {
    Code,
    Hole,
    Comment,
}

impl Cutter<'_> {
    fn cut(&self) -> Vec<Piece> {
        let mut pieces = Vec::new();
        let mut text_start = 0;
        let mut trims = false;
        for mark in self.marks() {
            self.text(
                &mut pieces,
                Span::new(text_start, mark.span.start),
                trims,
                self.trims_before(&mark),
            );
            text_start = mark.span.end;
            trims = mark.span.of(self.source).ends_with("-%>");
            pieces.push(self.piece(&mark));
        }
        let rest = Span::new(
            text_start.min(self.source.len() as u32),
            self.source.len() as u32,
        );
        self.text(&mut pieces, rest, trims, false);
        pieces
    }

    fn marks(&self) -> Vec<Mark> {
        let tags = self.tokens.tags.iter().map(|tag| Mark {
            span: tag.span,
            code: tag.code,
            kind: if tag.renders {
                MarkKind::Hole
            } else {
                MarkKind::Code
            },
        });
        let comments = self
            .tokens
            .comments
            .iter()
            .filter(|comment| comment.kind == CommentKind::Template);
        let comments = comments.map(|c| Mark {
            span: c.span,
            code: c.span,
            kind: MarkKind::Comment,
        });
        let mut marks: Vec<_> = tags.chain(comments).collect();
        marks.sort_by_key(|mark| mark.span);
        apart(&mut marks);
        marks
    }

    /// Whether the blanks before the tag are removed.
    fn trims_before(&self, mark: &Mark) -> bool {
        let text = mark.span.of(self.source);
        text.starts_with("<%-") || text.starts_with("<%#-")
    }

    /// Adds text, cut behind the visible part of every `<%%`.
    fn text(&self, pieces: &mut Vec<Piece>, span: Span, trims_start: bool, trims_end: bool) {
        let text = span.of(self.source);
        let mut start = 0;
        let mut shown_start = if trims_start { trimmed_line(text) } else { 0 };
        let mut push = |from: usize, to: usize, shown_from: usize, shown_to: usize| {
            if from < to {
                let at = |offset: usize| span.start + offset as u32;
                let shown_from = shown_from.min(to);
                let shown = Span::new(at(shown_from), at(shown_to.max(shown_from)));
                pieces.push(Piece::Leaf(Node::Text {
                    span: Span::new(at(from), at(to)),
                    shown,
                }));
            }
        };
        for (at, _) in text.match_indices("<%%") {
            push(start, at + 2, shown_start, at + 2);
            (start, shown_start) = (at + 2, at + 3);
        }
        let shown_end = if trims_end {
            text.trim_end_matches([' ', '\t']).len()
        } else {
            text.len()
        };
        push(start, text.len(), shown_start, shown_end);
    }

    fn piece(&self, mark: &Mark) -> Piece {
        let Mark { span, code, kind } = *mark;
        match kind {
            MarkKind::Comment => Piece::Leaf(Node::Comment { span }),
            MarkKind::Hole => Piece::Leaf(Node::Hole {
                span,
                code,
                expr: self.code(code),
            }),
            MarkKind::Code => {
                let moves = self.moves(code);
                if moves.is_empty() {
                    Piece::Leaf(Node::Code { span, code })
                } else {
                    Piece::Tag { span, code, moves }
                }
            }
        }
    }

    fn code(&self, span: Span) -> Code {
        parser::parse_fragment(self.source, span).map_or(Code::Opaque, Code::Puppet)
    }

    /// The braces of a tag that are not closed, or not opened, in it.
    fn moves(&self, code: Span) -> Vec<Move> {
        let list = &self.tokens.list;
        let from = list.partition_point(|token| token.start < code.start);
        let to = list.partition_point(|token| token.start < code.end);
        let tokens = list.get(from..to).unwrap_or_default();
        let mut open: Vec<usize> = Vec::new();
        let mut moves: Vec<Move> = Vec::new();
        let mut statement = 0;
        for (at, token) in tokens.iter().enumerate() {
            match token.kind {
                TokenKind::LBrace | TokenKind::SelectorBrace => {
                    open.push(moves.len());
                    moves.push(self.opening(&tokens[statement..at], *token));
                    statement = at + 1;
                }
                TokenKind::RBrace => {
                    match open.pop() {
                        Some(index) => moves.truncate(index),
                        None => moves.push(Move::Close),
                    }
                    statement = at + 1;
                }
                TokenKind::Semicolon => statement = at + 1,
                _ => {}
            }
        }
        join_branches(moves)
    }

    /// What a `{` opens, from the tokens of its statement before it.
    fn opening(&self, head: &[Token], brace: Token) -> Move {
        let [first, .., last] = head else {
            return short_opening(head);
        };
        let after_first = Span::new(first.end, brace.start);
        match first.kind {
            TokenKind::If => Move::Open {
                kind: BlockKind::If,
                condition: Some(self.code(after_first)),
            },
            TokenKind::Elsif => Move::Divide {
                condition: Some(self.code(after_first)),
            },
            TokenKind::Unless => Move::Open {
                kind: BlockKind::Unless,
                condition: Some(self.code(after_first)),
            },
            TokenKind::Case => Move::Open {
                kind: BlockKind::Case,
                condition: Some(self.code(after_first)),
            },
            _ if last.kind == TokenKind::Colon => Move::Option {
                condition: Some(self.code(Span::new(first.start, last.start))),
            },
            _ => self.lambda_opening(head, first.start),
        }
    }

    fn lambda_opening(&self, head: &[Token], start: u32) -> Move {
        match head.iter().find(|token| token.kind == TokenKind::Pipe) {
            Some(bar) => {
                let condition = Some(self.code(Span::new(start, bar.start)));
                Move::Open {
                    kind: BlockKind::Loop,
                    condition,
                }
            }
            None => Move::Open {
                kind: BlockKind::Other,
                condition: None,
            },
        }
    }
}

/// Leaves of each place one mark. The line after a heredoc is where the next
/// line break inside a tag leads to, and if the tag of the heredoc was closed
/// before its own line ended, that is back: what lies between is read twice,
/// as in Puppet.
fn apart(marks: &mut Vec<Mark>) {
    let mut end = 0;
    marks.retain(|mark| {
        let fits = mark.span.start >= end && mark.code.start <= mark.code.end;
        if fits {
            end = mark.span.end;
        }
        fits
    });
}

/// A brace with at most one token before it.
fn short_opening(head: &[Token]) -> Move {
    match head {
        [token] if token.kind == TokenKind::Else => Move::Divide { condition: None },
        _ => Move::Open {
            kind: BlockKind::Other,
            condition: None,
        },
    }
}

/// `} else {` divides a block: its `}` closes nothing.
fn join_branches(moves: Vec<Move>) -> Vec<Move> {
    let mut joined: Vec<Move> = Vec::new();
    for step in moves {
        if matches!(step, Move::Divide { .. }) && matches!(joined.last(), Some(Move::Close)) {
            joined.pop();
        }
        joined.push(step);
    }
    joined
}

/// How much of a text `-%>` removes.
fn trimmed_line(text: &str) -> usize {
    let blanks = text.len() - text.trim_start_matches([' ', '\t']).len();
    let rest = &text[blanks..];
    blanks
        + if rest.starts_with("\r\n") {
            2
        } else {
            usize::from(rest.starts_with(['\n', '\r']))
        }
}
