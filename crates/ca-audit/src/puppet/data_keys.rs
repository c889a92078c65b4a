//! What the data keys of a project mean: by the hierarchies that its
//! `hiera.yaml` files say, and, of data files that no hierarchy at hand names,
//! every value there is.

use crate::facts::{Gap, Reason};
use crate::hiera::{
    Assumption, Candidate, Datum, Exploration, Facts, Failure, Hiera, Layer, Lost, MODULE_FOLDERS,
    Source, with_holes,
};
use crate::memo::Memo;
use crate::place::{FileId, Span};
use crate::tree::{Entry, Tree};
use crate::value::{Case, Condition, Data, Origin, Unknown, Value, Why};
use smol_str::{SmolStr, format_smolstr};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// The data keys of a project.
pub struct DataKeys<'t> {
    layers: &'t [Layer],
    /// The layers that hold a key.
    holders: HashMap<&'t SmolStr, Vec<usize>>,
    hierarchies: Vec<Hiera<'t>>,
    /// The host whose facts are known.
    facts: Option<&'t Facts>,
    /// What was asked for already.
    found: Memo<(SmolStr, String), Found>,
}

/// What a key may mean.
#[derive(Clone, Debug, Default)]
pub struct Found {
    /// Each value with its conditions and places.
    pub cases: Vec<Case>,
    /// Whether there is nothing else: the key is there for every host.
    pub is_certain: bool,
}

/// A string that a knockout prefix has cost.
#[derive(Clone, Debug)]
pub struct LostValue {
    /// The key in whose value it stands.
    pub key: SmolStr,
    /// The string.
    pub lost: Lost,
    /// Where the prefix is written.
    pub options_at: Option<Span>,
    /// For which hosts.
    pub when: Vec<Condition>,
}

impl<'t> DataKeys<'t> {
    /// The data of the files `entries` of `tree`, of which `layers` are read.
    pub fn new(
        tree: &'t dyn Tree,
        entries: &'t [Entry],
        layers: &'t [Layer],
        facts: Option<&'t Facts>,
    ) -> Self {
        let mut holders: HashMap<&SmolStr, Vec<usize>> = HashMap::new();
        for (index, layer) in layers.iter().enumerate() {
            for key in layer.keys() {
                holders.entry(key).or_default().push(index);
            }
        }
        let environments = environments(entries).into_iter();
        Self {
            hierarchies: environments
                .map(|folder| Hiera::of_environment(tree, entries, folder).with_layers(layers))
                .collect(),
            layers,
            holders,
            facts,
            found: Memo::default(),
        }
    }

    /// A variable that the facts of the host make; `None` where they are not
    /// known or say nothing of it.
    pub fn fact(&self, name: &str) -> Option<Value> {
        Some(self.facts?.variable(name)?.clone().into_value())
    }

    /// The `hiera.yaml` files that Puppet refuses: the data that they name count
    /// for every host, as if there were none.
    pub fn gaps(&self) -> Vec<Gap> {
        let refused = self.hierarchies.iter().flat_map(Hiera::refused);
        let gap = |(file, failure): (FileId, &Failure)| Gap {
            reason: Reason::Unparsed,
            message: format!(
                "no hierarchy is known: Puppet refuses this configuration of an environment or a module: {failure}"
            ),
            at: Span::whole(file),
        };
        refused.map(gap).collect()
    }

    /// What `key` may mean.
    pub fn find(&self, key: &str, merge: Option<&Datum>) -> Found {
        let question = (key.into(), merge.map(Datum::canonical).unwrap_or_default());
        self.found
            .get_or_make(question, || self.look(key, merge, self.facts))
    }

    /// What `key` means for a host with these facts.
    pub fn find_on(&self, key: &str, merge: Option<&Datum>, facts: &Facts) -> Found {
        self.look(key, merge, Some(facts))
    }

    /// The keys whose value, as it is written somewhere, passes `test`.
    pub fn keys_with(&self, test: impl Fn(&str) -> bool + Copy) -> BTreeSet<SmolStr> {
        let keys = self.layers.iter().flat_map(|layer| layer.keys_with(test));
        keys.cloned().collect()
    }

    /// The classes of whose parameters some layer has one, by the names of the
    /// keys.
    pub fn classes(&self) -> BTreeSet<&str> {
        let keys = self.holders.iter();
        keys.filter_map(|(key, _)| Some(key.rsplit_once("::")?.0))
            .collect()
    }

    /// The facts of the host that is asked about.
    pub fn facts(&self) -> Option<&'t Facts> {
        self.facts
    }

    /// What knockout prefixes cost of the keys for which `is_wanted`; every
    /// string once, with one of the worlds in which it is lost.
    pub fn lost(&self, is_wanted: impl Fn(&Layer, &str) -> bool) -> Vec<LostValue> {
        let mut lost: BTreeMap<Span, LostValue> = BTreeMap::new();
        let keys: BTreeSet<&SmolStr> = self
            .holders
            .iter()
            .filter(|(key, layers)| layers.iter().any(|it| is_wanted(&self.layers[*it], key)))
            .map(|(key, _)| *key)
            .collect();
        for hiera in &self.hierarchies {
            for key in &keys {
                for candidate in explored(hiera, key, None, self.facts).candidates {
                    let value = |it: &Lost| LostValue {
                        key: (*key).clone(),
                        lost: it.clone(),
                        options_at: candidate.answer.options_at,
                        when: candidate
                            .when
                            .iter()
                            .map(|when| condition(when, it.at))
                            .collect(),
                    };
                    for it in &candidate.answer.lost {
                        lost.entry(it.at).or_insert_with(|| value(it));
                    }
                }
            }
        }
        lost.into_values().collect()
    }

    fn look(&self, key: &str, merge: Option<&Datum>, facts: Option<&Facts>) -> Found {
        let mut found = Found::default();
        let mut is_certain = !self.hierarchies.is_empty();
        for hiera in &self.hierarchies {
            let explored = explored(hiera, key, merge, facts);
            is_certain &= explored.is_certain();
            if explored.is_cut {
                let (why, at) = (Why::TooMany, None);
                found
                    .cases
                    .push(Case::new(Data::Unknown(Unknown { why, at })));
            }
            for candidate in explored.candidates {
                found.cases.extend(cases_of(key, candidate));
            }
        }
        // Where the host and its hierarchy are known, other data are not its own.
        if facts.is_some() && !self.hierarchies.is_empty() {
            found.is_certain = is_certain;
            return found;
        }
        let root = key.split('.').next().unwrap_or(key);
        for index in self.holders.get(&SmolStr::from(root)).into_iter().flatten() {
            let layer = &self.layers[*index];
            let is_governed = |hiera: &Hiera<'_>| hiera.governs(layer.file());
            if root == key && !self.hierarchies.iter().any(is_governed) {
                found.cases.extend(ungoverned(key, layer));
                is_certain = false;
            }
        }
        found.is_certain = is_certain;
        found
    }
}

fn explored(
    hiera: &Hiera<'_>,
    key: &str,
    merge: Option<&Datum>,
    facts: Option<&Facts>,
) -> Exploration {
    match facts {
        Some(facts) => hiera.explore_host(key, merge, facts),
        None => hiera.explore_merged(key, merge),
    }
}

/// The folders of environments: where a `hiera.yaml` lies that is no module's.
fn environments(entries: &[Entry]) -> BTreeSet<&str> {
    let configs = entries
        .iter()
        .filter(|entry| !entry.aside)
        .filter_map(|entry| entry.path.strip_suffix("hiera.yaml"))
        .filter(|folder| folder.is_empty() || folder.ends_with('/'));
    configs
        .map(|folder| {
            let folder = folder.trim_end_matches('/');
            let above = folder.rsplit_once('/').map_or("", |(above, _)| above);
            let (before, name) = above.rsplit_once('/').unwrap_or(("", above));
            if MODULE_FOLDERS.contains(&name) {
                before
            } else {
                folder
            }
        })
        .collect()
}

/// A candidate of a hierarchy as a case; none where the key has no value.
fn cases_of(key: &str, candidate: Candidate) -> Vec<Case> {
    let answer = candidate.answer;
    let at = answer.from.first().map(|source| source.at);
    let what: std::sync::Arc<str> = format!("hiera key {key}").into();
    let origin = |source: &Source| Origin {
        at: source.at,
        what: what.clone(),
    };
    let from: Vec<Origin> = answer.from.iter().take(8).map(origin).collect();
    let when: Vec<Condition> = match at {
        Some(at) => candidate.when.iter().map(|it| condition(it, at)).collect(),
        None => Vec::new(),
    };
    let values = answer.value.map(Datum::into_value);
    let mut cases: Vec<Case> = values
        .iter()
        .flat_map(|value| value.cases.iter())
        .map(|case| Case {
            data: case.data.clone(),
            when: when.clone(),
            from: from.clone(),
        })
        .collect();
    if !answer.unseen.is_empty() {
        let why = Why::HieraKey(key.into());
        cases.push(Case::new(Data::Unknown(Unknown { why, at })));
    }
    cases
}

fn condition(assumption: &Assumption, at: Span) -> Condition {
    match assumption {
        Assumption::Is(variable, value) => Condition {
            at,
            text: format_smolstr!("{variable} == '{value}'"),
            holds: true,
        },
        Assumption::NoneOf(variable, values) => {
            let mut shown: Vec<String> =
                values.iter().take(3).map(|it| format!("'{it}'")).collect();
            if values.len() > shown.len() {
                shown.push(format!("{} more", values.len() - shown.len()));
            }
            Condition {
                at,
                text: format_smolstr!("{variable} in [{}]", shown.join(", ")),
                holds: false,
            }
        }
    }
}

/// The value of a data file that no hierarchy names.
fn ungoverned(key: &str, layer: &Layer) -> Option<Case> {
    let written = layer.written(key)?;
    let at = written.at?;
    let value = with_holes(written).into_value();
    let mut case = value.cases.first()?.clone();
    case.from.push(Origin {
        at,
        what: format!("hiera key {key}").into(),
    });
    Some(case)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::Memory;
    use crate::value::Text;

    fn layers(tree: &Memory, entries: &[Entry]) -> Vec<Layer> {
        let read = |(index, entry): (usize, &Entry)| {
            let text = String::from_utf8(tree.bytes(&entry.path).unwrap()).unwrap();
            Layer::new(FileId(index as u32), &text)
        };
        entries.iter().enumerate().map(read).collect()
    }

    #[test]
    fn without_a_hierarchy_every_layer_gives_a_candidate() {
        let tree = Memory::new()
            .with("data/a.yaml", "a::b: https://x\nother:\n  - 1\n")
            .with("data/b.yaml", "\"a::b\": 'https://%{::fqdn}:2379'\n");
        let entries = tree.list().entries;
        let layers = layers(&tree, &entries);
        let found = DataKeys::new(&tree, &entries, &layers, None).find("a::b", None);
        assert_eq!(found.cases.len(), 2);
        assert!(!found.is_certain);
        assert_eq!(found.cases[0].data, Data::Text(Text::literal("https://x")));
        let Data::Text(text) = &found.cases[1].data else {
            panic!("text")
        };
        assert_eq!(text.to_string(), "https://${fqdn}:2379");
    }

    /// More hosts than are told apart, or a host for which the lookup fails:
    /// what else the key may be is not known, so nothing is certain.
    #[test]
    fn what_is_not_all_told_is_not_certain() {
        let many = |count: usize, text: &str| {
            let common =
                "{version: 5, hierarchy: [{name: h, paths: ['n/%{hostname}.yaml', c.yaml]}]}";
            let tree = Memory::new()
                .with("hiera.yaml", common)
                .with("data/c.yaml", "k: 1\n");
            (0..count).fold(tree, |tree, index| {
                tree.with(format!("data/n/host{index}.yaml"), text)
            })
        };
        let found = |tree: Memory| {
            let entries = tree.list().entries;
            let layers = layers(&tree, &entries);
            DataKeys::new(&tree, &entries, &layers, None).find("k", None)
        };
        let few = found(many(3, "k: 2\n"));
        assert!(few.is_certain, "{few:?}");
        let cut = found(many(400, "k: 2\n"));
        assert!(!cut.is_certain);
        assert!(
            cut.cases
                .iter()
                .any(|case| matches!(&case.data, Data::Unknown(it) if it.why == Why::TooMany))
        );
        let failing = found(many(1, "k: \"%{nope('x')}\"\n"));
        assert!(!failing.is_certain, "{failing:?}");
    }

    #[test]
    fn a_hierarchy_says_when_a_value_holds() {
        let tree = Memory::new()
            .with(
                "hiera.yaml",
                "{version: 5, hierarchy: [{name: h, paths: ['n/%{hostname}.yaml', c.yaml]}]}",
            )
            .with("data/n/web.yaml", "k: 1\n")
            .with("data/n/db.yaml", "other: 1\n")
            .with("data/c.yaml", "k: 2\n")
            .with("elsewhere/data/x.yaml", "k: 3\n");
        let entries = tree.list().entries;
        let layers = layers(&tree, &entries);
        let found = DataKeys::new(&tree, &entries, &layers, None).find("k", None);
        let told: Vec<(Data, String)> = found
            .cases
            .iter()
            .map(|case| {
                let when: Vec<String> = case.when.iter().map(ToString::to_string).collect();
                (case.data.clone(), when.join(" and "))
            })
            .collect();
        assert_eq!(
            told,
            [
                (Data::Integer(1), "hostname == 'web'".into()),
                (Data::Integer(2), "not hostname in ['web']".into()),
                (Data::Integer(3), String::new()),
            ]
        );
    }
}
