//! Reading Ruby expressions; whatever is not understood to the end is opaque.

use super::{Ruby, RubyOp, RubyPart};
use smol_str::SmolStr;

/// Expressions deeper than this are opaque.
const MAX_DEPTH: u32 = 24;
/// Expressions longer than this are opaque.
const MAX_LENGTH: usize = 4096;

/// Reads one expression.
pub(in crate::template) fn read_ruby(code: &str) -> Ruby {
    if code.len() > MAX_LENGTH {
        return Ruby::Opaque;
    }
    let mut reader = Reader {
        rest: code,
        depth: 0,
    };
    reader.whole().unwrap_or(Ruby::Opaque)
}

struct Reader<'c> {
    rest: &'c str,
    depth: u32,
}

impl<'c> Reader<'c> {
    fn whole(&mut self) -> Option<Ruby> {
        let value = self.expression()?;
        self.skip_blanks();
        self.rest.is_empty().then_some(value)
    }

    /// `a and b or c`, which bind equally.
    fn expression(&mut self) -> Option<Ruby> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return None;
        }
        let mut left = self.negation()?;
        loop {
            let op = if self.eat_word("and") {
                RubyOp::And
            } else if self.eat_word("or") {
                RubyOp::Or
            } else {
                break;
            };
            left = binary(op, left, self.negation()?);
        }
        self.depth -= 1;
        Some(left)
    }

    fn negation(&mut self) -> Option<Ruby> {
        let mut negations = 0;
        while self.eat_word("not") {
            negations += 1;
        }
        let value = self.choice()?;
        Some(negate(value, negations))
    }

    /// `condition ? yes : no`
    fn choice(&mut self) -> Option<Ruby> {
        let condition = self.disjunction()?;
        if !self.eat("?") {
            return Some(condition);
        }
        let yes = self.expression()?;
        self.expect(":")?;
        let no = self.expression()?;
        Some(Ruby::Choice {
            condition: condition.into(),
            yes: yes.into(),
            no: no.into(),
        })
    }

    fn disjunction(&mut self) -> Option<Ruby> {
        let mut left = self.conjunction()?;
        while self.eat("||") {
            left = binary(RubyOp::Or, left, self.conjunction()?);
        }
        Some(left)
    }

    fn conjunction(&mut self) -> Option<Ruby> {
        let mut left = self.comparison()?;
        while self.eat("&&") {
            left = binary(RubyOp::And, left, self.comparison()?);
        }
        Some(left)
    }

    fn comparison(&mut self) -> Option<Ruby> {
        let left = self.sum()?;
        // The longer spellings first.
        let operators = [
            ("==", RubyOp::Equal),
            ("!=", RubyOp::NotEqual),
            ("<=", RubyOp::LessEqual),
            (">=", RubyOp::GreaterEqual),
            ("<", RubyOp::Less),
            (">", RubyOp::Greater),
        ];
        let Some((_, op)) = operators
            .into_iter()
            .find(|(spelling, _)| self.eat(spelling))
        else {
            return Some(left);
        };
        Some(binary(op, left, self.sum()?))
    }

    fn sum(&mut self) -> Option<Ruby> {
        let mut left = self.postfix()?;
        while self.eat("+") {
            left = binary(RubyOp::Add, left, self.postfix()?);
        }
        Some(left)
    }

    fn postfix(&mut self) -> Option<Ruby> {
        let mut negations = 0;
        while self.peek('!') && !self.rest.starts_with("!=") {
            self.rest = &self.rest[1..];
            negations += 1;
        }
        let mut value = self.primary()?;
        loop {
            if self.rest.starts_with('[') {
                self.rest = &self.rest[1..];
                let key = self.expression()?;
                self.expect("]")?;
                value = index(value, key);
            } else if self.eat_dot() {
                value = self.method(value)?;
            } else {
                return Some(negate(value, negations));
            }
        }
    }

    fn primary(&mut self) -> Option<Ruby> {
        self.skip_blanks();
        let first = self.rest.chars().next()?;
        match first {
            '@' => {
                self.rest = &self.rest[1..];
                self.name().map(|name| Ruby::Variable(name.into()))
            }
            ':' => {
                self.rest = &self.rest[1..];
                let name = self.name()?;
                Some(if name == "undef" {
                    Ruby::Nil
                } else {
                    Ruby::Symbol(name.into())
                })
            }
            '\'' => self.single_quoted(),
            '"' => self.double_quoted(),
            '(' => {
                self.rest = &self.rest[1..];
                let value = self.expression()?;
                self.expect(")")?;
                Some(value)
            }
            '[' => {
                self.rest = &self.rest[1..];
                self.list("]").map(Ruby::Array)
            }
            '0'..='9' => Some(self.number()),
            _ => self.word(),
        }
    }

    fn number(&mut self) -> Ruby {
        let len = self
            .rest
            .bytes()
            .take_while(|b| b.is_ascii_digit() || *b == b'_')
            .count();
        let (number, rest) = self.rest.split_at(len);
        self.rest = rest;
        Ruby::Number(number.into())
    }

    fn word(&mut self) -> Option<Ruby> {
        let name = self.method_name()?;
        match name {
            "nil" => return Some(Ruby::Nil),
            "true" => return Some(Ruby::Bool(true)),
            "false" => return Some(Ruby::Bool(false)),
            _ if is_keyword(name) => return None,
            _ => {}
        }
        if self.rest.starts_with('(') {
            return self.call(None, name);
        }
        Some(Ruby::Local(name.into()))
    }

    /// Reads the method after a dot.
    fn method(&mut self, receiver: Ruby) -> Option<Ruby> {
        self.skip_blanks();
        let name = self.method_name()?;
        let call = self.call(Some(Box::new(receiver)), name)?;
        Some(scope_lookup(call))
    }

    fn call(&mut self, receiver: Option<Box<Ruby>>, name: &str) -> Option<Ruby> {
        let args = if self.rest.starts_with('(') {
            self.rest = &self.rest[1..];
            self.list(")")?
        } else if receiver.is_some() && self.rest.starts_with([' ', '\t']) && self.at_quote() {
            // `x.join ','`
            vec![self.primary()?]
        } else {
            Vec::new()
        };
        let block = self.block()?;
        Some(Ruby::Call {
            receiver,
            name: name.into(),
            args,
            block,
        })
    }

    /// Steps over `{ … }` after a call; what is in it is not read.
    fn block(&mut self) -> Option<bool> {
        if !self.peek('{') {
            return Some(false);
        }
        let mut depth = 0_u32;
        let mut quote = None;
        for (at, c) in self.rest.char_indices() {
            match (quote, c) {
                (Some(open), c) if c == open => quote = None,
                (None, '\'' | '"') => quote = Some(c),
                (None, '{') => depth += 1,
                (None, '}') => {
                    depth -= 1;
                    if depth == 0 {
                        self.rest = &self.rest[at + 1..];
                        return Some(true);
                    }
                }
                _ => {}
            }
        }
        None
    }

    /// Values between commas, up to and including `end`.
    fn list(&mut self, end: &str) -> Option<Vec<Ruby>> {
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

    fn single_quoted(&mut self) -> Option<Ruby> {
        let mut text = String::new();
        let mut chars = self.rest[1..].chars();
        loop {
            match chars.next()? {
                '\'' => break,
                '\\' => match chars.next()? {
                    c @ ('\\' | '\'') => text.push(c),
                    c => text.extend(['\\', c]),
                },
                c => text.push(c),
            }
        }
        self.rest = chars.as_str();
        Some(Ruby::String(text_parts(text)))
    }

    fn double_quoted(&mut self) -> Option<Ruby> {
        let mut parts = Vec::new();
        let mut text = String::new();
        self.rest = &self.rest[1..];
        loop {
            if self.rest.starts_with("#{") {
                self.rest = &self.rest[2..];
                parts.extend(text_parts(std::mem::take(&mut text)));
                parts.push(RubyPart::Hole(self.expression()?));
                self.expect("}")?;
                continue;
            }
            let mut chars = self.rest.chars();
            let c = chars.next()?;
            match c {
                '"' => {
                    self.rest = chars.as_str();
                    break;
                }
                '\\' => text.push(unescape(chars.next()?)),
                c => text.push(c),
            }
            self.rest = chars.as_str();
        }
        parts.extend(text_parts(text));
        Some(Ruby::String(parts))
    }

    fn name(&mut self) -> Option<&'c str> {
        let len = self
            .rest
            .bytes()
            .take_while(|&b| b.is_ascii_alphanumeric() || b == b'_')
            .count();
        let (name, rest) = self.rest.split_at(len);
        self.rest = rest;
        (!name.is_empty()).then_some(name)
    }

    /// A name that may end in `?` or `!`.
    fn method_name(&mut self) -> Option<&'c str> {
        let whole = self.rest;
        let name = self.name()?;
        let marked = self.rest.starts_with(['?', '!']) && !self.rest[1..].starts_with('=');
        if !marked {
            return Some(name);
        }
        self.rest = &self.rest[1..];
        Some(&whole[..=name.len()])
    }

    fn at_quote(&self) -> bool {
        self.rest.trim_start().starts_with(['\'', '"'])
    }

    fn skip_blanks(&mut self) {
        self.rest = self.rest.trim_start();
    }

    fn peek(&mut self, c: char) -> bool {
        self.skip_blanks();
        self.rest.starts_with(c)
    }

    fn eat(&mut self, text: &str) -> bool {
        self.skip_blanks();
        let rest = self.rest.strip_prefix(text);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    fn expect(&mut self, text: &str) -> Option<()> {
        self.eat(text).then_some(())
    }

    fn eat_word(&mut self, word: &str) -> bool {
        self.skip_blanks();
        let rest = self.rest.strip_prefix(word);
        let rest = rest.filter(|rest| !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_'));
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    /// `.` or `&.`, but not the dots of a range.
    fn eat_dot(&mut self) -> bool {
        let trimmed = self.rest.trim_start();
        let rest = trimmed.strip_prefix("&.").or_else(|| {
            trimmed
                .strip_prefix('.')
                .filter(|rest| !rest.starts_with('.'))
        });
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }
}

fn binary(op: RubyOp, left: Ruby, right: Ruby) -> Ruby {
    Ruby::Binary {
        op,
        left: Box::new(left),
        right: Box::new(right),
    }
}

fn negate(value: Ruby, times: u32) -> Ruby {
    match times {
        0 => value,
        odd if odd % 2 == 1 => Ruby::Not(Box::new(value)),
        _ => Ruby::Not(Box::new(Ruby::Not(Box::new(value)))),
    }
}

/// `scope['name']` reads a variable.
fn index(target: Ruby, key: Ruby) -> Ruby {
    match (&target, key.as_text()) {
        (Ruby::Local(name), Some(variable)) if name == "scope" => Ruby::Scope(variable.into()),
        _ => Ruby::Index {
            target: Box::new(target),
            key: Box::new(key),
        },
    }
}

/// `scope.lookupvar('name')` reads a variable.
fn scope_lookup(call: Ruby) -> Ruby {
    let Ruby::Call {
        receiver: Some(receiver),
        name,
        args,
        block: false,
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

fn text_parts(text: String) -> Vec<RubyPart> {
    if text.is_empty() {
        Vec::new()
    } else {
        vec![RubyPart::Text(SmolStr::new(text))]
    }
}

const fn unescape(c: char) -> char {
    match c {
        'n' => '\n',
        't' => '\t',
        'r' => '\r',
        's' => ' ',
        other => other,
    }
}

fn is_keyword(word: &str) -> bool {
    matches!(
        word,
        "if" | "unless"
            | "then"
            | "else"
            | "end"
            | "do"
            | "case"
            | "when"
            | "while"
            | "begin"
            | "return"
    )
}

#[cfg(test)]
mod tests {
    use super::read_ruby;
    use crate::template::{Ruby, RubyOp, RubyPart};

    fn variable(name: &str) -> Ruby {
        Ruby::Variable(name.into())
    }

    #[test]
    fn reads_what_templates_hold() {
        assert_eq!(read_ruby(" @x "), variable("x"));
        assert_eq!(
            read_ruby("scope.lookupvar('::a::b')"),
            Ruby::Scope("::a::b".into())
        );
        assert_eq!(read_ruby("scope['a']"), Ruby::Scope("a".into()));
        assert!(
            matches!(read_ruby("@x.sort.join(',')"), Ruby::Call { name, .. } if name == "join")
        );
        assert!(matches!(read_ruby("@x['k']"), Ruby::Index { .. }));
        assert!(
            matches!(read_ruby("@x.map { |y| y['}'] }.join(' ')"), Ruby::Call { name, .. } if name == "join")
        );
        let parts = vec![
            RubyPart::Text("a".into()),
            RubyPart::Hole(variable("b")),
            RubyPart::Text("c".into()),
        ];
        assert_eq!(read_ruby("\"a#{@b}c\""), Ruby::String(parts));
    }

    #[test]
    fn reads_conditions() {
        let read = read_ruby("@a and not @b == :undef");
        let Ruby::Binary {
            op: RubyOp::And,
            right,
            ..
        } = read
        else {
            panic!("{read:?}")
        };
        assert!(matches!(*right, Ruby::Not(_)));
        assert!(matches!(
            read_ruby("@a.nil? || !@b.empty?"),
            Ruby::Binary { op: RubyOp::Or, .. }
        ));
    }

    #[test]
    fn reads_choices_and_bare_arguments() {
        assert!(matches!(read_ruby("@x ? 'a' : \"b\""), Ruby::Choice { .. }));
        assert!(matches!(
            read_ruby("@x.empty? ? :a : :b"),
            Ruby::Choice { .. }
        ));
        assert!(matches!(read_ruby("@x.join ','"), Ruby::Call { args, .. } if args.len() == 1));
    }

    #[test]
    fn the_rest_is_opaque() {
        for code in [
            "", "@x ? 1 :", "@a = 1", "f x", "'a", "\"#{\"", "(((", "1..2", "if @x",
        ] {
            assert_eq!(read_ruby(code), Ruby::Opaque, "{code}");
        }
    }
}
