//! Every certificate and every place where it stands.

mod human;
mod json;

pub use human::{concise, human};
pub use json::json;

use super::{Places, distinct_gaps};
use ca_audit::Evidence;
use ca_audit::certificate::Certificate;
use ca_audit::certificate::fingerprint::hex;
use ca_audit::facts::{Cert, Gap};
use ca_audit::tree::Tree;
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;

/// What a report of certificates is made of.
pub struct Inventory<'a> {
    evidence: &'a Evidence,
    /// By SHA-256.
    items: Vec<Item<'a>>,
    gaps: Vec<&'a Gap>,
    places: Places,
}

/// One certificate and where it stands.
struct Item<'a> {
    certificate: &'a Certificate,
    sightings: Vec<&'a Cert>,
    puppet_ca_fingerprint: Option<String>,
}

impl<'a> Inventory<'a> {
    /// Collects the certificates and works out their lines.
    pub fn new(tree: &'a dyn Tree, evidence: &'a Evidence) -> Self {
        let fingerprints = puppet_ca_fingerprints(tree, evidence);
        let found = evidence.inventory().into_iter();
        let items: Vec<Item> = found
            .map(|(certificate, sightings)| item(evidence, &fingerprints, certificate, sightings))
            .collect();
        let gaps = distinct_gaps(evidence);
        let sightings = items
            .iter()
            .flat_map(|item| item.sightings.iter().map(|cert| cert.at));
        let spans = sightings.chain(gaps.iter().map(|gap| gap.at)).collect();
        Self {
            places: Places::resolve(tree, evidence, spans),
            evidence,
            items,
            gaps,
        }
    }
}

fn item<'a>(
    evidence: &Evidence,
    fingerprints: &BTreeMap<&str, String>,
    certificate: &'a Certificate,
    mut sightings: Vec<&'a Cert>,
) -> Item<'a> {
    sightings.sort_by_key(|cert| cert.at);
    sightings.dedup_by_key(|cert| cert.at);
    let puppet = sightings
        .iter()
        .find_map(|cert| fingerprints.get(evidence.path(cert.at.file)));
    Item {
        certificate,
        puppet_ca_fingerprint: puppet.cloned(),
        sightings,
    }
}

/// The CA files of Puppet's ssl directories by path, with what Puppet compares
/// with its setting `ca_fingerprint`: the SHA-256 of the whole file as text,
/// not of any certificate in it.
///
/// Source: `Puppet::SSL::StateMachine::NeedCACerts` in Puppet 7.
fn puppet_ca_fingerprints<'e>(
    tree: &dyn Tree,
    evidence: &'e Evidence,
) -> BTreeMap<&'e str, String> {
    let paths = evidence
        .ssl_directories
        .iter()
        .map(|directory| evidence.path(directory.ca));
    let digest = |path| Some((path, hex(&Sha256::digest(tree.bytes(path).ok()?))));
    paths.filter_map(digest).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Canvas;
    use ca_audit::{Request, audit, tree::Memory};
    use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, KeyPair, date_time_ymd};

    fn pem() -> String {
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params
            .distinguished_name
            .push(DnType::CommonName, "test-ca");
        params.not_before = date_time_ymd(2020, 1, 1);
        params.not_after = date_time_ymd(2030, 1, 1);
        let key = KeyPair::generate().expect("a key");
        params.self_signed(&key).expect("a certificate").pem()
    }

    #[test]
    fn one_entry_a_certificate_and_one_sighting_a_place() {
        let pem = pem();
        let tree = Memory::new()
            .with("modules/a/files/x.pem", format!("# x\n{pem}"))
            .with("hosts/a/var/lib/puppet/ssl/certs/ca.pem", pem.clone());
        let evidence = audit(&tree, &Request::default());
        let inventory = Inventory::new(&tree, &evidence);
        let report: serde_json::Value =
            serde_json::from_str(&json(&inventory)).expect("it is JSON");
        let certificate = &report["certificates"][0];
        assert_eq!(report["certificates"].as_array().map(Vec::len), Some(1));
        assert_eq!(certificate["is_ca"], true);
        assert_eq!(certificate["not_after"], "2030-01-01T00:00:00Z");
        assert_eq!(certificate["key"]["algorithm"], "ec");
        assert_eq!(
            certificate["puppet_ca_fingerprint"],
            hex(&Sha256::digest(&pem))
        );
        assert_eq!(certificate["sightings"][1]["line"], 2);
        assert_eq!(certificate["sightings"][1]["encoding"], "pem");
    }

    #[test]
    fn people_read_how_many_days_are_left() {
        let tree = Memory::new().with("ca.pem", pem());
        let evidence = audit(&tree, &Request::default());
        let inventory = Inventory::new(&tree, &evidence);
        let canvas = Canvas {
            width: 80,
            colour: false,
            unicode: true,
        };
        let at = |date: time::OffsetDateTime| human(&inventory, canvas, date.unix_timestamp());
        let report = at(date_time_ymd(2029, 12, 30));
        assert!(
            report.starts_with("1 CA certificate\n\nCN=test-ca\n  sha256  "),
            "{report}"
        );
        assert!(
            report.contains("2020-01-01 to 2030-01-01, 2 days left"),
            "{report}"
        );
        assert!(report.contains("  at      ca.pem:1  pem\n"), "{report}");
        assert!(at(date_time_ymd(2031, 1, 1)).contains("expired 365 days ago"));
        assert!(at(date_time_ymd(2019, 12, 31)).contains("not valid for another 1 day\n"));
    }
}
