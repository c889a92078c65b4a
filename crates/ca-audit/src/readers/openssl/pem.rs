//! The next PEM block as OpenSSL finds it.
//!
//! Source: OpenSSL 3.0, `crypto/pem/pem_lib.c` (`PEM_read_bio_ex`, `get_name`,
//! `get_header_and_data`, `sanitize_line`), `crypto/bio/bss_file.c` and
//! `bss_mem.c` (`file_gets`, `mem_gets`), `crypto/evp/encode.c`
//! (`EVP_DecodeUpdate`, `EVP_DecodeFinal`).

use std::ops::Range;

const BEGIN: &[u8] = b"-----BEGIN ";
const END: &[u8] = b"-----END ";
const DASHES: &[u8] = b"-----";
const BOM: &[u8] = b"\xef\xbb\xbf";

/// How many bytes OpenSSL takes for a line at most; a longer one is several.
const LONGEST_LINE: usize = 254;

/// Where the text comes from: the two differ in what a zero byte does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::readers) enum Input {
    /// A file: C's `fgets` ends a line at a zero byte, and OpenSSL takes a
    /// line that starts with one for the end of the file.
    File,
    /// Bytes in memory.
    Memory,
}

/// One block that OpenSSL returns.
pub(in crate::readers) struct Block {
    /// From the first dash of BEGIN to the last of END.
    pub(in crate::readers) at: Range<usize>,
    /// The text between `BEGIN ` and the dashes after it.
    pub(in crate::readers) label: Vec<u8>,
    /// The lines before the first blank one, when there is one.
    pub(in crate::readers) header: Vec<u8>,
    /// The decoded body.
    pub(in crate::readers) bytes: Vec<u8>,
}

/// Why there is no next block.
pub(in crate::readers) enum Stop {
    /// No further BEGIN line: the regular end.
    NoBeginLine,
    /// The block that starts here is broken.
    Broken(Range<usize>, &'static str),
}

/// Reads a text block by block.
pub(in crate::readers) struct Reader<'a> {
    text: &'a [u8],
    at: usize,
    input: Input,
    /// The line that looked like the end of the file.
    stopped: Option<usize>,
}

/// One line without what OpenSSL drops at its end.
struct Line {
    /// Where it starts in the text.
    start: usize,
    bytes: Vec<u8>,
    /// It fills OpenSSL's buffer, so what follows belongs to the same line.
    is_cut: bool,
}

impl<'a> Reader<'a> {
    pub(in crate::readers) fn new(text: &'a [u8], input: Input) -> Self {
        Self {
            text,
            at: 0,
            input,
            stopped: None,
        }
    }

    /// `PEM_read_bio`.
    pub(in crate::readers) fn block(&mut self) -> Result<Block, Stop> {
        let (begin, label) = self.begin_line().ok_or(Stop::NoBeginLine)?;
        let (end, header, body) = self
            .lines_of(&label)
            .map_err(|why| Stop::Broken(begin..self.at, why))?;
        let at = begin..end;
        if body.is_empty() {
            return Err(Stop::Broken(at, "there is nothing between BEGIN and END"));
        }
        let Some(bytes) = base64(&body) else {
            return Err(Stop::Broken(at, "its body is not base64"));
        };
        Ok(Block {
            at,
            label,
            header,
            bytes,
        })
    }

    /// What was left when a line looked like the end: it, and all after it.
    pub(in crate::readers) fn unread(&self) -> Range<usize> {
        self.stopped.unwrap_or(self.text.len())..self.text.len()
    }

    /// `get_name`: the next BEGIN line. A byte order mark is dropped from the
    /// first line that is read, which is also the one after each END.
    fn begin_line(&mut self) -> Option<(usize, Vec<u8>)> {
        let mut is_first = true;
        loop {
            let mut line = self.line(is_first)?;
            is_first = false;
            if let Some(label) = line
                .bytes
                .strip_prefix(BEGIN)
                .and_then(|rest| rest.strip_suffix(DASHES))
            {
                let label = up_to_zero(label).to_vec();
                return Some((line.start, label));
            }
            line.bytes.clear();
        }
    }

    /// `get_header_and_data`: where END ends, the header, the body.
    fn lines_of(&mut self, label: &[u8]) -> Result<(usize, Vec<u8>, Vec<u8>), &'static str> {
        const NO_END: &str = "its END line is missing";
        let (mut before, mut after) = (Vec::new(), Vec::new());
        let mut has_blank = false;
        let mut has_header = false;
        let mut has_short_line = false;
        let mut was_cut = false;
        loop {
            let line = self.line(false).ok_or(NO_END)?;
            let continues = std::mem::replace(&mut was_cut, line.is_cut);
            if !has_blank && line.bytes.contains(&b':') {
                has_header = true;
            }
            if line.bytes.is_empty() {
                if !continues {
                    if has_blank {
                        return Err("it has a second blank line");
                    }
                    has_blank = true;
                }
                continue;
            }
            if let Some(rest) = line.bytes.strip_prefix(END) {
                if rest.strip_prefix(label) != Some(DASHES) {
                    return Err("its END line is not the one that its BEGIN line asks for");
                }
                let end = line.start + line.bytes.len();
                return Ok(if has_blank || has_header {
                    (end, before, after)
                } else {
                    (end, Vec::new(), before)
                });
            }
            if has_short_line {
                return Err("it has a short line before the last one, after a blank line");
            }
            let text = if has_blank { &mut after } else { &mut before };
            let written = up_to_zero(&line.bytes);
            text.extend_from_slice(written);
            if written.len() == line.bytes.len() {
                text.push(b'\n');
            }
            if has_blank {
                if line.bytes.len() > 64 {
                    return Err("it has a line of more than 64 characters after a blank line");
                }
                has_short_line = line.bytes.len() < 64;
            }
        }
    }

    /// `BIO_gets` and `sanitize_line`; `None` at the end.
    fn line(&mut self, drop_bom: bool) -> Option<Line> {
        let rest = &self.text[self.at..];
        let window = &rest[..rest.len().min(LONGEST_LINE)];
        let length = memchr::memchr(b'\n', window).map_or(window.len(), |at| at + 1);
        let mut start = self.at;
        self.at += length;
        let mut bytes = &rest[..length];
        let is_cut = length == LONGEST_LINE && !bytes.ends_with(b"\n");
        if self.input == Input::File {
            bytes = up_to_zero(bytes);
        }
        if bytes.is_empty() {
            self.stopped = Some(start);
            return None;
        }
        let is_cut = is_cut && bytes.len() == LONGEST_LINE;
        if drop_bom
            && bytes.len() > BOM.len()
            && let Some(after) = bytes.strip_prefix(BOM)
        {
            bytes = after;
            start += BOM.len();
        }
        // `char` is signed on x86-64, so bytes from 0x80 on count as blanks.
        while let [before @ .., 0..=b' ' | 0x80..] = bytes {
            bytes = before;
        }
        Some(Line {
            start,
            bytes: bytes.to_vec(),
            is_cut,
        })
    }
}

fn up_to_zero(bytes: &[u8]) -> &[u8] {
    memchr::memchr(0, bytes).map_or(bytes, |at| &bytes[..at])
}

/// `EVP_DecodeUpdate` and `EVP_DecodeFinal`: white space is skipped, a dash
/// ends it, at most two `=` and nothing after them.
fn base64(body: &[u8]) -> Option<Vec<u8>> {
    let mut values = Vec::with_capacity(body.len());
    let mut padding = 0;
    for &byte in body {
        match byte {
            b' ' | b'\t' | b'\r' | b'\n' => {}
            b'-' => return bytes_of(&values, padding),
            b'=' if padding == 2 => return None,
            b'=' => {
                padding += 1;
                values.push(0);
            }
            _ if padding > 0 => return None,
            _ => values.push(super::super::sextet(byte)?),
        }
    }
    bytes_of(&values, padding)
}

fn bytes_of(values: &[u8], padding: usize) -> Option<Vec<u8>> {
    if !values.len().is_multiple_of(4) {
        return None;
    }
    let mut bytes: Vec<u8> = values
        .chunks_exact(4)
        .flat_map(|four| {
            let quantum = four
                .iter()
                .fold(0u32, |quantum, value| quantum << 6 | u32::from(*value));
            quantum.to_be_bytes().into_iter().skip(1)
        })
        .collect();
    bytes.truncate(bytes.len().checked_sub(padding)?);
    Some(bytes)
}
