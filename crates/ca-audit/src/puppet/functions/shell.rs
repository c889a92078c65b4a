//! Words of a shell's command line. (Ruby's `Shellwords`.)

use super::{Call, Function};
use crate::puppet::interpolation::text_of;
use crate::value::{Data, Value};

pub(super) fn named(name: &str) -> Option<Function> {
    Some(match name {
        "shell_escape" | "stdlib::shell_escape" => |call| match call.args {
            [data] => Some(Value::text(escaped(&printed(data)?))),
            _ => None,
        },
        "shell_join" => shell_join,
        "batch_escape" => batch_escape,
        _ => return None,
    })
}

fn printed(data: &Data) -> Option<String> {
    match data {
        Data::Text(_) | Data::Integer(_) | Data::Float(_) | Data::Bool(_) => {
            text_of(data).as_str().map(Into::into)
        }
        _ => None,
    }
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
    let word = |item: &Value| Some(escaped(&printed(item.single()?)?));
    let words: Vec<String> = call.items(0)?.iter().map(word).collect::<Option<_>>()?;
    Some(Value::text(words.join(" ")))
}

/// For Windows: in double quotes.
fn batch_escape(call: &Call<'_>) -> Option<Value> {
    let mut out = String::from("\"");
    for character in printed(call.data(0))?.chars() {
        match character {
            '"' => out.push_str("\"\""),
            '$' | '\\' => out.extend(['\\', character]),
            other => out.push(other),
        }
    }
    out.push('"');
    Some(Value::text(out))
}
