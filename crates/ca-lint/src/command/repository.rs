//! Where the repository is in which the inputs lie.

use crate::source_roots::SourceRoots;
use std::fs;
use std::path::{Component, Path, PathBuf};

/// The roots of what is read, for paths that do not depend on the working
/// directory. `inputs` and `hosts` are paths as they are shown.
///
/// The repository is that of the first input: the nearest folder above it with
/// a `.git` (a folder, or a file as worktrees and submodules have it). Without
/// one it is what was audited, or the folder around all of it.
pub(super) fn source_roots(working: &Path, inputs: &[PathBuf], hosts: &[PathBuf]) -> SourceRoots {
    let inputs: Vec<PathBuf> = inputs.iter().map(|it| absolute(working, it)).collect();
    let main = inputs.first().and_then(|first| root_above(first));
    let main = main.unwrap_or_else(|| around(&inputs));
    let real = |path: &Path| fs::canonicalize(path).ok();
    let real_main = real(&main);
    let mut names = vec![text(&main)];
    let mut others = Vec::new();
    let hosts = hosts.iter().map(|host| absolute(working, host));
    for input in inputs.into_iter().chain(hosts) {
        let root = root_above(&input).unwrap_or_else(|| folder_of(&input));
        if root.starts_with(&main) {
            continue;
        }
        let is_main = real_main.is_some() && real(&root) == real_main;
        let list = if is_main { &mut names } else { &mut others };
        list.push(text(&root));
    }
    SourceRoots::new(text(working), names, others)
}

/// The nearest folder at or above `path` that is the root of a repository.
pub(super) fn root_above(path: &Path) -> Option<PathBuf> {
    let is_root = |folder: &&Path| folder.join(".git").exists();
    path.ancestors().find(is_root).map(Path::to_owned)
}

/// The innermost folder that holds all of `paths`.
fn around(paths: &[PathBuf]) -> PathBuf {
    let mut folders = paths.iter().map(|path| folder_of(path));
    let first = folders.next().unwrap_or_default();
    folders.fold(first, |around, folder| {
        let both = around.components().zip(folder.components());
        let same = both.take_while(|(a, b)| a == b);
        same.map(|(part, _)| part).collect()
    })
}

fn folder_of(path: &Path) -> PathBuf {
    let folder = if path.is_dir() {
        Some(path)
    } else {
        path.parent()
    };
    folder.unwrap_or(path).to_owned()
}

/// `path` from `/`; `..` stands at the beginning only.
pub(super) fn absolute(working: &Path, path: &Path) -> PathBuf {
    let mut absolute = working.to_owned();
    for part in path.components() {
        match part {
            Component::ParentDir => {
                absolute.pop();
            }
            Component::CurDir => {}
            part => absolute.push(part),
        }
    }
    absolute
}

fn text(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_repository_is_found_upwards() {
        let outside = tempfile::tempdir().expect("a folder");
        let outside = outside.path().canonicalize().expect("its real name");
        let root = outside.join("repository");
        let module = root.join("modules/a");
        fs::create_dir_all(&module).expect("folders");
        fs::write(root.join(".git"), "gitdir: elsewhere").expect("a file");
        fs::write(module.join("x.pp"), "").expect("a file");
        for (working, input) in [
            (&root, "."),
            (&root, "modules"),
            (&module, "."),
            (&module, "x.pp"),
            (&module, "not-there.pp"),
            (&outside, "repository/modules/a/x.pp"),
        ] {
            let roots = source_roots(working, &[input.into()], &[]);
            let file = text(&module.join("x.pp"));
            assert_eq!(roots.stable(&file), "modules/a/x.pp", "{input}");
        }
    }

    #[test]
    fn without_a_repository_it_is_what_was_audited() {
        let working = tempfile::tempdir().expect("a folder");
        let working = working.path().canonicalize().expect("its real name");
        for folder in ["site/a", "site/b", "host"] {
            fs::create_dir_all(working.join(folder)).expect("folders");
        }
        let stable = |inputs: &[&str], path: &str| {
            let inputs: Vec<PathBuf> = inputs.iter().map(PathBuf::from).collect();
            let roots = source_roots(&working, &inputs, &["host".into()]);
            roots.stable(path).into_owned()
        };
        assert_eq!(stable(&["site"], "site/a/x.pp"), "a/x.pp");
        assert_eq!(stable(&["site/a", "site/b"], "site/a/x.pp"), "a/x.pp");
        assert_eq!(stable(&["site/a"], "host/etc/ca.pem"), "etc/ca.pem");
    }
}
