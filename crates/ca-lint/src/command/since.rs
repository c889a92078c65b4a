//! The audited files as they were at a git revision.

use super::Failure;
use super::output;
use super::session::Project;
use ca_audit::Evidence;
use ca_audit::tree::git::{AsOf, Commit, GitFailure, Repository};

/// The project as it was before the change: the audited files as of the last
/// commit that `revision` and the work of today have in common. What others did
/// since is no part of the change.
pub(super) fn before(project: &Project, revision: &str) -> Result<Evidence, Failure> {
    let repository = repository(project)?;
    let named = repository
        .commit(revision)
        .map_err(|error| refused(&error))?;
    let commit = match repository.commit("HEAD") {
        Ok(head) => fork_point(&repository, named, &head),
        Err(_) => named,
    };
    Ok(project.audit(&as_of(project, &repository, &commit)?))
}

/// The repository of what is audited.
pub(super) fn repository(project: &Project) -> Result<Repository, Failure> {
    Repository::around(project.main_input()).map_err(|error| refused(&error))
}

/// The audited files at a commit.
pub(super) fn as_of<'p>(
    project: &'p Project,
    repository: &Repository,
    commit: &Commit,
) -> Result<AsOf<'p>, Failure> {
    AsOf::open(repository, commit, &project.tree, &project.inputs).map_err(|error| refused(&error))
}

/// Where the work on `head` left `named`.
pub(super) fn fork_point(repository: &Repository, named: Commit, head: &Commit) -> Commit {
    if let Some(commit) = repository.fork_point(&named, head) {
        return commit;
    }
    output::complain(
        "git finds no commit that both have in common, so the two are compared as they are; \
         a shallow clone may be why (in GitHub Actions: fetch-depth: 0)",
    );
    named
}

pub(super) fn refused(error: &GitFailure) -> Failure {
    Failure::Work(error.to_string())
}
