//! How much a source may ask of the reader.

/// Upper bounds on what is read from one source.
///
/// Reaching one is never a panic: reading stops (or, for comments, goes on
/// without keeping more) and the tree carries an [`Error`](crate::Error) of
/// kind [`ErrorKind::Limit`](crate::ErrorKind::Limit).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Longest source, in bytes; a longer one gives an empty tree. Default 64 MiB.
    pub bytes: u32,
    /// Most collections open at once. Default 255, at most 1,024.
    pub depth: u32,
    /// Most nodes in all documents. Default 5 million (24 bytes each).
    pub nodes: u32,
    /// Most documents in one stream. Default 100,000.
    pub documents: u32,
    /// Most errors; reading stops at the last. Default 100.
    pub errors: u32,
    /// Most comments kept. Default 1 million.
    pub comments: u32,
    /// Most different tags; a node with a later one is read as untagged. Default 65,534, which is
    /// also the most that can be asked for.
    pub tags: u16,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            bytes: 64 << 20,
            depth: 255,
            nodes: 5_000_000,
            documents: 100_000,
            errors: 100,
            comments: 1_000_000,
            tags: u16::MAX - 1,
        }
    }
}
