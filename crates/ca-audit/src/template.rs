//! Templates to text with holes.

mod curly;
mod dollar;

pub(crate) use curly::BLOCK;

use crate::invocation::Flat;
use crate::sniff::Form;
use puppet_syntax::template::{Branch, Node, Template};
use puppet_syntax::{parse_epp, parse_erb};

/// The text that the file at `path` gives, whatever renders it.
pub(crate) fn flatten<'t>(text: &'t str, form: Form, path: &str) -> Flat<'t> {
    match form {
        Form::Text if dollar::is_rendered(path) => dollar::flat(text),
        Form::Erb => flat(&parse_erb(text), text),
        Form::Epp => flat(&parse_epp(text), text),
        Form::Document | Form::Text if curly::is_template(text) => curly::flat(text),
        _ => Flat::plain(text),
    }
}

fn flat<'t>(template: &Template, text: &'t str) -> Flat<'t> {
    let mut flat = Flat::builder();
    nodes(&template.nodes, text, &mut flat);
    flat
}

fn nodes(list: &[Node], text: &str, flat: &mut Flat) {
    for node in list {
        match node {
            Node::Text { shown, .. } => flat.push_text(shown.of(text), shown.start as usize),
            Node::Hole { span, code, .. } => {
                flat.push_hole(code.of(text).trim(), span.start as usize);
            }
            Node::Block { branches, .. } => branches
                .iter()
                .for_each(|branch| conditional(branch, text, flat)),
            Node::Comment { .. } | Node::Code { .. } => {}
        }
    }
}

fn conditional(branch: &Branch, text: &str, flat: &mut Flat) {
    let start = flat.text.len();
    nodes(&branch.body, text, flat);
    flat.close_condition(start, branch.head.of(text).trim());
}
