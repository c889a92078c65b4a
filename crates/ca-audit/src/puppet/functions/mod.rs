//! Functions of core Puppet and of stdlib, as far as they decide paths,
//! contents, titles or conditions. (Puppet's function reference; stdlib's
//! REFERENCE.md; where these are silent, the functions' own source in Puppet 7
//! and stdlib 8.) `tests/oracles/function_cases.rb` asks the real ones.
//!
//! A function is given one case of each argument, and gives what Puppet gives
//! or `None`: it cannot be told, or Puppet would refuse it. Then the
//! alternatives inside lists are tried one by one, then what can be said of a
//! list or a text of which only a part is known ([`rough`]).

mod checks;
mod choice;
mod conversion;
mod digests;
mod encodings;
mod format;
mod hashes;
mod list_parts;
mod lists;
mod numbers;
mod paths;
mod patterns;
mod rough;
mod serialized;
mod shell;
mod strings;
mod versions;

use super::combine::{combine, spread};
use crate::place::Span;
use crate::value::{Data, Unknown, Value, Why};

/// A call with one case of each argument.
struct Call<'a> {
    name: &'a str,
    args: &'a [&'a Data],
    at: Span,
}

/// What a function gives, where it can be told.
type Function = fn(&Call<'_>) -> Option<Value>;

/// The families of functions, each with its own names.
const FAMILIES: [fn(&str) -> Option<Function>; 14] = [
    strings::named,
    lists::named,
    list_parts::named,
    hashes::named,
    numbers::named,
    conversion::named,
    format::named,
    patterns::named,
    paths::named,
    encodings::named,
    digests::named,
    shell::named,
    serialized::named,
    checks::named,
];

/// The result of a function; `None` for a function that is not known here.
pub(super) fn apply(name: &str, args: &[Value], at: Span) -> Option<Value> {
    if let Some(chosen) = choice::apply(name, args) {
        return Some(chosen);
    }
    if is_open(name) {
        return Some(Value::unknown(Why::Function(name.into()), Some(at)));
    }
    let function = FAMILIES
        .iter()
        .find_map(|family| family(name))
        .or_else(|| versions::named(name))?;
    let args: Vec<&Value> = args.iter().collect();
    Some(combine(&args, at, |data| {
        let call = Call {
            name,
            args: data,
            at,
        };
        function(&call)
            .or_else(|| of_alternatives(function, &call))
            .or_else(|| rough::result(&call))
            .unwrap_or_else(|| call.unknown())
    }))
}

/// Functions that depend on the host, the time or chance.
fn is_open(name: &str) -> bool {
    matches!(
        name,
        "defined"
            | "ipresolve"
            | "fqdn_rand"
            | "fqdn_rand_string"
            | "fqdn_rotate"
            | "fqdn_uuid"
            | "seeded_rand"
            | "seeded_rand_string"
            | "shuffle"
            | "pw_hash"
            | "strftime"
            | "time"
            | "generate"
            | "glob"
            | "fact"
            | "inline_template"
            | "inline_epp"
            | "Deferred"
            | "Timestamp"
            | "Timespan"
            | "SemVer"
            | "SemVerRange"
            | "Binary"
            | "URI"
            | "type"
            | "scanf"
            | "is_ip_address"
            | "has_ip_address"
            | "has_interface_with"
    )
}

/// The function of every choice among the alternatives inside the arguments.
fn of_alternatives(function: Function, call: &Call<'_>) -> Option<Value> {
    let spread: Vec<Option<Value>> = call.args.iter().map(|data| spread(data)).collect();
    if spread.iter().all(Option::is_none) {
        return None;
    }
    let args: Vec<Value> = spread
        .into_iter()
        .zip(call.args)
        .map(|(spread, data)| spread.unwrap_or_else(|| Value::known((*data).clone())))
        .collect();
    let args: Vec<&Value> = args.iter().collect();
    let mut is_told = true;
    let value = combine(&args, call.at, |data| {
        let call = Call {
            args: data,
            ..*call
        };
        function(&call).unwrap_or_else(|| {
            is_told = false;
            Value::undef()
        })
    });
    is_told.then_some(value)
}

impl<'a> Call<'a> {
    /// An argument; `undef` where it is not given.
    fn data(&self, index: usize) -> &'a Data {
        self.args.get(index).copied().unwrap_or(&Data::Undef)
    }

    /// An argument that is a string to the last character.
    fn text(&self, index: usize) -> Option<&'a str> {
        match self.data(index) {
            Data::Text(text) => text.as_str(),
            _ => None,
        }
    }

    /// An argument that is an integer.
    fn integer(&self, index: usize) -> Option<i64> {
        match self.data(index) {
            Data::Integer(value) => Some(*value),
            _ => None,
        }
    }

    /// An argument that is a list.
    fn items(&self, index: usize) -> Option<&'a [Value]> {
        match self.data(index) {
            Data::Array(items) => Some(items),
            _ => None,
        }
    }

    /// An argument that is a hash.
    fn entries(&self, index: usize) -> Option<&'a [(Value, Value)]> {
        match self.data(index) {
            Data::Hash(entries) => Some(entries),
            _ => None,
        }
    }

    /// What cannot be told: an argument's reason, or the function's name.
    fn unknown(&self) -> Value {
        Value::known(Data::Unknown(self.reason()))
    }

    fn reason(&self) -> Unknown {
        let own = Unknown {
            why: Why::Function(self.name.into()),
            at: Some(self.at),
        };
        let given = self.args.iter().find_map(|data| match data {
            Data::Unknown(unknown) => Some(unknown.clone()),
            _ => None,
        });
        given.unwrap_or(own)
    }
}

fn list(items: Vec<Value>) -> Value {
    Value::known(Data::Array(items.into()))
}

fn boolean(value: bool) -> Value {
    Value::known(Data::Bool(value))
}

fn integer(value: i64) -> Value {
    Value::known(Data::Integer(value))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::place::FileId;

    fn at() -> Span {
        Span::whole(FileId(0))
    }

    #[test]
    fn urls_built_from_unknown_hosts_keep_their_scheme() {
        let hosts = Value::unknown(Why::HieraKey("hosts".into()), None);
        let ports = apply("suffix", &[hosts, Value::text(":2379")], at()).unwrap();
        let urls = apply("prefix", &[ports, Value::text("https://")], at()).unwrap();
        let joined = apply("join", &[urls, Value::text(",")], at()).unwrap();
        let Some(Data::Text(text)) = joined.single() else {
            panic!("text")
        };
        assert_eq!(text.prefix(), "https://");
        assert!(text.to_string().contains(":2379"));
    }

    #[test]
    fn pick_takes_what_may_come_first() {
        let picked = apply(
            "pick",
            &[Value::undef(), Value::text("/x"), Value::text("/y")],
            at(),
        )
        .unwrap();
        assert_eq!(picked.as_str(), Some("/x"));
    }

    #[test]
    fn what_is_not_seen_stays_where_it_is() {
        let open = Value::unknown(Why::Fact("fqdn".into()), None);
        let list = Value::known(Data::Array([Value::text("a"), open].into()));
        let joined = apply("join", &[list.clone(), Value::text(",")], at()).unwrap();
        let Some(Data::Text(text)) = joined.single() else {
            panic!("text")
        };
        assert_eq!(text.to_string(), "a,${fact fqdn}");
        // It may be a list itself, so the length is not known.
        let flat = apply("flatten", &[list], at()).unwrap();
        assert!(matches!(flat.single(), Some(Data::Each(_))));
    }
}
