//! Reading Ruby expressions; whatever is not understood to the end is opaque.

mod call;
mod literal;

use super::{Ruby, RubyOp};

/// Expressions deeper than this are opaque.
const MAX_DEPTH: u32 = 24;
/// Expressions longer than this are opaque.
pub(in crate::template) const MAX_LENGTH: usize = 4096;

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
        let value = self.modified(value)?;
        self.skip_blanks();
        self.rest.is_empty().then_some(value)
    }

    /// `value if condition`, `value unless condition`
    fn modified(&mut self, value: Ruby) -> Option<Ruby> {
        let (yes, no) = if self.eat_word("if") {
            (value, Ruby::Nil)
        } else if self.eat_word("unless") {
            (Ruby::Nil, value)
        } else {
            return Some(value);
        };
        Some(choice(self.expression()?, yes, no))
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
        Some(choice(condition, yes, no))
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
            ("=~", RubyOp::Match),
            ("!=", RubyOp::NotEqual),
            ("!~", RubyOp::NoMatch),
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
        let operators = [("+", RubyOp::Add), ("-", RubyOp::Subtract)];
        self.chain(&operators, Self::product)
    }

    fn product(&mut self) -> Option<Ruby> {
        let operators = [
            ("*", RubyOp::Multiply),
            ("/", RubyOp::Divide),
            ("%", RubyOp::Remainder),
        ];
        self.chain(&operators, Self::postfix)
    }

    fn chain(
        &mut self,
        operators: &[(&str, RubyOp)],
        operand: fn(&mut Self) -> Option<Ruby>,
    ) -> Option<Ruby> {
        let mut left = operand(self)?;
        while let Some((_, op)) = operators.iter().find(|(spelling, _)| self.eat(spelling)) {
            left = binary(*op, left, operand(self)?);
        }
        Some(left)
    }

    fn postfix(&mut self) -> Option<Ruby> {
        let mut negations = 0;
        while self.peek('!') && !self.rest[1..].starts_with(['=', '~']) {
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
            '/' => self.regex(),
            '%' => self.words(),
            '-' if !self.rest[1..].starts_with(|c: char| c.is_ascii_digit()) => None,
            '0'..='9' | '-' => Some(self.number()),
            'A'..='Z' => self.constant(),
            _ => self.word(),
        }
    }

    /// `Name`, `Outer::Name`: a class, or a function named like one.
    fn constant(&mut self) -> Option<Ruby> {
        let whole = self.rest;
        self.name()?;
        while let Some(rest) = self.rest.strip_prefix("::")
            && rest.starts_with(|c: char| c.is_ascii_uppercase())
        {
            self.rest = rest;
            self.name()?;
        }
        let name = &whole[..whole.len() - self.rest.len()];
        if self.rest.starts_with('(') {
            return self.call(None, name);
        }
        Some(Ruby::Constant(name.into()))
    }

    fn word(&mut self) -> Option<Ruby> {
        let name = self.method_name()?;
        match name {
            "nil" => return Some(Ruby::Nil),
            "true" => return Some(Ruby::Bool(true)),
            "false" => return Some(Ruby::Bool(false)),
            "defined?" if !self.rest.starts_with('(') => return self.defined(name),
            _ if is_keyword(name) => return None,
            _ => {}
        }
        if self.rest.starts_with('(') {
            return self.call(None, name);
        }
        Some(Ruby::Local(name.into()))
    }

    /// `defined? @x`
    fn defined(&mut self, name: &str) -> Option<Ruby> {
        let args = vec![self.postfix()?];
        Some(Ruby::Call {
            receiver: None,
            name: name.into(),
            args,
            block: None,
        })
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

fn choice(condition: Ruby, yes: Ruby, no: Ruby) -> Ruby {
    Ruby::Choice {
        condition: Box::new(condition),
        yes: Box::new(yes),
        no: Box::new(no),
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
    fn reads_what_blocks_give() {
        let block = |code: &str| match read_ruby(code) {
            Ruby::Call {
                block: Some(block), ..
            } => *block,
            other => panic!("{code}: {other:?}"),
        };
        let urls = block("@hosts.map { |h| \"https://#{h}:2379\" }");
        assert_eq!(urls.params, ["h"]);
        assert!(matches!(&urls.body, Ruby::String(parts) if parts.len() == 3));
        assert_eq!(block("@x.each { |k, v| k; v }").body, Ruby::Opaque);
        let short = block("@x.map(&:to_s)");
        assert_eq!(short, block("@x.map { |it| it.to_s }"));
    }

    #[test]
    fn reads_matches_and_sums() {
        assert_eq!(
            read_ruby("@x =~ /^\\/etc/i"),
            Ruby::Binary {
                op: RubyOp::Match,
                left: Box::new(variable("x")),
                right: Box::new(Ruby::Regex("^\\/etc".into())),
            }
        );
        assert_eq!(read_ruby("@a+1*2"), read_ruby("@a + (1 * 2)"));
        assert_eq!(read_ruby("0.75"), Ruby::Number("0.75".into()));
        assert!(
            matches!(read_ruby("@x.gsub(/a b/, '')"), Ruby::Call { args, .. } if args.len() == 2)
        );
        assert_eq!(read_ruby("%w[a b]"), read_ruby("['a', 'b']"));
    }

    #[test]
    fn reads_modifiers_and_tests() {
        assert_eq!(read_ruby("@a if @b"), read_ruby("@b ? @a : nil"));
        assert_eq!(read_ruby("@a unless @b"), read_ruby("@b ? nil : @a"));
        assert!(
            matches!(read_ruby("@a.is_a? Array"), Ruby::Call { args, .. }
            if args == [Ruby::Constant("Array".into())])
        );
        assert_eq!(read_ruby("defined? @a"), read_ruby("defined?(@a)"));
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
