//! Certificates that a merge of Hiera loses on the way.

use crate::facts::KnockedOut;
use crate::hiera::Layer;
use crate::puppet::data_keys::{DataKeys, LostValue};

/// Every PEM text in the data that a `knockout_prefix` takes for its own.
pub(super) fn knocked_out(data: &DataKeys<'_>, layers: &[Layer]) -> Vec<KnockedOut> {
    let mut setting = layers.iter().filter(|it| it.mentions("knockout_prefix"));
    if setting.next().is_none() {
        return Vec::new();
    }
    let is_wanted = |layer: &Layer, key: &str| layer.holds(key, "-----BEGIN");
    data.lost(is_wanted).into_iter().filter_map(fact).collect()
}

fn fact(value: LostValue) -> Option<KnockedOut> {
    let is_pem = value.lost.text.contains("-----BEGIN");
    is_pem.then_some(KnockedOut {
        key: value.key,
        at: value.lost.at,
        prefix_at: value.options_at,
        is_emptied: value.lost.is_emptied,
        when: value.when,
    })
}
