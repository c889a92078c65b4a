//! Functions of the Puppet language: `function mymodule::f($x) { … }`.

use super::evaluate::{Evaluator, MAX_NESTING};
use super::scope::Scope;
use crate::place::Span;
use crate::value::{Data, Value, Why};
use std::rc::Rc;

impl<'c> Evaluator<'c> {
    /// What the function `name` gives for `args`.
    pub(super) fn puppet_function(
        &mut self,
        caller: &Scope<'c>,
        name: &str,
        args: &[Value],
        at: Span,
    ) -> Value {
        let unknown = || Value::unknown(Why::Function(name.into()), Some(at));
        let Some((manifest, function)) = self.code.puppet_function(name) else {
            return unknown();
        };
        if self.calls >= MAX_NESTING {
            return unknown();
        }
        let mut scope = Scope::new(manifest, Rc::clone(&caller.chain));
        scope.when.clone_from(&caller.when);
        scope.defaults = Rc::clone(&caller.defaults);
        scope.tags = Rc::clone(&caller.tags);
        self.calls += 1;
        for (index, param) in function.params.iter().enumerate() {
            let value = match (args.get(index), &param.default) {
                (Some(_), _) if param.splat => Value::known(Data::Array(args[index..].into())),
                (Some(value), _) => value.clone(),
                (None, Some(default)) => self.expr(&mut scope, default),
                (None, None) if param.splat => Value::known(Data::Array([].into())),
                (None, None) => unknown(),
            };
            scope.set(param.name.clone(), value);
        }
        let last = self.body(&mut scope, &function.body);
        self.calls -= 1;
        let mut cases = std::mem::take(&mut scope.returned);
        if scope.left.is_none() {
            cases.extend(last.cases.iter().cloned());
        }
        // What holds where it is called need not be said of what it gives.
        for case in &mut cases {
            case.when
                .retain(|condition| !caller.when.contains(condition));
        }
        if cases.is_empty() {
            return unknown();
        }
        Value::of(cases)
    }
}
