//! What real Puppet manages for a node, as `tests/oracles/catalog_cases.rb` and
//! `catalog_of_classes.rb` tell it.

use ca_audit::hiera::{Datum, Facts, Key, read_facts};
use serde_json::Value;
use std::collections::BTreeMap;

/// An environment, a node, and the files that its catalog has.
pub(crate) struct Case {
    pub(crate) name: String,
    /// What it is made of: shapes, or the tree that a class is from.
    pub(crate) kinds: Vec<String>,
    /// The files of the environment, or those that stand over `tree`'s.
    pub(crate) files: BTreeMap<String, String>,
    /// The folder on disk of a real tree.
    pub(crate) tree: Option<String>,
    pub(crate) facts: Facts,
    /// The node's name.
    pub(crate) node: String,
    /// Nothing where Puppet refuses.
    pub(crate) managed: Option<Vec<Managed>>,
}

/// A File of the catalog.
#[derive(Clone)]
pub(crate) struct Managed {
    pub(crate) path: String,
    pub(crate) content: Real,
    /// Below the environment; nothing where Puppet knows no place, as for what a
    /// Ruby function makes.
    pub(crate) file: Option<String>,
    /// Where the resource expression (not its body or title) or the call that
    /// makes it begins: that is what Puppet calls the place of a resource.
    pub(crate) line: u32,
    /// The defined types that it is in, outermost first, as the audit tells
    /// them: `sslcert::ca { 'Puppet_Internal_CA' }`.
    pub(crate) defines: Vec<String>,
}

/// What Puppet puts at a path.
#[derive(Clone, Debug)]
pub(crate) enum Real {
    Copy(Vec<String>),
    Inline(String),
    Link(String),
    Absent,
    Unmanaged,
}

impl Case {
    pub(crate) fn read(line: &str) -> Self {
        let case: Value = serde_json::from_str(line).expect("a case");
        let managed = case["files_managed"].as_array().expect("files_managed");
        let kinds = case["kinds"].as_array().expect("kinds").iter();
        Self {
            name: text(&case["name"]),
            kinds: kinds.map(text).collect(),
            files: files(&case["files"]),
            tree: case.get("tree").map(text),
            facts: facts(line),
            node: text(&case["node"]),
            managed: case
                .get("error")
                .is_none()
                .then(|| managed.iter().map(Managed::read).collect()),
        }
    }
}

impl Managed {
    fn read(file: &Value) -> Self {
        Self {
            path: text(&file["path"]),
            content: Real::read(file),
            file: file["file"].as_str().map(str::to_owned),
            line: file["line"].as_u64().unwrap_or_default() as u32,
            defines: defines(&file["containers"]),
        }
    }
}

impl Real {
    /// As the type File reads its attributes (`puppet/type/file/ensure.rb`,
    /// `target.rb`): any other word of `ensure` is the target of a link.
    fn read(file: &Value) -> Self {
        let target = file.get("target").map(plain);
        match file.get("ensure").map(plain).as_deref() {
            Some("absent" | "false") => return Self::Absent,
            Some("link") => return Self::Link(target.unwrap_or_default()),
            Some("present" | "file" | "directory" | "true") | None => {}
            Some(other) => return Self::Link(other.to_owned()),
        }
        if let Some(target) = target {
            return Self::Link(target);
        }
        match (file.get("source"), file.get("content")) {
            (Some(Value::Array(sources)), _) => Self::Copy(sources.iter().map(plain).collect()),
            (Some(source), _) => Self::Copy(vec![plain(source)]),
            (None, Some(content)) => Self::Inline(plain(content)),
            (None, None) => Self::Unmanaged,
        }
    }
}

/// Of `Stage[main]`, `Class[A]`, `A::B[x]` the last.
fn defines(containers: &Value) -> Vec<String> {
    let containers = containers.as_array().expect("containers").iter();
    let defines = containers.filter_map(|container| {
        let (kind, title) = container.as_str()?.strip_suffix(']')?.split_once('[')?;
        let is_define = !matches!(kind, "Stage" | "Class" | "Node");
        is_define.then(|| format!("{} {{ '{title}' }}", kind.to_lowercase()))
    });
    defines.collect()
}

/// The facts of a case in their own order, which `serde_json` does not keep.
fn facts(line: &str) -> Facts {
    let case = read_facts(line).expect("a case");
    let facts = case.get(&Key::from("facts")).and_then(Datum::as_hash);
    let node = case.get(&Key::from("node")).and_then(Datum::as_str);
    Facts::new(facts.expect("facts"), node.expect("a node"), "production")
}

fn files(files: &Value) -> BTreeMap<String, String> {
    let files = files.as_object().expect("files");
    files
        .iter()
        .map(|(path, file)| (path.clone(), text(file)))
        .collect()
}

fn text(value: &Value) -> String {
    value.as_str().expect("a text").to_owned()
}

fn plain(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}
