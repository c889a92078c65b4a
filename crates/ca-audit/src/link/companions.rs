//! Which fragments may be parts of one invocation: those that stand inside one
//! another, and a unit with the environment files that it reads.

use crate::invocation::{EnvironmentFile, Fragment};
use crate::place::FileId;
use std::collections::{BTreeSet, HashMap};

/// The fragments of a project, found by their place.
#[derive(Debug)]
pub(super) struct Companions {
    by_file: HashMap<FileId, Vec<Slot>>,
    /// Those that read environment files of the host.
    reading: Vec<usize>,
    /// Those that are parameters of Puppet classes, by row.
    by_class: HashMap<&'static str, Vec<usize>>,
    /// Those that take variables from another file of the tree, by that file.
    readers: HashMap<FileId, Vec<usize>>,
    count: usize,
}

/// A fragment of a file.
#[derive(Debug)]
struct Slot {
    start: u32,
    end: u32,
    index: usize,
    /// The end that reaches farthest, of it and all before it.
    reach: u32,
}

impl Companions {
    /// `named` tells from which files of the tree a fragment takes variables.
    pub(super) fn of(fragments: &[Fragment], named: &dyn Fn(&Fragment) -> Vec<FileId>) -> Self {
        let mut readers: HashMap<FileId, Vec<usize>> = HashMap::new();
        for (index, fragment) in fragments.iter().enumerate() {
            for file in named(fragment) {
                readers.entry(file).or_default().push(index);
            }
        }
        let mut by_file: HashMap<FileId, Vec<Slot>> = HashMap::new();
        for (index, fragment) in fragments.iter().enumerate() {
            by_file.entry(fragment.at.file).or_default().push(Slot {
                start: fragment.at.start,
                end: fragment.at.end,
                index,
                reach: 0,
            });
        }
        for slots in by_file.values_mut() {
            slots.sort_by_key(|slot| (slot.start, slot.end));
            let mut reach = 0;
            for slot in slots {
                reach = slot.end.max(reach);
                slot.reach = reach;
            }
        }
        let mut by_class: HashMap<&'static str, Vec<usize>> = HashMap::new();
        for (index, fragment) in fragments.iter().enumerate() {
            if !fragment.consumer.classes.is_empty() {
                by_class
                    .entry(fragment.consumer.id)
                    .or_default()
                    .push(index);
            }
        }
        let reads = |index: &usize| reads_host_files(&fragments[*index]);
        Self {
            by_file,
            reading: (0..fragments.len()).filter(reads).collect(),
            by_class,
            readers,
            count: fragments.len(),
        }
    }

    /// The fragments that may be parts of the invocation of `fragment`, which is
    /// one of them and takes variables from the files `named`, in their order.
    pub(super) fn all(&self, fragment: &Fragment, named: &[FileId]) -> BTreeSet<usize> {
        if let Some(of_class) = self.by_class.get(fragment.consumer.id) {
            return of_class.iter().copied().collect();
        }
        let slots = named.iter().filter_map(|file| self.by_file.get(file));
        let named = slots.flatten().map(|slot| slot.index);
        let readers = self.readers.get(&fragment.at.file);
        let nested = self.nested(fragment).into_iter();
        nested
            .chain(self.reading(fragment))
            .chain(named)
            .chain(readers.into_iter().flatten().copied())
            .collect()
    }

    /// The fragments in their order that `fragment` stands in, or that stand in
    /// it; it is one of them.
    fn nested(&self, fragment: &Fragment) -> Vec<usize> {
        let (start, end) = (fragment.at.start, fragment.at.end);
        let slots = self.by_file.get(&fragment.at.file);
        let slots = slots.map_or(&[][..], Vec::as_slice);
        let from = slots.partition_point(|slot| slot.start < start);
        let around = slots[..from].iter().rev();
        let around = around
            .take_while(|slot| slot.reach >= end)
            .filter(|slot| slot.end >= end);
        let behind = slots[from..].iter().take_while(|slot| slot.start <= end);
        let behind = behind.filter(|slot| slot.end <= end || (slot.start == start));
        let mut found: Vec<usize> = around.chain(behind).map(|slot| slot.index).collect();
        found.sort_unstable();
        found
    }

    /// The fragments of which one may read the other as an environment file.
    fn reading(&self, fragment: &Fragment) -> Vec<usize> {
        if !reads_host_files(fragment) {
            return self.reading.clone();
        }
        (0..self.count).collect()
    }
}

fn reads_host_files(fragment: &Fragment) -> bool {
    let mut files = fragment.environment_files.iter();
    files.any(|file| matches!(file, EnvironmentFile::Deployed(_)))
}
