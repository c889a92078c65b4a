//! A text with a client in it, and what must be found there.

use ca_audit::facts::{Anchor, Role};
use ca_audit::invocation::{Presence, SettingKind};
use ca_audit::knowledge::{Arguments, Consumer};
use ca_audit::tree::Memory;
use ca_audit::{Client, Request, audit};
use std::collections::BTreeSet;

/// What is said of the CA.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Said {
    Missing,
    Explicit,
    Empty,
    CommentedOut,
    Conditional,
}

/// How a row is told where its etcd is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Form {
    Flag,
    Variable,
    Key,
    Argument,
    Call,
    Parameter,
}

/// The forms that a row claims to have.
pub(crate) fn claimed(row: &Consumer) -> BTreeSet<Form> {
    let has_keys = !row.endpoint.keys.is_empty();
    let is_called = !row.calls.is_empty();
    let is_class = !row.classes.is_empty();
    let forms = [
        (Form::Flag, !row.endpoint.flags.is_empty()),
        (Form::Variable, !row.endpoint.env.is_empty()),
        (Form::Key, has_keys && !is_called && !is_class),
        (
            Form::Argument,
            row.arguments != Arguments::None && !has_keys && !is_called,
        ),
        (Form::Call, is_called),
        (Form::Parameter, is_class),
    ];
    let own = forms.into_iter().filter(|(_, is_own)| *is_own);
    own.map(|(form, _)| form).collect()
}

/// A text, and what it says.
pub(crate) struct Case {
    pub(crate) row: &'static Consumer,
    pub(crate) form: Form,
    pub(crate) said: Said,
    pub(crate) path: String,
    pub(crate) text: String,
}

impl Case {
    /// Checks that the client is found, and what is said of its CA.
    pub(crate) fn check(&self) {
        let Self {
            row,
            said,
            path,
            text,
            ..
        } = self;
        let tree = Memory::new().with(path.as_str(), text.as_str());
        let evidence = audit(&tree, &Request::default());
        let program = row.program();
        let of_row = |client: &&Client| client.fragment.consumer.program() == program;
        let clients: Vec<&Client> = evidence.reads(Role::EtcdClient).filter(of_row).collect();
        assert!(
            !clients.is_empty(),
            "{}: {said:?}: no client in {path}\n{text}",
            row.id
        );
        for client in clients {
            let names_a_ca = matches!(client.read.anchor, Anchor::Path { .. });
            let should = matches!(said, Said::Explicit | Said::Conditional);
            assert_eq!(names_a_ca, should, "{}: {said:?} in {path}\n{text}", row.id);
            let mut cas = client.fragment.active(SettingKind::Ca);
            let is_conditional = cas.any(|ca| matches!(ca.presence, Presence::Conditional(_)));
            let should = *said == Said::Conditional;
            assert_eq!(is_conditional, should, "{}: in {path}\n{text}", row.id);
        }
    }
}
