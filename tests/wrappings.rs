//! Every wrapping in which people keep certificates, made anew at every run
//! with other bytes, and things that look like certificates and are none.

mod forms;
mod maker;

use crate::containers::{gzip, java_keystore, pkcs7};
use crate::program::ca_lint;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD};
use forms::{armour, body, escaped, indented, percent, pkcs12, wrapped};
use maker::{Case, Maker};
use rcgen::{CertificateParams, KeyPair};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

#[test]
fn everything_is_found_and_nothing_is_invented() {
    let mut maker = Maker::default();
    wrapped_in_text(&mut maker);
    wrapped_in_code(&mut maker);
    wrapped_in_documents(&mut maker);
    wrapped_in_base64(&mut maker);
    wrapped_in_odd_base64(&mut maker);
    whole_files(&mut maker);
    decoys(&mut maker);
    let wrappings = maker.cases.iter().filter(|case| !case.expected.is_empty());
    assert!(wrappings.count() >= 45);

    let folder = tempfile::tempdir().expect("a folder");
    for case in &maker.cases {
        let path = folder.path().join(&case.path);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        fs::write(path, &case.bytes).expect("a file");
    }
    let found = inventory(folder.path());
    let wrong: Vec<String> = maker
        .cases
        .iter()
        .flat_map(|case| mistakes(case, found.get(&case.path).map_or(&[], Vec::as_slice)))
        .collect();
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

// --- The wrappings -----------------------------------------------------------

fn wrapped_in_text(maker: &mut Maker) {
    maker.one("plain.pem", ToOwned::to_owned);
    maker.one("crlf.pem", |pem| pem.replace('\n', "\r\n"));
    maker.one("bom.pem", |pem| format!("\u{feff}{pem}"));
    maker.one("no-newline.pem", |pem| pem.trim_end().to_owned());
    maker.one("four-blanks.txt", |pem| indented(pem, "    "));
    maker.one("tabs.txt", |pem| indented(pem, "\t\t"));
    maker.one("commented.conf", |pem| indented(pem, "# "));
    maker.one("slashes.conf", |pem| indented(pem, "// "));
    maker.one("ca.patch", |pem| indented(pem, "+"));
    maker.one("quoted-mail.txt", |pem| indented(pem, "> "));
    maker.one("one-long-line.pem", |pem| {
        let body = body(pem).concat();
        format!("-----BEGIN CERTIFICATE-----\n{body}\n-----END CERTIFICATE-----\n")
    });
    maker.one("no-breaks.env", |pem| {
        let body = body(pem).concat();
        format!("CA=-----BEGIN CERTIFICATE-----{body}-----END CERTIFICATE-----\n")
    });
    maker.one("blank-breaks.env", |pem| {
        format!("CA=\"{}\"\n", pem.trim_end().replace('\n', " "))
    });
    maker.one("76-columns.pem", |pem| {
        let body = wrapped(&body(pem).concat(), 76);
        format!("-----BEGIN CERTIFICATE-----\n{body}\n-----END CERTIFICATE-----\n")
    });
    maker.one("x509-label.pem", |pem| {
        pem.replace("CERTIFICATE", "X509 CERTIFICATE")
    });
    maker.one("no-padding.pem", |pem| pem.replace('=', ""));
    maker.one("with-header.pem", |pem| {
        pem.replacen("-----\n", "-----\nComment: a CA\n\n", 1)
    });
    maker.one("six-dashes.pem", |pem| format!("-{pem}"));
    maker.one("text-dump.crt", |pem| {
        format!("Certificate:\n    Data:\n        Version: 3 (0x2)\n{pem}")
    });
    maker.two("two-in-a-row.pem", |a, b| format!("{a}{b}"));
    maker.two("joined.pem", |a, b| format!("{}{b}", a.trim_end()));
    maker.two("prose-between.md", |a, b| {
        format!("# CAs\n\n{a}\nand\n\n{b}")
    });
    maker.two("unclosed-before.pem", |a, b| {
        format!("-----BEGIN CERTIFICATE-----\nMIIB\n{a}{b}")
    });
    let trusted = maker.made(true);
    // What `openssl x509 -trustout` adds behind the certificate: CertAux with an alias.
    let mut der = trusted.der.clone();
    der.extend_from_slice(&[0x30, 4, 0x0c, 2, b'm', b'y']);
    maker.add(
        "trusted.pem",
        armour("TRUSTED CERTIFICATE", &der),
        vec![trusted.expected()],
    );
}

fn wrapped_in_code(maker: &mut Maker) {
    maker.under("modules/a/manifests/heredoc.pp", "File[/etc/ssl/a.pem] content", |pem| {
        format!("class a::heredoc {{\n  file {{ '/etc/ssl/a.pem':\n    content => @(END),\n{}      | END\n  }}\n}}\n", indented(pem, "      "))
    });
    maker.under("modules/a/manifests/escaped.pp", "$ca", |pem| {
        format!("class a::escaped {{\n  $ca = \"{}\"\n}}\n", escaped(pem))
    });
    maker.under(
        "modules/a/manifests/single.pp",
        "File[/etc/ssl/b.pem] content",
        |pem| {
            format!("class a::single {{\n  file {{ '/etc/ssl/b.pem': content => '{pem}' }}\n}}\n")
        },
    );
    maker.under(
        "modules/a/manifests/parameter.pp",
        "a::parameter::ca",
        |pem| format!("class a::parameter(\n  String $ca = '{pem}',\n) {{ }}\n"),
    );
    maker.one("lib/concat.rb", |pem| {
        let lines: Vec<String> = pem
            .lines()
            .map(|line| format!("  \"{line}\\n\" \\"))
            .collect();
        format!("CA = \\\n{}\n  \"\"\n", lines.join("\n"))
    });
    maker.one("lib/concat.py", |pem| {
        let lines: Vec<String> = pem
            .lines()
            .map(|line| format!("    \"{line}\\n\""))
            .collect();
        format!("CA = (\n{}\n)\n", lines.join("\n"))
    });
    maker.one("src/Ca.java", |pem| {
        let lines: Vec<String> = pem
            .lines()
            .map(|line| format!("        \"{line}\\n\""))
            .collect();
        format!(
            "class Ca {{\n    String CA =\n{};\n}}\n",
            lines.join(" +\n")
        )
    });
    maker.one("src/ca.php", |pem| {
        let lines: Vec<String> = pem.lines().map(|line| format!("'{line}'")).collect();
        format!("<?php $ca = {};\n", lines.join(" . \"\\n\" . "))
    });
    maker.one("src/ca.go", |pem| {
        format!("package ca\n\nconst CA = `{pem}`\n")
    });
    maker.one("src/ca.c", |pem| {
        let lines: Vec<String> = pem
            .lines()
            .map(|line| format!("\"{line}\\r\\n\""))
            .collect();
        format!("const char *ca =\n{};\n", lines.join("\n"))
    });
    maker.one("bin/setup.sh", |pem| {
        format!("cat > /etc/ca.pem <<EOF\n{pem}EOF\n")
    });
    maker.one("bin/dollar.sh", |pem| format!("CA=$'{}'\n", escaped(pem)));
    maker.one("bin/printf.sh", |pem| {
        format!("printf \"{}\" > ca.pem\n", escaped(pem))
    });
    maker.one("etc/default/app", |pem| {
        format!("APP_CA=\"{}\"\n", escaped(pem))
    });
    maker.one("main.tf", |pem| {
        format!(
            "locals {{\n  ca = <<-EOT\n{}  EOT\n}}\n",
            indented(pem, "    ")
        )
    });
    maker.one("app.toml", |pem| {
        format!("[tls]\nca = \"\"\"\n{pem}\"\"\"\n")
    });
    maker.one("client.ovpn", |pem| format!("client\n<ca>\n{pem}</ca>\n"));
    maker.one("saml.xml", |pem| {
        format!("<a><b>{}</b></a>\n", pem.replace('\n', "&#10;"))
    });
    maker.one("metadata.xml", |pem| {
        let body = wrapped(&body(pem).concat(), 76);
        format!(
            "<ds:X509Data>\n<ds:X509Certificate>\n{body}\n</ds:X509Certificate>\n</ds:X509Data>\n"
        )
    });
    maker.one("templates/app.conf.erb", |pem| {
        format!("<%- if @tls -%>\n{pem}<%- end -%>\n")
    });
    maker.one("templates/app.yaml.epp", |pem| {
        format!(
            "<%- | $x | -%>\nca: |\n{}x: <%= $x %>\n",
            indented(pem, "  ")
        )
    });
}

fn wrapped_in_documents(maker: &mut Maker) {
    maker.under("hieradata/literal.yaml", "profile::tls::ca", |pem| {
        format!("profile::tls::ca: |\n{}other: 1\n", indented(pem, "  "))
    });
    maker.under("hieradata/quoted.yaml", "profile::tls::ca", |pem| {
        format!("profile::tls::ca: \"{}\"\n", escaped(pem))
    });
    maker.under("hieradata/folded.yaml", "profile::tls::ca", |pem| {
        format!("profile::tls::ca: >\n{}", indented(pem, "  "))
    });
    maker.under("hieradata/single.yaml", "profile::tls::ca", |pem| {
        format!(
            "profile::tls::ca: '{}'\n",
            indented(&pem.replace('\n', "\n\n"), "  ").trim()
        )
    });
    maker.under("hieradata/deep.yaml", "a.b[1][\"c.d\"]", |pem| {
        format!(
            "a:\n  b:\n    - x\n    - c.d: |\n{}",
            indented(pem, "        ")
        )
    });
    maker.under("a.json", "tls.ca", |pem| {
        format!("{{\"tls\": {{\"ca\": \"{}\"}}}}\n", escaped(pem))
    });
    maker.under("slashes.json", "ca", |pem| {
        format!("{{\"ca\": \"{}\"}}\n", escaped(pem).replace('/', "\\/"))
    });
    maker.under("unicode.json", "ca", |pem| {
        format!("{{\"ca\": \"{}\"}}\n", pem.replace('\n', "\\u000a"))
    });
    maker.one("lines.json", |pem| {
        let lines: Vec<String> = pem.lines().map(|line| format!("  \"{line}\"")).collect();
        format!("{{\"Fn::Join\": [\"\\n\", [\n{}\n]]}}\n", lines.join(",\n"))
    });
    maker.under("k8s/nested.yaml", "data[\"app.yaml\"] › tls.ca", |pem| {
        format!(
            "kind: ConfigMap\ndata:\n  app.yaml: |\n    tls:\n      ca: |\n{}      x: 1\n",
            indented(pem, "        ")
        )
    });
    maker.under("k8s/json-in-yaml.yaml", "data[\"app.json\"] › ca", |pem| {
        format!(
            "kind: ConfigMap\ndata:\n  app.json: '{{\"ca\": \"{}\"}}'\n",
            escaped(pem)
        )
    });
    maker.under("k8s/json-in-json.json", "app › ca", |pem| {
        let inner = format!("{{\"ca\": \"{}\"}}", escaped(pem));
        format!("{{\"app\": {}}}\n", Value::String(inner))
    });
    maker.under("k8s/documents.yaml", "ca", |pem| {
        format!("a: 1\n---\nca: |\n{}", indented(pem, "  "))
    });
    maker.under("ignition.json", "storage.files[0].contents.source", |pem| {
        format!(
            "{{\"storage\": {{\"files\": [{{\"contents\": {{\"source\": \"data:,{}\"}}}}]}}}}\n",
            percent(pem)
        )
    });
    maker.under("butane.yaml", "storage.files[0].contents.inline", |pem| {
        format!(
            "storage:\n  files:\n    - contents:\n        inline: |\n{}",
            indented(pem, "          ")
        )
    });
    maker.under("user-data", "write_files[0].content", |pem| {
        format!(
            "#cloud-config\nwrite_files:\n  - path: /etc/ca.pem\n    content: |\n{}",
            indented(pem, "      ")
        )
    });
    maker.under("data-url.json", "source", |pem| {
        let base64 = STANDARD.encode(format!("~~~???>>>\n{pem}"));
        let url = base64
            .replace('+', "%2B")
            .replace('/', "%2F")
            .replace('=', "%3D");
        format!("{{\"source\": \"data:;base64,{url}\"}}\n")
    });
    maker.one("insert.sql", |pem| {
        let lines: Vec<String> = pem.lines().map(|line| format!("'{line}'")).collect();
        format!("INSERT INTO ca VALUES ({});\n", lines.join("\n || "))
    });
    maker.one("form.txt", |pem| {
        format!("POST ca={}&x=1\n", percent(pem).replace("%20", "+"))
    });
    maker.one("comment.yaml", |pem| {
        format!("# the old one:\n{}a: 1\n", indented(pem, "# "))
    });
    maker.one("broken.yaml", |pem| {
        format!("a: [\nca: |\n{}b: }}\n", indented(pem, "  "))
    });
    maker.one("chart/templates/secret.yaml", |pem| {
        format!(
            "{{{{- if .Values.tls }}}}\nca: |\n{}{{{{- end }}}}\n",
            indented(pem, "  ")
        )
    });
}

fn wrapped_in_base64(maker: &mut Maker) {
    maker.under("secret.yaml", "data[\"ca.crt\"]", |pem| {
        format!("kind: Secret\ndata:\n  ca.crt: {}\n", STANDARD.encode(pem))
    });
    maker.under("secret.json", "data[\"ca.crt\"]", |pem| {
        format!(
            "{{\"kind\": \"Secret\", \"data\": {{\"ca.crt\": \"{}\"}}}}\n",
            STANDARD.encode(pem)
        )
    });
    maker.under("crlf-secret.yaml", "data[\"ca.crt\"]", |pem| {
        format!(
            "kind: Secret\ndata:\n  ca.crt: {}\n",
            STANDARD.encode(pem.replace('\n', "\r\n"))
        )
    });
    maker.under("wrapped-secret.yaml", "data[\"ca.crt\"]", |pem| {
        format!(
            "kind: Secret\ndata:\n  ca.crt: |\n{}\n  z: AA==\n",
            indented(&wrapped(&STANDARD.encode(pem), 76), "    ")
        )
    });
    maker.under("plain-wrapped.yaml", "data.ca", |pem| {
        let text = wrapped(&STANDARD.encode(pem), 64);
        format!("data:\n  ca:\n{}\n  z: AA==\n", indented(&text, "    "))
    });
    maker.under("webhook.yaml", "webhooks[0].clientConfig.caBundle", |pem| {
        format!(
            "webhooks:\n  - clientConfig:\n      caBundle: {}\n",
            STANDARD.encode(pem)
        )
    });
    maker.under("kubeconfig", "clusters[0].cluster.certificate-authority-data", |pem| {
        format!("apiVersion: v1\nkind: Config\nclusters:\n  - cluster:\n      certificate-authority-data: {}\n", STANDARD.encode(pem))
    });
    maker.under(
        "kubeconfig-secret.yaml",
        "data.kubeconfig › clusters[0].cluster.certificate-authority-data",
        |pem| {
            let config = format!(
                "apiVersion: v1\nclusters:\n  - cluster:\n      certificate-authority-data: {}\n",
                STANDARD.encode(pem)
            );
            format!(
                "kind: Secret\ndata:\n  kubeconfig: {}\n",
                STANDARD.encode(config)
            )
        },
    );
}

fn wrapped_in_odd_base64(maker: &mut Maker) {
    for shift in 1..3 {
        maker.one(&format!("aligned-{shift}.yaml"), |pem| {
            format!(
                "ca: {}\n",
                STANDARD.encode(format!("{}{pem}", "#".repeat(shift)))
            )
        });
    }
    maker.one("url-safe.env", |pem| {
        format!("CA={}\n", URL_SAFE.encode(pem))
    });
    maker.one("no-padding.env", |pem| {
        format!("CA={}\n", STANDARD_NO_PAD.encode(pem))
    });
    maker.one("data-url.css", |pem| {
        format!(
            "url(data:application/x-pem-file;base64,{})\n",
            STANDARD.encode(pem)
        )
    });
    maker.one("shell.sh", |pem| {
        format!(
            "echo '{}' | base64 -d > /etc/ca.pem\n",
            STANDARD.encode(pem)
        )
    });
    maker.one("lines.txt", |pem| {
        format!("ca:\n{}\ndone\n", wrapped(&STANDARD.encode(pem), 76))
    });
    maker.under("gzip.yaml", "write_files[0].content", |pem| {
        format!(
            "write_files:\n  - encoding: gz+b64\n    content: {}\n",
            STANDARD.encode(gzip(pem.as_bytes()))
        )
    });
    maker.under("ignition-gzip.json", "source", |pem| {
        format!(
            "{{\"compression\": \"gzip\", \"source\": \"data:;base64,{}\"}}\n",
            STANDARD.encode(gzip(pem.as_bytes()))
        )
    });
    maker.two("bundle-secret.yaml", |a, b| {
        format!("data:\n  ca.crt: {}\n", STANDARD.encode(format!("{a}{b}")))
    });
    for (path, text) in [("der.yaml", true), ("der-url-safe.env", false)] {
        let made = maker.made(true);
        let content = if text {
            format!("caBundle: {}\n", STANDARD.encode(&made.der))
        } else {
            format!("CA={}\n", URL_SAFE_NO_PAD.encode(&made.der))
        };
        maker.add(path, content, vec![made.expected()]);
    }
    let made = maker.made(true);
    let content = format!(
        "ca: !!binary |\n{}\n",
        indented(&wrapped(&STANDARD.encode(&made.der), 70), "  ")
    );
    maker.add("binary.yaml", content, vec![made.expected()]);
    let made = maker.made(true);
    let store = java_keystore(0xfeed_feed, &[("my-ca", &made.der)]);
    let content = format!("data:\n  truststore.jks: {}\n", STANDARD.encode(store));
    maker.add(
        "truststore.yaml",
        content,
        vec![made.expected().under("data[\"truststore.jks\"] › my-ca")],
    );
}

fn whole_files(maker: &mut Maker) {
    let made = maker.made(true);
    maker.add("ca.cer", made.der.clone(), vec![made.expected()]);
    let (a, b) = (maker.made(true), maker.made(false));
    let message = pkcs7(&[&a.der, &b.der]);
    maker.add("ca.p7b", message.clone(), vec![a.expected(), b.expected()]);
    maker.add(
        "pkcs7.pem",
        armour("PKCS7", &message),
        vec![a.expected(), b.expected()],
    );
    maker.add(
        "mislabelled.pem",
        armour("CERTIFICATE", &message),
        vec![a.expected(), b.expected()],
    );
    for (path, magic) in [("a.jks", 0xfeed_feed), ("a.jceks", 0xcece_cece)] {
        let (a, b) = (maker.made(true), maker.made(false));
        let store = java_keystore(magic, &[("first", &a.der), ("second", &b.der)]);
        maker.add(
            path,
            store,
            vec![a.expected().under("first"), b.expected().under("second")],
        );
    }
    for (path, password) in [("empty.p12", ""), ("changeit.p12", "changeit")] {
        let made = maker.made(true);
        maker.add(path, pkcs12(&made.der, password), vec![made.expected()]);
    }
}

fn decoys(maker: &mut Maker) {
    let key = KeyPair::generate().expect("a key");
    let request = CertificateParams::default()
        .serialize_request(&key)
        .expect("a request");
    let made = maker.made(true);
    let text = [
        ("key.pem", key.serialize_pem()),
        (
            "key.yaml",
            format!(
                "data:\n  tls.key: {}\n",
                STANDARD.encode(key.serialize_pem())
            ),
        ),
        ("request.pem", request.pem().expect("PEM")),
        (
            "request.yaml",
            format!("request: {}\n", STANDARD.encode(request.der())),
        ),
        (
            "ssh.pub",
            "cert-authority,principals=\"a\" ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIMII".to_owned(),
        ),
        (
            "hole.erb",
            "-----BEGIN CERTIFICATE-----\n<%= @ca %>\n-----END CERTIFICATE-----\n".to_owned(),
        ),
        (
            "hole.j2",
            "-----BEGIN CERTIFICATE-----\n{{ ca }}\n-----END CERTIFICATE-----\n".to_owned(),
        ),
        (
            "hole.py",
            "\"-----BEGIN CERTIFICATE-----\\n{0}\\n-----END CERTIFICATE-----\"".to_owned(),
        ),
        (
            "dots.yaml",
            "ca: |\n  -----BEGIN CERTIFICATE-----\n  ...\n  -----END CERTIFICATE-----\n".to_owned(),
        ),
        (
            "regex.rb",
            "/-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----/m".to_owned(),
        ),
        ("noise.txt", format!("MII{}\n", "Q".repeat(600))),
        ("cut.pem", made.pem[..made.pem.len() / 2].to_owned()),
    ];
    for (path, content) in text {
        maker.add(path, content, Vec::new());
    }
    maker.add(
        "secret.p12",
        pkcs12(&made.der, "a secret of its own"),
        Vec::new(),
    );
}

// --- What was found ----------------------------------------------------------
/// What the program says of each file.
fn inventory(folder: &Path) -> BTreeMap<String, Vec<(String, Value, Value)>> {
    let outcome = ca_lint(folder, ["inventory", "--format", "json", "."]);
    let report: Value = serde_json::from_str(&outcome.output).expect("JSON");
    let mut found: BTreeMap<String, Vec<(String, Value, Value)>> = BTreeMap::new();
    for certificate in report["certificates"].as_array().expect("a list") {
        let hash = certificate["sha256"].as_str().expect("a hash");
        for sighting in certificate["sightings"].as_array().expect("a list") {
            let path = sighting["path"].as_str().expect("a path").to_owned();
            let is_ca = certificate["is_ca"].clone();
            found
                .entry(path)
                .or_default()
                .push((hash.to_owned(), is_ca, sighting.clone()));
        }
    }
    found
}

/// What is wrong with what was found in a file, a sentence each.
fn mistakes(case: &Case, found: &[(String, Value, Value)]) -> Vec<String> {
    let mut wrong = Vec::new();
    for expected in &case.expected {
        let hits: Vec<_> = found
            .iter()
            .filter(|(hash, _, _)| *hash == expected.sha256)
            .collect();
        let [(_, is_ca, sighting)] = hits[..] else {
            wrong.push(format!(
                "{}: found {} times instead of once",
                case.path,
                hits.len()
            ));
            continue;
        };
        if is_ca.as_bool() != Some(expected.is_ca) {
            wrong.push(format!("{}: is_ca is {is_ca}", case.path));
        }
        if let Some(container) = expected.container
            && sighting["container"] != container
        {
            wrong.push(format!(
                "{}: stands under {} instead of {container}",
                case.path, sighting["container"]
            ));
        }
        let lines = (sighting["line"].as_u64(), sighting["end_line"].as_u64());
        if let Some((first, last)) = expected.lines
            && lines != (Some(first as u64), Some(last as u64))
        {
            wrong.push(format!(
                "{}: on lines {lines:?} instead of {first} to {last}",
                case.path
            ));
        }
    }
    if found.len() > case.expected.len() {
        wrong.push(format!(
            "{}: {} found, {} are there",
            case.path,
            found.len(),
            case.expected.len()
        ));
    }
    wrong
}
