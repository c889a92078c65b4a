//! Which code can matter.
//!
//! The seeds are words that a certificate's path or a wanted template's name
//! must have. Then everything counts that declares a definition in which such a
//! word stands, and so on until nothing new turns up. Texts are searched, not
//! trees: most of a large repository is never parsed.

use super::code::{Body, Code, Definition, Manifest};
use crate::place::FileId;
use aho_corasick::{AhoCorasick, MatchKind};
use puppet_syntax::ast::{Expr, ExprKind};
use puppet_syntax::walk;
use smol_str::SmolStr;
use std::collections::{BTreeMap, BTreeSet};

/// Words of which any certificate's path or source has one.
const SEEDS: [&str; 11] = [
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
    pub(super) fn of(code: &'c Code, wanted: &BTreeMap<SmolStr, FileId>) -> Self {
        let mut needles: Vec<Needle> = SEEDS
            .iter()
            .map(|seed| Needle::Anywhere((*seed).into()))
            .collect();
        needles.extend(wanted.keys().cloned().map(Needle::Anywhere));
        let mut found: BTreeMap<usize, &Manifest> = BTreeMap::new();
        let mut names = BTreeSet::new();
        while let Some(search) = Search::new(&needles) {
            let mut next: BTreeMap<SmolStr, Needle> = BTreeMap::new();
            for (index, manifest) in code.manifests().iter().enumerate() {
                if !search.is_in(&manifest.text) {
                    continue;
                }
                found.entry(index).or_insert(manifest);
                for definition in manifest.definitions() {
                    if !names.contains(definition.name()) && search.is_in(body(definition)) {
                        next.insert(definition.name().clone(), Needle::of(definition));
                    }
                }
            }
            names.extend(next.keys().cloned());
            needles = next.into_values().collect();
        }
        let manifests: Vec<&Manifest> = found.into_values().collect();
        let declared = manifests
            .iter()
            .flat_map(|manifest| declared_names(manifest))
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

/// A word to look for.
enum Needle {
    /// Wherever it stands.
    Anywhere(SmolStr),
    /// A defined type: as a declaration's type, or quoted.
    Type(SmolStr),
    /// A class: as the title of `class { … }`.
    Class(SmolStr),
}

impl Needle {
    fn of(definition: Definition) -> Self {
        let name = definition.name().clone();
        match definition.body {
            Body::Class(_) => Self::Class(name),
            Body::Define(_) => Self::Type(name),
        }
    }

    fn word(&self) -> &str {
        match self {
            Self::Anywhere(word) | Self::Type(word) | Self::Class(word) => word,
        }
    }
}

struct Search<'n> {
    automaton: AhoCorasick,
    needles: &'n [Needle],
}

impl<'n> Search<'n> {
    /// `None` when there is nothing left to look for.
    fn new(needles: &'n [Needle]) -> Option<Self> {
        let words = needles.iter().map(Needle::word);
        let automaton = AhoCorasick::builder()
            .match_kind(MatchKind::LeftmostLongest)
            .build(words)
            .ok()?;
        (!needles.is_empty()).then_some(Self { automaton, needles })
    }

    fn is_in(&self, text: &str) -> bool {
        self.automaton.find_iter(text).any(|hit| {
            let (before, after) = (&text[..hit.start()], &text[hit.end()..]);
            match &self.needles[hit.pattern().as_usize()] {
                Needle::Anywhere(_) => true,
                Needle::Type(_) => declares_type(before, after),
                Needle::Class(_) => declares_class(before, after),
            }
        })
    }
}

/// `name {`, or the name as an argument of `create_resources` and its like.
fn declares_type(before: &str, after: &str) -> bool {
    let before = before.strip_suffix("::").unwrap_or(before);
    let quoted = before.ends_with(['\'', '"']) && after.starts_with(['\'', '"']);
    let starts_word = !before.ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == ':');
    let argument = before.trim_end().ends_with('(') && after.starts_with(',');
    quoted || argument || (starts_word && after.trim_start().starts_with('{'))
}

/// `class { 'name'`
fn declares_class(before: &str, after: &str) -> bool {
    let before = before.strip_suffix("::").unwrap_or(before);
    let Some(before) = before.strip_suffix(['\'', '"']) else {
        return false;
    };
    let before = before.trim_end();
    after.starts_with(['\'', '"'])
        && before
            .strip_suffix('{')
            .is_some_and(|before| before.trim_end().ends_with("class"))
}

/// A definition's text behind its name.
fn body(definition: Definition<'_>) -> &str {
    let (name, last) = match definition.body {
        Body::Class(class) => (class.name_span, class.body.last()),
        Body::Define(define) => (define.name_span, define.body.last()),
    };
    let end = last.map_or(name.end, |last| last.span.end.max(name.end));
    &definition.manifest.text[name.end as usize..end as usize]
}

/// The defined types and classes that a manifest declares by title.
fn declared_names(manifest: &Manifest) -> BTreeSet<SmolStr> {
    let mut found = BTreeSet::new();
    for expr in &manifest.parse().program {
        walk(expr, &mut |expr: &Expr| {
            let ExprKind::Resource(resource) = &expr.kind else {
                return;
            };
            let ExprKind::Name(name) = &resource.type_name.kind else {
                return;
            };
            if name != "class" {
                found.insert(name.trim_start_matches("::").into());
                return;
            }
            for body in &resource.bodies {
                match &body.title.kind {
                    ExprKind::String(text) => {
                        found.insert(text.value.trim_start_matches("::").into())
                    }
                    ExprKind::Name(name) => found.insert(name.trim_start_matches("::").into()),
                    _ => false,
                };
            }
        });
    }
    found
}
