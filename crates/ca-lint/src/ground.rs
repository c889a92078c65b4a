//! From where paths count.

/// Two folders: from where paths are shown, and from where a file's own paths
/// count. Both absolute, with `/` between names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ground {
    /// The working directory.
    pub working: String,
    /// The folder of the file.
    pub folder: String,
}

impl Ground {
    /// The path of a shown file from the folder; `None` if it lies outside.
    pub fn inside(&self, shown: &str) -> Option<String> {
        let absolute = match shown.strip_prefix('/') {
            Some(_) => shown.to_owned(),
            None => format!("{}/{shown}", self.working),
        };
        let mut names: Vec<&str> = Vec::new();
        for name in absolute
            .split('/')
            .filter(|name| !matches!(*name, "" | "."))
        {
            if name == ".." {
                names.pop();
            } else {
                names.push(name);
            }
        }
        let path = names.join("/");
        match self.folder.trim_matches('/') {
            "" => Some(path),
            folder => Some(path.strip_prefix(folder)?.strip_prefix('/')?.to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_from_the_folder_of_a_configuration() {
        let ground = |working: &str, folder: &str| Ground {
            working: working.into(),
            folder: folder.into(),
        };
        let here = ground("/r", "/r");
        assert_eq!(here.inside("a/b").as_deref(), Some("a/b"));
        assert_eq!(here.inside("/r/a").as_deref(), Some("a"));
        assert_eq!(here.inside("../s/a"), None);
        let below = ground("/r/modules/x", "/r");
        assert_eq!(below.inside("a").as_deref(), Some("modules/x/a"));
        assert_eq!(below.inside("../y/a").as_deref(), Some("modules/y/a"));
        let above = ground("/", "/r/sub");
        assert_eq!(above.inside("r/sub/a").as_deref(), Some("a"));
        assert_eq!(above.inside("r/subway/a"), None);
    }
}
