//! The clientbucket: what Puppet kept of files that it replaced.
//!
//! `clientbucket/D/D/D/D/D/D/D/D/DIGEST/contents` holds the bytes, `paths` beside
//! it where they stood, one path a line; the eight folders are the first digits
//! of the checksum. A server's `bucket` has the same form. (Puppet's
//! `indirector/file_bucket_file/file.rb`, `path_for`.)

use super::digest::Digest;
use crate::place::{FileId, Span};

/// A content that Puppet kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// Its checksum.
    pub digest: Digest,
    /// The bytes, where the tree has them.
    pub contents: Option<FileId>,
    /// The paths on hosts at which they stood, each with its line.
    pub paths: Vec<(String, Span)>,
}

/// The checksum in the path of a file of an entry, and the file's name.
pub(crate) fn entry(path: &str) -> Option<(Digest, &str)> {
    let mut names = path.rsplit('/');
    let name = names.next()?;
    let folder = names.next()?;
    if !matches!(name, "contents" | "paths") {
        return None;
    }
    let digest = Digest::bare(folder)?;
    let mut first = folder.bytes().take(8).rev();
    let folders_agree =
        first.all(|digit| names.next().is_some_and(|name| name.as_bytes() == [digit]));
    folders_agree.then_some((digest, name))
}

/// The paths in a `paths` file.
pub(super) fn paths(file: FileId, text: &str) -> Vec<(String, Span)> {
    let mut found = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let path = line.trim_end_matches(['\n', '\r']);
        if !path.is_empty() {
            found.push((path.to_owned(), Span::new(file, start, start + path.len())));
        }
        start += line.len();
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHA: &str = "5acfd2ab785229283f2cd9d835ebececc01a5ee35e8e13f5d9fe49351fc07f35";

    #[test]
    fn entries_are_told_by_their_folders() {
        let path = format!("var/lib/puppet/clientbucket/5/a/c/f/d/2/a/b/{SHA}/contents");
        let (digest, name) = entry(&path).expect("an entry");
        assert_eq!(
            (digest.kind.as_str(), digest.hex.as_str(), name),
            ("sha256", SHA, "contents")
        );
        assert!(entry(&format!("5/a/c/f/d/2/a/b/{}/paths", &SHA[..32])).is_some());
        for other in [
            format!("5/a/c/f/d/2/a/b/{SHA}/other"),
            format!("5/a/c/f/d/2/a/c/{SHA}/paths"),
            format!("a/c/f/d/2/a/b/{SHA}/paths"),
            "5/a/c/f/d/2/a/b/5acfd2ab/paths".to_owned(),
            "paths".to_owned(),
        ] {
            assert_eq!(entry(&other), None, "{other}");
        }
    }

    #[test]
    fn paths_with_their_lines() {
        let found = paths(FileId(0), "/a b\n\n/c");
        assert_eq!(found[0].0, "/a b");
        assert_eq!(found[1], ("/c".to_owned(), Span::new(FileId(0), 6, 8)));
    }
}
