//! A CA whose key or signature clients refuse.

use super::Rule;
use crate::finding::{Finding, Severity};
use crate::settings::Settings;
use crate::troubled_ca::{Trouble, report_all};
use ca_audit::Evidence;
use ca_audit::certificate::{CaStatus, Certificate, KeyAlgorithm};

pub(super) const RULE: Rule = Rule {
    name: "weak-ca",
    summary: "a CA has a key or a signature that clients refuse",
    severity: Severity::Warning,
    page: PAGE,
    check,
};

const PAGE: &str = r#"
A CA with an RSA key of less than 2048 bits, an intermediate CA that is signed with MD5 or SHA-1, or a CA certificate of version 1. Some clients accept it, others do not, and the others become more with every upgrade.

## Why it matters

Such a CA works until the day on which one program is upgraded. Then that program alone fails, with a message that names neither the CA nor the upgrade.

| | Go | OpenSSL at security level 2 (the default for TLS on Debian and Ubuntu) |
|---|---|---|
| RSA key under 2048 bits | accepted from 1024 bits on | "CA certificate key too weak" |
| MD5 or SHA-1 on an intermediate | "x509: cannot verify signature: insecure algorithm" | "CA signature digest algorithm too weak" |
| version 1 | accepted as a root, never as an intermediate | accepted as a root |

The signature of a root on itself is not checked by anybody, so its algorithm does not matter and is not reported.

## What is reported

Each certificate once, with all the places where it stands. Many CAs in one file are a bundle of public ones, which is reported once, as a note.

## How to fix

Make a new CA with an RSA key of at least 2048 bits or an EC key, put both into every bundle, issue new certificates, take the old one out. If only the signature of an intermediate is old, have its issuer sign it again: the key and what it signed stay.

## Fires

`modules/ldap/files/ca.pem`:
```pem
<CA one named CN=Old directory CA; RSA-1024>
```

## Clean

`modules/ldap/files/ca.pem`:
```pem
<CA one named CN=Directory CA>
```
"#;

/// NIST SP 800-131A: shorter RSA keys are not to be used since 2014.
const LEAST_RSA_BITS: u32 = 2048;

fn check(evidence: &Evidence, _: &Settings, report: &mut dyn FnMut(Finding)) {
    report_all(evidence, RULE.name, &trouble, report);
}

struct Weakness {
    says: String,
    effect: String,
    help: &'static str,
}

fn trouble(ca: &Certificate) -> Option<Trouble> {
    let weaknesses: Vec<Weakness> = [short_key(ca), old_signature(ca), first_version(ca)]
        .into_iter()
        .flatten()
        .collect();
    let says: Vec<&str> = weaknesses.iter().map(|weak| weak.says.as_str()).collect();
    let effect: Vec<&str> = weaknesses.iter().map(|weak| weak.effect.as_str()).collect();
    Some(Trouble {
        says: says.join(" and "),
        severity: Severity::Warning,
        effect: effect.join(" "),
        in_bundle: "Only what these CAs signed is refused.",
        help: weaknesses.first()?.help,
    })
}

fn short_key(ca: &Certificate) -> Option<Weakness> {
    let key = ca.key();
    let bits = key.bits.filter(|bits| *bits < LEAST_RSA_BITS)?;
    let accepts = if bits < 1024 {
        "Go refuses it since 1.24"
    } else {
        "Go accepts it"
    };
    (key.algorithm == KeyAlgorithm::Rsa).then(|| Weakness {
        says: format!("has an RSA key of only {bits} bits"),
        effect: format!("OpenSSL at security level 2, the default for TLS on Debian and Ubuntu, refuses what it signed with \"CA certificate key too weak\"; {accepts}."),
        help: "make a new CA with an RSA key of at least 2048 bits or an EC key, and keep both in every bundle until all certificates are issued anew",
    })
}

/// A root's own signature is not checked by any client.
fn old_signature(ca: &Certificate) -> Option<Weakness> {
    let algorithm = ca.signature_algorithm();
    let old = ["MD2", "MD4", "MD5", "SHA1"];
    let upper = algorithm.to_ascii_uppercase();
    let digest = old.into_iter().find(|digest| upper.contains(digest))?;
    let digest = if digest == "SHA1" { "SHA-1" } else { digest };
    (!ca.self_issued()).then(|| Weakness {
        says: format!("is signed by {} with {digest}", ca.issuer_text()),
        effect: format!("As an intermediate it is refused: by Go with \"x509: cannot verify signature: insecure algorithm\", by OpenSSL at security level 2 with \"CA signature digest algorithm too weak\" ({algorithm})."),
        help: "have its issuer sign it again with SHA-256: the key and what it signed stay as they are",
    })
}

fn first_version(ca: &Certificate) -> Option<Weakness> {
    (*ca.ca_status() == CaStatus::CaV1Root).then(|| Weakness {
        says: "is a certificate of version 1, which cannot say that it is a CA".into(),
        effect: "Go and OpenSSL accept it as a root only; clients that ask for basicConstraints refuse it, and nothing limits what it may sign.".into(),
        help: "make a new CA certificate of version 3 with basicConstraints CA:TRUE; with the same key and name, what it signed stays valid",
    })
}
