//! What a function of a Puppet repository may return, because somebody says so.

use ca_audit::value::{Data, Value};
use serde::de::{Deserialize, Deserializer, Error};
use serde_yaml::Value as Yaml;

/// Every value that a function may return; at least one.
#[derive(Clone, Debug)]
pub struct FunctionModel {
    /// The values.
    pub values: Vec<Value>,
}

impl<'de> Deserialize<'de> for FunctionModel {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let values = match Yaml::deserialize(deserializer)? {
            Yaml::Sequence(values) => values,
            one => vec![one],
        };
        if values.is_empty() {
            return Err(D::Error::custom("no value is said; a function returns one"));
        }
        let values = values.iter().map(value).collect::<Option<_>>();
        let values =
            values.ok_or_else(|| D::Error::custom("not a value of the Puppet language"))?;
        Ok(Self { values })
    }
}

fn value(yaml: &Yaml) -> Option<Value> {
    Some(match yaml {
        Yaml::Null => Value::undef(),
        Yaml::Bool(known) => Value::known(Data::Bool(*known)),
        Yaml::Number(number) => Value::known(match number.as_i64() {
            Some(known) => Data::Integer(known),
            None => Data::Float(number.as_f64()?),
        }),
        Yaml::String(text) => Value::text(text.as_str()),
        Yaml::Sequence(items) => {
            let items: Vec<Value> = items.iter().map(value).collect::<Option<_>>()?;
            Value::known(Data::Array(items.into()))
        }
        Yaml::Mapping(entries) => {
            let entry = |(key, item): (&Yaml, &Yaml)| Some((value(key)?, value(item)?));
            let entries: Vec<_> = entries.iter().map(entry).collect::<Option<_>>()?;
            Value::known(Data::Hash(entries.into()))
        }
        Yaml::Tagged(_) => return None,
    })
}
