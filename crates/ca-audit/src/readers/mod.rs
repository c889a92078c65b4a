//! What each real program loads of the certificates in one text.
//!
//! The text is that of a whole CA file, or of a value as a program gets it.
//! The same file can mean different things to different programs: one skips
//! what another fails on. [`read`] says which certificates each of the four
//! [`Reader`]s loads, whether it gives up and why, and for every certificate
//! that stands there for people's eyes what is wrong with its lines.
//!
//! Modelled after the programs' sources, and held against their recorded
//! answers in `tests/readers.rs`. What cannot be told is said so, in
//! [`Outcome::unsure`].

mod block;
mod defect;
mod go;
mod mark;
mod oid;
mod openssl;
pub(crate) mod plain;
mod puppet;
mod summary;

use std::ops::Range;

use sha2::{Digest as _, Sha256};

pub use block::{Block, Content};
pub use defect::{Defect, DefectKind};
pub use summary::{Group, Reason};

/// A program that loads CA certificates from PEM.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Reader {
    /// Programs written in Go: kube-apiserver, etcdctl, Vault, Prometheus, …
    Go,
    /// The etcd server and its client library, which have their own loader.
    Etcd,
    /// OpenSSL and what is built on it: curl, Python, nginx, …
    OpenSsl,
    /// The Puppet agent.
    Puppet,
}

impl Reader {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Go, Self::Etcd, Self::OpenSsl, Self::Puppet];

    /// Its name for people.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Go => "Go",
            Self::Etcd => "etcd",
            Self::OpenSsl => "OpenSSL",
            Self::Puppet => "Puppet",
        }
    }
}

/// Some of the readers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ReaderSet(u8);

impl ReaderSet {
    /// All of them.
    pub fn all() -> Self {
        Reader::ALL.into_iter().collect()
    }

    /// Whether this reader is one of them.
    pub fn has(self, reader: Reader) -> bool {
        self.0 & (1 << reader as u8) != 0
    }

    /// The readers, in the order of [`Reader::ALL`].
    pub fn iter(self) -> impl Iterator<Item = Reader> {
        Reader::ALL
            .into_iter()
            .filter(move |reader| self.has(*reader))
    }
}

impl FromIterator<Reader> for ReaderSet {
    fn from_iter<I: IntoIterator<Item = Reader>>(readers: I) -> Self {
        let bits = readers.into_iter().map(|reader| 1 << reader as u8);
        Self(bits.fold(0, |all, bit| all | bit))
    }
}

/// What the readers make of one text.
#[derive(Clone, Debug)]
pub struct Readings {
    outcomes: [Outcome; 4],
    /// What people see as certificates, whether or not a reader does.
    /// Placeholders are none.
    pub blocks: Vec<Block>,
}

/// What one reader makes of one text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// The certificates that it has in the end, in the order of the text.
    pub loaded: Vec<Loaded>,
    /// Set when it gives up: it trusts nothing from here then, and most
    /// programs do not start.
    pub failure: Option<Refusal>,
    /// Certificates that it passes over without a word, and why.
    pub skipped: Vec<Refusal>,
    /// Blocks of which it cannot be told what the reader does, and why. They
    /// are neither in `loaded` nor in `skipped`.
    pub unsure: Vec<Refusal>,
}

/// A certificate that a reader loads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Loaded {
    /// From the first dash of BEGIN to the last of END.
    pub at: Range<usize>,
    /// SHA-256 of its DER, by which [`Certificate`](crate::certificate::Certificate)
    /// knows it.
    pub sha256: [u8; 32],
}

/// Something that a reader does not take.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// What it is about.
    pub subject: Subject,
    /// Where that stands.
    pub at: Range<usize>,
    /// Why, as a clause in which the subject is “it”: `its serial number is
    /// negative`.
    pub why: String,
}

/// What a refusal is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// One block from BEGIN to END.
    Block,
    /// A place in the text.
    Place,
    /// All of the text.
    Text,
}

/// What each reader loads of `text`.
///
/// Total: any bytes have an answer, in time linear in their number.
pub fn read(text: &[u8]) -> Readings {
    let outcomes = [
        go::pool(text),
        go::etcd(text),
        openssl::ca_file(text),
        puppet::ca_file(text),
    ];
    let blocks = block::blocks(text);
    Readings { outcomes, blocks }
}

impl Readings {
    /// What this reader makes of the text.
    pub fn of(&self, reader: Reader) -> &Outcome {
        match reader {
            Reader::Go => &self.outcomes[0],
            Reader::Etcd => &self.outcomes[1],
            Reader::OpenSsl => &self.outcomes[2],
            Reader::Puppet => &self.outcomes[3],
        }
    }
}

impl Outcome {
    /// Whether it is known for every block what the reader does with it.
    pub fn is_certain(&self) -> bool {
        self.unsure.is_empty()
    }

    /// Whether the reader has the certificate that people see there.
    fn has(&self, block: &Block) -> bool {
        touching(&self.loaded, &block.at, |loaded| &loaded.at).any(|loaded| match block.content {
            Content::Certificate(sha256) => loaded.sha256 == sha256,
            Content::Broken => true,
        })
    }

    /// The reader gives up, and what it had read is of no use to it.
    fn lost(mut self, failure: Refusal) -> Self {
        self.loaded.clear();
        self.failure = Some(failure);
        self
    }
}

impl Loaded {
    fn new(at: Range<usize>, der: &[u8]) -> Self {
        Self {
            at,
            sha256: Sha256::digest(der).into(),
        }
    }
}

impl Refusal {
    fn block(at: Range<usize>, why: impl Into<String>) -> Self {
        let (subject, why) = (Subject::Block, why.into());
        Self { subject, at, why }
    }

    fn place(at: Range<usize>, why: impl Into<String>) -> Self {
        let (subject, why) = (Subject::Place, why.into());
        Self { subject, at, why }
    }

    fn text(text: &[u8], why: impl Into<String>) -> Self {
        let (subject, why) = (Subject::Text, why.into());
        let at = 0..text.len();
        Self { subject, at, why }
    }
}

/// Those of `sorted` that overlap `at`. Their ranges follow one another, so a
/// text of very many blocks is no trouble.
fn touching<'a, T>(
    sorted: &'a [T],
    at: &'a Range<usize>,
    range: fn(&T) -> &Range<usize>,
) -> impl Iterator<Item = &'a T> {
    let first = sorted.partition_point(|item| range(item).end <= at.start);
    sorted[first..]
        .iter()
        .take_while(move |item| range(item).start < at.end)
}

/// Why a block that OpenSSL read is of no use. What it took for one block may
/// be two, the first without END.
fn why_unusable(block: &[u8], why: &'static str) -> &'static str {
    match memchr::memmem::find(block, b"\n-----BEGIN ") {
        Some(_) => "another BEGIN line comes before its END line",
        None => why,
    }
}

/// What a reader's parser says of the bytes of one block.
enum Verdict {
    /// A certificate that takes up so many of them.
    Loads(usize),
    /// Refused, with a clause that says why.
    Refused(&'static str),
    /// Not known here, with a clause that says why.
    Unknown(&'static str),
}

/// The labels under which certificates travel (RFC 7468 §5.1, OpenSSL's
/// `PEM_STRING_X509*`).
fn is_certificate_label(label: &[u8]) -> bool {
    matches!(
        label,
        b"CERTIFICATE" | b"X509 CERTIFICATE" | b"TRUSTED CERTIFICATE"
    )
}

/// A label to show: short, and without what a terminal would act on.
fn printable(label: &[u8]) -> String {
    let text: String = label
        .iter()
        .take(40)
        .map(|byte| match byte {
            b' '..=b'~' => char::from(*byte),
            _ => '?',
        })
        .collect();
    format!("“{text}”")
}

/// The six bits that a character of standard base64 stands for (RFC 4648 §4).
fn sextet(character: u8) -> Option<u8> {
    match character {
        b'A'..=b'Z' => Some(character - b'A'),
        b'a'..=b'z' => Some(character - b'a' + 26),
        b'0'..=b'9' => Some(character - b'0' + 52),
        b'+' => Some(62),
        b'/' => Some(63),
        _ => None,
    }
}
