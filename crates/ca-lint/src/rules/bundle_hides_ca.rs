//! A file of several certificates that does not work as its author thinks.

use super::Rule;
use crate::certificate_words::{all_named, named};
use crate::finding::{Confidence, Finding, Related, Severity, hashes};
use crate::settings::Settings;
use ca_audit::facts::{Cert, Misread};
use ca_audit::{CaAsker, CaPlace, Evidence};
use std::collections::BTreeMap;

pub(super) const RULE: Rule = Rule {
    name: "bundle-hides-ca",
    summary: "a CA in a bundle that some programs do not see, or that does not belong there",
    severity: Severity::Warning,
    page: PAGE,
    check,
};

const PAGE: &str = r"
A bundle is a list of CAs in one file. It hides one when a program stops before its end, skips a block, or looks at the first certificate only.

## Why it matters

A bundle is how a CA is replaced without an outage: old and new side by side, for a while. If the new one is not seen, nothing fails until the old one is taken away.

## What is reported

- a bundle of which some programs load only a part (`malformed-pem` says what is wrong with the line);
- a file with more than one certificate in `/usr/local/share/ca-certificates`: `update-ca-certificates` adds all of them to the one big file, but makes no link by hash for any, so programs that look into `/etc/ssl/certs` do not find them;
- a server's or client's certificate in a file of CAs: it signs nothing, and hides that the CA it was to stand for may be missing;
- *note*: the same certificate twice in one file.

## How to fix

One file for each CA in the system's folder. In bundles for a program: only CAs, each once, each in armour that every program reads.

## Fires

`modules/tls/files/bundle.pem`:
```pem
<CA one named CN=Old CA>
<CA two named CN=New CA; six dashes>
```

`hosts/a/etc/puppet/puppet.conf`:
```
[main]
```

`hosts/a/usr/local/share/ca-certificates/ours.crt`:
```pem
<CA one named CN=Old CA>
<CA two named CN=New CA>
```

## Clean

`modules/tls/files/bundle.pem`:
```pem
<CA one named CN=Old CA>
<CA two named CN=New CA>
```

`hosts/a/etc/puppet/puppet.conf`:
```
[main]
```

`hosts/a/usr/local/share/ca-certificates/ours.crt`:
```pem
<CA two named CN=New CA>
```
";

/// Where Debian's `update-ca-certificates` takes local CAs from; `openssl
/// rehash`, which it runs, links files that hold just one certificate.
const ONE_A_FILE: &str = "/usr/local/share/ca-certificates";

/// A bundle of more CAs than this is one of public CAs.
const PUBLIC: usize = 20;

fn check(evidence: &Evidence, _: &Settings, report: &mut dyn FnMut(Finding)) {
    for misread in &evidence.misread {
        partly_loaded(misread).into_iter().for_each(&mut *report);
    }
    let places = evidence.ca_places();
    let same = |a: &CaPlace, b: &CaPlace| (a.file, a.part) == (b.file, b.part);
    for asked in places.chunk_by(same) {
        without_links(asked).into_iter().for_each(&mut *report);
        with_leaf(&asked[0]).into_iter().for_each(&mut *report);
    }
    for finding in twice(evidence) {
        report(finding);
    }
}

/// Some programs load certificates of it and leave out others.
fn partly_loaded(misread: &Misread) -> Option<Finding> {
    let miss = misread
        .missing
        .iter()
        .find(|miss| miss.loads > 0 && !miss.gives_up && !miss.is_about_etcd_alone())?;
    let related = misread.certificates.iter().map(|(at, _)| *at);
    // Of the world's CAs some are always odd, and somebody else looks after them.
    let severity = if miss.of > PUBLIC && !miss.is_armour {
        Severity::Note
    } else {
        Severity::Warning
    };
    Some(Finding {
        rule: RULE.name,
        severity,
        confidence: if miss.is_certain {
            Confidence::High
        } else {
            Confidence::Low
        },
        message: miss.sentence.clone(),
        effect: "Nothing is said about the rest, and nothing fails as long as what is loaded is all that is needed.".into(),
        help: if miss.is_armour {
            "mend the line; malformed-pem says how".into()
        } else {
            "replace this certificate by one that all programs read, or take it out".into()
        },
        at: miss.cause,
        label: "not loaded from here".into(),
        related: related
            .filter(|at| !(at.start..at.end).contains(&miss.cause.start))
            .take(4)
            .map(|at| Related::new(at, "another certificate of this text"))
            .collect(),
        certificates: misread.certificates.iter().map(|(_, hash)| *hash).collect(),
        fix: None,
        identity: vec!["partly".into(), misread.container.to_string()],
    })
}

/// More than one certificate in a file that gets a link by hash only for one.
fn without_links(asked: &[CaPlace]) -> Option<Finding> {
    let in_store = |place: &&CaPlace| matches!(place.asked_by, CaAsker::TrustStore(folder) if folder.trim_end_matches('/') == ONE_A_FILE);
    let place = asked.iter().find(in_store)?;
    let [first, second, ..] = place.certs.as_slice() else {
        return None;
    };
    let mut related = vec![Related::new(second.at, "the second one")];
    related.extend(
        place
            .asked_at
            .map(|at| Related::new(at, format!("it is put into {ONE_A_FILE} here"))),
    );
    Some(Finding {
        rule: RULE.name,
        severity: Severity::Warning,
        confidence: Confidence::High,
        message: format!(
            "{} certificates in one file of {ONE_A_FILE}, so none of them gets a link by its hash",
            place.certs.len()
        ),
        effect: "Programs that look up CAs in the folder /etc/ssl/certs do not find them; those that read ca-certificates.crt do.".into(),
        help: format!("put each into a file of its own in {ONE_A_FILE}, then run update-ca-certificates"),
        at: first.at,
        label: all_named(place.certs.iter().copied()),
        related,
        certificates: hashes(place.certs.iter().copied()),
        fix: None,
        identity: vec!["no-links".into()],
    })
}

/// A certificate that is no CA among CAs.
fn with_leaf(place: &CaPlace) -> Option<Finding> {
    let is = |cert: &&Cert, wanted| cert.certificate.is_ca() == Some(wanted);
    let leaf = *place.certs.iter().find(|cert| is(cert, false))?;
    let ca = *place.certs.iter().find(|cert| is(cert, true))?;
    Some(Finding {
        rule: RULE.name,
        severity: Severity::Warning,
        confidence: Confidence::Medium,
        message: format!(
            "{} is no CA and stands in a file of CAs",
            named(&leaf.certificate)
        ),
        effect: "It verifies nothing but, for Go programs, itself.".into(),
        help: "take it out, or put the CA that signed it there instead".into(),
        at: leaf.at,
        label: "no CA".into(),
        related: vec![Related::new(
            ca.at,
            format!("a CA in the same file: {}", named(&ca.certificate)),
        )],
        certificates: hashes([leaf, ca]),
        fix: None,
        identity: vec!["leaf".into()],
    })
}

/// The same certificate twice in one text.
fn twice(evidence: &Evidence) -> Vec<Finding> {
    let mut seen: BTreeMap<_, &Cert> = BTreeMap::new();
    let mut findings = Vec::new();
    for cert in &evidence.certs {
        let key = (
            cert.at.file,
            cert.container.as_str(),
            *cert.certificate.sha256(),
        );
        match seen.get(&key) {
            Some(first) if first.at != cert.at => findings.push(repeated(first, cert)),
            Some(_) => {}
            None => {
                seen.insert(key, cert);
            }
        }
    }
    findings
}

fn repeated(first: &Cert, again: &Cert) -> Finding {
    Finding {
        rule: RULE.name,
        severity: Severity::Note,
        confidence: Confidence::High,
        message: format!(
            "{} stands twice in the same file",
            named(&again.certificate)
        ),
        effect: String::new(),
        help: "take one out; when the CA is replaced, the other is easily forgotten".into(),
        at: again.at,
        label: "the same again".into(),
        related: vec![Related::new(first.at, "it stands here already")],
        certificates: hashes([again]),
        fix: None,
        identity: vec!["twice".into()],
    }
}
