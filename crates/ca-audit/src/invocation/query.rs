//! Settings that stand in the query of an endpoint's URL:
//! `etcd3+https://a:2379?ca_cert=/etc/ssl/etcd-ca.pem`.

use super::{Setting, SettingKind};
use crate::knowledge::Consumer;
use crate::value::{Piece, Text};
use smol_str::SmolStr;
use std::borrow::Cow;

/// What the queries of a row's endpoints set. Each has the place of the
/// endpoint that it is part of.
pub(super) fn settings(row: &Consumer, endpoints: &[Setting]) -> Vec<Setting> {
    if row.query.is_empty() {
        return Vec::new();
    }
    let endpoints = endpoints
        .iter()
        .filter(|setting| setting.kind == SettingKind::Endpoint);
    endpoints
        .flat_map(|endpoint| {
            let known = parameters(&endpoint.value).into_iter();
            known.filter_map(|(name, value)| {
                Some(Setting {
                    kind: kind(row, &name)?,
                    name,
                    value,
                    editable: None,
                    ..endpoint.clone()
                })
            })
        })
        .collect()
}

fn kind(row: &Consumer, name: &str) -> Option<SettingKind> {
    let query = &row.query;
    let kinds = [
        (SettingKind::Ca, query.ca),
        (SettingKind::ClientCertificate, query.cert),
        (SettingKind::ClientKey, query.key),
        (SettingKind::Insecure, query.insecure),
    ];
    let named = kinds
        .into_iter()
        .find(|(_, own)| !own.is_empty() && *own == name);
    named.map(|(kind, _)| kind)
}

/// The parameters of a URL, holes in their values kept. What stands behind `#`
/// is none of them.
fn parameters(url: &Text) -> Vec<(SmolStr, Text)> {
    let mut found: Vec<(SmolStr, Text)> = Vec::new();
    let mut in_query = false;
    let mut in_value = false;
    for piece in &url.pieces {
        let mut rest = match piece {
            Piece::Hole(unknown) => {
                if let Some((_, value)) = found.last_mut().filter(|_| in_value) {
                    value.push(&Text::hole(unknown.clone()));
                }
                continue;
            }
            Piece::Literal(literal) => literal.as_ref(),
        };
        if !in_query {
            let Some((_, query)) = rest.split_once('?') else {
                continue;
            };
            (in_query, rest) = (true, query);
        }
        let (query, is_last) = rest
            .split_once('#')
            .map_or((rest, false), |(query, _)| (query, true));
        for (index, part) in query.split('&').enumerate() {
            if index == 0 && in_value {
                if let Some((_, value)) = found.last_mut() {
                    value.push(&Text::literal(decoded(part)));
                }
                continue;
            }
            let (name, value) = part.split_once('=').unwrap_or((part, ""));
            in_value = part.contains('=');
            let mut text = Text::default();
            if !value.is_empty() {
                text.push(&Text::literal(decoded(value)));
            }
            found.push((name.into(), text));
        }
        if is_last {
            break;
        }
    }
    found
}

/// `%2F` is a slash. A value that is no UTF-8 then stays as it is written.
fn decoded(value: &str) -> Cow<'_, str> {
    percent_encoding::percent_decode_str(value)
        .decode_utf8()
        .unwrap_or(Cow::Borrowed(value))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::{Unknown, Why};

    fn shown(url: &Text) -> Vec<String> {
        let found = parameters(url).into_iter();
        found
            .map(|(name, value)| format!("{name}={value}"))
            .collect()
    }

    #[test]
    fn parameters_of_urls() {
        let url = "etcd://a:2379,b:2379/p?cacert=%2Fetc%2Fca.pem&insecure-skip-verify&key=#cert=x";
        assert_eq!(
            shown(&Text::literal(url)),
            ["cacert=/etc/ca.pem", "insecure-skip-verify=", "key="]
        );
        assert_eq!(shown(&Text::literal("etcd://a:2379/cacert=x")), [""; 0]);
    }

    #[test]
    fn holes_are_kept() {
        let mut url = Text::literal("etcd3://");
        let hole = |name: &str| {
            Text::hole(Unknown {
                why: Why::Variable(name.into()),
                at: None,
            })
        };
        url.push(&hole("@host"));
        url.push(&Text::literal("?ca_cert="));
        url.push(&hole("@dir"));
        url.push(&Text::literal("/ca.pem&x=1"));
        let found = parameters(&url);
        assert_eq!(found.len(), 2);
        assert_eq!(found[0].1.pieces.len(), 2);
        assert_eq!(found[0].1.suffix(), "/ca.pem");
    }
}
