//! What a program does over TLS without a CA of its own, from the knowledge
//! table's column `absent`.

use ca_audit::Client;
use ca_audit::knowledge::Absent;

/// What follows "names no CA, so".
pub(crate) fn without_ca(absent: Absent) -> &'static str {
    match absent {
        Absent::SystemRoots => "it trusts whatever the host trusts",
        Absent::Certifi => "it trusts the public CAs of its Python package, never a private one",
        Absent::NoVerification => "it verifies nothing: anybody in between can be its etcd",
        Absent::NoClientAuthentication => "it asks no client for a certificate",
        Absent::Plaintext => "it speaks without TLS",
        Absent::Refuses => "it refuses to start",
        Absent::EmptyPool => "it trusts nothing and every connection fails",
        Absent::Unknown => "what it trusts is its own default",
    }
}

/// What comes of it, with the words that people search for.
pub(crate) fn without_ca_effect(client: &Client) -> String {
    let depends = "Whoever changes the host's trust store decides at the program's next restart whether it still reaches etcd";
    let error_text = client.row().error_text;
    let printed = error_text.split(" (").next().unwrap_or_default();
    match (client.without_ca(), printed) {
        (Absent::SystemRoots, "") => format!(
            "{depends}; with the wrong CA there it waits and dies of a time-out (\"context deadline exceeded\")."
        ),
        (Absent::SystemRoots, text) => {
            format!("{depends}; with the wrong CA there it prints \"{text}\".")
        }
        (Absent::Certifi, _) => "With a private CA every connection ends with \"certificate verify failed: unable to get local issuer certificate\".".into(),
        (Absent::Refuses, text) if !text.is_empty() => format!("It ends with \"{text}\"."),
        (Absent::NoVerification, _) => "It works, whoever answers.".into(),
        (Absent::Plaintext, _) => "A server with TLS closes the connection; one without it hears everything, passwords included.".into(),
        (Absent::EmptyPool, _) => "Every connection ends with \"x509: certificate signed by unknown authority\".".into(),
        _ => String::new(),
    }
}
