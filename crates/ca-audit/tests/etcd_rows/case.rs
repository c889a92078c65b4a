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
    /// Whether the client is found, and what is said of its CA.
    ///
    /// # Errors
    ///
    /// What is wrong, with the text.
    pub(crate) fn check(&self) -> Result<(), String> {
        let tree = Memory::new().with(self.path.as_str(), self.text.as_str());
        let evidence = audit(&tree, &Request::default());
        let program = self.row.program();
        let of_row = |client: &&Client| client.fragment.consumer.program() == program;
        let clients: Vec<&Client> = evidence.reads(Role::EtcdClient).filter(of_row).collect();
        if clients.is_empty() {
            return Err(self.wrong("no client"));
        }
        for client in clients {
            let names_a_ca = matches!(client.read.anchor, Anchor::Path { .. });
            if names_a_ca != matches!(self.said, Said::Explicit | Said::Conditional) {
                return Err(self.wrong(if names_a_ca {
                    "names a CA"
                } else {
                    "names no CA"
                }));
            }
            let mut cas = client.fragment.active(SettingKind::Ca);
            let is_conditional = cas.any(|ca| matches!(ca.presence, Presence::Conditional(_)));
            if is_conditional != (self.said == Said::Conditional) {
                return Err(self.wrong("the condition"));
            }
        }
        Ok(())
    }

    fn wrong(&self, what: &str) -> String {
        let Self {
            row,
            form,
            said,
            path,
            text,
        } = self;
        format!("{}, {form:?}, {said:?}: {what} in {path}\n{text}", row.id)
    }
}

/// Checks all, and tells of the first few that are wrong.
pub(crate) fn check_all(cases: &[Case]) {
    let wrong: Vec<String> = cases.iter().filter_map(|case| case.check().err()).collect();
    assert!(
        wrong.is_empty(),
        "{} of {} are wrong:\n{}",
        wrong.len(),
        cases.len(),
        wrong[..wrong.len().min(12)].join("\n")
    );
}
