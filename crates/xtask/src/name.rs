//! Names of new things.

/// A name such as `stale-ca-copy`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Name(String);

impl Name {
    /// Lower-case words with hyphens between them. Digits are left out: with
    /// them `a-b` and `a_b` would sort differently.
    pub(crate) fn new(text: &str) -> Result<Self, String> {
        let is_word =
            |word: &str| !word.is_empty() && word.bytes().all(|letter| letter.is_ascii_lowercase());
        if text.split('-').all(is_word) {
            Ok(Self(text.to_owned()))
        } else {
            Err(format!(
                "{text}: a name is lower-case words with hyphens between them"
            ))
        }
    }

    /// As users write it.
    pub(crate) fn kebab(&self) -> &str {
        &self.0
    }

    /// As modules are called.
    pub(crate) fn snake(&self) -> String {
        self.0.replace('-', "_")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_words() {
        for bad in ["", "-a", "a-", "a--b", "A", "a_b", "a.rs", "../a", "a1"] {
            assert!(Name::new(bad).is_err(), "{bad}");
        }
        let name = Name::new("stale-ca-copy").expect("a name");
        assert_eq!(
            (name.kebab(), name.snake().as_str()),
            ("stale-ca-copy", "stale_ca_copy")
        );
    }
}
