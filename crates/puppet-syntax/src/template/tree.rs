//! From a flat list of text and tags to a tree.

use super::{BlockKind, Branch, Code, Node};
use crate::{Span, SyntaxError};

/// A piece of a template before nesting.
pub(super) enum Piece {
    /// Text, comments, holes and code that opens and closes nothing.
    Leaf(Node),
    /// A tag that opens, divides or closes blocks.
    Tag {
        span: Span,
        code: Span,
        moves: Vec<Move>,
    },
}

/// What a tag does to the blocks around it.
pub(super) enum Move {
    /// Opens a block.
    Open {
        kind: BlockKind,
        condition: Option<Code>,
    },
    /// Starts the next branch: `else`, `elsif`, `when`.
    Divide { condition: Option<Code> },
    /// Starts an option that is closed on its own: `'a': {`.
    Option { condition: Option<Code> },
    /// Closes an option, or else a block.
    Close,
}

/// A block that is still open.
struct Frame {
    start: u32,
    kind: BlockKind,
    branches: Vec<Branch>,
    in_option: bool,
}

/// Blocks inside blocks deeper than this are kept flat.
const MAX_DEPTH: usize = 64;

/// Puts the pieces together. Also tells of blocks that are never closed, or
/// closed without being open.
pub(super) fn build(pieces: Vec<Piece>, end: u32) -> (Vec<Node>, Vec<SyntaxError>) {
    let mut builder = Builder {
        root: Vec::new(),
        frames: Vec::new(),
        errors: Vec::new(),
    };
    for piece in pieces {
        match piece {
            Piece::Leaf(node) => builder.add(node),
            Piece::Tag { span, code, moves } => builder.tag(span, code, moves),
        }
    }
    while let Some(frame) = builder.frames.last() {
        let opening = frame
            .branches
            .first()
            .map_or(Span::empty(frame.start), |branch| branch.head);
        builder.error(opening, "block without its end");
        builder.close(end);
    }
    (builder.root, builder.errors)
}

struct Builder {
    root: Vec<Node>,
    frames: Vec<Frame>,
    errors: Vec<SyntaxError>,
}

impl Builder {
    fn add(&mut self, node: Node) {
        let body = self
            .frames
            .last_mut()
            .and_then(|frame| frame.branches.last_mut())
            .map(|branch| &mut branch.body);
        body.unwrap_or(&mut self.root).push(node);
    }

    fn tag(&mut self, span: Span, code: Span, moves: Vec<Move>) {
        let mut placed = false;
        for step in moves {
            placed |= self.step(span, code, step);
        }
        if !placed {
            self.add(Node::Code { span, code });
        }
    }

    /// Says whether the tag is now part of a block.
    fn step(&mut self, span: Span, code: Span, step: Move) -> bool {
        match step {
            Move::Open { kind, condition } => {
                if self.frames.len() >= MAX_DEPTH {
                    self.error(code, "blocks nested too deeply");
                    return false;
                }
                let branches = vec![Branch {
                    head: code,
                    condition,
                    body: Vec::new(),
                }];
                self.frames.push(Frame {
                    start: span.start,
                    kind,
                    branches,
                    in_option: false,
                });
                true
            }
            Move::Divide { condition } => self.divide(code, condition, false),
            Move::Option { condition } => self.divide(code, condition, true),
            Move::Close => {
                let in_option = self
                    .frames
                    .last_mut()
                    .map(|frame| std::mem::take(&mut frame.in_option));
                match in_option {
                    None => {
                        self.error(code, "end without its block");
                        false
                    }
                    Some(true) => true,
                    Some(false) => {
                        self.close(span.end);
                        true
                    }
                }
            }
        }
    }

    fn divide(&mut self, code: Span, condition: Option<Code>, is_option: bool) -> bool {
        let Some(frame) = self.frames.last_mut() else {
            self.error(code, "branch without its block");
            return false;
        };
        frame.branches.push(Branch {
            head: code,
            condition,
            body: Vec::new(),
        });
        frame.in_option = is_option;
        true
    }

    fn close(&mut self, end: u32) {
        if let Some(Frame {
            start,
            kind,
            branches,
            ..
        }) = self.frames.pop()
        {
            self.add(Node::Block {
                span: Span::new(start, end),
                kind,
                branches,
            });
        }
    }

    fn error(&mut self, span: Span, message: &str) {
        self.errors.push(SyntaxError {
            span,
            message: message.into(),
        });
    }
}
