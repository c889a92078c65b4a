//! What is broken about a certificate that could be read all the same.

use std::fmt;

/// One thing that is wrong. Its [`Display`](fmt::Display) form is a clause
/// that can follow “the certificate is broken: ”.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Defect {
    /// `notBefore` or `notAfter` is no date.
    BadDate {
        /// Which of the two.
        which: &'static str,
        /// What stands there.
        text: String,
    },
    /// `notBefore` or `notAfter` can be read but lacks the form of RFC 5280.
    UnusualDate {
        /// Which of the two.
        which: &'static str,
        /// What stands there.
        text: String,
    },
    /// An extension that matters here cannot be read.
    BadExtension {
        /// Its name.
        name: &'static str,
        /// What is wrong with it.
        why: &'static str,
    },
    /// The list of extensions ends in what is no extension.
    BadExtensionList,
    /// An extension stands more than once.
    DuplicateExtension {
        /// Its dotted object identifier.
        oid: String,
    },
    /// Bytes follow where an element ends.
    TrailingBytes {
        /// The element.
        after: &'static str,
    },
    /// The serial number is negative.
    NegativeSerial,
    /// The algorithm named inside the signed part is not the one named outside.
    AlgorithmMismatch,
    /// The version is none of 1 to 3.
    UnknownVersion,
    /// The subject or the issuer is no name.
    BadName {
        /// Which of the two.
        which: &'static str,
    },
    /// The public key's numbers cannot be read.
    UnreadableKey,
}

impl fmt::Display for Defect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BadDate { which, text } => write!(f, "{which} is no date: “{text}”"),
            Self::UnusualDate { which, text } => {
                write!(f, "{which} is not written as RFC 5280 wants it: “{text}”")
            }
            Self::BadExtension { name, why } => write!(f, "{name} cannot be read: {why}"),
            Self::BadExtensionList => f.write_str("its extensions cannot be read to the end"),
            Self::DuplicateExtension { oid } => {
                write!(f, "the extension {oid} stands more than once")
            }
            Self::TrailingBytes { after } => write!(f, "bytes follow the end of {after}"),
            Self::NegativeSerial => f.write_str("its serial number is negative"),
            Self::AlgorithmMismatch => {
                f.write_str("it names one signature algorithm inside and another outside")
            }
            Self::UnknownVersion => f.write_str("its version is none of 1 to 3"),
            Self::BadName { which } => write!(f, "its {which} is no name"),
            Self::UnreadableKey => f.write_str("its public key cannot be read"),
        }
    }
}
