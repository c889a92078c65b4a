//! What happens to files: bits turn, ends are lost, brackets come twice.

use proptest::prelude::Rng;
use proptest::test_runner::{RngAlgorithm, TestRng};

/// Numbers that are the same in every run with one seed.
pub(crate) struct Random(TestRng);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        let seed = [seed.max(1).to_le_bytes(), [1; 8]].concat();
        Self(TestRng::from_seed(RngAlgorithm::XorShift, &seed))
    }

    /// A number below `limit`, or zero.
    pub(crate) fn below(&mut self, limit: usize) -> usize {
        self.0.next_u32() as usize % limit.max(1)
    }

    fn one_of<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[self.below(choices.len())]
    }

    /// A short stretch of `length` bytes.
    fn stretch(&mut self, length: usize) -> std::ops::Range<usize> {
        let start = self.below(length);
        let most = self.one_of(&[4, 64, 1024]);
        start..(start + 1 + self.below(most)).min(length)
    }
}

/// Files that grow are not to grow without end.
const LARGEST: usize = 256 << 10;

/// Changes one to five things; `other` is where foreign parts come from.
pub(crate) fn mutate(bytes: &mut Vec<u8>, other: &[u8], random: &mut Random) {
    const CHANGES: [fn(&mut Vec<u8>, &mut Random); 11] = [
        turn_bits,
        replace_bytes,
        cut_the_end,
        cut_out,
        insert,
        nest,
        repeat,
        duplicate_a_line,
        move_a_part,
        swap_line_breaks,
        insert_a_token,
    ];
    for _ in 0..=random.below(5) {
        if bytes.is_empty() {
            return;
        }
        if let Some(change) = CHANGES.get(random.below(CHANGES.len() + 1)) {
            change(bytes, random);
        } else {
            let part = random.stretch(other.len());
            splice(bytes, random, &other[part]);
        }
        bytes.truncate(LARGEST);
    }
}

#[expect(clippy::ptr_arg, reason = "all mutations have one type")]
fn turn_bits(bytes: &mut Vec<u8>, random: &mut Random) {
    for _ in 0..=random.below(8) {
        let at = random.below(bytes.len());
        bytes[at] ^= 1 << random.below(8);
    }
}

#[expect(clippy::ptr_arg, reason = "all mutations have one type")]
fn replace_bytes(bytes: &mut Vec<u8>, random: &mut Random) {
    for _ in 0..=random.below(3) {
        let at = random.below(bytes.len());
        bytes[at] = random.below(256) as u8;
    }
}

fn cut_the_end(bytes: &mut Vec<u8>, random: &mut Random) {
    bytes.truncate(random.below(bytes.len()));
}

fn cut_out(bytes: &mut Vec<u8>, random: &mut Random) {
    bytes.drain(random.stretch(bytes.len()));
}

fn insert(bytes: &mut Vec<u8>, random: &mut Random) {
    let new: Vec<u8> = (0..=random.below(20))
        .map(|_| random.below(256) as u8)
        .collect();
    splice(bytes, random, &new);
}

/// Opens the same thing again and again.
fn nest(bytes: &mut Vec<u8>, random: &mut Random) {
    const OPENINGS: [&str; 32] = [
        "(",
        "[",
        "{",
        "{ a => ",
        "!",
        "-",
        "f(",
        "\"${",
        "\"#{",
        "@@",
        "if true { ",
        "$a = ",
        "$a ? { 1 => ",
        "case a { b: { ",
        "class a { ",
        "x |$y| { ",
        "/(",
        "/[[",
        "\\c",
        "a -> ",
        "$a[",
        "<% if x %>",
        "<% if x { %>",
        "<%= ",
        "<% x.each do |y| %>",
        "@(E) ",
        "@(:",
        " elsif a {",
        "@(E)\n",
        "/*",
        "'",
        "<%",
    ];
    let opening = random.one_of(&OPENINGS);
    let times = random.one_of(&[3, 100, 5000, 50_000]);
    splice(bytes, random, opening.repeat(times).as_bytes());
}

fn repeat(bytes: &mut Vec<u8>, random: &mut Random) {
    let part = bytes[random.stretch(bytes.len())].to_vec();
    let times = random.one_of(&[1, 20, 500]);
    splice(bytes, random, &part.repeat(times.min(LARGEST / part.len())));
}

fn duplicate_a_line(bytes: &mut Vec<u8>, random: &mut Random) {
    let at = random.below(bytes.len());
    let is_break = |byte: &u8| *byte == b'\n';
    let before = bytes[..at].iter().rposition(is_break);
    let start = before.map_or(0, |at| at + 1);
    let end = bytes[at..].iter().position(is_break);
    let end = end.map_or(bytes.len(), |len| at + len + 1);
    let line = bytes[start..end].repeat(1 + random.below(3));
    bytes.splice(start..start, line);
}

fn move_a_part(bytes: &mut Vec<u8>, random: &mut Random) {
    let part: Vec<u8> = bytes.drain(random.stretch(bytes.len())).collect();
    splice(bytes, random, &part);
}

fn swap_line_breaks(bytes: &mut Vec<u8>, random: &mut Random) {
    let by = random.one_of(&["", "\r\n", "\r", " ", "\\n", "\n\n", "\n\t", "\u{2028}"]);
    let every = 1 + random.below(3);
    let mut changed = Vec::with_capacity(bytes.len());
    let mut seen = 0;
    for byte in bytes.iter() {
        seen += usize::from(*byte == b'\n');
        if *byte == b'\n' && seen % every == 0 {
            changed.extend_from_slice(by.as_bytes());
        } else {
            changed.push(*byte);
        }
    }
    *bytes = changed;
}

/// What means something to one of the languages.
fn insert_a_token(bytes: &mut Vec<u8>, random: &mut Random) {
    const TOKENS: [&str; 60] = [
        "{",
        "}",
        "(",
        ")",
        "[",
        "]",
        "|",
        ",",
        ";",
        ":",
        "::",
        ".",
        "=>",
        "+>",
        "=",
        "=~",
        "->",
        "<|",
        "|>",
        "<<|",
        "|>>",
        "+",
        "-",
        "*",
        "/",
        "%",
        "!",
        "?",
        "@",
        "@@",
        "$",
        "${",
        "#{",
        "'",
        "\"",
        "\\",
        "#",
        "/*",
        "*/",
        "\\u{",
        "\\u00e9",
        "@(\"E\"/$)",
        "\n  |- E\n",
        "<%",
        "<%=",
        "<%-",
        "%>",
        "-%>",
        "<%#",
        "<%%",
        " end ",
        " do |x| ",
        " else ",
        " if ",
        " unless ",
        "<<~E",
        "%w[",
        "\u{feff}",
        "\0",
        "\u{1f512}",
    ];
    let token = random.one_of(&TOKENS);
    splice(bytes, random, token.as_bytes());
}

fn splice(bytes: &mut Vec<u8>, random: &mut Random, new: &[u8]) {
    let at = random.below(bytes.len() + 1);
    bytes.splice(at..at, new.iter().copied());
}
