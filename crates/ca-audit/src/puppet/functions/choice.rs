//! Functions that choose among their arguments.

use crate::value::{Case, Condition, Data, Text, Value};

/// `pick`, `pick_default`, `ensure`; `None` for any other name.
pub(super) fn apply(name: &str, args: &[Value]) -> Option<Value> {
    match name {
        "pick" | "pick_default" => Some(pick(args, name == "pick_default")),
        "ensure" => ensure(args),
        _ => None,
    }
}

/// `stdlib::ensure(true, file)`: the word for a resource that is there or not
/// (stdlib's REFERENCE.md; the words of packages and services are theirs).
fn ensure(args: &[Value]) -> Option<Value> {
    let kind = args.get(1).and_then(Value::as_str);
    let present = match kind {
        None | Some("present") => "present",
        Some(kind @ ("directory" | "link" | "mounted" | "file")) => kind,
        Some(_) => return None,
    };
    let first = args.first()?;
    Some(first.flat_map(|case| match &case.data {
        Data::Bool(true) => Value::text(present),
        Data::Bool(false) => Value::text("absent"),
        Data::Text(text) if text.as_str() == Some("present") => Value::text(present),
        Data::Text(text) if text.as_str() == Some("absent") => Value::text("absent"),
        other => Value::known(other.clone()),
    }))
}

/// The first argument that is neither `undef` nor empty; the last one counts
/// whatever it is where it is the default.
fn pick(args: &[Value], has_default: bool) -> Value {
    let mut chosen: Vec<Case> = Vec::new();
    // Functions of the old form are given an empty string for `undef`.
    let given = |data: &Data| match data {
        Data::Undef => Data::Text(Text::literal("")),
        data => data.clone(),
    };
    // The ways in which all arguments so far are empty.
    let mut empty: Vec<Vec<Condition>> = vec![Vec::new()];
    for (index, arg) in args.iter().enumerate() {
        let is_default = has_default && index + 1 == args.len();
        let mut still_empty = Vec::new();
        for before in &empty {
            for case in &*arg.cases {
                let Some(when) = Condition::all_of(before, &case.when) else {
                    continue;
                };
                let verdict = is_empty(&case.data);
                if is_default || verdict != Some(true) {
                    chosen.push(Case {
                        data: given(&case.data),
                        when: when.clone(),
                        from: case.from.clone(),
                    });
                }
                if verdict != Some(false) {
                    still_empty.push(when);
                }
            }
        }
        still_empty.truncate(crate::value::MAX_CASES + 1);
        empty = still_empty;
        if empty.is_empty() {
            break;
        }
    }
    if chosen.is_empty() {
        return Value::undef();
    }
    Value::of(chosen)
}

/// Whether `pick` passes over it; `None` where that cannot be told.
fn is_empty(data: &Data) -> Option<bool> {
    match data {
        Data::Undef => Some(true),
        Data::Unknown(_) => None,
        Data::Text(text) => match text.as_str() {
            Some(text) => Some(text.is_empty()),
            None if text.prefix().is_empty() && text.suffix().is_empty() => None,
            None => Some(false),
        },
        _ => Some(false),
    }
}
