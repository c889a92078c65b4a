//! CA certificates that come, go, move or are replaced.

use crate::certificate::Certificate;
use crate::evidence::Evidence;
use crate::facts::Cert;
use smol_str::SmolStr;
use std::collections::{BTreeMap, BTreeSet};

/// CA certificates to which the same happens at the same places.
#[derive(Debug)]
pub struct CaChange<'e> {
    /// What happens.
    pub kind: CaChangeKind,
    /// The certificates before and after, of which there is at least one.
    pub certificates: Vec<(Option<&'e Certificate>, Option<&'e Certificate>)>,
    /// Where they stood, and stand no more or under another certificate.
    pub from: Vec<&'e Cert>,
    /// Where they stand now and did not before.
    pub to: Vec<&'e Cert>,
    /// Where else a certificate that was taken out stands still, or one that
    /// was added stood before; told for a single certificate.
    pub elsewhere: Vec<&'e Cert>,
}

/// What happens to a CA certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum CaChangeKind {
    /// Another key has its name: clients that have the old one refuse what the
    /// new one signs.
    OtherKey,
    /// Another CA stands where the only one stood.
    OtherCa,
    /// It is gone.
    Removed,
    /// It is new.
    Added,
    /// The same key and name in another certificate.
    Renewed,
    /// It stands elsewhere.
    Moved,
}

/// A place whose content can change: a file, and the name of a value in it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CaPlaceName {
    /// The file, as shown.
    pub path: String,
    /// A data key, `data["ca.crt"]`; empty for the file itself.
    pub container: SmolStr,
}

type Sha256 = [u8; 32];
/// The certificates of each place, each once.
type Places<'e> = BTreeMap<CaPlaceName, BTreeMap<Sha256, &'e Cert>>;
/// What happens to which certificate, by name, and where.
type Events<'e> =
    BTreeMap<(CaChangeKind, Option<Sha256>, Option<Sha256>), (Vec<&'e Cert>, Vec<&'e Cert>)>;

pub(super) fn changes<'e>(before: &'e Evidence, after: &'e Evidence) -> Vec<CaChange<'e>> {
    let (then, now) = (places(before), places(after));
    let mut events = Events::new();
    let mut lost: BTreeMap<Sha256, Vec<&Cert>> = BTreeMap::new();
    let mut gained: BTreeMap<Sha256, Vec<&Cert>> = BTreeMap::new();
    let names: BTreeSet<&CaPlaceName> = then.keys().chain(now.keys()).collect();
    let none = BTreeMap::new();
    for name in names {
        let (old, new) = (
            then.get(name).unwrap_or(&none),
            now.get(name).unwrap_or(&none),
        );
        let only = |of: &BTreeMap<Sha256, &'e Cert>, other: &BTreeMap<Sha256, &'e Cert>| {
            let own = of.iter().filter(|(hash, _)| !other.contains_key(*hash));
            own.map(|(_, cert)| *cert).collect::<Vec<_>>()
        };
        let (mut gone, mut come) = (only(old, new), only(new, old));
        pair(&mut events, &mut gone, &mut come);
        // Where one CA stood and one stands, the one takes the other's place.
        if let ([one], [other], 1, 1) = (gone.as_slice(), come.as_slice(), old.len(), new.len()) {
            add(&mut events, CaChangeKind::OtherCa, Some(one), Some(other));
            continue;
        }
        for cert in gone {
            let hash = *cert.certificate.sha256();
            lost.entry(hash).or_default().push(cert);
        }
        for cert in come {
            let hash = *cert.certificate.sha256();
            gained.entry(hash).or_default().push(cert);
        }
    }
    moved(&mut events, &mut lost, &mut gained);
    let mut gone: Vec<&Cert> = lost.into_values().flatten().collect();
    let mut come: Vec<&Cert> = gained.into_values().flatten().collect();
    // The same name in another file, where the old one is gone for good.
    pair_across(&mut events, &mut gone, &mut come, &then, &now);
    for cert in gone {
        add(&mut events, CaChangeKind::Removed, Some(cert), None);
    }
    for cert in come {
        add(&mut events, CaChangeKind::Added, None, Some(cert));
    }
    grouped(events, &then, &now)
}

/// The CA certificates of a state, by place.
fn places(evidence: &Evidence) -> Places<'_> {
    let mut places = Places::new();
    for cert in &evidence.certs {
        let is_ca = cert.certificate.is_ca() != Some(false);
        if !is_ca || evidence.is_aside(cert.at.file) || evidence.is_past(cert.at.file) {
            continue;
        }
        let name = CaPlaceName {
            path: evidence.path(cert.at.file).to_owned(),
            container: cert.container.clone(),
        };
        let place = places.entry(name).or_default();
        place.entry(*cert.certificate.sha256()).or_insert(cert);
    }
    places
}

/// Takes those of one name out of both lists.
fn pair<'e>(events: &mut Events<'e>, gone: &mut Vec<&'e Cert>, come: &mut Vec<&'e Cert>) {
    let mut left = Vec::new();
    for old in gone.drain(..) {
        match come.iter().position(|new| is_namesake(old, new)) {
            Some(index) => {
                let new = come.remove(index);
                add(events, kind_of(old, new), Some(old), Some(new));
            }
            None => left.push(old),
        }
    }
    *gone = left;
}

fn is_namesake(old: &Cert, new: &Cert) -> bool {
    old.certificate.canonical_subject() == new.certificate.canonical_subject()
}

fn kind_of(old: &Cert, new: &Cert) -> CaChangeKind {
    let is_readable = old.certificate.spki_readable() && new.certificate.spki_readable();
    if is_readable && old.certificate.spki_sha256() == new.certificate.spki_sha256() {
        CaChangeKind::Renewed
    } else {
        CaChangeKind::OtherKey
    }
}

/// The same certificate, lost here and gained there.
fn moved<'e>(
    events: &mut Events<'e>,
    lost: &mut BTreeMap<Sha256, Vec<&'e Cert>>,
    gained: &mut BTreeMap<Sha256, Vec<&'e Cert>>,
) {
    let both: Vec<Sha256> = lost
        .keys()
        .filter(|hash| gained.contains_key(*hash))
        .copied()
        .collect();
    for hash in both {
        let from = lost.remove(&hash).unwrap_or_default();
        let to = gained.remove(&hash).unwrap_or_default();
        events.insert((CaChangeKind::Moved, Some(hash), Some(hash)), (from, to));
    }
}

/// Pairs what no place holds any more with what no place held before.
fn pair_across<'e>(
    events: &mut Events<'e>,
    gone: &mut Vec<&'e Cert>,
    come: &mut Vec<&'e Cert>,
    then: &Places,
    now: &Places,
) {
    let holds = |places: &Places, cert: &Cert| {
        let hash = cert.certificate.sha256();
        places.values().any(|certs| certs.contains_key(hash))
    };
    let (mut lost, still): (Vec<_>, Vec<_>) = gone.drain(..).partition(|cert| !holds(now, cert));
    let (mut new, known): (Vec<_>, Vec<_>) = come.drain(..).partition(|cert| !holds(then, cert));
    pair(events, &mut lost, &mut new);
    gone.extend(still.into_iter().chain(lost));
    come.extend(known.into_iter().chain(new));
}

fn add<'e>(
    events: &mut Events<'e>,
    kind: CaChangeKind,
    old: Option<&'e Cert>,
    new: Option<&'e Cert>,
) {
    let hash = |cert: Option<&Cert>| cert.map(|cert| *cert.certificate.sha256());
    let (from, to) = events.entry((kind, hash(old), hash(new))).or_default();
    from.extend(old);
    to.extend(new);
}

/// Events of one kind at the same places are one change: a bundle that is
/// updated is one, not a hundred.
fn grouped<'e>(events: Events<'e>, then: &Places<'e>, now: &Places<'e>) -> Vec<CaChange<'e>> {
    let mut changes: BTreeMap<_, CaChange> = BTreeMap::new();
    for ((kind, _, _), (from, to)) in events {
        let name = |cert: &&Cert| (cert.at.file, cert.container.clone());
        let key = (
            kind,
            from.iter().map(name).collect::<Vec<_>>(),
            to.iter().map(name).collect::<Vec<_>>(),
        );
        let pair = (
            from.first().map(|cert| cert.certificate.as_ref()),
            to.first().map(|cert| cert.certificate.as_ref()),
        );
        let change = changes.entry(key).or_insert_with(|| CaChange {
            kind,
            certificates: Vec::new(),
            elsewhere: elsewhere(kind, &from, &to, then, now),
            from,
            to,
        });
        change.certificates.push(pair);
    }
    let mut changes: Vec<CaChange> = changes.into_values().collect();
    for change in changes
        .iter_mut()
        .filter(|change| change.certificates.len() > 1)
    {
        change.elsewhere.clear();
    }
    changes
}

/// Where one that is taken out stands still; where one that is added stood.
fn elsewhere<'e>(
    kind: CaChangeKind,
    from: &[&Cert],
    to: &[&Cert],
    then: &Places<'e>,
    now: &Places<'e>,
) -> Vec<&'e Cert> {
    let (places, cert) = match kind {
        CaChangeKind::Added => (then, to.first()),
        CaChangeKind::Removed | CaChangeKind::OtherKey | CaChangeKind::OtherCa => {
            (now, from.first())
        }
        CaChangeKind::Renewed | CaChangeKind::Moved => return Vec::new(),
    };
    let Some(cert) = cert else {
        return Vec::new();
    };
    let hash = cert.certificate.sha256();
    places
        .values()
        .filter_map(|certs| certs.get(hash).copied())
        .collect()
}
