//! Names of files as they are shown.

use std::fmt::Write as _;

/// A name or path; bytes that are not UTF-8 as `\xNN`.
pub(super) fn printable(name: &[u8]) -> String {
    let mut text = String::new();
    for chunk in name.utf8_chunks() {
        text.push_str(chunk.valid());
        for byte in chunk.invalid() {
            let _ = write!(text, "\\x{byte:02x}");
        }
    }
    text
}
