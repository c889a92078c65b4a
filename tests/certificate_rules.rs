//! The rules about certificates themselves, beyond the examples on their pages.

use crate::authority::Authorities;
use ca_audit::tree::Memory;
use ca_audit::{Evidence, Request, audit};
use ca_lint::finding::Finding;
use ca_lint::rules::check;
use ca_lint::settings::Settings;

/// 2020-01-01.
const NOW: i64 = 1_577_836_800;

/// What `rule` finds in files with placeholders: `SEVERITY PATH: MESSAGE`.
fn found(rule: &str, files: &[(&str, &str)]) -> Vec<String> {
    let (evidence, findings) = findings(rule, files);
    let line = |finding: Finding| {
        let path = evidence.path(finding.at.file);
        format!("{} {path}: {}", finding.severity.name(), finding.message)
    };
    findings.into_iter().map(line).collect()
}

fn findings(rule: &str, files: &[(&str, &str)]) -> (Evidence, Vec<Finding>) {
    let mut authorities = Authorities::default();
    let tree = files.iter().fold(Memory::new(), |tree, (path, text)| {
        tree.with(*path, authorities.filled(text))
    });
    let evidence = audit(&tree, &Request::default());
    let mut findings = check(&evidence, &Settings::at(NOW));
    findings.retain(|finding| finding.rule == rule);
    (evidence, findings)
}

/// Whether there is just one finding and it begins so.
fn one(found: &[String], start: &str) {
    assert!(
        matches!(found, [one] if one.starts_with(start)),
        "{start:?} is not all of {found:#?}"
    );
}

const OLD: &str = "<CA one named CN=x; valid 2008-01-01 to 2018-01-01>\n";
const RENEWED: &str = "<CA one named CN=x; valid 2017-01-01 to 2037-01-01>\n";

#[test]
fn an_expired_ca_is_reported_once_where_it_is_edited() {
    let data = format!("x::ca: |\n  {OLD}");
    let files = [
        ("a/ca.pem", OLD),
        ("hieradata/common.yaml", &data),
        ("hosts/h/etc/puppet/puppet.conf", "[agent]\n"),
        ("hosts/h/etc/ssl/ca.pem", OLD),
    ];
    one(
        &found("expired-ca", &files),
        "error hieradata/common.yaml: CN=x (SHA-256 ",
    );
    let (_, findings) = findings("expired-ca", &files);
    assert_eq!(findings[0].related.len(), 2);
}

#[test]
fn an_expired_ca_that_nobody_uses_is_a_warning() {
    one(
        &found("expired-ca", &[("a/ca.pem", OLD)]),
        "warning a/ca.pem",
    );
    one(
        &found("expired-ca", &[("a/ca.pem", &format!("{OLD}{RENEWED}"))]),
        "note a/ca.pem",
    );
    let (_, findings) = findings("expired-ca", &[("a/ca.pem", OLD), ("b/ca.pem", RENEWED)]);
    assert!(
        findings[0].help.contains("b/ca.pem"),
        "{}",
        findings[0].help
    );
}

#[test]
fn dates_at_their_edges() {
    let at = |begins: &str, ends: &str| {
        let ca = format!("<CA one named CN=x; valid {begins} to {ends}>");
        let files = [("ca.pem", ca.as_str())];
        (
            found("expired-ca", &files).len(),
            found("expiring-ca", &files).len(),
        )
    };
    assert_eq!(at("2010-01-01", "2019-12-31"), (1, 0));
    assert_eq!(at("2010-01-01", "2020-01-01"), (0, 1));
    assert_eq!(at("2010-01-01", "2020-03-30"), (0, 1));
    assert_eq!(at("2010-01-01", "2020-03-31"), (0, 0));
    assert_eq!(at("2020-01-01", "2030-01-01"), (0, 0));
    assert_eq!(at("2020-01-02", "2030-01-01"), (1, 0));
}

#[test]
fn bundles_are_reported_once() {
    let sound = (0..20).map(|index| format!("<CA key{index} named CN=CA {index}>\n"));
    let old = (0..4).map(|index| {
        format!("<CA old{index} named CN=Old {index}; valid 2008-01-01 to 2018-01-01>\n")
    });
    let bundle: String = sound.chain(old).collect();
    one(
        &found("expired-ca", &[("a/bundle.crt", &bundle)]),
        "note a/bundle.crt: 4 of 24 CAs in a/bundle.crt: CN=Old ",
    );
}

#[test]
fn leaves_are_no_expired_cas() {
    let leaf = "<leaf one named CN=x; valid 2008-01-01 to 2018-01-01>";
    assert!(found("expired-ca", &[("a/cert.pem", leaf)]).is_empty());
}

#[test]
fn weak_cas() {
    let weak = |special: &str| {
        let ca = format!("<CA one named CN=x{special}>");
        found("weak-ca", &[("ca.pem", &ca)])
    };
    assert!(weak("").is_empty());
    one(&weak("; RSA-1024"), "warning ca.pem: CN=x (SHA-256 ");
    // The signature of a root on itself is nobody's business.
    assert!(weak("; SHA-1").is_empty());
    let intermediate = weak("; signed by two named CN=y; SHA-1");
    assert!(
        intermediate[0].ends_with("is signed by CN=y with SHA-1"),
        "{intermediate:?}"
    );
    let first = weak("; version 1");
    assert!(first[0].contains("version 1"), "{first:?}");
}

const LEAF: &str = "<leaf one named CN=web; signed by two named CN=y>\n";

#[test]
fn leaves_where_a_ca_is_expected() {
    let secret = format!("kind: Secret\nstringData:\n  ca.crt: |\n    {LEAF}");
    let hook = format!("webhooks:\n- clientConfig:\n    caBundle: |\n      {LEAF}");
    let site = "class c { file { '/usr/local/share/ca-certificates/x.crt': source => 'puppet:///modules/c/x.crt' } }";
    let agent = "hosts/h/var/lib/puppet/ssl/certs/ca.pem";
    let anchor = "hosts/h/etc/pki/ca-trust/source/anchors/x.pem";
    let conf = ("hosts/h/etc/puppet/puppet.conf", "[agent]\n");
    let kubeconfig = format!(
        "apiVersion: v1\nkind: Config\nclusters:\n- cluster:\n    certificate-authority-data: |\n      {LEAF}"
    );
    let cases: [&[(&str, &str)]; 7] = [
        &[("k8s/admin.conf", &kubeconfig)],
        &[("k8s/secret.yaml", &secret)],
        &[("k8s/hook.yaml", &hook)],
        &[
            ("modules/c/manifests/init.pp", site),
            ("modules/c/files/x.crt", LEAF),
        ],
        &[(agent, LEAF)],
        &[conf, (anchor, LEAF)],
        &[
            conf,
            (
                "hosts/h/etc/default/kube-apiserver",
                "DAEMON_ARGS=\"--etcd-servers=https://e:2379 --etcd-cafile=/etc/etcd/trust.pem\"\n",
            ),
            ("hosts/h/etc/etcd/trust.pem", LEAF),
        ],
    ];
    for case in cases {
        one(&found("leaf-as-ca", case), "error ");
    }
}

#[test]
fn what_is_no_leaf_in_place_of_a_ca() {
    let bundle = format!("{LEAF}<CA two named CN=y>\n");
    let own = "hosts/h/var/lib/puppet/ssl/certs/h.pem";
    let cases: [&[(&str, &str)]; 4] = [
        &[("hosts/h/var/lib/puppet/ssl/certs/ca.pem", &bundle)],
        &[
            (own, LEAF),
            (
                "hosts/h/var/lib/puppet/ssl/certs/ca.pem",
                "<CA two named CN=y>",
            ),
        ],
        &[("modules/c/files/ca.example.org.crt", LEAF)],
        &[(
            "k8s/secret.yaml",
            "stringData:\n  tls.crt: |\n    <leaf one named CN=web>\n",
        )],
    ];
    for case in cases {
        assert_eq!(found("leaf-as-ca", case), Vec::<String>::new());
    }
}

const CA: &str = "<CA one named CN=x>\n";
const KEY: &str = "<key of one>\n";

#[test]
fn keys_of_cas() {
    let rule = "private-key-beside-ca";
    one(
        &found(rule, &[("a/ca.pem", CA), ("b/x.pem", KEY)]),
        "error b/x.pem: b/x.pem holds the private key of CN=x",
    );
    one(
        &found(rule, &[("a/ca.pem", &format!("{CA}{KEY}"))]),
        "error a/ca.pem",
    );
    one(
        &found(rule, &[("a/ca_key.pem", KEY)]),
        "warning a/ca_key.pem",
    );
    let data = format!("x::ca_key: |\n  {KEY}x::ca: |\n  {CA}");
    one(
        &found(rule, &[("hieradata/a.yaml", &data)]),
        "error hieradata/a.yaml: x::ca_key in hieradata/a.yaml",
    );
}

#[test]
fn keys_of_others() {
    let rule = "private-key-beside-ca";
    let server =
        "<key of two>\n<leaf two named CN=web; signed by one named CN=x>\n<CA one named CN=x>\n";
    let conf = ("hosts/h/etc/puppet/puppet.conf", "[agent]\n");
    let authority = "hosts/h/var/lib/puppet/ssl/ca/ca_crt.pem";
    let cases: [&[(&str, &str)]; 5] = [
        &[("a/server.pem", server)],
        &[("a/ca.pem", CA), ("a/server.key", "<key of two>")],
        &[("a/dummy/ca.key", KEY)],
        &[(
            "a/ca.key",
            "-----BEGIN PRIVATE KEY-----\nREPLACE_ME\n-----END PRIVATE KEY-----\n",
        )],
        &[
            conf,
            (authority, CA),
            ("hosts/h/var/lib/puppet/ssl/ca/ca_key.pem", KEY),
        ],
    ];
    for case in cases {
        assert_eq!(found(rule, case), Vec::<String>::new());
    }
}

#[test]
fn copies_that_were_left_behind() {
    let rule = "stale-ca-copy";
    let old = "<CA one named CN=x; valid 2015-01-01 to 2025-01-01>\n";
    let new = "<CA one named CN=x; valid 2019-01-01 to 2029-01-01>\n";
    one(
        &found(rule, &[("a/old.pem", old), ("b/new.pem", new)]),
        "warning a/old.pem",
    );
    // One that was made later and ends sooner is no older copy.
    let short = "<CA one named CN=x; valid 2019-06-01 to 2022-01-01>\n";
    let cross = "<CA one named CN=x; valid 2015-01-01 to 2025-01-01; signed by two named CN=y>\n";
    let other = "<CA two named CN=x; valid 2015-01-01 to 2025-01-01>\n";
    let both = format!("{old}{new}");
    for beside in [&both, short, cross, other] {
        let files = [("a/a.pem", beside), ("b/new.pem", new)];
        assert_eq!(found(rule, &files), Vec::<String>::new());
    }
    let leaf =
        "<leaf three named CN=web; signed by one named CN=x; valid 2019-01-01 to 2021-01-01>\n";
    one(
        &found(
            rule,
            &[("a/old.pem", old), ("b/new.pem", new), ("c/leaf.pem", leaf)],
        ),
        "note a/old.pem",
    );
}

#[test]
fn cas_that_diverge() {
    let rule = "divergent-ca";
    let (one_ca, two) = ("<CA one named CN=x>\n", "<CA two named CN=x>\n");
    one(
        &found(rule, &[("a/ca.pem", one_ca), ("b/ca.pem", two)]),
        "error b/ca.pem",
    );
    // One key in two layers of one hierarchy.
    let key = |ca: &str| format!("x::ca: |\n  {ca}");
    let (common, labs) = (key(one_ca), key(two));
    one(
        &found(
            rule,
            &[
                ("hieradata/common.yaml", &common),
                ("hieradata/labs.yaml", &labs),
            ],
        ),
        "warning hieradata/labs.yaml: x::ca is CN=x",
    );
    // One path, two classes.
    let class = |name: &str| {
        format!(
            "class {name} {{ file {{ '/etc/ca.pem': source => 'puppet:///modules/{name}/{name}.pem' }} }}"
        )
    };
    let (a, b) = (class("a"), class("b"));
    one(
        &found(
            rule,
            &[
                ("modules/a/manifests/init.pp", &a),
                ("modules/a/files/a.pem", "<CA one named CN=a>"),
                ("modules/b/manifests/init.pp", &b),
                ("modules/b/files/b.pem", "<CA two named CN=b>"),
            ],
        ),
        "warning modules/b/manifests/init.pp: /etc/ca.pem gets CN=b",
    );
    // Bundles of one realm, each with a CA that the other lacks.
    let agent = |host: &str| format!("hosts/{host}/var/lib/puppet/ssl/certs/ca.pem");
    let bundle = |word: &str| format!("<CA one named CN=root>\n<CA {word} named CN=sub>\n");
    one(
        &found(
            rule,
            &[
                (&agent("a"), &bundle("two")),
                (&agent("b"), &bundle("three")),
            ],
        ),
        "warning hosts/b/",
    );
}

#[test]
fn cas_that_differ_by_design() {
    let rule = "divergent-ca";
    let (one_ca, two) = ("<CA one named CN=x>\n", "<CA two named CN=x>\n");
    let key = |ca: &str| format!("x::ca: |\n  {ca}");
    let both = format!("{one_ca}{two}");
    let (here, there, both_key) = (
        key(one_ca),
        key(two),
        format!("x::ca: |\n  {one_ca}  {two}"),
    );
    let cases: [&[(&str, &str)]; 6] = [
        &[
            ("hieradata/eqiad.yaml", &here),
            ("hieradata/labs.yaml", &there),
        ],
        &[
            ("hieradata/common.yaml", &here),
            ("hieradata/labs.yaml", &both_key),
        ],
        &[("files/prod/ca.pem", one_ca), ("files/dev/ca.pem", two)],
        &[("a/ca.pem", one_ca), ("b/ca.pem", &both)],
        &[
            ("a/ca.pem", "<CA one named CN=kubernetes>"),
            ("b/ca.pem", "<CA two named CN=kubernetes>"),
        ],
        &[
            ("a/ca.pem", one_ca),
            (
                "b/ca.pem",
                "<CA one named CN=x; valid 2015-01-01 to 2035-01-01>",
            ),
        ],
    ];
    for case in cases {
        assert_eq!(found(rule, case), Vec::<String>::new());
    }
}

#[test]
fn cas_that_cannot_be_read() {
    let rule = "unreadable-ca";
    let class = "class c { file { '/usr/local/share/ca-certificates/x.crt': source => 'puppet:///modules/c/x.bin' } }";
    let binary = "\0not a certificate";
    one(
        &found(
            rule,
            &[
                ("modules/c/manifests/init.pp", class),
                ("modules/c/files/x.bin", binary),
            ],
        ),
        "warning modules/c/files/x.bin: modules/c/files/x.bin should hold a CA",
    );
    one(&found(rule, &[("a/ca.pem", binary)]), "warning a/ca.pem");
    assert_eq!(found(rule, &[("a/logo.png", binary)]), Vec::<String>::new());
}
