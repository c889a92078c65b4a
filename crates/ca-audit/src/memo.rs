//! Answers that are worked out once, whichever thread asks first.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Mutex, PoisonError};

/// Answers by question. What makes an answer must depend on the question only:
/// two threads may both make it, and one of the two is kept.
#[derive(Debug)]
pub(crate) struct Memo<K, V> {
    answers: Mutex<HashMap<K, V>>,
}

impl<K, V> Default for Memo<K, V> {
    fn default() -> Self {
        Self {
            answers: Mutex::default(),
        }
    }
}

impl<K: Eq + Hash, V: Clone> Memo<K, V> {
    /// The answer to `question`; made without the lock, so that it may ask for
    /// others.
    pub(crate) fn get_or_make(&self, question: K, make: impl FnOnce() -> V) -> V {
        let lock = || self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        let known = lock().get(&question).cloned();
        known.unwrap_or_else(|| {
            let made = make();
            lock().entry(question).or_insert(made).clone()
        })
    }
}
