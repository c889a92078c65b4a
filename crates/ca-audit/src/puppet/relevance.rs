//! Which code can matter.
//!
//! The seeds are words that a certificate's path or a wanted template's name
//! must have. Then everything counts that declares a definition in which such a
//! word stands, and so on until nothing new turns up.

use super::code::{Code, Definition, Manifest};
use super::outline::Outline;
use super::writers::is_written;
use crate::place::FileId;
use crate::words::searcher;
use aho_corasick::AhoCorasick;
use rayon::prelude::*;
use smol_str::SmolStr;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::LazyLock;

/// Words of which any certificate's path or source has one.
const SEEDS: [&str; 13] = [
    "/ssl",
    "/pki",
    ".pem",
    ".crt",
    ".cer",
    "ca-certificates",
    "ca-trust",
    "cacert",
    "ca_cert",
    "ca-bundle",
    "cacerts",
    "truststore",
    "BEGIN CERTIFICATE",
];

/// Whether any seed stands in a text.
pub(super) fn has_seed(text: &str) -> bool {
    static AUTOMATON: LazyLock<AhoCorasick> = LazyLock::new(|| searcher(SEEDS));
    AUTOMATON.is_match(text)
}

/// Whether a text may name a template: it calls a function that renders one,
/// or has the ending of one.
pub(super) fn may_render(text: &str) -> bool {
    // One word at a time: these letters are too common for one search of all.
    let has = |word: &str| memchr::memmem::find(text.as_bytes(), word.as_bytes()).is_some();
    ["template", "epp", ".erb", "tpl"].into_iter().any(has)
}

/// The code that can matter.
pub(super) struct Relevant<'c> {
    /// Manifests to evaluate.
    pub(super) manifests: Vec<&'c Manifest>,
    /// Classes and defined types with a seed inside, or that declare one.
    pub(super) names: BTreeSet<SmolStr>,
    /// The names that some code at hand declares with a title.
    declared: BTreeSet<SmolStr>,
}

impl<'c> Relevant<'c> {
    pub(super) fn of(
        code: &'c Code,
        wanted: &BTreeMap<SmolStr, FileId>,
        keys: &BTreeSet<SmolStr>,
    ) -> Self {
        let seeded = seeded(code.manifests(), wanted, keys);
        let declaring = declaring(code.manifests());
        let declaring_below = declaring_below(code.manifests());
        let reading = reading(code.manifests(), &seeded);
        let mut found: BTreeSet<usize> = BTreeSet::new();
        let mut names: BTreeSet<SmolStr> = BTreeSet::new();
        let mut open: Vec<(usize, &Outline)> = seeded.into_iter().chain(reading).collect();
        while let Some((index, outline)) = open.pop() {
            found.insert(index);
            if !outline.name.is_empty() && names.insert(outline.name.clone()) {
                open.extend(
                    declaring
                        .get(outline.name.as_str())
                        .into_iter()
                        .flatten()
                        .copied(),
                );
                let below = declaring_below.iter();
                let below = below.filter(|(name, _)| outline.name.starts_with(*name));
                open.extend(below.map(|(_, declaring)| *declaring));
            }
        }
        let below = below(code.manifests(), &found);
        for (index, name) in below {
            found.insert(index);
            names.insert(name);
        }
        let manifests: Vec<&Manifest> = found
            .into_iter()
            .map(|index| &code.manifests()[index])
            .collect();
        // Evaluation is one thread's work; what it will parse is parsed before.
        manifests.par_iter().for_each(|manifest| {
            manifest.parse();
        });
        let outlines = manifests.iter().flat_map(|manifest| &manifest.outlines);
        let declared = outlines
            .flat_map(|outline| outline.declares.iter().cloned())
            .collect();
        Self {
            manifests,
            names,
            declared,
        }
    }

    /// Whether a definition is evaluated by itself: nobody at hand declares it.
    pub(super) fn is_root(&self, definition: &Definition) -> bool {
        self.names.contains(definition.name()) && !self.declared.contains(definition.name())
    }
}

/// The outlines with a seed or the name of a wanted template in their text.
fn seeded<'c>(
    manifests: &'c [Manifest],
    wanted: &BTreeMap<SmolStr, FileId>,
    keys: &BTreeSet<SmolStr>,
) -> Vec<(usize, &'c Outline)> {
    // The data say it: of a class's parameter, or under a key that is looked up.
    let classes: BTreeSet<&str> = keys
        .iter()
        .filter_map(|key| Some(key.rsplit_once("::")?.0))
        .collect();
    let quoted = keys
        .iter()
        .flat_map(|key| [format!("'{key}'"), format!("\"{key}\"")]);
    // So may a function of the Puppet language.
    let functions = manifests.iter().filter(|manifest| manifest.seeded);
    let functions =
        functions.flat_map(|manifest| manifest.functions.iter().map(ToString::to_string));
    let words: Vec<String> = quoted.chain(functions).collect();
    let looked_up = (!words.is_empty()).then(|| searcher(words));
    let is_said = |outline: &Outline, text: &str| {
        classes.contains(outline.name.as_str())
            || looked_up.as_ref().is_some_and(|keys| keys.is_match(text))
    };
    let templates = (!wanted.is_empty()).then(|| searcher(wanted.keys()));
    let is_wanted = |text: &str| {
        templates
            .as_ref()
            .is_some_and(|templates| templates.is_match(text))
    };
    let seeded = manifests.par_iter().enumerate().filter(|(_, manifest)| {
        let outlines = || manifest.outlines.iter();
        manifest.seeded
            || (manifest.may_render && is_wanted(&manifest.text))
            || outlines().any(|outline| classes.contains(outline.name.as_str()))
            || looked_up
                .as_ref()
                .is_some_and(|keys| keys.is_match(&manifest.text))
    });
    let outlines = seeded.flat_map_iter(|(index, manifest)| {
        let text = |outline: &Outline| &manifest.text[outline.range.clone()];
        let own = manifest.outlines.iter().filter(|outline| {
            let text = text(outline);
            has_seed(text) || is_wanted(text) || is_said(outline, text)
        });
        own.map(move |outline| (index, outline)).collect::<Vec<_>>()
    });
    outlines.collect()
}

/// What the code at `found` declares and what leads to a file being written: a
/// wrapper that has no word of certificates itself, because its callers have.
fn below(manifests: &[Manifest], found: &BTreeSet<usize>) -> Vec<(usize, SmolStr)> {
    let outlines = manifests
        .iter()
        .enumerate()
        .flat_map(|(index, manifest)| manifest.outlines.iter().map(move |it| (index, it)));
    let by_name: HashMap<&str, (usize, &Outline)> = outlines
        .filter(|(_, outline)| !outline.name.is_empty())
        .map(|(index, outline)| (outline.name.as_str(), (index, outline)))
        .collect();
    let mut open: Vec<&SmolStr> = found
        .iter()
        .flat_map(|index| &manifests[*index].outlines)
        .flat_map(|outline| &outline.declares)
        .collect();
    let mut reached: BTreeMap<&str, usize> = BTreeMap::new();
    while let Some(name) = open.pop() {
        let Some((index, outline)) = by_name.get(name.as_str()) else {
            continue;
        };
        if reached.insert(name, *index).is_none() {
            open.extend(&outline.declares);
        }
    }
    // Those that write, and those that declare one that does.
    let mut writing: BTreeSet<&str> = BTreeSet::new();
    loop {
        let before = writing.len();
        for name in reached.keys() {
            let (_, outline) = by_name[name];
            let mut declares = outline.declares.iter();
            if declares.any(|it| is_written(it) || writing.contains(it.as_str())) {
                writing.insert(name);
            }
        }
        if writing.len() == before {
            break;
        }
    }
    let reached = reached.into_iter();
    reached
        .filter(|(name, _)| writing.contains(name))
        .map(|(name, index)| (index, name.into()))
        .collect()
}

/// The outlines that read a variable of a class that is seeded itself, or of one
/// that reads such a class: `params.pp`, whose values the class hands on.
fn reading<'c>(
    manifests: &'c [Manifest],
    seeded: &[(usize, &Outline)],
) -> Vec<(usize, &'c Outline)> {
    let classes = seeded.iter().map(|(_, outline)| outline.name.as_str());
    let mut classes: BTreeSet<&str> = classes.collect();
    let handing_on = read_by(manifests, &classes);
    let names = handing_on.iter().map(|(_, outline)| outline.name.as_str());
    classes.extend(names.filter(|name| !name.is_empty()));
    read_by(manifests, &classes)
}

fn read_by<'c>(manifests: &'c [Manifest], classes: &BTreeSet<&str>) -> Vec<(usize, &'c Outline)> {
    let outlines = manifests
        .iter()
        .enumerate()
        .flat_map(|(index, manifest)| manifest.outlines.iter().map(move |it| (index, it)));
    let reads = |outline: &Outline| {
        let mut reads = outline.reads.iter();
        reads.any(|class| classes.contains(class.as_str()) && *class != outline.name)
    };
    outlines.filter(|(_, outline)| reads(outline)).collect()
}

/// The outlines that declare classes by a name of which only the beginning is
/// known, with the beginning.
fn declaring_below(manifests: &[Manifest]) -> Vec<(&str, (usize, &Outline))> {
    let mut found = Vec::new();
    for (index, manifest) in manifests.iter().enumerate() {
        for outline in &manifest.outlines {
            let names = outline.declares_below.iter();
            found.extend(names.map(|name| (name.as_str(), (index, outline))));
        }
    }
    found
}

/// The outlines that declare a name, by the name.
fn declaring(manifests: &[Manifest]) -> HashMap<&str, Vec<(usize, &Outline)>> {
    let mut by_name: HashMap<&str, Vec<(usize, &Outline)>> = HashMap::new();
    for (index, manifest) in manifests.iter().enumerate() {
        for outline in &manifest.outlines {
            for name in &outline.declares {
                by_name.entry(name).or_default().push((index, outline));
            }
        }
    }
    by_name
}
