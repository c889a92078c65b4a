//! Files that a shell script writes: `cat > PATH <<EOF`, `tee PATH <<EOF`.
//!
//! Flags and variables in them are seen in the script itself; keys of a
//! document and of sections and blocks only in a file that is known by its name.

use super::file_names::rows_for_file;
use super::names::names_etcd;
use super::{Flat, Fragment, blocks, structured};
use crate::sniff::is_document_name;
use crate::view::View;
use std::ops::Range;
use yaml_spans::{Limits, Tree};

/// More documents than this of one script are not read.
const MAX_DOCUMENTS: usize = 256;

/// Whether a script may write a file that says where an etcd is.
pub(super) fn may_hold(path: &str, bytes: &[u8]) -> bool {
    let is_script = path.ends_with(".sh") || path.contains(".sh.") || bytes.starts_with(b"#!");
    is_script && memchr::memmem::find(bytes, b"<<").is_some() && names_etcd(bytes)
}

/// The fragments of such files.
pub(super) fn fragments(view: &View, flat: &Flat) -> Vec<Fragment> {
    if !view.is_file() || !may_hold(view.path, flat.text.as_bytes()) {
        return Vec::new();
    }
    let mut found = Vec::new();
    for document in documents(&flat.text) {
        let path = document.path.trim_start_matches('/');
        let has_keys = |row: &&crate::knowledge::Consumer| !row.endpoint.keys.is_empty();
        if !rows_for_file(path).iter().any(has_keys) {
            continue;
        }
        let part = flat.part(&document.body);
        let inner = view.called(path);
        found.extend(blocks::fragments(&inner, &part));
        if is_document_name(path) {
            let tree = Tree::parse_auto(&*part.text, path.ends_with(".json"), &Limits::default());
            found.extend(structured::fragments(&inner, &part, &tree));
        }
    }
    for setting in found.iter_mut().flat_map(|own| &mut own.settings) {
        // Quotes and `$` mean something else in the script.
        setting.editable = None;
    }
    found
}

/// A here-document that goes to a file.
struct HereDocument<'t> {
    path: &'t str,
    body: Range<usize>,
}

fn documents(text: &str) -> Vec<HereDocument<'_>> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(line) = text[at..].split_inclusive('\n').next() {
        let after = at + line.len();
        at = after;
        let Some((path, delimiter)) = written(line) else {
            continue;
        };
        let mut end = after;
        let rest = text[after..].split_inclusive('\n');
        let is_last = |line: &&str| line.trim() != delimiter;
        end += rest.take_while(is_last).map(str::len).sum::<usize>();
        found.push(HereDocument {
            path,
            body: after..end,
        });
        if found.len() == MAX_DOCUMENTS {
            break;
        }
        at = end;
    }
    found
}

/// The file that a line's here-document goes to, and the word that ends it.
fn written(line: &str) -> Option<(&str, &str)> {
    if line.trim_start().starts_with('#') {
        return None;
    }
    let (before, after) = line.split_once("<<")?;
    let after = after.trim_start_matches('-').trim_start();
    let delimiter = after.split_whitespace().next()?;
    let delimiter = delimiter.trim_matches(['"', '\'', '\\', ')']);
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    if delimiter.is_empty() || !delimiter.chars().all(is_word) {
        return None;
    }
    let behind = after.split_once('>').map(|(_, path)| path);
    let redirected = before.split_once('>').map(|(_, path)| path);
    let by_tee = || {
        let (_, arguments) = before.split_once("tee ")?;
        let mut arguments = arguments.split_whitespace();
        arguments.find(|argument| !argument.starts_with('-'))
    };
    let path = by_tee().or(redirected).or(behind)?;
    let path = path.trim_start_matches('>').split_whitespace().next()?;
    let path = path.trim_matches(['"', '\'']);
    (!path.is_empty()).then_some((path, delimiter))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_a_here_document_goes() {
        for (line, expected) in [
            ("cat > /etc/x.hcl <<EOF\n", Some(("/etc/x.hcl", "EOF"))),
            (
                "cat <<-'EOF' >> \"/etc/x.hcl\"\n",
                Some(("/etc/x.hcl", "EOF")),
            ),
            (
                "sudo tee -a /etc/x.hcl <<\"END\" >/dev/null\n",
                Some(("/etc/x.hcl", "END")),
            ),
            ("sudo tee /etc/x.hcl <<END\n", Some(("/etc/x.hcl", "END"))),
            ("mysql <<EOF\n", None),
            ("x=$((1 << 2))\n", None),
            ("# cat > /etc/x <<EOF\n", None),
        ] {
            assert_eq!(written(line), expected, "{line}");
        }
        let text = "a\ncat > f <<E\nb\nc\nE\nd\n";
        let found = documents(text);
        assert_eq!(found.len(), 1);
        assert_eq!(&text[found[0].body.clone()], "b\nc\n");
    }
}
