//! Which line of which manifest a record names.

use crate::host::Host;
use crate::place::{FileId, Span};
use crate::tree::{Entry, EntryKind, Tree};
use smol_str::SmolStr;
use std::cell::RefCell;
use std::collections::HashMap;
use std::fmt;

/// Where Puppet says that a resource is declared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Declared {
    /// The manifest, by its path on the server that compiled the catalog.
    pub file: SmolStr,
    /// The line, from 1; none where it is not recorded.
    pub line: Option<u32>,
    /// The line in the tree at hand, where one manifest of it can be meant. The
    /// tree may be of another day than the record.
    pub at: Option<Span>,
}

impl Declared {
    pub(super) fn new(file: SmolStr, line: Option<u32>) -> Self {
        Self {
            file,
            line,
            at: None,
        }
    }
}

/// `/etc/puppet/…/manifests/ca.pp:39`.
impl fmt::Display for Declared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "{}:{line}", self.file),
            None => f.write_str(&self.file),
        }
    }
}

/// The manifests of a tree, to be found by the paths that a server knows.
pub(super) struct Manifests<'t> {
    tree: &'t dyn Tree,
    entries: &'t [Entry],
    by_name: HashMap<&'t str, Vec<FileId>>,
    /// Where each line of a manifest begins and ends.
    lines: RefCell<HashMap<FileId, Vec<(usize, usize)>>>,
}

impl<'t> Manifests<'t> {
    pub(super) fn new(tree: &'t dyn Tree, entries: &'t [Entry]) -> Self {
        let mut by_name: HashMap<&str, Vec<FileId>> = HashMap::new();
        for (index, entry) in entries.iter().enumerate() {
            let is_manifest = entry.path.ends_with(".pp") && entry.kind == EntryKind::File;
            if is_manifest && let Some(name) = entry.path.rsplit('/').next() {
                by_name.entry(name).or_default().push(FileId(index as u32));
            }
        }
        Self {
            tree,
            entries,
            by_name,
            lines: RefCell::default(),
        }
    }

    /// Looks for the line in the tree; `host` is where the record was made.
    pub(super) fn locate(&self, declared: &mut Declared, host: Option<&Host>) {
        declared.at = self
            .manifest(&declared.file, host)
            .and_then(|file| self.line(file, declared.line?));
    }

    /// The manifest that shares the most folders with the recorded path, if it
    /// is the only one; among several the one on the host itself.
    fn manifest(&self, recorded: &str, host: Option<&Host>) -> Option<FileId> {
        let recorded: Vec<&str> = recorded.split(['/', '\\']).collect();
        let needed = needed_names(&recorded)?;
        let candidates = self.by_name.get(recorded.last()?)?;
        let shared: Vec<(usize, FileId)> = candidates
            .iter()
            .map(|file| (self.shared_names(*file, &recorded), *file))
            .filter(|(shared, file)| *shared >= needed && self.may_be(*file, needed))
            .collect();
        let most = shared.iter().map(|(shared, _)| *shared).max()?;
        let best = shared.iter().filter(|(shared, _)| *shared == most);
        let best: Vec<FileId> = best.map(|(_, file)| *file).collect();
        if let [one] = best[..] {
            return Some(one);
        }
        let on_host =
            |file: &&FileId| host.is_some_and(|host| host.host_path(self.path(**file)).is_some());
        let mut on_host = best.iter().filter(on_host);
        let one = on_host.next()?;
        on_host.next().is_none().then_some(*one)
    }

    /// How many names at the end of a manifest's path are the recorded ones.
    fn shared_names(&self, file: FileId, recorded: &[&str]) -> usize {
        let names = self.path(file).rsplit('/');
        names
            .zip(recorded.iter().rev())
            .take_while(|(ours, theirs)| ours == *theirs)
            .count()
    }

    /// The main manifest of an environment is no module's: where the folder
    /// `manifests` comes first of what has to agree, nothing like a module may
    /// stand before it.
    fn may_be(&self, file: FileId, needed: usize) -> bool {
        let names: Vec<&str> = self.path(file).rsplit('/').collect();
        let is_main = names.get(needed - 1) == Some(&"manifests");
        let in_modules = |name: &&str| name.contains("modules") || *name == "site";
        !is_main || !names.iter().skip(needed).any(in_modules)
    }

    fn path(&self, file: FileId) -> &str {
        &self.entries[file.0 as usize].path
    }

    fn line(&self, file: FileId, line: u32) -> Option<Span> {
        let mut known = self.lines.borrow_mut();
        let lines = known.entry(file).or_insert_with(|| {
            let text = self.tree.bytes(self.path(file)).unwrap_or_default();
            lines(&text)
        });
        let (start, end) = *lines.get((line as usize).checked_sub(1)?)?;
        Some(Span::new(file, start, end))
    }
}

/// How many names at the end of a recorded path have to agree: `MODULE/manifests/…`
/// of a module, `manifests/…` of an environment's own.
fn needed_names(recorded: &[&str]) -> Option<usize> {
    let manifests = recorded.iter().rposition(|name| *name == "manifests")?;
    let from_manifests = recorded.len() - manifests;
    let folder = |back: usize| manifests.checked_sub(back).map(|index| recorded[index]);
    let is_environment = folder(2) == Some("environments");
    let is_top = matches!(folder(1), None | Some("" | "puppet" | "code"));
    Some(if is_environment || is_top {
        from_manifests
    } else {
        from_manifests + 1
    })
}

/// Where each line's text begins and ends, without its indentation.
fn lines(text: &[u8]) -> Vec<(usize, usize)> {
    let mut start = 0;
    let lines = text.split_inclusive(|byte| *byte == b'\n').map(|line| {
        let indent = line.len() - line.trim_ascii_start().len();
        let end = start + line.trim_ascii_end().len();
        let bounds = ((start + indent).min(end), end);
        start += line.len();
        bounds
    });
    lines.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::Memory;

    fn located(files: &[&str], recorded: &str) -> Option<(String, u32, u32)> {
        let tree = files.iter().fold(Memory::new(), |tree, path| {
            tree.with(*path, "# first\n  file { 'x': }\n")
        });
        let entries = tree.list().entries;
        let manifests = Manifests::new(&tree, &entries);
        let mut declared = Declared::new(recorded.into(), Some(2));
        manifests.locate(&mut declared, None);
        let at = declared.at?;
        let path = entries[at.file.0 as usize].path.clone();
        Some((path, at.start, at.end))
    }

    #[test]
    fn a_module_by_its_name() {
        let recorded =
            "/etc/puppetlabs/code/environments/production/modules/sslcert/manifests/ca.pp";
        let found = located(
            &[
                "modules/sslcert/manifests/ca.pp",
                "modules/k8s/manifests/ca.pp",
            ],
            recorded,
        );
        assert_eq!(
            found,
            Some(("modules/sslcert/manifests/ca.pp".into(), 10, 23))
        );
        assert_eq!(located(&["modules/k8s/manifests/ca.pp"], recorded), None);
        let twice = [
            "a/modules/sslcert/manifests/ca.pp",
            "b/modules/sslcert/manifests/ca.pp",
        ];
        assert_eq!(located(&twice, recorded), None);
    }

    #[test]
    fn the_main_manifest_is_no_modules() {
        let recorded = "/x/code/environments/production/manifests/site.pp";
        assert!(located(&["manifests/site.pp"], recorded).is_some());
        assert!(located(&["hosts/a/manifests/site.pp"], recorded).is_some());
        assert_eq!(located(&["modules/a/manifests/site.pp"], recorded), None);
    }

    #[test]
    fn odd_paths() {
        for recorded in ["", "/", "site.pp", "manifests/", "/a/b.pp"] {
            assert_eq!(
                located(&["manifests/site.pp"], recorded),
                None,
                "{recorded}"
            );
        }
    }
}
