//! Changes for a comment at a merge request.

use super::Changes;
use super::items::sections;
use crate::report::printable::printable;

/// All changes, as lists; nothing of them is taken for markup.
pub fn markdown(changes: &Changes) -> String {
    let (before, after) = (escaped(&changes.before.name), escaped(&changes.after.name));
    if changes.is_empty() {
        return format!("Nothing changes in trust from {before} to {after}.\n");
    }
    let mut text = format!("### Trust changes from {before} to {after}\n");
    for section in sections(changes) {
        text.push_str(&format!("\n**{}**\n\n", section.title));
        for item in section.items {
            let mark = match item.mark {
                '!' => "⚠️ ",
                '+' => "➕ ",
                '-' => "➖ ",
                _ => "",
            };
            text.push_str(&format!("- {mark}{}\n", escaped(&item.headline)));
            for line in item.lines {
                text.push_str(&format!("  - {}\n", escaped(&line)));
            }
        }
    }
    text
}

/// Text in which no letter is markup (CommonMark 0.31, §2.4).
fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    for letter in printable(text).chars() {
        if matches!(
            letter,
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '#' | '|' | '~' | '&'
        ) {
            escaped.push('\\');
        }
        escaped.push(letter);
    }
    escaped
}
