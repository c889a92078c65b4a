//! Other places that name a CA file which a program reads and no resource
//! writes: what puts it there may be a script, an `exec`, a resource type of
//! somebody's own, none of which is evaluated.

use crate::evidence::Evidence;
use crate::place::{FileId, Span};
use crate::sniff::Form;
use crate::tree::{EntryKind, Tree};
use aho_corasick::{AhoCorasick, MatchKind};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// More than these of one path tell no more.
const MAX_EACH: usize = 64;

/// Folders of every host: that one of them is named says nothing of any one
/// file. (Filesystem Hierarchy Standard 3.0, chapter 3.)
const TOP_FOLDERS: [&str; 16] = [
    "/bin", "/boot", "/dev", "/etc", "/home", "/lib", "/media", "/mnt", "/opt", "/root", "/run",
    "/sbin", "/srv", "/tmp", "/usr", "/var",
];

/// A place that names a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mention {
    /// The path as it stands there.
    pub at: Span,
    /// What is done with it, as far as the text around it tells.
    pub how: Mentioned,
}

/// What a text does with a path that it names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mentioned {
    /// It makes the file: the title of a resource, `creates`, `dest`, the target
    /// of a redirection; or it puts something into the folder: `cp`, a volume of
    /// a container.
    Makes,
    /// It names the file.
    Names,
    /// It names the folder in which the file is.
    NamesFolder,
}

/// By path, where else it is named: of each path that a client reads and
/// nobody is known to provide.
pub(super) fn mentions(
    tree: &dyn Tree,
    evidence: &Evidence,
    forms: &[Option<Form>],
) -> BTreeMap<String, Vec<Mention>> {
    let paths = unprovided(evidence);
    if paths.is_empty() {
        return BTreeMap::new();
    }
    let settings = settings(evidence);
    let search = Search::new(&paths);
    let entries = evidence.entries.par_iter().enumerate().with_max_len(32);
    let found = entries.map_init(Vec::new, |buffer, (index, entry)| {
        let is_text = forms[index].is_some_and(may_put_files);
        if entry.aside || entry.kind != EntryKind::File || !is_text {
            return Vec::new();
        }
        let file = FileId(index as u32);
        let is_read = evidence.host_of(file).is_none() && tree.read(&entry.path, buffer).is_ok();
        if is_read {
            search.hits(file, buffer, &settings)
        } else {
            Vec::new()
        }
    });
    let mut by_path: BTreeMap<String, Vec<Mention>> = BTreeMap::new();
    for (path, mention) in found.flatten_iter().collect::<Vec<_>>() {
        let known = by_path.entry(paths[path].clone()).or_default();
        if known.len() < MAX_EACH {
            known.push(mention);
        }
    }
    by_path
}

/// The paths that clients of the repository read and nobody provides.
fn unprovided(evidence: &Evidence) -> Vec<String> {
    let in_repository = evidence
        .reads
        .iter()
        .filter(|client| evidence.host_of(client.read.at.file).is_none());
    let deployed = evidence
        .reliances
        .iter()
        .filter(|reliance| reliance.deployed_at.is_some());
    let paths: BTreeSet<&str> = in_repository
        .flat_map(|client| &client.ca_paths)
        .chain(deployed.flat_map(|reliance| &reliance.ca_paths))
        .map(|ca| ca.path.as_str())
        .collect();
    let nobodys = paths
        .into_iter()
        .filter(|path| evidence.providers_of(path).is_empty());
    nobodys.map(str::to_owned).collect()
}

/// The settings of clients: that one of these names a path is not news.
fn settings(evidence: &Evidence) -> BTreeSet<Span> {
    let of_clients = evidence
        .reads
        .iter()
        .flat_map(|client| &client.fragment.settings);
    let of_others = evidence.reliances.iter().map(|reliance| reliance.read.at);
    of_clients
        .map(|setting| setting.at)
        .chain(of_others)
        .collect()
}

/// Forms of which a file may put other files somewhere.
fn may_put_files(form: Form) -> bool {
    matches!(
        form,
        Form::Manifest
            | Form::Erb
            | Form::Epp
            | Form::Document
            | Form::RubyFunction
            | Form::SourceCode
            | Form::Text
    )
}

/// Looks for paths and for the folders in which they are.
struct Search {
    automaton: AhoCorasick,
    /// Which path a pattern belongs to, and whether it is its folder.
    meaning: Vec<(usize, bool)>,
}

impl Search {
    fn new(paths: &[String]) -> Self {
        let mut patterns: Vec<&str> = Vec::new();
        let mut meaning = Vec::new();
        for (index, path) in paths.iter().enumerate() {
            patterns.push(path);
            meaning.push((index, false));
            let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
            if !folder.is_empty() && !TOP_FOLDERS.contains(&folder) {
                patterns.push(folder);
                meaning.push((index, true));
            }
        }
        let built = AhoCorasick::builder()
            .match_kind(MatchKind::Standard)
            .build(&patterns);
        Self {
            automaton: built.expect("a few paths"),
            meaning,
        }
    }

    fn hits(&self, file: FileId, bytes: &[u8], settings: &BTreeSet<Span>) -> Vec<(usize, Mention)> {
        let mut found = Vec::new();
        for hit in self.automaton.find_overlapping_iter(bytes) {
            let (path, is_folder) = self.meaning[hit.pattern().as_usize()];
            let at = Span::new(file, hit.start(), hit.end());
            if is_whole(bytes, hit.start(), hit.end()) && !is_inside(settings, at) {
                let how = match is_folder {
                    true if fills(bytes, hit.start(), hit.end()) => Mentioned::Makes,
                    true => Mentioned::NamesFolder,
                    false if makes(bytes, hit.start(), hit.end()) => Mentioned::Makes,
                    false => Mentioned::Names,
                };
                found.push((path, Mention { at, how }));
            }
        }
        found
    }
}

fn is_inside(settings: &BTreeSet<Span>, at: Span) -> bool {
    let before = settings
        .range(
            ..=Span {
                end: u32::MAX,
                ..at
            },
        )
        .next_back();
    before.is_some_and(|setting| setting.file == at.file && at.end <= setting.end)
}

/// Whether a path does not go on before or after.
fn is_whole(bytes: &[u8], start: usize, end: usize) -> bool {
    let goes_on = |byte: &u8| byte.is_ascii_alphanumeric() || b"_-.".contains(byte);
    let before = start.checked_sub(1).and_then(|at| bytes.get(at));
    let rest = &bytes[end..];
    // A slash may end a folder's name, a full stop a sentence.
    let rest = rest
        .strip_prefix(b"/")
        .or_else(|| rest.strip_prefix(b"."))
        .unwrap_or(rest);
    let is_filled_in = |byte: &u8| b"<$%{".contains(byte);
    let after = rest.first();
    !before.is_some_and(goes_on) && !after.is_some_and(|byte| goes_on(byte) || is_filled_in(byte))
}

/// Commands whose last word is a file or folder that they make or fill.
const COMMANDS: [&str; 5] = ["cp", "install", "mv", "ln", "tee"];

/// Whether the line around a folder is about putting something into it: a
/// command, or a volume that is mounted there from elsewhere.
fn fills(bytes: &[u8], start: usize, end: usize) -> bool {
    let before = before_on_line(bytes, start);
    let is_mount = before
        .trim_end_matches([' ', '\'', '"', ':'])
        .ends_with("mountpath");
    is_volume(&before, &bytes[start..end])
        || is_mount
        || words(&before).any(|word| COMMANDS.contains(&word))
}

/// Whether `before` ends with another path and a colon: `/on/the/host:` before
/// the path in a container.
fn is_volume(before: &str, path: &[u8]) -> bool {
    let from = before.strip_suffix(':').unwrap_or_default();
    let from = from
        .rsplit([' ', '\t', '"', '\'', '='])
        .next()
        .unwrap_or_default();
    from.contains('/') && from != String::from_utf8_lossy(path).to_lowercase()
}

/// What stands before `at` on its line, in lower case. Of a line that never
/// ends only so much is looked at.
fn before_on_line(bytes: &[u8], at: usize) -> String {
    const MAX: usize = 512;
    let from = at.saturating_sub(MAX);
    let line = memchr::memrchr(b'\n', &bytes[from..at]).map_or(from, |before| from + before + 1);
    String::from_utf8_lossy(&bytes[line..at]).to_lowercase()
}

fn words(line: &str) -> impl DoubleEndedIterator<Item = &str> + Clone {
    line.split(|c: char| c.is_whitespace() || ":=\"'({[,|`".contains(c))
        .filter(|word| !word.is_empty() && *word != "-")
}

/// Whether the line around a path is about making it.
fn makes(bytes: &[u8], start: usize, end: usize) -> bool {
    /// Attributes, keys and options before the path of a file that is made.
    const BEFORE: [&str; 9] = [
        "creates", "dest", "path", "target", "-out", "-o", "--output", ">", ">>",
    ];
    let before = before_on_line(bytes, start);
    // `type { '/path':`
    let is_title = matches!(bytes[end..], [b'\'' | b'"', b':', ..]);
    let mut words = words(&before);
    let is_command = words.clone().any(|word| COMMANDS.contains(&word));
    // What is left of `=>` once it is split at `=`.
    let is_arrow = before
        .trim_end_matches([' ', '\t', '\'', '"'])
        .ends_with("=>");
    let last = if is_arrow {
        words.nth_back(1)
    } else {
        words.next_back()
    };
    is_title
        || is_command
        || is_volume(&before, &bytes[start..end])
        || last.is_some_and(|word| BEFORE.contains(&word))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn how(text: &str) -> Vec<Mentioned> {
        let search = Search::new(&["/etc/a/b/ca.pem".to_owned()]);
        let hits = search.hits(FileId(0), text.as_bytes(), &BTreeSet::new());
        hits.into_iter().map(|(_, mention)| mention.how).collect()
    }

    #[test]
    fn what_a_text_does_with_a_path() {
        for text in [
            "exec { 'x': creates => '/etc/a/b/ca.pem' }",
            "own::cert { '/etc/a/b/ca.pem':",
            "openssl x509 -out /etc/a/b/ca.pem",
            "curl x > /etc/a/b/ca.pem",
            "  dest: /etc/a/b/ca.pem",
            "- path: \"/etc/a/b/ca.pem\"",
            "cp x.pem /etc/a/b/ca.pem",
        ] {
            assert_eq!(how(text), [Mentioned::Makes], "{text}");
        }
        for text in ["ca => '/etc/a/b/ca.pem',", "Look at /etc/a/b/ca.pem."] {
            assert_eq!(how(text), [Mentioned::Names], "{text}");
        }
        for text in [
            "mountPath: /etc/a/b",
            "mountPath: /etc/a/b/",
            "- /opt/x/tls:/etc/a/b:ro",
            "mv ca.pem /etc/a/b",
        ] {
            assert_eq!(how(text), [Mentioned::Makes], "{text}");
        }
        assert_eq!(how("- /etc/a/b:/etc/a/b"), [Mentioned::NamesFolder; 2]);
        assert_eq!(
            how("SSLCACertificatePath /etc/a/b"),
            [Mentioned::NamesFolder]
        );
        for text in ["/etc/a/b/ca.pem.old", "/etc/a/bc", "/x/etc/a/b/other.pem"] {
            assert!(how(text).is_empty(), "{text}");
        }
    }
}
