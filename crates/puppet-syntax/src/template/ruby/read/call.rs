//! Calls: what stands between the parentheses, and blocks.

use super::Reader;
use crate::template::ruby::{Ruby, RubyBlock};
use smol_str::SmolStr;

/// What the parameter of `&:name` is called.
const SHORT_PARAMETER: &str = "it";

impl Reader<'_> {
    /// Reads the method after a dot.
    pub(super) fn method(&mut self, receiver: Ruby) -> Option<Ruby> {
        self.skip_blanks();
        let name = self.method_name()?;
        let call = self.call(Some(Box::new(receiver)), name)?;
        Some(scope_lookup(call))
    }

    pub(super) fn call(&mut self, receiver: Option<Box<Ruby>>, name: &str) -> Option<Ruby> {
        let mut block = None;
        let args = if self.rest.starts_with('(') {
            self.rest = &self.rest[1..];
            self.arguments(&mut block)?
        } else if receiver.is_some() && self.at_bare_argument() {
            // `x.join ','`
            vec![self.sum()?]
        } else {
            Vec::new()
        };
        if self.peek('{') {
            block = Some(Box::new(self.block()?));
        }
        Some(Ruby::Call {
            receiver,
            name: name.into(),
            args,
            block,
        })
    }

    /// Up to and including the closing parenthesis; the last may be `&:name`.
    fn arguments(&mut self, block: &mut Option<Box<RubyBlock>>) -> Option<Vec<Ruby>> {
        let mut args = Vec::new();
        while !self.eat(")") {
            if self.eat("&:") {
                *block = Some(Box::new(short_block(self.method_name()?)));
                self.expect(")")?;
                break;
            }
            args.push(self.expression()?);
            if !self.eat(",") {
                self.expect(")")?;
                break;
            }
        }
        Some(args)
    }

    /// Behind a blank, something that can only be a value.
    fn at_bare_argument(&self) -> bool {
        let text = self.rest.trim_start_matches([' ', '\t']);
        let mut chars = text.chars();
        let is_value = match chars.next() {
            Some('\'' | '"' | '@') => true,
            Some(':') => chars.next().is_some_and(char::is_alphabetic),
            Some(first) => first.is_ascii_uppercase() || first.is_ascii_digit(),
            None => false,
        };
        is_value && text.len() < self.rest.len()
    }

    /// `{ |name, …| expression }`. What is not one expression stays opaque.
    fn block(&mut self) -> Option<RubyBlock> {
        let end = block_end(self.rest)?;
        let inside = &self.rest[1..end];
        self.rest = &self.rest[end + 1..];
        let block = Reader {
            rest: inside,
            depth: self.depth,
        }
        .block_inside();
        Some(block.unwrap_or(RubyBlock {
            params: Vec::new(),
            body: Ruby::Opaque,
        }))
    }

    fn block_inside(mut self) -> Option<RubyBlock> {
        let mut params = Vec::new();
        if self.eat("|") {
            loop {
                self.skip_blanks();
                params.push(SmolStr::new(self.name()?));
                if !self.eat(",") {
                    break;
                }
            }
            self.expect("|")?;
        }
        let body = self.whole()?;
        Some(RubyBlock { params, body })
    }

    /// Values between commas, up to and including `end`.
    pub(super) fn list(&mut self, end: &str) -> Option<Vec<Ruby>> {
        let mut values = Vec::new();
        while !self.eat(end) {
            values.push(self.expression()?);
            if !self.eat(",") {
                self.expect(end)?;
                break;
            }
        }
        Some(values)
    }
}

/// Where the brace is closed that `text` starts with.
fn block_end(text: &str) -> Option<usize> {
    let mut depth = 0_u32;
    let mut quote = None;
    for (at, c) in text.char_indices() {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (None, '\'' | '"') => quote = Some(c),
            (None, '{') => depth += 1,
            (None, '}') => {
                depth -= 1;
                if depth == 0 {
                    return Some(at);
                }
            }
            _ => {}
        }
    }
    None
}

/// `&:name`, which calls the method of that name on each.
fn short_block(name: &str) -> RubyBlock {
    RubyBlock {
        params: vec![SHORT_PARAMETER.into()],
        body: Ruby::Call {
            receiver: Some(Box::new(Ruby::Local(SHORT_PARAMETER.into()))),
            name: name.into(),
            args: Vec::new(),
            block: None,
        },
    }
}

/// `scope.lookupvar('name')` reads a variable.
fn scope_lookup(call: Ruby) -> Ruby {
    let Ruby::Call {
        receiver: Some(receiver),
        name,
        args,
        block: None,
    } = &call
    else {
        return call;
    };
    let on_scope =
        matches!(&**receiver, Ruby::Local(name) if name == "scope") && name == "lookupvar";
    match args.as_slice() {
        [arg] if on_scope => arg
            .as_text()
            .map_or(Ruby::Opaque, |variable| Ruby::Scope(variable.into())),
        _ => call,
    }
}
