//! What is known of the host for which a key is looked up.
//!
//! A lookup is the same for everybody: what differs is the [`World`] in which it
//! is made. With the facts of a host there is one world, and what is not among
//! them is undefined, as Puppet has it. Without them a path of a hierarchy that
//! needs one is a [`Question`], and whoever looks up makes a world of each
//! answer (see [`worlds`](super::worlds)).

use super::datum::{Datum, Hash, Key, Kind};
use super::failure::Stop;
use super::key::dig;
use smol_str::SmolStr;
use std::collections::BTreeSet;
use std::fmt;

/// The variables at top scope that a host's facts make.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    top: Hash,
}

/// Something a path depends on, and what may follow from it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// The variable.
    pub variable: SmolStr,
    /// Values of it under which a file is there that may matter.
    pub values: BTreeSet<SmolStr>,
}

/// One thing that is taken for true of a host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Assumption {
    /// The variable has this value.
    Is(SmolStr, SmolStr),
    /// The variable is none of these, if it is defined at all.
    NoneOf(SmolStr, BTreeSet<SmolStr>),
}

/// What a lookup knows of a host.
#[derive(Clone, Debug)]
pub enum World<'w> {
    /// Everything: what is not among the facts is undefined.
    Host(&'w Facts),
    /// Only what is assumed.
    Assumed(&'w [Assumption]),
}

/// What a variable is in a world.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Binding<'w> {
    /// This value; `None` for one that is undefined.
    Known(Option<Datum>),
    /// Nothing is known.
    Open,
    /// Anything but one of these.
    NoneOf(&'w BTreeSet<SmolStr>),
}

impl Facts {
    /// The facts `facts` of the node `node` in `environment`, as
    /// `puppet lookup --node NODE --facts FILE` makes variables of them:
    /// each fact at top scope, all in `$facts`, and `$trusted` from four of them
    /// (`puppet/application/lookup.rb`, `puppet/trusted_external.rb`).
    pub fn new(facts: &Hash, node: &str, environment: &str) -> Self {
        let mut top = facts.clone();
        let own = |name: &str| facts.get(&Key::from(name)).cloned();
        let or_text = |name: &str, text: &str| own(name).unwrap_or_else(|| Datum::text(text));
        let (hostname, domain) = node.split_once('.').unwrap_or((node, ""));
        let trusted: Hash = [
            ("authenticated", Datum::text("local")),
            ("certname", or_text("clientcert", node)),
            ("extensions", Datum::made(Kind::Hash(Hash::new()))),
            ("hostname", or_text("hostname", hostname)),
            ("domain", or_text("domain", domain)),
            ("external", Datum::made(Kind::Hash(Hash::new()))),
        ]
        .into_iter()
        .map(|(name, value)| (Key::from(name), value))
        .collect();
        let mut set = |name: &str, value: Datum| top.insert(Key::from(name), value);
        // What a class at top scope is called.
        for name in ["name", "title"] {
            if facts.get(&Key::from(name)).is_none() {
                set(name, Datum::text("main"));
            }
        }
        set("facts", Datum::made(Kind::Hash(facts.clone())));
        set("trusted", Datum::made(Kind::Hash(trusted)));
        set("server_facts", Datum::made(Kind::Hash(Hash::new())));
        set("environment", Datum::text(environment));
        set("settings::environment", Datum::text(environment));
        Self { top }
    }

    /// A variable of the top scope.
    pub fn variable(&self, name: &str) -> Option<&Datum> {
        self.top.get(&Key::from(name))
    }

    /// The first fact that is this very text.
    pub(super) fn called(&self, text: &str) -> Option<SmolStr> {
        let facts = self.variable("facts")?.as_hash()?;
        let called = facts.iter().find(|(_, value)| value.as_str() == Some(text));
        called.map(|(name, _)| name.name())
    }

    /// Sets a variable of the top scope, as a node classifier would.
    pub fn set(&mut self, name: &str, value: Datum) {
        self.top.insert(Key::from(name), value);
    }
}

impl<'w> World<'w> {
    /// What a variable is: `segments` lead into `root`.
    ///
    /// # Errors
    /// Segments into something that has none.
    pub(super) fn variable(
        &self,
        whole: &str,
        root: &str,
        segments: &[Key],
    ) -> Result<Binding<'w>, Stop> {
        match self {
            Self::Host(facts) => {
                let root = root.strip_prefix("::").unwrap_or(root);
                let Some(value) = facts.variable(root) else {
                    return Ok(Binding::Known(None));
                };
                Ok(Binding::Known(dig(whole, segments, value.clone())?))
            }
            Self::Assumed(assumptions) => Ok(assumed(assumptions, &plain_name(whole))),
        }
    }
}

fn assumed<'w>(assumptions: &'w [Assumption], name: &str) -> Binding<'w> {
    for assumption in assumptions {
        match assumption {
            Assumption::Is(variable, value) if variable == name => {
                return Binding::Known(Some(Datum::text(value)));
            }
            Assumption::NoneOf(variable, values) if variable == name => {
                return Binding::NoneOf(values);
            }
            _ => {}
        }
    }
    Binding::Open
}

/// One name for the ways in which a fact is written: `%{::hostname}`,
/// `%{facts.hostname}`, `%{hostname}`.
pub(super) fn plain_name(name: &str) -> SmolStr {
    let name = name.trim();
    let name = name.strip_prefix("::").unwrap_or(name);
    name.strip_prefix("facts.").unwrap_or(name).into()
}

impl fmt::Display for Assumption {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Is(variable, value) => write!(f, "{variable} == '{value}'"),
            Self::NoneOf(variable, values) => {
                let values: Vec<String> = values.iter().map(|it| format!("'{it}'")).collect();
                write!(f, "!({variable} in [{}])", values.join(", "))
            }
        }
    }
}
