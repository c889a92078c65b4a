//! Who signed which certificate, as far as the project holds it.

use crate::certificate::{Certificate, Signature, signed_by};
use crate::evidence::Evidence;
use rayon::prelude::*;
use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};

/// More keys than this are not tried on one signature: each check costs up to
/// a millisecond, and whoever writes the files decides how many share a name.
const MAX_KEYS: usize = 32;

/// More certificates than this are not listed as the signers of one.
const MAX_LISTED: usize = 32;

/// Who signed a certificate.
#[derive(Clone, Debug, PartialEq)]
pub enum Signer<'e> {
    /// Its own key did.
    Itself,
    /// The key in these certificates did; several where a CA was renewed under
    /// its old key. The one that lasts longest comes first.
    Known(Vec<&'e Certificate>),
    /// These have the name of its issuer; whether their keys signed it cannot
    /// be checked, for this reason. It may be one of them itself.
    Unchecked(Vec<&'e Certificate>, &'static str),
    /// These have the name of its issuer, but other keys than the one that
    /// signed it.
    AnotherKey(Vec<&'e Certificate>),
    /// Nothing here has the name of its issuer.
    NotHere,
}

/// The signer of every certificate of a project.
#[derive(Debug)]
pub struct Signers<'e> {
    by_child: HashMap<[u8; 32], Signer<'e>>,
}

impl Evidence {
    /// Works out who signed what. Dear (up to a millisecond for each
    /// certificate), so to be asked once.
    pub fn signers(&self) -> Signers<'_> {
        let distinct: Vec<&Certificate> = self
            .inventory()
            .into_iter()
            .map(|(certificate, _)| certificate.as_ref())
            .collect();
        let mut by_name: HashMap<Vec<u8>, Vec<&Certificate>> = HashMap::new();
        for certificate in &distinct {
            by_name
                .entry(certificate.canonical_subject())
                .or_default()
                .push(certificate);
        }
        for namesakes in by_name.values_mut() {
            namesakes.sort_by_cached_key(|certificate| {
                (
                    Reverse(certificate.not_after().seconds()),
                    *certificate.sha256(),
                )
            });
        }
        let signer = |child: &&'_ Certificate| {
            let issuers = by_name.get(&child.canonical_issuer());
            (
                *child.sha256(),
                signer(child, issuers.map_or(&[], |all| all)),
            )
        };
        Signers {
            by_child: distinct.par_iter().map(signer).collect(),
        }
    }
}

impl<'e> Signers<'e> {
    /// Who signed a certificate of the project.
    pub fn of(&self, certificate: &Certificate) -> &Signer<'e> {
        self.by_child
            .get(certificate.sha256())
            .unwrap_or(&Signer::NotHere)
    }
}

/// The signer of `child` among the certificates with its issuer's name.
fn signer<'e>(child: &Certificate, issuers: &[&'e Certificate]) -> Signer<'e> {
    if child.self_signed() == Some(true) {
        return Signer::Itself;
    }
    let mut why = None;
    for (tried, key) in keys_to_try(child, issuers).enumerate() {
        if tried == MAX_KEYS {
            why = Some("more CAs have that name than are tried");
            break;
        }
        match signed_by(child, key) {
            Signature::Valid => return Signer::Known(with_key_of(key, issuers)),
            Signature::Unknown(reason) => why = why.or(Some(reason)),
            Signature::Invalid => {}
        }
    }
    let named = |with_itself: bool| -> Vec<&Certificate> {
        let may_be = |issuer: &&&Certificate| {
            issuer.is_ca() != Some(false) && (with_itself || **issuer != child)
        };
        let may_be = issuers.iter().filter(may_be).copied();
        may_be.take(MAX_LISTED).collect()
    };
    match why {
        Some(why) if !named(true).is_empty() => Signer::Unchecked(named(true), why),
        _ if !named(false).is_empty() => Signer::AnotherKey(named(false)),
        _ => Signer::NotHere,
    }
}

/// One certificate of each key, those first whose key
/// identifier `child` names.
fn keys_to_try<'e>(
    child: &Certificate,
    issuers: &[&'e Certificate],
) -> impl Iterator<Item = &'e Certificate> {
    let wanted = child
        .authority_key_id()
        .and_then(|issuer| issuer.key_id.as_deref());
    let (named, others): (Vec<&Certificate>, Vec<&Certificate>) = issuers
        .iter()
        .partition(|issuer| issuer.subject_key_id() == wanted);
    let mut seen = HashSet::new();
    named
        .into_iter()
        .chain(others)
        .filter(move |issuer| seen.insert(*issuer.spki_sha256()))
}

fn with_key_of<'e>(key: &Certificate, issuers: &[&'e Certificate]) -> Vec<&'e Certificate> {
    let has_key = |issuer: &&&Certificate| issuer.spki_sha256() == key.spki_sha256();
    let all = issuers.iter().filter(has_key).copied();
    all.take(MAX_LISTED).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Request, audit, tree::Memory};
    use rcgen::{
        BasicConstraints, CertificateParams, DistinguishedName, DnType, IsCa, Issuer, KeyPair,
        PKCS_ED25519, SerialNumber,
    };

    fn ca(name: &str, serial: u64) -> CertificateParams {
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.serial_number = Some(SerialNumber::from(serial));
        params.distinguished_name = DistinguishedName::new();
        params.distinguished_name.push(DnType::CommonName, name);
        params
    }

    fn leaf(name: &str, issuer: &CertificateParams, key: &KeyPair) -> String {
        let mut params = ca(name, 7);
        params.is_ca = IsCa::ExplicitNoCa;
        let own = KeyPair::generate().expect("a key");
        let issuer = Issuer::from_params(issuer, key);
        params
            .signed_by(&own, &issuer)
            .expect("a certificate")
            .pem()
    }

    fn key() -> KeyPair {
        KeyPair::generate().expect("a key")
    }

    fn told(pems: &[String]) -> Vec<(String, String)> {
        let tree = Memory::new().with("all.pem", pems.concat());
        let evidence = audit(&tree, &Request::default());
        let signers = evidence.signers();
        let word = |signer: &Signer| match signer {
            Signer::Itself => "itself".to_owned(),
            Signer::Known(all) => format!("{} known", all.len()),
            Signer::Unchecked(all, _) => format!("{} unchecked", all.len()),
            Signer::AnotherKey(all) => format!("{} of another key", all.len()),
            Signer::NotHere => "not here".to_owned(),
        };
        let certs = evidence.certs.iter().map(|cert| &cert.certificate);
        certs
            .map(|cert| (cert.subject_text(), word(signers.of(cert))))
            .collect()
    }

    #[test]
    fn keys_decide_not_names() {
        let (old, new) = (key(), key());
        let params = ca("ca", 1);
        let self_signed =
            |params: &CertificateParams, key| params.self_signed(key).expect("a certificate").pem();
        let found = told(&[
            self_signed(&params, &new),
            leaf("by-old", &params, &old),
            leaf("by-new", &params, &new),
            leaf("by-nobody", &ca("elsewhere", 1), &old),
            // Renewed under the same key.
            self_signed(&ca("ca", 2), &new),
        ]);
        let expected = [
            ("CN=ca", "itself"),
            ("CN=by-old", "2 of another key"),
            ("CN=by-new", "2 known"),
            ("CN=by-nobody", "not here"),
            ("CN=ca", "itself"),
        ];
        assert_eq!(
            found,
            expected.map(|(name, signer)| (name.to_owned(), signer.to_owned()))
        );
    }

    #[test]
    fn many_namesakes_are_not_all_tried() {
        let params = ca("ca", 1);
        let new = || KeyPair::generate_for(&PKCS_ED25519).expect("a key");
        let mut pems: Vec<String> = (0..=MAX_KEYS)
            .map(|_| params.self_signed(&new()).expect("a certificate").pem())
            .collect();
        pems.push(leaf("leaf", &params, &new()));
        let found = told(&pems);
        let expected = format!("{MAX_LISTED} unchecked");
        assert_eq!(found.last().map(|(_, signer)| signer), Some(&expected));
    }
}
