//! Where a further setting has room beside one that stands there, and in which
//! form: whoever adds one keeps the layout of the file.
//!
//! New text always goes before the name of the setting beside it, so that it
//! does not matter how far the value goes, holes included.

use super::Flat;
use crate::place::Span;
use crate::view::View;
use smol_str::{SmolStr, format_smolstr};
use std::ops::Range;

/// Room for a setting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Room {
    /// What the new text takes the place of: nothing, mostly.
    pub at: Span,
    /// What stands before its name.
    pub before: SmolStr,
    /// Between name and value.
    pub between: SmolStr,
    /// After the value.
    pub after: SmolStr,
}

impl Room {
    /// The text of a setting for this room.
    pub fn filled(&self, name: &str, value: &str) -> String {
        let Self {
            before,
            between,
            after,
            ..
        } = self;
        format!("{before}{name}{between}{value}{after}")
    }
}

/// Beside a flag, whose dashes are a part of the name.
pub(super) fn of_flag(view: &View, flat: &Flat, name: &Range<usize>) -> Option<Room> {
    let line = Line::around(view, flat, name.start)?;
    let lead = line.lead;
    let quote = lead.chars().next_back().filter(|c| is_quote(*c));
    let unquoted = quote.map_or(lead, |quote| lead.trim_end_matches(quote));
    if unquoted.trim() == "-" {
        // An item of a YAML list.
        let after = format_smolstr!("{}{}", maybe(quote), line.end);
        return line.own(lead, "=", after);
    }
    let Some(quote) = quote else {
        let (before, after) = match () {
            () if !lead.trim().is_empty() => ("", " ".into()),
            () if line.is_continued => (lead, format_smolstr!(" \\{}", line.end)),
            () => (lead, line.end.into()),
        };
        return if before.is_empty() {
            Some(here(view, flat, name.start, "=", after))
        } else {
            line.own(before, "=", after)
        };
    };
    let opens_list_item = matches!(
        unquoted.trim_end().chars().next_back(),
        None | Some('[' | ',' | '(' | '{')
    );
    if !opens_list_item {
        // `OPTS="--endpoints=… …"`: a word among others.
        return Some(here(view, flat, name.start, "=", " ".into()));
    }
    let closed = format_smolstr!("{quote},");
    if unquoted.trim().is_empty() {
        line.own(lead, "=", format_smolstr!("{closed}{}", line.end))
    } else {
        let next = format_smolstr!("{closed} {quote}");
        Some(here(view, flat, name.start, "=", next))
    }
}

/// Beside a variable of an environment.
pub(super) fn of_variable(
    view: &View,
    flat: &Flat,
    name: &Range<usize>,
    value: Option<&Range<usize>>,
) -> Option<Room> {
    let value = value?;
    let line = Line::around(view, flat, name.start)?;
    let between = flat.text.get(name.end..value.start)?;
    if between.contains('\n') {
        return of_named_item(&line, between);
    }
    let rest = flat.text[value.start..]
        .split('\n')
        .next()
        .unwrap_or_default();
    let rest = rest[after_expressions(rest, value.len())..].trim_end_matches('\r');
    let closing = rest.len() - rest.trim_start_matches(is_quote).len();
    let (closing, rest) = rest.split_at(closing);
    let is_json = between.contains("\":");
    let rest = if is_json {
        rest.trim_start_matches(',')
    } else {
        rest
    };
    let is_alone = rest.trim().is_empty() || rest.trim_start().starts_with('#');
    if !is_alone || line.is_continued || !opens_a_line(line.lead) {
        let is_plain = between == "=" && closing.is_empty() && is_own_word(line.lead);
        return is_plain.then(|| here(view, flat, name.start, "=", " ".into()));
    }
    let comma = if is_json { "," } else { "" };
    line.own(
        line.lead,
        between,
        format_smolstr!("{closing}{comma}{}", line.end),
    )
}

/// Whether what stands before a variable may stand on a further line as well.
fn opens_a_line(lead: &str) -> bool {
    let lead = lead.trim_end_matches(is_quote).trim();
    matches!(
        lead,
        "" | "-" | "export" | "Environment=" | "setenv" | "declare -x"
    )
}

/// Whether a variable that stands after this is a word of its own, one that the
/// shell gives to a command. What `docker run -e` gives is seen inside of a
/// container, where files have other places.
fn is_own_word(lead: &str) -> bool {
    let word = lead.trim_end().rsplit(char::is_whitespace).next();
    let is_option = word.is_some_and(|word| word.starts_with('-'));
    !is_option && !lead.ends_with(is_quote) && (lead.is_empty() || lead.ends_with([' ', '\t']))
}

/// Where a value of this length ends in its line, when `{{ an expression }}` of
/// Jinja or Helm is not cut off in its middle.
fn after_expressions(line: &str, len: usize) -> usize {
    let mut end = len.min(line.len());
    while line[..end].matches("{{").count() > line[..end].matches("}}").count() {
        let Some(close) = line[end..].find("}}") else {
            break;
        };
        end += close + 2;
        let is_end = |c: char| c.is_whitespace() || is_quote(c);
        end += line[end..].find(is_end).unwrap_or(line.len() - end);
    }
    end
}

/// `- name: X` with `value: …` below it.
fn of_named_item(line: &Line, between: &str) -> Option<Room> {
    let lead = line.lead.trim_end_matches(is_quote);
    if lead.trim() != "- name:" {
        return None;
    }
    let quote = between.chars().next_back().filter(|c| is_quote(*c));
    line.own(
        line.lead,
        between,
        format_smolstr!("{}{}", maybe(quote), line.end),
    )
}

/// Beside a key of a document; `key` is where it begins, its quote included.
pub(super) fn of_key(view: &View, flat: &Flat, key: usize) -> Option<Room> {
    let line = Line::around(view, flat, key)?;
    let is_json = flat.text[key..].starts_with('"');
    let (quote, between) = if is_json { ("\"", "\": ") } else { ("", ": ") };
    let after = match () {
        () if !line.lead.trim_start_matches(['-', ' ', '\t']).is_empty() => {
            // In a flow mapping: `{endpoints: […]}`.
            if is_json { "\", " } else { ", " }.into()
        }
        () => {
            let close = if is_json { "\"," } else { "" };
            let indent: String = line.lead.replace('-', " ");
            format_smolstr!("{close}{}{indent}", line.end)
        }
    };
    let at = view.is_file().then(|| {
        let source = flat.source(key);
        view.span(source..source)
    })?;
    Some(Room {
        at,
        before: quote.into(),
        between: between.into(),
        after,
    })
}

/// In the place of an empty value; `name_end` is where its name ends.
pub(super) fn of_value(
    view: &View,
    flat: &Flat,
    name_end: usize,
    value: &Range<usize>,
) -> Option<Room> {
    if !view.is_file() {
        return None;
    }
    let between = flat.text.get(name_end..value.start).unwrap_or_default();
    let needs_space = between.trim_end().ends_with(':') && !between.ends_with([' ', '"', '\'']);
    let is_mapped = flat.text[name_end..]
        .trim_start_matches(is_quote)
        .starts_with(':');
    let (at, needs_space) = if is_mapped && value.start <= name_end {
        // `key:` and nothing after it: the value has no place of its own.
        let colon = name_end + flat.text[name_end..].find(':')? + 1;
        (colon..colon, true)
    } else {
        (value.clone(), needs_space)
    };
    let start = flat.source(at.start);
    let end = start + at.len();
    Some(Room {
        at: view.span(start..end),
        before: if needs_space { " " } else { "" }.into(),
        between: SmolStr::default(),
        after: SmolStr::default(),
    })
}

/// The line in which a setting stands.
struct Line<'f> {
    /// What stands on it before the setting.
    lead: &'f str,
    /// How lines end here.
    end: &'static str,
    /// Whether the line before it goes on.
    is_continued: bool,
    /// Where it begins; `None` where the source has another layout.
    start: Option<Span>,
}

impl<'f> Line<'f> {
    /// `None` inside another encoding: nobody writes there.
    fn around(view: &View, flat: &'f Flat, at: usize) -> Option<Self> {
        if !view.is_file() {
            return None;
        }
        let start = flat.text[..at].rfind('\n').map_or(0, |end| end + 1);
        let before = flat.text[..start].trim_end_matches(['\n', '\r']);
        let rest = &flat.text[at..];
        let end = rest.find('\n').map_or(rest.len(), |end| end);
        let source = flat.source(start);
        let is_whole = flat.source(at) == source + (at - start);
        Some(Self {
            lead: &flat.text[start..at],
            end: if rest[..end].ends_with('\r') {
                "\r\n"
            } else {
                "\n"
            },
            is_continued: before.ends_with('\\'),
            start: is_whole.then(|| view.span(source..source)),
        })
    }

    /// Room on a line of its own before this one.
    fn own(&self, before: &str, between: &str, after: SmolStr) -> Option<Room> {
        Some(Room {
            at: self.start?,
            before: before.into(),
            between: between.into(),
            after,
        })
    }
}

/// Room right before the setting.
fn here(view: &View, flat: &Flat, at: usize, between: &str, after: SmolStr) -> Room {
    let source = flat.source(at);
    Room {
        at: view.span(source..source),
        before: SmolStr::default(),
        between: between.into(),
        after,
    }
}

fn maybe(quote: Option<char>) -> SmolStr {
    quote.map_or_else(SmolStr::default, |quote| format_smolstr!("{quote}"))
}

fn is_quote(c: char) -> bool {
    matches!(c, '"' | '\'')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::place::FileId;
    use crate::view::Budget;

    /// The text after `NEW` with the value `/ca` was put beside `OLD`.
    fn beside(text: &str) -> Option<String> {
        let budget = Budget::of_file(text.len());
        let view = View::of_file(FileId(0), "x", text.as_bytes(), &budget);
        let flat = Flat::plain(text);
        let start = text.find("--OLD").or(text.find("OLD"))?;
        let end = text.find("OLD")? + 3;
        let room = if text[start..].starts_with('-') {
            of_flag(&view, &flat, &(start..end))?
        } else {
            let value = text.find("https")?;
            let len = text[value..].find([' ', '"', '\n'])?;
            of_variable(&view, &flat, &(start..end), Some(&(value..value + len)))?
        };
        let name = if text[start..].starts_with('-') {
            "--NEW"
        } else {
            "NEW"
        };
        let mut after = text.to_owned();
        let at = room.at.start as usize..room.at.end as usize;
        after.replace_range(at, &room.filled(name, "/ca"));
        Some(after)
    }

    #[test]
    fn flags_in_every_layout() {
        for (before, after) in [
            ("x --OLD=https://a\n", "x --NEW=/ca --OLD=https://a\n"),
            (
                "x \\\n  --OLD https://a\n",
                "x \\\n  --NEW=/ca \\\n  --OLD https://a\n",
            ),
            ("- --OLD=https://a\n", "- --NEW=/ca\n- --OLD=https://a\n"),
            (
                "  - '--OLD=https://a'\n",
                "  - '--NEW=/ca'\n  - '--OLD=https://a'\n",
            ),
            (
                "a: [\"x\", \"--OLD=https://a\"]\n",
                "a: [\"x\", \"--NEW=/ca\", \"--OLD=https://a\"]\n",
            ),
            (
                "[\n  \"--OLD=https://a\"\n]\n",
                "[\n  \"--NEW=/ca\",\n  \"--OLD=https://a\"\n]\n",
            ),
            ("O='--OLD=https://a'\n", "O='--NEW=/ca --OLD=https://a'\n"),
            (
                "- --OLD=https://a\r\n",
                "- --NEW=/ca\r\n- --OLD=https://a\r\n",
            ),
        ] {
            assert_eq!(beside(before).as_deref(), Some(after));
        }
    }

    #[test]
    fn variables_in_every_layout() {
        for (before, after) in [
            ("OLD=https://a\n", "NEW=/ca\nOLD=https://a\n"),
            (
                "  export OLD=\"https://a\" # x\n",
                "  export NEW=\"/ca\"\n  export OLD=\"https://a\" # x\n",
            ),
            (
                "Environment=\"OLD=https://a\"\n",
                "Environment=\"NEW=/ca\"\nEnvironment=\"OLD=https://a\"\n",
            ),
            (
                "A=1 OLD=https://a get x\n",
                "A=1 NEW=/ca OLD=https://a get x\n",
            ),
            (
                "  \"OLD\": \"https://a\"\n",
                "  \"NEW\": \"/ca\",\n  \"OLD\": \"https://a\"\n",
            ),
            (
                "- name: OLD\n  value: https://a\n",
                "- name: NEW\n  value: /ca\n- name: OLD\n  value: https://a\n",
            ),
        ] {
            assert_eq!(beside(before).as_deref(), Some(after));
        }
        for unsafe_to_change in [
            "docker run -e OLD=https://a etcd\n",
            "docker run \\\n  --env OLD=https://a \\\n  etcd\n",
            "Environment=\"A=1\" \"OLD=https://a\"\n",
        ] {
            assert_eq!(beside(unsafe_to_change), None);
        }
    }
}
