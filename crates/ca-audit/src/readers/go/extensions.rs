//! The extensions that Go reads, and what it refuses in them.
//!
//! Source: `processExtensions` and what it calls in `crypto/x509/parser.go` of
//! Go 1.27.3.

use std::collections::HashSet;
use std::net::IpAddr;

use super::certificate::{Checked, or};
use super::der::{BOOLEAN, Der, INTEGER, OBJECT_IDENTIFIER, OCTET_STRING, SEQUENCE};
use crate::readers::oid::is_large_oid;

/// One extension as it stands.
pub(super) struct Extension<'a> {
    pub(super) oid: &'a [u8],
    pub(super) is_critical: bool,
    pub(super) value: Der<'a>,
}

/// `authorityInfoAccess`, 1.3.6.1.5.5.7.1.1.
const AUTHORITY_INFO_ACCESS: &[u8] = &[0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x01, 0x01];

const URI: u8 = 0x86;

/// Whether Go can read it.
pub(super) fn check(extension: &Extension<'_>) -> Checked<()> {
    let value = extension.value;
    if extension.oid == AUTHORITY_INFO_ACCESS {
        return authority_info_access(extension);
    }
    // `id-ce`, 2.5.29, and one number.
    let &[0x55, 0x1d, number] = extension.oid else {
        return Ok(());
    };
    match number {
        14 => subject_key_id(extension),
        15 => {
            let mut value = value;
            or(value.bit_string(), "its keyUsage is malformed").map(|_| ())
        }
        17 => subject_alt_name(value),
        19 => or(
            basic_constraints(value),
            "its basicConstraints are malformed",
        ),
        30 => name_constraints(value),
        31 => or(
            distribution_points(value),
            "its CRL distribution points are malformed",
        ),
        32 => or(policies(value), "its certificate policies are malformed"),
        33 => or(policy_mappings(value), "its policy mappings are malformed"),
        35 => authority_key_id(extension),
        36 => or(
            policy_constraints(value),
            "its policy constraints are malformed",
        ),
        37 => or(
            extended_key_usage(value),
            "its extendedKeyUsage is malformed",
        ),
        54 => or(
            inhibit_any_policy(value),
            "its inhibitAnyPolicy is malformed",
        ),
        _ => Ok(()),
    }
}

fn authority_info_access(extension: &Extension<'_>) -> Checked<()> {
    const WHY: &str = "its authorityInfoAccess is malformed";
    if extension.is_critical {
        return Err(Some("its authorityInfoAccess is marked critical"));
    }
    let mut value = extension.value;
    let mut list = or(value.take(SEQUENCE), WHY)?;
    while !list.is_empty() {
        let mut access = or(list.take(SEQUENCE), WHY)?;
        or(access.oid(), WHY)?;
        or(access.optional(URI), WHY)?;
    }
    Ok(())
}

fn subject_key_id(extension: &Extension<'_>) -> Checked<()> {
    if extension.is_critical {
        return Err(Some("its subjectKeyIdentifier is marked critical"));
    }
    let mut value = extension.value;
    or(
        value.take(OCTET_STRING),
        "its subjectKeyIdentifier is malformed",
    )
    .map(|_| ())
}

fn authority_key_id(extension: &Extension<'_>) -> Checked<()> {
    const WHY: &str = "its authorityKeyIdentifier is malformed";
    if extension.is_critical {
        return Err(Some("its authorityKeyIdentifier is marked critical"));
    }
    let mut value = extension.value;
    let mut content = or(value.take(SEQUENCE), WHY)?;
    or(content.optional(0x80), WHY).map(|_| ())
}

fn basic_constraints(mut value: Der<'_>) -> Option<()> {
    let mut content = value.take(SEQUENCE)?;
    if content.is_next(BOOLEAN) {
        content.boolean()?;
    }
    if content.is_next(INTEGER) {
        // An `int` of 64 bits that is not negative.
        let length = content.integer(INTEGER)?;
        if length[0] & 0x80 != 0 || length.len() > 8 {
            return None;
        }
    }
    Some(())
}

fn distribution_points(mut value: Der<'_>) -> Option<()> {
    let mut list = value.take(SEQUENCE)?;
    while !list.is_empty() {
        let mut point = list.take(SEQUENCE)?;
        if !point.is_next(0xa0) {
            continue;
        }
        let mut names = point.take(0xa0)?.take(0xa0)?;
        while names.is_next(URI) {
            names.take(URI)?;
        }
    }
    Some(())
}

fn policies(mut value: Der<'_>) -> Option<()> {
    let mut list = value.take(SEQUENCE)?;
    let mut seen = HashSet::new();
    while !list.is_empty() {
        let oid = list.take(SEQUENCE)?.take(OBJECT_IDENTIFIER)?.0;
        if !seen.insert(oid) || !is_large_oid(oid) {
            return None;
        }
    }
    Some(())
}

fn policy_mappings(mut value: Der<'_>) -> Option<()> {
    let mut list = value.take(SEQUENCE)?;
    while !list.is_empty() {
        let mut mapping = list.take(SEQUENCE)?;
        mapping.take(OBJECT_IDENTIFIER)?;
        mapping.take(OBJECT_IDENTIFIER)?;
    }
    Some(())
}

fn policy_constraints(mut value: Der<'_>) -> Option<()> {
    let mut content = value.take(SEQUENCE)?;
    for tag in [0x80, 0x81] {
        if content.is_next(tag) && content.integer(tag)?.len() > 8 {
            return None;
        }
    }
    Some(())
}

fn extended_key_usage(mut value: Der<'_>) -> Option<()> {
    let mut list = value.take(SEQUENCE)?;
    while !list.is_empty() {
        list.oid()?;
    }
    Some(())
}

fn inhibit_any_policy(mut value: Der<'_>) -> Option<()> {
    (value.integer(INTEGER)?.len() <= 8).then_some(())
}

fn subject_alt_name(mut value: Der<'_>) -> Checked<()> {
    const WHY: &str = "its subjectAltName is malformed";
    let mut names = or(value.take(SEQUENCE), WHY)?;
    while !names.is_empty() {
        let name = or(names.any(), WHY)?;
        let text = name.content.0;
        let is_good = match name.tag {
            0x81 | 0x82 => text.is_ascii(),
            0x86 => uri(text)?,
            0x87 => text.len() == 4 || (text.len() == 16 && !is_mapped(text)),
            _ => true,
        };
        or(is_good.then_some(()), WHY)?;
    }
    Ok(())
}

/// `url.Parse` has many rules. What has the plain form of an address passes
/// them; of all else nothing is claimed.
fn uri(text: &[u8]) -> Checked<bool> {
    if !text.is_ascii() {
        return Ok(false);
    }
    let text = std::str::from_utf8(text).unwrap_or_default();
    let plain = |part: &str, more: &[u8]| {
        part.bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || more.contains(&byte))
    };
    let Some((scheme, rest)) = text.split_once("://") else {
        return Err(None);
    };
    let is_scheme =
        scheme.starts_with(|first: char| first.is_ascii_alphabetic()) && plain(scheme, b"+-.");
    let (host, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    if is_scheme && plain(host, b"-.") && plain(path, b"-._~/") {
        Ok(is_domain(host, false))
    } else {
        Err(None)
    }
}

/// `domainNameValid`.
fn is_domain(text: &str, is_constraint: bool) -> bool {
    if text.is_empty() {
        return true;
    }
    let labels = match text.strip_prefix('.') {
        Some(rest) if is_constraint => rest,
        _ => text,
    };
    !text.ends_with('.')
        && labels
            .split('.')
            .all(|label| !label.is_empty() && label.bytes().all(|byte| (33..=126).contains(&byte)))
}

/// An IPv4 address written as IPv6 (`net.IP.To4`).
fn is_mapped(address: &[u8]) -> bool {
    address.starts_with(&[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff])
}

fn name_constraints(mut value: Der<'_>) -> Checked<()> {
    const WHY: &str = "its nameConstraints are malformed";
    let mut content = or(value.take(SEQUENCE), WHY)?;
    let permitted = or(content.optional(0xa0), WHY)?;
    let excluded = or(content.optional(0xa1), WHY)?;
    let trees = [permitted, excluded];
    if !value.is_empty() || !content.is_empty() {
        return Err(Some(WHY));
    }
    if trees.iter().all(|tree| tree.is_empty()) {
        return Err(Some("its nameConstraints are empty"));
    }
    for mut tree in trees {
        while !tree.is_empty() {
            let mut subtree = or(tree.take(SEQUENCE), WHY)?;
            let base = or(subtree.any(), WHY)?;
            or(constraint(base.tag, base.content.0)?.then_some(()), WHY)?;
        }
    }
    Ok(())
}

fn constraint(tag: u8, value: &[u8]) -> Checked<bool> {
    let text = value
        .is_ascii()
        .then(|| std::str::from_utf8(value).unwrap_or_default());
    Ok(match (tag, text) {
        (0x87, _) => is_network(value),
        (0x81 | 0x82 | 0x86, None) => false,
        (0x81, Some(text)) if text.contains('@') => return mailbox(text),
        (0x81 | 0x82, Some(text)) => is_domain(text, true),
        (0x86, Some(text)) => text.parse::<IpAddr>().is_err() && is_domain(text, true),
        _ => true,
    })
}

fn is_network(value: &[u8]) -> bool {
    let (address, mask) = value.split_at(value.len() / 2);
    matches!(value.len(), 8 | 32) && is_mask(mask) && !(address.len() == 16 && is_mapped(address))
}

/// One bits, then zero bits.
fn is_mask(mask: &[u8]) -> bool {
    let ones = mask.iter().take_while(|byte| **byte == 0xff).count();
    match mask[ones..].split_first() {
        None => true,
        Some((first, rest)) => {
            first.leading_ones() + first.trailing_zeros().min(8) >= 8
                && rest.iter().all(|byte| *byte == 0)
        }
    }
}

/// `parseRFC2821Mailbox`: a plain address passes; of quoted ones nothing is
/// claimed.
fn mailbox(text: &str) -> Checked<bool> {
    let (local, domain) = text.split_once('@').unwrap_or_default();
    if local.starts_with('"') || local.contains('\\') {
        return Err(None);
    }
    let is_atom =
        |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~.".contains(&byte);
    Ok(!local.is_empty()
        && local.bytes().all(is_atom)
        && !local.starts_with('.')
        && !local.ends_with('.')
        && !local.contains("..")
        && !domain.contains('@')
        && is_domain(domain, false))
}
