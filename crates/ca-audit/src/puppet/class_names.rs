//! Classes that are declared by a name with something open in it:
//! `class { "ntp::install::${facts['os']['name']}": … }`.

use super::declare::each_title;
use super::evaluate::Evaluator;
use crate::place::Span;
use crate::value::{Case, Condition, Data, MAX_CASES, Origin, Text, Value};
use smol_str::{SmolStr, format_smolstr};

impl Evaluator<'_> {
    /// Names of classes without anything open: each class at hand that such a
    /// name may mean, with the condition that it does. A name that may mean any
    /// class, none, or more than [`MAX_CASES`] stays as it is.
    pub(super) fn classes_named(&self, names: &Value, at: Span) -> Value {
        let cases = each_title(names);
        let is_open =
            |case: &Case| matches!(&case.data, Data::Text(text) if text.as_str().is_none());
        if !cases.iter().any(is_open) {
            return names.clone();
        }
        let named = cases.into_iter().flat_map(|case| match &case.data {
            Data::Text(text) if text.as_str().is_none() => {
                let classes = self.classes_like(text);
                if classes.is_empty() {
                    return vec![case];
                }
                let class = |name: &SmolStr| class(name, &case, at);
                classes.iter().map(class).collect()
            }
            _ => vec![case],
        });
        Value::of(named.collect())
    }

    fn classes_like(&self, name: &Text) -> Vec<SmolStr> {
        let module = name.prefix().trim_start_matches("::");
        let Some(relevant) = self.relevant.filter(|_| module.contains("::")) else {
            return Vec::new();
        };
        let mut name = name.clone();
        if let Some(first) = name.pieces.first_mut() {
            *first = crate::value::Piece::Literal(module.into());
        }
        let below = relevant.range(SmolStr::from(module)..);
        let below = below.take_while(|class| class.starts_with(module));
        let fitting = below.filter(|class| name.may_be(class) && self.class(class).is_some());
        let found: Vec<SmolStr> = fitting.take(MAX_CASES + 1).cloned().collect();
        if found.len() > MAX_CASES {
            return Vec::new();
        }
        found
    }
}

fn class(name: &SmolStr, open: &Case, at: Span) -> Case {
    let mut when = open.when.clone();
    when.push(Condition {
        at,
        text: format_smolstr!("the class is {name}"),
        holds: true,
        choice: None,
    });
    let from: Vec<Origin> = open.from.clone();
    let data = Data::Text(Text::literal(name.as_str()));
    Case { data, when, from }
}

#[cfg(test)]
mod tests {
    use crate::tree::Memory;
    use crate::{Request, audit};

    #[test]
    fn a_class_by_the_hosts_system_gets_what_it_is_given() {
        let init = "class ldap($ca = '') {\n  class { \"ldap::install::${::system}\":\n    ca => $ca,\n  }\n}\n";
        let install = |system: &str| {
            format!(
                "class ldap::install::{system}($ca = '') {{\n  file {{ '/etc/ldap/{system}.pem': content => $ca }}\n}}\n"
            )
        };
        let tree = Memory::new()
            .with("hieradata/common.yaml", "ldap::ca: a certificate\n")
            .with("modules/ldap/manifests/init.pp", init)
            .with(
                "modules/ldap/manifests/install/debian.pp",
                install("debian"),
            )
            .with(
                "modules/ldap/manifests/install/centos.pp",
                install("centos"),
            )
            .with("modules/ldap/manifests/other.pp", "class ldap::other { file { '/etc/ldap/ca.pem': content => '' } class { 'ldap': } }");
        let evidence = audit(&tree, &Request::default());
        let written = |path: &str| {
            let writes = evidence.writes.iter();
            let mut given = writes.filter(|write| write.path.as_str() == Some(path));
            given.any(|write| format!("{:?}", write.content).contains("a certificate"))
        };
        assert!(written("/etc/ldap/debian.pem"));
        assert!(written("/etc/ldap/centos.pem"));
    }
}
