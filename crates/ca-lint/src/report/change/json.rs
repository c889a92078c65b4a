//! Changes for other programs.

use super::{Changes, Side};
use crate::report::SCHEMA_VERSION;
use crate::source_words;
use crate::verdict::Judged;
use ca_audit::certificate::Certificate;
use ca_audit::certificate::fingerprint::hex;
use ca_audit::change::{
    CaChange, CaChangeKind, ClientChange, ClientState, ClientTransport, WriterChange, WrittenCa,
};
use ca_audit::facts::Cert;
use serde_json::{Value, json};

/// One document.
pub fn json(changes: &Changes) -> String {
    let change = changes.change;
    let cas: Vec<Value> = change.cas.iter().map(|it| of_ca(changes, it)).collect();
    let writers: Vec<Value> = change
        .writers
        .iter()
        .map(|it| of_writer(changes, it))
        .collect();
    let clients: Vec<Value> = change
        .clients
        .iter()
        .map(|it| of_client(changes, it))
        .collect();
    let document = json!({
        "schema_version": SCHEMA_VERSION,
        "tool": {"name": "ca-lint", "version": env!("CARGO_PKG_VERSION")},
        "before": changes.before.name,
        "after": changes.after.name,
        "cas": cas,
        "ca_files": writers,
        "clients": clients,
        "findings_brought": findings(changes, Side::After, &changes.brought),
        "findings_mended": findings(changes, Side::Before, &changes.mended),
    });
    // A tree of strings is always JSON.
    let mut text = serde_json::to_string_pretty(&document).unwrap_or_default();
    text.push('\n');
    text
}

fn of_ca(changes: &Changes, change: &CaChange) -> Value {
    let certificate = |it: Option<&Certificate>| {
        it.map(|it| {
            json!({
                "sha256": hex(it.sha256()),
                "spki_sha256": hex(it.spki_sha256()),
                "subject": it.subject_text(),
            })
        })
    };
    let pairs: Vec<Value> = change
        .certificates
        .iter()
        .map(|(old, new)| json!({"before": certificate(*old), "after": certificate(*new)}))
        .collect();
    json!({
        "change": kind(change.kind),
        "certificates": pairs,
        "from": places(changes, Side::Before, &change.from),
        "to": places(changes, Side::After, &change.to),
        "elsewhere": places(changes, Side::of_elsewhere(change), &change.elsewhere),
    })
}

fn kind(kind: CaChangeKind) -> &'static str {
    match kind {
        CaChangeKind::OtherKey => "other-key",
        CaChangeKind::OtherCa => "other-ca",
        CaChangeKind::Removed => "removed",
        CaChangeKind::Added => "added",
        CaChangeKind::Renewed => "renewed",
        _ => "moved",
    }
}

fn places(changes: &Changes, side: Side, certs: &[&Cert]) -> Vec<Value> {
    let place = |cert: &&Cert| json!({"place": changes.place(side, cert.at), "container": cert.container.as_str()});
    certs.iter().map(place).collect()
}

fn of_writer(changes: &Changes, change: &WriterChange) -> Value {
    let all = |side: Side, of: &[WrittenCa]| -> Vec<Value> {
        of.iter().map(|it| written(changes, side, it)).collect()
    };
    json!({
        "path": change.path,
        "is_new": change.is_new,
        "is_gone": change.is_gone,
        "before": all(Side::Before, &change.before),
        "after": all(Side::After, &change.after),
    })
}

fn written(changes: &Changes, side: Side, written: &WrittenCa) -> Value {
    let evidence = match side {
        Side::Before => changes.before.evidence,
        Side::After => changes.after.evidence,
    };
    let managed = &written.managed;
    let sources: Vec<Value> = managed
        .sources
        .iter()
        .map(|source| {
            let certificates = evidence.certs_of(&source.end).into_iter();
            let certificates = certificates.map(|cert| hex(cert.certificate.sha256()));
            json!({
                "from": source_words::words(evidence, &source.end),
                "when": source.when.iter().map(ToString::to_string).collect::<Vec<_>>(),
                "certificates": certificates.collect::<Vec<_>>(),
            })
        })
        .collect();
    json!({
        "resource": managed.write.resource.as_str(),
        "declared_at": changes.place(side, managed.write.declared_at()),
        "when": managed.write.when.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "sources": sources,
    })
}

fn of_client(changes: &Changes, change: &ClientChange) -> Value {
    let state = |side: Side, state: &Option<ClientState>| {
        state.as_ref().map(|state| {
            json!({
                "place": changes.place(side, state.client.read.at),
                "ca": state.ca,
                "is_effective": state.is_effective,
                "transport": match state.transport {
                    ClientTransport::Tls => "tls",
                    ClientTransport::Plain => "plain",
                    _ => "unknown",
                },
            })
        })
    };
    json!({
        "program": change.program,
        "before": state(Side::Before, &change.before),
        "after": state(Side::After, &change.after),
    })
}

fn findings(changes: &Changes, side: Side, findings: &[&Judged]) -> Vec<Value> {
    let finding = |judged: &&Judged| {
        let finding = &judged.finding;
        json!({
            "rule": finding.rule,
            "severity": finding.severity.name(),
            "confidence": finding.confidence.name(),
            "message": finding.message,
            "place": changes.place(side, finding.at),
            "fingerprint": judged.fingerprint,
        })
    };
    findings.iter().map(finding).collect()
}
