//! Everything in parentheses.

use super::width::Width;
use super::{Checked, Checker, Invalid, MAX_DEPTH, Reference};

impl<'p> Checker<'p> {
    /// Reads from behind a `(`.
    pub(super) fn group(&mut self) -> Checked<Width> {
        if self.depth >= MAX_DEPTH {
            return Err(Invalid);
        }
        self.depth += 1;
        let extended = self.extended;
        let width = self.group_of_a_kind();
        self.extended = extended;
        self.depth -= 1;
        width
    }

    fn group_of_a_kind(&mut self) -> Checked<Width> {
        if !self.eat("?") {
            self.groups += 1;
            return self.body().map(Width::captured);
        }
        if self.eat(":") || self.eat(">") {
            return self.body();
        }
        if self.eat("=") || self.eat("!") {
            return self.body().map(|width| width.assertion(true));
        }
        if self.eat("<=") {
            return self.look_behind(false);
        }
        if self.eat("<!") {
            return self.look_behind(true);
        }
        if self.eat("~") {
            self.eat("|");
            return self.body().map(|_| Width::FORBIDDEN);
        }
        if self.eat("<") {
            return self.named('>');
        }
        if self.eat("'") {
            return self.named('\'');
        }
        if self.eat("(") {
            return self.conditional();
        }
        self.options()
    }

    /// The pattern inside, and the closing parenthesis.
    fn body(&mut self) -> Checked<Width> {
        let width = self.alternatives()?;
        if self.eat(")") {
            Ok(width)
        } else {
            Err(Invalid)
        }
    }

    fn look_behind(&mut self, negative: bool) -> Checked<Width> {
        let width = self.body()?;
        if width.fits_look_behind(negative) {
            Ok(width.assertion(false))
        } else {
            Err(Invalid)
        }
    }

    fn named(&mut self, end: char) -> Checked<Width> {
        let name = self.up_to(end)?;
        let starts_well = name.starts_with(|c: char| !c.is_ascii_digit() && is_word(c));
        if !starts_well || name.contains(')') {
            return Err(Invalid);
        }
        self.names.insert(name);
        self.body().map(Width::captured)
    }

    /// Takes the text before the next `end`, and `end`.
    pub(super) fn up_to(&mut self, end: char) -> Checked<&'p str> {
        let (text, rest) = self.rest.split_once(end).ok_or(Invalid)?;
        self.rest = rest;
        Ok(text)
    }

    /// `(?(1)yes|no)`, `(?(<name>)yes|no)`
    fn conditional(&mut self) -> Checked<Width> {
        let condition = self.up_to(')')?;
        let quoted = |open, close| {
            condition
                .strip_prefix(open)
                .and_then(|rest: &'p str| rest.strip_suffix(close))
        };
        let name = quoted('<', '>').or_else(|| quoted('\'', '\''));
        match name {
            Some(name) if self.names.contains(name) => {}
            Some(_) => return Err(Invalid),
            None => {
                let number = condition.parse().map_err(|_| Invalid)?;
                self.references.push(Reference::Number(number));
            }
        }
        self.sequence()?;
        if self.eat("|") {
            self.sequence()?;
        }
        if self.eat(")") {
            Ok(Width::FORBIDDEN)
        } else {
            Err(Invalid)
        }
    }

    /// `(?i-m)` up to the end of the group around, whose parenthesis is left to
    /// it, or `(?i-m:…)`.
    fn options(&mut self) -> Checked<Width> {
        let mut on = true;
        let mut any = false;
        loop {
            match self.next_char().ok_or(Invalid)? {
                '-' => on = false,
                'i' | 'm' => {}
                'x' => self.extended = on,
                'a' | 'd' | 'u' if on => {}
                ':' => return self.body(),
                ')' if any => return self.alternatives(),
                _ => return Err(Invalid),
            }
            any = true;
        }
    }
}

const fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_' || !c.is_ascii()
}
