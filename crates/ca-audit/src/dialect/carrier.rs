//! Texts that give programs a CA: objects of Kubernetes, configuration files,
//! command lines, and the templates of all of these.

use super::Dialect;
use crate::facts::Facts;
use crate::invocation::{Flat, carriers};
use crate::sniff::{Form, is_document_name, looks_like_document};
use crate::template;
use crate::view::View;
use yaml_spans::{Limits, Tree};

pub(super) const DIALECT: Dialect = Dialect {
    name: "a text that gives a program its CA",
    reads: |form| {
        matches!(
            form,
            Form::Erb | Form::Epp | Form::Document | Form::Text | Form::PuppetConf
        )
    },
    nests: true,
    extract,
};

fn extract(view: &View, form: Form, facts: &mut Facts) {
    // Only objects that hold certificates are ever asked for.
    let holds = view.is_file() && !facts.certs.is_empty() && has_object(view.bytes);
    let carries = carriers::may_carry(if view.is_file() { view.path } else { "" }, view.bytes);
    if !holds && !carries {
        return;
    }
    let text = view.text();
    let flat = template::flatten(&text, form, view.path);
    let own = document_of(view, form, &flat);
    let tree = own.as_ref();
    if holds && let Some(tree) = tree {
        facts.objects.extend(carriers::objects(view, &flat, tree));
    }
    if carries {
        let found = carriers::reads(view, &flat, tree);
        facts.understood |= !found.is_empty();
        facts.reads.extend(found);
    }
}

fn has_object(bytes: &[u8]) -> bool {
    ["ConfigMap", "Secret"]
        .iter()
        .any(|kind| memchr::memmem::find(bytes, kind.as_bytes()).is_some())
}

/// The text as YAML or JSON, where its name or its first character says so and
/// it has no sections.
fn document_of(view: &View, form: Form, flat: &Flat) -> Option<Tree> {
    let text = &flat.text;
    let is_sections = form == Form::PuppetConf
        || text.trim_start().starts_with(['[', '#', ';']) && has_section(text);
    let looks_so = form == Form::Document
        || (view.is_file() && is_document_name(view.path))
        || looks_like_document(text.as_bytes())
        || text.contains("apiVersion:");
    let is_json = view.is_file() && view.path.ends_with(".json");
    (looks_so && !is_sections).then(|| Tree::parse_auto(&**text, is_json, &Limits::default()))
}

/// `[main]` on a line of its own.
fn has_section(text: &str) -> bool {
    let mut lines = text.lines().map(str::trim).take(200);
    lines.any(|line| {
        let name = line
            .strip_prefix('[')
            .and_then(|line| line.strip_suffix(']'));
        name.is_some_and(|name| !name.is_empty() && !name.contains([',', '{', ':']))
    })
}
