//! The layers of a project's data, as far as paths tell them.

use ca_audit::hiera::is_data;

/// A data file: its hierarchy and its place in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Layer<'p> {
    /// The folder of the whole hierarchy: `hieradata`.
    pub(crate) root: &'p str,
    /// Whether it holds for every host.
    pub(crate) is_common: bool,
}

/// What people call the layer that holds for every host.
const COMMON: [&str; 6] = ["common", "default", "defaults", "global", "all", "base"];

impl<'p> Layer<'p> {
    /// The layer that a file is; `None` for other files.
    pub(crate) fn of(path: &'p str) -> Option<Self> {
        if !is_data(path) {
            return None;
        }
        let mut at = 0;
        for folder in path.split('/') {
            let end = at + folder.len();
            if folder == "data" || folder.starts_with("hiera") {
                let inside = path.get(end + 1..)?;
                let stem = inside.split('.').next().unwrap_or(inside);
                return Some(Self {
                    root: &path[..end],
                    is_common: COMMON.contains(&stem),
                });
            }
            at = end + 1;
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn layers_by_their_paths() {
        let layer = |path| Layer::of(path).map(|layer| (layer.root, layer.is_common));
        assert_eq!(layer("hieradata/common.yaml"), Some(("hieradata", true)));
        assert_eq!(layer("x/data/role/a.yaml"), Some(("x/data", false)));
        assert_eq!(
            layer("hieradata/role/common/a.yaml"),
            Some(("hieradata", false))
        );
        assert_eq!(layer("modules/a/files/common.yaml"), None);
    }
}
