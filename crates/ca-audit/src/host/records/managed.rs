//! Which files Puppet looks after on a host, where no catalog tells what it puts
//! there.
//!
//! `$statedir/state.yaml` says of each resource when it was last checked and
//! last changed, Puppet's own settings among them (Puppet's `util/storage.rb`);
//! `$statedir/resources.txt` lists the resources of the last catalog in lower
//! case (`resource/catalog.rb`, `write_resource_file`).

use super::file_reference::titled;
use super::moment::Moment;
use crate::place::{FileId, Span};
use yaml_spans::{Limits, Node, Tree};

/// A file that Puppet looks after.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ManagedFile {
    /// The path on the host; in lower case where only `resources.txt` has it.
    pub path: String,
    /// Where it is recorded.
    pub at: Span,
    /// Whether `resources.txt` says it: the resource was in a catalog, and is
    /// none of Puppet's own settings.
    pub is_in_catalog: bool,
    /// When Puppet last looked at it.
    pub checked: Option<Moment>,
    /// When Puppet last changed something of it.
    pub synced: Option<Moment>,
}

/// Whether bytes are a state file: a cheap look before they are parsed.
pub(super) fn may_be_state(path: &str, bytes: &[u8]) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let begin = &bytes[..bytes.len().min(4096)];
    name.ends_with(".yaml") && memchr::memmem::find(begin, b"]:\n  :checked: ").is_some()
}

/// Whether a file lists resources: by its name and its first line.
pub(super) fn may_be_list(path: &str, bytes: &[u8]) -> bool {
    let first = bytes
        .split(|byte| *byte == b'\n')
        .next()
        .unwrap_or_default();
    let is_named = path.ends_with("/resources.txt") || path == "resources.txt";
    is_named && first.trim_ascii_end().ends_with(b"]") && first.contains(&b'[')
}

/// The files of a `state.yaml`, and what is wrong with its YAML.
pub(super) fn state(file: FileId, text: &str) -> (Vec<ManagedFile>, Option<(Span, String)>) {
    let tree = Tree::parse(text, &Limits::default());
    let error = tree.errors().first().map(|error| {
        let at = error.span.range();
        (Span::new(file, at.start, at.end), error.to_string())
    });
    let entries = tree.root().into_iter().flat_map(Node::entries);
    let files = entries.filter_map(|(key, value)| state_entry(file, key, value));
    (files.collect(), error)
}

fn state_entry(file: FileId, key: Node, value: Node) -> Option<ManagedFile> {
    let path = titled(key.as_str()?)?;
    let value = value.follow();
    let moment = |name| Moment::read(value.get(name)?.as_str()?);
    let at = key.span().range();
    Some(ManagedFile {
        path: path.to_owned(),
        at: Span::new(file, at.start, at.end),
        is_in_catalog: false,
        checked: moment(":checked"),
        synced: moment(":synced"),
    })
}

/// The files of a `resources.txt`.
pub(super) fn list(file: FileId, text: &str) -> Vec<ManagedFile> {
    let mut found = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        if let Some(path) = titled(line) {
            found.push(ManagedFile {
                path: path.to_owned(),
                at: Span::new(file, start, start + line.trim_end().len()),
                is_in_catalog: true,
                checked: None,
                synced: None,
            });
        }
        start += line.len();
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_file() {
        let text = "---\nFile[/etc/ssl/ca.pem]:\n  :checked: 2026-11-22 18:02:18.9 +00:00\n  :synced: 2026-11-22 18:02:07.6 +00:00\nExec[x]:\n  :checked: 2026-11-22 18:02:18.9 +00:00\n";
        assert!(may_be_state(
            "var/lib/puppet/state/state.yaml",
            text.as_bytes()
        ));
        let (files, error) = state(FileId(0), text);
        assert_eq!(error, None);
        let [one] = &files[..] else {
            panic!("{files:?}")
        };
        assert_eq!(one.path, "/etc/ssl/ca.pem");
        assert!(one.synced < one.checked && one.synced.is_some());
        assert_eq!(
            &text[one.at.start as usize..one.at.end as usize],
            "File[/etc/ssl/ca.pem]"
        );
    }

    #[test]
    fn a_list() {
        let text = "file[/etc/ssl/puppet_internal_ca.crt]\nexec[update]\nfile[/x]\n";
        assert!(may_be_list("a/state/resources.txt", text.as_bytes()));
        assert!(!may_be_list("a/resources.txt", b"cpu = 3\n"));
        let files = list(FileId(0), text);
        assert_eq!(files.len(), 2);
        assert_eq!(
            &text[files[1].at.start as usize..files[1].at.end as usize],
            "file[/x]"
        );
    }
}
