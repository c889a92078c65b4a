//! Which fragments may be parts of one invocation: those that stand inside one
//! another, and a unit with the environment files that it reads.

use crate::invocation::Fragment;
use crate::place::FileId;
use std::collections::{BTreeSet, HashMap};

/// The fragments of a project, found by their place.
#[derive(Debug)]
pub(super) struct Companions {
    by_file: HashMap<FileId, Vec<Slot>>,
    /// Those that read environment files.
    reading: Vec<usize>,
    /// Those that are parameters of Puppet classes, by row.
    by_class: HashMap<&'static str, Vec<usize>>,
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
    pub(super) fn of(fragments: &[Fragment]) -> Self {
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
        let reads = |index: &usize| !fragments[*index].environment_files.is_empty();
        Self {
            by_file,
            reading: (0..fragments.len()).filter(reads).collect(),
            by_class,
            count: fragments.len(),
        }
    }

    /// The fragments that may be parts of the invocation of `fragment`, which is
    /// one of them, in their order.
    pub(super) fn all(&self, fragment: &Fragment) -> BTreeSet<usize> {
        if let Some(of_class) = self.by_class.get(fragment.consumer.id) {
            return of_class.iter().copied().collect();
        }
        let nested = self.nested(fragment).into_iter();
        nested.chain(self.reading(fragment)).collect()
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
        if fragment.environment_files.is_empty() {
            return self.reading.clone();
        }
        (0..self.count).collect()
    }
}
