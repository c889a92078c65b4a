//! Types of resources that write files: `file`, and those of well-known modules
//! whose code is Ruby; what they write is said by their own manuals.

/// A type of resource that writes a file, and the attributes that say which and
/// with what.
pub(super) struct Writer {
    pub(super) kind: &'static str,
    /// The path; the title where none of them is given.
    pub(super) path: &'static [&'static str],
    /// Where the bytes are copied from.
    pub(super) source: &'static [&'static str],
    /// The bytes themselves.
    pub(super) content: &'static [&'static str],
    /// Whether it writes only a part of the file.
    pub(super) is_part: bool,
}

/// Types whose code is not Puppet's language, each with its manual.
const WRITERS: [Writer; 8] = [
    // Puppet's type reference, `file`.
    Writer {
        kind: "file",
        path: &["path", "name"],
        source: &["source"],
        content: &["content"],
        is_part: false,
    },
    // puppetlabs-concat, `lib/puppet/type/concat_fragment.rb`: `target` is the
    // file's path, or the title of the `concat_file`.
    Writer {
        kind: "concat_fragment",
        path: &["target"],
        source: &["source"],
        content: &["content"],
        is_part: true,
    },
    // puppet-archive, REFERENCE.md, `archive`.
    Writer {
        kind: "archive",
        path: &["path"],
        source: &["source", "url"],
        content: &[],
        is_part: false,
    },
    // puppetlabs-java_ks, REFERENCE.md, `java_ks`: the title is `alias:target`.
    Writer {
        kind: "java_ks",
        path: &["target"],
        source: &["certificate"],
        content: &["certificate_content"],
        is_part: true,
    },
    // lwf-remote_file, README.md, `remote_file`.
    Writer {
        kind: "remote_file",
        path: &["path"],
        source: &["source"],
        content: &[],
        is_part: false,
    },
    // puppet-openssl, REFERENCE.md, `cert_file`.
    Writer {
        kind: "cert_file",
        path: &["path"],
        source: &["source"],
        content: &[],
        is_part: false,
    },
    // puppet-openssl, REFERENCE.md, `x509_cert`: made on the host.
    Writer {
        kind: "x509_cert",
        path: &["path"],
        source: &[],
        content: &[],
        is_part: false,
    },
    // puppetlabs-concat, `lib/puppet/type/concat_file.rb`: its fragments are
    // its content.
    Writer {
        kind: "concat_file",
        path: &["path"],
        source: &[],
        content: &[],
        is_part: false,
    },
];

/// Whether resources of this type write files.
pub(super) fn is_written(kind: &str) -> bool {
    writer(kind).is_some()
}

pub(super) fn writer(kind: &str) -> Option<&'static Writer> {
    WRITERS.iter().find(|writer| writer.kind == kind)
}
