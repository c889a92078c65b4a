//! Whether a client would accept a server's certificate, and if not, in which
//! words it says so.
//!
//! The words are Go's (`crypto/x509/verify.go`, `UnknownAuthorityError` and
//! `CertificateInvalidError`) and OpenSSL's (`crypto/x509/x509_txt.c`).

use crate::certificate_words::{all_named, day};
use ca_audit::certificate::{Certificate, KeyAlgorithm, Signature, signed_by};
use ca_audit::facts::Cert;
use ca_audit::{Evidence, Presented, Signer, Trusted};

/// Longer chains are not followed: nobody has them, and each step costs.
const MAX_CHAIN: usize = 8;

/// Why a certificate is not accepted.
pub(super) struct Failure {
    /// In a sentence, after a colon.
    pub(super) why: String,
    /// What Go prints.
    pub(super) go: String,
    /// What OpenSSL prints.
    pub(super) openssl: &'static str,
    /// What to do.
    pub(super) help: String,
}

/// Why the client does not accept the server at `now`, in Unix seconds; `None`
/// where it does, and where that cannot be told.
pub(super) fn failure(
    evidence: &Evidence,
    presented: &Presented,
    trusted: &Trusted,
    now: i64,
) -> Option<Failure> {
    let leaf = presented.leaf.certificate.as_ref();
    match path(leaf, &presented.others, &trusted.certs) {
        Path::Unknown => None,
        Path::Trusted => out_of_date(leaf, now),
        Path::AnotherKey(child, ca) => Some(another_key(child, ca, trusted)),
        Path::NoIssuer(last) => Some(no_issuer(evidence, last, trusted)),
    }
}

/// Where a chain of certificates ends.
enum Path<'c> {
    /// At a CA that the client trusts.
    Trusted,
    /// At the first, which names as its issuer the second, a CA of the client's
    /// with another key than the one that signed.
    AnotherKey(&'c Certificate, &'c Certificate),
    /// At this certificate, whose issuer is nowhere.
    NoIssuer(&'c Certificate),
    /// At a signature that cannot be checked.
    Unknown,
}

fn path<'c>(leaf: &'c Certificate, others: &[&'c Cert], roots: &[&'c Cert]) -> Path<'c> {
    let mut current = leaf;
    for _ in 0..MAX_CHAIN {
        if roots
            .iter()
            .any(|root| root.certificate.as_ref() == current)
        {
            return Path::Trusted;
        }
        let issuer = current.canonical_issuer();
        let has_name = |cert: &&&'c Cert| cert.certificate.canonical_subject() == issuer;
        let mut namesake = None;
        for root in roots.iter().filter(has_name) {
            match signed_by(current, &root.certificate) {
                Signature::Valid => return Path::Trusted,
                Signature::Unknown(_) => return Path::Unknown,
                Signature::Invalid => namesake = namesake.or(Some(root.certificate.as_ref())),
            }
        }
        let mut signers = others.iter().filter(has_name);
        let next = signers
            .find(|other| signed_by(current, &other.certificate) == Signature::Valid)
            .map(|other| other.certificate.as_ref())
            .filter(|next| *next != current);
        match (next, namesake) {
            (Some(next), _) => current = next,
            (None, Some(namesake)) => return Path::AnotherKey(current, namesake),
            (None, None) => return Path::NoIssuer(current),
        }
    }
    Path::Unknown
}

fn another_key(child: &Certificate, ca: &Certificate, trusted: &Trusted) -> Failure {
    let name = ca.subject_text();
    let common_name = name.split(", ").find_map(|part| part.strip_prefix("CN="));
    // OpenSSL passes over a CA whose key identifier is not the one that the
    // certificate names (tried with 3.0).
    let named_key = child
        .authority_key_id()
        .and_then(|issuer| issuer.key_id.as_deref());
    let is_passed_over = named_key.is_some() && named_key != ca.subject_key_id();
    Failure {
        why: format!("it has the issuer's name, {name}, and another key"),
        go: format!(
            "x509: certificate signed by unknown authority (possibly because of \"{}\" while trying to verify candidate authority certificate \"{}\")",
            go_words(ca.key().algorithm),
            common_name.unwrap_or(&name)
        ),
        openssl: if is_passed_over {
            "unable to get local issuer certificate"
        } else {
            "certificate signature failure"
        },
        help: format!(
            "put the CA that signed the server's certificate into {}; to change over without an outage, both CAs for a while",
            trusted.path
        ),
    }
}

/// What Go says of a signature that is not right.
fn go_words(key: KeyAlgorithm) -> &'static str {
    match key {
        KeyAlgorithm::Ec => "x509: ECDSA verification failure",
        KeyAlgorithm::Ed25519 => "x509: Ed25519 verification failure",
        _ => "crypto/rsa: verification error",
    }
}

/// The issuer is not among the client's CAs: a CA of another name, or the
/// server leaves out what leads to it.
fn no_issuer(evidence: &Evidence, last: &Certificate, trusted: &Trusted) -> Failure {
    let issuer = last.issuer_text();
    let signers = evidence.signers();
    let intermediate = match signers.of(last) {
        Signer::Known(all) => all.iter().copied().find(|signer| {
            let roots: Vec<&Cert> = trusted.certs.clone();
            matches!(path(signer, &[], &roots), Path::Trusted)
        }),
        _ => None,
    };
    let words = |why: String, help: String| Failure {
        why,
        go: "x509: certificate signed by unknown authority".into(),
        openssl: "unable to get local issuer certificate",
        help,
    };
    match intermediate {
        Some(_) => words(
            format!("the server does not present the intermediate {issuer} that leads to it"),
            format!("append the certificate of {issuer} to the server's file, after its own"),
        ),
        None => words(
            format!(
                "that is issued by {issuer}, and the client trusts {}",
                all_named(trusted.certs.iter().copied())
            ),
            format!("put the CA {issuer} into {}", trusted.path),
        ),
    }
}

fn out_of_date(leaf: &Certificate, now: i64) -> Option<Failure> {
    let (from, to) = (leaf.not_before().seconds(), leaf.not_after().seconds());
    let words = |why: String, openssl| {
        Some(Failure {
            why,
            go: "x509: certificate has expired or is not yet valid".into(),
            openssl,
            help: "issue the server a new certificate from the same CA".into(),
        })
    };
    match (from, to) {
        (_, Some(to)) if to < now => words(
            format!("the certificate expired on {}", day(to)),
            "certificate has expired",
        ),
        (Some(from), _) if from > now => words(
            format!("the certificate is valid only from {} on", day(from)),
            "certificate is not yet valid",
        ),
        _ => None,
    }
}
