//! What Puppet recorded on hosts, and what the rules make of it.

use crate::authority::Authorities;
use crate::{checkout, report};
use ca_audit::facts::Content;
use ca_audit::tree::Memory;
use ca_audit::{Evidence, Request, audit};
use ca_lint::finding::Finding;
use ca_lint::rules::check;
use ca_lint::settings::Settings;
use std::path::PathBuf;

/// 2020-01-01.
const NOW: i64 = 1_577_836_800;

const REVERTED: &str = "puppet-reverted-ca";
const OVERWRITES: &str = "puppet-overwrites-ca";

const CONF: (&str, &str) = (
    "hosts/web1/etc/puppet/puppet.conf",
    "[main]\ncertname = web1.test\n",
);
const FILE: &str = "hosts/web1/etc/ssl/internal-ca.pem";
const CATALOG: &str = "hosts/web1/var/lib/puppet/client_data/catalog/web1.test.json";
const REPORT: &str = "hosts/web1/var/lib/puppet/state/last_run_report.yaml";

const OLD: &str = "<CA one named CN=old; valid 2010-01-01 to 2030-01-01>\n";
const NEW: &str = "<CA two named CN=new; valid 2018-01-01 to 2038-01-01>\n";

const OLD_SUM: &str = "11111111aaaaaaaaaaaaaaaaaaaaaaaa";
const NEW_SUM: &str = "22222222bbbbbbbbbbbbbbbbbbbbbbbb";

fn evidence(files: &[(&str, &str)]) -> Evidence {
    let mut authorities = Authorities::default();
    let tree = files.iter().fold(Memory::new(), |tree, (path, text)| {
        tree.with(*path, authorities.filled(text))
    });
    audit(&tree, &Request::default())
}

fn findings(rule: &str, files: &[(&str, &str)]) -> Vec<Finding> {
    let mut findings = check(&evidence(files), &Settings::at(NOW));
    findings.retain(|finding| finding.rule == rule);
    findings
}

/// The only finding, as `SEVERITY CONFIDENCE`, and its message.
fn told(rule: &str, files: &[(&str, &str)]) -> (String, String) {
    let found = findings(rule, files);
    let [finding] = &found[..] else {
        panic!("{found:#?}")
    };
    let level = format!("{} {}", finding.severity.name(), finding.confidence.name());
    (level, finding.message.clone())
}

/// An entry of the clientbucket: where its two files lie.
fn kept(sum: &str) -> (String, String) {
    let digits: String = sum.chars().take(8).flat_map(|digit| [digit, '/']).collect();
    let folder = format!("hosts/web1/var/lib/puppet/clientbucket/{digits}{sum}");
    (format!("{folder}/contents"), format!("{folder}/paths"))
}

struct Event {
    at: &'static str,
    previous: &'static str,
    desired: &'static str,
    corrective: bool,
}

/// A report with changes of the CA file; of an agent, or of `puppet apply`.
fn run_report(began: &str, agent: bool, status: &str, events: &[Event]) -> String {
    let metric = if agent { "fact_generation" } else { "total" };
    let text = format!(
        "--- !ruby/object:Puppet::Transaction::Report\nhost: web1.test\ntime: '{began}'\ntransaction_uuid: {began}\nmetrics:\n  time:\n    values:\n    - - {metric}\n      - x\n      - 1.0\nresource_statuses:\n  File[/etc/ssl/internal-ca.pem]:\n    file: /etc/puppet/code/environments/production/modules/certs/manifests/init.pp\n    line: 2\n    out_of_sync: {}\n    events:\n",
        !events.is_empty()
    );
    let event = |event: &Event| {
        format!(
            "    - property: content\n      previous_value: '{{md5}}{}'\n      desired_value: '{{md5}}{}'\n      status: {status}\n      time: '{}'\n      corrective_change: {}\n",
            event.previous, event.desired, event.at, event.corrective
        )
    };
    events
        .iter()
        .map(event)
        .fold(text, |text, event| text + &event)
}

const UNDONE: Event = Event {
    at: "2019-09-11T01:33:07+00:00",
    previous: OLD_SUM,
    desired: NEW_SUM,
    corrective: true,
};

#[test]
fn an_undone_change_is_one_finding_whatever_tells_of_it() {
    let text = run_report("2019-09-11T01:33:00+00:00", true, "success", &[UNDONE]);
    let (contents, paths) = kept(OLD_SUM);
    let files = [
        CONF,
        (FILE, NEW),
        (&contents, OLD),
        (&paths, "/etc/ssl/internal-ca.pem\n"),
        (REPORT, &text),
        (
            "hosts/web1/var/lib/puppet/state/last_run_report.kept.yaml",
            &text,
        ),
        (
            "hosts/web1/var/lib/puppet/reports/web1.test/201909110133.yaml",
            &text,
        ),
        (
            "modules/certs/manifests/init.pp",
            "class certs {\n  file { '/etc/ssl/internal-ca.pem': source => '/srv/ca.pem' }\n}\n",
        ),
    ];
    let (level, message) = told(REVERTED, &files);
    assert_eq!(level, "error high");
    for part in [
        "web1",
        "/etc/ssl/internal-ca.pem",
        "2019-09-11T01:33:07Z",
        "CN=old",
        "CN=new",
    ] {
        assert!(message.contains(part), "{part}: {message}");
    }
    let finding = &findings(REVERTED, &files)[0];
    assert!(
        finding.help.contains("/srv/ca.pem of the same host"),
        "{}",
        finding.help
    );
    let evidence = evidence(&files);
    // The line that the report names.
    assert_eq!(
        evidence.path(finding.at.file),
        "modules/certs/manifests/init.pp"
    );
    assert_eq!(evidence.records.len(), 1);
    assert_eq!(evidence.records[0].runs.len(), 1, "copies are one run");
}

#[test]
fn a_dry_run_and_an_agents_own_update_are_no_reverts() {
    let (contents, paths) = kept(OLD_SUM);
    let quiet = |text: &str| {
        let files = [
            CONF,
            (FILE, NEW),
            (contents.as_str(), OLD),
            (paths.as_str(), "/etc/ssl/internal-ca.pem\n"),
            (REPORT, text),
        ];
        findings(REVERTED, &files).len()
    };
    let update = Event {
        corrective: false,
        ..UNDONE
    };
    let began = "2019-09-11T01:33:00+00:00";
    assert_eq!(quiet(&run_report(began, true, "success", &[update])), 0);
    // Puppet had written the old one itself.
    let written = Event {
        previous: NEW_SUM,
        desired: OLD_SUM,
        corrective: false,
        ..UNDONE
    };
    assert_eq!(quiet(&run_report(began, false, "success", &[written])), 0);
}

#[test]
fn a_bucket_alone_tells_less() {
    let (contents, paths) = kept(OLD_SUM);
    let level = |kept: &str, now: &str| {
        let files = [
            CONF,
            (FILE, now),
            (contents.as_str(), kept),
            (paths.as_str(), "/etc/ssl/internal-ca.pem\n"),
        ];
        let found = findings(REVERTED, &files);
        let names = found
            .iter()
            .map(|finding| format!("{} {}", finding.severity.name(), finding.confidence.name()));
        names.collect::<Vec<_>>()
    };
    assert_eq!(level(NEW, OLD), ["error medium"]);
    assert_eq!(level(OLD, NEW), ["note low"], "as every renewal");
    assert!(level(OLD, OLD).is_empty());
    assert!(level("nothing\n", OLD).is_empty());
    let leaf = "<leaf three named CN=www>\n";
    assert!(level(leaf, leaf).is_empty());
}

#[test]
fn a_fix_that_was_made_again_goes_again() {
    let text = run_report("2019-09-11T01:33:00+00:00", true, "success", &[UNDONE]);
    let later = run_report("2019-09-11T02:03:00+00:00", true, "success", &[]);
    let (contents, paths) = kept(OLD_SUM);
    let mut files = vec![
        CONF,
        (FILE, OLD),
        (contents.as_str(), OLD),
        (paths.as_str(), "/etc/ssl/internal-ca.pem\n"),
        (REPORT, text.as_str()),
    ];
    let finding = &findings(REVERTED, &files)[0];
    assert!(
        finding.effect.contains("the next one takes it away again"),
        "{}",
        finding.effect
    );
    files.push(("hosts/web1/var/lib/puppet/reports/web1.test/2.yaml", &later));
    assert!(
        findings(REVERTED, &files).is_empty(),
        "a later run was content with it"
    );
}

/// A catalog with one file, its source, and more parameters.
fn catalog(parameters: &str) -> String {
    format!(
        r#"{{"name":"web1.test","version":1,"environment":"production","resources":[
{{"type":"Class","title":"Certs","file":"/etc/puppet/code/environments/production/manifests/site.pp","line":1}},
{{"type":"Certs::Ca","title":"Internal_CA","file":"/etc/puppet/code/environments/production/modules/certs/manifests/init.pp","line":2}},
{{"type":"File","title":"internal","file":"/etc/puppet/code/environments/production/modules/certs/manifests/ca.pp","line":5,"exported":false,"parameters":{{"path":"/etc/ssl/internal-ca.pem",{parameters}}}}},
{{"type":"File","title":"/etc/ssl/other-ca.pem","exported":false,"virtual":true,"parameters":{{"source":"/x"}}}}],
"edges":[{{"source":"Stage[main]","target":"Class[Certs]"}},{{"source":"Class[Certs]","target":"Certs::Ca[Internal_CA]"}},{{"source":"Certs::Ca[Internal_CA]","target":"File[internal]"}}]}}"#
    )
}

#[test]
fn a_catalog_says_what_it_writes_and_through_what() {
    let text =
        catalog(r#""source":["/srv/a.pem","puppet:///modules/certs/ca.pem"],"backup":"puppet""#);
    let manifest = "class certs {\n  certs::ca { 'Internal_CA': }\n}\n";
    let evidence = evidence(&[
        CONF,
        (CATALOG, &text),
        ("modules/certs/manifests/init.pp", manifest),
        ("modules/certs/files/ca.pem", NEW),
    ]);
    let host = &evidence.hosts[0];
    assert!(
        evidence
            .catalog_write(host, "/etc/ssl/other-ca.pem")
            .is_none()
    );
    let recorded = evidence
        .catalog_write(host, "/etc/ssl/internal-ca.pem")
        .expect("a write");
    let chain: Vec<&str> = recorded
        .write
        .chain
        .iter()
        .map(|step| step.what.as_str())
        .collect();
    assert_eq!(chain, ["class certs", "certs::ca { 'Internal_CA' }"]);
    assert!(matches!(&recorded.write.content, Content::Copy(sources) if sources.len() == 2));
    assert_eq!(
        recorded
            .write
            .backup
            .as_ref()
            .and_then(|backup| backup.as_str()),
        Some("puppet")
    );
    let at = recorded.edited_at();
    assert_eq!(evidence.path(at.file), "modules/certs/manifests/init.pp");
    assert_eq!(
        &manifest[at.start as usize..at.end as usize],
        "certs::ca { 'Internal_CA': }"
    );
}

#[test]
fn a_catalog_in_other_wrappings() {
    let plain = catalog(r#""source":"/srv/a.pem""#);
    let stored = r#"[{"certname":"web1.test","type":"File","title":"/etc/ssl/internal-ca.pem","exported":false,"parameters":{"source":"/srv/a.pem"},"tags":[]}]"#;
    let answered = format!(
        r#"[{{"certname":"web1.test","resources":{{"data":[{}]}},"edges":{{"data":[]}}}}]"#,
        r#"{"type":"File","title":"/etc/ssl/internal-ca.pem","exported":false,"parameters":{"source":"/srv/a.pem"}}"#
    );
    for (path, text) in [
        (
            "dump/cat.json",
            format!("{{\"data\": {plain}, \"metadata\": {{}}}}"),
        ),
        ("dump/cat.json", format!("{{\"catalog\": {plain}}}")),
        (
            "dump/catalog.out",
            format!("Notice: Compiled catalog for web1.test in 0.1 seconds\n{plain}\n"),
        ),
        ("dump/resources.json", stored.to_owned()),
        ("dump/catalogs.json", answered),
    ] {
        let evidence = evidence(&[CONF, (path, &text)]);
        let write = evidence.catalog_write(&evidence.hosts[0], "/etc/ssl/internal-ca.pem");
        assert!(write.is_some(), "{path}: {text}");
    }
}

#[test]
fn what_is_sensitive_is_told_to_nobody() {
    let secret = "hunter2-of-web1";
    for parameters in [
        format!(r#""content":{{"__ptype":"Sensitive","__pvalue":"{secret}"}}"#),
        format!(r#""content":"{secret}"}},"sensitive_parameters":["content"],"x":{{"y":1"#),
    ] {
        let files = [CONF, (CATALOG, &catalog(&parameters)), (FILE, NEW)];
        let evidence = evidence(&files);
        assert!(
            evidence
                .catalog_write(&evidence.hosts[0], "/etc/ssl/internal-ca.pem")
                .is_some()
        );
        assert!(!format!("{evidence:?}").contains(secret));
        for finding in check(&evidence, &Settings::at(NOW)) {
            assert!(!format!("{finding:?}").contains(secret));
        }
    }
}

#[test]
fn the_catalog_decides_for_its_host() {
    let code = (
        "modules/certs/manifests/init.pp",
        "class certs {\n  file { '/etc/ssl/internal-ca.pem': source => 'puppet:///modules/certs/ca.pem' }\n}\n",
    );
    let served = ("modules/certs/files/ca.pem", NEW);
    let local = catalog(r#""source":"/srv/ca.pem""#);
    let files = [
        CONF,
        (FILE, NEW),
        ("hosts/web1/srv/ca.pem", OLD),
        code,
        served,
        (CATALOG, &local),
    ];
    let (level, message) = told(OVERWRITES, &files);
    assert_eq!(
        level, "error high",
        "the code alone would say that nothing changes"
    );
    assert!(message.contains("CN=old"), "{message}");
    let finding = &findings(OVERWRITES, &files)[0];
    let says = |place: &&ca_lint::finding::Related| {
        place
            .message
            .contains("the catalog of web1 says another source: /srv/ca.pem")
            || place
                .message
                .contains("the catalog of web1.test says another source: /srv/ca.pem")
    };
    assert!(
        finding.related.iter().any(|place| says(&place)),
        "{:#?}",
        finding.related
    );
    // Without the code, too.
    let (level, _) = told(
        OVERWRITES,
        &files[..3]
            .iter()
            .chain(&files[5..])
            .copied()
            .collect::<Vec<_>>(),
    );
    assert_eq!(level, "error high");
    // A catalog without the file: the class is not this host's.
    let other = local.replace("/etc/ssl/internal-ca.pem", "/etc/motd");
    let (level, _) = told(
        OVERWRITES,
        &[CONF, (FILE, OLD), code, served, (CATALOG, &other)],
    );
    assert_eq!(level, "note high");
}

#[test]
fn state_and_lists_tell_that_puppet_looks_after_a_file() {
    let state = "---\nFile[/etc/ssl/internal-ca.pem]:\n  :checked: 2026-11-22 18:02:18.9 +00:00\nFile[/var/lib/puppet/ssl/certs/ca.pem]:\n  :checked: 2026-11-22 18:02:18.9 +00:00\n";
    let state = ("hosts/web1/var/lib/puppet/state/state.yaml", state);
    let (level, message) = told(OVERWRITES, &[CONF, (FILE, NEW), state]);
    assert_eq!(level, "note low");
    assert!(message.contains("2026-11-22T18:02:18Z"), "{message}");
    let list = (
        "hosts/web1/var/lib/puppet/state/resources.txt",
        "file[/etc/ssl/internal-ca.pem]\n",
    );
    let (level, _) = told(OVERWRITES, &[CONF, (FILE, NEW), state, list]);
    assert_eq!(level, "note medium");
    let code = (
        "modules/certs/manifests/init.pp",
        "class certs {\n  file { '/etc/ssl/internal-ca.pem': source => '/srv/ca.pem' }\n}\n",
    );
    let (level, _) = told(OVERWRITES, &[CONF, (FILE, NEW), state, code]);
    assert_eq!(level, "warning high", "the code explains it");
}

/// What real Puppet recorded; made anew by `tests/oracles/puppet_records.rb`,
/// and read where `CA_LINT_RECORDED_HOST` says, if it does.
#[test]
fn what_a_real_agent_recorded() {
    let recorded = checkout::root().join("tests/golden/recorded-host");
    let folder = std::env::var_os("CA_LINT_RECORDED_HOST").map_or(recorded, PathBuf::from);
    let report = report::report(&folder, "check", &["."]);
    let found = report.findings(REVERTED);
    let [finding] = found[..] else {
        panic!("{}", report.json)
    };
    assert_eq!(finding["severity"], "error");
    assert_eq!(finding["confidence"], "high");
    let message = report::text(&finding["message"]);
    for part in [
        "web1.test",
        " /etc/ssl/internal-ca.pem ",
        "CN=Puppet CA: two",
        "CN=Puppet CA: one",
    ] {
        assert!(message.contains(part), "{part}: {message}");
    }
    let help = report::text(&finding["help"]);
    assert!(help.contains("/srv/ca.pem of the same host"), "{help}");
    assert_eq!(report::place(&finding["location"]), "manifests/site.pp:7");
    let related = report::related(finding);
    let in_bucket = related.iter().any(|place| place.contains("/clientbucket/"));
    let in_report = related
        .iter()
        .any(|place| place.contains("last_run_report.yaml:"));
    assert!(in_bucket && in_report, "{related:?}");
}
