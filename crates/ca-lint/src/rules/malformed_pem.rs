//! Armour that real programs do not take for what people take it.

use super::Rule;
use crate::finding::{Confidence, Finding, Related, Severity};
use crate::settings::Settings;
use ca_audit::Evidence;
use ca_audit::facts::{Misread, Miss};

pub(super) const RULE: Rule = Rule {
    name: "malformed-pem",
    summary: "a PEM block that real programs skip or refuse",
    severity: Severity::Error,
    page: PAGE,
    check,
};

const PAGE: &str = r"
To people it is a certificate. To the program that loads the file it is a few lines of text: a dash too many before BEGIN, a blank before it, the END of one block and the BEGIN of the next on one line. Some programs refuse such a file, others leave the certificate out and say nothing.

## Why it matters

Each program reads PEM in its own way, so the same file works in one place and is empty in another. A new root CA with six dashes before its BEGIN is deployed everywhere and trusted nowhere, and that shows on the day on which the old one goes. A file that an editor saved with a byte order mark works with curl and gives a Kubernetes API server no CA at all.

## What is reported

What Go, OpenSSL and Puppet load of the text was modelled after their sources and held against their answers. It is reported when one of them misses a certificate that people see; etcd's own loader, which refuses a whole file for one block that is no certificate, counts where the file is named after etcd.

- *error*: in a file or a value that Puppet or Kubernetes puts on hosts, or on a host itself;
- *warning*: there, where the armour is sound and one program's parser refuses the certificate inside;
- *note*: anywhere else.

Placeholders (`...`, `<%= @ca %>`, `{{ .ca }}`) are not reported. Strings in source code are not: who knows what the program does with them.

## How to fix

The finding names the line and what is wrong with it. Where only the armour is wrong, write it anew: five dashes, BEGIN CERTIFICATE, five dashes, and nothing else on that line; the same for END. Where the base64 is broken, get the certificate again.

## Fires

`modules/tls/files/ca.pem`:
```pem
<CA one named CN=Old CA>
<CA two named CN=New CA; six dashes>
```

## Clean

`modules/tls/files/ca.pem`:
```pem
# The old one goes in May.
<CA one named CN=Old CA>
<CA two named CN=New CA>
```

`modules/tls/templates/ca.pem.erb`:
```
-----BEGIN CERTIFICATE-----
<%= @ca_body %>
-----END CERTIFICATE-----
```
";

fn check(evidence: &Evidence, _: &Settings, report: &mut dyn FnMut(Finding)) {
    for misread in &evidence.misread {
        let about_etcd = evidence.path(misread.at.file).contains("etcd");
        let mut missing: Vec<&Miss> = misread
            .missing
            .iter()
            .filter(|miss| about_etcd || !miss.is_about_etcd_alone())
            // One of several that a parser does not like: bundle-hides-ca.
            .filter(|miss| miss.is_armour || miss.of == 1)
            .collect();
        // What stands first is to be mended first.
        missing.sort_by_key(|miss| miss.cause);
        if let [first, others @ ..] = missing.as_slice() {
            report(finding(evidence, misread, first, others));
        }
    }
}

fn finding(evidence: &Evidence, misread: &Misread, first: &Miss, others: &[&Miss]) -> Finding {
    let severity = match evidence.is_deployed(misread.at.file, &misread.container) {
        true if first.is_armour => Severity::Error,
        true => Severity::Warning,
        false => Severity::Note,
    };
    let confidence = if first.is_certain {
        Confidence::High
    } else {
        Confidence::Low
    };
    let help = if first.is_armour {
        "write the armour anew: BEGIN and END each on a line of its own, with five dashes before and behind, and only base64 between; then `openssl crl2pkcs7 -nocrl -certfile FILE | openssl pkcs7 -print_certs -noout` lists every certificate"
    } else {
        "ask who issued it for one that all programs read, or keep it from those that do not"
    };
    let related = others
        .iter()
        .map(|miss| Related::new(miss.cause, miss.sentence.clone()));
    Finding {
        rule: RULE.name,
        severity,
        confidence,
        message: first.sentence.clone(),
        effect: effect(std::iter::once(&first).chain(others)),
        help: help.into(),
        at: first.cause,
        label: "not as programs read it".into(),
        related: related.collect(),
        certificates: misread.certificates.iter().map(|(_, hash)| *hash).collect(),
        fix: None,
        identity: vec![misread.container.to_string()],
    }
}

/// What becomes of the rest of the text.
fn effect<'m>(missing: impl Iterator<Item = &'m &'m Miss>) -> String {
    let (refusing, skipping): (Vec<&Miss>, Vec<&Miss>) =
        missing.copied().partition(|miss| miss.gives_up);
    let refused = (!refusing.is_empty()).then(|| {
        let names = names(&refusing);
        format!("Refused as a whole by {names}: most programs do not start then.")
    });
    let skipped =
        (!skipping.is_empty()).then(|| format!("Left out without a word by {}.", names(&skipping)));
    let sentences: Vec<String> = refused.into_iter().chain(skipped).collect();
    sentences.join(" ")
}

fn names(missing: &[&Miss]) -> String {
    let readers = missing.iter().flat_map(|miss| &miss.readers);
    let names: Vec<&str> = readers.map(|reader| reader.name()).collect();
    names.join(", ")
}
