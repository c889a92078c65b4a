//! Which certificate is told below which.

use super::bundles::Bundles;
use super::{Inventory, Item};
use ca_audit::Signer;
use std::collections::{BTreeMap, BTreeSet};

/// The certificates of a report, by who signed them.
pub(in crate::report::inventory) struct Family<'i, 'a> {
    items: &'i [Item<'a>],
    /// Those told in full: CAs, what may be one, and whoever signed another.
    heads: BTreeSet<usize>,
    /// By head, what it signed or what names it as its issuer.
    below: BTreeMap<usize, Vec<usize>>,
    /// Those whose issuer is not here.
    pub(in crate::report::inventory) elsewhere: Vec<&'i Item<'a>>,
}

impl<'i, 'a> Family<'i, 'a> {
    /// Sorts out everything that is not folded away in a bundle; with
    /// `in_full` nothing is left to be told in a line only.
    pub(in crate::report::inventory) fn new(
        inventory: &'i Inventory<'a>,
        bundles: &Bundles,
        in_full: bool,
    ) -> Self {
        let items = &inventory.items[..];
        let index: BTreeMap<&[u8; 32], usize> = items
            .iter()
            .enumerate()
            .map(|(at, item)| (item.certificate.sha256(), at))
            .collect();
        let shown: Vec<usize> = (0..items.len())
            .filter(|at| !bundles.hides(&items[*at]))
            .collect();
        let is_shown = |at: &usize| !bundles.hides(&items[*at]);
        let parent = |at: usize| {
            let named = match &items[at].signer {
                Signer::Known(named) | Signer::Unchecked(named, _) => named.first(),
                _ => None,
            };
            let parent = *index.get(named?.sha256())?;
            (parent != at).then_some(parent).filter(is_shown)
        };
        let parents: Vec<(usize, Option<usize>)> =
            shown.iter().map(|at| (*at, parent(*at))).collect();
        let mut heads: BTreeSet<usize> = shown
            .iter()
            .copied()
            .filter(|at| in_full || items[*at].certificate.is_ca() != Some(false))
            .collect();
        heads.extend(parents.iter().filter_map(|(_, parent)| *parent));
        let mut below: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        let mut elsewhere = Vec::new();
        for (at, parent) in parents {
            match parent {
                Some(parent) => below.entry(parent).or_default().push(at),
                None if heads.contains(&at) => {}
                None => elsewhere.push(&items[at]),
            }
        }
        Self {
            items,
            heads,
            below,
            elsewhere,
        }
    }

    /// Those told in full, each CA before the CAs below it.
    pub(in crate::report::inventory) fn in_order(&self) -> Vec<usize> {
        let children: BTreeSet<usize> = self.below.values().flatten().copied().collect();
        let (children, roots): (Vec<usize>, Vec<usize>) =
            self.heads.iter().partition(|at| children.contains(at));
        let mut told = BTreeSet::new();
        let mut order = Vec::new();
        // CAs that signed each other have no root among them, so what was not
        // reached from a root is told after the rest.
        for start in [roots, children] {
            let mut waiting = self.by_name(start);
            waiting.reverse();
            while let Some(at) = waiting.pop() {
                if !told.insert(at) {
                    continue;
                }
                order.push(at);
                let heads = self.below.get(&at).into_iter().flatten().copied();
                let heads = heads.filter(|at| self.heads.contains(at));
                let mut heads = self.by_name(heads.collect());
                heads.reverse();
                waiting.extend(heads);
            }
        }
        order
    }

    /// A certificate that is told in full.
    pub(in crate::report::inventory) fn item(&self, at: usize) -> &'i Item<'a> {
        &self.items[at]
    }

    /// What a CA signed, or what names it as its issuer: what ends first comes
    /// first.
    pub(in crate::report::inventory) fn below(&self, ca: usize) -> Vec<&'i Item<'a>> {
        let below = self.below.get(&ca).into_iter().flatten();
        let mut below: Vec<&Item> = below.map(|at| &self.items[*at]).collect();
        sort_by_end(&mut below);
        below
    }

    fn by_name(&self, mut items: Vec<usize>) -> Vec<usize> {
        items.sort_by_cached_key(|at| {
            let certificate = self.items[*at].certificate;
            let is_no_ca = certificate.is_ca() == Some(false);
            (is_no_ca, certificate.subject_text(), *at)
        });
        items
    }
}

/// By the day on which they end, then by name.
pub(in crate::report::inventory) fn sort_by_end(items: &mut [&Item]) {
    items.sort_by_cached_key(|item| {
        let certificate = item.certificate;
        (
            certificate.not_after().seconds(),
            certificate.subject_text(),
            *certificate.sha256(),
        )
    });
}
