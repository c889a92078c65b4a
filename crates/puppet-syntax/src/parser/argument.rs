//! Arrays, hashes and lists of arguments, in which `a => b` may stand bare.

use super::{Parsed, Parser};
use crate::Span;
use crate::ast::{Expr, ExprKind, HashEntry, Text, TextForm};
use crate::token::TokenKind;

/// Where a list of arguments stands: the grammar is a bit different each time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// `f(…)`
    Call,
    /// `[…]`: the words `type` and `function` are values too
    Array,
    /// `x[…]`: only `a => b` may hold assignments and resources
    Access,
}

impl Parser<'_> {
    /// `[a, b => c,]`
    pub(super) fn array(&mut self) -> Parsed {
        let start = self.bump().start;
        let items = if self.kind() == TokenKind::RBrack {
            Vec::new()
        } else {
            self.items(Place::Array, TokenKind::RBrack)?
        };
        self.expect(TokenKind::RBrack)?;
        Ok(Expr {
            kind: ExprKind::Array(items),
            span: self.span_from(start),
        })
    }

    /// `{ a => b, }`
    pub(super) fn hash(&mut self) -> Parsed {
        let start = self.bump().start;
        let mut entries = Vec::new();
        while self.kind() != TokenKind::RBrace {
            let key = self.hash_entry()?;
            self.expect(TokenKind::FatArrow)?;
            let value = self.hash_entry()?;
            entries.push(HashEntry { key, value });
            if self.eat(TokenKind::Comma).is_none() {
                break;
            }
        }
        self.expect(TokenKind::RBrace)?;
        Ok(Expr {
            kind: ExprKind::Hash(entries),
            span: self.span_from(start),
        })
    }

    /// The arguments of a call, a comma at the end included if there is one.
    pub(super) fn arguments(&mut self) -> Parsed<Vec<Expr>> {
        self.items(Place::Call, TokenKind::RParen)
    }

    /// The keys of an access without a comma at the end.
    pub(super) fn access_keys(&mut self) -> Parsed<Vec<Expr>> {
        let mut keys = Vec::new();
        loop {
            self.item(Place::Access, &mut keys)?;
            if self.kind() != TokenKind::Comma || self.next_kind() == TokenKind::RBrack {
                return Ok(keys);
            }
            self.bump();
        }
    }

    fn items(&mut self, place: Place, end: TokenKind) -> Parsed<Vec<Expr>> {
        let mut items = Vec::new();
        loop {
            self.item(place, &mut items)?;
            if self.eat(TokenKind::Comma).is_none() || self.kind() == end {
                return Ok(items);
            }
        }
    }

    /// One argument. `a => b` goes into the hash that the argument before it
    /// has begun, if it has.
    fn item(&mut self, place: Place, items: &mut Vec<Expr>) -> Parsed<()> {
        let first_token = self.token();
        let key = self.hash_entry()?;
        if self.eat(TokenKind::FatArrow).is_some() {
            let value = self.hash_entry()?;
            add_entry(items, HashEntry { key, value });
            return Ok(());
        }
        let allowed = match place {
            Place::Array => true,
            Place::Call => !is_word_value(&key, first_token.kind),
            Place::Access => !is_word_value(&key, first_token.kind) && is_plain(&key),
        };
        if !allowed {
            return Err(self.unexpected());
        }
        items.push(key);
        Ok(())
    }

    /// An assignment or one of the words `type` and `function`.
    fn hash_entry(&mut self) -> Parsed {
        let word = match self.kind() {
            TokenKind::Type => {
                self.next_kind() != TokenKind::LParen && self.next_kind() != TokenKind::TypeRef
            }
            TokenKind::Function => !matches!(
                self.next_kind(),
                TokenKind::Name | TokenKind::Word | TokenKind::TypeRef
            ),
            _ => false,
        };
        if !word {
            return self.assignment();
        }
        let token = self.bump();
        let text = Text {
            value: self.name(token),
            span: token.span(),
            form: TextForm::Bare,
        };
        Ok(Expr {
            kind: ExprKind::String(text),
            span: token.span(),
        })
    }
}

/// Whether an argument is one of the bare words that arrays allow.
fn is_word_value(value: &Expr, first: TokenKind) -> bool {
    matches!(first, TokenKind::Type | TokenKind::Function)
        && matches!(value.kind, ExprKind::String(_))
}

/// Whether it is an expression in the narrow sense of the grammar.
fn is_plain(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Assignment(_)
        | ExprKind::Chain(_)
        | ExprKind::Resource(_)
        | ExprKind::ResourceDefaults(_)
        | ExprKind::ResourceOverride(_)
        | ExprKind::Untitled(_) => false,
        ExprKind::Call(call) => !call.bare,
        _ => true,
    }
}

/// A hash that began as a bare `a => b` starts at its first key, one between
/// braces before it.
fn add_entry(items: &mut Vec<Expr>, entry: HashEntry) {
    let span: Span = entry.span();
    if let Some(Expr {
        kind: ExprKind::Hash(entries),
        span: hash,
    }) = items.last_mut()
        && entries
            .first()
            .is_some_and(|first| first.key.span.start == hash.start)
    {
        entries.push(entry);
        *hash = hash.to(span);
        return;
    }
    items.push(Expr {
        kind: ExprKind::Hash(vec![entry]),
        span,
    });
}
