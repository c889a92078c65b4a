//! The five facts to which every format is reduced.
//!
//! A dialect reads one file and gives facts; it never judges. What people
//! call a managed file, a trust anchor or an etcd client are questions asked
//! of these facts (see [`crate::Evidence`]), not further kinds of them.

mod role;

pub use role::Role;

use crate::certificate::Certificate;
use crate::invocation::Fragment;
use crate::knowledge::{Carrier, Consumer};
use crate::place::Span;
use crate::readers::{Reader, ReaderSet};
use crate::value::{Condition, Origin, Piece, Text, Unknown, Value, Why};
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
    /// Texts that real programs read otherwise than people do.
    pub misread: Vec<Misread>,
    /// Private keys that stand here.
    pub private_keys: Vec<PrivateKey>,
    /// Where the file is named in which Puppet's agent keeps its CA.
    pub agent_cas: Vec<AgentCa>,
    /// Comments that speak to a linter.
    pub directives: Vec<Directive>,
    /// Programs that are given a CA by a setting or an object of its own,
    /// whatever else they are told.
    pub reads: Vec<Read>,
    /// Objects of Kubernetes that hold certificates.
    pub objects: Vec<Object>,
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
    /// The programs that load it from the text in which it stands, where that
    /// text is what a program would get as a file of CAs.
    pub loaded_by: Option<ReaderSet>,
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

/// A place of code or configuration that names the file in which Puppet's agent
/// keeps its CA (`localcacert`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AgentCa {
    /// The name.
    pub at: Span,
    /// How it is named.
    pub name: AgentCaName,
}

/// How the file of an agent's CA is named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AgentCaName {
    /// By a path that is right only where the agent's ssl directory is there.
    Fixed(SmolStr),
    /// By asking Puppet: `settings::ssldir`, `puppet_ssldir()`.
    Asked(SmolStr),
}

/// A comment speaks to a linter: `# ca-lint: …`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Directive {
    /// What is said, from `ca-lint:` on.
    pub at: Span,
    /// The lines that it is about: its own, if code stands there, else the next
    /// one; with them the text that belongs to such a line.
    pub about: Span,
    /// How many lines of the file stand above it.
    pub lines_above: u32,
    /// What follows `ca-lint:`.
    pub text: SmolStr,
}

/// A text of certificates that some real program does not load as people read
/// it.
#[derive(Clone, Debug)]
pub struct Misread {
    /// The text: a whole file, or a value in one.
    pub at: Span,
    /// What it stands under; empty at top level.
    pub container: SmolStr,
    /// The certificates that people see, each with its place and SHA-256.
    pub certificates: Vec<(Span, [u8; 32])>,
    /// What programs miss, who misses the most first.
    pub missing: Vec<Miss>,
}

/// A certificate in Hiera's data that never reaches a host: a merge takes the
/// beginning of its armour for a knockout prefix.
#[derive(Clone, Debug)]
pub struct KnockedOut {
    /// The key whose values are merged.
    pub key: SmolStr,
    /// The value.
    pub at: Span,
    /// Where the prefix is set.
    pub prefix_at: Option<Span>,
    /// Whether an empty string is left of it (in a hash) or nothing (in a list).
    pub is_emptied: bool,
    /// For which hosts; for all where nothing is said.
    pub when: Vec<Condition>,
}

/// What some programs miss of a text.
#[derive(Clone, Debug)]
pub struct Miss {
    /// The programs.
    pub readers: Vec<Reader>,
    /// How many certificates they load.
    pub loads: usize,
    /// How many people see.
    pub of: usize,
    /// Whether they refuse the whole text.
    pub gives_up: bool,
    /// Whether the armour is to blame, not what the certificate says.
    pub is_armour: bool,
    /// Whether it can be told what they do with every block.
    pub is_certain: bool,
    /// All of this in a sentence without its full stop, lines counted in the
    /// file: `OpenSSL and Puppet load 1 of the 2 certificates here: line 31
    /// begins with six dashes`.
    pub sentence: String,
    /// What keeps them from the first certificate that they miss.
    pub cause: Span,
}

impl Miss {
    /// Whether it is no matter to any program but etcd, whose own loader is
    /// stricter than all others.
    pub fn is_about_etcd_alone(&self) -> bool {
        self.readers == [Reader::Etcd]
    }
}

/// How a certificate is wrapped: the form that it has, and the innermost
/// encoding of the text or bytes that hold it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Encoding {
    /// What has to be decoded before the form shows.
    pub wrapping: Wrapping,
    /// The form.
    pub form: CertForm,
}

/// What has to be decoded before a certificate's own form shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Wrapping {
    /// Nothing.
    #[default]
    Plain,
    /// A string in which line breaks are written `\n`.
    Escaped,
    /// Base64.
    Base64,
    /// Percent-encoding, as in a `data:` URL.
    Percent,
    /// Base64 of gzip.
    Gzip,
}

/// The form that a certificate has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum CertForm {
    /// PEM as RFC 7468 has it, whatever the indentation.
    Pem,
    /// DER.
    Der,
    /// In a PKCS#7 (CMS) message.
    Pkcs7,
    /// In a PKCS#12 container.
    Pkcs12,
    /// In a Java keystore.
    Jks,
    /// In a Java keystore of the JCE.
    Jceks,
}

impl Encoding {
    /// PEM as it stands.
    pub const PEM: Self = Self {
        wrapping: Wrapping::Plain,
        form: CertForm::Pem,
    };

    /// The name in machine-readable output: `pem`, `base64-der`, `pem-escaped`.
    pub fn name(self) -> &'static str {
        // In the order of the wrappings.
        let names = match self.form {
            CertForm::Pem => [
                "pem",
                "pem-escaped",
                "base64-pem",
                "percent-pem",
                "gzip-pem",
            ],
            CertForm::Der => [
                "der",
                "der-escaped",
                "base64-der",
                "percent-der",
                "gzip-der",
            ],
            CertForm::Pkcs7 => [
                "pkcs7",
                "pkcs7-escaped",
                "base64-pkcs7",
                "percent-pkcs7",
                "gzip-pkcs7",
            ],
            CertForm::Pkcs12 => [
                "pkcs12",
                "pkcs12-escaped",
                "base64-pkcs12",
                "percent-pkcs12",
                "gzip-pkcs12",
            ],
            CertForm::Jks => [
                "jks",
                "jks-escaped",
                "base64-jks",
                "percent-jks",
                "gzip-jks",
            ],
            CertForm::Jceks => [
                "jceks",
                "jceks-escaped",
                "base64-jceks",
                "percent-jceks",
                "gzip-jceks",
            ],
        };
        match self.wrapping {
            Wrapping::Plain => names[0],
            Wrapping::Escaped => names[1],
            Wrapping::Base64 => names[2],
            Wrapping::Percent => names[3],
            Wrapping::Gzip => names[4],
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
    /// What the code calls it.
    pub names: Names,
    /// The resource that does it: `File[/etc/x]`.
    pub resource: SmolStr,
    /// Where that resource is declared.
    pub at: Span,
    /// The declarations that led there, outermost first: the call of a defined
    /// type, then the calls inside it.
    pub chain: Vec<Step>,
    /// Where overrides and collectors say more of that resource.
    pub changed_at: Vec<Span>,
    /// What the resource says of a backup of the file that it replaces; nothing
    /// where that is left to Puppet's default.
    pub backup: Option<Value>,
    /// Whether it writes only a part of the file: a fragment, an entry of a key
    /// store.
    pub is_part: bool,
    /// Whether it only makes the file where there is none yet, and leaves alone
    /// what stands there.
    pub keeps_existing: bool,
    /// Writes of one resource with the same number are alternatives: its path is
    /// one of several, and a host has one of them.
    pub one_of: Option<usize>,
    /// Whether it writes a directory with everything in it.
    pub is_recursive: bool,
    /// Under which conditions.
    pub when: Vec<Condition>,
}

/// The names by which code speaks of what it writes: where nobody sees a value, its
/// name tells what it is for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Names {
    /// The variable with which the path ends: `ca_name` of `"/etc/ssl/${ca_name}"`.
    pub path: Option<SmolStr>,
    /// The variable that is the content or the source, or with which it ends.
    pub content: Option<SmolStr>,
    /// The defined type whose code says so: `site::ca_cert`.
    pub definition: Option<SmolStr>,
}

impl Write {
    /// The module that makes it, where that is not in the tree.
    pub fn absent_module(&self) -> Option<&str> {
        self.chain
            .iter()
            .rev()
            .find_map(|step| step.absent_module.as_deref())
    }

    /// The declaration, in words, whose code is not in the tree and says where it
    /// writes.
    pub fn absent_code(&self) -> Option<&str> {
        match self.path.pieces.as_slice() {
            [
                Piece::Hole(Unknown {
                    why: Why::AbsentCode(declaration),
                    ..
                }),
            ] => Some(declaration),
            _ => None,
        }
    }

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
    /// The module of what it declares, by its name on the Puppet Forge, where
    /// that module is not in the tree: what it does is known from elsewhere.
    pub absent_module: Option<SmolStr>,
}

impl Step {
    /// What is declared, and of which module where that is not in the tree.
    pub fn words(&self) -> SmolStr {
        match &self.absent_module {
            Some(module) => smol_str::format_smolstr!(
                "{} of the module {module}, which is not in this tree",
                self.what
            ),
            None => self.what.clone(),
        }
    }
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
    /// Who reads it.
    pub program: Program,
    /// In which role.
    pub role: Role,
    /// What it trusts.
    pub anchor: Anchor,
    /// Whose certificates it checks with that, where the setting says so: a URL,
    /// `service.namespace`.
    pub target: Option<SmolStr>,
    /// The setting that makes it a reader: the endpoint flag, the CA setting.
    pub at: Span,
}

/// Who trusts something, by its row in the knowledge table.
#[derive(Clone, Copy, Debug)]
pub enum Program {
    /// A program whose settings are read as a whole.
    Consumer(&'static Consumer),
    /// A program that is given a CA by this setting or object.
    Carrier(&'static Carrier),
}

impl Program {
    /// Its name as people say it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Consumer(row) => row.program(),
            Self::Carrier(row) => row.program,
        }
    }
}

/// What a [`Read`] trusts.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Anchor {
    /// This path on the host.
    Path {
        /// As written.
        path: Text,
        /// Where it is written.
        at: Span,
    },
    /// The certificates that stand in this text.
    Here(Span),
    /// What an object of Kubernetes holds.
    Object(ObjectKey),
    /// The CA whose public key has this SHA-256.
    Pin([u8; 32]),
    /// No CA is named.
    None,
}

/// A key of an object of Kubernetes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ObjectKey {
    /// `ConfigMap`, `Secret`.
    pub kind: &'static str,
    /// Its namespace, where that is said.
    pub namespace: Option<SmolStr>,
    /// Its name.
    pub name: SmolStr,
    /// The key; none for all of them.
    pub key: Option<SmolStr>,
}

/// A `ConfigMap` or `Secret` in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Object {
    /// `ConfigMap`, `Secret`.
    pub kind: &'static str,
    /// Its namespace, where that is said.
    pub namespace: Option<SmolStr>,
    /// Its name.
    pub name: SmolStr,
    /// Its data: the key, and where the value stands.
    pub data: Vec<(SmolStr, Span)>,
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
    /// A file system that is no part of the machine's own files: the kernel's
    /// state, a network share.
    LeftOut,
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
    /// A class or function that is not in the tree.
    MissingDefinition,
    /// Puppet refuses to compile this host's catalog.
    Refused,
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
            Self::LeftOut => "left-out",
            Self::TooLarge => "too-large",
            Self::Unparsed => "unparsed",
            Self::UnknownFact => "unknown-fact",
            Self::UnknownFunction => "unknown-function",
            Self::MissingHieraKey => "missing-hiera-key",
            Self::UnknownValue => "unknown-value",
            Self::MissingDefinition => "missing-definition",
            Self::Refused => "refused",
            Self::TooMany => "too-many",
            Self::Internal => "internal",
        }
    }
}
