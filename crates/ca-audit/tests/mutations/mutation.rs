//! What happens to files: bits turn, ends are lost, lines come twice.

/// Numbers that are the same in every run (`xorshift64*`).
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.max(1))
    }

    /// A number below `limit`, or zero.
    pub(crate) fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) as usize % limit.max(1)
    }

    /// A short stretch of `length` bytes.
    fn stretch(&mut self, length: usize) -> std::ops::Range<usize> {
        let start = self.below(length);
        let most = [4, 64, 1024][self.below(3)];
        start..(start + 1 + self.below(most)).min(length)
    }
}

/// Files that grow are not to grow without end.
const LARGEST: usize = 1 << 20;

/// Changes one to four things.
pub(crate) fn mutate(bytes: &mut Vec<u8>, random: &mut Random) {
    const CHANGES: [fn(&mut Vec<u8>, &mut Random); 12] = [
        turn_bits,
        replace_bytes,
        cut_the_end,
        cut_out,
        insert,
        change_a_length,
        nest,
        repeat,
        duplicate_a_line,
        change_dashes,
        swap_line_breaks,
        insert_a_token,
    ];
    for _ in 0..=random.below(4) {
        if !bytes.is_empty() {
            CHANGES[random.below(CHANGES.len())](bytes, random);
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
    let new: Vec<u8> = (0..=random.below(40))
        .map(|_| random.below(256) as u8)
        .collect();
    splice(bytes, random, &new);
}

/// Of an element of DER: one more, one less, very much, without end.
fn change_a_length(bytes: &mut Vec<u8>, random: &mut Random) {
    let is_tag = |byte: u8| {
        matches!(
            byte,
            0x02..=0x06 | 0x0c | 0x13 | 0x17 | 0x30 | 0x31 | 0xa0 | 0xa3
        )
    };
    let from = random.below(bytes.len());
    let tag = bytes[from..].iter().position(|byte| is_tag(*byte));
    let Some(length) = tag.map(|tag| from + tag + 1).filter(|at| *at < bytes.len()) else {
        return;
    };
    match random.below(6) {
        0 => bytes[length] = bytes[length].wrapping_add(1),
        1 => bytes[length] = bytes[length].wrapping_sub(1),
        2 => bytes[length] = 0x80,
        3 => bytes[length] = 0,
        4 => {
            bytes.splice(length..=length, [0x84, 0xff, 0xff, 0xff, 0xff]);
        }
        _ => {
            bytes.splice(length..=length, [0x83, 0x00, 0x00, 0x10]);
        }
    }
}

/// Opens the same thing again and again.
fn nest(bytes: &mut Vec<u8>, random: &mut Random) {
    const OPENINGS: [&[u8]; 8] = [
        &[0x30, 0x80],
        &[0x30, 0x82, 0x20, 0x00],
        &[0x24, 0x80],
        b"[",
        b"{\"a\":",
        b"- ",
        b"-----BEGIN CERTIFICATE-----\n",
        b"MII",
    ];
    let opening = OPENINGS[random.below(OPENINGS.len())];
    let times = [10, 300, 10_000][random.below(3)];
    splice(bytes, random, &opening.repeat(times));
}

fn repeat(bytes: &mut Vec<u8>, random: &mut Random) {
    let part = bytes[random.stretch(bytes.len())].to_vec();
    let times = [1, 20, 1000][random.below(3)];
    splice(bytes, random, &part.repeat(times.min(LARGEST / part.len())));
}

fn duplicate_a_line(bytes: &mut Vec<u8>, random: &mut Random) {
    let at = random.below(bytes.len());
    let is_break = |byte: &u8| *byte == b'\n';
    let start = bytes[..at]
        .iter()
        .rposition(is_break)
        .map_or(0, |at| at + 1);
    let end = bytes[at..].iter().position(is_break);
    let end = end.map_or(bytes.len(), |len| at + len + 1).max(start);
    let line = bytes[start..end].repeat(1 + random.below(3));
    bytes.splice(start..start, line);
}

/// One more or one less where there are some.
fn change_dashes(bytes: &mut Vec<u8>, random: &mut Random) {
    let from = random.below(bytes.len());
    let found = bytes[from..].windows(3).position(|three| three == b"---");
    let Some(at) = found.map(|at| from + at) else {
        return;
    };
    match random.below(4) {
        0 => drop(bytes.remove(at)),
        1 => bytes.insert(at, b'-'),
        // An en dash, as editors make of two.
        2 => drop(bytes.splice(at..at + 2, *b"\xe2\x80\x93")),
        _ => bytes[at + 1] = b' ',
    }
}

fn swap_line_breaks(bytes: &mut Vec<u8>, random: &mut Random) {
    const BREAKS: [&[u8]; 7] = [b"", b"\r\n", b"\r", b" ", b"\\n", b"\n\n", b"\n\t"];
    let by = BREAKS[random.below(BREAKS.len())];
    let every = 1 + random.below(3);
    let mut changed = Vec::with_capacity(bytes.len());
    let mut seen = 0;
    for byte in bytes.iter() {
        seen += usize::from(*byte == b'\n');
        if *byte == b'\n' && seen % every == 0 {
            changed.extend_from_slice(by);
        } else {
            changed.push(*byte);
        }
    }
    *bytes = changed;
}

/// What means something to one of the forms.
fn insert_a_token(bytes: &mut Vec<u8>, random: &mut Random) {
    const TOKENS: [&str; 16] = [
        "-----BEGIN CERTIFICATE-----\n",
        "-----END CERTIFICATE-----\n",
        "-----BEGIN X509 CRL-----",
        "<%= @ca %>",
        "${ca}",
        "{{ .Values.ca }}",
        "%2B%0A",
        "\\u000a",
        "&#10;",
        "=",
        "\u{feff}",
        "\0",
        "Proc-Type: 4,ENCRYPTED\n\n",
        "&a [*a, *a]",
        "H4sIAAAAAAAA",
        "ENC[PKCS7,MIIB",
    ];
    let token = TOKENS[random.below(TOKENS.len())];
    splice(bytes, random, token.as_bytes());
}

fn splice(bytes: &mut Vec<u8>, random: &mut Random, new: &[u8]) {
    let at = random.below(bytes.len() + 1);
    bytes.splice(at..at, new.iter().copied());
}
