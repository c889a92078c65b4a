//! The five facts to which every format is reduced.
//!
//! A dialect reads one file and gives facts; it never judges. What people
//! call a managed file, a trust anchor or an etcd client are questions asked
//! of these facts (see [`crate::Evidence`]), not further kinds of them.

use crate::certificate::Certificate;
use crate::invocation::Fragment;
use crate::knowledge::Consumer;
use crate::place::Span;
use crate::value::{Condition, Origin, Text, Value};
use smol_str::SmolStr;
use std::sync::Arc;

/// What one file gave by itself.
///
/// The other facts need more than one file: [`Write`]s come of evaluating the
/// Puppet code, [`Read`]s of uniting fragments.
#[derive(Debug, Default)]
pub struct Facts {
    /// Certificates that stand here.
    pub certs: Vec<Cert>,
    /// Revocation lists that stand here.
    pub crls: Vec<Crl>,
    /// Private keys that stand here.
    pub private_keys: Vec<PrivateKey>,
    /// What could not be seen.
    pub gaps: Vec<Gap>,
    /// Parts of program invocations, to be united into [`Read`]s by deployed
    /// path and program.
    pub fragments: Vec<Fragment>,
    /// Whether a dialect understood the file's form.
    pub understood: bool,
}

/// The bytes of a certificate stand here.
#[derive(Clone, Debug)]
pub struct Cert {
    /// The certificate.
    pub certificate: Arc<Certificate>,
    /// From the first byte of its armour (or encoding) to the last.
    pub at: Span,
    /// How it is wrapped.
    pub encoding: Encoding,
    /// What it stands under: `data["ca.crt"]`, a hiera key; empty at top level.
    pub container: SmolStr,
}

/// The bytes of a certificate revocation list stand here (RFC 5280 §5).
#[derive(Clone, Debug)]
pub struct Crl {
    /// The name of the CA that made it, in DER.
    pub issuer: Box<[u8]>,
    /// When the next one is due, in Unix seconds.
    pub next_update: Option<i64>,
    /// Its armour.
    pub at: Span,
}

/// A private key stands here. Nothing of it is kept: only where it stands and
/// to which public key it belongs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PrivateKey {
    /// Its BEGIN line, or the encoding of that; never the key itself, so that
    /// whoever shows the place does not show the key.
    pub at: Span,
    /// What the BEGIN line calls it: `RSA PRIVATE KEY`.
    pub label: SmolStr,
    /// Whether a password protects it.
    pub is_encrypted: bool,
    /// SHA-256 of the public key that belongs to it, as certificates have it
    /// ([`Certificate::spki_sha256`]), where the key says it.
    pub public_key: Option<[u8; 32]>,
    /// What it stands under: `data["tls.key"]`, a hiera key; empty at top level.
    pub container: SmolStr,
}

/// How a certificate is wrapped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Encoding {
    /// PEM as RFC 7468 has it, whatever the indentation.
    Pem,
    /// PEM whose line breaks are written `\n` inside a string.
    EscapedPem,
    /// Base64 of PEM.
    Base64Pem,
    /// Base64 of DER.
    Base64Der,
    /// The file is DER.
    Der,
    /// In a PKCS#12 container.
    Pkcs12,
}

impl Encoding {
    /// The name in machine-readable output.
    pub fn name(self) -> &'static str {
        match self {
            Self::Pem => "pem",
            Self::EscapedPem => "pem-escaped",
            Self::Base64Pem => "base64-pem",
            Self::Base64Der => "base64-der",
            Self::Der => "der",
            Self::Pkcs12 => "pkcs12",
        }
    }
}

/// Somebody puts content at a path of a host.
#[derive(Clone, Debug)]
pub struct Write {
    /// The path on the host.
    pub path: Text,
    /// How the path came to be.
    pub path_from: Vec<Origin>,
    /// What is put there.
    pub content: Content,
    /// Where the content is said: the attribute's value.
    pub content_at: Span,
    /// The resource that does it: `File[/etc/x]`.
    pub resource: SmolStr,
    /// Where that resource is declared.
    pub at: Span,
    /// The declarations that led there, outermost first: the call of a defined
    /// type, then the calls inside it.
    pub chain: Vec<Step>,
    /// Under which conditions.
    pub when: Vec<Condition>,
}

impl Write {
    /// The declaration that a user would edit: the outermost call of a defined
    /// type inside the class that makes it.
    pub fn declared_at(&self) -> Span {
        let inside = self
            .chain
            .iter()
            .rposition(|step| step.is_class)
            .map_or(0, |class| class + 1);
        self.chain.get(inside).map_or(self.at, |step| step.at)
    }
}

/// A declaration on the way to a resource.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// The title in the declaration.
    pub at: Span,
    /// `sslcert::ca { 'Puppet_Internal_CA' }`.
    pub what: SmolStr,
    /// Whether it declares a class, not a defined type.
    pub is_class: bool,
}

/// What a [`Write`] puts at its path.
#[derive(Clone, Debug)]
pub enum Content {
    /// A copy of the first of these that exists: `puppet:///…`, a host path.
    Copy(Vec<Value>),
    /// These very bytes, as far as they are known.
    Inline(Value),
    /// A link to another path.
    Link(Text),
    /// The file is removed.
    Absent,
    /// The file is managed, its content is not.
    Unmanaged,
}

/// A program trusts something in a role, or names nothing at all.
#[derive(Clone, Debug)]
pub struct Read {
    /// The program, by its row in the knowledge table.
    pub consumer: &'static Consumer,
    /// In which role.
    pub role: Role,
    /// What it trusts.
    pub anchor: Anchor,
    /// The setting that makes it a reader: the endpoint flag, the CA setting.
    pub at: Span,
}

/// What a CA is trusted for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Role {
    /// A client's CA for an etcd server.
    EtcdClient,
}

/// What a [`Read`] trusts.
#[derive(Clone, Debug)]
pub enum Anchor {
    /// This path on the host.
    Path {
        /// As written.
        path: Text,
        /// Where it is written.
        at: Span,
    },
    /// No CA is named.
    None,
}

/// Something stands here that could not be seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gap {
    /// The kind of cause.
    pub reason: Reason,
    /// The cause in words.
    pub message: String,
    /// Where.
    pub at: Span,
}

/// Why something could not be seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Reason {
    /// A value is encrypted.
    Encrypted,
    /// A file cannot be opened or read.
    Unreadable,
    /// A file has no form that is known here.
    Binary,
    /// Larger than what is read.
    TooLarge,
    /// The form is known, but this does not follow it.
    Unparsed,
    /// Depends on a fact of the host.
    UnknownFact,
    /// Depends on a function whose outcome is not known.
    UnknownFunction,
    /// Depends on a data key that no layer has.
    MissingHieraKey,
    /// Depends on a value that nothing in the project sets.
    UnknownValue,
    /// More alternatives than are followed.
    TooMany,
    /// A reader of ours failed: our fault, not the file's.
    Internal,
}

impl Reason {
    /// The name in machine-readable output.
    pub fn name(self) -> &'static str {
        match self {
            Self::Encrypted => "encrypted",
            Self::Unreadable => "unreadable",
            Self::Binary => "binary",
            Self::TooLarge => "too-large",
            Self::Unparsed => "unparsed",
            Self::UnknownFact => "unknown-fact",
            Self::UnknownFunction => "unknown-function",
            Self::MissingHieraKey => "missing-hiera-key",
            Self::UnknownValue => "unknown-value",
            Self::TooMany => "too-many",
            Self::Internal => "internal",
        }
    }
}
