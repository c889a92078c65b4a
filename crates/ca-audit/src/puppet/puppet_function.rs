//! Functions of the Puppet language: `function mymodule::f($x) { … }`.

use super::evaluate::{Evaluator, MAX_NESTING};
use super::scope::Scope;
use crate::place::{FileId, Span};
use crate::value::{Case, Condition, Data, Value, Why};
use smol_str::format_smolstr;
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
        Value::of(told_apart(cases, manifest.file, name, args))
    }
}

/// A condition in a function is another one for other arguments, though its
/// words are the same: it says for which.
fn told_apart(mut cases: Vec<Case>, file: FileId, name: &str, args: &[Value]) -> Vec<Case> {
    const MOST: usize = 80;
    let inside = |condition: &&mut Condition| condition.at.file == file;
    let args: Vec<String> = args.iter().map(shown).collect();
    let call: String = format!("{name}({})", args.join(", "))
        .chars()
        .take(MOST)
        .collect();
    for condition in cases
        .iter_mut()
        .flat_map(|case| &mut case.when)
        .filter(inside)
    {
        if !args.is_empty() {
            condition.tell_apart(&format_smolstr!("in {call}"));
        }
    }
    cases
}

fn shown(value: &Value) -> String {
    let case = |case: &Case| match &case.data {
        Data::Text(text) => format!("'{text}'"),
        Data::Unknown(unknown) => unknown.to_string(),
        Data::Undef => "undef".to_owned(),
        Data::Bool(known) => known.to_string(),
        Data::Integer(known) => known.to_string(),
        _ => "…".to_owned(),
    };
    let cases: Vec<String> = value.cases.iter().map(case).collect();
    cases.join(" or ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::Content;
    use crate::tree::Memory;
    use crate::{Request, audit};

    #[test]
    fn each_call_has_conditions_of_its_own() {
        let code = "\
class tls {
  $one = tls::pick($facts['a'])
  $two = tls::pick($facts['b'])
  file { '/etc/ssl/certs/ca.pem': source => \"puppet:///modules/tls/${one}/${two}/ca.pem\" }
}
";
        let function = "function tls::pick($fact) {\n  if $fact { 'x' } else { 'y' }\n}\n";
        let tree = Memory::new()
            .with("modules/tls/manifests/init.pp", code)
            .with("modules/tls/functions/pick.pp", function);
        let evidence = audit(&tree, &Request::default());
        let Content::Copy(sources) = &evidence.writes[0].content else {
            panic!("{:?}", evidence.writes);
        };
        let text = |case: &Case| match &case.data {
            Data::Text(text) => text.to_string(),
            other => panic!("{other:?}"),
        };
        let mut shown: Vec<String> = sources[0].cases.iter().map(text).collect();
        shown.sort();
        let url = |both| format!("puppet:///modules/tls/{both}/ca.pem");
        assert_eq!(shown, ["x/x", "x/y", "y/x", "y/y"].map(url));
    }
}
