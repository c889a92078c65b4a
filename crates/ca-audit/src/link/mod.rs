//! Links the facts of single files: names to values, resources to files,
//! fragments to invocations, hosts to their parts.

pub(crate) mod ca_effect;
pub(crate) mod ca_paths;
pub(crate) mod ca_places;
mod clients;
mod companions;
pub(crate) mod contents;
mod environments;
mod held_classes;
mod knockouts;
pub(crate) mod managed;
pub(crate) mod mentions;
pub(crate) mod mounts;
pub(crate) mod objects;
pub(crate) mod presented;
pub(crate) mod providers;
mod realms;
mod recorded;
pub(crate) mod reliance;
pub(crate) mod servers;
pub(crate) mod signers;
pub(crate) mod standing;
mod template_data;
mod transport;
pub mod trust_graph;
mod unknowns;
pub(crate) mod usage;

use crate::certificate::Certificate;
use crate::evidence::Evidence;
use crate::facts::{Anchor, Cert, Read};
use crate::host::records::gather;
use crate::host::records::record::Record;
use crate::host::{hosts, ssl_directories};
use crate::invocation::Fragment;
use crate::place::{FileId, Span};
use crate::puppet::code::Code;
use crate::puppet::data_keys::DataKeys;
use crate::puppet::modules::{Modules, is_metadata};
use crate::puppet::requirement::least_major_version;
use crate::puppet::{Outcome, Rendering, evaluate};
use crate::sniff::Form;
use crate::tree::{Entry, Tree};
use crate::{FileOutcome, Request, Retained};
use environments::Environments;
use smol_str::SmolStr;
use std::collections::{BTreeMap, HashMap};
use std::ops::Range;
use std::sync::Arc;

use clients::Linker;
use contents::Contents;
use mounts::Mounts;
use template_data::TemplateData;

pub use realms::Realm;
pub(crate) use template_data::may_hold_objects;

pub(crate) fn link(
    tree: &dyn Tree,
    entries: Vec<Entry>,
    mut outcomes: Vec<FileOutcome>,
    request: &Request,
) -> Evidence {
    let modules = modules(&entries, &outcomes);
    let asks_for_puppet = asks_for_puppet(&entries, &outcomes);
    let wanted = wanted_templates(&entries, &outcomes, &modules);
    let text_of = |file: FileId| match &outcomes[file.0 as usize].retained {
        Retained::Text(text) => Some(text.clone()),
        _ => None,
    };
    let environments = Environments::of(&entries, &text_of);
    let order = environments.order(&entries);
    let mounts = Mounts::of(&entries, &text_of);
    let hosts_and_directories = || {
        let hosts = hosts(&entries, &request.hosts, &text_of);
        let directories = ssl_directories(&entries, &hosts, &text_of);
        (hosts, directories)
    };
    let ((hosts, ssl_directories), served) = rayon::join(hosts_and_directories, || {
        Arc::new(served(&entries, &order, &modules))
    });
    let records = taken_records(&entries, &mut outcomes);
    let records = gather(tree, &entries, &hosts, records);
    let code = Code::new(Arc::clone(&served)).with_models(request.functions.clone());
    let puppet = puppet(
        code,
        tree,
        request,
        &entries,
        &mut outcomes,
        &wanted,
        &Layout {
            modules: &modules,
            environments: &environments,
            order: &order,
        },
    );

    let mut evidence = Evidence {
        understood: outcomes
            .iter()
            .filter(|outcome| outcome.facts.understood)
            .count(),
        served,
        mounts,
        hosts,
        ssl_directories,
        records,
        writes: puppet.writes,
        knocked_out: puppet.knocked_out,
        gaps: puppet.gaps,
        unused_models: puppet.unused_models,
        asks_for_puppet,
        entries,
        ..Evidence::default()
    };
    let (mut fragments, mut reads, mut objects) = (Vec::new(), Vec::new(), Vec::new());
    let holders = holders(&outcomes);
    let forms: Vec<_> = outcomes.iter().map(|outcome| outcome.form).collect();
    let certs = outcomes.iter().map(|outcome| outcome.facts.certs.len());
    evidence.certs.reserve_exact(certs.sum());
    let mut distinct = HashMap::new();
    for outcome in outcomes {
        let certs = outcome.facts.certs.into_iter();
        evidence
            .certs
            .extend(certs.map(|cert| sharing(cert, &mut distinct)));
        evidence.crls.extend(outcome.facts.crls);
        evidence.misread.extend(outcome.facts.misread);
        evidence.private_keys.extend(outcome.facts.private_keys);
        evidence.agent_cas.extend(outcome.facts.agent_cas);
        evidence.directives.extend(outcome.facts.directives);
        evidence.gaps.extend(outcome.facts.gaps);
        fragments.extend(outcome.facts.fragments);
        reads.extend(outcome.facts.reads);
        objects.extend(outcome.facts.objects);
    }
    evidence.certs.sort_by_key(|cert| (cert.at, cert.encoding));
    evidence
        .certs
        .dedup_by(|a, b| a.at == b.at && a.certificate == b.certificate);
    evidence.private_keys.sort_by_key(|key| key.at);
    evidence.private_keys.dedup_by_key(|key| key.at);
    evidence.certs_by_file = by_file(&evidence.certs);
    evidence.contents = Contents::new(tree, &evidence.entries, &evidence.certs, &evidence.records);
    evidence
        .writes
        .sort_by_cached_key(|write| (write.declared_at(), write.at, write.path.to_string()));
    evidence.objects = objects::Objects::of(objects);
    let settings = Settings {
        fragments,
        reads,
        renderings: puppet.renderings,
    };
    programs(tree, &mut evidence, settings, &holders);
    evidence.mentions = mentions::mentions(tree, &evidence, &forms);
    evidence.standing = standing::standing(tree, &evidence);
    let unknown = unknowns::gaps(&evidence);
    evidence.gaps.extend(unknown);
    evidence
        .gaps
        .sort_by(|a, b| (a.at, a.reason, &a.message).cmp(&(b.at, b.reason, &b.message)));
    evidence.gaps.dedup();
    evidence
}

/// The files in which objects of Kubernetes stand that give settings.
fn holders(outcomes: &[FileOutcome]) -> Vec<FileId> {
    let files = (0..).map(FileId).zip(outcomes);
    files
        .filter(|(_, outcome)| outcome.holds_objects)
        .map(|(file, _)| file)
        .collect()
}

/// What the files of a project say to programs, each by itself.
struct Settings {
    fragments: Vec<Fragment>,
    reads: Vec<Read>,
    /// What Puppet fills into templates.
    renderings: Vec<Rendering>,
}

/// Unites the fragments to clients and servers, once the project's data files
/// have filled them in; finds who else relies on a CA.
fn programs(tree: &dyn Tree, evidence: &mut Evidence, settings: Settings, holders: &[FileId]) {
    let Settings {
        mut fragments,
        reads: mut carried,
        renderings: of_puppet,
    } = settings;
    let mut data = TemplateData::new(tree, &evidence.entries, holders);
    fragments.retain(|fragment| !data.is_of_a_chart(fragment));
    let mut renderings = data.renderings(&fragments);
    template_data::extend(&mut fragments, &renderings);
    let said = template_data::settle(&mut fragments, &renderings);
    renderings.extend(of_puppet);
    let linker = Linker::new(tree, evidence, &fragments, &renderings, &data, &said);
    let reads = clients::clients(&linker);
    let servers = servers::servers(&linker);
    // What is read as a string of a document is met again once it is decoded for
    // its certificates: the first time counts.
    carried.sort_by_key(|read| (read.at, read.role));
    carried.dedup_by_key(|read| (read.at, read.role));
    let reliances = reliance::reliances(carried, &renderings, &|at| linker.deployed(at.file));
    (evidence.reads, evidence.servers) = (reads, servers);
    evidence.reliances = reliances;
}

/// The same, with the certificate of an equal one that was met before: it is in
/// memory once, and what is worked out of it is worked out once.
fn sharing(mut cert: Cert, distinct: &mut HashMap<[u8; 32], Arc<Certificate>>) -> Cert {
    let known = distinct.entry(*cert.certificate.sha256());
    cert.certificate = Arc::clone(known.or_insert(cert.certificate));
    cert
}

/// What Puppet recorded, taken out of what was read. Tests and examples are
/// about no host.
fn taken_records(entries: &[Entry], outcomes: &mut [FileOutcome]) -> Vec<(FileId, Record)> {
    let mut taken = Vec::new();
    for (index, (entry, outcome)) in entries.iter().zip(outcomes).enumerate() {
        match std::mem::replace(&mut outcome.retained, Retained::Nothing) {
            Retained::Record(_) if entry.aside => {}
            Retained::Record(record) => taken.push((FileId(index as u32), *record)),
            other => outcome.retained = other,
        }
    }
    taken
}

/// The modules that tell their own names.
fn modules(entries: &[Entry], outcomes: &[FileOutcome]) -> Modules {
    let mut modules = Modules::default();
    for (entry, outcome) in entries.iter().zip(outcomes) {
        if let Retained::Text(text) = &outcome.retained
            && is_metadata(&entry.path)
        {
            modules.add_metadata(&entry.path, text);
        }
    }
    modules
}

/// The newest Puppet that a module of the project needs, and where that is
/// said: all modules of a host run on one Puppet.
fn asks_for_puppet(entries: &[Entry], outcomes: &[FileOutcome]) -> Option<(u32, Span)> {
    let own = entries.iter().zip(outcomes).enumerate();
    let told = own.filter_map(|(index, (entry, outcome))| {
        let Retained::Text(text) = &outcome.retained else {
            return None;
        };
        if entry.aside || !is_metadata(&entry.path) {
            return None;
        }
        let (major, at) = least_major_version(text)?;
        Some((major, Span::new(FileId(index as u32), at.start, at.end)))
    });
    // The first of several that need the same.
    told.reduce(|first, next| if next.0 > first.0 { next } else { first })
}

/// The templates that hold settings, by the name that `template()` takes.
fn wanted_templates(
    entries: &[Entry],
    outcomes: &[FileOutcome],
    modules: &Modules,
) -> BTreeMap<SmolStr, FileId> {
    let with_settings = outcomes.iter().enumerate().filter(|(_, outcome)| {
        let names_a_path = |read: &Read| matches!(read.anchor, Anchor::Path { .. });
        !outcome.facts.fragments.is_empty() || outcome.facts.reads.iter().any(names_a_path)
    });
    with_settings
        .filter_map(|(index, _)| {
            let (module, rest) = modules.locate(&entries[index].path, "templates")?;
            Some((
                smol_str::format_smolstr!("{module}/{rest}"),
                FileId(index as u32),
            ))
        })
        .collect()
}

/// Where Puppet finds things in a tree.
struct Layout<'l> {
    modules: &'l Modules,
    environments: &'l Environments,
    /// The files in the order in which Puppet would find them.
    order: &'l [usize],
}

/// Evaluates the project's Puppet code. Tests, examples and vendored copies come
/// last: they define what nothing else does.
fn puppet(
    mut code: Code,
    tree: &dyn Tree,
    request: &Request,
    entries: &[Entry],
    outcomes: &mut [FileOutcome],
    wanted: &BTreeMap<SmolStr, FileId>,
    layout: &Layout<'_>,
) -> Outcome {
    let modules = layout.modules;
    let mut layers = Vec::new();
    for index in layout.order {
        let (entry, outcome) = (&entries[*index], &mut outcomes[*index]);
        let file = FileId(*index as u32);
        let path = &entry.path;
        match std::mem::replace(&mut outcome.retained, Retained::Nothing) {
            Retained::Manifest(mut manifest) => {
                if entry.aside {
                    code.put_aside(file);
                }
                manifest.site = layout.environments.site(path).map(str::to_owned);
                code.add_manifest(*manifest, path, modules);
            }
            Retained::Data(layer) => layers.push(*layer),
            Retained::Text(text) if outcome.form == Some(Form::RubyFunction) => {
                code.add_function(file, path, text);
            }
            _ => code.add_file(file, path, modules),
        }
    }
    code.add_absent_modules();
    let data = DataKeys::new(
        tree,
        entries,
        &layers,
        request.facts.as_ref(),
        request.hierarchy.as_deref(),
    );
    let mut outcome = evaluate(&code, &data, wanted, request.node.as_ref());
    outcome.knocked_out = knockouts::knocked_out(&data, &layers);
    outcome.gaps.extend(data.gaps());
    outcome.unused_models = code.unused_models();
    drop(data);
    // Freeing thousands of syntax trees takes a while; nobody need wait for it.
    rayon::spawn(move || drop((code, layers)));
    outcome
}

/// `puppet:///modules/MODULE/PATH` → the file in the module's `files` folder.
fn served(entries: &[Entry], order: &[usize], modules: &Modules) -> HashMap<String, FileId> {
    let mut served = HashMap::new();
    for index in order {
        if let Some((module, rest)) = modules.locate(&entries[*index].path, "files") {
            served
                .entry(format!("{module}/{rest}"))
                .or_insert(FileId(*index as u32));
        }
    }
    served
}

fn by_file(certs: &[Cert]) -> HashMap<FileId, Range<usize>> {
    let mut ranges: HashMap<FileId, Range<usize>> = HashMap::new();
    for (index, cert) in certs.iter().enumerate() {
        ranges.entry(cert.at.file).or_insert(index..index).end = index + 1;
    }
    ranges
}
