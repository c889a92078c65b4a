//! What a program takes a scalar for.
//!
//! The tree keeps scalars as text, because the answer depends on who reads:
//! `yes` is true to Puppet, `0o17` a number to Kubernetes and `y` true only
//! there.

mod core_schema;
mod go_yaml;
mod number;
mod psych;

use base64::Engine as _;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use crate::{Kind, Node, Style};

/// Whose rules decide.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Schema {
    /// Ruby's Psych 4.0 as Puppet and Hiera use it (YAML 1.1 with its own
    /// liberties; `psych/scalar_scanner.rb`, `psych/visitors/to_ruby.rb`).
    Psych,
    /// go-yaml v2 as `sigs.k8s.io/yaml` and so Kubernetes use it
    /// (`goyaml.v2/resolve.go`).
    GoYaml,
    /// The core schema of YAML 1.2.2, chapter 10.3. Right for JSON too.
    Core,
}

/// A scalar as a program sees it.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Resolved<'t> {
    /// `~`, `null` or nothing at all.
    Null,
    /// A truth value.
    Bool(bool),
    /// A whole number. One past 128 bits is a [`Float`](Self::Float).
    Int(i128),
    /// Any other number.
    Float(f64),
    /// Text.
    String(&'t str),
    /// A Ruby symbol, without its colon and quotes.
    Symbol(&'t str),
    /// A date or a time as it is written. Hiera refuses to load such data.
    Timestamp(&'t str),
    /// The bytes behind `!binary`.
    Binary(Vec<u8>),
    /// No scalar at all: a sequence, a mapping, or an alias without a target.
    NotScalar,
}

/// The tags of the YAML type repository, `!!int` and so on.
const YAML_TAG: &str = "tag:yaml.org,2002:";

/// Resolves a node that is no alias with a target.
pub(crate) fn node(node: Node<'_>, schema: Schema) -> Resolved<'_> {
    let Some(text) = node.as_str().filter(|_| node.kind() == Kind::Scalar) else {
        return Resolved::NotScalar;
    };
    let is_plain = node.style() == Style::Plain;
    match (node.tag(), schema) {
        // `!` alone asks libyaml for an ordinary resolution, quotes or not,
        // and YAML 1.2 for a string.
        (Some("!"), Schema::Psych | Schema::GoYaml) => plain(text, schema),
        (Some("!"), Schema::Core) => Resolved::String(text),
        (Some(tag), Schema::Psych) => psych::tagged(tag, text),
        (Some(tag), Schema::GoYaml) => go_yaml::tagged(tag, text),
        (Some(tag), Schema::Core) => core_schema::tagged(tag, text),
        (None, _) if is_plain => plain(text, schema),
        (None, _) => Resolved::String(text),
    }
}

/// Resolves a plain scalar without a tag.
pub(crate) fn plain(text: &str, schema: Schema) -> Resolved<'_> {
    match schema {
        Schema::Psych => psych::plain(text),
        Schema::GoYaml => go_yaml::plain(text),
        Schema::Core => core_schema::plain(text),
    }
}

/// Decodes base64 as Ruby's `unpack('m')` does: what is not of the alphabet
/// is skipped, and a short tail is dropped.
fn base64_lenient(text: &str) -> Vec<u8> {
    let is_data = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/');
    let mut data: Vec<u8> = text
        .bytes()
        .take_while(|&byte| byte != b'=')
        .filter(is_data)
        .collect();
    if data.len() % 4 == 1 {
        data.pop();
    }
    let config = GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::RequireNone);
    GeneralPurpose::new(&base64::alphabet::STANDARD, config)
        .decode(data)
        .unwrap_or_default()
}
