//! Classes, defined types, nodes, functions, plans and types.

use super::{Parsed, Parser};
use crate::Span;
use crate::ast::{
    Access, Class, Define, Expr, ExprKind, Function, Node, Plan, Text, TextForm, TypeAlias,
    TypeDefinition,
};
use crate::token::TokenKind;
use smol_str::{SmolStr, format_smolstr};

impl Parser<'_> {
    /// `class name(params) inherits parent { body }`
    pub(super) fn class(&mut self) -> Parsed {
        let start = self.bump().start;
        let (written, name_span) = self.definition_name()?;
        let name = self.qualify(&written);
        let class = self.inside(&name.clone(), |parser| {
            let params = parser.parameter_list()?;
            let parent = parser.optional_parent()?;
            let body = parser.block()?;
            Ok(Class {
                name,
                name_span,
                params,
                parent,
                body,
            })
        })?;
        Ok(Expr {
            kind: ExprKind::Class(Box::new(class)),
            span: self.span_from(start),
        })
    }

    /// `define name(params) { body }`
    pub(super) fn define(&mut self) -> Parsed {
        let start = self.bump().start;
        let (written, name_span) = self.definition_name()?;
        let name = self.qualify(&written);
        let params = self.parameter_list()?;
        let body = self.block()?;
        let define = Define {
            name,
            name_span,
            params,
            body,
        };
        Ok(Expr {
            kind: ExprKind::Define(Box::new(define)),
            span: self.span_from(start),
        })
    }

    /// `plan name(params) { body }`
    pub(super) fn plan(&mut self) -> Parsed {
        let start = self.bump().start;
        let (written, name_span) = self.definition_name()?;
        let name = self.qualify(&written);
        let plan = self.inside(&name.clone(), |parser| {
            let params = parser.parameter_list()?;
            let body = parser.block()?;
            Ok(Plan {
                name,
                name_span,
                params,
                body,
            })
        })?;
        Ok(Expr {
            kind: ExprKind::Plan(Box::new(plan)),
            span: self.span_from(start),
        })
    }

    /// `function name(params) >> Type { body }`
    pub(super) fn function(&mut self) -> Parsed {
        let start = self.bump().start;
        let (name, name_span) = self.definition_name()?;
        let params = self.parameter_list()?;
        let return_type = self.optional_return_type()?;
        let body = self.block()?;
        let function = Function {
            name,
            name_span,
            params,
            return_type,
            body,
        };
        Ok(Expr {
            kind: ExprKind::Function(Box::new(function)),
            span: self.span_from(start),
        })
    }

    fn definition_name(&mut self) -> Parsed<(SmolStr, Span)> {
        if !matches!(
            self.kind(),
            TokenKind::Name | TokenKind::Word | TokenKind::TypeRef
        ) {
            return Err(self.unexpected());
        }
        let token = self.bump();
        Ok((self.name(token), token.span()))
    }

    /// The name with those of the classes around it.
    fn qualify(&self, name: &str) -> SmolStr {
        let name = name.strip_prefix("::").unwrap_or(name);
        match self.namespace.last() {
            Some(outer) => format_smolstr!("{outer}::{name}"),
            None => SmolStr::new(name),
        }
    }

    /// Runs `read` inside the class or plan of that full name.
    fn inside<T>(
        &mut self,
        name: &SmolStr,
        read: impl FnOnce(&mut Self) -> Parsed<T>,
    ) -> Parsed<T> {
        self.namespace.push(name.clone());
        let result = read(self);
        self.namespace.pop();
        result
    }

    /// `inherits parent`, or nothing.
    fn optional_parent(&mut self) -> Parsed<Option<(SmolStr, Span)>> {
        if self.eat(TokenKind::Inherits).is_none() {
            return Ok(None);
        }
        if self.kind() == TokenKind::Default {
            let token = self.bump();
            return Ok(Some((self.name(token), token.span())));
        }
        self.definition_name().map(Some)
    }

    /// `node matches inherits parent { body }`
    pub(super) fn node(&mut self) -> Parsed {
        let start = self.bump().start;
        let mut matches = vec![self.host()?];
        while self.eat(TokenKind::Comma).is_some() {
            if matches!(self.kind(), TokenKind::LBrace | TokenKind::Inherits) {
                break;
            }
            matches.push(self.host()?);
        }
        let parent = self
            .eat(TokenKind::Inherits)
            .map(|_| self.host())
            .transpose()?;
        let body = self.block()?;
        Ok(Expr {
            kind: ExprKind::Node(Box::new(Node {
                matches,
                parent,
                body,
            })),
            span: self.span_from(start),
        })
    }

    fn host(&mut self) -> Parsed {
        match self.kind() {
            TokenKind::Name | TokenKind::Number => self.dotted_host(),
            TokenKind::Default => self.primary(),
            TokenKind::Regex => Ok(self.regex()),
            _ => self.string(),
        }
    }

    /// `host.example.org` without quotes; blanks around the dots are allowed
    /// and mean nothing.
    fn dotted_host(&mut self) -> Parsed {
        let first = self.bump();
        let mut value = self.text(first).to_owned();
        while self.eat(TokenKind::Dot).is_some() {
            if !matches!(self.kind(), TokenKind::Name | TokenKind::Number) {
                return Err(self.unexpected());
            }
            let part = self.bump();
            value.push('.');
            value.push_str(self.text(part));
        }
        let span = self.span_from(first.start);
        let text = Text {
            value: SmolStr::new(value),
            span,
            form: TextForm::Bare,
        };
        Ok(Expr {
            kind: ExprKind::String(text),
            span,
        })
    }

    /// What starts with `type`: a call, an alias or a definition.
    pub(super) fn type_keyword(&mut self) -> Parsed {
        let keyword = self.bump();
        if self.kind() == TokenKind::LParen {
            let callee = Expr {
                kind: ExprKind::Name(self.name(keyword)),
                span: keyword.span(),
            };
            return self.call(callee);
        }
        if matches!(self.next_kind(), TokenKind::LBrace | TokenKind::Inherits) {
            return self.type_definition(keyword.start);
        }
        let target = self.parameter_type()?;
        self.expect(TokenKind::Equals)?;
        let value = self.aliased_type()?;
        let alias = TypeAlias { target, value };
        Ok(Expr {
            kind: ExprKind::TypeAlias(Box::new(alias)),
            span: self.span_from(keyword.start),
        })
    }

    /// `Type`, `Type[…]`, `Type { … }`, a hash or an array.
    fn aliased_type(&mut self) -> Parsed {
        match self.kind() {
            TokenKind::LBrace => self.hash(),
            TokenKind::LBrack | TokenKind::ListStart => self.array(),
            _ => {
                let token = self.expect(TokenKind::TypeRef)?;
                let target = Expr {
                    kind: ExprKind::TypeRef(self.name(token)),
                    span: token.span(),
                };
                match self.kind() {
                    TokenKind::LBrack => self.access(target),
                    TokenKind::LBrace => {
                        let keys = vec![self.hash()?];
                        let span = self.span_from(token.start);
                        Ok(Expr {
                            kind: ExprKind::Access(Box::new(Access { target, keys })),
                            span,
                        })
                    }
                    _ => Ok(target),
                }
            }
        }
    }

    fn type_definition(&mut self, start: u32) -> Parsed {
        let token = self.expect(TokenKind::TypeRef)?;
        let mut parent = None;
        if self.eat(TokenKind::Inherits).is_some() {
            let token = self.expect(TokenKind::TypeRef)?;
            parent = Some((self.name(token), token.span()));
        }
        let body = self.block()?;
        let definition = TypeDefinition {
            name: self.name(token),
            name_span: token.span(),
            parent,
            body,
        };
        Ok(Expr {
            kind: ExprKind::TypeDefinition(Box::new(definition)),
            span: self.span_from(start),
        })
    }
}
