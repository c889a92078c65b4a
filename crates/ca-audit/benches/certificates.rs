//! How fast and in how much memory very many certificates are audited.
//!
//! ```text
//! cargo bench -p ca-audit --bench certificates            # all, each in a process of its own
//! cargo bench -p ca-audit --bench certificates -- bundles # one, by the beginning of its name
//! ```
//!
//! Two figures have to hold, or the status is 1: [`LEAST_RATE`] and
//! [`MOST_BYTES`]. The tree is in memory, so nothing is read meanwhile; the
//! audit has one thread, whose own time on the processor is what counts, so
//! that a busy machine shows little.
//!
//! A plain program: what a harness would add (repetition, statistics) is of no
//! use to runs of a second, and none measures memory.

#![expect(clippy::cast_precision_loss, reason = "figures need three digits")]

use ca_audit::tree::{Memory, Tree as _};
use ca_audit::{Evidence, Request, audit};
use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, IsCa, Issuer, KeyPair,
    KeyUsagePurpose, PKCS_RSA_SHA256, PublicKeyData, SerialNumber, SignatureAlgorithm,
};
use std::fmt::Write as _;
use std::process::{Command, ExitCode};
use std::time::Instant;

/// Certificates a second and core.
const LEAST_RATE: f64 = 100_000.0;

/// Bytes of memory for each distinct certificate, besides its DER and besides
/// the file that is being read: of that there are two copies in memory at most,
/// its bytes and its text as a document. Puppet's data files are kept until the
/// code is evaluated that looks up values in them; their text is not counted
/// either.
const MOST_BYTES: f64 = 1024.0;

/// How often the time is taken; the best counts.
const ROUNDS: usize = 5;

fn main() -> ExitCode {
    // Cargo itself says `--bench`.
    let arguments = std::env::args().skip(1).filter(|word| word != "--bench");
    let words: Vec<String> = arguments.collect();
    match words.as_slice() {
        [flag, name] if flag == "--only" => only(name),
        words => all(words.first().map_or("", String::as_str)),
    }
}

/// Runs every layout in a process of its own, so that no run finds memory that
/// another one has left.
fn all(wanted: &str) -> ExitCode {
    println!(
        "{:<22}{:>9}{:>13}{:>13}{:>12}{:>14}",
        "layout", "certs", "certs/s/core", "certs/s wall", "DER bytes", "bytes besides"
    );
    let program = std::env::current_exe().expect("the path of this program");
    let mut is_good = true;
    for layout in LAYOUTS.iter().filter(|it| it.name.starts_with(wanted)) {
        let status = Command::new(&program)
            .args(["--only", layout.name])
            .status();
        is_good &= status.expect("this program starts").success();
    }
    if is_good {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

fn only(name: &str) -> ExitCode {
    let layout = LAYOUTS
        .iter()
        .find(|layout| layout.name == name)
        .expect("the name of a layout");
    let mut template = (layout.template)();
    let der_bytes = template.der.len();
    let tree = (layout.tree)(&mut template);
    let one_thread = rayon::ThreadPoolBuilder::new().num_threads(1).build();
    let (memory, (rate, rate_of_wall)) = one_thread
        .expect("a thread")
        .install(|| (bytes_per_certificate(&tree), rate(&tree)));
    let besides = memory.map(|bytes| bytes - der_bytes as f64);
    let shown = besides.map_or("?".to_owned(), |besides| format!("{besides:.0}"));
    println!(
        "{name:<22}{:>9}{rate:>13.0}{rate_of_wall:>13.0}{der_bytes:>12}{shown:>14}",
        layout.certificates
    );
    let most = MOST_BYTES + text_held(&tree, layout) / layout.certificates as f64;
    let is_good = rate >= LEAST_RATE && besides.is_none_or(|besides| besides <= most);
    if is_good {
        ExitCode::SUCCESS
    } else {
        eprintln!(
            "{name}: below {LEAST_RATE} certificates a second and core, or above {MOST_BYTES} bytes for each"
        );
        ExitCode::FAILURE
    }
}

/// The bytes of text in memory at once, besides the tree's own.
fn text_held(tree: &Memory, layout: &Layout) -> f64 {
    let entries = tree.list().entries;
    let lengths = entries
        .iter()
        .map(|entry| tree.bytes(&entry.path).map_or(0, |it| it.len()));
    let held: usize = if layout.name.starts_with("hiera") {
        lengths.sum()
    } else {
        2 * lengths.max().unwrap_or_default()
    };
    held as f64
}

// --- Layouts ------------------------------------------------------------------

/// Where the certificates stand.
struct Layout {
    name: &'static str,
    certificates: usize,
    template: fn() -> Template,
    tree: fn(&mut Template) -> Memory,
}

const MANY: usize = 100_000;

const LAYOUTS: [Layout; 10] = [
    Layout {
        name: "bundles-rsa",
        certificates: MANY,
        template: Template::rsa,
        tree: |template| files(template, MANY / 100, 100, "pem", pems),
    },
    Layout {
        name: "bundles-ec",
        certificates: MANY,
        template: Template::ec,
        tree: |template| files(template, MANY / 100, 100, "pem", pems),
    },
    Layout {
        name: "single-rsa",
        certificates: MANY,
        template: Template::rsa,
        tree: |template| files(template, MANY, 1, "pem", pems),
    },
    Layout {
        name: "single-ec",
        certificates: MANY,
        template: Template::ec,
        tree: |template| files(template, MANY, 1, "pem", pems),
    },
    Layout {
        name: "yaml-base64-rsa",
        certificates: MANY,
        template: Template::rsa,
        tree: |template| files(template, MANY / 100, 100, "yaml", yaml),
    },
    Layout {
        name: "yaml-base64-ec",
        certificates: MANY,
        template: Template::ec,
        tree: |template| files(template, MANY / 100, 100, "yaml", yaml),
    },
    Layout {
        name: "hiera-base64-rsa",
        certificates: MANY,
        template: Template::rsa,
        tree: |template| {
            (0..MANY / 100).fold(Memory::new(), |tree, index| {
                tree.with(format!("data/nodes/{index}.yaml"), yaml(template, 100))
            })
        },
    },
    Layout {
        name: "one-file-pem",
        certificates: MANY / 2,
        template: Template::ec,
        tree: |template| files(template, 1, MANY / 2, "pem", pems),
    },
    Layout {
        name: "one-file-yaml",
        certificates: MANY / 2,
        template: Template::ec,
        tree: |template| files(template, 1, MANY / 2, "yaml", yaml),
    },
    Layout {
        name: "one-file-rsa",
        certificates: MANY / 4,
        template: Template::rsa,
        tree: |template| files(template, 1, MANY / 4, "pem", pems),
    },
];

fn files(
    template: &mut Template,
    files: usize,
    each: usize,
    extension: &str,
    text: fn(&mut Template, usize) -> String,
) -> Memory {
    (0..files).fold(Memory::new(), |tree, index| {
        let path = format!("modules/pki/files/{}/{index}.{extension}", index % 97);
        tree.with(path, text(template, each))
    })
}

fn pems(template: &mut Template, count: usize) -> String {
    let mut text = String::new();
    for _ in 0..count {
        text.push_str("-----BEGIN CERTIFICATE-----\n");
        let base64 = base64(template.next());
        for start in (0..base64.len()).step_by(64) {
            text.push_str(&base64[start..base64.len().min(start + 64)]);
            text.push('\n');
        }
        text.push_str("-----END CERTIFICATE-----\n");
    }
    text
}

fn yaml(template: &mut Template, count: usize) -> String {
    let mut text = String::new();
    for index in 0..count {
        let _ = writeln!(text, "profile::ca_{index}: {}", base64(template.next()));
    }
    text
}

fn base64(der: &[u8]) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.encode(der)
}

// --- Certificates -------------------------------------------------------------

/// A certificate in which a few bytes of the serial number and of the subject
/// are replaced to make the next one. Its signature is of no matter.
struct Template {
    der: Vec<u8>,
    serial: usize,
    subject: usize,
    made: usize,
}

const SERIAL: &[u8; 8] = b"\x11serial\x11";
const SUBJECT: &str = "XXXXXXXX";

impl Template {
    fn ec() -> Self {
        let key = KeyPair::generate().expect("a key");
        Self::of(&key)
    }

    fn rsa() -> Self {
        Self::of(&Rsa(rsa_key()))
    }

    fn of(key: &impl PublicKeyData) -> Self {
        let issuer_key = KeyPair::generate().expect("a key");
        let mut issuer = CertificateParams::default();
        issuer
            .distinguished_name
            .push(DnType::CommonName, "Example Root");
        let mut params = CertificateParams::default();
        params.serial_number = Some(SerialNumber::from(SERIAL.to_vec()));
        params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        params.use_authority_key_identifier_extension = true;
        let mut name = DistinguishedName::new();
        name.push(DnType::CountryName, "DE");
        name.push(DnType::OrganizationName, "Example Trust Services");
        name.push(DnType::CommonName, SUBJECT);
        params.distinguished_name = name;
        let signed = params.signed_by(key, &Issuer::new(issuer, issuer_key));
        let der = signed.expect("a certificate").der().to_vec();
        Self {
            serial: place(&der, SERIAL),
            subject: place(&der, SUBJECT.as_bytes()),
            der,
            made: 0,
        }
    }

    fn next(&mut self) -> &[u8] {
        let number = format!("{:08}", self.made);
        self.made += 1;
        // The first digit's byte is positive, as a serial number's has to be.
        self.der[self.serial..self.serial + 8].copy_from_slice(number.as_bytes());
        self.der[self.subject..self.subject + 8].copy_from_slice(number.as_bytes());
        &self.der
    }
}

fn place(der: &[u8], of: &[u8]) -> usize {
    let mut windows = der.windows(of.len());
    windows
        .position(|window| window == of)
        .expect("it is there")
}

/// The key that most CAs have: RSA of 2048 bits. What the number is does not
/// matter to anybody but a signature.
fn rsa_key() -> Vec<u8> {
    let mut key = vec![0x30, 0x82, 0x01, 0x0a, 0x02, 0x82, 0x01, 0x01, 0x00];
    key.extend((0..256u32).map(|at| (at.wrapping_mul(at).wrapping_mul(37) >> 3) as u8 | 0x81));
    key.extend([0x02, 0x03, 0x01, 0x00, 0x01]);
    key
}

struct Rsa(Vec<u8>);

impl PublicKeyData for Rsa {
    fn der_bytes(&self) -> &[u8] {
        &self.0
    }

    fn algorithm(&self) -> &'static SignatureAlgorithm {
        &PKCS_RSA_SHA256
    }
}

// --- Measures -----------------------------------------------------------------

/// Certificates a second of this thread's time, and of the clock's.
fn rate(tree: &Memory) -> (f64, f64) {
    let mut best = (0.0, 0.0_f64);
    for _ in 0..ROUNDS {
        let (clock, cpu) = (Instant::now(), cpu_seconds());
        let evidence = audit(tree, &Request::default());
        let wall = clock.elapsed().as_secs_f64();
        let seconds = cpu.zip(cpu_seconds()).map_or(wall, |(from, to)| to - from);
        let rate = evidence.certs.len() as f64 / seconds;
        if rate > best.0 {
            best = (rate, evidence.certs.len() as f64 / wall);
        }
    }
    best
}

/// How much the peak of the memory rises for each certificate; not known but on
/// Linux.
fn bytes_per_certificate(tree: &Memory) -> Option<f64> {
    let before = status("VmRSS")?;
    // proc(5): 5 sets the peak to what is in use.
    std::fs::write("/proc/self/clear_refs", "5").ok()?;
    let evidence = audit(tree, &Request::default());
    let peak = status("VmHWM")?;
    check(&evidence);
    Some((peak - before) / evidence.certs.len() as f64)
}

/// That what is measured is what is meant.
fn check(evidence: &Evidence) {
    assert_eq!(
        evidence.inventory().len(),
        evidence.certs.len(),
        "all are distinct"
    );
    assert!(evidence.gaps.is_empty(), "{:?}", evidence.gaps.first());
    assert!(
        evidence.misread.is_empty(),
        "{:?}",
        evidence.misread.first()
    );
}

/// A line of `/proc/self/status` in bytes.
fn status(name: &str) -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with(name))?;
    let kibibytes: f64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kibibytes * 1024.0)
}

/// How long this thread has been on a processor (`/proc/[pid]/schedstat` in the
/// kernel's `Documentation/scheduler/sched-stats.rst`).
fn cpu_seconds() -> Option<f64> {
    let stat = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    let nanoseconds: f64 = stat.split_whitespace().next()?.parse().ok()?;
    Some(nanoseconds / 1e9)
}
