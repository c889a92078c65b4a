//! Keeping what a file holds from speaking to the terminal.

/// Whether a character does something other than being seen: moves the
/// cursor, changes colours, or turns the direction of the text around.
pub(super) fn is_active(character: char) -> bool {
    let turns = matches!(character,
        '\u{061c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    turns || (character.is_control() && character != '\n')
}

/// The text with each such character replaced.
pub(crate) fn printable(text: &str) -> String {
    let shown = |character| {
        if is_active(character) {
            '�'
        } else {
            character
        }
    };
    text.chars().map(shown).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_do_not_reach_the_terminal() {
        assert_eq!(printable("a\x1b[31mb\u{202e}c\n"), "a�[31mb�c\n");
    }
}
