//! `last_run_summary.yaml`: when Puppet last ran on a host, in numbers.
//!
//! In `$statedir` until Puppet 6, in `$publicdir` since. (Puppet's
//! configuration reference, `lastrunfile`; `transaction/report.rb`,
//! `raw_summary`.)

use super::moment::Moment;
use crate::place::FileId;
use smol_str::SmolStr;
use yaml_spans::{Limits, Node, Tree};

/// The last run of Puppet on a host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LastRun {
    /// The summary.
    pub file: FileId,
    /// When it ended; none where the run failed before its end.
    pub ended: Option<Moment>,
    /// The version of Puppet that ran.
    pub puppet_version: SmolStr,
    /// How many resources were not as the run before had left them.
    pub corrective_changes: u64,
    /// How many resources could not be set right.
    pub failed: u64,
}

/// Whether a file is named like a summary, copies included.
pub(super) fn may_be_summary(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.starts_with("last_run_summary") && name.ends_with(".yaml")
}

/// The run that a summary tells of.
pub(super) fn last_run(file: FileId, text: &str) -> Option<LastRun> {
    let tree = Tree::parse(text, &Limits::default());
    let root = tree.root()?;
    let text = |path: [&str; 2]| root.at(path).and_then(Node::as_str);
    let number = |path| text(path).and_then(|number| number.parse::<u64>().ok());
    let version = text(["version", "puppet"])?;
    let ended = text(["time", "last_run"]).and_then(|seconds| seconds.parse().ok());
    Some(LastRun {
        file,
        ended: ended.map(Moment::of_seconds),
        puppet_version: version.into(),
        corrective_changes: number(["resources", "corrective_change"]).unwrap_or(0),
        failed: number(["resources", "failed"]).unwrap_or(0),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_numbers() {
        let text = "---\nversion:\n  config: 1795369358\n  puppet: 7.23.0\nresources:\n  corrective_change: 2\n  failed: 0\ntime:\n  last_run: 1795369363\n";
        let run = last_run(FileId(0), text).expect("a summary");
        assert_eq!(run.ended, Some(Moment::of_seconds(1_795_369_363)));
        assert_eq!((run.corrective_changes, run.failed), (2, 0));
        assert_eq!(last_run(FileId(0), "a: b\n"), None);
    }
}
