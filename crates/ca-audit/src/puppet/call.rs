//! Calls: of functions that decide paths and contents, and of lambdas.

use super::catalog::Attributes;
use super::evaluate::{Evaluator, origin};
use super::iterate::Iteration;
use super::scope::{Left, Scope};
use super::writers::is_written;
use super::{functions, ruby};
use crate::facts::{Gap, Reason};
use crate::hiera::Datum;
use crate::place::Span;
use crate::value::{Case, Data, Text, Unknown, Value, Why};
use puppet_syntax::ast::{Call, Expr, ExprKind, Lambda, MethodCall, ResourceForm};
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
            "lookup" | "hiera" | "hiera_array" | "hiera_hash" => self.lookup(scope, called),
            "create_resources" | "ensure_resource" | "ensure_resources" => {
                self.create_resources(scope, called);
                Value::undef()
            }
            "include" | "contain" | "require" => {
                self.include_all(scope, &called.args, called.at);
                Value::undef()
            }
            "hiera_include" => {
                let classes = self.lookup(scope, called);
                self.include_all(scope, &[classes], called.at);
                Value::undef()
            }
            "realize" => {
                self.realize(scope, &called.args);
                Value::undef()
            }
            "defined" => self.defined(scope, called),
            "fail" | "return" | "next" | "break" => self.leave(scope, called),
            "getvar" => self.getvar(scope, called),
            "notice" | "info" | "debug" | "warning" | "err" | "tag" => Value::undef(),
            _ => self.function(scope, called),
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

    /// A function of the project's own, else one of Puppet's or stdlib's.
    fn function(&mut self, scope: &mut Scope<'c>, called: &Called<'c>) -> Value {
        let name = called.name.trim_start_matches("::");
        if let Some(values) = self.code.model(name) {
            return modelled(values, called);
        }
        if self.code.puppet_function(name).is_some() {
            return self.puppet_function(scope, name, &called.args, called.at);
        }
        match functions::apply(name, &called.args, called.at) {
            Some(value) if called.lambda.is_none() => value,
            Some(_) => unknown(called),
            None => self.ruby_function(scope, called),
        }
    }

    /// `include a, b`
    fn include_all(&mut self, scope: &mut Scope<'c>, args: &[Value], at: Span) {
        // Without a host, every class is looked at by itself.
        if self.host.is_none() {
            return;
        }
        for class in args.iter().flat_map(super::declare::each_title) {
            let outside = scope.when.len();
            scope.when.extend(class.when.iter().cloned());
            match &class.data {
                Data::Text(text) => {
                    if let Some(name) = text.as_str() {
                        self.include(scope, &name.to_lowercase(), at);
                    } else {
                        self.has_unseen_classes = true;
                        self.outcome.gaps.push(unknown_class(text.first_hole(), at));
                    }
                }
                Data::Reference { .. } => {
                    let reference = Value::of(vec![class.clone()]);
                    for (_, name) in super::collect::references(&reference) {
                        self.include(scope, &name.to_lowercase(), at);
                    }
                }
                _ => {}
            }
            scope.when.truncate(outside);
        }
    }

    /// `defined(File['x'])`, `defined('a::b')`, `defined('$x')`
    fn defined(&mut self, scope: &mut Scope<'c>, called: &Called<'c>) -> Value {
        let unknown = Value::unknown(Why::Function("defined".into()), Some(called.at));
        if self.host.is_none() {
            return unknown;
        }
        let mut is_known = true;
        for arg in &called.args {
            let references = super::collect::references(arg);
            let is_defined = match arg.as_str() {
                Some(name) => match name.strip_prefix('$') {
                    Some(variable) => {
                        let value = self.variable(scope, &variable.into(), called.at);
                        value.single() != Some(&Data::Undef)
                    }
                    None => self.code.definition(&name.to_lowercase()).is_some(),
                },
                None if references.is_empty() => {
                    is_known = false;
                    false
                }
                None => references.iter().any(|(kind, title)| match &**kind {
                    "class" => self.classes.contains_key(&**title),
                    _ => self.catalog.has(kind, title),
                }),
            };
            if is_defined {
                return Value::known(Data::Bool(true));
            }
        }
        if is_known {
            Value::known(Data::Bool(false))
        } else {
            unknown
        }
    }

    /// `fail('…')`, `return(x)`, `next(x)`, `break()`
    fn leave(&mut self, scope: &mut Scope<'c>, called: &Called<'c>) -> Value {
        let value = called.args.first().cloned().unwrap_or_else(Value::undef);
        let left = match &*called.name {
            "return" => Left::Body,
            "next" => Left::Turn,
            "break" => Left::Iteration,
            // A class that is looked at by itself lacks what its callers give:
            // that it would fail does not say that it fails.
            _ if self.host.is_none() && scope.when.is_empty() => return Value::undef(),
            _ => Left::Catalog,
        };
        if matches!(left, Left::Body | Left::Turn) {
            let value = value.clone().under(&scope.when);
            scope.returned.extend(value.cases.iter().cloned());
        }
        scope.left = Some(left);
        value
    }

    /// Every value that the key has in any layer, and the default.
    fn lookup(&mut self, scope: &mut Scope<'c>, called: &Called<'c>) -> Value {
        self.publish(scope);
        let named = option(called, "name");
        let keys = named.as_ref().or(called.args.first());
        let keys = keys.map(super::declare::each_title);
        let keys: Vec<String> = keys
            .into_iter()
            .flatten()
            .filter_map(|key| match key.data {
                Data::Text(text) => text.as_str().map(str::to_owned),
                _ => None,
            })
            .collect();
        let Some(first) = keys.first() else {
            return unknown(called);
        };
        if let Some(over) = keys.iter().find_map(|key| of_hash(called, "override", key)) {
            return over;
        }
        let merge = merge_of(called);
        // Of several keys the first that is there counts.
        let mut cases = Vec::new();
        for key in &keys {
            let found = self.find(key, merge.as_ref());
            cases.extend(found.cases);
            if found.is_certain {
                return Value::of(cases);
            }
        }
        let default = self.default_of(scope, called);
        if cases.is_empty() && !(default.is_some() && self.host.is_some()) {
            // The key may stand in data that is not in the checkout.
            let why = Why::HieraKey(first.as_str().into());
            cases.push(Case::new(Data::Unknown(Unknown {
                why,
                at: Some(called.at),
            })));
        }
        cases.extend(
            default
                .iter()
                .flat_map(|default| default.cases.iter().cloned()),
        );
        Value::of(cases)
    }

    /// The default of a lookup: `hiera(key, default)`,
    /// `lookup(key, type, merge, default)`, `lookup(key, {default_value => …})`,
    /// `lookup(key) |$key| { … }`.
    fn default_of(&mut self, scope: &mut Scope<'c>, called: &Called<'c>) -> Option<Value> {
        if let Some(lambda) = called.lambda {
            let key = called.args.first()?.clone();
            return Some(self.run(scope, lambda, &[key]));
        }
        match called.name.as_str() {
            "lookup" => called
                .args
                .get(3)
                .cloned()
                .or_else(|| option(called, "default_value"))
                .or_else(|| {
                    let key = called.args.first().and_then(Value::as_str)?;
                    of_hash(called, "default_values_hash", key)
                }),
            _ => called.args.get(1).cloned(),
        }
    }

    /// A function of the project's own, in Ruby: the paths it may return.
    fn ruby_function(&mut self, scope: &Scope<'c>, called: &Called<'c>) -> Value {
        let name = called.name.rsplit("::").next().unwrap_or_default();
        if let Some(value) = self.run_ruby(scope, name, &called.args) {
            return value;
        }
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

    /// `create_resources(type, hash, defaults)`,
    /// `ensure_resource(type, titles, attributes)`,
    /// `ensure_resources(type, hash, attributes)`
    fn create_resources(&mut self, scope: &Scope<'c>, called: &Called<'c>) {
        let (Some(kind), Some(resources)) = (
            called.args.first().and_then(Value::as_str),
            called.args.get(1),
        ) else {
            return;
        };
        let form = match kind.bytes().take_while(|byte| *byte == b'@').count() {
            0 => ResourceForm::Regular,
            1 => ResourceForm::Virtual,
            _ => ResourceForm::Exported,
        };
        let kind = kind.trim_start_matches(['@', ':']).to_lowercase();
        if kind != "class" && !self.matters(&kind) && !self.is_elsewhere(&kind) {
            return;
        }
        let shared = hash_attributes(called.args.get(2).and_then(Value::single), called.at, &[]);
        for case in &*resources.cases {
            let mut declare = |title: &Value, own: Attributes| {
                let mut all = shared.clone();
                all.extend(own);
                for mut title in super::declare::each_title(title) {
                    let further = case.when.iter().filter(|it| !title.when.contains(it));
                    let further: Vec<_> = further.cloned().collect();
                    title.when.extend(further);
                    let is_there = called.name.starts_with("ensure_resource")
                        && self.host.is_some()
                        && matches!(&title.data, Data::Text(text)
                            if text.as_str().is_some_and(|it| self.catalog.has(&kind, it)));
                    if is_there {
                        continue;
                    }
                    self.declare(scope, &kind, form, title, &all, called.at);
                }
            };
            match &case.data {
                Data::Hash(entries) => {
                    for (title, attributes) in entries.iter() {
                        let own = hash_attributes(attributes.single(), called.at, &case.from);
                        declare(&placed(title, attributes), own);
                    }
                }
                Data::Text(_) | Data::Array(_) | Data::Each(_)
                    if called.name == "ensure_resource" =>
                {
                    declare(&Value::of(vec![case.clone()]), Attributes::new());
                }
                // Any number of them, each with whatever it is given.
                Data::Unknown(_) if !is_written(&kind) && kind != "class" => {
                    let any = vec![super::declare::anything(called.at)];
                    declare(&Value::of(vec![case.clone()]), any);
                }
                _ => {}
            }
        }
    }
}

/// A title, which stands where its attributes do.
fn placed(title: &Value, attributes: &Value) -> Value {
    match &*attributes.cases {
        [case] => title.clone().inside(&case.from),
        _ => title.clone(),
    }
}

/// Whatever a function returns that is not known here.
fn unknown(called: &Called) -> Value {
    Value::unknown(Why::Function(called.name.clone()), Some(called.at))
}

/// How a lookup is merged: by its third argument, an option, or its own name.
fn merge_of(called: &Called) -> Option<Datum> {
    match called.name.as_str() {
        "hiera_array" | "hiera_include" => Some(Datum::text("unique")),
        "hiera_hash" => Some(Datum::text("hash")),
        "lookup" => {
            let merge = called.args.get(2).cloned();
            let merge = merge.or_else(|| option(called, "merge"))?;
            Datum::of_value(&merge).filter(Datum::is_truthy)
        }
        _ => None,
    }
}

/// An option of a lookup that is given in a hash.
fn option(called: &Called, name: &str) -> Option<Value> {
    let of = |value: &Value| match value.single()? {
        Data::Hash(entries) => entries
            .iter()
            .find(|(key, _)| key.as_str() == Some(name))
            .map(|(_, value)| value.clone()),
        _ => None,
    };
    called.args.iter().find_map(of)
}

/// What an option that is a hash says of a key.
fn of_hash(called: &Called, name: &str, key: &str) -> Option<Value> {
    let hash = option(called, name)?;
    let Data::Hash(entries) = hash.single()? else {
        return None;
    };
    let entry = entries.iter().find(|(own, _)| own.as_str() == Some(key))?;
    Some(entry.1.clone())
}

/// One of the values that the configuration says.
fn modelled(values: &[Value], called: &Called<'_>) -> Value {
    let what = format!("{}() returns it, says the configuration", called.name);
    let step = origin(called.at, what.as_str());
    let values = values.iter().map(|value| value.clone().through(&step));
    Value::of(values.flat_map(|value| value.cases.to_vec()).collect())
}

fn unknown_class(hole: Option<&Unknown>, at: Span) -> Gap {
    let why = hole.map_or_else(|| "…".into(), ToString::to_string);
    Gap {
        reason: Reason::UnknownValue,
        message: format!("a class is included whose name depends on {why}"),
        at,
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
