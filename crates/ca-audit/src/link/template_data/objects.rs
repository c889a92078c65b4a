//! Objects of Kubernetes that give containers their settings: `ConfigMap`s and
//! `Secret`s, and what kustomize makes these of.
//!
//! A container names them; which one it gets is told by name and namespace, and
//! of several the nearest file's counts: overlays have one each.

use super::TemplateData;
use super::data_file::DataFile;
use crate::place::{FileId, Span};
use crate::value::{Case, Condition, Data, Origin, Text};
use crate::words::searcher;
use aho_corasick::AhoCorasick;
use smol_str::SmolStr;
use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};
use yaml_spans::Node;

/// Whether a document may hold such an object.
pub(crate) fn may_hold_objects(bytes: &[u8]) -> bool {
    static WORDS: LazyLock<AhoCorasick> = LazyLock::new(|| {
        searcher([
            "ConfigMap",
            "configMapGenerator",
            "stringData",
            "secretGenerator",
        ])
    });
    WORDS.is_match(bytes)
}

/// The object and the key of the words in which `invocation` tells where a
/// container takes a variable from.
pub(super) fn reference(code: &str) -> Option<(&str, &str)> {
    let (key, object) = code.strip_prefix("key ")?.split_once(" of the ")?;
    let name = object
        .strip_prefix("ConfigMap ")
        .or_else(|| object.strip_prefix("Secret "))?;
    Some((name, key))
}

/// The objects of a project, by name.
#[derive(Default)]
pub(super) struct Objects {
    by_name: BTreeMap<SmolStr, Vec<Object>>,
}

/// An object.
pub(super) struct Object {
    pub(super) file: FileId,
    path: String,
    name: SmolStr,
    entries: Vec<Entry>,
}

/// A key of an object, with what it holds.
struct Entry {
    key: SmolStr,
    data: Data,
    at: Span,
    /// Under which condition of the template that makes the object.
    condition: Option<SmolStr>,
}

impl Entry {
    fn plain(key: &str, value: &str, at: Span) -> Self {
        Self {
            key: key.into(),
            data: Data::Text(Text::literal(value)),
            at,
            condition: None,
        }
    }
}

impl Object {
    /// What it may hold under a key: the branches of its template have one each.
    pub(super) fn cases(&self, key: &str) -> impl Iterator<Item = Case> {
        let own = self.entries.iter().filter(move |entry| entry.key == key);
        own.map(move |entry| Case {
            data: entry.data.clone(),
            when: entry
                .condition
                .iter()
                .map(|text| Condition {
                    at: entry.at,
                    text: text.clone(),
                    holds: true,
                    choice: None,
                })
                .collect(),
            from: vec![Origin {
                at: entry.at,
                what: format!("key {key} of {}", self.name).into(),
            }],
        })
    }
}

impl Objects {
    pub(super) fn of<'p>(
        files: impl Iterator<Item = (&'p str, Arc<DataFile>)>,
        all: &TemplateData<'_>,
    ) -> Self {
        let mut objects = Self::default();
        for (path, data) in files {
            for root in data.roots() {
                for object in objects_of(path, &data, root, all) {
                    let named = objects.by_name.entry(object.name.clone());
                    named.or_default().push(object);
                }
            }
        }
        objects
    }

    /// The objects of a name that the file at `path` may mean: its own, else
    /// those of its folder, else all.
    pub(super) fn named(&self, path: &str, name: &str) -> impl Iterator<Item = &Object> {
        const MOST: usize = 8;
        let folder = |path: &str| path.rsplit_once('/').map(|(it, _)| it.to_owned());
        let all = self.by_name.get(name).map_or(&[][..], Vec::as_slice);
        let own = folder(path);
        let rank = |object: &Object| match object.path.as_str() {
            other if other == path => 0,
            other if folder(other) == own => 1,
            _ => 2,
        };
        let nearest = all.iter().map(rank).min();
        let counts = |object: &&Object| Some(rank(object)) == nearest;
        let found: Vec<&Object> = all.iter().filter(counts).take(MOST).collect();
        found.into_iter()
    }
}

fn objects_of(path: &str, data: &DataFile, root: Node<'_>, all: &TemplateData<'_>) -> Vec<Object> {
    let kind = root.get("kind").and_then(Node::as_str);
    let object = |name: SmolStr, entries| Object {
        file: data.file,
        path: path.to_owned(),
        name,
        entries,
    };
    if matches!(kind, Some("ConfigMap" | "Secret")) {
        let name = root.at(["metadata", "name"]).and_then(|it| data.name(it));
        let entries = entries(data, root);
        return name.map(|name| object(name, entries)).into_iter().collect();
    }
    let generators = ["configMapGenerator", "secretGenerator"];
    let listed = generators.iter().filter_map(|key| root.get(key));
    listed
        .flat_map(Node::items)
        .filter_map(|generator| {
            let name = data.name(generator.get("name")?)?;
            Some(object(name, generated(data, generator, all)))
        })
        .collect()
}

/// `data` and `stringData`; what is base64 in a `Secret` names no file and no
/// server in the clear.
fn entries(data: &DataFile, root: Node<'_>) -> Vec<Entry> {
    let is_secret = root.get("kind").and_then(Node::as_str) == Some("Secret");
    let held = ["data", "stringData"];
    let held = held.iter().skip(usize::from(is_secret));
    held.filter_map(|key| root.get(key))
        .flat_map(Node::entries)
        .filter_map(|(key, value)| {
            let place = data.place(value);
            Some(Entry {
                key: key.as_str()?.into(),
                data: data.data(value, 0),
                at: place,
                condition: data.condition(key),
            })
        })
        .collect()
}

/// What kustomize makes of `literals`, `envs` and `files`.
///
/// Source: kubectl.docs.kubernetes.io, reference of kustomize,
/// `configMapGenerator`.
fn generated(data: &DataFile, generator: Node<'_>, all: &TemplateData<'_>) -> Vec<Entry> {
    let mut found = Vec::new();
    let items = |key: &str| generator.get(key).into_iter().flat_map(Node::items);
    for node in items("literals") {
        let Some((key, value)) = node.as_str().and_then(|text| text.split_once('=')) else {
            continue;
        };
        let value = value.trim_matches(['"', '\'']);
        found.push(Entry::plain(key, value, data.place(node)));
    }
    let env = generator.get("env").into_iter();
    for node in items("envs").chain(env) {
        let file = node.as_str().and_then(|path| all.beside(data.file, path));
        if let Some(file) = file.and_then(|file| all.data(file)) {
            found.extend(assignments(&file));
        }
    }
    for node in items("files") {
        let Some(listed) = node.as_str() else {
            continue;
        };
        let (key, path) = listed
            .split_once('=')
            .unwrap_or((listed.rsplit('/').next().unwrap_or(listed), listed));
        if let Some(file) = all.beside(data.file, path).and_then(|file| all.data(file)) {
            found.push(Entry::plain(key, &file.text, data.place(node)));
        }
    }
    found
}

/// The lines `NAME=VALUE` of an environment file.
fn assignments(file: &DataFile) -> Vec<Entry> {
    let mut found = Vec::new();
    let mut at = 0;
    for line in file.text.split_inclusive('\n') {
        let own = line.trim();
        if let Some((name, value)) = own.split_once('=')
            && !own.starts_with('#')
        {
            let start = at + (line.len() - line.trim_start().len());
            let place = Span::new(file.file, start, start + own.len());
            found.push(Entry::plain(name.trim(), value, place));
        }
        at += line.len();
    }
    found
}

#[cfg(test)]
mod tests {
    use super::reference;

    #[test]
    fn references() {
        let code = "key etcd_ca of the ConfigMap calico-config";
        assert_eq!(reference(code), Some(("calico-config", "etcd_ca")));
        assert_eq!(reference("etcd_ca"), None);
    }
}
