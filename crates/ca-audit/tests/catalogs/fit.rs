//! How far what is known here is what real Puppet says.

use crate::case::Real;
use ca_audit::facts::Content;
use ca_audit::value::{Data, Piece, Text, Value};

/// From the worst to the best.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Fit {
    /// Something else.
    No,
    /// It may be that: something is not known, or it is one of several.
    Open,
    /// That, and nothing else.
    Same,
}

/// A text with holes fits what it becomes when they are filled.
pub(crate) fn of_text(text: &Text, real: &str) -> Fit {
    if let Some(known) = text.as_str() {
        return if known == real { Fit::Same } else { Fit::No };
    }
    let (prefix, suffix) = (text.prefix(), text.suffix());
    let inner = real
        .strip_prefix(prefix)
        .and_then(|it| it.strip_suffix(suffix));
    let Some(mut inner) = inner else {
        return Fit::No;
    };
    let count = text.pieces.len();
    for (index, piece) in text.pieces.iter().enumerate() {
        let Piece::Literal(literal) = piece else {
            continue;
        };
        if index == 0 || index + 1 == count {
            continue;
        }
        let Some(at) = inner.find(&**literal) else {
            return Fit::No;
        };
        inner = &inner[at + literal.len()..];
    }
    Fit::Open
}

pub(crate) fn of_content(content: &Content, real: &Real) -> Fit {
    match (content, real) {
        (Content::Copy(sources), Real::Copy(real)) => of_sources(sources, real),
        (Content::Copy(sources), Real::Unmanaged) => all(sources.iter().map(of_nothing)),
        (Content::Inline(value), Real::Inline(real)) => of_value(value, real),
        (Content::Inline(value), Real::Unmanaged) => of_nothing(value),
        (Content::Link(target), Real::Link(real)) => of_text(target, real),
        (Content::Absent, Real::Absent) | (Content::Unmanaged, Real::Unmanaged) => Fit::Same,
        _ => Fit::No,
    }
}

fn of_sources(sources: &[Value], real: &[String]) -> Fit {
    let one_by_one = || {
        all(sources
            .iter()
            .zip(real)
            .map(|(it, real)| of_value(it, real)))
    };
    let as_they_stand = if sources.len() == real.len() {
        one_by_one()
    } else {
        Fit::No
    };
    let [source] = sources else {
        return as_they_stand;
    };
    as_they_stand.max(any_case(source, |data| of_list(data, real)))
}

fn of_list(data: &Data, real: &[String]) -> Fit {
    match data {
        Data::Array(items) => of_sources(items, real),
        Data::Each(item) => all(real.iter().map(|real| of_value(item, real))).min(Fit::Open),
        Data::Unknown(_) => Fit::Open,
        _ => Fit::No,
    }
}

/// `undef` is nothing; what is not known may be that.
fn of_nothing(value: &Value) -> Fit {
    any_case(value, |data| match data {
        Data::Undef => Fit::Same,
        Data::Unknown(_) => Fit::Open,
        _ => Fit::No,
    })
}

fn of_value(value: &Value, real: &str) -> Fit {
    let as_text = |known: String| if known == real { Fit::Same } else { Fit::No };
    any_case(value, |data| match data {
        Data::Text(text) => of_text(text, real),
        Data::Bool(known) => as_text(known.to_string()),
        Data::Integer(known) => as_text(known.to_string()),
        Data::Float(known) => as_text(format!("{known:?}")),
        Data::Unknown(_) => Fit::Open,
        _ => Fit::No,
    })
}

/// One of several is not certain.
fn any_case(value: &Value, fit: impl Fn(&Data) -> Fit) -> Fit {
    let best = value.cases.iter().map(|case| fit(&case.data)).max();
    let best = best.unwrap_or(Fit::No);
    if value.cases.len() > 1 {
        best.min(Fit::Open)
    } else {
        best
    }
}

fn all(fits: impl Iterator<Item = Fit>) -> Fit {
    fits.min().unwrap_or(Fit::No)
}

#[test]
fn a_text_with_holes_fits_what_fills_them() {
    use ca_audit::value::{Unknown, Why};
    let hole = Text::hole(Unknown {
        why: Why::Expression,
        at: None,
    });
    let mut text = Text::literal("/etc/");
    text.push(&hole);
    text.push(&Text::literal("/certs/"));
    text.push(&hole);
    text.push(&Text::literal(".pem"));
    assert_eq!(of_text(&text, "/etc/ssl/certs/ca.pem"), Fit::Open);
    assert_eq!(of_text(&text, "/etc/ssl/ca.pem"), Fit::No);
    assert_eq!(of_text(&text, "/etc/ssl/certs/ca.crt"), Fit::No);
    assert_eq!(of_text(&Text::literal("/x"), "/x"), Fit::Same);
}
