//! `facts LIST [OUT]`: what the parser sees in each file of LIST (one path a
//! line), as sorted lines, to be compared with what real Puppet sees.
//!
//! The format, and a few habits of Puppet's own tree that are no part of ours,
//! follow the Ruby program that prints the other side:
//!
//! ```text
//! FILE<TAB>path<TAB>OK
//! KIND<TAB>name or value<TAB>count or offset
//! ```
//!
//! Offsets of variables are left out in files that are not ASCII.

use puppet_syntax::ast::{
    Attribute, AttributeName, Call, Expr, ExprKind, MethodCall, ResourceForm, StringPart,
    TypeAlias, Untitled,
};
use puppet_syntax::{Span, children, parse};
use std::error::Error;
use std::fmt::Write as _;
use std::io::{BufWriter, Write};
use std::{env, fs, io};

fn main() -> Result<(), Box<dyn Error>> {
    let mut args = env::args().skip(1);
    let list = fs::read_to_string(args.next().ok_or("usage: facts LIST [OUT]")?)?;
    let mut out: Box<dyn Write> = match args.next() {
        Some(path) => Box::new(BufWriter::new(fs::File::create(path)?)),
        None => Box::new(BufWriter::new(io::stdout().lock())),
    };
    for path in list.lines() {
        match String::from_utf8(fs::read(path)?) {
            Ok(source) => report(path, &source, &mut out)?,
            Err(_) => writeln!(out, "FILE\t{path}\tBAD not UTF-8")?,
        }
    }
    Ok(())
}

fn report(path: &str, source: &str, out: &mut dyn Write) -> io::Result<()> {
    let parsed = parse(source);
    if let Some(error) = parsed.errors.first() {
        return writeln!(out, "FILE\t{path}\tBAD {}", error.message);
    }
    let mut facts = Facts {
        source,
        lines: Vec::new(),
        offsets: source.is_ascii(),
    };
    for expr in &parsed.program {
        facts.visit(expr);
    }
    facts.lines.sort_unstable();
    writeln!(out, "FILE\t{path}\tOK")?;
    facts
        .lines
        .iter()
        .try_for_each(|line| writeln!(out, "{line}"))
}

struct Facts<'s> {
    source: &'s str,
    lines: Vec<String>,
    /// Whether offsets of variables are told.
    offsets: bool,
}

impl Facts<'_> {
    fn add(&mut self, kind: &str, name: &str, count: impl std::fmt::Display) {
        self.lines.push(format!("{kind}\t{name}\t{count}"));
    }

    fn visit(&mut self, expr: &Expr) {
        self.node(expr);
        match &expr.kind {
            // Puppet makes a hash of the attributes and loses the splats.
            ExprKind::Untitled(untitled) => self.untitled(untitled),
            ExprKind::TypeAlias(alias) if self.type_with_parent(alias) => {}
            _ => children(expr, &mut |child| self.visit(child)),
        }
    }

    fn node(&mut self, expr: &Expr) {
        match &expr.kind {
            ExprKind::Variable(name) => {
                if self.offsets {
                    self.add("Var", name, expr.span.start);
                }
            }
            ExprKind::String(text) => self.string(&text.value),
            ExprKind::Interpolated(parts) => {
                self.add("Cat", "-", 0);
                for part in parts {
                    if let StringPart::Text(text) = part {
                        self.string(&text.value);
                    }
                }
            }
            ExprKind::Regex(_) => self.add("Re", "-", 0),
            ExprKind::Array(items) => self.add("List", "-", items.len()),
            ExprKind::Hash(entries) => self.add("Hash", "-", entries.len()),
            ExprKind::Access(access) => self.add("Acc", "-", access.keys.len()),
            ExprKind::Call(call) => self.call(call),
            ExprKind::MethodCall(call) => self.method_call(call),
            ExprKind::Binary(binary) => self.add("Bin", binary.op.as_str(), 0),
            ExprKind::Selector(selector) => self.add("Sel", "-", selector.entries.len()),
            ExprKind::Assignment(assignment) => self.add("Asg", assignment.op.as_str(), 0),
            ExprKind::Chain(chain) => {
                for link in &chain.links {
                    self.add("Rel", link.op.as_str(), 0);
                }
            }
            ExprKind::If(node) => {
                for _ in &node.branches {
                    self.add("If", "If", 0);
                }
            }
            ExprKind::Unless(_) => self.add("If", "Un", 0),
            ExprKind::Case(case) => self.add("Case", "-", case.options.len()),
            _ => self.declaration(expr),
        }
    }

    fn declaration(&mut self, expr: &Expr) {
        match &expr.kind {
            ExprKind::Resource(resource) => {
                self.add("Res", form(resource.form), resource.bodies.len());
                for body in &resource.bodies {
                    self.attributes(&body.attributes);
                }
            }
            ExprKind::ResourceDefaults(defaults) => {
                self.add("Defaults", "-", defaults.attributes.len());
                self.attributes(&defaults.attributes);
            }
            ExprKind::ResourceOverride(node) => {
                self.add("Override", "-", node.attributes.len());
                self.attributes(&node.attributes);
            }
            ExprKind::Collector(collector) => {
                let exported = collector.exported.to_string();
                self.add("Collect", &exported, collector.overrides.len());
                self.attributes(&collector.overrides);
            }
            ExprKind::Class(class) => self.add(
                "Class",
                &self.full_name(&class.name, class.name_span),
                class.params.len(),
            ),
            ExprKind::Define(define) => self.add(
                "Define",
                &self.full_name(&define.name, define.name_span),
                define.params.len(),
            ),
            ExprKind::Node(node) => self.add("Node", "-", node.matches.len()),
            ExprKind::TypeAlias(alias) => self.type_alias(alias),
            _ => {}
        }
    }

    fn string(&mut self, value: &str) {
        self.add("Str", &inspect(value), 0);
    }

    fn call(&mut self, call: &Call) {
        let name = match &call.callee.kind {
            ExprKind::Name(name) | ExprKind::TypeRef(name) => name,
            _ => "?",
        };
        let lambda = if call.lambda.is_some() { "L" } else { "" };
        self.add("Call", name, format_args!("{}{lambda}", call.args.len()));
    }

    fn method_call(&mut self, call: &MethodCall) {
        let lambda = if call.lambda.is_some() { "L" } else { "" };
        self.add(
            "Meth",
            &call.name,
            format_args!("{}{lambda}", call.args.len()),
        );
    }

    fn attributes(&mut self, attributes: &[Attribute]) {
        for attribute in attributes {
            match &attribute.name {
                AttributeName::Named(name) => self.add("Attr", name, attribute.op.as_str()),
                AttributeName::Splat => self.add("Attr", "*", "=>"),
            }
        }
    }

    fn untitled(&mut self, untitled: &Untitled) {
        self.visit(&untitled.name);
        self.add("Hash", "-", untitled.attributes.len());
        for attribute in &untitled.attributes {
            if let AttributeName::Named(name) = &attribute.name {
                self.string(name);
                self.visit(&attribute.value);
            }
        }
    }

    /// Puppet keeps a leading `::`.
    fn full_name(&self, name: &str, span: Span) -> String {
        let root = if span.of(self.source).starts_with("::") {
            "::"
        } else {
            ""
        };
        format!("{root}{name}")
    }

    /// Puppet reads `type A = { … }` as `Object[{ … }]`.
    fn type_alias(&mut self, alias: &TypeAlias) {
        if let ExprKind::Hash(_) = &alias.value.kind {
            self.add("Acc", "-", 1);
        }
    }

    /// In `type A = B { … }`, Puppet adds the parent to the hash.
    fn type_with_parent(&mut self, alias: &TypeAlias) -> bool {
        let ExprKind::Access(access) = &alias.value.kind else {
            return false;
        };
        let ExprKind::TypeRef(parent) = &access.target.kind else {
            return false;
        };
        let [
            Expr {
                kind: ExprKind::Hash(entries),
                span,
            },
        ] = access.keys.as_slice()
        else {
            return false;
        };
        if span.end != alias.value.span.end || parent == "Object" || parent == "TypeSet" {
            return false;
        }
        self.add("Acc", "-", 1);
        self.add("Hash", "-", entries.len() + 1);
        for entry in entries {
            self.visit(&entry.key);
            self.visit(&entry.value);
        }
        true
    }
}

fn form(form: ResourceForm) -> &'static str {
    match form {
        ResourceForm::Regular => "regular",
        ResourceForm::Virtual => "virtual",
        ResourceForm::Exported => "exported",
    }
}

/// Ruby's `String#inspect` where the terminal is UTF-8.
fn inspect(text: &str) -> String {
    let mut out = String::from("\"");
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let _ = match c {
            '"' | '\\' => write!(out, "\\{c}"),
            '#' if matches!(chars.peek(), Some('{' | '$' | '@')) => write!(out, "\\#"),
            '\n' => write!(out, "\\n"),
            '\r' => write!(out, "\\r"),
            '\t' => write!(out, "\\t"),
            '\u{c}' => write!(out, "\\f"),
            '\u{b}' => write!(out, "\\v"),
            '\u{8}' => write!(out, "\\b"),
            '\u{7}' => write!(out, "\\a"),
            '\u{1b}' => write!(out, "\\e"),
            '\u{7f}' => write!(out, "\\x7F"),
            c if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') => {
                write!(out, "\\u{:04X}", u32::from(c))
            }
            c => write!(out, "{c}"),
        };
    }
    out.push('"');
    out
}
