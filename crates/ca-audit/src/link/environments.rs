//! The environments of a tree, and what their `environment.conf` says.
//! (Puppet's manual, "environment.conf".)

use crate::host::find;
use crate::place::FileId;
use crate::tree::Entry;
use std::collections::BTreeSet;

/// An environment: a folder with manifests and modules.
#[derive(Debug)]
pub(super) struct Environment {
    /// Its folder, with a slash behind it; empty for the tree itself.
    folder: String,
    /// Where its modules are, the first one first, each with a slash behind it.
    modules: Vec<String>,
    /// Its main manifest: a file, or a folder.
    manifest: String,
}

/// The environments of a tree.
#[derive(Debug)]
pub(super) struct Environments(Vec<Environment>);

impl Environments {
    /// The tree itself, what lies in `environments/`, and every folder with an
    /// `environment.conf`.
    pub(super) fn of(entries: &[Entry], text: &dyn Fn(FileId) -> Option<String>) -> Self {
        let mut folders = BTreeSet::from([String::new()]);
        for entry in entries.iter().filter(|entry| !entry.aside) {
            if let Some(folder) = entry.path.strip_suffix("environment.conf") {
                folders.insert(folder.to_owned());
            }
            if let Some((above, rest)) = entry.path.split_once("environments/")
                && (above.is_empty() || above.ends_with('/'))
                && let Some((name, _)) = rest.split_once("/manifests/")
                && !name.contains('/')
            {
                folders.insert(format!("{above}environments/{name}/"));
            }
        }
        let environment = |folder: String| {
            let config = find(entries, &format!("{folder}environment.conf")).and_then(text);
            Environment::new(folder, &config.unwrap_or_default())
        };
        Self(folders.into_iter().map(environment).collect())
    }

    /// The files in the order in which Puppet would find them: of two modules
    /// with one name the one counts whose folder comes first in the module path,
    /// and a test, an example or a vendored copy last.
    pub(super) fn order(&self, entries: &[Entry]) -> Vec<usize> {
        let rank = |index: &usize| {
            let path = &entries[*index].path;
            let places = self.0.iter().flat_map(|it| it.modules.iter().enumerate());
            let places = places.filter(|(_, folder)| path.starts_with(folder.as_str()));
            let place = places.map(|(place, _)| place).min();
            (entries[*index].aside, place.unwrap_or(usize::MAX))
        };
        let mut order: Vec<usize> = (0..entries.len()).collect();
        order.sort_by_cached_key(rank);
        order
    }

    /// The folder of the environment whose main manifest a path belongs to,
    /// without a slash behind it.
    pub(super) fn site(&self, path: &str) -> Option<&str> {
        let of_it = |it: &&Environment| {
            let rest = path.strip_prefix(it.manifest.as_str());
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        let environment = self.0.iter().find(of_it)?;
        Some(environment.folder.trim_end_matches('/'))
    }
}

impl Environment {
    fn new(folder: String, config: &str) -> Self {
        let setting = |name: &str| {
            config.lines().find_map(|line| {
                let (own, value) = line.split_once('=')?;
                (own.trim() == name).then(|| value.trim().to_owned())
            })
        };
        let inside = |path: &str| {
            let path = path.trim_start_matches("./").trim_end_matches('/');
            (!path.starts_with(['/', '$'])).then(|| format!("{folder}{path}"))
        };
        let modules = setting("modulepath").unwrap_or_else(|| "modules".to_owned());
        let modules = modules.split(':').filter_map(inside);
        let manifest = setting("manifest").and_then(|path| inside(&path));
        Self {
            modules: modules.map(|path| path + "/").collect(),
            manifest: manifest.unwrap_or_else(|| format!("{folder}manifests")),
            folder,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::{Memory, Tree};

    #[test]
    fn settings_of_an_environment() {
        let tree = Memory::new()
            .with("environment.conf", "")
            .with("manifests/site.pp", "")
            .with("modules/a/manifests/init.pp", "")
            .with("site/a/manifests/init.pp", "");
        let entries = tree.list().entries;
        let config = "manifest = site.pp\nmodulepath = site:modules:$basemodulepath\n";
        let text = |_| Some(config.to_owned());
        let environments = Environments::of(&entries, &text);
        assert_eq!(environments.site("manifests/site.pp"), None);
        assert_eq!(environments.site("site.pp"), Some(""));
        assert_eq!(environments.order(&entries), [3, 2, 0, 1]);
    }
}
