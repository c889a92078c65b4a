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
        text.extend(["\n**", section.title, "**\n\n"]);
        for item in section.items {
            let mark = match item.mark {
                '!' => "⚠️ ",
                '+' => "➕ ",
                '-' => "➖ ",
                _ => "",
            };
            text.extend(["- ", mark, &escaped(&item.headline), "\n"]);
            for line in item.lines {
                text.extend(["  - ", &escaped(&line), "\n"]);
            }
        }
    }
    text
}

/// Text in which no letter is markup (`CommonMark` 0.31, §2.4).
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
