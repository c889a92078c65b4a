//! Files as people have them, made on the spot.

use crate::containers::{gzip, java_keystore, pkcs7};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rcgen::{
    BasicConstraints, CertificateParams, CertificateRevocationListParams, DnType, IsCa, Issuer,
    KeyIdMethod, KeyPair, KeyUsagePurpose, PKCS_ED25519, PublicKeyData as _, SerialNumber,
    date_time_ymd,
};

/// How a Java keystore begins.
const JKS: u32 = 0xfeed_feed;

/// What stands in a file, and the file that is made of it.
pub(crate) struct Original {
    pub(crate) path: &'static str,
    pub(crate) inside: Vec<u8>,
    wrap: fn(Vec<u8>) -> Vec<u8>,
}

impl Original {
    pub(crate) fn wrapped(&self, inside: Vec<u8>) -> Vec<u8> {
        (self.wrap)(inside)
    }
}

pub(crate) fn originals() -> Vec<Original> {
    let authority = Authority::new();
    let ca = authority.der.clone();
    let leaf = authority.leaf();
    let message = pkcs7(&[&ca, &leaf]);
    let bundle = [pem("CERTIFICATE", &ca), pem("CERTIFICATE", &leaf)].concat();
    let commented = [b"# Our own CA\nsubject=CN = ca\n".to_vec(), bundle.clone()].concat();
    let key = format!("{}\n", authority.key.serialize_pem()).into_bytes();
    let of = |path, inside: &[u8], wrap| Original {
        path,
        inside: inside.to_vec(),
        wrap,
    };
    vec![
        of("ca.der", &ca, plain),
        of("leaf.der", &leaf, plain),
        of("ca.p7b", &message, plain),
        of("trust.p12", &pkcs12(&ca), plain),
        of(
            "trust.jks",
            &java_keystore(JKS, &[("ca", &ca), ("ca", &leaf)]),
            plain,
        ),
        of("ca.pem", &ca, |der| pem("CERTIFICATE", &der)),
        of("leaf.crt", &leaf, |der| pem("TRUSTED CERTIFICATE", &der)),
        of("message.pem", &message, |der| pem("PKCS7", &der)),
        of("crl.pem", &authority.crl(), |der| pem("X509 CRL", &der)),
        of("bundle.pem", &bundle, plain),
        of("commented.pem", &commented, plain),
        of("ca_key.pem", &key, plain),
        of("data/ca.yaml", &ca, |der| {
            format!("a::ca: {}\nb: 1\n", STANDARD.encode(der)).into_bytes()
        }),
        of("data/bundle.yaml", &bundle, |text| {
            let text = String::from_utf8_lossy(&text).replace('\n', "\n  ");
            format!("a::ca: |\n  {text}\nb: [1, {{c: d}}]\n").into_bytes()
        }),
        of("secret.yaml", &bundle, |text| {
            let base64 = STANDARD.encode(text);
            format!("apiVersion: v1\nkind: Secret\ndata:\n  ca.crt: {base64}\n").into_bytes()
        }),
        of("config.json", &bundle, |text| {
            let text = String::from_utf8_lossy(&text).replace('\n', "\\n");
            format!("{{\"ca\": \"{text}\", \"b\": [1, 2]}}").into_bytes()
        }),
        of("cloud.yaml", &bundle, |text| {
            let base64 = STANDARD.encode(gzip(&text));
            format!("write_files:\n- encoding: gz+b64\n  content: {base64}\n").into_bytes()
        }),
        of("store.yaml", &java_keystore(JKS, &[("ca", &ca)]), |store| {
            format!("truststore: {}\n", STANDARD.encode(store)).into_bytes()
        }),
        of("ignition.json", &bundle, |text| {
            let escaped: String = text.iter().map(|byte| percent(*byte)).collect();
            format!("{{\"source\": \"data:,{escaped}\"}}").into_bytes()
        }),
        of("manifests/init.pp", &bundle, |text| {
            let text = String::from_utf8_lossy(&text);
            let code = "class a {\n  file { '/etc/ssl/ca.pem':\n    content => '";
            format!("{code}{text}',\n  }}\n}}\n").into_bytes()
        }),
        of("templates/ca.erb", &bundle, |text| {
            [b"<% if @ca -%>\n".to_vec(), text, b"<% end -%>\n".to_vec()].concat()
        }),
    ]
}

fn plain(inside: Vec<u8>) -> Vec<u8> {
    inside
}

struct Authority {
    params: CertificateParams,
    key: KeyPair,
    der: Vec<u8>,
}

impl Authority {
    fn new() -> Self {
        let key = KeyPair::generate().expect("a key");
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Constrained(1));
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        params.distinguished_name.push(DnType::CommonName, "ca");
        params
            .distinguished_name
            .push(DnType::OrganizationName, "Exämple");
        let der = params.self_signed(&key).expect("a certificate");
        let der = der.der().to_vec();
        Self { params, key, der }
    }

    fn leaf(&self) -> Vec<u8> {
        let key = KeyPair::generate_for(&PKCS_ED25519).expect("a key");
        assert_eq!(key.der_bytes().len(), 32);
        let names = ["etcd1.example.org".to_owned(), "10.0.0.1".to_owned()];
        let mut params = CertificateParams::new(names).expect("names");
        params.is_ca = IsCa::ExplicitNoCa;
        params.use_authority_key_identifier_extension = true;
        let issuer = Issuer::from_params(&self.params, &self.key);
        let leaf = params.signed_by(&key, &issuer).expect("a certificate");
        leaf.der().to_vec()
    }

    fn crl(&self) -> Vec<u8> {
        let list = CertificateRevocationListParams {
            this_update: date_time_ymd(2024, 1, 1),
            next_update: date_time_ymd(2034, 1, 1),
            crl_number: SerialNumber::from(1),
            issuing_distribution_point: None,
            revoked_certs: Vec::new(),
            key_identifier_method: KeyIdMethod::Sha256,
        };
        let issuer = Issuer::from_params(&self.params, &self.key);
        list.signed_by(&issuer).expect("a list").der().to_vec()
    }
}

fn pem(label: &str, der: &[u8]) -> Vec<u8> {
    let mut text = format!("-----BEGIN {label}-----\n").into_bytes();
    for line in STANDARD.encode(der).as_bytes().chunks(64) {
        text.extend_from_slice(line);
        text.push(b'\n');
    }
    text.extend_from_slice(format!("-----END {label}-----\n").as_bytes());
    text
}

fn percent(byte: u8) -> String {
    if byte.is_ascii_alphanumeric() || byte == b'-' {
        char::from(byte).to_string()
    } else {
        format!("%{byte:02X}")
    }
}

/// With few rounds of key derivation: thousands of these are opened.
fn pkcs12(der: &[u8]) -> Vec<u8> {
    container(der, "changeit", 1000)
}

/// A container of somebody's certificate.
pub(crate) fn pkcs12_of(password: &str, rounds: u32) -> Vec<u8> {
    container(&Authority::new().der, password, rounds)
}

fn container(der: &[u8], password: &str, rounds: u32) -> Vec<u8> {
    let certificate = p12_keystore::Certificate::from_der(der).expect("a certificate");
    let mut store = p12_keystore::KeyStore::new();
    store.add_entry("ca", p12_keystore::KeyStoreEntry::Certificate(certificate));
    let writer = store.writer(password).encryption_iterations(rounds);
    writer.mac_iterations(1000).write().expect("a container")
}
