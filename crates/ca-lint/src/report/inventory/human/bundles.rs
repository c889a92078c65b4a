//! Files with so many CAs that listing them would drown the rest.

use super::{Inventory, Item, Report, WRONG};
use crate::report::canvas::Ink;
use crate::report::printable::printable;
use crate::report::prose::counted;
use ca_audit::Signer;
use ca_audit::certificate::Certificate;
use ca_audit::place::FileId;
use std::collections::{BTreeMap, BTreeSet};

/// A file or folder with more CA certificates than this is told in one line.
const MANY: usize = 20;

/// Folders into which packages put public CAs, a file each: Debian's
/// `ca-certificates` (its README.Debian), and `update-ca-trust`'s copy of the
/// system's roots (its manual).
const PUBLIC_FOLDERS: [&str; 3] = [
    "usr/share/ca-certificates/mozilla",
    "etc/pki/ca-trust/extracted/pem/directory-hash",
    "etc/ca-certificates/extracted/cadir",
];

/// The large bundles of a project.
pub(in crate::report::inventory) struct Bundles<'a> {
    /// With the same certificates, in order of the first path.
    pub(in crate::report::inventory) groups: Vec<Bundle<'a>>,
    /// The certificates that are told with their bundle only.
    hidden: BTreeSet<[u8; 32]>,
}

/// Files with the same CAs.
pub(in crate::report::inventory) struct Bundle<'a> {
    /// Where they lie, sorted.
    pub(in crate::report::inventory) paths: Vec<String>,
    /// What each of them holds.
    pub(in crate::report::inventory) cas: Vec<&'a Certificate>,
}

impl Bundles<'_> {
    /// Whether a certificate is told with its bundle only.
    pub(in crate::report::inventory) fn hides(&self, item: &Item) -> bool {
        self.hidden.contains(item.certificate.sha256())
    }
}

/// Finds them; none where everything is to be shown.
pub(in crate::report::inventory) fn bundles<'a>(
    inventory: &Inventory<'a>,
    shows_all: bool,
) -> Bundles<'a> {
    let mut cas: BTreeMap<String, BTreeMap<[u8; 32], &'a Certificate>> = BTreeMap::new();
    if !shows_all {
        for item in &inventory.items {
            for sighting in &item.sightings {
                if item.certificate.is_ca() == Some(true) {
                    let place = place(inventory, sighting.cert.at.file);
                    let cas = cas.entry(place).or_default();
                    cas.insert(*item.certificate.sha256(), item.certificate);
                }
            }
        }
    }
    cas.retain(|_, cas| cas.len() > MANY);
    let mut groups: BTreeMap<Vec<[u8; 32]>, Bundle> = BTreeMap::new();
    for (path, cas) in &cas {
        let bundle = groups
            .entry(cas.keys().copied().collect())
            .or_insert_with(|| Bundle {
                paths: Vec::new(),
                cas: cas.values().copied().collect(),
            });
        bundle.paths.push(path.clone());
    }
    let hidden = hidden(inventory, &cas.into_keys().collect());
    let mut groups: Vec<Bundle> = groups.into_values().collect();
    groups.sort_by(|a, b| a.paths.cmp(&b.paths));
    Bundles { groups, hidden }
}

/// The file, or its folder where that is one of many files of one package.
fn place(inventory: &Inventory, file: FileId) -> String {
    let path = inventory.evidence.path(file);
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let is_public = PUBLIC_FOLDERS.iter().any(|public| folder.ends_with(public));
    if is_public {
        format!("{folder}/")
    } else {
        path.to_owned()
    }
}

/// The CAs that stand nowhere but in bundles and signed nothing that stands
/// elsewhere: a private CA in the system's bundle is not to be missed.
fn hidden(inventory: &Inventory, bundles: &BTreeSet<String>) -> BTreeSet<[u8; 32]> {
    let stands_elsewhere = |item: &&Item| {
        item.certificate.is_ca() != Some(true)
            || item
                .sightings
                .iter()
                .any(|sighting| !bundles.contains(&place(inventory, sighting.cert.at.file)))
    };
    let items: BTreeMap<&[u8; 32], &Item> = inventory
        .items
        .iter()
        .map(|item| (item.certificate.sha256(), item))
        .collect();
    let mut waiting: Vec<&Item> = inventory.items.iter().filter(stands_elsewhere).collect();
    let mut shown = BTreeSet::new();
    while let Some(item) = waiting.pop() {
        if !shown.insert(*item.certificate.sha256()) {
            continue;
        }
        if let Signer::Known(issuers) = &item.signer {
            let issuers = issuers.iter().filter_map(|it| items.get(it.sha256()));
            waiting.extend(issuers);
        }
    }
    items
        .into_keys()
        .filter(|hash| !shown.contains(*hash))
        .copied()
        .collect()
}

impl Report<'_, '_> {
    /// A line or two for each large bundle.
    pub(super) fn bundles(&mut self, bundles: &Bundles) {
        for bundle in &bundles.groups {
            self.bundle(bundle, bundles);
        }
    }

    fn bundle(&mut self, bundle: &Bundle, bundles: &Bundles) {
        let [path, rest @ ..] = bundle.paths.as_slice() else {
            return;
        };
        let cas = counted(bundle.cas.len(), "CA certificate");
        self.line(&format!(
            "{}: {}",
            self.paint(Ink::Place, &printable(path)),
            self.paint(Ink::Strong, &cas)
        ));
        if !rest.is_empty() {
            self.line(&format!(
                "  the same in {}",
                counted(rest.len(), "other place")
            ));
        }
        let shown = bundle.cas.iter();
        let shown = shown
            .filter(|ca| !bundles.hidden.contains(ca.sha256()))
            .count();
        let mut words = vec![self.expired(bundle)];
        if shown > 0 {
            words.push(format!("{shown} shown above"));
        }
        words.push("-v lists them all".to_owned());
        self.line(&format!("  {}", words.join("; ")));
        self.line("");
    }

    fn expired(&self, bundle: &Bundle) -> String {
        let is_expired = |ca: &&&Certificate| {
            let end = ca.not_after().seconds();
            end.is_some_and(|end| self.layout.now > end)
        };
        match bundle.cas.iter().filter(is_expired).count() {
            0 => "none expired".to_owned(),
            count => self.paint(WRONG, &format!("{count} expired")),
        }
    }
}
