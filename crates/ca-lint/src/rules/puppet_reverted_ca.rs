//! A CA that somebody put on a host and Puppet took away again.

mod incident;

use super::Rule;
use crate::certificate_words::all_named;
use crate::finding::{Confidence, Finding, Related, Severity, distinct_hashes};
use crate::settings::Settings;
use crate::source_words::{one_of, words};
use ca_audit::Evidence;
use ca_audit::facts::Write;
use ca_audit::host::records::Declared;
use ca_audit::place::Span;
use incident::{Incident, Lost, Proof, incidents};

pub(super) const RULE: Rule = Rule {
    name: "puppet-reverted-ca",
    summary: "Puppet's own records show that a CA put on a host by hand was taken away again",
    severity: Severity::Error,
    page: PAGE,
    check,
};

const PAGE: &str = r#"
Somebody put a CA on a host, and Puppet put its own back. The agent's records tell it: a report marks what Puppet found changed by others as `corrective_change`, and the clientbucket keeps what was replaced. The finding names both CAs, the time, the resource, and the place where a fix lasts.

## Why it matters

On 2019-09-11 the right CA was put back by hand at 01:28 and was gone at 01:33. Whoever had looked into the agent's report would have seen at once that Puppet had undone it, and what it had copied instead.

## What is reported

- *error, high confidence*: an agent's report says `corrective_change` for the content of a CA file: what was there had not been put there by Puppet;
- *error, medium confidence*: a CA in the clientbucket, or one that a run of `puppet apply` replaced, and either owner, group or mode were not as Puppet leaves them, or the CA is not older than the one that took its place;
- *warning*: an agent found a CA file removed and put it back;
- *note*: Puppet replaced a CA by a newer one, and no record says who had put the old one there. Renewals look like this.

Nothing is reported where the records show that Puppet had written the replaced content itself, or where the CA is there again and Puppet leaves it there. Puppet 7 and later keep no copy unless a resource says `backup => 'puppet'`, and only agents mark corrective changes: that nothing is reported proves nothing.

## How to fix

Decide which of the two CAs is right. If it is the one that was taken away, put it into the source that Puppet copies, which the finding names; on the host itself it does not last.

## Fires

`hosts/web1/etc/puppet/puppet.conf`:
```ini
[main]
certname = web1.test
```

`hosts/web1/etc/ssl/internal-ca.pem`:
```
<CA one named CN=Puppet CA: one>
```

`hosts/web1/var/lib/puppet/clientbucket/5/a/c/f/d/2/a/b/5acfd2ab785229283f2cd9d835ebecec/paths`:
```
/etc/ssl/internal-ca.pem
```

`hosts/web1/var/lib/puppet/clientbucket/5/a/c/f/d/2/a/b/5acfd2ab785229283f2cd9d835ebecec/contents`:
```
<CA two named CN=Puppet CA: two>
```

`hosts/web1/var/lib/puppet/state/last_run_report.yaml`:
```yaml
--- !ruby/object:Puppet::Transaction::Report
host: web1.test
time: '2019-09-11T01:33:00.000000000+00:00'
resource_statuses:
  File[/etc/ssl/internal-ca.pem]:
    file: "/etc/puppet/code/environments/production/modules/certs/manifests/ca.pp"
    line: 2
    out_of_sync: true
    events:
    - property: content
      previous_value: "{md5}5acfd2ab785229283f2cd9d835ebecec"
      desired_value: "{md5}ea0d00d8aaf42e83ce621b64e90ebbae"
      status: success
      time: '2019-09-11T01:33:07.000000000+00:00'
      corrective_change: true
```

## Clean

`hosts/web1/etc/puppet/puppet.conf`:
```ini
[main]
certname = web1.test
```

`hosts/web1/etc/ssl/internal-ca.pem`:
```
<CA one named CN=Puppet CA: one>
```

`hosts/web1/var/lib/puppet/clientbucket/5/a/c/f/d/2/a/b/5acfd2ab785229283f2cd9d835ebecec/paths`:
```
/etc/ssl/internal-ca.pem
```

`hosts/web1/var/lib/puppet/clientbucket/5/a/c/f/d/2/a/b/5acfd2ab785229283f2cd9d835ebecec/contents`:
```
# Without the comment that is there now.
<CA one named CN=Puppet CA: one>
```
"#;

fn check(evidence: &Evidence, _: &Settings, report: &mut dyn FnMut(Finding)) {
    for incident in incidents(evidence) {
        report(finding(evidence, &incident));
    }
}

fn finding(evidence: &Evidence, incident: &Incident) -> Finding {
    let (severity, confidence) = level(incident);
    let now = incident.now.map_or(&[][..], |file| evidence.certs_in(file));
    let lost = match &incident.lost {
        Lost::Content(_, certs) => certs,
        Lost::File => &[][..],
    };
    let path = incident.path.to_owned();
    Finding {
        rule: RULE.name,
        severity,
        confidence,
        message: message(incident),
        effect: effect(evidence, incident),
        help: help(evidence, incident),
        at: edited_at(evidence, incident),
        label: format!("puts {path} on {}", name(incident)),
        related: related(evidence, incident),
        certificates: distinct_hashes(lost.iter().chain(incident.put).chain(now)),
        fix: None,
        identity: vec![name(incident), path, lost_words(incident)],
    }
}

fn level(incident: &Incident) -> (Severity, Confidence) {
    match (incident.proof, &incident.lost) {
        (Proof::Replaced, _) => (Severity::Note, Confidence::Low),
        (Proof::Corrective, Lost::File) => (Severity::Warning, Confidence::High),
        (Proof::Corrective, Lost::Content(_, [_, ..])) => (Severity::Error, Confidence::High),
        _ => (Severity::Error, Confidence::Medium),
    }
}

fn name(incident: &Incident) -> String {
    match incident.host {
        Some(host) => host.name.clone(),
        None if incident.records.certname.is_empty() => "a host".into(),
        None => incident.records.certname.to_string(),
    }
}

fn message(incident: &Incident) -> String {
    let (host, path) = (name(incident), incident.path);
    let when = incident
        .change()
        .and_then(|change| change.event.time)
        .map_or_else(String::new, |time| format!(" at {time}"));
    let put = put_words(incident);
    let Lost::Content(..) = incident.lost else {
        return format!(
            "on {host} Puppet put {path} back{when}, which somebody had removed: {put}"
        );
    };
    let lost = lost_words(incident);
    match incident.proof {
        Proof::Corrective => {
            format!("on {host} Puppet undid a change of {path}{when}: it replaced {lost} by {put}")
        }
        Proof::OtherAttributes | Proof::NotOlder => format!(
            "on {host} Puppet replaced {lost} in {path} by {put}{when}: most likely it undid a change made by hand"
        ),
        Proof::Replaced => format!(
            "on {host} Puppet replaced {lost} in {path} by the newer {put}{when}; whether the old one had been put there by hand is not recorded"
        ),
    }
}

fn lost_words(incident: &Incident) -> String {
    match &incident.lost {
        Lost::File => "nothing".into(),
        Lost::Content(digest, []) => format!("a content that is not kept ({})", digest.short()),
        Lost::Content(_, certs) => all_named(*certs),
    }
}

fn put_words(incident: &Incident) -> String {
    let wanted = incident
        .change()
        .and_then(|change| change.event.desired.as_ref());
    match (incident.put, wanted) {
        ([], Some(wanted)) => format!("a content that is not in this tree ({})", wanted.short()),
        (certs, _) => all_named(certs),
    }
}

fn effect(evidence: &Evidence, incident: &Incident) -> String {
    let how = match incident.proof {
        Proof::Corrective => {
            "What was there had not been left there by Puppet's run before: somebody, or another program, had put it there."
        }
        Proof::OtherAttributes => {
            "Owner, group or mode were not as Puppet leaves them either, which its own file would have; puppet apply does not record more."
        }
        Proof::NotOlder => {
            "No report says who had put it there; it is not older than what took its place, so this was no renewal."
        }
        Proof::Replaced => "",
    };
    let now = incident.now.map(|file| evidence.certs_in(file));
    let now = now.filter(|now| !now.is_empty()).map(|now| {
        if incident.is_there {
            return "It is there again now, and no run since then was content with it: the next one takes it away again.".into();
        }
        format!("{} is there now.", all_named(now))
    });
    [Some(how.to_owned()), now]
        .into_iter()
        .flatten()
        .filter(|sentence| !sentence.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

/// Where a fix lasts: the source that the catalog names, else the code.
fn help(evidence: &Evidence, incident: &Incident) -> String {
    let path = incident.path;
    let sources: Vec<String> = evidence
        .recorded_sources(incident.records, path)
        .iter()
        .map(|end| words(evidence, end))
        .collect();
    let place = match (sources.is_empty(), declared(incident)) {
        (false, _) => format!("put it into {}, which Puppet copies", one_of(&sources)),
        (true, Some(declared)) => {
            format!("change what the resource at {declared} on the server puts there")
        }
        (true, None) => "change the source that Puppet copies, which no record here names".into(),
    };
    let kept = incident.kept.and_then(|kept| kept.contents);
    let kept = kept.map_or_else(String::new, |file| {
        format!("; Puppet kept what it took away in {}", evidence.path(file))
    });
    match incident.lost {
        Lost::File => format!(
            "if the CA is to go, take it out of Puppet's code or say ensure => absent there: {path} comes back after each removal by hand"
        ),
        Lost::Content(..) => format!(
            "decide which of the two is right; if it is the one that was taken away, {place}{kept}. At {path} itself it does not last"
        ),
    }
}

/// Where the server says that the resource is declared.
fn declared<'e>(incident: &Incident<'e>) -> Option<&'e Declared> {
    let recorded = incident.records.catalog_write(incident.path);
    let in_catalog = recorded.and_then(|recorded| recorded.declared());
    let in_report = || {
        incident
            .changes
            .iter()
            .find_map(|change| change.status.declared.as_ref())
    };
    in_catalog.or_else(in_report)
}

/// The declaration in this tree, else the file on the host, else the record.
fn edited_at(evidence: &Evidence, incident: &Incident) -> Span {
    let on_host = || {
        let file = incident.now?;
        let first = evidence.certs_in(file).first();
        Some(first.map_or(Span::whole(file), |cert| cert.at))
    };
    let code = || {
        let mut writes = evidence.code_writes(incident.records, incident.path);
        writes.next().map(Write::declared_at)
    };
    let declared = declared(incident).and_then(|declared| declared.at);
    let in_tree = declared.or_else(code).or_else(on_host);
    in_tree.unwrap_or(incident.recorded_at)
}

fn related(evidence: &Evidence, incident: &Incident) -> Vec<Related> {
    let mut related = Vec::new();
    let mut add = |at: Span, message: String| {
        if related.iter().all(|place: &Related| place.at != at) {
            related.push(Related::new(at, message));
        }
    };
    for change in &incident.changes {
        let when = change
            .event
            .time
            .map_or_else(String::new, |time| format!(" at {time}"));
        let mark = if change.event.is_corrective {
            ", corrective"
        } else {
            ""
        };
        let resource = &change.status.resource;
        let declared = change.status.declared.as_ref();
        let declared =
            declared.map_or_else(String::new, |declared| format!(", declared at {declared}"));
        add(
            change.event.at,
            format!("Puppet's report: {resource} changed{when}{mark}{declared}"),
        );
    }
    if let Lost::Content(_, [first, ..]) = &incident.lost {
        add(
            first.at,
            format!("what was taken away: {}", lost_words(incident)),
        );
    }
    if let Some(file) = incident.now
        && let [first, ..] = evidence.certs_in(file)
    {
        let now = all_named(evidence.certs_in(file));
        add(
            first.at,
            format!("what is on {} now: {now}", name(incident)),
        );
    }
    if let Some(recorded) = incident.records.catalog_write(incident.path) {
        let words = format!("the catalog of {} says its source here", name(incident));
        add(recorded.write.content_at, words);
    }
    related
}
