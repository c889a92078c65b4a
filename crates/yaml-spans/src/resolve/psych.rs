//! Psych 4.0, a port of `Psych::ScalarScanner#tokenize`.
//!
//! The order of the questions is Psych's, because the first that fits wins
//! and they overlap. Where Psych raises an error the answer is a string.

use super::go_yaml::{days_in_month, short_number};
use super::{Resolved, YAML_TAG, base64_lenient, number};

pub(super) fn plain(text: &str) -> Resolved<'_> {
    if text.is_empty() {
        return Resolved::Null;
    }
    if text.contains('\n') || opens_like_text(text) {
        return word(text);
    }
    if is_time(text) || is_date(text) {
        return Resolved::Timestamp(text);
    }
    special_float(text)
        .or_else(|| symbol(text))
        .or_else(|| sexagesimal(text))
        .or_else(|| float(text))
        .or_else(|| integer(text))
        .unwrap_or(Resolved::String(text))
}

/// Tags that make Psych build an object of the text.
const RUBY_OBJECTS: [&str; 9] = [
    "!ruby/class",
    "!ruby/encoding",
    "!ruby/module",
    "!ruby/object:BigDecimal",
    "!ruby/object:Complex",
    "!ruby/object:DateTime",
    "!ruby/object:Rational",
    "!ruby/range",
    "!ruby/regexp",
];

/// `Psych::Visitors::ToRuby#deserialize`. A tag Psych does not know is as good
/// as none, quotes or not.
pub(super) fn tagged<'t>(tag: &str, text: &'t str) -> Resolved<'t> {
    match tag.strip_prefix(YAML_TAG).unwrap_or(tag) {
        "binary" | "!binary" => Resolved::Binary(base64_lenient(text)),
        "str" | "!str" | "!ruby/string" => Resolved::String(text),
        "float" | "!float" => as_float(text),
        name if name.starts_with("!str:") || name.starts_with("!ruby/string:") => {
            Resolved::String(text)
        }
        name if name.starts_with("!ruby/sym") => Resolved::Symbol(text),
        name if RUBY_OBJECTS.contains(&name) => Resolved::String(text),
        _ => plain(text),
    }
}

/// `^[^\d.:-]?[[:alpha:]_\s!@#$%\^&*(){}<>|/\\~;=]+`
fn opens_like_text(text: &str) -> bool {
    let is_textual = |c: char| {
        c.is_alphabetic() || c.is_ascii_whitespace() || "_\u{b}!@#$%^&*(){}<>|/\\~;=".contains(c)
    };
    let mut chars = text.chars();
    let Some(first) = chars.next() else {
        return false;
    };
    let may_precede = !first.is_ascii_digit() && !matches!(first, '.' | ':' | '-');
    is_textual(first) || (may_precede && chars.next().is_some_and(is_textual))
}

/// Short words that mean something. Ruby's `^` and `$` are those of each
/// line, so a folded `no` with a blank line behind it is one, too.
fn word(text: &str) -> Resolved<'_> {
    if text.chars().count() > 5 {
        return Resolved::String(text);
    }
    let mut lines = text.split('\n').peekable();
    let opens_otherwise =
        std::iter::from_fn(|| lines.next().map(|line| (line, lines.peek().is_some()))).any(
            |(line, is_broken)| match line.chars().next() {
                Some(c) => !"ytonf~".contains(c.to_ascii_lowercase()),
                None => is_broken,
            },
        );
    if opens_otherwise {
        return Resolved::String(text);
    }
    let any_line = |words: &[&str]| {
        text.split('\n')
            .any(|line| words.iter().any(|word| line.eq_ignore_ascii_case(word)))
    };
    if text == "~" || any_line(&["null"]) {
        Resolved::Null
    } else if any_line(&["yes", "true", "on"]) {
        Resolved::Bool(true)
    } else if any_line(&["no", "false", "off"]) {
        Resolved::Bool(false)
    } else {
        Resolved::String(text)
    }
}

/// `\d{4}-(?:1[012]|0\d|\d)-(?:[12]\d|3[01]|0\d|\d)`, if there is such a day.
fn is_date(text: &str) -> bool {
    date(text).is_some_and(|(year, month, day)| (1..=days_in_month(year, month)).contains(&day))
}

/// A date and a clock time that `Time.utc` takes.
fn is_time(text: &str) -> bool {
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let Some(at) = unsigned.find(['T', 't', ' ', '\t']) else {
        return false;
    };
    let (day, rest) = unsigned.split_at(at);
    let clock = match rest.strip_prefix(['T', 't']) {
        Some(clock) => clock,
        None => rest.trim_start(),
    };
    // `Time.utc` lets a 31st overflow into the next month.
    let fits =
        |(_, month, day): (u32, u32, u32)| (1..=12).contains(&month) && (1..=31).contains(&day);
    date(day).is_some_and(fits) && is_clock(clock)
}

fn date(text: &str) -> Option<(u32, u32, u32)> {
    let (year, rest) = text.split_once('-')?;
    let (month, day) = rest.split_once('-')?;
    let year = short_number(year, 4).filter(|_| year.len() == 4)?;
    Some((year, short_number(month, 2)?, short_number(day, 2)?))
}

/// `\d{1,2}:\d\d:\d\d(?:\.\d*)?(?:\s*(?:Z|[-+]\d{1,2}:?(?:\d\d)?))?`
fn is_clock(text: &str) -> bool {
    let mut parts = text.splitn(3, ':');
    let hour = parts.next().and_then(|part| short_number(part, 2));
    let minute = parts
        .next()
        .filter(|part| part.len() == 2)
        .and_then(|part| short_number(part, 2));
    let Some(rest) = parts.next() else {
        return false;
    };
    let second = rest.get(..2).and_then(|part| short_number(part, 2));
    let (Some(hour), Some(minute), Some(second)) = (hour, minute, second) else {
        return false;
    };
    let in_day = hour < 24 || (hour == 24 && minute == 0 && second == 0);
    in_day && minute < 60 && second <= 60 && is_clock_tail(&rest[2..])
}

fn is_clock_tail(text: &str) -> bool {
    let zone = match text.strip_prefix('.') {
        Some(fraction) => fraction.trim_start_matches(|c: char| c.is_ascii_digit()),
        None => text,
    };
    let zone = if zone.is_empty() {
        return true;
    } else {
        zone.trim_start()
    };
    if zone == "Z" {
        return true;
    }
    let Some(offset) = zone.strip_prefix(['-', '+']) else {
        return false;
    };
    let (hours, minutes) = match offset.split_once(':') {
        Some((hours, minutes)) => (hours, minutes),
        None if offset.len() > 2 => offset.split_at(offset.len() - 2),
        None => (offset, ""),
    };
    short_number(hours, 2).is_some()
        && (minutes.is_empty() || (minutes.len() == 2 && number::are_digits(minutes)))
}

fn special_float<'t>(text: &str) -> Option<Resolved<'t>> {
    let (negative, name) = number::sign(text);
    if name.eq_ignore_ascii_case(".inf") {
        let infinity = if negative {
            f64::NEG_INFINITY
        } else {
            f64::INFINITY
        };
        return Some(Resolved::Float(infinity));
    }
    text.eq_ignore_ascii_case(".nan")
        .then_some(Resolved::Float(f64::NAN))
}

/// `:name`, `:"name"`; a second colon goes, too, inside quotes.
fn symbol(text: &str) -> Option<Resolved<'_>> {
    let name = text.strip_prefix(':').filter(|name| !name.is_empty())?;
    let quote = name.chars().next().filter(|c| matches!(c, '"' | '\''));
    let quoted = quote.and_then(|quote| {
        let rest = &name[1..];
        rest.rfind(quote).map(|end| &rest[..end])
    });
    Some(Resolved::Symbol(match quoted {
        Some(inner) => inner.strip_prefix(':').unwrap_or(inner),
        None => name,
    }))
}

/// `[-+]?[0-9][0-9_]*(:[0-5]?[0-9]){1,2}`, with a fraction or not. The first
/// number counts 3600s, the next 60s, whether or not there is a third: Psych
/// reads `1:30` as 5400.
fn sexagesimal<'t>(text: &str) -> Option<Resolved<'t>> {
    let (whole, fraction) = match text.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (text, None),
    };
    let (_, unsigned) = number::sign(whole);
    let mut parts = unsigned.split(':');
    let leading = parts.next()?;
    let rest: Vec<&str> = parts.collect();
    let fits = is_grouped(leading, b"_")
        && (1..=2).contains(&rest.len())
        && rest
            .iter()
            .all(|part| short_number(part, 2).is_some_and(|number| number < 60))
        && fraction.is_none_or(|digits| digits.bytes().all(|b| b.is_ascii_digit() || b == b'_'));
    if !fits {
        return None;
    }
    Some(sum_of_sixties(text, fraction.is_some()))
}

fn sum_of_sixties<'t>(text: &str, is_float: bool) -> Resolved<'t> {
    let weights = [3600, 60, 1];
    let parts = text.split(':').zip(weights);
    if is_float {
        let sum = parts
            .map(|(part, weight)| to_f(part) * f64::from(weight))
            .sum();
        return Resolved::Float(sum);
    }
    let sum: i128 = parts
        .map(|(part, weight)| to_i(part).saturating_mul(i128::from(weight)))
        .fold(0, i128::saturating_add);
    Resolved::Int(sum)
}

/// Ruby's `String#to_i`: stops at the first thing that is no digit, but a
/// single underscore between digits.
fn to_i(text: &str) -> i128 {
    number_prefix(text, "").parse().unwrap_or(0)
}

/// Ruby's `String#to_f`.
fn to_f(text: &str) -> f64 {
    number_prefix(text, ".").parse().unwrap_or(0.0)
}

fn number_prefix(text: &str, others: &str) -> String {
    let mut digits = String::new();
    let mut after_digit = false;
    for c in text.chars() {
        if c == '_' && after_digit {
            after_digit = false;
            continue;
        }
        let is_first_sign = digits.is_empty() && matches!(c, '-' | '+');
        if !(c.is_ascii_digit() || is_first_sign || others.contains(c)) {
            break;
        }
        after_digit = c.is_ascii_digit();
        digits.push(c);
    }
    digits
}

/// `[-+]?([0-9][0-9_,]*)?\.[0-9]*([eE][-+][0-9]+)?`: without a point or
/// without the sign of an exponent it is no float.
fn float<'t>(text: &str) -> Option<Resolved<'t>> {
    let (_, unsigned) = number::sign(text);
    let (whole, rest) = unsigned.split_once('.')?;
    let (fraction, exponent) = match rest.find(['e', 'E']) {
        Some(at) => (&rest[..at], Some(&rest[at + 1..])),
        None => (rest, None),
    };
    let has_exponent = exponent.is_none_or(|exponent| {
        let digits = exponent.strip_prefix(['-', '+']);
        digits.is_some_and(|digits| !digits.is_empty() && number::are_digits(digits))
    });
    let fits = (whole.is_empty() || is_grouped(whole, b"_,"))
        && number::are_digits(fraction)
        && has_exponent
        && !(whole.is_empty() && fraction.is_empty());
    if !fits {
        return None;
    }
    let digits = text.replace([',', '_'], "");
    digits.parse().ok().map(Resolved::Float)
}

/// `INTEGER_LEGACY`: the bases of C with `_` and `,` anywhere behind the first
/// digit, but in decimals each before a digit.
fn integer<'t>(text: &str) -> Option<Resolved<'t>> {
    let (negative, unsigned) = number::sign(text);
    let (base, digits) = if let Some(digits) = unsigned.strip_prefix("0b") {
        (2, digits)
    } else if let Some(digits) = unsigned.strip_prefix("0x") {
        (16, digits)
    } else if unsigned.len() > 1 && unsigned.starts_with('0') {
        (8, unsigned)
    } else if unsigned == "0" || is_decimal(unsigned) {
        (10, unsigned)
    } else {
        return None;
    };
    let sign = if negative { "-" } else { "" };
    let digits = digits.replace([',', '_'], "");
    number::int(&format!("{sign}{digits}"), base).map(Resolved::from)
}

/// `[1-9](?:[0-9]|,[0-9]|_[0-9])*`
fn is_decimal(text: &str) -> bool {
    text.starts_with(|c| matches!(c, '1'..='9'))
        && text
            .split([',', '_'])
            .all(|group| !group.is_empty() && number::are_digits(group))
}

/// A digit, then digits and separators.
fn is_grouped(text: &str, separators: &[u8]) -> bool {
    text.starts_with(|c: char| c.is_ascii_digit())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_digit() || separators.contains(&byte))
}

/// `Float(tokenize(text))`
fn as_float(text: &str) -> Resolved<'_> {
    match plain(text) {
        #[expect(clippy::cast_precision_loss, reason = "a float was asked for")]
        Resolved::Int(value) => Resolved::Float(value as f64),
        Resolved::String(text) if number::is_float(text) => {
            text.parse().map_or(Resolved::String(text), Resolved::Float)
        }
        other => other,
    }
}
