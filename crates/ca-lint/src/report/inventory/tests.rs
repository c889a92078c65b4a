//! Every form of the inventory, on certificates made on the spot.

mod agreement;
mod bill_of_materials;
mod people;

use super::{Inventory, Wanted};
use ca_audit::tree::Memory;
use ca_audit::{Evidence, Request, audit};
use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, IsCa, Issuer, KeyPair,
    SerialNumber, date_time_ymd,
};

/// A CA with its key.
pub(super) struct Authority {
    params: CertificateParams,
    key: KeyPair,
    pub(super) pem: String,
}

impl Authority {
    pub(super) fn new(common_name: &str) -> Self {
        let params = params(common_name, IsCa::Ca(BasicConstraints::Unconstrained));
        let key = KeyPair::generate().expect("a key");
        let pem = params.self_signed(&key).expect("a certificate").pem();
        Self { params, key, pem }
    }

    /// The PEM of a certificate that it signs.
    pub(super) fn issue(&self, common_name: &str) -> String {
        let issuer = Issuer::from_params(&self.params, &self.key);
        let key = KeyPair::generate().expect("a key");
        let params = params(common_name, IsCa::ExplicitNoCa);
        let signed = params.signed_by(&key, &issuer);
        signed.expect("a certificate").pem()
    }
}

/// Valid from 2020 to 2030.
fn params(common_name: &str, is_ca: IsCa) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.is_ca = is_ca;
    params.serial_number = Some(SerialNumber::from(1_u64));
    params.distinguished_name = DistinguishedName::new();
    params
        .distinguished_name
        .push(DnType::CommonName, common_name);
    params.not_before = date_time_ymd(2020, 1, 1);
    params.not_after = date_time_ymd(2030, 1, 1);
    params
}

/// What `report` makes of a tree.
pub(super) fn reported(tree: &Memory, report: impl Fn(&Inventory) -> String) -> String {
    let evidence = evidence(tree);
    report(&Inventory::new(tree, &evidence, None))
}

/// What `report` makes of the certificate that is `wanted`.
pub(super) fn found(tree: &Memory, wanted: &str, report: impl Fn(&Inventory) -> String) -> String {
    let (evidence, wanted) = (evidence(tree), Wanted::new(wanted));
    report(&Inventory::new(tree, &evidence, Some(&wanted)))
}

fn evidence(tree: &Memory) -> Evidence {
    audit(tree, &Request::default())
}
