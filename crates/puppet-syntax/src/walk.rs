//! Visiting every expression of a tree.

use crate::ast::{Attribute, Expr, ExprKind, HashEntry, Lambda, Parameter, StringPart};

/// Calls `visit` for `expr` and every expression below it, parents first and
/// siblings in source order.
pub fn walk<'a>(expr: &'a Expr, visit: &mut impl FnMut(&'a Expr)) {
    walk_dyn(expr, visit);
}

/// [`walk`] for a list of expressions, such as a program or a body.
pub fn walk_all<'a>(exprs: &'a [Expr], visit: &mut impl FnMut(&'a Expr)) {
    for expr in exprs {
        walk_dyn(expr, visit);
    }
}

type Visit<'v, 'a> = &'v mut dyn FnMut(&'a Expr);

fn walk_dyn<'a>(expr: &'a Expr, visit: Visit<'_, 'a>) {
    visit(expr);
    children(expr, &mut |child| walk_dyn(child, visit));
}

/// Calls `visit` for the expressions directly below `expr`, in source order.
pub fn children<'a>(expr: &'a Expr, visit: &mut dyn FnMut(&'a Expr)) {
    match &expr.kind {
        ExprKind::Undef
        | ExprKind::Default
        | ExprKind::Bool(_)
        | ExprKind::Number(_)
        | ExprKind::String(_)
        | ExprKind::Regex(_)
        | ExprKind::Name(_)
        | ExprKind::TypeRef(_)
        | ExprKind::Variable(_)
        | ExprKind::Reserved(_)
        | ExprKind::RenderText => {}
        ExprKind::Interpolated(parts) => {
            for part in parts {
                if let StringPart::Expr(value) = part {
                    visit(value);
                }
            }
        }
        ExprKind::Heredoc(heredoc) => visit(&heredoc.text),
        ExprKind::Array(items) | ExprKind::Render(items) => each(items, visit),
        ExprKind::Hash(entries) => pairs(entries, visit),
        ExprKind::Access(access) => {
            visit(&access.target);
            each(&access.keys, visit);
        }
        ExprKind::Call(call) => {
            visit(&call.callee);
            each(&call.args, visit);
            lambda(call.lambda.as_ref(), visit);
        }
        ExprKind::MethodCall(call) => {
            visit(&call.receiver);
            each(&call.args, visit);
            lambda(call.lambda.as_ref(), visit);
        }
        ExprKind::Unary(unary) => visit(&unary.operand),
        ExprKind::Binary(binary) => {
            visit(&binary.left);
            visit(&binary.right);
        }
        ExprKind::Selector(selector) => {
            visit(&selector.subject);
            pairs(&selector.entries, visit);
        }
        ExprKind::Assignment(assignment) => {
            visit(&assignment.target);
            visit(&assignment.value);
        }
        ExprKind::Paren(inner) => visit(inner),
        ExprKind::If(_) | ExprKind::Unless(_) | ExprKind::Case(_) => conditional(&expr.kind, visit),
        ExprKind::Chain(chain) => {
            visit(&chain.first);
            for link in &chain.links {
                visit(&link.target);
            }
        }
        ExprKind::Resource(_)
        | ExprKind::ResourceDefaults(_)
        | ExprKind::ResourceOverride(_)
        | ExprKind::Collector(_)
        | ExprKind::Untitled(_) => resource(&expr.kind, visit),
        ExprKind::Class(_)
        | ExprKind::Define(_)
        | ExprKind::Node(_)
        | ExprKind::Function(_)
        | ExprKind::Plan(_)
        | ExprKind::Apply(_)
        | ExprKind::TypeAlias(_)
        | ExprKind::TypeDefinition(_) => definition(&expr.kind, visit),
    }
}

fn conditional<'a>(kind: &'a ExprKind, visit: Visit<'_, 'a>) {
    match kind {
        ExprKind::If(node) => {
            for branch in &node.branches {
                visit(&branch.condition);
                each(&branch.body, visit);
            }
            each(node.otherwise.as_deref().unwrap_or_default(), visit);
        }
        ExprKind::Unless(node) => {
            visit(&node.condition);
            each(&node.body, visit);
            each(node.otherwise.as_deref().unwrap_or_default(), visit);
        }
        ExprKind::Case(node) => {
            visit(&node.subject);
            for option in &node.options {
                each(&option.values, visit);
                each(&option.body, visit);
            }
        }
        _ => {}
    }
}

fn resource<'a>(kind: &'a ExprKind, visit: Visit<'_, 'a>) {
    match kind {
        ExprKind::Resource(node) => {
            visit(&node.type_name);
            for body in &node.bodies {
                visit(&body.title);
                attributes(&body.attributes, visit);
            }
        }
        ExprKind::ResourceDefaults(node) => {
            visit(&node.type_ref);
            attributes(&node.attributes, visit);
        }
        ExprKind::ResourceOverride(node) => {
            visit(&node.target);
            attributes(&node.attributes, visit);
        }
        ExprKind::Collector(node) => {
            visit(&node.type_ref);
            if let Some(query) = &node.query {
                visit(query);
            }
            attributes(&node.overrides, visit);
        }
        ExprKind::Untitled(node) => {
            visit(&node.name);
            attributes(&node.attributes, visit);
        }
        _ => {}
    }
}

fn definition<'a>(kind: &'a ExprKind, visit: Visit<'_, 'a>) {
    match kind {
        ExprKind::Class(node) => params_and_body(&node.params, &node.body, visit),
        ExprKind::Define(node) => params_and_body(&node.params, &node.body, visit),
        ExprKind::Plan(node) => params_and_body(&node.params, &node.body, visit),
        ExprKind::Node(node) => {
            each(&node.matches, visit);
            if let Some(parent) = &node.parent {
                visit(parent);
            }
            each(&node.body, visit);
        }
        ExprKind::Function(node) => {
            params(&node.params, visit);
            if let Some(return_type) = &node.return_type {
                visit(return_type);
            }
            each(&node.body, visit);
        }
        ExprKind::Apply(node) => {
            each(&node.args, visit);
            each(&node.body, visit);
        }
        ExprKind::TypeAlias(node) => {
            visit(&node.target);
            visit(&node.value);
        }
        ExprKind::TypeDefinition(node) => each(&node.body, visit),
        _ => {}
    }
}

fn each<'a>(exprs: &'a [Expr], visit: Visit<'_, 'a>) {
    for expr in exprs {
        visit(expr);
    }
}

fn pairs<'a>(entries: &'a [HashEntry], visit: Visit<'_, 'a>) {
    for entry in entries {
        visit(&entry.key);
        visit(&entry.value);
    }
}

fn attributes<'a>(attributes: &'a [Attribute], visit: Visit<'_, 'a>) {
    for attribute in attributes {
        visit(&attribute.value);
    }
}

fn params_and_body<'a>(list: &'a [Parameter], body: &'a [Expr], visit: Visit<'_, 'a>) {
    params(list, visit);
    each(body, visit);
}

fn params<'a>(params: &'a [Parameter], visit: Visit<'_, 'a>) {
    for param in params {
        for expr in param.type_expr.iter().chain(&param.default) {
            visit(expr);
        }
    }
}

fn lambda<'a>(lambda: Option<&'a Lambda>, visit: Visit<'_, 'a>) {
    if let Some(lambda) = lambda {
        params(&lambda.params, visit);
        if let Some(return_type) = &lambda.return_type {
            visit(return_type);
        }
        each(&lambda.body, visit);
    }
}
