//! Names of variables and parameters that are about a CA's certificate: where nobody
//! sees a path or a content, its name tells what it is for.

use super::{is_ca_word, words};

/// Whether a variable's name says that it is about a CA's certificate: its text,
/// its source or its path (`client_ca`, `root_ca_file`, `ssl_ca_cert_path`). Not the
/// CA's key, nor a folder or a server of that name.
pub fn variable_names_a_ca(variable: &str) -> bool {
    const SAYS_NO_MORE: [&str; 22] = [
        "bundle",
        "cert",
        "certificate",
        "certificates",
        "certs",
        "chain",
        "content",
        "contents",
        "crt",
        "data",
        "file",
        "filename",
        "loc",
        "location",
        "name",
        "path",
        "pem",
        "real",
        "source",
        "src",
        "string",
        "text",
    ];
    let words = words(variable.rsplit("::").next().unwrap_or(variable));
    let about = words
        .0
        .iter()
        .rposition(|word| !SAYS_NO_MORE.contains(&word.as_str()));
    about.is_some_and(|last| match words.0[last].as_str() {
        // Folders have roots, too.
        "root" | "intermediate" => words.0[last + 1..]
            .iter()
            .any(|word| word.starts_with("ce") || word == "crt"),
        word => is_ca_word(word),
    })
}

/// Whether a name says that intermediate CAs stand there: `www.chain`,
/// `chain_file_name`; not a chain that begins with a server's own certificate,
/// `fullchain.pem`.
pub fn names_a_chain(name: &str) -> bool {
    const SAYS_NO_MORE: [&str; 10] = [
        "content", "crt", "data", "file", "filename", "name", "path", "pem", "source", "text",
    ];
    const NO_CAS: [&str; 4] = ["full", "key", "tool", "block"];
    let words = words(name.rsplit("::").next().unwrap_or(name)).0;
    let last = words
        .iter()
        .rposition(|word| !SAYS_NO_MORE.contains(&word.as_str()));
    let Some(last) = last else {
        return false;
    };
    let word = words[last].strip_suffix("file").unwrap_or(&words[last]);
    let Some(kind) = word.strip_suffix("chain") else {
        return false;
    };
    let kind = match (kind, last.checked_sub(1)) {
        ("", Some(before)) => &words[before],
        _ => kind,
    };
    !NO_CAS.contains(&kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_that_name_a_ca() {
        for name in [
            "client_ca",
            "root_ca_file",
            "puppetdb::ssl_ca_cert_path",
            "ldap_cacert",
            "root_certificate",
            "caName",
        ] {
            assert!(variable_names_a_ca(name), "{name}");
        }
        for name in [
            "ca_private_key",
            "ca_server",
            "ca_dir",
            "document_root",
            "root_path",
            "ssl_cert",
            "file",
        ] {
            assert!(!variable_names_a_ca(name), "{name}");
        }
        for name in [
            "${title}.chain",
            "chain_file_name",
            "legacy_chain.crt",
            "certchainfile",
            "domain_trustchain.pem",
        ] {
            assert!(names_a_chain(name), "{name}");
        }
        for name in [
            "fullchain.pem",
            "full_chain",
            "keychain",
            "chain_of_command",
        ] {
            assert!(!names_a_chain(name), "{name}");
        }
    }
}
