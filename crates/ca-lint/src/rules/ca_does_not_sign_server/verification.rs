//! Whether a client would accept a server's certificate, and if not, in which
//! words it says so.
//!
//! The words are Go's (`crypto/x509/verify.go`, `UnknownAuthorityError` and
//! `CertificateInvalidError`) and OpenSSL's (`crypto/x509/x509_txt.c`).

use crate::certificate_words::{all_named, day};
use ca_audit::certificate::{Certificate, Signature, signed_by};
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
        Path::AnotherKey(ca) => Some(another_key(ca, trusted)),
        Path::NoIssuer(last) => Some(no_issuer(evidence, last, trusted)),
    }
}

/// Where a chain of certificates ends.
enum Path<'c> {
    /// At a CA that the client trusts.
    Trusted,
    /// At this CA of the client's, which has the right name and another key.
    AnotherKey(&'c Certificate),
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
            (None, Some(namesake)) => return Path::AnotherKey(namesake),
            (None, None) => return Path::NoIssuer(current),
        }
    }
    Path::Unknown
}

fn another_key(ca: &Certificate, trusted: &Trusted) -> Failure {
    let name = ca.subject_text();
    Failure {
        why: format!("it has the issuer's name, {name}, and another key"),
        go: format!(
            "x509: certificate signed by unknown authority (possibly because of … while trying to verify candidate authority certificate \"{}\")",
            name.strip_prefix("CN=").unwrap_or(&name)
        ),
        openssl: "certificate signature failure",
        help: format!(
            "put the CA that signed the server's certificate into {}; to change over without an outage, both CAs for a while",
            trusted.path
        ),
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
