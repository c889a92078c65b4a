//! Data as JSON has them, the way `puppet lookup --render-as json` prints them.

use super::datum::{Datum, Kind, REDACTED};
use serde::{Serialize, Serializer};

impl Serialize for Datum {
    /// What is sensitive or cannot be seen becomes a string that says so; a
    /// number too long for JSON's readers becomes the nearest one that is not.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.kind {
            Kind::Null => serializer.serialize_unit(),
            Kind::Bool(value) => serializer.serialize_bool(*value),
            Kind::Int(value) => whole(*value, serializer),
            Kind::Float(value) => serializer.serialize_f64(*value),
            Kind::Text(text) => serializer.collect_str(text),
            Kind::Array(items) => serializer.collect_seq(items),
            Kind::Hash(hash) => {
                let entries = hash
                    .iter()
                    .map(|(key, value)| (key.name().to_string(), value));
                serializer.collect_map(entries)
            }
            Kind::Sensitive(_) => serializer.serialize_str(REDACTED),
            Kind::Symbol(_) | Kind::Unknown(_) => serializer.serialize_str(&self.inspected()),
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "as readers of JSON have it")]
fn whole<S: Serializer>(value: i128, serializer: S) -> Result<S::Ok, S::Error> {
    match (i64::try_from(value), u64::try_from(value)) {
        (Ok(value), _) => serializer.serialize_i64(value),
        (_, Ok(value)) => serializer.serialize_u64(value),
        _ => serializer.serialize_f64(value as f64),
    }
}
