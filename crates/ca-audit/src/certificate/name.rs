//! A distinguished name as text (RFC 4514).

use super::attribute_type::short_name;
use super::der::{Element, OBJECT_IDENTIFIER, Reader, SEQUENCE, SET};
use super::directory_string;
use super::fingerprint::hex;
use super::oid;

/// One attribute of a name: its type and its value.
#[derive(Clone, Copy, Debug)]
pub(super) struct Attribute<'a> {
    /// Content bytes of the object identifier.
    pub(super) kind: &'a [u8],
    pub(super) value: Element<'a>,
}

/// The relative names of the DER of a `Name`, each a set of attributes, in the
/// order in which they stand. `None` when it is no name.
pub(super) fn relative_names(der: &[u8]) -> Option<Vec<Vec<Attribute<'_>>>> {
    let mut name = Reader::new(Reader::new(der).take_list(SEQUENCE)?.content);
    let mut names = Vec::new();
    while !name.is_empty() {
        names.push(attributes(name.take_list(SET)?.content)?);
    }
    Some(names)
}

fn attributes(content: &[u8]) -> Option<Vec<Attribute<'_>>> {
    let mut set = Reader::new(content);
    let mut attributes = Vec::new();
    while !set.is_empty() {
        let mut attribute = Reader::new(set.take(SEQUENCE)?.content);
        attributes.push(Attribute {
            kind: attribute.take(OBJECT_IDENTIFIER)?.content,
            value: attribute.any()?,
        });
    }
    Some(attributes)
}

/// The name as RFC 4514 prints it, last part first: `CN=etcd-ca,O=Example`.
///
/// It is what `openssl x509 -nameopt RFC2253,utf8,-esc_msb` prints, the order
/// of attributes in a set included; only characters that a terminal would act
/// upon are escaped in addition. What is no name comes out as `#` and its hex.
pub(super) fn text(der: &[u8]) -> String {
    let Some(names) = relative_names(der) else {
        return format!("#{}", hex(der));
    };
    let mut text = String::new();
    for attributes in names.iter().rev() {
        // A set without attributes has nothing to print, not even a comma.
        for (at, attribute) in attributes.iter().rev().enumerate() {
            if !text.is_empty() {
                text.push(if at == 0 { ',' } else { '+' });
            }
            push_attribute(&mut text, attribute);
        }
    }
    text
}

fn push_attribute(text: &mut String, attribute: &Attribute<'_>) {
    let known = short_name(attribute.kind);
    match known {
        Some(name) => text.push_str(name),
        None => text.push_str(&oid::dotted(attribute.kind)),
    }
    text.push('=');
    // RFC 4514 §2.4: the value of a type without a name is not interpreted.
    if let Some(value) = known.and_then(|_| directory_string::text(&attribute.value)) {
        push_escaped(text, &value);
    } else {
        text.push('#');
        text.push_str(&hex(attribute.value.whole).to_ascii_uppercase());
    }
}

/// Appends a value with what RFC 4514 §2.4 wants escaped.
fn push_escaped(text: &mut String, value: &str) {
    let last = value.chars().count().saturating_sub(1);
    for (at, character) in value.chars().enumerate() {
        match character {
            ',' | '+' | '"' | '\\' | '<' | '>' | ';' => text.extend(['\\', character]),
            '#' if at == 0 => text.push_str("\\#"),
            ' ' if at == 0 || at == last => text.push_str("\\ "),
            _ if acts_on_a_terminal(character) => push_hex_pairs(text, character),
            _ => text.push(character),
        }
    }
}

/// Control characters, and those that turn the direction of writing: a name
/// comes from strangers and is printed into reports.
fn acts_on_a_terminal(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

fn push_hex_pairs(text: &mut String, character: char) {
    for byte in character.encode_utf8(&mut [0; 4]).bytes() {
        text.push('\\');
        text.push_str(&hex(&[byte]).to_ascii_uppercase());
    }
}
