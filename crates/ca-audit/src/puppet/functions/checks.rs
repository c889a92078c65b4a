//! Functions that ask for the type of a value.

use super::{Call, Function, boolean};
use crate::puppet::types;
use crate::ruby_float::float_to_s;
use crate::value::{Data, Value};

pub(super) fn named(name: &str) -> Option<Function> {
    Some(match name {
        "is_array" => |call| kind(call, |data| matches!(data, Data::Array(_) | Data::Each(_))),
        "is_hash" => |call| kind(call, |data| matches!(data, Data::Hash(_))),
        "is_bool" => |call| kind(call, |data| matches!(data, Data::Bool(_))),
        "is_string" => is_string,
        "is_integer" => |call| looks(call, is_whole, |data| matches!(data, Data::Integer(_))),
        "is_numeric" => |call| {
            looks(call, is_number, |data| {
                matches!(data, Data::Integer(_) | Data::Float(_))
            })
        },
        "is_float" => |call| looks(call, is_float, |data| matches!(data, Data::Float(_))),
        "is_absolute_path" => is_absolute_path,
        "is_a" => |call| types::is_instance(call.data(0), call.data(1)).map(boolean),
        "assert_type" => assert_type,
        name if is_validation(name) => |_| Some(Value::undef()),
        _ => return None,
    })
}

/// Functions that fail or give nothing.
fn is_validation(name: &str) -> bool {
    matches!(
        name,
        "validate_absolute_path"
            | "validate_array"
            | "validate_augeas"
            | "validate_bool"
            | "validate_cmd"
            | "validate_domain_name"
            | "validate_email_address"
            | "validate_hash"
            | "validate_integer"
            | "validate_ip_address"
            | "validate_ipv4_address"
            | "validate_ipv6_address"
            | "validate_legacy"
            | "validate_numeric"
            | "validate_re"
            | "validate_slength"
            | "validate_string"
            | "validate_x509_rsa_key_pair"
            | "assert_private"
            | "deprecation"
    )
}

fn kind(call: &Call<'_>, is: fn(&Data) -> bool) -> Option<Value> {
    match call.args {
        [Data::Unknown(_)] => None,
        [data] => Some(boolean(is(data))),
        _ => None,
    }
}

/// A string that is no number.
fn is_string(call: &Call<'_>) -> Option<Value> {
    match call.args {
        [Data::Unknown(_)] => None,
        // Functions of the old form are given an empty string for it.
        [Data::Undef] => Some(boolean(true)),
        [Data::Text(text)] => {
            let text = text.as_str()?;
            let is_number = text.parse::<i64>().is_ok_and(|it| it.to_string() == text)
                || text.parse::<f64>().is_ok_and(|it| float_to_s(it) == text);
            Some(boolean(!is_number))
        }
        [_] => Some(boolean(false)),
        _ => None,
    }
}

fn looks(call: &Call<'_>, text: fn(&str) -> bool, data: fn(&Data) -> bool) -> Option<Value> {
    match call.args {
        [Data::Unknown(_)] => None,
        [Data::Text(it)] => {
            let it = it.as_str()?;
            // The patterns of stdlib match any line of it.
            (!it.contains('\n')).then(|| boolean(text(it)))
        }
        [other] => Some(boolean(data(other))),
        _ => None,
    }
}

fn is_whole(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    !digits.is_empty()
        && digits.bytes().all(|it| it.is_ascii_digit())
        && (digits == "0" || !digits.starts_with('0'))
}

/// `-?(0|[1-9]\d*)(\.\d+)?([eE]-?\d+)?`
fn is_number(text: &str) -> bool {
    let are_digits = |it: &str| !it.is_empty() && it.bytes().all(|byte| byte.is_ascii_digit());
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (text, None),
    };
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (mantissa, None),
    };
    is_whole(whole)
        && fraction.is_none_or(are_digits)
        && exponent.is_none_or(|it| are_digits(it.strip_prefix('-').unwrap_or(it)))
}

fn is_float(text: &str) -> bool {
    text.parse::<f64>().is_ok_and(|it| float_to_s(it) == text)
}

/// POSIX or Windows (`Puppet::Util.absolute_path?`).
fn is_absolute_path(call: &Call<'_>) -> Option<Value> {
    let [Data::Text(path)] = call.args else {
        return None;
    };
    if path.prefix().starts_with('/') {
        return Some(boolean(true));
    }
    let path = path.as_str()?;
    let bytes = path.as_bytes();
    let is_drive = bytes.len() > 2
        && bytes[0].is_ascii_alphabetic()
        && bytes[1] == b':'
        && matches!(bytes[2], b'/' | b'\\');
    // Names of shares and several lines are not worth a guess.
    (!path.starts_with('\\') && !path.contains('\n')).then(|| boolean(is_drive))
}

/// `assert_type(Type, value)` is the value, or fails.
fn assert_type(call: &Call<'_>) -> Option<Value> {
    match call.args {
        [_, data] => Some(Value::known((*data).clone())),
        _ => None,
    }
}
