//! No change to a configuration, to data or to a key brings a lookup down: no
//! panic, none over a second.
//!
//! The recorded cases are changed at random, the same in every run of
//! `CA_AUDIT_MUTATION_SEED`; `CA_AUDIT_MUTATED_HIERA` says how many times.

#[path = "mutations/mutation.rs"]
mod mutation;

use ca_audit::hiera::{Facts, Hiera, Key, World, read_facts};
use ca_audit::tree::{Memory, Tree as _};
use mutation::{Random, mutate};
use std::time::{Duration, Instant};

/// What users run is built for speed; a build for tests takes some ten times as
/// long, on a machine that may be busy.
const LONGEST: Duration = Duration::from_secs(if cfg!(debug_assertions) { 20 } else { 1 });

#[test]
fn mutated_data_are_looked_up_like_any_other() {
    let wanted = variable("CA_AUDIT_MUTATED_HIERA").unwrap_or(400);
    let seed = variable("CA_AUDIT_MUTATION_SEED").unwrap_or(0x9e37_79b9_7f4a_7c15);
    let mut random = Random::new(seed);
    let cases: Vec<Case> = include_str!("golden/hiera/cases.jsonl")
        .lines()
        .map(Case::of)
        .collect();
    let (mut found, mut done) = (0_u64, 0);
    while done < wanted {
        let case = &cases[done as usize % cases.len()];
        let changed = random.below(case.files.len());
        let tree = case.tree(changed, &mut random);
        let begun = Instant::now();
        found += case.look_up(&tree);
        let taken = begun.elapsed();
        let path = &case.files[changed].0;
        assert!(taken < LONGEST, "{taken:?} with another {path}: {tree:?}");
        done += 1;
    }
    println!("{done} changes, {found} values found");
    // A change that always hides everything would prove nothing.
    assert!(found > done);
}

/// A recorded case.
struct Case {
    files: Vec<(String, String)>,
    facts: Facts,
    keys: Vec<String>,
}

impl Case {
    fn of(line: &str) -> Self {
        let case: serde_json::Value = serde_json::from_str(line).expect("a case");
        let files = case["files"].as_object().expect("files").iter();
        let answers = case["answers"].as_object().expect("answers");
        let all = read_facts(line).expect("a case");
        let facts = all.get(&Key::from("facts")).and_then(|it| it.as_hash());
        Self {
            files: files
                .map(|(path, text)| {
                    let path = match path.strip_prefix("@global/") {
                        Some(path) => format!("conf/{path}"),
                        None => format!("environments/production/{path}"),
                    };
                    (path, text.as_str().unwrap_or_default().into())
                })
                .collect(),
            facts: Facts::new(facts.expect("facts"), "web1.example.org", "production"),
            keys: answers.keys().cloned().collect(),
        }
    }

    /// The files, one of them changed.
    fn tree(&self, changed: usize, random: &mut Random) -> Memory {
        let mut tree = Memory::new();
        for (index, (path, text)) in self.files.iter().enumerate() {
            let mut bytes = text.clone().into_bytes();
            if index == changed {
                mutate(&mut bytes, random);
            }
            tree = tree.with(path.clone(), bytes);
        }
        tree
    }

    /// How many values are found.
    fn look_up(&self, tree: &Memory) -> u64 {
        let entries = tree.list().entries;
        let hiera = Hiera::of_environment(tree, &entries, "environments/production")
            .with_global("conf/hiera.yaml");
        let values = self.keys.iter().map(|key| {
            let answer = hiera.lookup(key, &World::Host(&self.facts));
            let explored = hiera.explore(key).candidates;
            u64::from(answer.is_ok_and(|it| it.value.is_some())) + explored.len() as u64
        });
        values.sum()
    }
}

fn variable(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}
