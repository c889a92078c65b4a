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

static MODULES: [AbsentModule; 6] = modules![
    ("ca_cert", "puppet-ca_cert"),
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
