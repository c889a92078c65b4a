//! Texts that start programs: units, environment files, scripts, Pods, and the
//! templates of all of these.

use super::Dialect;
use crate::facts::{Facts, Reason};
use crate::invocation::{self, Flat};
use crate::sniff::{Form, is_document_name, looks_like_document};
use crate::template;
use crate::view::View;
use yaml_spans::{Limits, Tree};

pub(super) const DIALECT: Dialect = Dialect {
    name: "the text of a program's settings",
    reads: |form| {
        matches!(
            form,
            Form::Erb
                | Form::Epp
                | Form::Document
                | Form::Text
                | Form::Manifest
                | Form::RubyFunction
                | Form::SourceCode
        )
    },
    nests: false,
    extract,
};

fn extract(view: &View, form: Form, facts: &mut Facts) {
    if form == Form::SourceCode && !is_script(view.path) {
        return;
    }
    if !invocation::may_select(view.path, view.bytes) {
        return;
    }
    let text = view.text();
    let flat = template::flatten(&text, form, view.path);
    let tree = document_of(view.path, &flat);
    let found = invocation::fragments(view, &flat, tree.as_ref());
    facts.understood |= !found.is_empty();
    facts.fragments.extend(found);
    let broken = tree.as_ref().and_then(|tree| tree.errors().first());
    if let (Some(error), Form::Document) = (broken, form) {
        let at = flat.source_range(&(error.span.start as usize..error.span.end as usize));
        let message = format!("not readable as a document from here on: {}", error.message);
        view.gap(facts, Reason::Unparsed, at, message);
    }
}

/// Code that runs as it is written and starts other programs; what compiled
/// programs read is told by the table.
fn is_script(path: &str) -> bool {
    let extension = path.rsplit_once('.').map_or("", |(_, extension)| extension);
    matches!(extension, "py" | "rb" | "pl" | "pm" | "php")
}

/// The text as YAML or JSON, where its name or its first character says so.
fn document_of(path: &str, flat: &Flat) -> Option<Tree> {
    let looks_so = is_document_name(path)
        || flat.text.trim_start().starts_with(['{', '['])
        || looks_like_document(flat.text.as_bytes())
        || flat.text.contains("apiVersion:");
    looks_so.then(|| Tree::parse_auto(&*flat.text, path.ends_with(".json"), &Limits::default()))
}
