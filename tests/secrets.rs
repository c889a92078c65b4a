//! No report shows any of a private key, whatever the form of the report and
//! however the key is written.

use crate::authority::Authorities;
use crate::program::{CLOCK, ca_lint};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::fs;
use std::path::Path;

/// So many characters in a row of a key are part of it, not chance.
const WINDOW: usize = 12;

#[test]
fn no_report_shows_a_private_key() {
    let folder = tempfile::tempdir().expect("a folder");
    let keys = project(folder.path());
    let mut reports = 0;
    for format in formats() {
        for more in [&[][..], &["-v"], &["-q"], &["--show-suppressed"]] {
            let arguments = ["check", "--format", &format];
            let arguments = arguments
                .iter()
                .copied()
                .chain(CLOCK)
                .chain(more.iter().copied());
            let outcome = ca_lint(folder.path(), arguments);
            let named = outcome.output.matches("private-key-beside-ca").count();
            assert!(named > 0, "{format}: the keys are not found: {outcome:?}");
            for shown in [&outcome.output, &outcome.complaints] {
                for key in &keys {
                    assert_shows_none(shown, key, &format);
                }
            }
            reports += 1;
        }
    }
    assert!(reports >= 8, "only {reports} reports");
    let others: [&[&str]; 8] = [
        &["inventory", "-v"],
        &["inventory", "--format", "html"],
        &["graph"],
        &["graph", "--format", "mermaid"],
        &["graph", "--format", "json"],
        &["why", "-v", "CN=one"],
        &["why", "--format", "json", "three.yaml"],
        &["why", "-v", "four.yaml"],
    ];
    for command in others {
        let outcome = ca_lint(folder.path(), command);
        assert_eq!(outcome.status, Some(0), "{command:?}: {outcome:?}");
        for key in &keys {
            assert_shows_none(&outcome.output, key, command[0]);
        }
    }
}

/// Writes keys of CAs in every form; the characters that nobody may see.
fn project(folder: &Path) -> Vec<String> {
    let mut authorities = Authorities::default();
    let mut secrets = Vec::new();
    let write = |name: &str, text: String| {
        fs::write(folder.join(name), text).expect("a file");
    };
    for word in ["one", "two", "three", "four"] {
        let ca = authorities.filled(&format!("<CA {word} named CN={word}>"));
        let key = authorities.filled(&format!("<key of {word}>"));
        let body: String = key.lines().filter(|line| !line.starts_with('-')).collect();
        let encoded = STANDARD.encode(&key);
        // What stands before the body says no more than that it is a key.
        secrets.push(encoded[48..].to_owned());
        secrets.push(body);
        match word {
            "one" => write("one.pem", format!("{key}{ca}")),
            "two" => {
                let escaped = |pem: &str| pem.replace('\n', "\\n");
                let json = format!(
                    "{{\n\"ca\": \"{}\",\n\"ca_key\": \"{}\"\n}}\n",
                    escaped(&ca),
                    escaped(&key)
                );
                write("two.json", json);
            }
            "three" => write(
                "three.yaml",
                format!(
                    "data:\n  ca.key: {encoded}\n  ca.crt: {}\n",
                    STANDARD.encode(&ca)
                ),
            ),
            _ => {
                let wrapped: Vec<String> = encoded
                    .as_bytes()
                    .chunks(60)
                    .map(|line| format!("    {}\n", String::from_utf8_lossy(line)))
                    .collect();
                write(
                    "four.yaml",
                    format!(
                        "data:\n  ca.key: |\n{}  ca.crt: {}\n",
                        wrapped.concat(),
                        STANDARD.encode(&ca)
                    ),
                );
            }
        }
    }
    secrets
}

/// The values of `--format`, as the help has them.
fn formats() -> Vec<String> {
    let help = ca_lint(Path::new("."), ["check", "--help"]).output;
    let (_, after) = help.split_once("--format").expect("the option");
    let (_, list) = after.split_once("Possible values:").expect("its values");
    let values = list.lines().skip(1).map(str::trim);
    let values = values.take_while(|line| line.starts_with("- "));
    let formats: Vec<String> = values
        .filter_map(|line| Some(line[2..].split(':').next()?.to_owned()))
        .collect();
    assert!(formats.len() >= 2, "{formats:?} of {help}");
    formats
}

fn assert_shows_none(shown: &str, secret: &str, where_: &str) {
    for start in 0..secret.len().saturating_sub(WINDOW) {
        let part = &secret[start..start + WINDOW];
        // The public half and the algorithm of the key stand in certificates, too.
        assert!(
            !shown.contains(part),
            "{where_} shows {part:?} of a private key:\n{shown}"
        );
    }
}
