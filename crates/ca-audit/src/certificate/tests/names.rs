//! Names as text and as OpenSSL compares them.

use super::build::{COMMON_NAME, Odd, common_name, name};
use crate::certificate::fingerprint::openssl_name_hash;

const ORGANIZATION: &[u8] = &[0x55, 0x04, 0x0a];
/// `2.999`, which nobody names.
const NAMELESS: &[u8] = &[0x88, 0x37];

fn text(subject: Vec<u8>) -> String {
    let mut odd = Odd::new();
    odd.subject = subject;
    odd.read().subject_text()
}

fn canonical(subject: Vec<u8>) -> Vec<u8> {
    let mut odd = Odd::new();
    odd.subject = subject;
    odd.read().canonical_subject()
}

#[test]
fn prints_the_last_part_first() {
    let subject = name(&[
        &[(ORGANIZATION, 0x13, b"Example")],
        &[(COMMON_NAME, 0x13, b"etcd-ca")],
    ]);
    assert_eq!(text(subject), "CN=etcd-ca,O=Example");
    assert_eq!(text(name(&[])), "");
}

#[test]
fn joins_several_attributes_of_one_part() {
    let subject = name(&[&[(COMMON_NAME, 0x13, b"a"), (ORGANIZATION, 0x13, b"b")]]);
    assert_eq!(text(subject), "O=b+CN=a");
}

#[test]
fn escapes_what_would_be_ambiguous() {
    for (value, expected) in [
        ("a, CN=b", "CN=a\\, CN=b"),
        ("#1 \"x\" <y>;+\\", "CN=\\#1 \\\"x\\\" \\<y\\>\\;\\+\\\\"),
        (" a ", "CN=\\ a\\ "),
        (" ", "CN=\\ "),
        ("a#b c", "CN=a#b c"),
        ("a\n\u{1b}[31m\0", "CN=a\\0A\\1B[31m\\00"),
        ("\u{202e}a", "CN=\\E2\\80\\AEa"),
        ("Zürich", "CN=Zürich"),
    ] {
        assert_eq!(text(common_name(value)), expected);
    }
}

#[test]
fn reads_the_older_kinds_of_strings() {
    for (tag, value) in [
        (0x0c, &b"Z\xc3\xbcrich"[..]),
        (0x14, b"Z\xfcrich"),
        (0x1e, b"\0Z\0\xfc\0r\0i\0c\0h"),
        (0x1c, b"\0\0\0Z\0\0\0\xfc\0\0\0r\0\0\0i\0\0\0c\0\0\0h"),
    ] {
        assert_eq!(text(name(&[&[(COMMON_NAME, tag, value)]])), "CN=Zürich");
    }
}

#[test]
fn prints_in_hexadecimal_what_it_does_not_understand() {
    let nameless = name(&[&[(NAMELESS, 0x13, b"ab")]]);
    assert_eq!(text(nameless), "2.999=#13026162");
    let no_string = name(&[&[(COMMON_NAME, 0x03, b"\0\x05")]]);
    assert_eq!(text(no_string), "CN=#03020005");
    let no_utf8 = name(&[&[(COMMON_NAME, 0x0c, b"\xff")]]);
    assert_eq!(text(no_utf8), "CN=#0C01FF");
    assert_eq!(text(vec![0x30, 0x02, 0x05, 0x00]), "#30020500");
}

#[test]
fn compares_without_case_space_and_kind_of_string() {
    let plain = canonical(common_name("etcd ca"));
    for (tag, value) in [
        (0x13, &b"  Etcd \t CA "[..]),
        (0x14, b"ETCD CA"),
        (0x1e, b"\0e\0t\0c\0d\0 \0c\0a"),
    ] {
        assert_eq!(canonical(name(&[&[(COMMON_NAME, tag, value)]])), plain);
    }
    assert_ne!(canonical(common_name("etcdca")), plain);
    // Only ASCII is folded.
    assert_ne!(canonical(common_name("Ü")), canonical(common_name("ü")));
    // A number is no text to OpenSSL.
    assert_ne!(
        canonical(name(&[&[(COMMON_NAME, 0x12, b"1")]])),
        canonical(common_name("1"))
    );
}

#[test]
fn hashes_a_name_as_openssl_does() {
    // openssl req -x509 -subj /CN=etcd-ca … | openssl x509 -noout -subject_hash
    let canonical = canonical(common_name("Etcd-CA"));
    assert_eq!(openssl_name_hash(&canonical), "af8eea67");
}
