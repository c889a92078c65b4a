//! Texts of Terraform: `${…}` is an expression, `%{ if … }` a block. What
//! stands in a heredoc is a text with such expressions; `$${` is not one.

use crate::invocation::Flat;

/// Whether Terraform renders the file at `path`: its own code, and what is
/// called a template of it.
pub(super) fn is_rendered(path: &str) -> bool {
    [".tf", ".tfvars", ".tftpl"]
        .iter()
        .any(|suffix| path.ends_with(suffix))
}

/// The text with its expressions taken out.
pub(super) fn flat(text: &str) -> Flat<'_> {
    let mut flat = Flat::builder();
    let mut open: Vec<(Option<&str>, usize)> = Vec::new();
    let mut at = 0;
    while let Some((start, end, is_expression)) = next_tag(text, at) {
        flat.push_text(&text[at..start], at);
        let code = text[start + 2..end - 1].trim_matches('~').trim();
        at = end;
        if is_expression {
            flat.push_hole(code, start);
        } else {
            directive(code, &mut open, &mut flat);
        }
    }
    flat.push_text(&text[at..], at);
    while let Some(block) = open.pop() {
        close(block, &mut flat);
    }
    flat
}

/// Where the next tag begins and ends, and whether it is an expression.
fn next_tag(text: &str, from: usize) -> Option<(usize, usize, bool)> {
    let bytes = text.as_bytes();
    let mut at = from;
    loop {
        let start = at + memchr::memchr2(b'$', b'%', &bytes[at..])?;
        let sign = bytes[start];
        if bytes.get(start + 1) == Some(&sign) {
            at = start + 2;
            continue;
        }
        if bytes.get(start + 1) != Some(&b'{') {
            at = start + 1;
            continue;
        }
        // One that is not closed is text.
        match closing(&bytes[start + 2..]) {
            Some(len) => return Some((start, start + 2 + len + 1, sign == b'$')),
            None => at = start + 2,
        }
    }
}

/// The bracket that closes an expression, which stands on a few lines at most.
fn closing(bytes: &[u8]) -> Option<usize> {
    const MAX_LEN: usize = 1000;
    let mut depth = 0_usize;
    for (at, byte) in bytes.iter().take(MAX_LEN).enumerate() {
        match byte {
            b'{' => depth += 1,
            b'}' if depth == 0 => return Some(at),
            b'}' => depth -= 1,
            _ => {}
        }
    }
    None
}

fn directive<'t>(code: &'t str, open: &mut Vec<(Option<&'t str>, usize)>, flat: &mut Flat) {
    let (word, rest) = code.split_once(char::is_whitespace).unwrap_or((code, ""));
    let here = flat.text.len();
    match word {
        "if" => open.push((Some(rest.trim()), here)),
        "for" => open.push((None, here)),
        "else" => {
            let Some(block) = open.pop() else { return };
            let condition = block.0.map(|_| code);
            close(block, flat);
            open.push((condition, here));
        }
        "endif" | "endfor" => {
            if let Some(block) = open.pop() {
                close(block, flat);
            }
        }
        _ => {}
    }
}

fn close((condition, start): (Option<&str>, usize), flat: &mut Flat) {
    if let Some(condition) = condition {
        flat.close_condition(start, condition);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::invocation::HOLE;

    #[test]
    fn expressions_become_holes() {
        let text = "a=${var.x} $${B} $C %{ if var.tls ~}\nd%{ endif }${join(\",\", [for a in b : \"${a}\"])}";
        let flat = flat(text);
        assert_eq!(flat.text, format!("a={HOLE} $${{B}} $C \nd{HOLE}"));
        assert_eq!(flat.hole(2), "var.x");
        let at = flat.text.find('d').unwrap();
        assert_eq!(flat.condition(at).unwrap(), "var.tls");
        assert_eq!(flat.source(at), text.find("d%{").unwrap());
    }

    #[test]
    fn what_is_not_closed_is_text() {
        for text in ["${", "${a", "%{ if", "$", "%", "$$", "}"] {
            assert_eq!(super::flat(text).text, text);
        }
    }
}
