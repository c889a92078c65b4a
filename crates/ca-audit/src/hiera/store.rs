//! The files that a hierarchy may name.

use super::data_file::{Format, read, yaml};
use super::datum::{Hash, Key};
use super::failure::Failure;
use super::layer::Layer;
use crate::memo::Memo;
use crate::place::FileId;
use crate::tree::{Entry, EntryKind, Tree};
use crate::view::text_of;
use smol_str::SmolStr;
use std::collections::HashMap;
use std::sync::Arc;

/// The files of a project; each is read when a lookup first asks for it.
pub struct Store<'t> {
    tree: &'t dyn Tree,
    entries: &'t [Entry],
    /// Files that have been read as documents already.
    layers: HashMap<FileId, &'t Layer>,
    read: Memo<(FileId, Format), Content>,
    fitting: Memo<String, Fitting>,
}

/// Files that a path with something open fits, each with what fills the hole.
type Fitting = Arc<Vec<(FileId, SmolStr)>>;

/// What is in a data file.
type Content = Arc<Result<Hash, Failure>>;

impl<'t> Store<'t> {
    /// The files `entries` of `tree`, sorted by path.
    pub fn new(tree: &'t dyn Tree, entries: &'t [Entry]) -> Self {
        Self {
            tree,
            entries,
            layers: HashMap::new(),
            read: Memo::default(),
            fitting: Memo::default(),
        }
    }

    /// The files that have been read as documents already.
    pub(super) fn add_layers(&mut self, layers: &'t [Layer]) {
        self.layers
            .extend(layers.iter().map(|layer| (layer.file(), layer)));
    }

    /// Whether a file has a key at its top; not where it cannot be read.
    pub(super) fn has_key(&self, file: FileId, format: Format, key: &str) -> bool {
        let is_yaml = matches!(format, Format::Yaml | Format::Eyaml);
        if let Some(layer) = self.layers.get(&file).filter(|_| is_yaml)
            && !layer.may_have(key)
        {
            return false;
        }
        let content = self.hash(file, format);
        let hash = content.as_ref().as_ref();
        hash.is_ok_and(|hash| hash.contains_key(&Key::from(key)))
    }

    /// The file at `path`.
    pub(super) fn find(&self, path: &str) -> Option<FileId> {
        let found = self
            .entries
            .binary_search_by(|entry| entry.path.as_str().cmp(path));
        let index = found.ok()?;
        let is_file = matches!(self.entries[index].kind, EntryKind::File);
        is_file.then_some(FileId(index as u32))
    }

    /// Every file below `folder`, with its path from there, in the order in
    /// which Ruby's `Dir.glob` meets them: name by name.
    pub(super) fn below_in_glob_order(&self, folder: &str) -> Vec<(FileId, &'t str)> {
        let mut files = self.below(folder);
        files.sort_by(|a, b| a.1.split('/').cmp(b.1.split('/')));
        files
    }

    /// Every file below `folder`, with its path from there.
    pub(super) fn below(&self, folder: &str) -> Vec<(FileId, &'t str)> {
        let prefix = if folder.is_empty() {
            String::new()
        } else {
            format!("{folder}/")
        };
        let start = self.entries.partition_point(|entry| *entry.path < *prefix);
        self.entries[start..]
            .iter()
            .enumerate()
            .map_while(|(index, entry)| {
                let rest = entry.path.strip_prefix(&prefix)?;
                Some((FileId((start + index) as u32), rest, entry))
            })
            .filter(|(.., entry)| matches!(entry.kind, EntryKind::File))
            .map(|(file, rest, _)| (file, rest))
            .collect()
    }

    /// Whether there is a folder at `path`.
    pub(super) fn has_folder(&self, path: &str) -> bool {
        let prefix = format!("{path}/");
        let at = self.entries.partition_point(|entry| *entry.path < *prefix);
        self.entries
            .get(at)
            .is_some_and(|entry| entry.path.starts_with(&prefix))
    }

    /// The text of a file.
    ///
    /// # Errors
    /// Why it cannot be read.
    pub fn text(&self, file: FileId) -> Result<String, Failure> {
        let path = &self.entries[file.0 as usize].path;
        let bytes = self.tree.bytes(path);
        let bytes = bytes.map_err(|unreadable| Failure::new(unreadable.message))?;
        Ok(text_of(&bytes).into_owned())
    }

    /// The path of a file.
    pub fn path(&self, file: FileId) -> &'t str {
        &self.entries[file.0 as usize].path
    }

    /// What was found for `asked` before, or what `find` finds.
    pub(super) fn fitting(
        &self,
        asked: String,
        find: impl FnOnce() -> Vec<(FileId, SmolStr)>,
    ) -> Fitting {
        self.fitting.get_or_make(asked, || Arc::new(find()))
    }

    /// The hash in a data file.
    pub(super) fn hash(&self, file: FileId, format: Format) -> Content {
        self.read.get_or_make((file, format), || {
            let is_yaml = matches!(format, Format::Yaml | Format::Eyaml);
            Arc::new(match self.layers.get(&file).filter(|_| is_yaml) {
                Some(layer) => yaml(file, layer.tree(), format),
                None => self.text(file).and_then(|text| read(file, &text, format)),
            })
        })
    }
}
