//! Which data a file's expressions are taken from: by where the file stands.

use super::expression::Language;
use crate::tree::Entry;
use smol_str::{SmolStr, format_smolstr};

/// More files than this are not looked at for one expression.
const MAX_LAYERS: usize = 256;

/// Where a file stands among others that give it data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Scope {
    /// In a chart of Helm: its folder.
    Chart { folder: String },
    /// In a role of Ansible, or beside playbooks: the role's folder, if any.
    Role { folder: Option<String> },
    /// In a module of Terraform: its folder.
    Module { folder: String },
}

/// A data file that may say what an expression is.
#[derive(Debug)]
pub(super) struct Layer {
    pub(super) path: String,
    /// The keys under which it says it.
    pub(super) under: Vec<SmolStr>,
    /// When it counts; always where nothing is said.
    pub(super) condition: Option<SmolStr>,
}

impl Layer {
    fn always(path: String) -> Self {
        Self {
            path,
            under: Vec::new(),
            condition: None,
        }
    }

    fn sometimes(path: &str) -> Self {
        Self {
            path: path.to_owned(),
            under: Vec::new(),
            condition: Some(format_smolstr!("with {path}")),
        }
    }
}

impl Scope {
    /// The scope of the file at `path`, in a tree in which `has` tells which
    /// files there are.
    pub(super) fn of(path: &str, has: &dyn Fn(&str) -> bool) -> Option<Self> {
        if path.ends_with(".tf") || path.ends_with(".tftpl") {
            let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
            return Some(Self::Module {
                folder: folder.to_owned(),
            });
        }
        let mut folders = above(path);
        let chart = folders.find(|folder| has(&inside(folder, "Chart.yaml")));
        if let Some(folder) = chart {
            return Some(Self::Chart {
                folder: folder.to_owned(),
            });
        }
        let is_ansible = [".j2", ".yml", ".yaml"]
            .iter()
            .any(|suffix| path.ends_with(suffix));
        let parts = ["templates", "tasks", "handlers", "defaults", "vars"];
        let role = above(path).find_map(|folder| {
            let (role, name) = folder.rsplit_once('/').unwrap_or(("", folder));
            parts.contains(&name).then_some(role)
        });
        is_ansible.then(|| Self::Role {
            folder: role.map(str::to_owned),
        })
    }

    pub(super) fn language(&self) -> Language {
        match self {
            Self::Chart { .. } => Language::Go,
            Self::Role { .. } => Language::Jinja,
            Self::Module { .. } => Language::Terraform,
        }
    }

    /// A key in words.
    pub(super) fn words(&self, key: &str) -> String {
        match self {
            Self::Chart { .. } => format!("the value {key}"),
            Self::Role { .. } | Self::Module { .. } => format!("the variable {key}"),
        }
    }

    /// The data files that may say what a key is: groups of which the first that
    /// says anything counts, in each the weakest file first.
    pub(super) fn layers(
        &self,
        entries: &[Entry],
        groups: &[&str],
        key: &[SmolStr],
    ) -> Vec<Vec<Layer>> {
        let mut groups = match self {
            Self::Chart { folder } => vec![chart(entries, folder, key)],
            Self::Role { folder } => {
                let folder = folder.as_deref();
                vec![role(entries, groups, folder), other_roles(entries, folder)]
            }
            Self::Module { folder } => vec![module(entries, folder)],
        };
        for layers in &mut groups {
            layers.truncate(MAX_LAYERS);
        }
        groups
    }

    /// The files of a chart that define texts by name.
    pub(super) fn helpers<'e>(&self, entries: &'e [Entry]) -> Vec<&'e str> {
        let Self::Chart { folder } = self else {
            return Vec::new();
        };
        let files = below(entries, &inside(folder, "templates/"));
        files.filter(|path| path.ends_with(".tpl")).collect()
    }
}

/// `values.yaml` of the chart; what the charts around it say of it; other files
/// of values beside these, each of which may be given when it is installed.
///
/// Source: `helm.sh/docs/chart_template_guide`, `values_files` and
/// `subcharts_and_globals`.
fn chart(entries: &[Entry], folder: &str, key: &[SmolStr]) -> Vec<Layer> {
    let mut layers = Vec::new();
    let mut under: Vec<SmolStr> = Vec::new();
    let mut folder = folder.to_owned();
    for _ in 0..4 {
        for path in values_files(entries, &folder) {
            let is_default = path.ends_with("/values.yaml") || path == "values.yaml";
            let layer = if is_default {
                Layer::always(path.to_owned())
            } else {
                Layer::sometimes(path)
            };
            let is_global = key.first().is_some_and(|first| first == "global");
            layers.push(Layer {
                under: if is_global { Vec::new() } else { under.clone() },
                ..layer
            });
        }
        let Some((parent, name)) = folder.rsplit_once("charts/") else {
            break;
        };
        if name.contains('/') || !(parent.is_empty() || parent.ends_with('/')) {
            break;
        }
        under.insert(0, name.into());
        folder = parent.trim_end_matches('/').to_owned();
    }
    // What may be given comes after all that always counts.
    layers.sort_by_key(|layer| layer.condition.is_some());
    layers
}

fn values_files<'e>(entries: &'e [Entry], folder: &str) -> Vec<&'e str> {
    let start = inside(folder, "values");
    let is_beside = |path: &&str| {
        let rest = &path[start.len()..];
        !rest.contains('/') && (rest.ends_with(".yaml") || rest.ends_with(".yml"))
    };
    below(entries, &start).filter(is_beside).collect()
}

/// The role's defaults, then what the inventory's groups say, then its own
/// variables.
///
/// Source: "Variable precedence" of Ansible's user guide.
fn role(entries: &[Entry], groups: &[&str], folder: Option<&str>) -> Vec<Layer> {
    let of_role = |name: &str| -> Vec<&str> {
        let all = folder.map(|folder| inside(folder, name));
        all.map_or_else(Vec::new, |start| below(entries, &start).collect())
    };
    let mut layers: Vec<Layer> = of_role("defaults/").into_iter().map(main).collect();
    let mut of_all: Vec<&str> = groups.iter().filter_map(|path| inventory(path)).collect();
    of_all.dedup();
    let is_one = of_all.len() == 1;
    layers.extend(groups.iter().take(MAX_LAYERS / 4).map(|path| {
        let (_, rest) = path.rsplit_once("group_vars/").unwrap_or_default();
        match rest.split(['/', '.']).next().unwrap_or_default() {
            "all" if is_one => Layer::always((*path).to_owned()),
            "all" => Layer::sometimes(path),
            group => Layer {
                condition: Some(format_smolstr!("on hosts of the group {group}")),
                ..Layer::sometimes(path)
            },
        }
    }));
    layers.extend(of_role("vars/").into_iter().map(main));
    layers
}

/// The files of variables of groups of hosts, those of all hosts first.
pub(super) fn group_variables(entries: &[Entry]) -> Vec<&str> {
    let paths = entries.iter().filter(|entry| !entry.aside);
    let paths = paths.map(|entry| entry.path.as_str());
    let is_one = |path: &&str| path.starts_with("group_vars/") || path.contains("/group_vars/");
    let mut found: Vec<&str> = paths.filter(is_one).collect();
    found.sort_by_key(|path| inventory(path).is_none());
    found
}

/// The folder of the inventory, or of the playbooks, whose hosts all have the
/// variables of a file.
fn inventory(path: &str) -> Option<&str> {
    let (folder, rest) = path.rsplit_once("group_vars/")?;
    (rest.split(['/', '.']).next() == Some("all")).then_some(folder)
}

/// `main.yml`, or a file of a folder `main`, always counts; others are included
/// under conditions.
fn main(path: &str) -> Layer {
    let is_main = path.ends_with("/main.yml") || path.ends_with("/main.yaml");
    if is_main || path.contains("/main/") {
        Layer::always(path.to_owned())
    } else {
        Layer::sometimes(path)
    }
}

/// The defaults of the roles beside this one, which it may depend on.
fn other_roles(entries: &[Entry], folder: Option<&str>) -> Vec<Layer> {
    let roles = match folder.and_then(|folder| folder.rsplit_once('/')) {
        Some((roles, _)) => format!("{roles}/"),
        None => "roles/".to_owned(),
    };
    let is_default = |path: &&str| {
        let rest = &path[roles.len()..];
        rest.contains("/defaults/") && (rest.ends_with(".yml") || rest.ends_with(".yaml"))
    };
    let files = below(entries, &roles).filter(is_default);
    files.take(MAX_LAYERS).map(Layer::sometimes).collect()
}

/// The module's own files, then the files of values that Terraform reads by
/// itself, then others.
///
/// Source: developer.hashicorp.com/terraform/language/values/variables.
fn module(entries: &[Entry], folder: &str) -> Vec<Layer> {
    let start = inside(folder, "");
    let own = below(entries, &start).filter(|path| !path[start.len()..].contains('/'));
    let mut layers: Vec<(u8, Layer)> = Vec::new();
    for path in own {
        let is_read = path.ends_with("terraform.tfvars") || path.ends_with(".auto.tfvars");
        match path {
            path if path.ends_with(".tf") => layers.push((0, Layer::always(path.to_owned()))),
            path if is_read => layers.push((1, Layer::always(path.to_owned()))),
            path if path.ends_with(".tfvars") => layers.push((2, Layer::sometimes(path))),
            _ => {}
        }
    }
    layers.sort_by_key(|(rank, _)| *rank);
    layers.into_iter().map(|(_, layer)| layer).collect()
}

/// The paths that begin with `start`, in order.
pub(super) fn below<'e>(
    entries: &'e [Entry],
    start: &str,
) -> impl Iterator<Item = &'e str> + use<'e> {
    let from = entries.partition_point(|entry| entry.path.as_str() < start);
    let start = start.to_owned();
    let paths = entries[from..].iter().map(|entry| entry.path.as_str());
    paths.take_while(move |path| path.starts_with(&start))
}

/// The folders above a file, the nearest first, down to the root, `""`.
fn above(path: &str) -> impl Iterator<Item = &str> {
    let parent = |path: &str| path.rfind('/');
    std::iter::successors(Some(path), move |path| {
        (!path.is_empty()).then(|| parent(path).map_or("", |at| &path[..at]))
    })
    .skip(1)
}

pub(super) fn inside(folder: &str, name: &str) -> String {
    if folder.is_empty() {
        name.to_owned()
    } else {
        format!("{folder}/{name}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes_by_place() {
        let files = ["a/Chart.yaml", "a/charts/b/Chart.yaml"];
        let scope = |path: &str| Scope::of(path, &|asked| files.contains(&asked));
        let chart = |folder: &str| {
            Some(Scope::Chart {
                folder: folder.into(),
            })
        };
        assert_eq!(scope("a/templates/x/y.yaml"), chart("a"));
        assert_eq!(scope("a/charts/b/templates/y.yaml"), chart("a/charts/b"));
        let role = |folder: Option<&str>| {
            Some(Scope::Role {
                folder: folder.map(str::to_owned),
            })
        };
        assert_eq!(scope("roles/etcd/templates/x.j2"), role(Some("roles/etcd")));
        assert_eq!(scope("templates/x.j2"), role(Some("")));
        assert_eq!(scope("site.yml"), role(None));
        assert_eq!(scope("modules/k8s/templates/x.erb"), None);
        let module = Scope::Module {
            folder: String::new(),
        };
        assert_eq!(scope("main.tf"), Some(module));
    }
}
