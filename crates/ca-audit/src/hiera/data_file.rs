//! Data files: YAML as Psych reads it, JSON, HOCON.
//! (`puppet/functions/{yaml,json,hocon}_data.rb`.)

use super::datum::{Datum, Hash, Key, Kind};
use super::failure::Failure;
use crate::place::{FileId, Span};
use crate::value::{Text, Unknown, Why};
use smol_str::SmolStr;
use yaml_spans::{Limits, Node, Resolved, Schema, Tree};

/// More nodes than this, aliases counted as often as they are used, are not
/// read: an alias of aliases can stand for more than any memory holds.
const MAX_NODES: usize = 1_000_000;

/// How a data file is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Format {
    /// `yaml_data`.
    Yaml,
    /// `eyaml_lookup_key`: what is encrypted cannot be seen.
    Eyaml,
    /// `json_data`.
    Json,
    /// `hocon_data`.
    Hocon,
}

/// The hash in a data file.
///
/// # Errors
/// What the real readers refuse.
pub(super) fn read(file: FileId, text: &str, format: Format) -> Result<Hash, Failure> {
    match format {
        Format::Yaml | Format::Eyaml => yaml(file, &Tree::parse(text, &Limits::default()), format),
        Format::Json => {
            let tree = Tree::parse_json(text, &Limits::default());
            if tree.errors().is_empty() || !text.contains('/') {
                return json(file, &tree);
            }
            // Ruby's JSON takes comments.
            let text = without_comments(text);
            json(file, &Tree::parse_json(text, &Limits::default()))
        }
        Format::Hocon => super::hocon::read(file, text),
    }
}

/// The hash in a YAML file that is already read.
///
/// # Errors
/// What Psych refuses with the classes that Puppet allows.
pub(super) fn yaml(file: FileId, tree: &Tree, format: Format) -> Result<Hash, Failure> {
    let root = first_document(tree)?;
    let mut reader = Reader {
        file,
        left: MAX_NODES,
        schema: Schema::Psych,
        has_secrets: format == Format::Eyaml,
    };
    if let Some((key, value)) = only_entry(tree) {
        return Ok([(reader.key(key)?, reader.datum(value)?)].into());
    }
    match root.map(|root| reader.datum(root)).transpose()? {
        Some(Datum {
            kind: Kind::Hash(hash),
            ..
        }) => Ok(hash),
        // Puppet warns of anything else and goes on without it.
        _ => Ok(Hash::new()),
    }
}

/// The first entry of a file that loses all others: to libyaml the first one stands in
/// the second column when a byte order mark is before it, and the document ends
/// where the next line begins in the first column.
fn only_entry(tree: &Tree) -> Option<(Node<'_>, Node<'_>)> {
    let mark = '\u{feff}';
    let first = tree.root()?.entries().next()?;
    let is_behind_it = first.0.span().start as usize == mark.len_utf8();
    (tree.text().starts_with(mark) && is_behind_it).then_some(first)
}

/// A JSON text with blanks in place of `/* … */` and `// …` outside strings, so
/// that everything stays at its place.
fn without_comments(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let (len, is_comment) = if first == '"' {
            (string_length(rest), false)
        } else if let Some(comment) = rest.strip_prefix("/*") {
            (comment.find("*/").map_or(rest.len(), |at| at + 4), true)
        } else if rest.starts_with("//") {
            (rest.find('\n').unwrap_or(rest.len()), true)
        } else {
            (first.len_utf8(), false)
        };
        let (piece, after) = rest.split_at(len);
        if is_comment {
            let blank = |byte: u8| if byte == b'\n' { '\n' } else { ' ' };
            out.extend(piece.bytes().map(blank));
        } else {
            out.push_str(piece);
        }
        rest = after;
    }
    out
}

/// How long a string with its quotes is at the beginning of `text`.
fn string_length(text: &str) -> usize {
    let mut is_escaped = false;
    for (at, byte) in text.bytes().enumerate().skip(1) {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' => is_escaped = true,
            b'"' => return at + 1,
            _ => {}
        }
    }
    text.len()
}

/// The value at one node of a YAML file.
///
/// # Errors
/// As [`yaml`].
pub(super) fn value(file: FileId, node: Node<'_>, format: Format) -> Result<Datum, Failure> {
    let mut reader = Reader {
        file,
        left: MAX_NODES,
        schema: Schema::Psych,
        has_secrets: format == Format::Eyaml,
    };
    reader.datum(node)
}

fn json(file: FileId, tree: &Tree) -> Result<Hash, Failure> {
    let root = first_document(tree)?;
    let mut reader = Reader {
        file,
        left: MAX_NODES,
        schema: Schema::Core,
        has_secrets: false,
    };
    match root.map(|root| reader.datum(root)).transpose()? {
        Some(Datum {
            kind: Kind::Hash(hash),
            ..
        }) => Ok(hash),
        _ => Err(Failure::new("a data file in JSON must hold a hash")),
    }
}

/// The value of a text in YAML or JSON, whatever it is; an empty one has none.
///
/// # Errors
/// As [`yaml`].
pub(crate) fn document(file: FileId, text: &str, format: Format) -> Result<Datum, Failure> {
    let (tree, schema) = match format {
        Format::Json => (Tree::parse_json(text, &Limits::default()), Schema::Core),
        _ => (Tree::parse(text, &Limits::default()), Schema::Psych),
    };
    let mut reader = Reader {
        file,
        left: MAX_NODES,
        schema,
        has_secrets: false,
    };
    match first_document(&tree)? {
        Some(root) => reader.datum(root),
        None => Ok(Datum::made(Kind::Null)),
    }
}

/// Psych reads the first document only, so that what comes after it may be
/// broken.
fn first_document(tree: &Tree) -> Result<Option<Node<'_>>, Failure> {
    let Some(first) = tree.documents().next() else {
        return match tree.errors().first() {
            Some(error) => Err(Failure::new(error.message.to_string())),
            None => Ok(None),
        };
    };
    if first.broken() {
        let message = tree.errors().first().map_or("broken", |it| &*it.message);
        return Err(Failure::new(message));
    }
    Ok(first.root())
}

/// Reads the nodes of one file.
struct Reader {
    file: FileId,
    left: usize,
    schema: Schema,
    /// Whether `ENC[…]` means an encrypted value.
    has_secrets: bool,
}

impl Reader {
    fn datum(&mut self, node: Node<'_>) -> Result<Datum, Failure> {
        self.left = self
            .left
            .checked_sub(1)
            .ok_or_else(|| Failure::new("too many values in one file"))?;
        let written = node.span();
        let at = Span::new(self.file, written.start as usize, written.end as usize);
        let node = node.follow();
        Ok(Datum {
            kind: self.kind(node, at)?,
            at: Some(at),
        })
    }

    fn kind(&mut self, node: Node<'_>, at: Span) -> Result<Kind, Failure> {
        if let Some(tag) = node.tag().filter(|tag| is_refused(tag)) {
            let message = format!("Tried to load unspecified class ({tag})");
            return Err(Failure::new(message));
        }
        Ok(match node.kind() {
            yaml_spans::Kind::Sequence => Kind::Array(
                node.items()
                    .map(|item| self.datum(item))
                    .collect::<Result<_, _>>()?,
            ),
            yaml_spans::Kind::Mapping => Kind::Hash(self.hash(node)?),
            yaml_spans::Kind::Alias => return Err(Failure::new("unknown alias")),
            yaml_spans::Kind::Scalar => self.scalar(node, at)?,
        })
    }

    fn scalar(&self, node: Node<'_>, at: Span) -> Result<Kind, Failure> {
        Ok(match node.resolve(self.schema) {
            Resolved::Bool(value) => Kind::Bool(value),
            Resolved::Int(value) => Kind::Int(value),
            Resolved::Float(value) => Kind::Float(value),
            Resolved::String(text) if self.has_secrets && text.contains("ENC[") => {
                Kind::Unknown(Unknown {
                    why: Why::Encrypted,
                    at: Some(at),
                })
            }
            Resolved::String(text) => Kind::Text(Text::literal(text)),
            Resolved::Symbol(name) => Kind::Symbol(name.into()),
            Resolved::Timestamp(text) => {
                let message = format!("Tried to load unspecified class: Date or Time ({text})");
                return Err(Failure::new(message));
            }
            Resolved::Binary(bytes) => {
                Kind::Text(Text::literal(String::from_utf8_lossy(&bytes).into_owned()))
            }
            _ => Kind::Null,
        })
    }

    /// In the order of the source: a merge key takes the place of keys before
    /// it (`revive_hash` in `psych/visitors/to_ruby.rb`).
    fn hash(&mut self, node: Node<'_>) -> Result<Hash, Failure> {
        let mut hash = Hash::new();
        for (key, value) in node.entries() {
            if self.schema == Schema::Psych && key.as_str() == Some("<<") {
                self.merge(value, &mut hash)?;
                continue;
            }
            let key = self.key(key)?;
            hash.insert(key, self.datum(value)?);
        }
        Ok(hash)
    }

    fn merge(&mut self, value: Node<'_>, hash: &mut Hash) -> Result<(), Failure> {
        let value = self.datum(value)?;
        match value.kind {
            Kind::Hash(merged) => hash.extend(merged),
            Kind::Array(items) if items.iter().all(|item| item.as_hash().is_some()) => {
                let mut merged = Hash::new();
                for item in items.into_iter().rev() {
                    if let Kind::Hash(item) = item.kind {
                        merged.extend(item);
                    }
                }
                hash.extend(merged);
            }
            kind => {
                let at = value.at;
                hash.insert(Key::from("<<"), Datum { kind, at });
            }
        }
        Ok(())
    }

    fn key(&mut self, node: Node<'_>) -> Result<Key, Failure> {
        if self.schema == Schema::Core {
            return Ok(Key::Text(node.as_str().unwrap_or_default().into()));
        }
        let datum = self.datum(node)?;
        // An encrypted text is an ordinary one where it is a key.
        if let Kind::Unknown(_) = datum.kind {
            return Ok(Key::Text(
                node.as_str().map_or_else(SmolStr::default, SmolStr::from),
            ));
        }
        Ok(Key::of(&datum))
    }
}

/// Tags that make objects of classes which Puppet does not allow
/// (`psych/visitors/to_ruby.rb`).
fn is_refused(tag: &str) -> bool {
    let own = tag
        .strip_prefix("!ruby/")
        .or(tag.strip_prefix("tag:ruby.yaml.org,2002:"));
    own.is_some_and(|own| own != "sym" && own != "symbol") || tag == "tag:yaml.org,2002:set"
}
