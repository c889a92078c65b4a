//! Words of a shell's command line. (Ruby's `Shellwords`.)

use super::conversion::ruby_to_s;
use super::{Call, Function};
use crate::value::Value;

pub(super) fn named(name: &str) -> Option<Function> {
    Some(match name {
        "shell_escape" | "stdlib::shell_escape" => |call| match call.args {
            [data] => Some(Value::text(escaped(&ruby_to_s(data)?))),
            _ => None,
        },
        "shell_join" => shell_join,
        "batch_escape" => batch_escape,
        _ => return None,
    })
}

fn escaped(text: &str) -> String {
    if text.is_empty() {
        return "''".into();
    }
    let mut out = String::new();
    for character in text.chars() {
        match character {
            '\n' => out.push_str("'\n'"),
            plain if plain.is_ascii_alphanumeric() || "_-.,:+/@".contains(plain) => out.push(plain),
            other => out.extend(['\\', other]),
        }
    }
    out
}

fn shell_join(call: &Call<'_>) -> Option<Value> {
    let word = |item: &Value| Some(escaped(&ruby_to_s(item.single()?)?));
    let words: Vec<String> = call.items(0)?.iter().map(word).collect::<Option<_>>()?;
    Some(Value::text(words.join(" ")))
}

/// For Windows: in double quotes.
fn batch_escape(call: &Call<'_>) -> Option<Value> {
    let mut out = String::from("\"");
    for character in ruby_to_s(call.data(0))?.chars() {
        match character {
            '"' => out.push_str("\"\""),
            '$' | '\\' => out.extend(['\\', character]),
            other => out.push(other),
        }
    }
    out.push('"');
    Some(Value::text(out))
}
