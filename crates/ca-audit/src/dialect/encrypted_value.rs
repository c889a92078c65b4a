//! Values that hiera-eyaml encrypts (`ENC[PKCS7,…]`, `ENC[GPG,…]`) under keys
//! that are named like a CA. All others are nobody's business here.

use super::Dialect;
use crate::ca_name::{key_names_a_ca, without_index};
use crate::facts::{Facts, Reason};
use crate::sniff::Form;
use crate::view::View;
use memchr::memmem;
use yaml_spans::{Limits, Tree};

pub(super) const DIALECT: Dialect = Dialect {
    name: "encrypted values",
    reads: |form| form == Form::Document,
    nests: false,
    extract,
};

/// The marker of hiera-eyaml (`lib/hiera/backend/eyaml/parser/encrypted_tokens.rb`).
const MARK: &[u8] = b"ENC[";

fn extract(view: &View, _: Form, facts: &mut Facts) {
    let marks: Vec<usize> = memmem::find_iter(view.bytes, MARK).collect();
    if marks.is_empty() {
        return;
    }
    let own;
    let tree = if let Some(tree) = view.document {
        tree
    } else {
        let is_json = view.path.ends_with(".json");
        own = Tree::parse_auto(&*view.text(), is_json, &Limits::default());
        &own
    };
    for at in marks {
        let key = tree.node_at(at as u32).map(yaml_spans::Node::path);
        let Some(key) = key.filter(|key| key_names_a_ca(without_index(key))) else {
            continue;
        };
        let key = key.trim_matches(['[', ']', '"']);
        let message = format!("the value of {key} is encrypted; which CA it is cannot be seen");
        view.gap(facts, Reason::Encrypted, at..at + MARK.len(), message);
    }
}

#[cfg(test)]
mod tests {
    use crate::place::FileId;
    use crate::sniff;

    #[test]
    fn only_cas_are_missed() {
        let text = "a::ca_cert: ENC[PKCS7,MIIB]\na::password: ENC[PKCS7,MIIB]\na::ca_key: >\n  ENC[PKCS7,MIIB]\n";
        let facts = super::super::extract(
            FileId(0),
            "data/a.eyaml",
            text.as_bytes(),
            sniff::form("data/a.eyaml", text.as_bytes()),
        );
        let messages: Vec<&str> = facts.gaps.iter().map(|gap| gap.message.as_str()).collect();
        assert_eq!(
            messages,
            ["the value of a::ca_cert is encrypted; which CA it is cannot be seen"]
        );
    }
}
