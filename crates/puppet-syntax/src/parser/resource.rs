//! Resources, defaults, overrides and collectors.

use super::statement::{bare_call, is_statement_function};
use super::{Parsed, Parser};
use crate::Span;
use crate::ast::{
    Attribute, AttributeName, AttributeOp, Collector, Expr, ExprKind, HashEntry, Resource,
    ResourceBody, ResourceDefaults, ResourceForm, ResourceOverride, Text, TextForm, Untitled,
};
use crate::token::{Token, TokenKind};

impl Parser<'_> {
    /// An expression, and every `{ … }` after it.
    pub(super) fn resource(&mut self) -> Parsed {
        let mut left = match self.kind() {
            TokenKind::At => return self.marked_resource(ResourceForm::Virtual),
            TokenKind::AtAt => return self.marked_resource(ResourceForm::Exported),
            TokenKind::Class if self.next_kind() == TokenKind::LBrace => self.class_resource()?,
            _ => self.expression()?,
        };
        while self.kind() == TokenKind::LBrace {
            left = self.braced(left)?;
            self.grow()?;
        }
        Ok(left)
    }

    /// `@resource`, `@@resource`
    fn marked_resource(&mut self, form: ResourceForm) -> Parsed {
        let mark = self.bump();
        let mut resource = self.nested(Self::resource)?;
        match &mut resource.kind {
            ExprKind::Resource(inner) => inner.form = form,
            ExprKind::ResourceDefaults(inner) => inner.form = form,
            ExprKind::ResourceOverride(inner) => inner.form = form,
            _ => {
                return Err(self.fail_at(mark.span(), "only a resource can be virtual or exported"));
            }
        }
        resource.span = mark.span().to(resource.span);
        Ok(resource)
    }

    /// `class { title: … }`
    fn class_resource(&mut self) -> Parsed {
        let keyword = self.bump();
        let type_name = Expr {
            kind: ExprKind::Name(self.name(keyword)),
            span: keyword.span(),
        };
        self.bump();
        let mut bodies = vec![self.resource_body()?];
        self.more_bodies(&mut bodies)?;
        Ok(self.finish_resource(type_name, bodies))
    }

    fn finish_resource(&self, type_name: Expr, bodies: Vec<ResourceBody>) -> Expr {
        let span = self.span_from(type_name.span.start);
        let resource = Resource {
            form: ResourceForm::Regular,
            type_name,
            bodies,
        };
        Expr {
            kind: ExprKind::Resource(Box::new(resource)),
            span,
        }
    }

    /// What a `{` after an expression makes of it.
    fn braced(&mut self, left: Expr) -> Parsed {
        let brace = self.bump();
        if self.at_attributes() {
            return self.untitled(left, brace);
        }
        let mut bodies = vec![self.resource_body()?];
        self.more_bodies(&mut bodies)?;
        Ok(self.finish_resource(left, bodies))
    }

    /// Whether attributes come, not a title.
    fn at_attributes(&self) -> bool {
        match self.kind() {
            TokenKind::RBrace | TokenKind::Comma => true,
            TokenKind::Times => self.next_kind() == TokenKind::FatArrow,
            kind => {
                is_attribute_name(kind)
                    && matches!(self.next_kind(), TokenKind::FatArrow | TokenKind::PlusArrow)
            }
        }
    }

    /// `title: attributes`
    fn resource_body(&mut self) -> Parsed<ResourceBody> {
        let title = self.expression()?;
        self.expect(TokenKind::Colon)?;
        let attributes = self.attributes()?;
        let span = self.span_from(title.span.start);
        Ok(ResourceBody {
            title,
            attributes,
            span,
        })
    }

    /// `; title: attributes`, with an optional semicolon at the end.
    fn more_bodies(&mut self, bodies: &mut Vec<ResourceBody>) -> Parsed<()> {
        while self.eat(TokenKind::Semicolon).is_some() && self.kind() != TokenKind::RBrace {
            bodies.push(self.resource_body()?);
        }
        self.expect(TokenKind::RBrace)?;
        Ok(())
    }

    /// Attributes, with an optional comma after the last one. Puppet's grammar
    /// also takes a comma before the first one.
    fn attributes(&mut self) -> Parsed<Vec<Attribute>> {
        let mut attributes = Vec::new();
        if self.at_attribute() {
            attributes.push(self.attribute()?);
        }
        while self.eat(TokenKind::Comma).is_some() && self.at_attribute() {
            attributes.push(self.attribute()?);
        }
        Ok(attributes)
    }

    fn at_attribute(&self) -> bool {
        let kind = self.kind();
        kind == TokenKind::Times || is_attribute_name(kind)
    }

    fn attribute(&mut self) -> Parsed<Attribute> {
        let token = self.bump();
        let name = match token.kind {
            TokenKind::Times => AttributeName::Splat,
            _ => AttributeName::Named(self.name(token)),
        };
        let op = match self.kind() {
            TokenKind::FatArrow => AttributeOp::Set,
            TokenKind::PlusArrow if token.kind != TokenKind::Times => AttributeOp::Append,
            _ => return Err(self.unexpected()),
        };
        self.bump();
        let value = self.expression()?;
        Ok(Attribute {
            name,
            name_span: token.span(),
            op,
            value,
        })
    }

    /// `left { attributes }`: what it means depends on the left side.
    fn untitled(&mut self, left: Expr, brace: Token) -> Parsed {
        let attributes = self.attributes()?;
        self.expect(TokenKind::RBrace)?;
        let span = self.span_from(left.span.start);
        let form = ResourceForm::Regular;
        let kind = match left.kind {
            ExprKind::Name(_) => return self.name_with_hash(left, attributes, brace),
            ExprKind::TypeRef(_) => ExprKind::ResourceDefaults(Box::new(ResourceDefaults {
                form,
                type_ref: left,
                attributes,
            })),
            ExprKind::Access(_) => ExprKind::ResourceOverride(Box::new(ResourceOverride {
                form,
                target: left,
                attributes,
            })),
            _ => {
                return Err(self.fail_at(
                    brace.span(),
                    "only a resource type can stand before these braces",
                ));
            }
        };
        Ok(Expr { kind, span })
    }

    /// `notice { a => b }` calls; any other name just stands beside the hash.
    fn name_with_hash(&mut self, name: Expr, attributes: Vec<Attribute>, brace: Token) -> Parsed {
        if attributes
            .iter()
            .any(|attribute| attribute.op == AttributeOp::Append)
        {
            return Err(self.fail_at(brace.span(), "a resource without a title"));
        }
        let span = self.span_from(name.span.start);
        if is_statement_function(&name) {
            let entries = attributes.into_iter().map(attribute_to_entry).collect();
            let hash = Expr {
                kind: ExprKind::Hash(entries),
                span: self.span_from(brace.start),
            };
            return Ok(bare_call(name, vec![hash]));
        }
        Ok(Expr {
            kind: ExprKind::Untitled(Box::new(Untitled { name, attributes })),
            span,
        })
    }

    /// `Type <| query |> { overrides }`
    pub(super) fn collector(&mut self, type_ref: Expr) -> Parsed {
        let exported = self.bump().kind == TokenKind::LLCollect;
        let end = if exported {
            TokenKind::RRCollect
        } else {
            TokenKind::RCollect
        };
        let query = if self.kind() == end {
            None
        } else {
            Some(self.expression()?)
        };
        self.expect(end)?;
        let mut overrides = Vec::new();
        if self.eat(TokenKind::LBrace).is_some() {
            overrides = self.attributes()?;
            self.expect(TokenKind::RBrace)?;
        }
        let span = self.span_from(type_ref.span.start);
        let collector = Collector {
            exported,
            type_ref,
            query,
            overrides,
        };
        Ok(Expr {
            kind: ExprKind::Collector(Box::new(collector)),
            span,
        })
    }
}

const fn is_attribute_name(kind: TokenKind) -> bool {
    matches!(kind, TokenKind::Name) || kind.is_keyword()
}

fn attribute_to_entry(attribute: Attribute) -> HashEntry {
    let span: Span = attribute.name_span;
    let value = attribute.named().unwrap_or("*").into();
    let text = Text {
        value,
        span,
        form: TextForm::Bare,
    };
    HashEntry {
        key: Expr {
            kind: ExprKind::String(text),
            span,
        },
        value: attribute.value,
    }
}
