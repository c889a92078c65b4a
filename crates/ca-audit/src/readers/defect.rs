//! What is wrong with the lines of one certificate.

use std::fmt;
use std::ops::Range;

use super::Reader;

/// One thing that is wrong, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Defect {
    /// The bytes that are wrong; empty where something is missing.
    pub at: Range<usize>,
    /// What is wrong.
    pub kind: DefectKind,
}

/// What can be wrong. Its [`Display`](fmt::Display) form is a clause whose
/// subject is the line: `begins with six dashes`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DefectKind {
    /// Not five dashes before BEGIN.
    DashesBeforeBegin(usize),
    /// Not five dashes after BEGIN and its label.
    DashesAfterBegin(usize),
    /// Not five dashes before END.
    DashesBeforeEnd(usize),
    /// Not five dashes after END and its label.
    DashesAfterEnd(usize),
    /// Dashes that are no ASCII dashes.
    TypographicDashes,
    /// Lower case, or blanks where none belong.
    Misspelt {
        /// As it has to be.
        expected: String,
    },
    /// A byte order mark before BEGIN.
    ByteOrderMark {
        /// Nothing but the end of a block stands before it. There OpenSSL
        /// drops it.
        is_first: bool,
    },
    /// Blanks before BEGIN.
    IndentedBegin,
    /// The END line of the block before has no line break.
    Joined,
    /// Other text before BEGIN.
    TextBeforeBegin,
    /// Text after BEGIN on its line.
    TextAfterBegin,
    /// A body with an END line and no BEGIN line.
    MissingBegin,
    /// No END line.
    MissingEnd,
    /// END has another label than BEGIN.
    OtherEnd {
        /// What BEGIN says.
        expected: String,
    },
    /// Blanks before END.
    IndentedEnd,
    /// Other text before END.
    TextBeforeEnd,
    /// Text after END on its line.
    TextAfterEnd,
    /// Line breaks are the two characters `\n`.
    EscapedLineBreaks,
    /// Lines end with a carriage return and nothing else.
    CarriageReturns,
    /// Lines with a colon before the body.
    HeaderLine,
    /// A comment in the body.
    CommentLine,
    /// A character that is not base64.
    StrayCharacter(char),
    /// The same at the end of a line, where OpenSSL takes it for a blank.
    CharacterAtLineEnd(char),
    /// A blank line in the body.
    BlankLine,
    /// `=` is missing at the end.
    MissingPadding,
    /// Something follows `=`.
    TextAfterPadding,
    /// Base64 that does not come out even.
    CutBase64,
    /// A label that means a certificate to few.
    UnusualLabel(String),
    /// The body is no certificate.
    NotACertificate,
    /// Bytes follow the certificate in the body.
    TrailingBytes,
}

impl Defect {
    pub(super) fn new(at: Range<usize>, kind: DefectKind) -> Self {
        Self { at, kind }
    }

    /// Whether this alone keeps the reader from loading the certificate.
    pub fn hinders(&self, reader: Reader) -> bool {
        use DefectKind as Kind;
        let is_go = matches!(reader, Reader::Go | Reader::Etcd);
        match self.kind {
            // Puppet looks for BEGIN and END anywhere in the text.
            Kind::DashesBeforeBegin(count) | Kind::DashesAfterEnd(count) => {
                reader != Reader::Puppet || count < 5
            }
            Kind::IndentedBegin | Kind::Joined | Kind::TextBeforeBegin | Kind::TextAfterEnd => {
                reader != Reader::Puppet
            }
            Kind::ByteOrderMark { is_first } => is_go || (!is_first && reader == Reader::OpenSsl),
            Kind::HeaderLine => reader != Reader::Etcd,
            Kind::BlankLine => !is_go,
            Kind::UnusualLabel(ref label) => match reader {
                Reader::Go | Reader::Puppet => true,
                // etcd does not look at labels.
                Reader::Etcd => false,
                Reader::OpenSsl => !super::is_certificate_label(label.as_bytes()),
            },
            Kind::TrailingBytes | Kind::CharacterAtLineEnd(_) => is_go,
            _ => true,
        }
    }

    /// The clause with its subject: `line 31 begins with six dashes`.
    pub fn words(&self, line: usize) -> String {
        format!("line {line} {}", self.kind)
    }
}

impl fmt::Display for DefectKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::DashesBeforeBegin(count) | Self::DashesBeforeEnd(count) => {
                write!(f, "begins with {}", dashes(*count))
            }
            Self::DashesAfterBegin(count) | Self::DashesAfterEnd(count) => {
                write!(f, "ends with {}", dashes(*count))
            }
            Self::TypographicDashes => f.write_str("has long dashes instead of five hyphens"),
            Self::Misspelt { expected } => write!(f, "has to read “{expected}”"),
            Self::ByteOrderMark { .. } => f.write_str("begins with a byte order mark"),
            Self::IndentedBegin | Self::IndentedEnd => f.write_str("is indented"),
            Self::Joined => f.write_str("has BEGIN right after END, without a line break"),
            Self::TextBeforeBegin => f.write_str("has text before BEGIN"),
            Self::TextAfterBegin => f.write_str("has text after BEGIN"),
            Self::MissingBegin => f.write_str("starts a body without a BEGIN line"),
            Self::MissingEnd => f.write_str("starts a block without an END line"),
            Self::OtherEnd { expected } => {
                write!(f, "ends the block with another label than {expected}")
            }
            Self::TextBeforeEnd => f.write_str("has text before END"),
            Self::TextAfterEnd => f.write_str("has text after END"),
            Self::EscapedLineBreaks => f.write_str("has \\n written out instead of line breaks"),
            Self::CarriageReturns => f.write_str("ends with a carriage return only"),
            Self::HeaderLine => f.write_str("is a header line"),
            Self::CommentLine => f.write_str("is a comment inside the block"),
            Self::StrayCharacter(character) => write!(
                f,
                "has a character that is not base64: {}",
                shown(*character)
            ),
            Self::CharacterAtLineEnd(character) => {
                write!(
                    f,
                    "ends with a character that is not base64: {}",
                    shown(*character)
                )
            }
            Self::BlankLine => f.write_str("is blank inside the block"),
            Self::MissingPadding => f.write_str("lacks “=” at its end"),
            Self::TextAfterPadding => f.write_str("goes on after “=”"),
            Self::CutBase64 => f.write_str("starts a block with characters missing or too many"),
            Self::UnusualLabel(label) => write!(f, "has the unusual label {label}"),
            Self::NotACertificate => f.write_str("starts a block that is no certificate"),
            Self::TrailingBytes => f.write_str("starts a block with bytes after the certificate"),
        }
    }
}

fn dashes(count: usize) -> String {
    const WORDS: [&str; 11] = [
        "no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
    ];
    let number = WORDS
        .get(count)
        .map_or_else(|| count.to_string(), |word| (*word).to_owned());
    let noun = if count == 1 { "dash" } else { "dashes" };
    format!("{number} {noun}")
}

/// A character that people can see, and its code if they cannot.
fn shown(character: char) -> String {
    if character.is_ascii_graphic() {
        format!("“{character}”")
    } else {
        format!("U+{:04X}", u32::from(character))
    }
}
