//! What form a file has, from its name and its first bytes.

use memchr::memchr;

/// The form of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Form {
    /// A Puppet manifest.
    Manifest,
    /// An ERB template.
    Erb,
    /// An EPP template.
    Epp,
    /// YAML or JSON.
    Document,
    /// `puppet.conf`.
    PuppetConf,
    /// A Ruby function of a Puppet module.
    RubyFunction,
    /// Source code of some language: it may hold certificates; the programs it
    /// starts are not looked for.
    SourceCode,
    /// Prose.
    Prose,
    /// Other text: units, environment files, scripts, PEM.
    Text,
    /// DER, or something that may be.
    Der,
    /// A Java keystore.
    KeyStore,
    /// Compressed with gzip; only what stands inside other files is unpacked.
    Gzip,
    /// Not text.
    Binary,
}

impl Form {
    /// What people call it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Manifest => "Puppet manifest",
            Self::Erb => "ERB template",
            Self::Epp => "EPP template",
            Self::Document => "YAML or JSON",
            Self::PuppetConf => "puppet.conf",
            Self::RubyFunction => "Ruby function",
            Self::SourceCode => "source code",
            Self::Prose => "prose",
            Self::Text => "text",
            Self::Der => "DER",
            Self::KeyStore => "Java keystore",
            Self::Gzip => "gzip",
            Self::Binary => "binary",
        }
    }
}

/// Bytes that decide whether a file is text.
const SNIFFED_BYTES: usize = 8 * 1024;

/// The form of the file at `path` with the content `bytes`.
pub fn form(path: &str, bytes: &[u8]) -> Form {
    if let Some(form) = magic(bytes) {
        return form;
    }
    if memchr(0, &bytes[..bytes.len().min(SNIFFED_BYTES)]).is_some() {
        return Form::Binary;
    }
    let name = path.rsplit('/').next().unwrap_or(path);
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
    match extension {
        "pp" => Form::Manifest,
        "erb" => Form::Erb,
        "epp" => Form::Epp,
        "yaml" | "yml" | "json" | "eyaml" | "conflist" => Form::Document,
        "rb" if is_puppet_function(path) => Form::RubyFunction,
        "rb" | "py" | "go" | "js" | "ts" | "java" | "c" | "h" | "cc" | "cpp" | "rs" | "pl"
        | "pm" | "php" | "lua" => Form::SourceCode,
        "md" | "rst" | "adoc" | "markdown" | "html" => Form::Prose,
        _ if name == "puppet.conf" => Form::PuppetConf,
        _ if is_kubernetes_object(bytes) => Form::Document,
        _ => Form::Text,
    }
}

/// What the first bytes alone tell.
fn magic(bytes: &[u8]) -> Option<Form> {
    match bytes {
        // A SEQUENCE of more than 127 bytes, or of a length told by its end.
        [0x30, 0x80..=0x83, ..] => Some(Form::Der),
        [0xfe, 0xed, 0xfe, 0xed, ..] | [0xce, 0xce, 0xce, 0xce, ..] => Some(Form::KeyStore),
        _ => None,
    }
}

/// The form of something that stands inside a file and has no name of its own.
pub fn nested_form(bytes: &[u8]) -> Form {
    if let Some(form) = magic(bytes) {
        return form;
    }
    if bytes.starts_with(b"\x1f\x8b") {
        return Form::Gzip;
    }
    if memchr(0, &bytes[..bytes.len().min(SNIFFED_BYTES)]).is_some() {
        return Form::Binary;
    }
    if looks_like_document(bytes) {
        return Form::Document;
    }
    Form::Text
}

/// Whether text begins as YAML or JSON does: with a bracket, a document's
/// start, or a key.
pub fn looks_like_document(bytes: &[u8]) -> bool {
    let mut lines = bytes.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii);
    let first = lines.find(|line| !line.is_empty() && !line.starts_with(b"#"));
    let Some(line) = first else {
        return false;
    };
    let is_key = |byte: &u8| byte.is_ascii_alphanumeric() || b"_-./:\"'".contains(byte);
    // Without one there is no key, however long the line.
    let key = match memchr(b':', line) {
        Some(_) => line.iter().take_while(|byte| is_key(byte)).count(),
        None => 0,
    };
    line.starts_with(b"{")
        || line.starts_with(b"[")
        || line == b"---"
        || line.starts_with(b"--- ")
        || line.starts_with(b"- ")
        || (key > 0 && line[..key].ends_with(b":"))
}

/// Whether a text begins as an object of Kubernetes does: kubeconfigs are called
/// `admin.conf` or just `config`.
fn is_kubernetes_object(bytes: &[u8]) -> bool {
    let begin = &bytes[..bytes.len().min(512)];
    let lines = begin.split(|byte| *byte == b'\n').take(16);
    let mut keys = lines.filter(|line| !line.starts_with(b"#") && !line.starts_with(b"---"));
    let first = keys.find(|line| !line.trim_ascii().is_empty());
    first.is_some_and(|line| {
        line.starts_with(b"apiVersion:")
            || line.starts_with(b"kind: Config")
            || line.starts_with(b"{\"apiVersion\"")
            || line.starts_with(b"{\"kind\"")
    })
}

/// `lib/puppet/functions` (Puppet 4) and `lib/puppet/parser/functions` (before).
fn is_puppet_function(path: &str) -> bool {
    path.contains("lib/puppet/functions/") || path.contains("lib/puppet/parser/functions/")
}

/// The form of what a template makes, from its name without the suffix.
pub fn is_document_name(path: &str) -> bool {
    let stem = without_template_suffix(path);
    let extensions = [
        ".yaml",
        ".yml",
        ".json",
        ".conf",
        ".conflist",
        ".cfg",
        ".eyaml",
    ];
    extensions.iter().any(|extension| stem.ends_with(extension))
}

/// Whether a file is named like one that holds PEM and nothing else.
pub fn is_armour_name(path: &str) -> bool {
    let stem = without_template_suffix(path);
    let extensions = [".pem", ".crt", ".cer", ".cert", ".ca-bundle"];
    extensions.iter().any(|extension| stem.ends_with(extension))
}

/// The path of what a template makes.
pub(crate) fn without_template_suffix(path: &str) -> &str {
    [".erb", ".epp", ".j2", ".tpl", ".tmpl"]
        .iter()
        .find_map(|suffix| path.strip_suffix(suffix))
        .unwrap_or(path)
}

/// Whether a path is a test, an example, documentation or a vendored copy: what
/// stands there is classified, not skipped.
pub fn is_aside(path: &str) -> bool {
    const FOLDERS: [&str; 15] = [
        "spec",
        "test",
        "tests",
        "testing",
        "fixtures",
        "testdata",
        "examples",
        "example",
        "docs",
        "doc",
        "vendor",
        "third_party",
        "node_modules",
        "vendor_modules",
        "ISSUE_TEMPLATE",
    ];
    let mut names = path.split('/').rev();
    let file = names.next().unwrap_or_default();
    let stem = file.split('.').next().unwrap_or_default();
    stem.ends_with("_test")
        || stem.ends_with("_spec")
        || matches!(file.rsplit_once('.'), Some((_, "md" | "rst" | "adoc")))
        || names.any(|folder| {
            FOLDERS.contains(&folder) || (folder.starts_with("test") && folder.contains("data"))
        })
}
