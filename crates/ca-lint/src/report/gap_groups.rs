//! Gaps that say the same of many files, told by folder: an ordinary user who
//! audits a whole machine may read thousands of its files not at all.

use ca_audit::Evidence;
use ca_audit::facts::{Gap, Reason};
use std::collections::BTreeMap;

/// So many files with one cause are listed file by file.
const LISTED: usize = 20;

/// Gaps that are told together.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct GapGroup<'g> {
    /// The first of them, or the only one.
    pub(super) first: &'g Gap,
    /// The folder below which all of them lie, with a slash at its end, and how
    /// many they are.
    pub(super) below: Option<(String, usize)>,
}

/// The gaps in their order, those of one cause and one folder as one where there
/// are many with that cause.
pub(super) fn grouped<'g>(evidence: &Evidence, gaps: &[&'g Gap]) -> Vec<GapGroup<'g>> {
    let mut by_cause: BTreeMap<(Reason, &str), Vec<&'g Gap>> = BTreeMap::new();
    for gap in gaps.iter().filter(|gap| is_of_file(gap)) {
        let cause = (gap.reason, gap.message.as_str());
        by_cause.entry(cause).or_default().push(gap);
    }
    by_cause.retain(|_, same| same.len() > LISTED);
    let is_many = |gap: &Gap| by_cause.contains_key(&(gap.reason, gap.message.as_str()));
    let alone = gaps.iter().filter(|gap| !is_of_file(gap) || !is_many(gap));
    let mut groups: Vec<GapGroup> = alone.map(|first| GapGroup { first, below: None }).collect();
    groups.extend(by_cause.values().flat_map(|same| by_folder(evidence, same)));
    groups.sort_by(|a, b| (a.first.at, &a.first.message).cmp(&(b.first.at, &b.first.message)));
    groups
}

/// Whether it is said of a file as a whole.
fn is_of_file(gap: &Gap) -> bool {
    let reasons = [Reason::Unreadable, Reason::TooLarge, Reason::Binary];
    reasons.contains(&gap.reason) && gap.at.end == 0
}

/// As deep in the tree as leaves few enough groups.
fn by_folder<'g>(evidence: &Evidence, same: &[&'g Gap]) -> Vec<GapGroup<'g>> {
    const DEEPEST: usize = 12;
    let at_depth = |depth: usize| {
        let mut folders: BTreeMap<&str, Vec<&'g Gap>> = BTreeMap::new();
        for gap in same {
            let folder = folder(evidence.path(gap.at.file), depth);
            folders.entry(folder).or_default().push(gap);
        }
        folders
    };
    let depths = (2..=DEEPEST).rev().map(at_depth);
    let few = depths.into_iter().find(|folders| folders.len() <= LISTED);
    let group = |(folder, gaps): (&str, Vec<&'g Gap>)| GapGroup {
        first: gaps[0],
        below: (gaps.len() > 1).then(|| (folder.to_owned(), gaps.len())),
    };
    let folders = few.unwrap_or_else(|| at_depth(1));
    folders.into_iter().map(group).collect()
}

/// The folder of a path, or the one above it that is `depth` names deep; with a
/// slash at its end.
fn folder(path: &str, depth: usize) -> &str {
    let start = usize::from(path.starts_with('/'));
    let mut slashes = path[start..]
        .match_indices('/')
        .map(|(at, _)| start + at + 1);
    let deepest = slashes.clone().next_back();
    match slashes.nth(depth - 1).or(deepest) {
        Some(end) => &path[..end],
        None if start == 1 => "/",
        None => "./",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ca_audit::place::{FileId, Span};
    use ca_audit::{Request, audit, tree::Memory};

    fn gaps(files: std::ops::Range<u32>) -> Vec<Gap> {
        let gap = |file| Gap {
            reason: Reason::Unreadable,
            message: "permission denied".into(),
            at: Span::whole(FileId(file)),
        };
        files.map(gap).collect()
    }

    fn told(paths: &[String]) -> Vec<(u32, Option<(String, usize)>)> {
        let tree = paths
            .iter()
            .fold(Memory::new(), |tree, path| tree.with(path.as_str(), "x"));
        let evidence = audit(&tree, &Request::default());
        let gaps = gaps(0..paths.len() as u32);
        let groups = grouped(&evidence, &gaps.iter().collect::<Vec<&Gap>>());
        let told = groups.into_iter();
        told.map(|group| (group.first.at.file.0, group.below))
            .collect()
    }

    #[test]
    fn few_are_listed_many_are_counted() {
        let few: Vec<String> = (0..9).map(|n| format!("a/{n}")).collect();
        assert_eq!(told(&few).len(), 9);
        let many: Vec<String> = (10..60).map(|n| format!("/a/b/{n}")).collect();
        assert_eq!(told(&many), [(0, Some(("/a/b/".into(), 50)))]);
    }

    #[test]
    fn the_folders_are_few() {
        let deep = (10..99).map(|n| format!("a/b/c{n}/x"));
        let other = ["a/z/x".to_owned()];
        let paths: Vec<String> = deep.chain(other).collect();
        assert_eq!(told(&paths), [(0, Some(("a/b/".into(), 89))), (89, None)]);
        let flat: Vec<String> = (10..60).map(|n| n.to_string()).collect();
        assert_eq!(told(&flat), [(0, Some(("./".into(), 50)))]);
    }

    #[test]
    fn folders_of_paths() {
        assert_eq!(folder("/a/b/c", 1), "/a/");
        assert_eq!(folder("/a/b/c", 9), "/a/b/");
        assert_eq!((folder("/a", 1), folder("a", 1)), ("/", "./"));
    }
}
