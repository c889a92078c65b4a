//! What the expressions of a template may be, as the project's data files say:
//! `values.yaml` for a chart of Helm, `defaults/main.yml` for a role of
//! Ansible, `variable` blocks for a module of Terraform, a `ConfigMap` for a
//! variable that a container takes from it.
//!
//! They differ in their spelling and in where the data stand; what comes out is
//! the same for all, and the same as for a template of Puppet: a
//! [`Rendering`] with one value for each expression, each value with all its
//! candidates and where they stand. An expression that is not plain stays a
//! hole.

mod data_file;
mod expression;
mod further;
mod objects;
mod scopes;
mod settled;
mod terraform;
#[cfg(test)]
mod tests;

pub(super) use further::extend;
pub(crate) use objects::may_hold_objects;
pub(super) use settled::{Said, settle};

use crate::invocation::{EnvironmentFile, Fragment, Presence};
use crate::memo::Memo;
use crate::place::{FileId, Span};
use crate::puppet::{Rendering, Variables};
use crate::tree::{Entry, Tree};
use crate::value::{Case, Condition, Data, Origin, Piece, Text, Unknown, Value, Why};
use data_file::DataFile;
use expression::Expression;
use objects::Objects;
use scopes::{Layer, Scope};
use smol_str::SmolStr;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

/// Data that name other data are followed so far.
const MAX_DEPTH: usize = 4;

/// More look-ups than this are not made for one expression.
const MAX_LOOKUPS: usize = 256;

/// The data files of a project, read when they are asked for.
pub(super) struct TemplateData<'e> {
    tree: &'e dyn Tree,
    entries: &'e [Entry],
    files: HashMap<&'e str, FileId>,
    read: Memo<FileId, Option<Arc<DataFile>>>,
    /// Files in which objects of Kubernetes stand that hold settings.
    holders: &'e [FileId],
    objects: OnceLock<Objects>,
    /// The files of variables of groups of hosts.
    groups: Vec<&'e str>,
    /// What may still be looked up for the expression at hand.
    fuel: AtomicUsize,
    /// Every place that told a value.
    pub(super) told: HashSet<Span>,
}

impl<'e> TemplateData<'e> {
    pub(super) fn new(tree: &'e dyn Tree, entries: &'e [Entry], holders: &'e [FileId]) -> Self {
        let files = entries.iter().enumerate();
        Self {
            tree,
            entries,
            files: files
                .map(|(index, entry)| (entry.path.as_str(), FileId(index as u32)))
                .collect(),
            read: Memo::default(),
            holders,
            objects: OnceLock::new(),
            groups: scopes::group_variables(entries),
            fuel: AtomicUsize::new(0),
            told: HashSet::new(),
        }
    }

    /// One rendering for each file that has expressions which some data file
    /// knows, by file.
    pub(super) fn renderings(&mut self, fragments: &[Fragment]) -> Vec<Rendering> {
        let mut asked: BTreeMap<FileId, BTreeSet<&str>> = BTreeMap::new();
        for fragment in fragments {
            let open = fragment.open.iter().map(|(code, _)| code.as_str());
            let codes = fragment.settings.iter().flat_map(codes).chain(open);
            asked.entry(fragment.at.file).or_default().extend(codes);
        }
        let rendering = |(file, codes): (FileId, BTreeSet<&str>)| {
            let known = codes.into_iter().filter_map(|code| {
                self.fuel.store(MAX_LOOKUPS, Ordering::Relaxed);
                let value = self.value(file, code, 0)?;
                Some((SmolStr::from(code), value))
            });
            let variables: Variables = known.collect();
            (!variables.is_empty()).then(|| Rendering {
                template: file,
                at: Span::whole(file),
                variables: Arc::new(variables),
            })
        };
        let found: Vec<Rendering> = asked.into_iter().filter_map(rendering).collect();
        let values = found.iter().flat_map(|it| it.variables.values());
        let cases = values.flat_map(|value| value.cases.iter());
        self.told = cases.flat_map(|case| &case.from).map(|it| it.at).collect();
        found
    }

    /// Whether a fragment stands in the values of a chart whose templates are
    /// here and are of another program: what counts is where they use them.
    pub(super) fn is_of_a_chart(&self, fragment: &Fragment) -> bool {
        let path = self.path(fragment.at.file);
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        if !name.starts_with("values") {
            return false;
        }
        let chart = scopes::inside(folder, "Chart.yaml");
        let Some(chart) = self.file(&chart).and_then(|file| self.data(file)) else {
            return false;
        };
        let names = fragment.consumer.names;
        let is_own = match chart.at([SmolStr::from("name")].iter()) {
            Some((Data::Text(text), _)) => text.as_str().is_some_and(|it| names.contains(&it)),
            _ => false,
        };
        let templates = scopes::inside(folder, "templates/");
        !is_own && scopes::below(self.entries, &templates).next().is_some()
    }

    /// The other files of the tree from which a program takes variables.
    pub(super) fn named_files(&self, fragment: &Fragment) -> Vec<FileId> {
        let own = fragment.at.file;
        let mut files = Vec::new();
        for named in &fragment.environment_files {
            match named {
                EnvironmentFile::Deployed(_) => {}
                EnvironmentFile::Beside(path) => files.extend(self.beside(own, path)),
                EnvironmentFile::Object(name) => {
                    let objects = self.objects().named(self.path(own), name);
                    files.extend(objects.map(|object| object.file));
                }
            }
        }
        files.retain(|file| *file != own);
        files.sort_unstable();
        files.dedup();
        files
    }

    /// The file at a path that stands in another file: relative to its folder.
    fn beside(&self, file: FileId, path: &str) -> Option<FileId> {
        let folder = self.path(file).rsplit_once('/').map_or("", |(it, _)| it);
        self.file(&joined(folder, path)?)
    }

    fn path(&self, file: FileId) -> &'e str {
        &self.entries[file.0 as usize].path
    }

    fn file(&self, path: &str) -> Option<FileId> {
        self.files.get(path).copied()
    }

    fn objects(&self) -> &Objects {
        self.objects.get_or_init(|| {
            let read = |file: &FileId| Some((self.path(*file), self.data(*file)?));
            Objects::of(self.holders.iter().filter_map(read), self)
        })
    }

    fn data(&self, file: FileId) -> Option<Arc<DataFile>> {
        self.read.get_or_make(file, || {
            let bytes = self.tree.bytes(self.path(file)).ok()?;
            Some(Arc::new(DataFile::new(file, self.path(file), &bytes)))
        })
    }

    /// What an expression of a file may be.
    fn value(&self, file: FileId, code: &str, depth: usize) -> Option<Value> {
        let left = self.fuel.load(Ordering::Relaxed).checked_sub(1);
        if depth > MAX_DEPTH {
            return None;
        }
        self.fuel.store(left?, Ordering::Relaxed);
        if let Some((name, key)) = objects::reference(code) {
            let objects = self.objects().named(self.path(file), name);
            let cases = objects.flat_map(|object| object.cases(key));
            return some_of(self.filled(cases.collect(), depth));
        }
        let scope = Scope::of(self.path(file), &|path| self.file(path).is_some())?;
        match Expression::parse(code, scope.language())? {
            Expression::Named(name) => {
                let found = self.definition(&scope, name)?;
                some_of(self.filled(vec![found], depth))
            }
            Expression::Key { path, default } => {
                let mut cases = self.candidates(&scope, &path);
                if let Some(text) = default {
                    let here = Span::whole(file);
                    with_default(&mut cases, &text, here);
                }
                some_of(self.filled(cases, depth))
            }
        }
    }

    /// What each layer says of a key, the weakest first; one that always counts
    /// takes the place of those before it.
    fn candidates(&self, scope: &Scope, path: &[SmolStr]) -> Vec<Case> {
        let mut cases: Vec<Case> = Vec::new();
        for layers in scope.layers(self.entries, &self.groups, path) {
            for layer in layers {
                let Some(found) = self.in_layer(scope, &layer, path) else {
                    continue;
                };
                if layer.condition.is_none() {
                    cases.clear();
                }
                cases.push(found);
            }
            if !cases.is_empty() {
                break;
            }
        }
        cases
    }

    fn in_layer(&self, scope: &Scope, layer: &Layer, path: &[SmolStr]) -> Option<Case> {
        let file = self.file(&layer.path)?;
        let data = self.data(file)?;
        let (data, at) = match scope {
            Scope::Module { .. } => terraform::value(&data, path)?,
            _ => data.at(layer.under.iter().chain(path))?,
        };
        let what = scope.words(&path.join("."));
        let condition = layer.condition.as_ref().map(|text| Condition {
            at: Span::whole(file),
            text: text.clone(),
            holds: true,
            choice: None,
        });
        Some(Case {
            data,
            when: condition.into_iter().collect(),
            from: vec![Origin {
                at,
                what: what.into(),
            }],
        })
    }

    /// The text of a `define` of a chart.
    fn definition(&self, scope: &Scope, name: &str) -> Option<Case> {
        let helpers = scope.helpers(self.entries);
        helpers.into_iter().find_map(|path| {
            let data = self.data(self.file(path)?)?;
            let (text, at) = data.definition(name)?;
            Some(Case {
                data: Data::Text(text),
                when: Vec::new(),
                from: vec![Origin {
                    at,
                    what: format!("template {name}").into(),
                }],
            })
        })
    }

    /// The cases with the expressions in them filled in, as far as they are
    /// known.
    fn filled(&self, cases: Vec<Case>, depth: usize) -> Vec<Case> {
        let mut found = Vec::new();
        for case in cases {
            let Data::Text(text) = &case.data else {
                found.push(case);
                continue;
            };
            // What is nothing but another value is that.
            if let [Piece::Hole(unknown)] = text.pieces.as_slice()
                && let Some(value) = self.of_hole(unknown, depth)
            {
                found.extend(value.cases.iter().cloned().map(|other| Case {
                    when: [&case.when[..], &other.when].concat(),
                    ..other
                }));
                continue;
            }
            for text in self.filled_text(text, depth) {
                found.push(Case {
                    data: Data::Text(text),
                    ..case.clone()
                });
            }
        }
        found
    }

    fn filled_text(&self, text: &Text, depth: usize) -> Vec<Text> {
        const MOST: usize = 8;
        let mut found = vec![Text::default()];
        for piece in &text.pieces {
            let parts = match piece {
                Piece::Literal(literal) => vec![Text::literal(literal.clone())],
                Piece::Hole(unknown) => self.parts(unknown, depth),
            };
            let longer = found.iter().flat_map(|before| {
                let longer = |part: &Text| {
                    let mut text = before.clone();
                    text.push(part);
                    text
                };
                parts.iter().map(longer).collect::<Vec<_>>()
            });
            found = longer.take(MOST).collect();
        }
        found
    }

    fn of_hole(&self, unknown: &Unknown, depth: usize) -> Option<Value> {
        match (&unknown.why, unknown.at) {
            (Why::Variable(code), Some(at)) => self.value(at.file, code, depth + 1),
            _ => None,
        }
    }

    fn parts(&self, unknown: &Unknown, depth: usize) -> Vec<Text> {
        let value = self.of_hole(unknown, depth);
        let cases = value.iter().flat_map(|value| value.cases.iter());
        let texts: Vec<Text> = cases
            .filter_map(|case| match &case.data {
                Data::Text(text) => Some(text.clone()),
                _ => None,
            })
            .collect();
        if texts.is_empty() {
            return vec![Text::hole(unknown.clone())];
        }
        texts
    }
}

/// The expressions that a setting's value and presence hang on.
fn codes(setting: &crate::invocation::Setting) -> impl Iterator<Item = &str> {
    let condition = match &setting.presence {
        Presence::Conditional(condition) => Some(condition.as_str()),
        Presence::Always | Presence::Commented => None,
    };
    let holes = setting.value.pieces.iter().filter_map(|piece| match piece {
        Piece::Hole(Unknown {
            why: Why::Variable(code),
            ..
        }) => Some(code.as_str()),
        _ => None,
    });
    holes.chain(condition)
}

/// Whether nothing is given: what a template takes for "not set".
fn is_nothing(data: &Data) -> bool {
    match data {
        Data::Undef => true,
        Data::Text(text) => text.as_str().is_some_and(|text| text.trim().is_empty()),
        Data::Array(items) => items.is_empty(),
        Data::Hash(entries) => entries.is_empty(),
        _ => false,
    }
}

/// The default of a pipeline stands in for what is empty or is not there.
fn with_default(cases: &mut Vec<Case>, text: &str, at: Span) {
    let has_nothing = cases.is_empty() || cases.iter().any(|case| is_nothing(&case.data));
    cases.retain(|case| !is_nothing(&case.data));
    if has_nothing {
        cases.insert(
            0,
            Case {
                data: Data::Text(Text::literal(text)),
                when: Vec::new(),
                from: vec![Origin {
                    at,
                    what: "the default of the expression".into(),
                }],
            },
        );
    }
}

fn some_of(cases: Vec<Case>) -> Option<Value> {
    (!cases.is_empty()).then(|| Value::of(cases))
}

/// A path of a folder and one relative to it; `None` where it leads out of the
/// tree.
fn joined(folder: &str, path: &str) -> Option<String> {
    let mut names: Vec<&str> = folder.split('/').filter(|name| !name.is_empty()).collect();
    for name in path.split('/') {
        match name {
            "" | "." => {}
            ".." => {
                names.pop()?;
            }
            name => names.push(name),
        }
    }
    Some(names.join("/"))
}
