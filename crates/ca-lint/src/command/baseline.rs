//! `--baseline`, `--prune-baseline`, `--write-baseline`.

use super::options::CheckArgs;
use super::session::Session;
use super::{Failure, output};
use crate::baseline::{Baseline, Known};
use crate::verdict::Verdict;
use std::fs;
use std::path::{Path, PathBuf};

/// Puts the findings that the baseline in force knows out of sight, and tells
/// what it knows in vain; takes that out of it where asked to.
pub(super) fn apply(
    arguments: &CheckArgs,
    session: &Session,
    verdict: &mut Verdict,
) -> Result<(), Failure> {
    // Who writes a baseline writes all of it.
    let is_written = arguments.write_baseline.is_some();
    let Some(path) = in_force(arguments, session).filter(|_| !is_written) else {
        return Ok(());
    };
    let baseline = read(&path)?;
    let stale = verdict.accept(&baseline);
    // A part of the project does not tell what there is in the rest.
    if stale.is_empty() || !session.project.is_whole {
        return Ok(());
    }
    if arguments.prune_baseline {
        output::replace(&path, baseline.without(&stale).to_text().as_bytes())
            .map_err(|error| Failure::Work(format!("cannot write {}: {error}", path.display())))?;
        let taken = match count(&stale) {
            1 => "1 entry".to_owned(),
            count => format!("{count} entries"),
        };
        output::complain(&format!("{}: took out {taken}", path.display()));
        return Ok(());
    }
    output::complain(&format!(
        "{}: {} no finding any more (--prune-baseline takes them out)",
        path.display(),
        match count(&stale) {
            1 => "1 entry matches".to_owned(),
            count => format!("{count} entries match"),
        }
    ));
    Ok(())
}

/// Writes all findings in sight as a baseline.
pub(super) fn write(path: &Path, verdict: &Verdict) -> Result<(), Failure> {
    let baseline = Baseline::of(verdict.shown(false));
    output::replace(path, baseline.to_text().as_bytes())
        .map_err(|error| Failure::Work(format!("cannot write {}: {error}", path.display())))?;
    let count = crate::report::counted(baseline.len(), "finding");
    output::complain(&format!("{}: {count} written", path.display()));
    Ok(())
}

fn in_force(arguments: &CheckArgs, session: &Session) -> Option<PathBuf> {
    let configured = session.project.configuration.config.baseline.as_ref();
    let named = arguments.baseline.clone();
    named.or_else(|| configured.map(|path| session.project.configuration.folder.join(path)))
}

fn read(path: &Path) -> Result<Baseline, Failure> {
    let text = fs::read_to_string(path)
        .map_err(|error| Failure::Work(format!("{}: {error}", path.display())))?;
    Baseline::read(&text).map_err(|why| Failure::Usage(format!("{}: {why}", path.display())))
}

fn count(stale: &[Known]) -> usize {
    stale.iter().map(|known| known.count).sum()
}
