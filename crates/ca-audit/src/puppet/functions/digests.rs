//! Digests of text.

use super::{Call, Function};
use crate::value::Value;
use sha2::Digest as _;
use std::fmt::Write as _;

pub(super) fn named(name: &str) -> Option<Function> {
    Some(match name {
        "sha1" | "stdlib::sha1" => |call| digest(call, |text| hex(&sha1::Sha1::digest(text))),
        "sha256" | "stdlib::sha256" => |call| digest(call, |text| hex(&sha2::Sha256::digest(text))),
        "sha512" => |call| digest(call, |text| hex(&sha2::Sha512::digest(text))),
        _ => return None,
    })
}

fn digest(call: &Call<'_>, of: fn(&[u8]) -> String) -> Option<Value> {
    match call.args {
        [_] => Some(Value::text(of(call.text(0)?.as_bytes()))),
        _ => None,
    }
}

fn hex(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        let _ = write!(out, "{byte:02x}");
    }
    out
}
