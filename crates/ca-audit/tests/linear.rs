//! Ten times as much in one file, certificates or commands, takes about ten times
//! as long.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ca_audit::tree::Memory;
use ca_audit::{Evidence, Request, audit};
use rcgen::{CertificateParams, IsCa, KeyPair, SerialNumber};
use std::fmt::Write as _;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// A build for tests is too slow for more; that of a release shows better what
/// is quadratic.
const FEW: usize = if cfg!(debug_assertions) { 300 } else { 2000 };

/// What is quadratic takes a hundred times as long; on a busy machine ten times
/// the work may take twenty times as long.
const MOST: u32 = 20;

/// `count` certificates that differ in their serial numbers.
fn certificates(count: usize) -> Vec<String> {
    const SERIAL: &[u8; 8] = b"\x11serial\x11";
    let mut params = CertificateParams::default();
    params.serial_number = Some(SerialNumber::from(SERIAL.to_vec()));
    params.is_ca = IsCa::ExplicitNoCa;
    let key = KeyPair::generate().expect("a key");
    let der = params.self_signed(&key).expect("a certificate");
    let mut der = der.der().to_vec();
    let at = der.windows(8).position(|window| window == SERIAL);
    let at = at.expect("the serial number");
    let mut base64 = |number: usize| {
        der[at..at + 8].copy_from_slice(format!("{number:08}").as_bytes());
        STANDARD.encode(&der)
    };
    (0..count).map(&mut base64).collect()
}

fn pem(base64: &str, line_break: &str) -> String {
    let mut text = format!("-----BEGIN CERTIFICATE-----{line_break}");
    for line in base64.as_bytes().chunks(64) {
        text.push_str(std::str::from_utf8(line).expect("ASCII"));
        text.push_str(line_break);
    }
    text + "-----END CERTIFICATE-----" + line_break
}

fn seconds(path: &str, text: &str, is_right: impl Fn(&Evidence)) -> Duration {
    let tree = Memory::new().with(path, text);
    let once = || {
        let begun = Instant::now();
        let evidence = audit(&tree, &Request::default());
        is_right(&evidence);
        begun.elapsed()
    };
    (0..3).map(|_| once()).min().expect("three times")
}

/// `text` makes a file of the certificates, each given in base64.
fn check(path: &str, text: fn(&[String]) -> String) {
    let all = certificates(10 * FEW);
    let is_right = |evidence: &Evidence, count| assert_eq!(evidence.certs.len(), count, "{path}");
    compare(path, [&text(&all[..FEW]), &text(&all)], is_right);
}

/// Of `texts` the second has ten times as much. What else the machine does can
/// spoil one comparison, not three.
fn compare(path: &str, texts: [&str; 2], is_right: impl Fn(&Evidence, usize)) {
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
    let _turn = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    let compare = |_| {
        let few = seconds(path, texts[0], |it| is_right(it, FEW));
        let many = seconds(path, texts[1], |it| is_right(it, 10 * FEW));
        println!("{path}: {FEW} took {few:?}, ten times as many {many:?}");
        many < few * MOST
    };
    assert!((0..3).any(compare), "{path}: above {MOST} times as long");
}

#[test]
fn commands_of_a_script() {
    let command = |number: usize| {
        format!(
            "ETCDCTL_API=3 etcdctl --endpoints=https://etcd{number}:2379 --cacert=/ca.pem get x\n"
        )
    };
    let text = |count| (0..count).map(command).collect::<String>();
    let [few, many] = [FEW, 10 * FEW].map(text);
    let is_right = |evidence: &Evidence, count| assert_eq!(evidence.reads.len(), count);
    compare("backup.sh", [&few, &many], is_right);
}

#[test]
fn bundles() {
    check("all.pem", |all| {
        all.iter().map(|one| pem(one, "\n")).collect()
    });
}

/// Read with a closer look: every line begins with the mark of a comment.
#[test]
fn commented_bundles() {
    check("all.conf", |all| {
        let text: String = all.iter().map(|one| pem(one, "\n")).collect();
        text.lines()
            .fold(String::new(), |text, line| text + "# " + line + "\n")
    });
}

/// What programs make of a text that is not quite right is worked out for each
/// of its blocks.
#[test]
fn bundles_with_a_fault() {
    check("all.crt", |all| {
        let text: String = all.iter().map(|one| pem(one, "\n")).collect();
        text.replacen("-----END", "------END", 1)
    });
}

#[test]
fn one_line_of_json() {
    check("all.json", |all| {
        let text: String = all.iter().map(|one| pem(one, "\\n")).collect();
        format!("{{\"ca\": \"{text}\"}}")
    });
}

/// No document, and no line break anywhere.
#[test]
fn one_line_of_text() {
    check("all.txt", |all| {
        all.iter().map(|one| pem(one, "\\n")).collect()
    });
}

#[test]
fn keys_of_a_document() {
    check("all.yaml", |all| {
        let mut text = String::new();
        for (index, one) in all.iter().enumerate() {
            let _ = writeln!(text, "ca_{index}: {one}");
        }
        text
    });
}

/// Each item is named by how many stand before it.
#[test]
fn items_of_a_list() {
    check("all.yaml", |all| {
        let items = all.iter().map(|one| format!("- {one}\n"));
        items.collect()
    });
}

/// The same where nothing is known of the structure.
#[test]
fn words_of_base64() {
    check("all.txt", |all| all.join("\n\n"));
}

#[test]
fn strings_of_a_manifest() {
    check("manifests/all.pp", |all| {
        let mut text = String::from("class all {\n");
        for (index, one) in all.iter().enumerate() {
            let content = pem(one, "\n");
            let _ = writeln!(text, "  $ca{index} = '{content}'");
        }
        text + "}\n"
    });
}
