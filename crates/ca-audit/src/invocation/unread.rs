//! Names that were meant to be the CA's and that the program does not read:
//! one letter away from a name that it does read.

use super::Flat;
use super::names::kinds;
use super::structured::at_path;
use crate::knowledge::{Consumer, consumers};
use std::ops::Range;
use yaml_spans::{Kind, Node};

/// Shorter names are one letter away from too many words.
const SHORTEST: usize = 6;

/// Every misspelt flag (without its dashes; `true`) and variable (`false`) in a
/// range that belongs to a program.
pub(super) fn names(
    flat: &Flat,
    consumer: &Consumer,
    range: &Range<usize>,
) -> Vec<(Range<usize>, bool)> {
    let ca = &consumer.ca;
    if ca.flags.is_empty() && ca.env.is_empty() {
        return Vec::new();
    }
    let mut found = Vec::new();
    for word in words(&flat.text, range) {
        let name = &flat.text[word.clone()];
        let flag = name.trim_start_matches('-');
        let dashes = name.len() - flag.len();
        let (names, is_flag) = match dashes {
            0 if is_assigned(&flat.text, word.end) => (ca.env, false),
            1 | 2 => (ca.flags, true),
            _ => continue,
        };
        if is_misspelt(flag, names) && !is_known(consumer, name) {
            found.push((word.start + dashes..word.end, is_flag));
        }
    }
    found
}

/// The value of every misspelt key that stands where the CA's key would.
pub(super) fn keys<'t>(consumer: &'static Consumer, root: Node<'t>) -> Vec<Node<'t>> {
    let mut found = Vec::new();
    for path in consumer.ca.keys {
        let (parent, name) = path.rsplit_once('.').unwrap_or(("", path));
        let parents = if parent.is_empty() {
            vec![root]
        } else {
            at_path(root, parent)
        };
        for mapping in parents
            .into_iter()
            .filter(|node| node.kind() == Kind::Mapping)
        {
            for (key, value) in mapping.entries() {
                let Some(key) = key.as_str() else {
                    continue;
                };
                let full = if parent.is_empty() {
                    key.to_owned()
                } else {
                    format!("{parent}.{key}")
                };
                if is_misspelt(key, &[name]) && !is_known(consumer, &full) {
                    found.push(value);
                }
            }
        }
    }
    found
}

/// Words of letters, digits, dashes and underscores.
fn words<'t>(text: &'t str, range: &Range<usize>) -> impl Iterator<Item = Range<usize>> + 't {
    let start = range.start;
    let part = &text[range.clone()];
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    let mut at = 0;
    std::iter::from_fn(move || {
        let bytes = part.as_bytes();
        let from = at + bytes[at..].iter().position(|byte| is_part(*byte))?;
        let len = bytes[from..].iter().position(|byte| !is_part(*byte));
        at = len.map_or(bytes.len(), |len| from + len);
        Some(start + from..start + at)
    })
}

/// Whether a value is given to the name that ends here.
fn is_assigned(text: &str, end: usize) -> bool {
    let rest = text[end..].trim_start_matches(['"', '\'']);
    rest.starts_with('=') && !rest.starts_with("==") || rest.starts_with(": ")
}

fn is_misspelt(name: &str, names: &[&str]) -> bool {
    let may_be = |known: &&&str| known.len() >= SHORTEST && known.len().abs_diff(name.len()) <= 1;
    names
        .iter()
        .filter(may_be)
        .any(|known| known.eq_ignore_ascii_case(name) || strsim::osa_distance(known, name) == 1)
}

/// Whether any row with this program's name reads it, dashes and underscores
/// taken for the same, as flag libraries do.
fn is_known(consumer: &Consumer, name: &str) -> bool {
    let shares_name = |row: &&'static Consumer| {
        row.id == consumer.id || row.names.iter().any(|name| consumer.names.contains(name))
    };
    let dashed = name.replace('_', "-");
    consumers().filter(shares_name).any(|row| {
        kinds(row).iter().any(|(_, settings)| {
            settings.has(name)
                || (name.starts_with('-')
                    && settings
                        .flags
                        .iter()
                        .any(|flag| flag.replace('_', "-") == dashed.trim_start_matches('-')))
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::knowledge::etcd_clients;

    fn found(id: &str, text: &str) -> Vec<String> {
        let row = etcd_clients().find(|row| row.id == id).expect("a row");
        let flat = Flat::plain(text);
        let names = names(&flat, row, &(0..text.len()));
        names
            .into_iter()
            .map(|(range, _)| text[range].to_owned())
            .collect()
    }

    #[test]
    fn one_letter_is_a_mistake() {
        assert_eq!(
            found("kube-apiserver", "--etcd-ca-file=/x --etcd-cafile=/y"),
            ["etcd-ca-file"]
        );
        assert_eq!(
            found("etcdctl-v3", "ETCDCTL_CA_CERT=/x"),
            ["ETCDCTL_CA_CERT"]
        );
        assert_eq!(found("etcdctl-v3", "--ca-cert /x"), ["ca-cert"]);
        assert_eq!(
            found("etcdctl-v3", "--ca-file /x --cert=/x --cacert=/y"),
            [""; 0]
        );
        assert_eq!(found("kube-apiserver", "--etcd_cafile=/x"), [""; 0]);
    }
}
