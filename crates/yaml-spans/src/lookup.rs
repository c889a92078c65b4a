//! Values by key, through aliases and merges.

use crate::{Kind, Node, Schema};

/// Most mappings one look-up visits: merges of merges can be a bomb.
const MERGE_FUEL: usize = 64;

/// Most levels of merges within merges.
const MERGE_DEPTH: u32 = 16;

impl<'t> Node<'t> {
    /// The value under `key`, an alias followed to what it means.
    ///
    /// Looks through an alias to the mapping, and through `<<` when the
    /// mapping itself has no such key. A key of the mapping's own wins
    /// wherever it stands (Psych 4.0 lets a `<<` that stands after it win; go-yaml does
    /// not), of two equal ones the last, and of several merged mappings the
    /// first of a list, the last of several `<<`. A symbol key `:key` is
    /// asked for with its colon.
    pub fn get(self, key: &str) -> Option<Node<'t>> {
        self.entry(key).map(|(_, value)| value.follow())
    }

    /// As [`get`](Self::get), with the key that was found and the value as it
    /// is written there, which may be an alias.
    pub fn entry(self, key: &str) -> Option<(Node<'t>, Node<'t>)> {
        // Depth first and in order, so that the stack holds the next to ask on top.
        let mut stack = vec![(self.follow(), 0)];
        let mut visited: Vec<Node<'t>> = Vec::new();
        while let Some((mapping, depth)) = stack.pop() {
            if visited.len() == MERGE_FUEL || visited.contains(&mapping) {
                continue;
            }
            visited.push(mapping);
            if let Some(entry) = mapping.own_entry(key) {
                return Some(entry);
            }
            if depth < MERGE_DEPTH {
                mapping.push_merged(depth + 1, &mut stack);
            }
        }
        None
    }

    /// The value at the end of a path of keys and, in sequences, decimal
    /// indices counted from 0. An empty path is the node itself.
    pub fn at<P>(self, path: P) -> Option<Node<'t>>
    where
        P: IntoIterator,
        P::Item: AsRef<str>,
    {
        path.into_iter().try_fold(self.follow(), |node, step| {
            let step = step.as_ref();
            match node.kind() {
                Kind::Sequence => node.items().nth(step.parse().ok()?).map(Node::follow),
                _ => node.get(step),
            }
        })
    }

    /// The name of a key as Hiera and Psych see it: the text without the
    /// colon of a symbol (`:backends` is `backends`).
    pub fn symbol_or_str(self) -> Option<&'t str> {
        match self.resolve(Schema::Psych) {
            crate::Resolved::Symbol(name) => Some(name),
            _ => self.as_str(),
        }
    }

    fn own_entry(self, wanted: &str) -> Option<(Node<'t>, Node<'t>)> {
        self.entries()
            .filter(|(key, _)| key.as_str() == Some(wanted))
            .last()
    }

    /// Puts what `<<` names on the stack, the strongest on top.
    fn push_merged(self, depth: u32, stack: &mut Vec<(Node<'t>, u32)>) {
        for (_, value) in self.entries().filter(|(key, _)| key.is_merge_key()) {
            let value = value.follow();
            let bottom = stack.len();
            match value.kind() {
                Kind::Mapping => stack.push((value, depth)),
                // Longer lists could not be visited anyhow.
                Kind::Sequence => {
                    let items = value.items().take(MERGE_FUEL).map(Node::follow);
                    stack.extend(items.map(|item| (item, depth)));
                }
                Kind::Scalar | Kind::Alias => {}
            }
            stack[bottom..].reverse();
        }
    }

    /// Whether Psych and go-yaml read this key as a merge.
    fn is_merge_key(self) -> bool {
        self.kind() == Kind::Scalar
            && self.as_str() == Some("<<")
            && self.tag() != Some("tag:yaml.org,2002:str")
    }
}
