//! Calls: of functions that decide paths and contents, and of lambdas.

use super::data_keys::Found;
use super::evaluate::{Evaluator, origin};
use super::iterate::Iteration;
use super::scope::Scope;
use super::{functions, ruby};
use crate::place::Span;
use crate::value::{Case, Data, Text, Unknown, Value, Why};
use puppet_syntax::ast::{Call, Expr, ExprKind, Lambda, MethodCall};
use smol_str::{SmolStr, format_smolstr};

/// A call, whichever way it is written: `f(a)`, `a.f`, `f a`.
struct Called<'c> {
    name: SmolStr,
    args: Vec<Value>,
    lambda: Option<&'c Lambda>,
    at: Span,
}

impl<'c> Evaluator<'c> {
    /// `f(a, b) |$x| { … }`
    pub(super) fn call(&mut self, scope: &mut Scope<'c>, call: &'c Call, expr: &'c Expr) -> Value {
        let name = match &call.callee.kind {
            ExprKind::Name(name) | ExprKind::Reserved(name) | ExprKind::TypeRef(name) => {
                name.clone()
            }
            _ => SmolStr::default(),
        };
        let args = self.arguments(scope, &call.args);
        let called = Called {
            name,
            args,
            lambda: call.lambda.as_ref(),
            at: scope.span(expr.span),
        };
        self.apply(scope, &called)
    }

    /// `a.f(b) |$x| { … }`
    pub(super) fn method_call(
        &mut self,
        scope: &mut Scope<'c>,
        call: &'c MethodCall,
        expr: &'c Expr,
    ) -> Value {
        let mut args = vec![self.expr(scope, &call.receiver)];
        args.extend(self.arguments(scope, &call.args));
        let called = Called {
            name: call.name.clone(),
            args,
            lambda: call.lambda.as_ref(),
            at: scope.span(expr.span),
        };
        self.apply(scope, &called)
    }

    /// Arguments, with `*$list` taken apart; a list that cannot be stands for one.
    fn arguments(&mut self, scope: &mut Scope<'c>, args: &'c [Expr]) -> Vec<Value> {
        let mut all = Vec::new();
        for (is_splat, value) in self.unfolded(scope, args) {
            match value.single() {
                Some(Data::Array(items)) if is_splat => all.extend(items.iter().cloned()),
                _ => all.push(value),
            }
        }
        all
    }

    fn apply(&mut self, scope: &mut Scope<'c>, called: &Called<'c>) -> Value {
        let name = called.name.trim_start_matches("::");
        if let Some(lambda) = called.lambda
            && let Some(value) = self.with_lambda(
                scope,
                &Iteration {
                    name,
                    args: &called.args,
                    lambda,
                    at: called.at,
                },
            )
        {
            return value;
        }
        match name {
            "template" | "epp" => self.template(scope, called),
            "file" => self.read_file(called),
            "lookup" | "hiera" | "hiera_array" | "hiera_hash" => self.lookup(called),
            "create_resources" => {
                self.create_resources(scope, called);
                Value::undef()
            }
            "getvar" => self.getvar(scope, called),
            "include" | "contain" | "require" | "notice" | "info" | "debug" | "warning" | "err"
            | "tag" | "realize" | "fail" => Value::undef(),
            _ => match functions::apply(name, &called.args, called.at) {
                Some(value) if called.lambda.is_none() => value,
                Some(_) => unknown(called),
                None => self.ruby_function(called),
            },
        }
    }

    /// `getvar('variable.key.0', default)`
    fn getvar(&mut self, scope: &Scope<'c>, called: &Called<'c>) -> Value {
        let Some(path) = called.args.first().and_then(Value::as_str) else {
            return unknown(called);
        };
        let (variable, keys) = path.split_once('.').unwrap_or((path, ""));
        let value = self.variable(scope, &variable.into(), called.at);
        let mut args = vec![value, Value::text(keys)];
        args.extend(called.args.get(1).cloned());
        functions::apply("get", &args, called.at).unwrap_or_else(|| unknown(called))
    }

    /// The rendered text: not known, but whose it is.
    fn template(&mut self, scope: &Scope<'c>, called: &Called<'c>) -> Value {
        let mut text = Text::default();
        for name in &called.args {
            let file = name.as_str().and_then(|name| self.code.template(name));
            let why = match file {
                Some(file) => {
                    self.rendered(scope, file, called.at);
                    Why::Rendered(file)
                }
                None => Why::Function(called.name.clone()),
            };
            text.push(&Text::hole(Unknown {
                why,
                at: Some(called.at),
            }));
            // `epp` has its parameters behind the name.
            if called.name == "epp" {
                break;
            }
        }
        Value::known(Data::Text(text))
    }

    /// `file('module/path')`: the first that exists.
    fn read_file(&mut self, called: &Called<'c>) -> Value {
        for name in &called.args {
            if let Some(file) = name.as_str().and_then(|name| self.code.read_file(name)) {
                let why = Why::Rendered(file);
                return Value::known(Data::Text(Text::hole(Unknown {
                    why,
                    at: Some(called.at),
                })));
            }
        }
        unknown(called)
    }

    /// Every value that the key has in any layer, and the default.
    fn lookup(&mut self, called: &Called<'c>) -> Value {
        let Some(key) = called.args.first().and_then(Value::as_str) else {
            return unknown(called);
        };
        let Found {
            mut cases,
            is_certain,
        } = self.data.find(key);
        if is_certain {
            return Value::of(cases);
        }
        if cases.is_empty() {
            // The key may stand in data that is not in the checkout.
            let why = Why::HieraKey(key.into());
            cases.push(Case::new(Data::Unknown(Unknown {
                why,
                at: Some(called.at),
            })));
        }
        if let Some(default) = default_of(called) {
            cases.extend(default.cases.iter().cloned());
        }
        Value::of(cases)
    }

    /// A function of the project's own, in Ruby: the paths it may return.
    fn ruby_function(&mut self, called: &Called<'c>) -> Value {
        let Some(function) = self
            .code
            .function(called.name.rsplit("::").next().unwrap_or_default())
        else {
            return unknown(called);
        };
        let what = format!("{}() may return it", called.name);
        let case = |candidate: &ruby::Candidate| {
            let mut case = Case::new(Data::Text(Text::literal(candidate.text.as_str())));
            case.from.push(origin(candidate.at, what.as_str()));
            case
        };
        let cases: Vec<Case> = function.paths().iter().map(case).collect();
        if cases.is_empty() {
            unknown(called)
        } else {
            Value::of(cases)
        }
    }

    /// `create_resources(type, hash, defaults)`
    fn create_resources(&mut self, scope: &Scope<'c>, called: &Called<'c>) {
        let (Some(kind), Some(resources)) = (
            called.args.first().and_then(Value::as_str),
            called.args.get(1),
        ) else {
            return;
        };
        let kind = kind.trim_start_matches("::").to_lowercase();
        if kind != "file" && !self.relevant.contains(kind.as_str()) {
            return;
        }
        let defaults = called.args.get(2).and_then(Value::single);
        for case in &*resources.cases {
            let Data::Hash(entries) = &case.data else {
                continue;
            };
            for (title, attributes) in entries.iter() {
                let own = hash_attributes(attributes.single(), called.at, &case.from);
                let mut all = hash_attributes(defaults, called.at, &[]);
                all.extend(own);
                for title in super::declare::each_title(title) {
                    self.declare(scope, &kind, &title, &all, called.at);
                }
            }
        }
    }
}

/// Whatever a function returns that is not known here.
fn unknown(called: &Called) -> Value {
    Value::unknown(Why::Function(called.name.clone()), Some(called.at))
}

/// The default of a lookup: `hiera(key, default)`,
/// `lookup(key, type, merge, default)`, `lookup(key, {default_value => …})`.
fn default_of(called: &Called) -> Option<Value> {
    let options = |value: &Value| match value.single()? {
        Data::Hash(entries) => entries
            .iter()
            .find(|(key, _)| key.as_str() == Some("default_value"))
            .map(|(_, value)| value.clone()),
        _ => None,
    };
    match called.name.as_str() {
        "lookup" => called
            .args
            .get(3)
            .cloned()
            .or_else(|| called.args.iter().skip(1).find_map(options)),
        _ => called.args.get(1).cloned(),
    }
}

fn hash_attributes(
    data: Option<&Data>,
    at: Span,
    from: &[crate::value::Origin],
) -> Vec<(SmolStr, Value, Span)> {
    let Some(Data::Hash(entries)) = data else {
        return Vec::new();
    };
    let attribute = |(name, value): &(Value, Value)| {
        let name = format_smolstr!("{}", name.as_str()?);
        let mut value = value.clone();
        for origin in from {
            value = value.through(origin);
        }
        Some((name, value, at))
    };
    entries.iter().filter_map(attribute).collect()
}
