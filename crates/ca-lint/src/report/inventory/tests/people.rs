//! What people read.

use super::{Authority, found, reported};
use crate::report::inventory::{Inventory, Layout, human, json};
use crate::report::{Canvas, Detail};
use ca_audit::certificate::fingerprint::{colon_hex, hex};
use ca_audit::tree::Memory;
use rcgen::date_time_ymd;
use serde_json::Value;
use sha2::{Digest as _, Sha256};

const NARROW: Layout = Layout {
    canvas: Canvas {
        width: 80,
        colour: false,
        unicode: true,
        links: false,
    },
    detail: Detail::Normal,
    breaks_lines: false,
    now: 0,
};

fn at(year: i32) -> Layout {
    Layout {
        now: date_time_ymd(year, 1, 1).unix_timestamp(),
        ..NARROW
    }
}

fn in_full() -> Layout {
    Layout {
        detail: Detail::Verbose,
        ..at(2025)
    }
}

fn told(tree: &Memory, layout: Layout) -> String {
    reported(tree, |inventory: &Inventory| human(inventory, layout))
}

/// The SHA-256 of the certificate in a PEM.
fn sha256(pem: &str) -> Vec<u8> {
    let tree = Memory::new().with("x.pem", pem);
    let report: Value = serde_json::from_str(&reported(&tree, json)).expect("JSON");
    let digits = report["certificates"][0]["sha256"].as_str().expect("hex");
    (0..64)
        .step_by(2)
        .map(|at| u8::from_str_radix(&digits[at..at + 2], 16).expect("hex"))
        .collect()
}

#[test]
fn days_are_counted() {
    let tree = Memory::new().with("ca.pem", Authority::new("test-ca").pem);
    let now = |year| told(&tree, at(year));
    assert!(now(2025).starts_with("CN=test-ca\n  is     a CA; signed by itself;"));
    assert!(
        now(2025).contains("2020-01-01 to 2030-01-01 █████░░░░░ 1826 days left\n"),
        "{}",
        now(2025)
    );
    assert!(now(2031).contains("██████████ expired 365 days ago\n"));
    assert!(now(2019).contains("░░░░░░░░░░ not valid for another 365 days\n"));
    assert!(
        now(2025).contains("  at     ca.pem:1  pem\n"),
        "{}",
        now(2025)
    );
}

#[test]
fn what_a_ca_signed_stands_below_it() {
    let (ca, other) = (Authority::new("the-ca"), Authority::new("another-ca"));
    let namesake = Authority::new("the-ca");
    let tree = Memory::new()
        .with("a.pem", &*other.pem)
        .with("ca.pem", &*ca.pem)
        .with("leaf.pem", ca.issue("leaf"))
        .with("stray.pem", namesake.issue("stray"))
        .with("lost.pem", Authority::new("not-here").issue("lost"));
    let report = told(&tree, at(2025));
    let place = |words: &str| {
        report
            .find(words)
            .unwrap_or_else(|| panic!("{words}: {report}"))
    };
    let order = [
        "CN=another-ca\n",
        "CN=the-ca\n",
        "  signed CN=leaf",
        "Issued as CN=the-ca, but not with the key of the CA of that name here",
        "CN=stray",
        "Issued by CN=not-here, which is not here",
        "CN=lost",
    ];
    let places: Vec<usize> = order.iter().map(|words| place(words)).collect();
    assert!(places.is_sorted(), "{report}");
}

#[test]
fn fingerprints_are_there_to_be_searched_for() {
    let ca = Authority::new("ca");
    let leaf = ca.issue("leaf");
    let tree = Memory::new()
        .with("ca.pem", &*ca.pem)
        .with("leaf.pem", &*leaf);
    let (ca, leaf) = (sha256(&ca.pem), sha256(&leaf));
    let normal = told(&tree, at(2025));
    assert!(normal.contains(&colon_hex(&ca)), "{normal}");
    assert!(normal.contains(&colon_hex(&leaf[..4])), "{normal}");
    let full = told(&tree, in_full());
    for hash in [&ca, &leaf] {
        assert!(
            full.contains(&colon_hex(hash)) && full.contains(&hex(hash)),
            "{full}"
        );
    }
    // A terminal would break it anywhere.
    let terminal = Layout {
        breaks_lines: true,
        ..at(2025)
    };
    let terminal = told(&tree, terminal);
    let (first, second) = ca.split_at(16);
    let broken = format!(
        "  sha256 {}:\n         {}\n",
        colon_hex(first),
        colon_hex(second)
    );
    assert!(terminal.contains(&broken), "{terminal}");
    assert!(
        terminal.lines().all(|line| line.chars().count() <= 80),
        "{terminal}"
    );
}

#[test]
fn whatever_was_pasted_finds_its_certificate() {
    let ca = Authority::new("ca");
    let leaf = ca.issue("leaf");
    let tree = Memory::new()
        .with("ca.pem", &*ca.pem)
        .with("leaf.pem", &*leaf);
    let hash = sha256(&leaf);
    for pasted in [
        format!("SHA256 Fingerprint={}", colon_hex(&hash)),
        hex(&hash).to_uppercase(),
        format!("{}…", colon_hex(&hash[..4])),
        hex(&Sha256::digest(&leaf)),
        "CN=Leaf".to_owned(),
    ] {
        let report = found(&tree, &pasted, |inventory| human(inventory, at(2025)));
        assert!(report.starts_with("CN=leaf\n"), "{pasted}: {report}");
        assert!(!report.contains("ca.pem"), "{pasted}: {report}");
    }
    let nothing = found(&tree, "00112233", |inventory| human(inventory, at(2025)));
    assert!(nothing.starts_with("No certificate here"), "{nothing}");
}

#[test]
fn large_bundles_are_one_line_and_hide_no_private_ca() {
    let bundle: Vec<Authority> = (0..25)
        .map(|number| Authority::new(&format!("public-{number:02}")))
        .collect();
    let bundle_pem: String = bundle.iter().map(|ca| ca.pem.as_str()).collect();
    let tree = Memory::new()
        .with("hosts/a/etc/ssl/certs/ca-certificates.crt", &*bundle_pem)
        .with("hosts/b/etc/ssl/certs/ca-certificates.crt", &*bundle_pem)
        .with("hosts/a/etc/etcd/cert.pem", bundle[7].issue("etcd"))
        .with("modules/x/files/ca.crt", &*bundle[9].pem);
    let report = told(&tree, at(2031));
    let folded = "hosts/a/etc/ssl/certs/ca-certificates.crt: 25 CA certificates\n  \
                  the same in 1 other place\n  25 expired; 2 shown above; -v lists them all\n";
    assert!(report.contains(folded), "{report}");
    let shown: Vec<&str> = report
        .lines()
        .filter(|line| line.starts_with("CN=public"))
        .collect();
    assert_eq!(shown, ["CN=public-07", "CN=public-09"]);
    let full = told(&tree, in_full());
    let shown = full.lines().filter(|line| line.starts_with("CN=public"));
    assert_eq!(shown.count(), 25, "{full}");
}

#[test]
fn who_writes_and_who_reads_is_told() {
    let ca = Authority::new("ca");
    let manifest =
        "class a { file { '/etc/etcd/ca.pem': source => 'puppet:///modules/a/ca.pem' } }";
    let tree = Memory::new()
        .with("modules/a/manifests/init.pp", manifest)
        .with("modules/a/files/ca.pem", &*ca.pem)
        .with("hosts/web/etc/puppet/puppet.conf", "[main]\n")
        .with("hosts/web/etc/etcd/ca.pem", &*ca.pem)
        .with(
            "hosts/web/var/lib/puppet/ssl/certs/ca.pem",
            format!("{}\n", ca.pem),
        )
        .with(
            "hosts/web/etc/default/kube-apiserver",
            "DAEMON_ARGS=\"--etcd-servers=https://e:2379 --etcd-cafile=/etc/etcd/ca.pem\"\n",
        );
    let report = told(&tree, Layout { ..at(2025) });
    for words in [
        "source of File[/etc/etcd/ca.pem], modules/a/manifests/init.pp:1",
        "written by File[/etc/etcd/ca.pem], modules/a/manifests/init.pp:1",
        "read by kube-apiserver as its etcd CA,",
        "read by puppet agent as its Puppet CA",
        &format!("  puppet {}", hex(&Sha256::digest(format!("{}\n", ca.pem)))),
    ] {
        assert!(report.contains(words), "{words}: {report}");
    }
}
