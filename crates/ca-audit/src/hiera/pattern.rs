//! Paths and globs in which something is open, matched against the files that
//! are there.

use super::locations::normal;
use crate::value::{Piece, Text, Why};
use regex::Regex;
use smol_str::SmolStr;

/// Stands for a hole while a glob is translated; no path has it.
const HOLE: char = '\u{1}';

/// A path with holes as a regular expression that tells what fills them.
pub(super) struct Pattern {
    pub(super) regex: Regex,
    /// The variable of each group.
    variables: Vec<SmolStr>,
}

/// How a text with holes is to be read.
#[derive(Clone, Copy, Debug)]
pub(super) enum Form {
    /// A path whose variables may have slashes in their values.
    Folders,
    /// A path whose variables are names.
    Names,
    /// A glob.
    Glob,
}

impl Form {
    /// That of a path below its folder of data. A variable has slashes in its
    /// value (`role/%{role}.yaml`) only below a folder of its own: nobody means
    /// `%{hostname}.yaml` to be `nodes/web.yaml`.
    pub(super) fn of_path(path: &Text) -> Self {
        if path.prefix().contains('/') {
            Self::Folders
        } else {
            Self::Names
        }
    }
}

impl Pattern {
    /// The patterns of a text: one for a path, one for each alternative of a
    /// glob.
    pub(super) fn all(whole: &Text, form: Form) -> Vec<Self> {
        match form {
            Form::Folders => Self::of(whole, "(.*?)").into_iter().collect(),
            Form::Names => Self::of(whole, "([^/]*)").into_iter().collect(),
            Form::Glob => Self::of_glob(whole),
        }
    }

    /// `group` is what a hole matches.
    fn of(whole: &Text, group: &str) -> Option<Self> {
        let mut source = String::from("^");
        let mut variables = Vec::new();
        for piece in &whole.pieces {
            match piece {
                Piece::Literal(text) => {
                    let text = text.replace("/./", "/").replace("//", "/");
                    source.push_str(&regex::escape(text.trim_start_matches("./")));
                }
                Piece::Hole(_) => {
                    source.push_str(group);
                    variables.extend(variable(piece));
                }
            }
        }
        source.push('$');
        let regex = Regex::new(&source).ok()?;
        Some(Self { regex, variables })
    }

    fn of_glob(glob: &Text) -> Vec<Self> {
        let pieces = glob.pieces.iter().map(|piece| match piece {
            Piece::Literal(text) => text.to_string(),
            Piece::Hole(_) => HOLE.to_string(),
        });
        let variables: Vec<SmolStr> = glob.pieces.iter().filter_map(variable).collect();
        let whole: String = pieces.collect();
        let patterns = braces(&normal(&whole)).into_iter().filter_map(|glob| {
            let regex = Regex::new(&translated(&glob)).ok()?;
            let variables = variables.clone();
            Some(Self { regex, variables })
        });
        patterns.collect()
    }

    /// What `name` is where `path` fits; one variable has one value.
    pub(super) fn value(&self, name: &str, path: &str) -> Option<SmolStr> {
        let captures = self.regex.captures(path)?;
        let mut found: Option<&str> = None;
        for (index, variable) in self.variables.iter().enumerate() {
            let value = captures.get(index + 1)?.as_str();
            if variable != name {
                continue;
            }
            if found.is_some_and(|found| found != value) {
                return None;
            }
            found = Some(value);
        }
        found.map(SmolStr::from)
    }
}

/// More alternatives than this are not tried: nobody writes them, an attacker
/// may.
const MAX_ALTERNATIVES: usize = 256;

/// `{a,b}` gives two globs, in this order, as in Ruby.
fn braces(glob: &str) -> Vec<String> {
    let mut expanded = Vec::new();
    let mut open = vec![glob.to_owned()];
    while let Some(glob) = open.pop() {
        let Some(alternatives) = first_braces(&glob) else {
            expanded.push(glob);
            if expanded.len() == MAX_ALTERNATIVES {
                break;
            }
            continue;
        };
        open.extend(alternatives.into_iter().rev());
        open.truncate(MAX_ALTERNATIVES);
    }
    expanded
}

/// One glob for each alternative of the first braces.
fn first_braces(glob: &str) -> Option<Vec<String>> {
    let open = glob.find('{')?;
    let mut depth = 0_usize;
    let mut cuts = vec![open];
    let mut close = None;
    for (at, byte) in glob.bytes().enumerate().skip(open) {
        match byte {
            b'{' => depth += 1,
            b',' if depth == 1 => cuts.push(at),
            b'}' => {
                depth -= 1;
                if depth == 0 {
                    close = Some(at);
                    break;
                }
            }
            _ => {}
        }
    }
    let close = close?;
    cuts.push(close);
    let choices = cuts.windows(2).map(|cut| &glob[cut[0] + 1..cut[1]]);
    let whole = |choice: &str| format!("{}{choice}{}", &glob[..open], &glob[close + 1..]);
    Some(choices.take(MAX_ALTERNATIVES).map(whole).collect())
}

/// The variable that fills a hole.
fn variable(piece: &Piece) -> Option<SmolStr> {
    match piece {
        Piece::Literal(_) => None,
        Piece::Hole(hole) => Some(match &hole.why {
            Why::Variable(name) => name.clone(),
            _ => SmolStr::default(),
        }),
    }
}

/// A glob without braces as a regular expression (Ruby's `File.fnmatch` with
/// `FNM_PATHNAME`).
fn translated(glob: &str) -> String {
    let mut source = String::from("^");
    let mut rest = glob;
    while let Some(first) = rest.chars().next() {
        let mut len = first.len_utf8();
        match first {
            '*' if rest.starts_with("**/") => {
                source.push_str("(?:.*/)?");
                len = 3;
            }
            '*' => {
                source.push_str("[^/]*");
                len = rest.len() - rest.trim_start_matches('*').len();
            }
            '?' => source.push_str("[^/]"),
            '[' => match rest.find(']') {
                Some(end) => {
                    source.push_str(&rest[..=end].replace("[!", "[^"));
                    len = end + 1;
                }
                None => source.push_str("\\["),
            },
            '\\' => {
                let escaped = rest.chars().nth(1);
                source.extend(escaped.map(|it| regex::escape(&it.to_string())));
                len += escaped.map_or(0, char::len_utf8);
            }
            HOLE => source.push_str("([^/]*)"),
            other => source.push_str(&regex::escape(&other.to_string())),
        }
        rest = &rest[len..];
    }
    source + "$"
}
