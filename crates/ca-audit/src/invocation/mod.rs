//! Invocations: which program is started with which settings.
//!
//! Select the program first, then read its settings: a flag's name alone tells
//! nothing (`--endpoints` is a flag of many programs). What selects a program
//! is a *range* of text: a whole file by its name, a command line by its
//! `argv[0]`, a container of a Pod, a document by its kind. What reads settings
//! is one matcher for all of them, over text that may have holes.

mod arguments;
mod blocks;
pub(crate) mod carriers;
mod commands;
mod embedded;
mod file_names;
mod flat;
mod names;
mod puppet_files;
mod puppet_hash;
mod puppet_parameters;
mod puppet_value;
mod query;
mod room;
mod select;
mod shell_files;
mod structured;
mod unread;
mod url;
mod value;
mod variables;

pub use flat::{Flat, HOLE};
pub(crate) use names::kinds;
pub use names::may_select;
pub use room::Room;
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
    /// Where it takes variables from besides.
    pub environment_files: Vec<EnvironmentFile>,
    /// Expressions that stand as arguments of their own and may be any
    /// settings, with their places: `$OPTS` that nobody sets, `<%= @args %>`.
    pub open: Vec<(SmolStr, Span)>,
}

/// Where a program takes variables from that do not stand beside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EnvironmentFile {
    /// A file at this path of the host: `EnvironmentFile=` of a unit.
    Deployed(SmolStr),
    /// A file at this path from the folder of the file that names it:
    /// `env_file` of Compose.
    Beside(SmolStr),
    /// The object of Kubernetes of this name: `envFrom` of a container.
    Object(SmolStr),
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
    /// How it may be changed, where the layout around it is understood.
    pub editable: Option<Editable>,
}

/// Places by which a setting may be changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Editable {
    /// The name alone, without the quotes around it.
    pub name_at: Span,
    /// Beside an endpoint: where a further setting has room. Of a CA without a
    /// value: where the value goes.
    pub room: Option<Room>,
}

/// What a setting means to the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SettingKind {
    /// Where etcd is.
    Endpoint,
    /// The CA.
    Ca,
    /// A CA under a name that the program does not read.
    UnreadCa,
    /// A client certificate.
    ClientCertificate,
    /// The key of the client certificate.
    ClientKey,
    /// Do not verify; of a server: make a certificate on the spot.
    Insecure,
    /// Turns TLS on or off, whatever the endpoint says.
    TlsSwitch,
    /// Without this a CA is not used.
    Required,
    /// A server asks its clients for certificates.
    ClientAuthentication,
    /// Which of several interfaces the program has.
    Interface,
    /// With this the program does not talk to etcd.
    NotEtcd,
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
