//! Puppet manifests: what a certificate in the code stands under.

use crate::facts::Facts;
use crate::view::View;
use puppet_syntax::ast::{Expr, ExprKind, Parameter, Resource};
use puppet_syntax::{Span, children, parse};
use smol_str::{SmolStr, format_smolstr};

/// Names the resource, variable or parameter of every certificate in a
/// manifest.
pub(super) fn name(view: &View, facts: &mut Facts) {
    if facts.certs.is_empty() {
        return;
    }
    let text = view.text();
    let mut strings = Strings::default();
    for statement in &parse(&text).program {
        strings.collect(statement, None);
    }
    strings.0.sort_by_key(|(span, _)| span.start);
    for cert in &mut facts.certs {
        if let Some(place) = strings.place(cert.at.start) {
            cert.container = view.container_of(place);
        }
    }
}

/// The strings of a manifest and what each stands under. A heredoc's text lies
/// behind the statement that it belongs to.
#[derive(Default)]
struct Strings(Vec<(Span, SmolStr)>);

impl Strings {
    fn collect(&mut self, expr: &Expr, place: Option<&SmolStr>) {
        match &expr.kind {
            ExprKind::String(_) | ExprKind::Interpolated(_) => {
                self.0.extend(place.map(|place| (expr.span, place.clone())));
            }
            ExprKind::Heredoc(heredoc) => {
                let text = heredoc.text.span;
                self.0.extend(place.map(|place| (text, place.clone())));
            }
            ExprKind::Resource(resource) => self.resource(resource),
            ExprKind::Assignment(assignment) => {
                let name = match &assignment.target.kind {
                    ExprKind::Variable(name) => Some(format_smolstr!("${name}")),
                    _ => None,
                };
                self.collect(&assignment.value, name.as_ref().or(place));
            }
            ExprKind::Class(class) => {
                self.parameters(&class.name, &class.params);
                self.body(&class.body);
            }
            ExprKind::Define(define) => {
                self.parameters(&define.name, &define.params);
                self.body(&define.body);
            }
            _ => children(expr, &mut |child| self.collect(child, place)),
        }
    }

    fn body(&mut self, body: &[Expr]) {
        for statement in body {
            self.collect(statement, None);
        }
    }

    fn parameters(&mut self, owner: &str, params: &[Parameter]) {
        for param in params {
            let place = format_smolstr!("{owner}::{}", param.name);
            if let Some(default) = &param.default {
                self.collect(default, Some(&place));
            }
        }
    }

    fn resource(&mut self, resource: &Resource) {
        let kind = match &resource.type_name.kind {
            ExprKind::Name(name) => capitalised(name),
            _ => "…".to_owned(),
        };
        for body in &resource.bodies {
            let title = match &body.title.kind {
                ExprKind::String(title) => title.value.as_str(),
                ExprKind::Name(name) => name,
                _ => "…",
            };
            for attribute in &body.attributes {
                let name = attribute.named().unwrap_or("*");
                let place = format_smolstr!("{kind}[{title}] {name}");
                self.collect(&attribute.value, Some(&place));
            }
        }
    }

    /// What the string at an offset stands under.
    fn place(&self, at: u32) -> Option<&SmolStr> {
        let behind = self.0.partition_point(|(span, _)| span.start <= at);
        let (span, place) = self.0[..behind].last()?;
        (at < span.end).then_some(place)
    }
}

/// `sslcert::ca` → `Sslcert::Ca`, as Puppet writes references.
fn capitalised(name: &str) -> String {
    let part = |part: &str| {
        let mut letters = part.chars();
        let first = letters.next().map(|first| first.to_ascii_uppercase());
        first.into_iter().chain(letters).collect::<String>()
    };
    let parts: Vec<String> = name
        .trim_start_matches("::")
        .split("::")
        .map(part)
        .collect();
    parts.join("::")
}
