//! What is known of the one host whose catalog is made.

use super::data_keys::Found;
use super::evaluate::Evaluator;
use crate::hiera::{Datum, Facts};
use crate::value::Value;
use smol_str::SmolStr;
use std::collections::HashMap;

/// The host, and what its data were found to say.
#[derive(Debug)]
pub(super) struct Host {
    /// Its facts, and the variables that the site's manifest has set.
    facts: Facts,
    /// What was looked up, by key and merge, until a variable changes.
    found: HashMap<(SmolStr, String), Found>,
}

impl Host {
    /// A host with these facts.
    pub(super) fn new(facts: Facts) -> Self {
        Self {
            facts,
            found: HashMap::new(),
        }
    }
}

impl Evaluator<'_> {
    /// What a data key means, merged as asked for or as `lookup_options` say.
    pub(super) fn find(&mut self, key: &str, merge: Option<&Datum>) -> Found {
        let Some(host) = &mut self.host else {
            return self.data.find(key, merge);
        };
        let question = (key.into(), merge.map(Datum::canonical).unwrap_or_default());
        if let Some(found) = host.found.get(&question) {
            return found.clone();
        }
        let found = self.data.find_on(key, merge, &host.facts);
        host.found.insert(question, found.clone());
        found
    }

    /// A fact, or a variable that the node has from elsewhere.
    pub(super) fn fact(&self, name: &str) -> Option<Value> {
        match &self.host {
            Some(host) => host
                .facts
                .variable(name)
                .map(|value| value.clone().into_value()),
            None => self.data.fact(name),
        }
    }

    /// Lets the hierarchy see the variables of the top scope and the node's.
    pub(super) fn publish_to_data(&mut self) {
        let Some(host) = &mut self.host else {
            return;
        };
        let mut changed = false;
        for (name, value) in self.top.iter().chain(self.node.iter()) {
            let Some(datum) = Datum::of_value(value) else {
                continue;
            };
            if host.facts.variable(name) != Some(&datum) {
                host.facts.set(name, datum);
                changed = true;
            }
        }
        if changed {
            host.found.clear();
        }
    }
}
