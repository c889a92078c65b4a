//! Modules that repositories use and do not hold.
//!
//! A control repository names its modules in a Puppetfile; their code is not
//! there to be read. What the best known of them do with CA files is told by
//! short definitions of our own, `prelude/*.pp`, each with the module's release
//! and source. They count only where the tree defines nothing of the module.
//!
//! They have no file: everything in them stands where the tree declares them
//! (`Scope::span`).

use super::code::{Manifest, module_of};
use super::outline::{Outline, is_inclusion};
use crate::place::{FileId, Span};
use puppet_syntax::ast::{Expr, ExprKind};
use puppet_syntax::walk_all;
use std::collections::BTreeSet;

/// A module that is not in the tree.
#[derive(Debug)]
pub(super) struct AbsentModule {
    /// The first word of its definitions' names.
    name: &'static str,
    /// Its name on the Puppet Forge.
    pub(super) forge: &'static str,
    /// What is known of its code.
    text: &'static str,
}

macro_rules! modules {
    ($(($name:literal, $forge:literal)),* $(,)?) => {
        [$(AbsentModule {
            name: $name,
            forge: $forge,
            text: include_str!(concat!("../../prelude/", $name, ".pp")),
        }),*]
    };
}

static MODULES: [AbsentModule; 7] = modules![
    ("ca_cert", "puppet-ca_cert"),
    ("ca_certificate", "spjmurray-ca_certificate"),
    ("certs", "broadinstitute-certs"),
    ("concat", "puppetlabs-concat"),
    ("kubernetes", "puppetlabs-kubernetes"),
    ("pki", "simp-pki"),
    ("trusted_ca", "puppet-trusted_ca"),
];

/// The modules of which the tree has nothing, as manifests without a file.
pub(super) fn absent_from(manifests: &[Manifest]) -> Vec<Manifest> {
    let outlines = || manifests.iter().flat_map(|manifest| &manifest.outlines);
    let held: BTreeSet<&str> = outlines().map(|outline| module_of(&outline.name)).collect();
    let absent = MODULES.iter().filter(|module| !held.contains(module.name));
    let manifest = |module: &'static AbsentModule| {
        let mut manifest = Manifest::new(FileId(u32::MAX), "", module.text.to_owned());
        manifest.absent = Some(module);
        manifest
    };
    absent.map(manifest).collect()
}

/// Where the tree first includes the class `name` without saying anything of
/// it: `include name`.
pub(super) fn first_inclusion(manifests: &[Manifest], name: &str) -> Option<Span> {
    let includes = |outline: &Outline| outline.includes.iter().any(|it| it == name);
    let including = manifests
        .iter()
        .filter(|manifest| manifest.absent.is_none() && manifest.outlines.iter().any(includes));
    let mut including = including;
    let inclusion = |manifest: &Manifest| {
        let mut first = None;
        walk_all(&manifest.parse().program, &mut |expr: &Expr| {
            if let ExprKind::Call(call) = &expr.kind
                && let ExprKind::Name(function) = &call.callee.kind
                && is_inclusion(function)
            {
                let named = call.args.iter().find(|arg| names(arg, name));
                first = first.or(named.map(|arg| manifest.span(arg.span)));
            }
        });
        first
    };
    including.find_map(inclusion)
}

fn names(arg: &Expr, class: &str) -> bool {
    let name: &str = match &arg.kind {
        ExprKind::Name(name) => name,
        ExprKind::String(text) => &text.value,
        _ => return false,
    };
    name.trim_start_matches("::") == class
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::Write;
    use crate::tree::Memory;
    use crate::{Evidence, Request, audit};

    fn written(tree: &Memory) -> Evidence {
        audit(tree, &Request::default())
    }

    fn line(evidence: &Evidence, write: &Write, text: &str) -> usize {
        assert_eq!(evidence.path(write.at.file), "site/profile/manifests/ca.pp");
        text[..write.declared_at().start as usize].lines().count()
    }

    #[test]
    fn every_module_is_read_without_an_error() {
        for module in &MODULES {
            let manifest = Manifest::new(FileId(0), "", module.text.to_owned());
            assert_eq!(manifest.error, None, "{}", module.name);
            let own = |outline: &Outline| module_of(&outline.name) == module.name;
            assert!(manifest.outlines.iter().all(own), "{}", module.name);
        }
    }

    #[test]
    fn what_an_absent_module_writes_stands_where_it_is_declared() {
        let text = "class profile::ca {\n  ca_cert::ca { 'corp':\n    source => 'puppet:///modules/profile/corp.pem',\n  }\n}\n";
        let evidence = written(&Memory::new().with("site/profile/manifests/ca.pp", text));
        let path = "/etc/pki/ca-trust/source/anchors/corp.crt";
        let write = evidence.writers_of(path).next().expect("a write");
        assert_eq!(line(&evidence, write, text), 2);
        assert_eq!(write.absent_module(), Some("puppet-ca_cert"));
        let step = write.chain.last().expect("a step");
        assert_eq!(
            step.words(),
            "ca_cert::ca { 'corp' } of the module puppet-ca_cert, which is not in this tree"
        );
    }

    #[test]
    fn a_module_in_the_tree_counts_instead() {
        let text = "class profile::ca { ca_cert::ca { 'corp': source => '/x/ca.pem' } }\n";
        let own = "define ca_cert::ca($source) { file { \"/etc/ssl/${name}-ca.pem\": source => $source } }\n";
        let tree = Memory::new()
            .with("site/profile/manifests/ca.pp", text)
            .with("modules/ca_cert/manifests/ca.pp", own);
        let evidence = written(&tree);
        assert_eq!(evidence.writes.len(), 1);
        assert_eq!(evidence.writers_of("/etc/ssl/corp-ca.pem").count(), 1);
    }

    #[test]
    fn a_class_is_evaluated_where_it_is_included() {
        let text = "class profile::ca {\n  include kubernetes\n}\n";
        let data = "kubernetes::controller: true\nkubernetes::etcd_ca_crt: |\n  -----BEGIN CERTIFICATE-----\n";
        let tree = Memory::new()
            .with(
                "hiera.yaml",
                "{version: 5, hierarchy: [{name: c, path: c.yaml}]}",
            )
            .with("data/c.yaml", data)
            .with("site/profile/manifests/ca.pp", text);
        let evidence = written(&tree);
        let path = "/etc/kubernetes/pki/etcd/ca.crt";
        let write = evidence.writers_of(path).next().expect("a write");
        assert_eq!(line(&evidence, write, text), 2);
    }

    #[test]
    fn fragments_are_parts_of_the_file_that_concat_declares() {
        let text = "class profile::ca {\n  concat { 'chain': path => '/etc/ssl/ca-chain.pem' }\n  concat::fragment { 'root':\n    target => 'chain',\n    source => '/x/ca.pem',\n  }\n}\n";
        let evidence = written(&Memory::new().with("site/profile/manifests/ca.pp", text));
        let writes = evidence.writers_of("/etc/ssl/ca-chain.pem");
        let parts: Vec<&Write> = writes.filter(|write| write.is_part).collect();
        assert_eq!(parts.len(), 1);
        assert_eq!(line(&evidence, parts[0], text), 3);
    }
}
