//! One path of hosts that several declarations fill from different sources.

use super::Rule;
use crate::ca_file::{depth, is_ca_file};
use crate::ca_set::{CaSet, Relation};
use crate::certificate_words::counted_more;
use crate::finding::{Confidence, Finding, Related, Severity, distinct_hashes};
use crate::settings::Settings;
use crate::source_words::words;
use ca_audit::facts::{Cert, Content, Write};
use ca_audit::place::Span;
use ca_audit::value::Data;
use ca_audit::{Evidence, ManagedCa, SourceEnd};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

pub(super) const RULE: Rule = Rule {
    name: "conflicting-ca-sources",
    summary: "one CA file is managed in several places, with different sources",
    severity: Severity::Warning,
    page: PAGE,
    check,
};

/// So many sources of one declaration are named.
const SOURCES: usize = 3;

/// More places than these are counted, not listed.
const LISTED: usize = 12;

const PAGE: &str = r"
Two declarations manage the same CA file and take it from different places. Which CA a host has there depends on which of its classes, or which branch of one, it gets; a fix in the one source leaves the other as it is.

## Why it matters

Puppet refuses a catalog that declares one file twice, so nobody ever sees the two side by side: each host works with one of them. Then a host changes its role, or a condition changes, and with it the CA of everything that reads this path. In the repository of the outage of 2019-09-11, `/etc/puppetdb/ssl/ca.pem` is a copy of `/var/lib/catalog-differ/puppet/ssl/certs/ca.pem` in one class and of a file below the class's `$vardir` in another: both are Puppet CAs, and only one of them is the right one.

## What is reported

One finding for each path, with every place that writes it. Sources are the same where they are the same file, or hold the same CAs (by public key).

- *high*: two classes, without a condition;
- *medium*: at least one of them only under a condition, or from a source of which a part is not known;
- *low*: branches of one manifest, of which a host gets one.

## How to fix

Let one class own the file, and the others `require` or `include` it. If the two are different CAs by design, give each a path of its own, so that a program says which of them it trusts.

## Fires

`modules/a/manifests/init.pp`:
```puppet
class a {
  file { '/etc/app/ca.pem':
    source => 'puppet:///modules/a/ca.pem',
  }
}
```

`modules/b/manifests/init.pp`:
```puppet
class b {
  file { '/etc/app/ca.pem':
    source => '/var/lib/puppet/ssl/certs/ca.pem',
  }
}
```

## Clean

`modules/a/manifests/init.pp`:
```puppet
class a {
  file { '/etc/app/ca.pem':
    source => 'puppet:///modules/a/ca.pem',
  }
}
```

`modules/b/manifests/init.pp`:
```puppet
class b {
  include a
  file { '/etc/app/other-ca.pem':
    source => '/var/lib/puppet/ssl/certs/ca.pem',
  }
}
```
";

fn check(evidence: &Evidence, _: &Settings, report: &mut dyn FnMut(Finding)) {
    let managed = evidence.managed_cas();
    let mut by_path: BTreeMap<&str, Vec<&ManagedCa>> = BTreeMap::new();
    // An example shows how a class is used; no host has it. Parts of one file do
    // not exclude each other. What is left alone once it is there decides nothing.
    let is_used = |managed: &&ManagedCa| {
        is_ca_file(evidence, managed)
            && !managed.write.is_part
            && !managed.write.keeps_existing
            && !evidence.is_aside(managed.write.declared_at().file)
    };
    for managed in managed.iter().filter(is_used) {
        if let Some(path) = managed.write.path.as_str() {
            by_path.entry(path).or_default().push(managed);
        }
    }
    // Alternatives of one declaration's path are told once, the fullest first.
    let mut by_path: Vec<(&str, Vec<&ManagedCa>)> = by_path.into_iter().collect();
    by_path.sort_by_key(|(path, managed)| (Reverse(managed.first().map(|one| depth(one))), *path));
    let mut told: BTreeSet<Span> = BTreeSet::new();
    for (path, managed) in by_path {
        let declarations = declarations(evidence, &managed);
        let found = finding(evidence, path, &declarations);
        if let Some(finding) = found.filter(|finding| told.insert(finding.at)) {
            report(finding);
        }
    }
}

/// One declaration with everything that it may put there.
struct Declaration<'m> {
    at: Span,
    write: &'m Write,
    ends: Vec<&'m SourceEnd>,
    /// The ends in words: equal words are one source.
    words: BTreeSet<String>,
    /// The text itself instead of its place, where it stands in a manifest.
    contents: BTreeSet<String>,
    certs: Vec<&'m Cert>,
    is_conditional: bool,
}

fn declarations<'m>(evidence: &'m Evidence, managed: &[&'m ManagedCa]) -> Vec<Declaration<'m>> {
    let mut found: Vec<Declaration> = Vec::new();
    for managed in managed {
        let at = managed.write.declared_at();
        let index = found.iter().position(|known| known.at == at);
        let index = index.unwrap_or_else(|| {
            found.push(Declaration {
                at,
                write: managed.write,
                ends: Vec::new(),
                words: BTreeSet::new(),
                contents: BTreeSet::new(),
                certs: Vec::new(),
                is_conditional: false,
            });
            found.len() - 1
        });
        let declaration = &mut found[index];
        declaration.is_conditional |= !managed.write.when.is_empty();
        declaration.contents.extend(literals(managed.write));
        for source in &managed.sources {
            if declaration.words.insert(words(evidence, &source.end)) {
                declaration.ends.push(&source.end);
                declaration.certs.extend(evidence.certs_of(&source.end));
            }
        }
    }
    found
}

impl Declaration<'_> {
    /// Whether it surely takes the CA from elsewhere than `other` does.
    fn differs(&self, other: &Self) -> bool {
        let has_known = |declaration: &Self| {
            declaration
                .ends
                .iter()
                .any(|end| !matches!(end, SourceEnd::Unknown(_)))
        };
        let set = |declaration: &Self| CaSet::of(declaration.certs.iter().copied());
        (has_known(self) || has_known(other))
            && self.words.is_disjoint(&other.words)
            && self.contents.is_disjoint(&other.contents)
            && set(self).relation(&set(other)) != Some(Relation::Equal)
    }

    fn is_all_known(&self) -> bool {
        self.ends.iter().all(|end| match end {
            SourceEnd::Unknown(_) => false,
            SourceEnd::SameHost(text) | SourceEnd::Elsewhere(text) => text.as_str().is_some(),
            SourceEnd::Repository(_) | SourceEnd::Inline(_) => true,
        })
    }

    fn sources(&self) -> String {
        let mut words: Vec<String> = self.words.iter().take(SOURCES).cloned().collect();
        match self.words.len() - words.len() {
            0 => {}
            1 => words.push("one more source".into()),
            more => words.push(format!("{more} more sources")),
        }
        words.join(" or ")
    }
}

/// The texts that a resource may write, where they are known.
fn literals(write: &Write) -> Vec<String> {
    let Content::Inline(value) = &write.content else {
        return Vec::new();
    };
    let texts = value.cases.iter().filter_map(|case| match &case.data {
        Data::Text(text) => text.as_str(),
        _ => None,
    });
    texts.map(str::to_owned).collect()
}

fn finding(evidence: &Evidence, path: &str, declarations: &[Declaration]) -> Option<Finding> {
    let (first, odd) = pair(evidence, declarations)?;
    let is_one_manifest = first.at.file == odd.at.file;
    let confidence = if is_one_manifest {
        Confidence::Low
    } else if first.is_conditional
        || odd.is_conditional
        || !first.is_all_known()
        || !odd.is_all_known()
    {
        Confidence::Medium
    } else {
        Confidence::High
    };
    let manifest = evidence.path(first.at.file);
    let (elsewhere, depends) = if is_one_manifest {
        (
            "in another branch of this manifest".to_owned(),
            decider(first, odd),
        )
    } else {
        (format!("in {manifest}"), "its classes".to_owned())
    };
    Some(Finding {
        rule: RULE.name,
        severity: Severity::Warning,
        confidence,
        message: format!(
            "{path} comes from {} here and from {} {elsewhere}: which of them a host has depends on {depends}",
            odd.sources(),
            first.sources(),
        ),
        effect: "A catalog with both is refused, so every host has one of them, and a fix in one source leaves the hosts with the other as they are.".into(),
        help: format!(
            "let one declaration own {path} and take the other out; if they are two CAs by design, give each a path of its own. Editing {path} on a host is not worth it"
        ),
        at: odd.at,
        label: format!("puts {} there", odd.sources()),
        related: related(declarations, odd),
        certificates: distinct_hashes(
            declarations.iter().flat_map(|declaration| declaration.certs.iter().copied()),
        ),
        fix: None,
        identity: vec![path.to_owned()],
    })
}

/// The first two that differ and are not one class in two environments.
fn pair<'d, 'm>(
    evidence: &Evidence,
    declarations: &'d [Declaration<'m>],
) -> Option<(&'d Declaration<'m>, &'d Declaration<'m>)> {
    let is_one_class = |a: &Declaration, b: &Declaration| {
        let file = |declaration: &Declaration| declaration.at.file;
        file(a) != file(b)
            && name_in_module(evidence.path(file(a))) == name_in_module(evidence.path(file(b)))
    };
    // Two classes tell more than two branches of one.
    let pairs = |wanted_in_one_manifest: bool| {
        declarations.iter().enumerate().find_map(|(index, odd)| {
            let before = declarations[..index].iter();
            let other =
                before.filter(|other| (other.at.file == odd.at.file) == wanted_in_one_manifest);
            other
                .into_iter()
                .find(|other| odd.differs(other) && !is_one_class(odd, other))
                .map(|other| (other, odd))
        })
    };
    pairs(false).or_else(|| pairs(true))
}

/// `a/b/modules/x/manifests/y.pp` → `x/manifests/y.pp`: what Puppet knows the
/// class by, whatever the environment.
fn name_in_module(path: &str) -> &str {
    let Some(at) = path.rfind("/manifests/") else {
        return path;
    };
    let module = path[..at].rfind('/').map_or(0, |slash| slash + 1);
    &path[module..]
}

/// What decides between two branches.
fn decider(first: &Declaration, odd: &Declaration) -> String {
    let conditions = odd.write.when.iter().chain(&first.write.when);
    let text = conditions.map(|condition| condition.text.as_str()).next();
    text.map_or_else(|| "its branches".into(), |text| format!("\"{text}\""))
}

fn related(declarations: &[Declaration], odd: &Declaration) -> Vec<Related> {
    let others: Vec<&Declaration> = declarations
        .iter()
        .filter(|declaration| declaration.at != odd.at)
        .collect();
    let listed = others.iter().take(LISTED).enumerate();
    let mut related: Vec<Related> = listed
        .map(|(index, declaration)| {
            let when = declaration.write.when.first();
            let when = when.map_or_else(String::new, |when| format!(", if {when}"));
            let mut words = format!("puts {} there{when}", declaration.sources());
            if index + 1 == LISTED && others.len() > LISTED {
                words.push_str(&counted_more(others.len() - LISTED, "place"));
            }
            Related::new(declaration.at, words)
        })
        .collect();
    if odd.write.at != odd.at {
        related.push(Related::new(
            odd.write.at,
            format!("{} is managed here", odd.write.resource),
        ));
    }
    related
}
