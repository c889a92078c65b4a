//! Invocations: which program is started with which settings.
//!
//! Select the program first, then read its settings: a flag's name alone tells
//! nothing (`--endpoints` is a flag of many programs). What selects a program
//! is a *range* of text: a whole file by its name, a command line by its
//! `argv[0]`, a container of a Pod, a document by its kind. What reads settings
//! is one matcher for all of them, over text that may have holes.

mod arguments;
mod blocks;
mod commands;
mod file_names;
mod flat;
mod names;
mod select;
mod structured;
mod url;
mod value;
mod variables;

pub use flat::{Flat, HOLE};
pub use names::may_select;
pub use select::fragments;

use crate::knowledge::Consumer;
use crate::place::Span;
use crate::value::Text;
use smol_str::SmolStr;

/// Settings of one program that stand together.
#[derive(Clone, Debug)]
pub struct Fragment {
    /// The row that was selected.
    pub consumer: &'static Consumer,
    /// What was selected: the command, the container, the document.
    pub at: Span,
    /// What it sets, in order.
    pub settings: Vec<Setting>,
    /// Environment files it reads, as deployed paths.
    pub environment_files: Vec<SmolStr>,
    /// Expressions that stand as arguments of their own and may be any
    /// settings, with their places: `$OPTS` that nobody sets, `<%= @args %>`.
    pub open: Vec<(SmolStr, Span)>,
}

/// A setting.
#[derive(Clone, Debug)]
pub struct Setting {
    /// What it means.
    pub kind: SettingKind,
    /// As written: `--etcd-servers`, `ETCD_ENDPOINTS`, `etcd.external.caFile`.
    pub name: SmolStr,
    /// The name and the value together.
    pub at: Span,
    /// Its value; empty where it has none.
    pub value: Text,
    /// Whether it is there.
    pub presence: Presence,
}

/// What a setting means to the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SettingKind {
    /// Where etcd is.
    Endpoint,
    /// The CA.
    Ca,
    /// A client certificate.
    ClientCertificate,
    /// Do not verify.
    Insecure,
    /// With this the program does not talk to etcd.
    NotEtcd,
    /// Whether TLS is used, whatever the endpoint's scheme.
    TlsSwitch,
    /// Which kind of store the program talks to.
    Store,
    /// The CAs of the program's language or TLS library, from the environment:
    /// `SSL_CERT_FILE`.
    RuntimeCa,
}

/// Whether a setting is there when the program starts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Presence {
    /// Always.
    Always,
    /// Under this condition of a template.
    Conditional(SmolStr),
    /// Only as a comment.
    Commented,
}

impl Fragment {
    /// The settings of `kind` that are not commented out.
    pub fn active(&self, kind: SettingKind) -> impl Iterator<Item = &Setting> {
        let is_active = move |setting: &&Setting| {
            setting.kind == kind && setting.presence != Presence::Commented
        };
        self.settings.iter().filter(is_active)
    }
}
