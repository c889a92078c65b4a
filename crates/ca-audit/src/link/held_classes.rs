//! Puppet classes of the knowledge table that the tree defines: their own
//! templates tell what becomes of a parameter, and the table is not asked.

use crate::knowledge::{Consumer, consumers};
use crate::tree::Entry;
use std::collections::BTreeSet;

/// The classes that the tree defines, as far as the table knows them.
#[derive(Debug)]
pub(super) struct HeldClasses(BTreeSet<&'static str>);

impl HeldClasses {
    pub(super) fn of(entries: &[Entry]) -> Self {
        let known = consumers().flat_map(|row| row.classes.iter().copied());
        let manifests: Vec<&str> = entries
            .iter()
            .map(|entry| entry.path.as_str())
            .filter(|path| path.ends_with(".pp"))
            .collect();
        Self(
            known
                .filter(|class| manifests.iter().any(|path| defines(path, class)))
                .collect(),
        )
    }

    pub(super) fn holds(&self, row: &Consumer) -> bool {
        row.classes.iter().any(|class| self.0.contains(class))
    }
}

/// Whether a class must stand in the manifest at a path, as Puppet's autoloader
/// looks for it: `a::b::c` in `a/manifests/b/c.pp`. The module's folder may have
/// the author's name before it, and a module that is a tree of its own has none.
fn defines(path: &str, class: &str) -> bool {
    let (module, rest) = class.split_once("::").unwrap_or((class, "init"));
    let manifest = format!("manifests/{}.pp", rest.replace("::", "/"));
    let Some(before) = path.strip_suffix(&manifest) else {
        return false;
    };
    let folder = before
        .trim_end_matches('/')
        .rsplit('/')
        .next()
        .unwrap_or_default();
    before.is_empty() || folder == module || folder.ends_with(&format!("-{module}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_a_class_stands() {
        for path in [
            "modules/kubernetes/manifests/master/apiserver.pp",
            "puppet-kubernetes/manifests/master/apiserver.pp",
            "manifests/master/apiserver.pp",
        ] {
            assert!(defines(path, "kubernetes::master::apiserver"), "{path}");
        }
        assert!(defines("x/patroni/manifests/init.pp", "patroni"));
        assert!(!defines("x/other/manifests/init.pp", "patroni"));
        assert!(!defines("x/profile/manifests/patroni.pp", "patroni"));
    }
}
