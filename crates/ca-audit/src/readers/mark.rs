//! What looks like a BEGIN or an END line to people, whether or not it is one.

use std::ops::Range;
use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

/// One BEGIN or END with its dashes.
#[derive(Clone, Debug)]
pub(super) struct Mark {
    /// From the first dash before it to the last after it.
    pub(super) at: Range<usize>,
    pub(super) is_begin: bool,
    /// How many dashes stand before it and after it.
    pub(super) before: usize,
    pub(super) after: usize,
    /// The label as it is written.
    pub(super) label: String,
    /// It has dashes of typography, such as an en dash.
    pub(super) is_typographic: bool,
    /// Written with `BEGIN CERTIFICATE` and nothing but single blanks.
    pub(super) is_exact: bool,
}

/// Nobody writes a longer label, and a bound keeps files of words linear.
const LONGEST_LABEL: usize = 40;

static WORDS: LazyLock<AhoCorasick> = LazyLock::new(|| {
    AhoCorasick::builder()
        .ascii_case_insensitive(true)
        .build(["BEGIN", "END"])
        .expect("two short words")
});

/// All marks, in order.
pub(super) fn marks(text: &[u8]) -> Vec<Mark> {
    let mut marks: Vec<Mark> = Vec::new();
    let mut taken = 0;
    for word in WORDS.find_iter(text) {
        if word.start() < taken {
            continue;
        }
        let is_begin = word.pattern().as_usize() == 0;
        if let Some(mark) = mark(text, taken, word.range(), is_begin) {
            taken = mark.at.end;
            marks.push(mark);
        }
    }
    marks
}

fn mark(text: &[u8], taken: usize, word: Range<usize>, is_begin: bool) -> Option<Mark> {
    let before = dashes_before(&text[taken..word.start]);
    let label_end = label_end(text, word.end);
    let label = std::str::from_utf8(&text[word.end..label_end]).ok()?;
    let mut after = dashes_after(&text[label_end..]);
    leave_five_to_begin(text, label_end, &mut after);
    let name = label.trim();
    let is_plausible = if is_certificate_like(name) {
        before.count + after.count >= 2
    } else {
        before.count >= 2 && after.count >= 2 && is_label(name)
    };
    let is_exact = label.strip_prefix(' ') == Some(name)
        && before.length == before.count
        && text[word.clone()].iter().all(u8::is_ascii_uppercase)
        && is_label(name);
    is_plausible.then(|| Mark {
        at: word.start - before.length..label_end + after.length,
        is_begin,
        before: before.count,
        after: after.count,
        label: name.to_owned(),
        is_typographic: before.is_typographic || after.is_typographic,
        is_exact,
    })
}

/// Whether a block with this label is meant to hold a certificate.
pub(super) fn is_certificate_like(label: &str) -> bool {
    let label = label.to_ascii_uppercase();
    label.contains("CERT") && !label.contains("REQ") && !label.contains("ATTRIBUTE")
}

fn is_label(label: &str) -> bool {
    !label.is_empty()
        && label.bytes().all(|byte| {
            byte.is_ascii_uppercase() || byte.is_ascii_digit() || b" .#".contains(&byte)
        })
}

fn label_end(text: &[u8], start: usize) -> usize {
    let window = &text[start..text.len().min(start + LONGEST_LABEL)];
    let length = window
        .iter()
        .position(|byte| !(byte.is_ascii_alphanumeric() || b" .#".contains(byte)))
        .unwrap_or(window.len());
    start + length
}

/// A run of dashes.
#[derive(Clone, Copy, Default)]
struct Dashes {
    count: usize,
    /// Bytes, with a blank between the run and the word.
    length: usize,
    is_typographic: bool,
}

/// En dash, em dash, minus sign, hyphen: what editors make of dashes.
const TYPOGRAPHIC: [&[u8]; 4] = [
    b"\xe2\x80\x93",
    b"\xe2\x80\x94",
    b"\xe2\x88\x92",
    b"\xe2\x80\x90",
];

fn dashes_before(text: &[u8]) -> Dashes {
    let end = text.strip_suffix(b" ").unwrap_or(text);
    let mut dashes = dashes(end, <[u8]>::strip_suffix);
    if dashes.count > 0 {
        dashes.length += text.len() - end.len();
    }
    dashes
}

fn dashes_after(text: &[u8]) -> Dashes {
    dashes(text, <[u8]>::strip_prefix)
}

/// The run of dashes that `strip` takes off one by one.
fn dashes(text: &[u8], strip: impl for<'t> Fn(&'t [u8], &[u8]) -> Option<&'t [u8]>) -> Dashes {
    let mut dashes = Dashes::default();
    let mut rest = text;
    loop {
        if let Some(left) = strip(rest, b"-") {
            rest = left;
        } else if let Some(left) = TYPOGRAPHIC.iter().find_map(|dash| strip(rest, dash)) {
            dashes.is_typographic = true;
            rest = left;
        } else {
            dashes.length = text.len() - rest.len();
            return dashes;
        }
        dashes.count += 1;
    }
}

/// In `-----END CERTIFICATE----------BEGIN CERTIFICATE-----` half of the
/// dashes between are the next block's.
fn leave_five_to_begin(text: &[u8], start: usize, after: &mut Dashes) {
    let next = &text[start + after.length..];
    let is_joined = next
        .get(..5)
        .is_some_and(|word| word.eq_ignore_ascii_case(b"BEGIN"));
    if is_joined && !after.is_typographic && after.count > 5 {
        after.count = 5.max(after.count - 5);
        after.length = after.count;
    }
}
