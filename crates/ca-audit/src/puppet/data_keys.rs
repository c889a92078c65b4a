//! What the data keys of a project mean: by the hierarchies that its
//! `hiera.yaml` files say, and, of data files that no hierarchy at hand names,
//! every value there is.

use crate::facts::{Gap, Reason};
use crate::hiera::shipped::is_shipped;
use crate::hiera::{
    Assumption, Candidate, Choice, Datum, Exploration, Facts, Failure, Hiera, Layer, Lost,
    MODULE_FOLDERS, Source, with_holes,
};
use crate::memo::Memo;
use crate::place::{FileId, Span};
use crate::tree::{Entry, Tree};
use crate::value::{Case, Condition, Data, Origin, Unknown, Value, Why};
use smol_str::{SmolStr, format_smolstr};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

/// The data keys of a project.
pub struct DataKeys<'t> {
    layers: &'t [Layer],
    /// The layers that hold a key.
    holders: HashMap<&'t SmolStr, Vec<usize>>,
    hierarchies: Vec<Hiera<'t>>,
    /// The host whose facts are known.
    facts: Option<&'t Facts>,
    /// How a hierarchy was chosen that is not an environment's own.
    chosen: Option<Gap>,
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
    /// The data of the files `entries` of `tree`, of which `layers` are read, by
    /// the `hiera.yaml` at the path `hierarchy` where one was named.
    pub fn new(
        tree: &'t dyn Tree,
        entries: &'t [Entry],
        layers: &'t [Layer],
        facts: Option<&'t Facts>,
        hierarchy: Option<&str>,
    ) -> Self {
        let mut holders: HashMap<&SmolStr, Vec<usize>> = HashMap::new();
        for (index, layer) in layers.iter().enumerate() {
            for key in layer.keys() {
                holders.entry(key).or_default().push(index);
            }
        }
        let mut environments = environments(entries);
        let choice = match hierarchy {
            Some(path) => Choice::named(tree, entries, path),
            None if has_own(entries) => Choice::default(),
            None => Choice::among_shipped(tree, entries, facts),
        };
        if choice.is_taken() {
            environments.insert("");
        }
        let hiera = |folder: &str| {
            let hiera = Hiera::of_environment(tree, entries, folder).with_layers(layers);
            let hiera = hiera.with_chosen(&choice);
            // One somewhere that names no data at hand is for something else,
            // for a trial or a test.
            let has_data = || layers.iter().any(|layer| hiera.governs(layer.file()));
            let counts = folder.is_empty() || is_environment(folder) || has_data();
            counts.then_some(hiera)
        };
        Self {
            hierarchies: environments.into_iter().filter_map(hiera).collect(),
            chosen: choice.told,
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
        refused.map(gap).chain(self.chosen.clone()).collect()
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

    /// The first place at which data give a class a parameter.
    pub fn first_of_class(&self, class: &str) -> Option<Span> {
        let is_given = |key: &&SmolStr| {
            let parameter = key.strip_prefix(class).and_then(|it| it.strip_prefix("::"));
            parameter.is_some_and(|parameter| !parameter.contains("::"))
        };
        self.layers.iter().find_map(|layer| {
            let key = layer.keys().filter(is_given).min()?;
            layer.written(key)?.at
        })
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
        if facts.is_some() && self.hierarchies.iter().any(Hiera::is_seen) {
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

/// Whether the tree has a hierarchy of its own.
fn has_own(entries: &[Entry]) -> bool {
    entries.iter().any(|entry| entry.path == "hiera.yaml")
}

/// The folders of environments: where a `hiera.yaml` lies that is no module's
/// and that no module ships.
fn environments(entries: &[Entry]) -> BTreeSet<&str> {
    let configs = entries
        .iter()
        .filter(|entry| !entry.aside && !is_shipped(&entry.path))
        .filter_map(|entry| entry.path.strip_suffix("hiera.yaml"))
        .filter(|folder| folder.is_empty() || folder.ends_with('/'));
    let folders: BTreeSet<&str> = configs.map(environment_of).collect();
    let is_own = |folder: &&str| is_environment(folder) || !is_below_another(folder, &folders);
    folders.iter().copied().filter(is_own).collect()
}

/// The environment in which the `hiera.yaml` of `folder` counts: that of the
/// modules where it is one of a module.
fn environment_of(folder: &str) -> &str {
    let folder = folder.trim_end_matches('/');
    let above = folder.rsplit_once('/').map_or("", |(above, _)| above);
    let (before, name) = above.rsplit_once('/').unwrap_or(("", above));
    if MODULE_FOLDERS.contains(&name) {
        before
    } else {
        folder
    }
}

/// Whether a folder lies where environments do.
fn is_environment(folder: &str) -> bool {
    let above = folder.rsplit_once('/').map_or("", |(above, _)| above);
    above == "environments" || above.ends_with("/environments")
}

/// Of modules in folders of any name, and what they bring along for trials, the
/// `hiera.yaml` is no environment's: no host has one inside another.
fn is_below_another(folder: &str, folders: &BTreeSet<&str>) -> bool {
    let is_around = |around: &&str| {
        around.is_empty()
            || folder
                .strip_prefix(*around)
                .is_some_and(|rest| rest.starts_with('/'))
    };
    let mut others = folders.iter().filter(|other| **other != folder);
    others.any(is_around)
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
    let values = answer.value.map(|datum| datum.into_value_of(&what));
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
            // A host has one value of it.
            choice: Some(choice(variable, [value])),
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
                choice: Some(choice(variable, values)),
            }
        }
    }
}

fn choice<'v>(
    variable: &SmolStr,
    values: impl IntoIterator<Item = &'v SmolStr>,
) -> Arc<crate::value::Choice> {
    Arc::new(crate::value::Choice {
        of: variable.clone(),
        branches: values.into_iter().cloned().collect(),
    })
}

/// The value of a data file that no hierarchy names.
fn ungoverned(key: &str, layer: &Layer) -> Option<Case> {
    let written = layer.written(key)?;
    let at = written.at?;
    let what = format!("hiera key {key}").into();
    let value = with_holes(written).into_value_of(&what);
    let mut case = value.cases.first()?.clone();
    case.from = vec![Origin { at, what }];
    Some(case)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hiera::read_facts;
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
        let found = DataKeys::new(&tree, &entries, &layers, None, None).find("a::b", None);
        assert_eq!(found.cases.len(), 2);
        assert!(!found.is_certain);
        assert_eq!(found.cases[0].data, Data::Text(Text::literal("https://x")));
        let Data::Text(text) = &found.cases[1].data else {
            panic!("text")
        };
        assert_eq!(text.to_string(), "https://${fqdn}:2379");
    }

    /// The hierarchy of a module is not that of the servers.
    #[test]
    fn known_facts_do_not_make_an_unseen_hierarchy_known() {
        let tree = Memory::new()
            .with("hieradata/labs.yaml", "realm: labs\n")
            .with("modules/a/hiera.yaml", "version: 5\n")
            .with("modules/a/data/common.yaml", "a::b: 1\n");
        let entries = tree.list().entries;
        let layers = layers(&tree, &entries);
        let facts = read_facts("fqdn: node\n").unwrap();
        let facts = Facts::new(&facts, "node", "production");
        let data = DataKeys::new(&tree, &entries, &layers, Some(&facts), None);
        let found = data.find("realm", None);
        assert_eq!(found.cases.len(), 1);
        assert!(!found.is_certain);
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
            DataKeys::new(&tree, &entries, &layers, None, None).find("k", None)
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
        let found = DataKeys::new(&tree, &entries, &layers, None, None).find("k", None);
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
