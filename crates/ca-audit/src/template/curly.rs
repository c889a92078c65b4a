//! Templates with curly braces: Jinja2 (Ansible), Go (Helm) and their kin.
//! `{{ … }}` is an expression, `{% … %}` and Go's `{{ if }}` are blocks,
//! `{# … #}` and `{{/* … */}}` are comments.

use crate::invocation::Flat;

/// Whether a text may be such a template.
pub(super) fn is_template(text: &str) -> bool {
    memchr::memmem::find(text.as_bytes(), b"{{").is_some()
        || memchr::memmem::find(text.as_bytes(), b"{%").is_some()
}

/// The text with its tags taken out.
pub(super) fn flat(text: &str) -> Flat<'_> {
    let mut flat = Flat::builder();
    let mut open: Vec<Open> = Vec::new();
    let mut at = 0;
    while let Some(tag) = next_tag(text, at) {
        flat.push_text(&text[at..tag.start], at);
        at = tag.end;
        match tag.meaning {
            Meaning::Expression(code) => {
                if is_block(code, &text[..tag.start]) {
                    flat.push_text(BLOCK, tag.start);
                }
                flat.push_hole(meant(code, &open), tag.start);
            }
            Meaning::Comment => {}
            Meaning::Statement(code) => statement(code, &mut open, &mut flat),
        }
    }
    flat.push_text(&text[at..], at);
    while let Some(block) = open.pop() {
        block.close(&mut flat);
    }
    flat
}

/// What a hole begins with that stands for whole lines of YAML: as a comment it
/// leaves the document around it what it is.
pub(crate) const BLOCK: &str = "# ";

/// Whether an expression gives whole lines: it is indented, and alone on its
/// own.
fn is_block(code: &str, before: &str) -> bool {
    let line = before.rfind('\n').map_or(0, |at| at + 1);
    let indents = |stage: &str| {
        let word = stage.split_whitespace().next();
        matches!(word, Some("nindent" | "indent"))
    };
    code.split('|').skip(1).any(indents) && before[line..].trim().is_empty()
}

/// A block that is open.
struct Open<'t> {
    /// Its condition; loops and definitions have none.
    condition: Option<&'t str>,
    /// The name of what it defines.
    defines: Option<&'t str>,
    /// A name that stands for an expression, or for each of its items, inside
    /// of the block.
    binds: Option<(&'t str, &'t str)>,
    start: usize,
}

impl Open<'_> {
    fn close(self, flat: &mut Flat) {
        if let Some(condition) = self.condition {
            flat.close_condition(self.start, condition);
        }
        if let Some(name) = self.defines {
            flat.close_definition(self.start, name);
        }
    }
}

/// What an expression means inside of the blocks that are open.
fn meant<'t>(code: &'t str, open: &[Open<'t>]) -> &'t str {
    let bound = open.iter().rev().filter_map(|block| block.binds);
    let mut own = bound.filter(|(name, _)| *name == code);
    own.next().map_or(code, |(_, expression)| expression)
}

/// `.` in Go's `with X` and `range X`, `$v` in `range $k, $v := X`, `v` in
/// Jinja's `for v in X`.
fn binding<'t>(word: &str, rest: &'t str) -> Option<(&'t str, &'t str)> {
    let rest = rest.trim();
    match word {
        "with" | "range" => Some(match rest.split_once(":=") {
            Some((names, expression)) => (names.rsplit(',').next()?.trim(), expression.trim()),
            None => (".", rest),
        }),
        "for" => {
            let (name, expression) = rest.split_once(" in ")?;
            Some((name.trim(), expression.trim()))
        }
        _ => None,
    }
}

struct Tag<'t> {
    start: usize,
    end: usize,
    meaning: Meaning<'t>,
}

enum Meaning<'t> {
    Expression(&'t str),
    Statement(&'t str),
    Comment,
}

fn next_tag(text: &str, from: usize) -> Option<Tag<'_>> {
    let mut at = from;
    loop {
        let start = at + memchr::memchr(b'{', &text.as_bytes()[at..])?;
        let (close, kind) = match text.as_bytes().get(start + 1) {
            Some(b'{') => ("}}", b'{'),
            Some(b'%') => ("%}", b'%'),
            Some(b'#') => ("#}", b'#'),
            _ => {
                at = start + 1;
                continue;
            }
        };
        // One that is not closed is text.
        let Some(len) = text[start + 2..].find(close) else {
            at = start + 2;
            continue;
        };
        let inner = &text[start + 2..start + 2 + len];
        let code = inner.trim_matches(['-', '+', '~']).trim();
        let meaning = match kind {
            b'%' => Meaning::Statement(code),
            b'#' => Meaning::Comment,
            _ if code.starts_with("/*") => Meaning::Comment,
            _ if is_go_statement(code) => Meaning::Statement(code),
            _ => Meaning::Expression(code),
        };
        return Some(Tag {
            start,
            end: start + 2 + len + 2,
            meaning,
        });
    }
}

/// Go's templates write statements and expressions alike.
fn is_go_statement(code: &str) -> bool {
    let word = code.split_whitespace().next().unwrap_or_default();
    matches!(
        word,
        "if" | "else" | "end" | "range" | "with" | "define" | "block" | "break" | "continue"
    ) || code
        .split_once(":=")
        .is_some_and(|(name, _)| name.trim().starts_with('$'))
}

fn statement<'t>(code: &'t str, open: &mut Vec<Open<'t>>, flat: &mut Flat) {
    let (word, rest) = code.split_once(char::is_whitespace).unwrap_or((code, ""));
    let here = flat.text.len();
    match word {
        "if" | "with" => open.push(Open {
            condition: Some(rest.trim()),
            defines: None,
            binds: binding(word, rest),
            start: here,
        }),
        "for" | "range" | "define" | "block" | "macro" | "call" | "filter" | "raw" => {
            open.push(Open {
                condition: None,
                defines: (word == "define").then(|| rest.trim().trim_matches('"')),
                binds: binding(word, rest),
                start: here,
            });
        }
        "else" | "elif" | "elsif" => {
            let Some(block) = open.pop() else { return };
            let condition = block.condition.map(|_| code);
            block.close(flat);
            open.push(Open {
                condition,
                defines: None,
                binds: None,
                start: here,
            });
        }
        word if word.starts_with("end") => {
            if let Some(block) = open.pop() {
                block.close(flat);
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::invocation::HOLE;

    #[test]
    fn tags_become_holes_and_conditions() {
        let text = "a={{ x }}\n{% if tls %}\nb{% else %}c{% endif %}\n{# no #}d {{- if .y }}e{{ end }}{{/* z */}}";
        let flat = flat(text);
        assert_eq!(flat.text, format!("a={HOLE}\n\nbc\nd e"));
        assert_eq!(flat.hole(2), "x");
        let at = |c| flat.text.find(c).unwrap();
        assert_eq!(flat.condition(at('b')).unwrap(), "tls");
        assert_eq!(flat.condition(at('c')).unwrap(), "else");
        assert_eq!(flat.condition(at('d')), None);
        assert_eq!(flat.condition(at('e')).unwrap(), ".y");
        assert_eq!(flat.source(at('d')), text.find("d {{-").unwrap());
    }

    #[test]
    fn names_mean_what_their_block_says() {
        let text = "{{ with .Values.ca }}{{ . }}{{ end }}{{ . }}{{ range $i, $e := .Values.b }}{{ $e }}{{ end }}{% for e in urls %}{{ e }}{% endfor %}";
        let flat = flat(text);
        let codes: Vec<&str> = flat.holes_in(&(0..flat.text.len())).collect();
        assert_eq!(codes, [".Values.ca", ".", ".Values.b", "urls"]);
    }

    #[test]
    fn whole_lines_are_comments() {
        let flat = flat("args:\n- a\n{{ toYaml .b | nindent 2 }}\nc: {{ .d | nindent 2 }}");
        assert_eq!(flat.text, format!("args:\n- a\n# {HOLE}\nc: {HOLE}"));
    }

    #[test]
    fn definitions_have_names() {
        let flat = flat("{{- define \"a.url\" -}}\nhttps://{{ .Values.host }}\n{{- end -}}x");
        let range = flat.definition("a.url").unwrap();
        assert_eq!(flat.text[range].trim(), format!("https://{HOLE}"));
        assert!(flat.definition("b").is_none());
    }

    #[test]
    fn what_is_not_closed_is_text() {
        for text in ["{{ a", "{% if", "{", "{{", "${a} {b}"] {
            assert_eq!(flat(text).text, text);
        }
        assert_eq!(flat("{% endif %}{{ end }}{% else %}x").text, "x");
    }
}
