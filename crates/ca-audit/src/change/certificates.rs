//! CA certificates that come, go, move or are replaced.

use crate::certificate::Certificate;
use crate::evidence::Evidence;
use crate::facts::Cert;
use smol_str::SmolStr;
use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};

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

impl CaChange<'_> {
    /// Whether the places [`elsewhere`](Self::elsewhere) are of the state before;
    /// of the state after if not.
    pub fn is_elsewhere_before(&self) -> bool {
        self.kind == CaChangeKind::Added
    }
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
/// The places of each certificate, in the order of their names.
type Standing<'e> = BTreeMap<Sha256, Vec<&'e Cert>>;
/// What happens to which certificate, by name, and where.
type Events<'e> =
    BTreeMap<(CaChangeKind, Option<Sha256>, Option<Sha256>), (Vec<&'e Cert>, Vec<&'e Cert>)>;

pub(super) fn changes<'e>(before: &'e Evidence, after: &'e Evidence) -> Vec<CaChange<'e>> {
    let (then, now) = (places(before), places(after));
    let mut events = Events::new();
    let (mut lost, mut gained) = (Standing::new(), Standing::new());
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
    let (then, now) = (standing(&then), standing(&now));
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

fn standing<'e>(places: &Places<'e>) -> Standing<'e> {
    let mut standing = Standing::new();
    for (hash, cert) in places.values().flatten() {
        standing.entry(*hash).or_default().push(*cert);
    }
    standing
}

/// Takes those of one name out of both lists, the first of one for the first of
/// the other.
fn pair<'e>(events: &mut Events<'e>, gone: &mut Vec<&'e Cert>, come: &mut Vec<&'e Cert>) {
    let mut namesakes: HashMap<Vec<u8>, VecDeque<usize>> = HashMap::new();
    for (index, new) in come.iter().enumerate() {
        let name = new.certificate.canonical_subject();
        namesakes.entry(name).or_default().push_back(index);
    }
    let mut taken = BTreeSet::new();
    gone.retain(|old| {
        let named = namesakes.get_mut(&old.certificate.canonical_subject());
        let Some(index) = named.and_then(VecDeque::pop_front) else {
            return true;
        };
        add(
            events,
            kind_of(old, come[index]),
            Some(old),
            Some(come[index]),
        );
        taken.insert(index);
        false
    });
    let mut index = 0..;
    come.retain(|_| index.next().is_none_or(|index| !taken.contains(&index)));
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
fn moved<'e>(events: &mut Events<'e>, lost: &mut Standing<'e>, gained: &mut Standing<'e>) {
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
    then: &Standing,
    now: &Standing,
) {
    let lacks =
        |standing: &Standing, cert: &Cert| !standing.contains_key(cert.certificate.sha256());
    let (mut lost, still): (Vec<_>, Vec<_>) = gone.drain(..).partition(|cert| lacks(now, cert));
    let (mut new, known): (Vec<_>, Vec<_>) = come.drain(..).partition(|cert| lacks(then, cert));
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
fn grouped<'e>(events: Events<'e>, then: &Standing<'e>, now: &Standing<'e>) -> Vec<CaChange<'e>> {
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
    then: &Standing<'e>,
    now: &Standing<'e>,
) -> Vec<&'e Cert> {
    let (standing, cert) = match kind {
        CaChangeKind::Added => (then, to.first()),
        CaChangeKind::Removed | CaChangeKind::OtherKey | CaChangeKind::OtherCa => {
            (now, from.first())
        }
        CaChangeKind::Renewed | CaChangeKind::Moved => return Vec::new(),
    };
    let places = cert.and_then(|cert| standing.get(cert.certificate.sha256()));
    places.cloned().unwrap_or_default()
}
