//! What a manifest defines and what each definition declares: enough to find
//! the code that can matter without keeping every syntax tree.

use puppet_syntax::ast::{Call, Expr, ExprKind, Resource, ResourceBody, StringPart};
use puppet_syntax::{Parse, walk};
use smol_str::SmolStr;
use std::ops::Range;

/// A class, a defined type, or what stands outside of any.
#[derive(Debug)]
pub struct Outline {
    /// Its full name; empty for what stands outside.
    pub name: SmolStr,
    /// Whether it is a defined type.
    pub is_defined_type: bool,
    /// Its text, from behind the name.
    pub range: Range<usize>,
    /// The defined types and classes that it declares with a title.
    pub declares: Vec<SmolStr>,
    /// How the names of the classes begin that it declares by a name with an
    /// expression in it: `a::install::`.
    pub declares_below: Vec<SmolStr>,
    /// The classes that it includes.
    pub includes: Vec<SmolStr>,
    /// The classes whose variables it reads.
    pub reads: Vec<SmolStr>,
}

/// The outlines of a manifest: its definitions, and the rest as one.
pub(super) fn outlines(parsed: &Parse, len: usize) -> Vec<Outline> {
    let mut found = Vec::new();
    let outside: Vec<&Expr> = parsed
        .program
        .iter()
        .filter(|statement| !define(statement, &mut found))
        .collect();
    if !outside.is_empty() {
        let mut rest = Outline::of(SmolStr::default(), 0..len);
        rest.add(outside);
        found.push(rest);
    }
    found
}

/// Adds a definition and those inside it; whether `statement` is one.
fn define(statement: &Expr, found: &mut Vec<Outline>) -> bool {
    let (name, span, params, body) = match &statement.kind {
        ExprKind::Class(class) => (&class.name, class.name_span, &class.params, &class.body),
        ExprKind::Define(define) => (&define.name, define.name_span, &define.params, &define.body),
        _ => return false,
    };
    let range = span.end as usize..statement.span.end as usize;
    let mut outline = Outline::of(name.clone(), range);
    outline.is_defined_type = matches!(statement.kind, ExprKind::Define(_));
    let defaults = params.iter().filter_map(|param| param.default.as_ref());
    outline.add(defaults.chain(body));
    found.push(outline);
    for inner in body {
        define(inner, found);
    }
    true
}

impl Outline {
    fn of(name: SmolStr, range: Range<usize>) -> Self {
        Self {
            name,
            is_defined_type: false,
            range,
            declares: Vec::new(),
            declares_below: Vec::new(),
            includes: Vec::new(),
            reads: Vec::new(),
        }
    }

    /// Adds what code names.
    fn add<'e>(&mut self, code: impl IntoIterator<Item = &'e Expr>) {
        let mut note = |expr: &'e Expr| match &expr.kind {
            ExprKind::Resource(resource) => {
                self.declares.extend(declared_by(resource));
                self.declares_below.extend(declared_below(resource));
            }
            ExprKind::Call(call) => {
                self.declares.extend(created_by(call));
                self.includes.extend(included_by(call));
            }
            ExprKind::Variable(name) => {
                let class = without_colons(name)
                    .rsplit_once("::")
                    .map(|(class, _)| class.into());
                self.reads.extend(class);
            }
            _ => {}
        };
        for expr in code {
            walk(expr, &mut note);
        }
        for names in [
            &mut self.declares,
            &mut self.declares_below,
            &mut self.includes,
            &mut self.reads,
        ] {
            names.sort();
            names.dedup();
        }
    }
}

fn declared_by(resource: &Resource) -> Vec<SmolStr> {
    match &resource.type_name.kind {
        ExprKind::Name(name) if name == "class" => resource
            .bodies
            .iter()
            .filter_map(|body| literal(&body.title))
            .collect(),
        ExprKind::Name(name) => vec![without_colons(name)],
        _ => Vec::new(),
    }
}

/// `class { "a::install::${name}": }`: `a::install::`
fn declared_below(resource: &Resource) -> Vec<SmolStr> {
    if !matches!(&resource.type_name.kind, ExprKind::Name(name) if name == "class") {
        return Vec::new();
    }
    let beginning = |body: &ResourceBody| match &body.title.kind {
        ExprKind::Interpolated(parts) => match parts.first()? {
            StringPart::Text(text) => Some(without_colons(&text.value)),
            StringPart::Expr(_) => None,
        },
        _ => None,
    };
    let beginnings = resource.bodies.iter().filter_map(beginning);
    beginnings.filter(|it| it.contains("::")).collect()
}

/// `create_resources('a::b', …)`, `ensure_resource('a::b', …)`
fn created_by(call: &Call) -> Option<SmolStr> {
    let ExprKind::Name(function) = &call.callee.kind else {
        return None;
    };
    let creates = matches!(
        function.trim_start_matches("::"),
        "create_resources" | "ensure_resource" | "ensure_resources"
    );
    call.args.first().filter(|_| creates).and_then(literal)
}

/// `include a, b`, `contain a`, `require a`
fn included_by(call: &Call) -> Vec<SmolStr> {
    match &call.callee.kind {
        ExprKind::Name(function) if is_inclusion(function) => {
            call.args.iter().filter_map(literal).collect()
        }
        _ => Vec::new(),
    }
}

/// Whether a function includes the classes that it is given.
pub(super) fn is_inclusion(function: &str) -> bool {
    matches!(function, "include" | "contain" | "require")
}

fn literal(expr: &Expr) -> Option<SmolStr> {
    match &expr.kind {
        ExprKind::String(text) => Some(without_colons(&text.value)),
        ExprKind::Name(name) => Some(without_colons(name)),
        _ => None,
    }
}

fn without_colons(name: &str) -> SmolStr {
    name.trim_start_matches("::").into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn definitions_and_what_they_declare() {
        let text = "class a { b::c { 'x': } class { '::d': } create_resources(e::f, {}) }\nnode default { g { 'y': } }\n";
        let parsed = puppet_syntax::parse(text);
        let found = outlines(&parsed, text.len());
        assert_eq!(found[0].name, "a");
        assert_eq!(found[0].declares, ["b::c", "d", "e::f"]);
        assert_eq!(found[1].name, "");
        assert_eq!(found[1].declares, ["g"]);
    }
}
