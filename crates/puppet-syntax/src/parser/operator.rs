//! Operators: which token is which, and how strongly it binds.

use crate::ast::{AssignOp, BinaryOp, EdgeOp, UnaryOp};
use crate::token::TokenKind;

/// How strongly an operator binds; the table `prechigh` of Puppet's grammar.
/// All of them associate to the left.
pub(super) type Power = u8;

/// Anything may follow.
pub(super) const LOOSEST: Power = 0;
/// `x ? { … }`
pub(super) const SELECTOR: Power = 3;
/// Operand of a prefix operator: only what follows without an operator.
pub(super) const PREFIX: Power = 20;

pub(super) const fn binary(kind: TokenKind) -> Option<(BinaryOp, Power)> {
    use TokenKind as T;
    Some(match kind {
        T::Or => (BinaryOp::Or, 1),
        T::And => (BinaryOp::And, 2),
        T::Less => (BinaryOp::Less, 4),
        T::LessEqual => (BinaryOp::LessEqual, 4),
        T::Greater => (BinaryOp::Greater, 4),
        T::GreaterEqual => (BinaryOp::GreaterEqual, 4),
        T::IsEqual => (BinaryOp::Equal, 5),
        T::NotEqual => (BinaryOp::NotEqual, 5),
        T::LeftShift => (BinaryOp::LeftShift, 6),
        T::RightShift => (BinaryOp::RightShift, 6),
        T::Plus => (BinaryOp::Add, 7),
        T::Minus => (BinaryOp::Subtract, 7),
        T::Times => (BinaryOp::Multiply, 8),
        T::Div => (BinaryOp::Divide, 8),
        T::Modulo => (BinaryOp::Modulo, 8),
        T::Match => (BinaryOp::Match, 9),
        T::NoMatch => (BinaryOp::NoMatch, 9),
        T::In => (BinaryOp::In, 10),
        _ => return None,
    })
}

pub(super) const fn unary(kind: TokenKind) -> Option<UnaryOp> {
    Some(match kind {
        TokenKind::Not => UnaryOp::Not,
        TokenKind::Minus => UnaryOp::Minus,
        TokenKind::Times => UnaryOp::Splat,
        _ => return None,
    })
}

pub(super) const fn assignment(kind: TokenKind) -> Option<AssignOp> {
    Some(match kind {
        TokenKind::Equals => AssignOp::Set,
        TokenKind::Append => AssignOp::Append,
        TokenKind::Delete => AssignOp::Delete,
        _ => return None,
    })
}

pub(super) const fn edge(kind: TokenKind) -> Option<EdgeOp> {
    Some(match kind {
        TokenKind::InEdge => EdgeOp::Before,
        TokenKind::InEdgeSub => EdgeOp::Notify,
        TokenKind::OutEdge => EdgeOp::After,
        TokenKind::OutEdgeSub => EdgeOp::Subscribe,
        _ => return None,
    })
}
