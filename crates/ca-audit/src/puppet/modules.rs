//! Which module a file belongs to, and under which name Puppet finds it there.

use std::collections::HashMap;

/// The names of modules whose folder is called otherwise.
///
/// A checkout of a single module lies in a folder like `puppet-ca_cert`; its
/// `metadata.json` says that its name is `ca_cert`.
#[derive(Debug, Default)]
pub struct Modules {
    /// Names by the module's folder.
    names: HashMap<String, String>,
}

impl Modules {
    /// Notes the name in a `metadata.json`: `"name": "author-module"`.
    pub fn add_metadata(&mut self, path: &str, text: &str) {
        let Some((_, rest)) = text.split_once("\"name\"") else {
            return;
        };
        let Some(name) = rest.split('"').nth(1) else {
            return;
        };
        let name = name.rsplit(['-', '/']).next().unwrap_or(name);
        let folder = path
            .strip_suffix("metadata.json")
            .unwrap_or(path)
            .trim_end_matches('/');
        self.names.insert(folder.to_owned(), name.to_owned());
    }

    /// The module's name and the path below its `folder` (`files`,
    /// `templates`), for a path in a module.
    pub fn locate<'p>(&'p self, path: &'p str, folder: &str) -> Option<(&'p str, &'p str)> {
        let in_folder =
            |(at, _): &(usize, &str)| path[..*at].is_empty() || path[..*at].ends_with('/');
        let followed = |(at, _): &(usize, &str)| path[at + folder.len()..].starts_with('/');
        let (at, _) = path
            .match_indices(folder)
            .find(|hit| in_folder(hit) && followed(hit))?;
        let root = path[..at].trim_end_matches('/');
        let own = root.rsplit('/').next().unwrap_or(root);
        let name = self.names.get(root).map_or(own, String::as_str);
        (!name.is_empty()).then(|| (name, &path[at + folder.len() + 1..]))
    }
}

/// Whether a file may tell a module's name.
pub fn is_metadata(path: &str) -> bool {
    path == "metadata.json" || path.ends_with("/metadata.json")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_come_from_folders_or_metadata() {
        let mut modules = Modules::default();
        modules.add_metadata("metadata.json", "{\n  \"name\": \"pcfens-ca_cert\" }");
        assert_eq!(
            modules.locate("x/modules/a/templates/b/c.erb", "templates"),
            Some(("a", "b/c.erb"))
        );
        assert_eq!(
            modules.locate("files/x.pem", "files"),
            Some(("ca_cert", "x.pem"))
        );
        assert_eq!(Modules::default().locate("files/x.pem", "files"), None);
    }
}
