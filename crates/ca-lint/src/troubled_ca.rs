//! CAs with which something is wrong by themselves: one finding a certificate,
//! one a file for bundles of public CAs.

use crate::certificate_words::named;
use crate::finding::{Confidence, Finding, Related, Severity, hashes};
use crate::sightings::Sightings;
use ca_audit::Evidence;
use ca_audit::certificate::Certificate;
use ca_audit::facts::Cert;
use std::collections::{BTreeMap, BTreeSet};

/// Of a bundle so many are named, the others counted.
const NAMED: usize = 3;

/// What a rule says of one certificate.
pub(crate) struct Trouble {
    /// `expired on 2019-09-10`: what follows the certificate's name.
    pub(crate) says: String,
    /// The level where the certificate is used.
    pub(crate) severity: Severity,
    /// What clients do.
    pub(crate) effect: String,
    /// What it does to the other CAs of a bundle.
    pub(crate) in_bundle: &'static str,
    /// What to do.
    pub(crate) help: &'static str,
}

/// What expired CAs do to the others of their bundle. (Release notes of
/// OpenSSL 1.1.1 and of `GnuTLS` 3.6.14, after a root that ended on 2020-05-30.)
pub(crate) const OLD_IN_BUNDLE: &str = "The other CAs of the bundle go on working. Old clients (OpenSSL before 1.1.1, GnuTLS before 3.6.14) may stop at an expired root although another path is valid.";

/// What a rule says of a certificate, if anything.
pub(crate) type Judge<'j> = &'j dyn Fn(&Certificate) -> Option<Trouble>;

/// Reports every CA of which `judge` says something.
pub(crate) fn report_all(
    evidence: &Evidence,
    rule: &'static str,
    judge: Judge,
    report: &mut dyn FnMut(Finding),
) {
    let sightings = Sightings::new(evidence);
    let mut bundled: BTreeMap<String, Vec<&Cert>> = BTreeMap::new();
    for (certificate, certs) in evidence.inventory() {
        if certificate.is_ca() != Some(true) {
            continue;
        }
        let Some(trouble) = judge(certificate) else {
            continue;
        };
        let certs = sightings.in_edit_order(&certs);
        let (bulk, own): (Vec<&Cert>, Vec<&Cert>) =
            certs.into_iter().partition(|cert| sightings.is_bulk(cert));
        if own.is_empty() {
            for cert in one_a_bundle(evidence, &bulk) {
                bundled
                    .entry(bundle(evidence, cert))
                    .or_default()
                    .push(cert);
            }
        } else {
            report(alone(&sightings, evidence, rule, trouble, &own, judge));
        }
    }
    for certs in bundled.values() {
        report(of_bundle(&sightings, evidence, rule, certs, judge));
    }
}

/// A bundle's name: the file; the folder where a package has a file for each.
fn bundle(evidence: &Evidence, cert: &Cert) -> String {
    let path = evidence.path(cert.at.file);
    match evidence.certs_in(cert.at.file) {
        [_] => path
            .rsplit_once('/')
            .map_or(path, |(folder, _)| folder)
            .to_owned(),
        _ => path.to_owned(),
    }
}

/// One sighting for each bundle; where a file has them all together, the
/// folder from which it was made is not told again.
fn one_a_bundle<'e>(evidence: &Evidence, certs: &[&'e Cert]) -> Vec<&'e Cert> {
    let is_together = |cert: &&Cert| evidence.certs_in(cert.at.file).len() > 1;
    let only_files = certs.iter().any(&is_together);
    let mut seen = BTreeSet::new();
    let kept = certs
        .iter()
        .copied()
        .filter(|cert| (!only_files || is_together(cert)) && seen.insert(bundle(evidence, cert)));
    kept.collect()
}

fn alone(
    sightings: &Sightings,
    evidence: &Evidence,
    rule: &'static str,
    trouble: Trouble,
    certs: &[&Cert],
    judge: Judge,
) -> Finding {
    let first = certs[0];
    let certificate = &first.certificate;
    let renewed = renewed(evidence, certs, judge);
    let replaced = certs
        .iter()
        .all(|cert| renewed.iter().any(|new| new.at.file == cert.at.file));
    let in_sight = |cert: &&&Cert| !evidence.is_aside(cert.at.file);
    let used = certs
        .iter()
        .filter(in_sight)
        .any(|cert| sightings.is_used(cert));
    let severity = match (replaced, used) {
        (true, _) => Severity::Note,
        (false, true) => trouble.severity,
        (false, false) => trouble.severity.min(Severity::Warning),
    };
    let mut related = sightings.related("the same certificate", &certs[1..]);
    related.extend(renewed.first().map(|new| {
        Related::new(
            new.at,
            format!(
                "the same CA renewed with the same key: {}",
                named(&new.certificate)
            ),
        )
    }));
    let help = match (renewed.first(), replaced) {
        (_, true) => {
            "its renewed certificate stands beside it: take this one out when nobody pins it".into()
        }
        (Some(new), false) => format!(
            "put the renewed certificate, which is in {}, into every place that is named here; what it signed stays valid",
            evidence.path(new.at.file)
        ),
        (None, false) => trouble.help.into(),
    };
    Finding {
        rule,
        severity,
        confidence: Confidence::High,
        message: format!("{} {}", named(certificate), trouble.says),
        effect: if replaced {
            String::new()
        } else {
            trouble.effect
        },
        help,
        at: first.at,
        label: trouble.says,
        related,
        certificates: vec![*certificate.sha256()],
        fix: None,
        identity: vec![certificate.subject_text()],
    }
}

/// Certificates of the same name and key with which nothing is wrong.
fn renewed<'e>(evidence: &'e Evidence, certs: &[&Cert], judge: Judge) -> Vec<&'e Cert> {
    let old = &certs[0].certificate;
    if !old.spki_readable() {
        return Vec::new();
    }
    let is_same_ca = |cert: &&Cert| {
        let new = &cert.certificate;
        new.spki_sha256() == old.spki_sha256()
            && new != old
            && new.subject() == old.subject()
            && new.is_ca() == Some(true)
            && new.not_after().seconds() > old.not_after().seconds()
            && judge(new).is_none()
    };
    let kept = |cert: &&Cert| !evidence.is_past(cert.at.file);
    evidence
        .certs
        .iter()
        .filter(is_same_ca)
        .filter(kept)
        .collect()
}

/// Many CAs that somebody else looks after: what is wrong with a few of them
/// does not concern the others; what is wrong with all of them does.
fn of_bundle(
    sightings: &Sightings,
    evidence: &Evidence,
    rule: &'static str,
    certs: &[&Cert],
    judge: Judge,
) -> Finding {
    let first = certs[0];
    let name = bundle(evidence, first);
    let all = evidence.certs_in(first.at.file).len();
    let is_useless = all > 1 && certs.len() == all;
    let troubles: Vec<Trouble> = certs
        .iter()
        .filter_map(|cert| judge(&cert.certificate))
        .collect();
    let worst = troubles.iter().map(|trouble| trouble.severity).max();
    let worst = worst.unwrap_or(Severity::Note);
    let severity = match (is_useless, sightings.is_used(first)) {
        (true, true) => worst,
        (true, false) => worst.min(Severity::Warning),
        (false, _) => Severity::Note,
    };
    let says = |index: usize| {
        let subject = certs[index].certificate.subject_text();
        format!("{subject} {}", troubles[index].says)
    };
    let listed = certs.len().min(troubles.len()).min(NAMED);
    let named: Vec<String> = (0..listed).map(says).collect();
    let more = match certs.len() - listed {
        0 => String::new(),
        more => format!("; and {more} more"),
    };
    let count = match all {
        1 => format!("{} CAs", certs.len()),
        all => format!("{} of {all} CAs", certs.len()),
    };
    let effect = if is_useless {
        troubles[0].effect.clone()
    } else {
        troubles[0].in_bundle.into()
    };
    Finding {
        rule,
        severity,
        confidence: Confidence::High,
        message: format!("{count} in {name}: {}{more}", named.join("; ")),
        effect,
        help: "update the bundle from where it came from".into(),
        at: first.at,
        label: says(0),
        related: (1..listed)
            .map(|index| Related::new(certs[index].at, says(index)))
            .collect(),
        certificates: hashes(certs.iter().copied()),
        fix: None,
        identity: vec!["bundle".into()],
    }
}
