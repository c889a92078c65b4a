//! Names under which people keep a CA: of files, of keys in documents.
//!
//! A name is a hint and no proof. What stands under it decides, where that can
//! be seen.

mod variable;

use crate::knowledge::trust_stores;
pub use variable::{names_a_chain, variable_names_a_ca};

/// Whether a path names a CA certificate: a certificate's file whose name has
/// the word "ca", or one in a folder of trust anchors.
pub fn path_names_a_ca(path: &str) -> bool {
    if !is_certificate_name(path) {
        return false;
    }
    let name = file_name(path);
    let lower = name.to_lowercase();
    let whole = lower.split(|c: char| !c.is_alphanumeric());
    is_in_ca_folder(path)
        || is_trust_store_name(&lower)
        || whole.into_iter().any(is_ca_word)
        || words(name).0.iter().any(|word| is_ca_word(word))
}

/// The last part of a path, of Unix or of Windows.
pub fn file_name(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or(path)
}

fn is_ca_word(word: &str) -> bool {
    const WORDS: [&str; 15] = [
        "root",
        "intermediate",
        "ca",
        "cas",
        "cacert",
        "cacerts",
        "cacertificate",
        "cacertificates",
        "cacrt",
        "cafile",
        "cachain",
        "cabundle",
        "catrust",
        "ca1",
        "ca2",
    ];
    WORDS.contains(&word) || is_compound(word)
}

/// `rootca`, `customca`: what kind of CA it is and "ca" in one word. Not every word
/// that ends so: `africa`, `replica`.
fn is_compound(word: &str) -> bool {
    const KINDS: [&str; 24] = [
        "client",
        "company",
        "corp",
        "corporate",
        "custom",
        "etcd",
        "intermediate",
        "internal",
        "issuing",
        "kube",
        "kubernetes",
        "ldap",
        "local",
        "my",
        "our",
        "own",
        "private",
        "public",
        "puppet",
        "root",
        "server",
        "sub",
        "trusted",
        "vpn",
    ];
    let kind = word.strip_suffix("ca");
    kind.is_some_and(|kind| KINDS.contains(&kind))
}

/// Whether a path lies in a folder that is called as those of CA certificates
/// are, and may be a certificate's: in repositories a file's name is often only
/// known to who uses a module.
pub fn is_in_ca_folder(path: &str) -> bool {
    let Some((folder, name)) = path.rsplit_once('/') else {
        return false;
    };
    let is_named = |part: &str| {
        matches!(
            part,
            "ca-certificates" | "cacerts" | "ca-certs" | "ca_certs"
        )
    };
    let is_anchors = pure_anchor_folders().any(|known| folder == known || is_below(folder, known));
    let is_folder = is_anchors
        // Directory services keep their own certificate beside the CAs.
        || folder.to_lowercase().split('/').any(is_named) && !names_a_host(name);
    is_folder && (is_certificate_name(name) || is_open(name))
}

/// Whether the name of a file is plainly that of a host, whose own certificate it
/// holds: `www.example.org.pem`, `ldap-server.crt`.
pub fn names_a_host(name: &str) -> bool {
    const WORDS: [&str; 7] = [
        "server", "wildcard", "star", "host", "hostcert", "hostname", "fqdn",
    ];
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let words = words(stem).0;
    !words.iter().any(|word| is_ca_word(word))
        && (words.iter().any(|word| WORDS.contains(&word.as_str())) || is_domain(stem))
}

/// Whether a name is that of a host, and of no CA: `www.example.org`,
/// `*.example.org`.
pub fn is_host_name(name: &str) -> bool {
    let name = name.strip_prefix("*.").unwrap_or(name);
    is_domain(name) && !words(name).0.iter().any(|word| is_ca_word(word))
}

fn is_domain(name: &str) -> bool {
    let is_of_label = |it: u8| it.is_ascii_alphanumeric() || it == b'-';
    let is_label = |label: &&str| !label.is_empty() && label.bytes().all(is_of_label);
    let labels: Vec<&str> = name.split('.').collect();
    labels.len() > 2 && labels.iter().all(is_label)
}

/// Whether a name without the ending of a certificate is a CA's all the same:
/// `site-trustedca`, `ca-bundle`. Only words of which nothing else ends: `ca` is
/// the name of many a folder and `build-ca` of a script.
pub fn bare_name_is_a_ca(path: &str) -> bool {
    const NAMES: [&[&str]; 11] = [
        &["cafile"],
        &["ca", "bundle"],
        &["ca", "cert"],
        &["ca", "certificate"],
        &["ca", "chain"],
        &["root", "ca"],
        &["trusted", "ca"],
        &["cacert"],
        &["cabundle"],
        &["rootca"],
        &["trustedca"],
    ];
    let is_of_programs = |part: &str| part.ends_with("bin") || part.starts_with("cron");
    let name = file_name(path);
    let words = words(name);
    !name.contains('.')
        && !path.split(['/', '\\']).any(is_of_programs)
        && NAMES.iter().any(|end| words.ends_with_words(end))
}

/// Whether nothing of a name is known: `${title}`.
pub fn is_open(name: &str) -> bool {
    let inside = name.strip_prefix("${").and_then(|it| it.strip_suffix('}'));
    inside.is_some_and(|inside| !inside.contains('}'))
}

/// Java's stores of trusted certificates: `cacerts`, `kafka_truststore.jks`.
pub fn is_trust_store_name(name: &str) -> bool {
    name.starts_with("cacerts") || name.contains("truststore") || name.contains("trust-store")
}

/// Whether a path ends as stores of keys and certificates do: `elastic.ks`.
pub fn is_key_store_name(path: &str) -> bool {
    let name = file_name(path).to_lowercase();
    [".ks", ".jks", ".keystore", ".p12", ".pfx"]
        .iter()
        .any(|extension| name.ends_with(extension))
}

/// Whether a path ends as certificates do, and is no key and no request.
pub fn is_certificate_name(path: &str) -> bool {
    let name = file_name(path).to_lowercase();
    let is_certificate = [".pem", ".crt", ".cer", ".cert", ".ca", ".ca-bundle"]
        .iter()
        .any(|extension| name.ends_with(extension));
    let words = name.split(|c: char| !c.is_alphanumeric());
    (is_certificate || is_trust_store_name(&name))
        && !words.clone().any(|word| NO_CERTIFICATES.contains(&word))
}

/// Words of the names of keys, requests, revocation lists, parameters and
/// passwords.
const NO_CERTIFICATES: [&str; 13] = [
    "key",
    "privkey",
    "pkey",
    "csr",
    "crl",
    "req",
    "dhparam",
    "dhparams",
    "dh",
    "password",
    "passwd",
    "passphrase",
    "pwd",
];

/// The folders in which hosts keep the CAs that somebody added.
fn anchor_folders() -> impl Iterator<Item = &'static str> {
    let folders = trust_stores().iter().filter_map(|store| {
        let (folder, _) = store.anchors.rsplit_once('/')?;
        Some(folder)
    });
    folders.filter(|folder| !folder.is_empty())
}

/// Those of them that hold nothing else: `/etc/ssl/certs` is none, servers keep
/// their own certificates there, too.
fn pure_anchor_folders() -> impl Iterator<Item = &'static str> {
    anchor_folders().filter(|folder| !folder.starts_with("/etc/ssl/"))
}

fn is_below(path: &str, folder: &str) -> bool {
    let rest = path.strip_prefix(folder);
    rest.is_some_and(|rest| rest.starts_with('/'))
}

/// The folder of local CAs directly in which a path of a host lies; only one
/// that holds nothing else.
pub fn local_anchor_folder(host_path: &str) -> Option<&'static str> {
    let (folder, name) = host_path.rsplit_once('/')?;
    pure_anchor_folders().find(|known| *known == folder && is_certificate_name(name))
}

/// Whether the key of a document names a CA certificate and nothing else:
/// `caBundle`, `ca.crt`, `profile::etcd::ca_cert`, `certificate-authority-data`.
///
/// Its last words decide; `ca_key` and `ca_cert_path` name something else.
pub fn key_names_a_ca(key: &str) -> bool {
    const NAMES: [&[&str]; 27] = [
        &["ca"],
        &["cas"],
        &["ca", "cert"],
        &["ca", "certs"],
        &["ca", "crt"],
        &["ca", "pem"],
        &["ca", "file"],
        &["ca", "data"],
        &["ca", "bundle"],
        &["ca", "content"],
        &["ca", "certificate"],
        &["ca", "certificates"],
        &["ca", "cert", "content"],
        &["ca", "cert", "pem"],
        &["ca", "file", "content"],
        &["ca", "cert", "data"],
        &["cacert"],
        &["cacerts"],
        &["cacrt"],
        &["cafile"],
        &["cabundle"],
        &["cacert", "content"],
        &["rootca"],
        &["certificate", "authority"],
        &["certificate", "authority", "data"],
        &["ca", "bundle", "pem"],
        &["ca", "certificate", "pem"],
    ];
    let words = words(key);
    NAMES.iter().any(|name| words.ends_with_words(name))
}

/// Whether a file's name, without its ending, names a CA certificate and
/// nothing else: `ca.pem`, `etcd-ca.crt`, `ca_crt.pem`; not `ca.example.org.pem`,
/// which may be a host's.
pub fn file_names_a_ca(path: &str) -> bool {
    let name = file_name(path);
    let stem = [".pem", ".crt", ".cer", ".cert"]
        .iter()
        .find_map(|ending| name.strip_suffix(ending));
    stem.is_some_and(|stem| !stem.contains('.') && key_names_a_ca(stem))
}

/// Whether a file or key is named like the private key of a CA:
/// `ca_key.pem`, `ca.key`, `ca-key.pem`, `etcd_ca_key`.
pub fn names_a_ca_key(name: &str) -> bool {
    const NAMES: [&[&str]; 8] = [
        &["ca", "key"],
        &["ca", "key", "pem"],
        &["cakey"],
        &["cakey", "pem"],
        &["ca", "private", "key"],
        &["ca", "privkey"],
        &["ca", "private", "key", "pem"],
        &["rootca", "key"],
    ];
    let name = name.rsplit('/').next().unwrap_or(name);
    let words = words(name);
    NAMES.iter().any(|name| words.ends_with_words(name))
}

/// `ca[0]` → `ca`: an element of a list has the list's name.
pub(crate) fn without_index(container: &str) -> &str {
    let list = container.strip_suffix(']').and_then(|container| {
        let (list, index) = container.rsplit_once('[')?;
        index
            .bytes()
            .all(|byte| byte.is_ascii_digit())
            .then_some(list)
    });
    list.unwrap_or(container)
}

/// The words of a name, lower case: split at everything that is no letter or
/// digit, and where a capital follows a small letter.
fn words(name: &str) -> Words {
    let mut words = vec![String::new()];
    let mut after_small = false;
    for letter in name.chars() {
        let is_break = !letter.is_alphanumeric() || (letter.is_uppercase() && after_small);
        if is_break && words.last().is_some_and(|word| !word.is_empty()) {
            words.push(String::new());
        }
        if letter.is_alphanumeric()
            && let Some(word) = words.last_mut()
        {
            word.extend(letter.to_lowercase());
        }
        after_small = letter.is_lowercase() || letter.is_numeric();
    }
    words.retain(|word| !word.is_empty());
    Words(words)
}

struct Words(Vec<String>);

impl Words {
    fn ends_with_words(&self, end: &[&str]) -> bool {
        let own = self.0.len().checked_sub(end.len());
        own.is_some_and(|from| self.0[from..].iter().zip(end).all(|(own, end)| own == end))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_that_name_a_ca() {
        for key in [
            "ca",
            "ca.crt",
            "caBundle",
            "profile::etcd::ca_cert",
            "certificate-authority-data",
            "ssl_cacert",
            "clientCA",
            "etcd-ca.pem",
        ] {
            assert!(key_names_a_ca(key), "{key}");
        }
        for key in [
            "ca_key",
            "tls.crt",
            "ca_cert_path",
            "vatican",
            "ca_server",
            "use_ca_certs_from",
            "location",
        ] {
            assert!(!key_names_a_ca(key), "{key}");
        }
    }

    #[test]
    fn folders_of_cas() {
        for path in [
            "/usr/share/ca-certificates/site/${title}.crt",
            "/usr/local/share/ca-certificates/${title}",
            "/opt/app/cacerts/partner.pem",
        ] {
            assert!(is_in_ca_folder(path), "{path}");
        }
        for path in [
            "/etc/ssl/certs/${title}",
            "/usr/share/ca-certificates/site/key.pem",
            "/usr/share/ca-certificates/README",
            "/usr/share/ca-certificates/${a}${b}",
            "ca.pem",
        ] {
            assert!(!is_in_ca_folder(path), "{path}");
        }
    }

    #[test]
    fn a_host_in_a_folder_of_cas() {
        for path in [
            "/etc/ldap/cacerts/ldap-wildcard-cert.pem",
            "/etc/ldap/cacerts/www.example.org.pem",
            "/etc/openldap/cacerts/ldap-server.crt",
            "/etc/openldap/cacerts/${fact fqdn}.pem",
        ] {
            assert!(!is_in_ca_folder(path), "{path}");
        }
        for path in [
            "/etc/ldap/cacerts/partner.pem",
            "/etc/ldap/cacerts/server-ca.pem",
            "/usr/local/share/ca-certificates/www.example.org.crt",
        ] {
            assert!(is_in_ca_folder(path), "{path}");
        }
    }

    #[test]
    fn paths_that_name_a_ca() {
        for path in [
            "/etc/customca.crt",
            "C:\\ssl_certs\\GlobalSignRootCA.pem",
            "/etc/ssl/apidb-ca-rsa.crt",
        ] {
            assert!(path_names_a_ca(path), "{path}");
        }
        for path in ["/etc/africa.crt", "/srv/replica.pem", "/etc/ssl/ca/www.pem"] {
            assert!(!path_names_a_ca(path), "{path}");
        }
        for path in ["/tmp/${title}-trustedca", "/etc/ssl/ca-bundle"] {
            assert!(bare_name_is_a_ca(path), "{path}");
        }
        for path in [
            "/etc/ssl/ca",
            "/usr/sbin/install-rootca",
            "/etc/ca-cert.conf",
        ] {
            assert!(!bare_name_is_a_ca(path), "{path}");
        }
    }

    #[test]
    fn files_that_name_a_ca_and_its_key() {
        for path in ["/etc/etcd/ca.pem", "x/ca_crt.pem", "etcd-ca.crt"] {
            assert!(file_names_a_ca(path), "{path}");
        }
        for path in ["/etc/ca.example.org.pem", "ca_key.pem", "x/cert.pem", "ca"] {
            assert!(!file_names_a_ca(path), "{path}");
        }
        for name in [
            "ca/ca_key.pem",
            "ca.key",
            "ca-key.pem",
            "etcd_ca_key",
            "caKey",
        ] {
            assert!(names_a_ca_key(name), "{name}");
        }
        for name in ["server.key", "vatican.key", "ca_keys", "key.pem"] {
            assert!(!names_a_ca_key(name), "{name}");
        }
    }

    #[test]
    fn elements_have_their_lists_name() {
        assert_eq!(without_index("a.ca[12]"), "a.ca");
        assert_eq!(without_index("data[\"ca.crt\"]"), "data[\"ca.crt\"]");
    }

    #[test]
    fn only_folders_of_cas_alone_count() {
        let folder = local_anchor_folder("/usr/local/share/ca-certificates/a.crt");
        assert_eq!(folder, Some("/usr/local/share/ca-certificates"));
        assert!(local_anchor_folder("/etc/pki/ca-trust/source/anchors/a.pem").is_some());
        assert_eq!(local_anchor_folder("/etc/ssl/certs/a.pem"), None);
        assert_eq!(
            local_anchor_folder("/usr/local/share/ca-certificates/README"),
            None
        );
    }
}
