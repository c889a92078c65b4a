//! The serial number of a certificate as text.

use super::fingerprint::hex;

/// Lower-case hexadecimal of the content bytes of an `INTEGER`: `00` for zero,
/// `-` in front of a negative one's magnitude, no zeros in front otherwise.
///
/// It is what `openssl x509 -serial` prints, in lower case.
pub(super) fn text(content: &[u8]) -> String {
    if is_negative(content) {
        return format!("-{}", magnitude_text(&negated(content)));
    }
    magnitude_text(content)
}

/// RFC 5280 §4.1.2.2 forbids it, and Go from 1.23 on refuses it.
pub(super) fn is_negative(content: &[u8]) -> bool {
    content.first().is_some_and(|first| first & 0x80 != 0)
}

fn magnitude_text(digits: &[u8]) -> String {
    let zeros = digits.iter().take_while(|&&byte| byte == 0).count();
    match &digits[zeros..] {
        [] => "00".to_owned(),
        digits => hex(digits),
    }
}

/// Two's complement.
fn negated(content: &[u8]) -> Vec<u8> {
    let mut digits: Vec<u8> = content.iter().map(|byte| !byte).collect();
    for digit in digits.iter_mut().rev() {
        let (sum, carries) = digit.overflowing_add(1);
        *digit = sum;
        if !carries {
            break;
        }
    }
    digits
}

#[cfg(test)]
mod tests {
    use super::text;

    #[test]
    fn prints_as_openssl_does() {
        for (content, expected) in [
            (&[0x00][..], "00"),
            (&[], "00"),
            (&[0x01], "01"),
            (&[0x00, 0x80], "80"),
            (&[0xff], "-01"),
            (&[0x80], "-80"),
            (&[0xff, 0x00], "-0100"),
            (&[0x80, 0x00], "-8000"),
            (&[0x0a; 21], "0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a"),
        ] {
            assert_eq!(text(content), expected, "{content:x?}");
        }
    }
}
