//! Puppet's own CA by a fixed path here, and asked of Puppet there.

use super::RULE;
use crate::certificate_words::counted_more;
use crate::finding::{Confidence, Finding, Related, Severity};
use ca_audit::Evidence;
use ca_audit::facts::{AgentCa, AgentCaName};
use std::collections::BTreeMap;

/// More fixed paths than these are counted, not listed.
const LISTED: usize = 12;

/// So many places that ask are shown.
const ASKING: usize = 3;

/// The one finding of a project.
pub(super) fn finding(evidence: &Evidence) -> Option<Finding> {
    let is_code =
        |ca: &&AgentCa| !evidence.is_aside(ca.at.file) && evidence.host_of(ca.at.file).is_none();
    let mut fixed: BTreeMap<&str, Vec<&AgentCa>> = BTreeMap::new();
    let mut asked: Vec<(&AgentCa, &str)> = Vec::new();
    for ca in evidence.agent_cas.iter().filter(is_code) {
        match &ca.name {
            AgentCaName::Fixed(path) => fixed.entry(path).or_default().push(ca),
            AgentCaName::Asked(words) => asked.push((ca, words)),
        }
    }
    let (_, how) = asked.first()?;
    // The path that is named most often.
    let (path, _) = fixed.iter().max_by_key(|(_, places)| places.len())?;
    let mut places: Vec<&AgentCa> = fixed.values().flatten().copied().collect();
    places.sort_by_key(|ca| ca.at);
    let first = places[0];
    let mut related: Vec<Related> = asked
        .iter()
        .take(ASKING)
        .map(|(ca, words)| Related::new(ca.at, format!("asks Puppet here: {words}")))
        .collect();
    if let Some(last) = related.last_mut()
        && asked.len() > ASKING
    {
        last.message
            .push_str(&counted_more(asked.len() - ASKING, "place"));
    }
    let others = places[1..].iter().take(LISTED).enumerate();
    related.extend(others.map(|(index, ca)| {
        let mut words = "a fixed path here as well".to_owned();
        if index + 1 == LISTED && places.len() - 1 > LISTED {
            words.push_str(&counted_more(places.len() - 1 - LISTED, "place"));
        }
        Related::new(ca.at, words)
    }));
    let count = match places.len() {
        1 => "one place names".to_owned(),
        count => format!("{count} places name"),
    };
    let askers = match asked.len() {
        1 => "one asks".to_owned(),
        count => format!("{count} ask"),
    };
    Some(Finding {
        rule: RULE.name,
        severity: Severity::Warning,
        confidence: Confidence::Medium,
        message: format!(
            "{count} Puppet's CA by a fixed path ({path}) while {askers} Puppet where it is ({how})"
        ),
        effect: "Where an agent keeps its ssl directory elsewhere, the two are different files, and a fixed path may lead to a CA that nobody renews.".into(),
        help: format!("ask Puppet here as well ({how}), or keep the path in one variable that all use"),
        at: first.at,
        label: "right only where the agent's ssl directory is there".into(),
        related,
        certificates: Vec::new(),
        fix: None,
        identity: vec!["ssl directory".into()],
    })
}
