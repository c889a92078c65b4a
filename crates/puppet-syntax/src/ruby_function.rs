//! Functions that Puppet calls and that are written in Ruby: as much of their
//! statements as decides what they return.
//!
//! Both interfaces are known: `newfunction(:name) do |args|` and
//! `Puppet::Functions.create_function(:name) do … def name(a) … end`. A
//! statement that is not understood is [`RubyStatement::Opaque`]; nothing is
//! guessed of what it does.

use crate::Span;
use crate::template::{Ruby, ruby_expression};
use smol_str::SmolStr;

/// Blocks deeper than this are opaque.
const MAX_DEPTH: usize = 24;

/// A function.
#[derive(Debug, Clone, PartialEq)]
pub struct RubyFunction {
    /// The names of its parameters; one name for all arguments where the
    /// interface is the old one.
    pub params: Vec<SmolStr>,
    /// Whether the one parameter is the list of all arguments.
    pub takes_list: bool,
    /// What it does.
    pub body: Vec<RubyStatement>,
}

/// A statement, and the line it stands on.
#[derive(Debug, Clone, PartialEq)]
pub enum RubyStatement {
    /// `return x`, `return x if y`
    Return(Line),
    /// `name = x`
    Assign(SmolStr, Line),
    /// An expression; the last one of a body is what it gives.
    Value(Line),
    /// `if … elsif … else … end`, `unless`, `case … when …`; conditions in
    /// order, each with what it guards, then what is done otherwise.
    Branches(Vec<(Test, Vec<RubyStatement>)>, Vec<RubyStatement>),
    /// `fail`, `raise`
    Fail,
    /// Anything else.
    Opaque,
}

/// An expression with the condition behind it, and where it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// The expression.
    pub value: Ruby,
    /// `… if condition`; `unless` is turned around.
    pub condition: Option<Ruby>,
    /// Its text.
    pub span: Span,
}

/// The condition of a branch.
#[derive(Debug, Clone, PartialEq)]
pub struct Test {
    /// Any of these has to hold.
    pub any: Vec<Ruby>,
    /// What they are compared with: the subject of a `case`.
    pub subject: Option<Ruby>,
    /// Its text.
    pub span: Span,
}

/// The function in `source`, if there is one in a form that is known.
pub fn parse_ruby_function(source: &str) -> Option<RubyFunction> {
    let lines = lines(source);
    let (start, params, takes_list) = lines.iter().enumerate().find_map(|(index, line)| {
        let text = line.text;
        if text.contains("newfunction(") {
            let params = text.split('|').nth(1).unwrap_or("args");
            return Some((index, names(params), true));
        }
        let text = text.strip_prefix("def ")?;
        let params = text.split_once('(').map_or("", |(_, rest)| rest);
        Some((index, names(params.trim_end_matches(')')), false))
    })?;
    // The head may go on over several lines, up to its `do |args|`.
    let head = lines[start..]
        .iter()
        .position(|line| !takes_list || line.text.ends_with('|') || line.text.ends_with(" do"))?;
    let params = match lines[start + head].text.split('|').nth(1) {
        Some(inside) if takes_list => names(inside),
        _ => params,
    };
    let mut reader = Reader {
        lines: &lines[start + head + 1..],
        at: 0,
    };
    let body = reader.block(0);
    Some(RubyFunction {
        params,
        takes_list,
        body,
    })
}

fn names(list: &str) -> Vec<SmolStr> {
    let name = |it: &str| {
        it.split(['=', ' '])
            .find(|it| !it.is_empty())
            .map(SmolStr::new)
    };
    list.split(',').filter_map(name).collect()
}

/// A line without its comment and the blanks around it.
#[derive(Clone, Copy)]
struct Source<'s> {
    text: &'s str,
    start: usize,
}

fn lines(source: &str) -> Vec<Source<'_>> {
    let mut found = Vec::new();
    let mut start = 0;
    for line in source.split_inclusive('\n') {
        let code = without_comment(line);
        let text = code.trim();
        if !text.is_empty() {
            let inset = code.len() - code.trim_start().len();
            found.push(Source {
                text,
                start: start + inset,
            });
        }
        start += line.len();
    }
    found
}

/// A `#` begins a comment where it stands in no string and begins no hole.
fn without_comment(line: &str) -> &str {
    let mut quote = None;
    let bytes = line.as_bytes();
    let mut index = 0;
    while index < bytes.len() {
        match (quote, bytes[index]) {
            (Some(_), b'\\') => index += 1,
            (Some(open), byte) if byte == open => quote = None,
            (None, byte @ (b'\'' | b'"')) => quote = Some(byte),
            (None, b'#') if index == 0 || bytes[index - 1].is_ascii_whitespace() => {
                return &line[..index];
            }
            _ => {}
        }
        index += 1;
    }
    line
}

struct Reader<'s> {
    lines: &'s [Source<'s>],
    at: usize,
}

impl<'s> Reader<'s> {
    fn peek(&self) -> Option<Source<'s>> {
        self.lines.get(self.at).copied()
    }

    /// Statements up to the word that ends the block, which is left.
    fn block(&mut self, depth: usize) -> Vec<RubyStatement> {
        let mut body = Vec::new();
        while let Some(line) = self.peek() {
            if is_end(line.text) || depth > MAX_DEPTH {
                break;
            }
            self.at += 1;
            body.push(self.statement(line, depth));
        }
        body
    }

    fn statement(&mut self, line: Source<'s>, depth: usize) -> RubyStatement {
        let text = line.text;
        let word = text.split([' ', '(']).next().unwrap_or_default();
        let rest = text[word.len()..].trim();
        match word {
            "if" | "unless" => self.branches(line, word == "unless", rest, depth),
            "case" => self.case(rest, depth),
            "fail" | "raise" => RubyStatement::Fail,
            "return" => RubyStatement::Return(Self::line(line, rest)),
            "while" | "until" | "for" | "begin" | "def" => self.skipped(depth),
            _ if opens_block(text) => self.skipped(depth),
            _ => match assigned(text) {
                Some((name, value)) => RubyStatement::Assign(name.into(), Self::line(line, value)),
                None => RubyStatement::Value(Self::line(line, text)),
            },
        }
    }

    fn line(line: Source<'s>, text: &str) -> Line {
        let (value, condition) = match modifier(text) {
            Some((value, condition, holds)) => {
                let condition = expression(condition);
                let turned = if holds {
                    condition
                } else {
                    Ruby::Not(Box::new(condition))
                };
                (value, Some(turned))
            }
            None => (text, None),
        };
        Line {
            value: if value.is_empty() {
                Ruby::Nil
            } else {
                expression(value)
            },
            condition,
            span: span_of(line),
        }
    }

    fn branches(
        &mut self,
        line: Source<'s>,
        is_unless: bool,
        condition: &str,
        depth: usize,
    ) -> RubyStatement {
        let test = |line: Source<'s>, text: &str, turned: bool| {
            let condition = expression(text.trim_end_matches(" then"));
            let any = if turned {
                Ruby::Not(Box::new(condition))
            } else {
                condition
            };
            Test {
                any: vec![any],
                subject: None,
                span: span_of(line),
            }
        };
        let mut branches = vec![(test(line, condition, is_unless), self.block(depth + 1))];
        let mut otherwise = Vec::new();
        while let Some(line) = self.peek() {
            self.at += 1;
            if let Some(condition) = line.text.strip_prefix("elsif ") {
                branches.push((test(line, condition, false), self.block(depth + 1)));
            } else if line.text == "else" {
                otherwise = self.block(depth + 1);
            } else {
                break;
            }
        }
        RubyStatement::Branches(branches, otherwise)
    }

    fn case(&mut self, subject: &str, depth: usize) -> RubyStatement {
        let subject = expression(subject);
        let mut branches = Vec::new();
        let mut otherwise = Vec::new();
        while let Some(line) = self.peek() {
            self.at += 1;
            if let Some(values) = line.text.strip_prefix("when ") {
                let values = values.trim_end_matches(" then");
                let list = expression(&format!("[{values}]"));
                let any = match list {
                    Ruby::Array(any) => any,
                    other => vec![other],
                };
                let test = Test {
                    any,
                    subject: Some(subject.clone()),
                    span: span_of(line),
                };
                branches.push((test, self.block(depth + 1)));
            } else if line.text == "else" {
                otherwise = self.block(depth + 1);
            } else {
                break;
            }
        }
        RubyStatement::Branches(branches, otherwise)
    }

    /// A block that is not understood, up to its end.
    fn skipped(&mut self, depth: usize) -> RubyStatement {
        self.block(depth + 1);
        while let Some(line) = self.peek() {
            self.at += 1;
            if line.text.split([' ', '.', ')']).next() == Some("end") {
                break;
            }
            self.block(depth + 1);
        }
        RubyStatement::Opaque
    }
}

fn span_of(line: Source<'_>) -> Span {
    Span {
        start: line.start as u32,
        end: (line.start + line.text.len()) as u32,
    }
}

fn is_end(text: &str) -> bool {
    let word = text.split([' ', '.', ')', ',']).next().unwrap_or_default();
    matches!(
        word,
        "end" | "else" | "elsif" | "when" | "rescue" | "ensure"
    )
}

fn opens_block(text: &str) -> bool {
    text.ends_with(" do") || (text.ends_with('|') && text.contains(" do |"))
}

/// `name = value`, and not `name == value`.
fn assigned(text: &str) -> Option<(&str, &str)> {
    let (name, value) = text.split_once('=')?;
    let name = name.trim_end();
    let is_name = !name.is_empty()
        && name
            .chars()
            .all(|c| c.is_alphanumeric() || c == '_' || c == '@')
        && !name.starts_with(|c: char| c.is_ascii_digit());
    (is_name && !value.starts_with(['=', '~', '>'])).then(|| (name, value.trim()))
}

/// `value if condition`, `value unless condition`, outside of strings.
fn modifier(text: &str) -> Option<(&str, &str, bool)> {
    let mut quote = None;
    let bytes = text.as_bytes();
    for index in 0..bytes.len() {
        match (quote, bytes[index]) {
            (Some(open), byte) if byte == open && bytes[index - 1] != b'\\' => quote = None,
            (None, byte @ (b'\'' | b'"')) => quote = Some(byte),
            (None, b' ') => {
                for (word, holds) in [(" if ", true), (" unless ", false)] {
                    if text[index..].starts_with(word) {
                        return Some((text[..index].trim(), &text[index + word.len()..], holds));
                    }
                }
            }
            _ => {}
        }
    }
    // `return if x`
    let bare = text.strip_prefix("if ").map(|condition| (condition, true));
    let bare = bare.or_else(|| text.strip_prefix("unless ").map(|it| (it, false)));
    bare.map(|(condition, holds)| ("", condition, holds))
}

/// An expression; `x.include?y` is read as `x.include?(y)`.
fn expression(text: &str) -> Ruby {
    let text = text.trim();
    if let Some((receiver, arg)) = text.split_once(".include?")
        && !arg.starts_with('(')
        && !arg.trim().is_empty()
    {
        return ruby_expression(&format!("{receiver}.include?({})", arg.trim()));
    }
    ruby_expression(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_interfaces_and_their_branches() {
        let old = "module Puppet::Parser::Functions\n  newfunction(:f, :type => :rvalue) do |args|\n    a = '/x' # why\n    return a if lookupvar('::realm') != 'labs'\n    if args[0] == 'b'\n      '/b'\n    else\n      a\n    end\n  end\nend\n";
        let function = parse_ruby_function(old).expect("a function");
        assert!(function.takes_list);
        assert_eq!(function.params, ["args"]);
        assert_eq!(function.body.len(), 3);
        let RubyStatement::Return(line) = &function.body[1] else {
            panic!("{:?}", function.body)
        };
        assert!(line.condition.is_some());
        assert!(old[line.span.start as usize..].starts_with("return a if"));
        let new = "Puppet::Functions.create_function(:'m::f') do\n  dispatch :f do\n    param 'String', :a\n  end\n  def f(a, b = 1)\n    case a\n    when 'x', 'y' then\n      1\n    end\n  end\nend\n";
        let function = parse_ruby_function(new).expect("a function");
        assert_eq!(function.params, ["a", "b"]);
        assert!(
            matches!(&function.body[0], RubyStatement::Branches(branches, _) if branches[0].0.any.len() == 2)
        );
    }

    #[test]
    fn what_is_not_understood_is_skipped_as_a_whole() {
        let text = "newfunction(:f) do |args|\n  args.each do |x|\n    if x\n      y\n    end\n  end\n  '/z'\nend\n";
        let function = parse_ruby_function(text).expect("a function");
        assert_eq!(function.body[0], RubyStatement::Opaque);
        assert!(matches!(function.body[1], RubyStatement::Value(_)));
    }
}
