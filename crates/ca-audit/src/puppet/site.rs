//! The main manifest: what stands outside of everything, and node definitions.

use super::Node;
use super::catalog::Attributes;
use super::code::Manifest;
use super::defaults::Defaults;
use super::evaluate::Evaluator;
use super::operators::option_matches;
use super::scope::{Left, Level, Scope};
use crate::facts::{Gap, Reason, Step};
use crate::place::Span;
use crate::value::Value;
use puppet_syntax::ast::{self, Expr, ExprKind};
use regex::Regex;
use smol_str::format_smolstr;
use std::rc::Rc;

/// A node definition and where it stands.
type Defined<'c> = (&'c Manifest, &'c ast::Node);

impl<'c> Evaluator<'c> {
    /// Makes the catalog of a node; whether anything says what its classes are.
    ///
    /// The order is Puppet's own (`puppet/parser/compiler.rb`, `compile`): the
    /// main manifest, the node's definition, classes from elsewhere, then
    /// whatever is left to be expanded.
    pub(super) fn node(&mut self, node: &Node) -> bool {
        let site = self.site();
        let mut top = site.first().map(|manifest| {
            let mut scope = Scope::new(manifest, Rc::default());
            scope.level = Level::Top;
            scope
        });
        if let Some(top) = &mut top {
            for manifest in &site {
                top.manifest = manifest;
                self.body(top, &manifest.parse().program);
                self.refused(top, Span::whole(manifest.file));
            }
            self.publish(top);
            self.node_definition(top, &site, &node.name);
        }
        self.classified(top.as_ref(), node);
        self.expand();
        !self.classes.is_empty() || !self.catalog.resources().is_empty()
    }

    /// The main manifests, those of one environment, in Puppet's order.
    fn site(&self) -> Vec<&'c Manifest> {
        let environment = self.fact("environment");
        let environment = environment.as_ref().and_then(|name| name.as_str());
        let of = |folder: &str| -> Vec<&'c Manifest> {
            let manifests = self.code.manifests().iter();
            let of_it = manifests.filter(|manifest| manifest.site.as_deref() == Some(folder));
            of_it.collect()
        };
        let named = environment.map(|name| of(&format!("environments/{name}")));
        match named {
            Some(named) if !named.is_empty() => named,
            _ => of(""),
        }
    }

    /// The definition that Puppet chooses: an exact name, then a pattern, then
    /// `default` (Puppet's language reference, "Node definitions").
    fn node_definition(&mut self, top: &Scope<'c>, site: &[&'c Manifest], name: &str) {
        let defined: Vec<Defined<'c>> = site
            .iter()
            .flat_map(|manifest| nodes(manifest, &manifest.parse().program))
            .collect();
        let is_exact = |it: &Expr| literal(it).is_some_and(|own| own.eq_ignore_ascii_case(name));
        let is_match = |it: &Expr| match &it.kind {
            ExprKind::Regex(pattern) => Regex::new(pattern).is_ok_and(|it| it.is_match(name)),
            _ => false,
        };
        let is_default = |it: &Expr| matches!(it.kind, ExprKind::Default);
        let tests: [&dyn Fn(&Expr) -> bool; 3] = [&is_exact, &is_match, &is_default];
        let chosen = tests.iter().find_map(|test| {
            let fits = |(_, node): &&Defined<'c>| node.matches.iter().any(test);
            defined.iter().find(fits).copied()
        });
        match chosen {
            Some((manifest, node)) => self.enter_node(top, manifest, node, name),
            None if defined.is_empty() => {}
            None => self.outcome.gaps.push(Gap {
                reason: Reason::Refused,
                message: format!("no node definition is for {name}, and there is no default"),
                at: Span::whole(defined[0].0.file),
            }),
        }
    }

    fn enter_node(
        &mut self,
        top: &Scope<'c>,
        manifest: &'c Manifest,
        node: &'c ast::Node,
        name: &str,
    ) {
        let matches = node.matches.first().zip(node.matches.last());
        let at = matches.map_or(Span::whole(manifest.file), |(first, last)| {
            manifest.span(first.span.to(last.span))
        });
        let shown = manifest.text.get(at.start as usize..at.end as usize);
        let step = Step {
            at,
            what: format_smolstr!("node {}", shown.unwrap_or_default()),
            is_class: true,
            absent_module: None,
        };
        let mut scope = Scope::new(manifest, Rc::new(vec![step]));
        scope.level = Level::Node;
        scope.defaults = Defaults::inside(&top.defaults);
        // The groups of its pattern are variables of it.
        let host = Value::text(name);
        let patterns = node
            .matches
            .iter()
            .filter(|it| matches!(it.kind, ExprKind::Regex(_)));
        for pattern in patterns {
            let span = scope.span(pattern.span);
            let pattern = self.expr(&mut scope, pattern);
            let matched = option_matches(&host, &pattern);
            if matched.holds == Some(true) {
                Self::set_groups(&mut scope, &matched, span);
                break;
            }
        }
        self.body(&mut scope, &node.body);
        self.publish(&scope);
        self.refused(&mut scope, at);
    }

    /// Classes that a node classifier gives.
    fn classified(&mut self, top: Option<&Scope<'c>>, node: &Node) {
        for name in &node.classes {
            let Some(definition) = self.class(name.trim_start_matches("::")) else {
                continue;
            };
            let own = Scope::new(definition.manifest, Rc::default());
            let at = own.span(puppet_syntax::Span { start: 0, end: 0 });
            self.include(top.unwrap_or(&own), name, at);
        }
    }

    /// Notes that `fail()` ends the compilation here.
    fn refused(&mut self, scope: &mut Scope<'c>, at: Span) {
        if scope.left.take() == Some(Left::Catalog) {
            self.outcome.gaps.push(Gap {
                reason: Reason::Refused,
                message: "with these facts the code calls fail(): Puppet compiles no catalog"
                    .into(),
                at,
            });
        }
    }

    /// What the main manifest says of all resources, `File { backup => false }`,
    /// for code that is evaluated without it.
    pub(super) fn site_defaults(&mut self) -> Rc<Defaults> {
        let defaults = Rc::new(Defaults::default());
        for manifest in self.code.manifests() {
            if manifest.site.is_none() || !manifest.says_defaults {
                continue;
            }
            let mut scope = Scope::new(manifest, Rc::default());
            for statement in &manifest.parse().program {
                if let ExprKind::ResourceDefaults(said) = &statement.kind
                    && let ExprKind::TypeRef(kind) = &said.type_ref.kind
                {
                    let attributes: Attributes = self.said(&mut scope, &said.attributes);
                    defaults.set(kind.to_lowercase().into(), attributes);
                }
            }
        }
        defaults
    }
}

/// The node definitions of a manifest; they stand outside of everything.
fn nodes<'c>(manifest: &'c Manifest, program: &'c [Expr]) -> Vec<Defined<'c>> {
    let nodes = program
        .iter()
        .filter_map(|statement| match &statement.kind {
            ExprKind::Node(node) => Some((manifest, &**node)),
            _ => None,
        });
    nodes.collect()
}

fn literal(expr: &Expr) -> Option<&str> {
    match &expr.kind {
        ExprKind::String(text) => Some(&text.value),
        ExprKind::Name(name) => Some(name),
        _ => None,
    }
}
