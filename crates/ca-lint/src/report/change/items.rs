//! A change in words: a headline and what belongs to it.

use super::{Changes, Side, writers};
use crate::certificate_words::named;
use crate::report::counted;
use crate::verdict::Judged;
use ca_audit::certificate::Certificate;
use ca_audit::change::{CaChange, CaChangeKind, ClientChange, ClientState, ClientTransport};
use ca_audit::facts::Cert;

/// Names of certificates and places that one item lists.
const MOST: usize = 6;

/// One thing that changes.
pub(super) struct Item {
    /// How much it concerns: `!`, `+`, `-`, `~`.
    pub(super) mark: char,
    /// What happens.
    pub(super) headline: String,
    /// Where, and what else is to be known.
    pub(super) lines: Vec<String>,
}

/// What belongs together under a title.
pub(super) struct Section {
    pub(super) title: &'static str,
    pub(super) items: Vec<Item>,
}

/// All of it; no section is empty.
pub(super) fn sections(changes: &Changes) -> Vec<Section> {
    let change = changes.change;
    let sections = [
        Section {
            title: "CA certificates",
            items: change.cas.iter().map(|it| of_ca(changes, it)).collect(),
        },
        Section {
            title: "CA files of hosts",
            items: writers::items(changes),
        },
        Section {
            title: "Clients",
            items: change
                .clients
                .iter()
                .map(|it| of_client(changes, it))
                .collect(),
        },
        Section {
            title: "Findings that this brings",
            items: of_findings(changes, Side::After, &changes.brought, '!'),
        },
        Section {
            title: "Findings that this mends",
            items: of_findings(changes, Side::Before, &changes.mended, '-'),
        },
    ];
    sections
        .into_iter()
        .filter(|it| !it.items.is_empty())
        .collect()
}

fn of_ca(changes: &Changes, change: &CaChange) -> Item {
    let (mark, headline) = match change.certificates.as_slice() {
        [one] => headline(change.kind, *one),
        many => (
            mark(change.kind),
            format!("{} {}", counted(many.len(), "CA"), several(change.kind)),
        ),
    };
    let mut lines = Vec::new();
    if change.certificates.len() > 1 {
        let each = change
            .certificates
            .iter()
            .filter_map(|(old, new)| new.or(*old));
        lines.extend(cut(each.map(named).collect()));
    }
    let from = placed(changes, Side::Before, &change.from);
    let to = placed(changes, Side::After, &change.to);
    match (from == to, change.kind) {
        (true, _) | (false, CaChangeKind::Added) => lines.extend(cut(to)),
        (false, CaChangeKind::Removed) => lines.extend(cut(from)),
        (false, _) => {
            lines.extend(cut(from).into_iter().map(|place| format!("from {place}")));
            lines.extend(cut(to).into_iter().map(|place| format!("to {place}")));
        }
    }
    lines.extend(rest(changes, change));
    Item {
        mark,
        headline,
        lines,
    }
}

/// Where else the certificate is, which decides what the change means.
fn rest(changes: &Changes, change: &CaChange) -> Option<String> {
    let is_one = change.certificates.len() == 1;
    let places = placed(changes, Side::of_elsewhere(change), &change.elsewhere);
    let places = cut(places).join(", ");
    match change.kind {
        CaChangeKind::Added if is_one && places.is_empty() => {
            Some("it stood nowhere before".into())
        }
        CaChangeKind::Added if is_one => Some(format!("it stood already in {places}")),
        CaChangeKind::Removed if is_one && places.is_empty() => {
            Some("it stands nowhere any more".into())
        }
        CaChangeKind::Removed if is_one => Some(format!("it still stands in {places}")),
        CaChangeKind::OtherKey | CaChangeKind::OtherCa if !places.is_empty() => {
            Some(format!("the old one still stands in {places}"))
        }
        _ => None,
    }
}

fn mark(kind: CaChangeKind) -> char {
    match kind {
        CaChangeKind::OtherKey | CaChangeKind::OtherCa => '!',
        CaChangeKind::Removed => '-',
        CaChangeKind::Added => '+',
        _ => '~',
    }
}

fn headline(
    kind: CaChangeKind,
    (old, new): (Option<&Certificate>, Option<&Certificate>),
) -> (char, String) {
    let name = |certificate: Option<&Certificate>| certificate.map(named).unwrap_or_default();
    let words = match kind {
        CaChangeKind::OtherKey => format!(
            "{} gets another key: {} takes its place, and what the one signed the other does not verify",
            name(old),
            name(new)
        ),
        CaChangeKind::OtherCa => format!("{} gives way to {}", name(old), name(new)),
        CaChangeKind::Removed => format!("{} is taken out", name(old)),
        CaChangeKind::Added => format!("{} is added", name(new)),
        CaChangeKind::Renewed => format!(
            "{} is renewed with the same key, until {}",
            name(old),
            new.and_then(|it| it.not_after().seconds()).map_or_else(
                || "a date that cannot be read".into(),
                crate::certificate_words::day
            )
        ),
        _ => format!("{} is moved", name(new)),
    };
    (mark(kind), words)
}

fn several(kind: CaChangeKind) -> &'static str {
    match kind {
        CaChangeKind::OtherKey => "get another key under the same name",
        CaChangeKind::OtherCa => "give way to others",
        CaChangeKind::Removed => "are taken out",
        CaChangeKind::Added => "are added",
        CaChangeKind::Renewed => "are renewed with the same keys",
        _ => "are moved",
    }
}

/// `path:line (key)` of each certificate.
fn placed(changes: &Changes, side: Side, certs: &[&Cert]) -> Vec<String> {
    let place = |cert: &&Cert| {
        let place = changes.place(side, cert.at);
        match cert.container.as_str() {
            "" => place,
            container => format!("{place} ({container})"),
        }
    };
    certs.iter().map(place).collect()
}

fn of_client(changes: &Changes, change: &ClientChange) -> Item {
    let (mark, what) = match (&change.before, &change.after) {
        (None, _) => ('+', "is new"),
        (_, None) => ('-', "is gone"),
        (Some(before), Some(after)) => match (has_ca(before), has_ca(after)) {
            (true, false) => ('!', "loses its CA"),
            (false, true) => ('+', "gains a CA"),
            _ if before.transport != after.transport => ('!', "speaks otherwise"),
            _ => ('~', "names another CA file"),
        },
    };
    let mut lines = Vec::new();
    if let Some(before) = &change.before {
        let place = changes.place(Side::Before, before.client.read.at);
        lines.push(format!("before: {} — {place}", state(before)));
    }
    if let Some(after) = &change.after {
        let place = changes.place(Side::After, after.client.read.at);
        lines.push(format!("now: {} — {place}", state(after)));
    }
    Item {
        mark,
        headline: format!("{} {what}", change.program),
        lines,
    }
}

fn has_ca(state: &ClientState) -> bool {
    state.ca.is_some() && state.is_effective
}

fn state(state: &ClientState) -> String {
    let ca = match &state.ca {
        None => "no CA".to_owned(),
        Some(path) if state.is_effective => path.clone(),
        Some(path) => format!("{path}, without effect"),
    };
    match state.transport {
        ClientTransport::Tls => format!("{ca}, over TLS"),
        ClientTransport::Plain => format!("{ca}, over plain http"),
        _ => ca,
    }
}

/// What one rule says of one place again and again is told once.
fn of_findings(changes: &Changes, side: Side, findings: &[&Judged], mark: char) -> Vec<Item> {
    let mut items: Vec<(Item, &Judged)> = Vec::new();
    for judged in findings {
        let finding = &judged.finding;
        if let Some((item, first)) = items.last_mut()
            && (first.finding.rule, first.finding.at) == (finding.rule, finding.at)
        {
            item.lines.push(finding.message.clone());
            continue;
        }
        let (level, rule) = (finding.severity.name(), finding.rule);
        let item = Item {
            mark,
            headline: format!("{level} {rule}: {}", finding.message),
            lines: vec![changes.place(side, finding.at)],
        };
        items.push((item, judged));
    }
    let told = items.into_iter().map(|(mut item, _)| {
        let more = item.lines.len() - 1;
        if more > 1 {
            item.lines.truncate(1);
            item.lines
                .push(format!("and {more} more like it at this place"));
        }
        item
    });
    told.collect()
}

/// The first of them, the rest counted.
pub(super) fn cut(mut words: Vec<String>) -> Vec<String> {
    let more = words.len().saturating_sub(MOST);
    if more > 0 {
        words.truncate(MOST);
        words.push(format!("{more} more"));
    }
    words
}
