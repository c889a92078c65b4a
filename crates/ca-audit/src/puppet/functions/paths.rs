//! Functions on paths. (Ruby's `File.basename`, `File.dirname`, `File.extname`.)

use super::{Call, Function};
use crate::value::{Data, Piece, Text, Value};

pub(super) fn named(name: &str) -> Option<Function> {
    Some(match name {
        "basename" => basename,
        "dirname" => dirname,
        "extname" | "stdlib::extname" => extname,
        _ => return None,
    })
}

/// `basename(path, suffix)`; a suffix of `.*` is any extension.
fn basename(call: &Call<'_>) -> Option<Value> {
    let Data::Text(path) = call.data(0) else {
        return None;
    };
    let suffix = match call.args.len() {
        1 => "",
        2 => call.text(1)?,
        _ => return None,
    };
    let Some(path) = path.as_str() else {
        return open_basename(path, suffix);
    };
    let name = base(path);
    let name = match suffix {
        ".*" if name.ends_with('.') => return None,
        ".*" => &name[..name.len() - extension(name).len()],
        // A name is never all suffix.
        suffix => name
            .strip_suffix(suffix)
            .filter(|it| !it.is_empty())
            .unwrap_or(name),
    };
    Some(Value::text(name))
}

/// What stands behind the last slash that can be seen.
fn base(path: &str) -> &str {
    let trimmed = path.trim_end_matches('/');
    if trimmed.is_empty() && path.starts_with('/') {
        return "/";
    }
    trimmed.rsplit('/').next().unwrap_or(trimmed)
}

/// Of a path whose last part is seen, that part.
fn open_basename(path: &Text, suffix: &str) -> Option<Value> {
    let Some(Piece::Literal(last)) = path.pieces.last() else {
        return None;
    };
    let (_, name) = last.rsplit_once('/').filter(|(_, name)| !name.is_empty())?;
    suffix.is_empty().then(|| Value::text(name))
}

fn dirname(call: &Call<'_>) -> Option<Value> {
    let [Data::Text(path)] = call.args else {
        return None;
    };
    if let Some(path) = path.as_str() {
        return (!path.is_empty()).then(|| Value::text(folder(path)));
    }
    // Of a path whose last part is seen, what stands before it.
    let (last, before) = path.pieces.split_last()?;
    let Piece::Literal(last) = last else {
        return None;
    };
    let (rest, name) = last.rsplit_once('/')?;
    if name.is_empty() || rest.ends_with('/') {
        return None;
    }
    let mut folder = Text {
        pieces: before.to_vec(),
    };
    if !rest.is_empty() {
        folder.push(&Text::literal(rest));
    } else if !matches!(before, [.., Piece::Hole(_)]) || before.len() == 1 {
        // The hole may be empty, or end with a slash.
        return None;
    }
    Some(Value::known(Data::Text(folder)))
}

fn folder(path: &str) -> &str {
    let trimmed = path.trim_end_matches('/');
    match trimmed.rsplit_once('/') {
        None if trimmed.is_empty() => "/",
        None => ".",
        Some((folder, _)) => match folder.trim_end_matches('/') {
            "" => "/",
            folder => folder,
        },
    }
}

fn extname(call: &Call<'_>) -> Option<Value> {
    match call.args {
        [_] => Some(Value::text(extension(base(call.text(0)?)))),
        _ => None,
    }
}

/// From the last dot on; dots at the beginning are none.
fn extension(name: &str) -> &str {
    let visible = name.trim_start_matches('.');
    match visible.rsplit_once('.') {
        Some((before, after)) if !before.is_empty() => &visible[visible.len() - after.len() - 1..],
        _ => "",
    }
}
