//! Object identifiers: their dotted form.

use std::fmt::Write as _;

/// The dotted form (`2.5.29.19`) of an object identifier's content bytes.
///
/// Bytes that are none (an unfinished or empty arc list, an arc above 2¹²⁸)
/// come out as `#` and their hexadecimal form, so that two different
/// identifiers never look alike.
pub fn dotted(content: &[u8]) -> String {
    arcs(content).unwrap_or_else(|| format!("#{}", super::fingerprint::hex(content)))
}

fn arcs(content: &[u8]) -> Option<String> {
    let mut text = String::new();
    let mut arc: u128 = 0;
    let mut unfinished = true;
    for &byte in content {
        if arc >> 121 != 0 {
            return None;
        }
        arc = arc << 7 | u128::from(byte & 0x7f);
        unfinished = byte & 0x80 != 0;
        if unfinished {
            continue;
        }
        if text.is_empty() {
            // The first two arcs share one number (X.690 §8.19.4).
            let root = (arc / 40).min(2);
            let _ = write!(text, "{root}.{}", arc - root * 40);
        } else {
            let _ = write!(text, ".{arc}");
        }
        arc = 0;
    }
    (!unfinished).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prints_dotted() {
        assert_eq!(dotted(&[0x55, 0x1d, 0x13]), "2.5.29.19");
        assert_eq!(
            dotted(&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 11]),
            "1.2.840.113549.1.1.11"
        );
        assert_eq!(dotted(&[0x88, 0x37, 0x03]), "2.999.3");
    }

    #[test]
    fn prints_what_is_no_identifier_as_hex() {
        assert_eq!(dotted(&[]), "#");
        assert_eq!(dotted(&[0x55, 0x84]), "#5584");
        assert_eq!(dotted(&[0xff; 30]), format!("#{}", "ff".repeat(30)));
    }
}
