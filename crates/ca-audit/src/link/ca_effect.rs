//! Whether a CA that is named for a program has any effect: the rows `[[trap]]`
//! of the knowledge table, as far as they can be seen in settings.

use crate::evidence::{Client, Transport};
use crate::invocation::{Presence, Setting, SettingKind};
use crate::knowledge::{Absent, Consumer, consumers};
use crate::value::Piece;

/// A CA that is named and has no effect; also another setting for TLS that keeps
/// the program from starting ([`DeadCause::Twice`]).
#[derive(Clone, Copy, Debug)]
pub struct DeadCa<'c> {
    /// The setting that names it.
    pub setting: &'c Setting,
    /// Why it has none.
    pub cause: DeadCause<'c>,
}

/// Why a CA has no effect.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum DeadCause<'c> {
    /// No value is given to it.
    Empty,
    /// It stands in a comment.
    Commented,
    /// The program does not read this name. It reads the other one, where one
    /// is known that was meant.
    Unread(Option<&'static str>),
    /// The name is one letter away from this one, which the program reads.
    Misspelt(&'static str),
    /// The name belongs to the program's other interface; in this one
    /// (`VARIABLE=VALUE`) it reads the second.
    OtherInterface(&'static str, &'static str),
    /// The program only takes it together with a client certificate and its
    /// key.
    NoClientCertificate,
    /// The same is said by a variable and by a flag, and the program refuses to
    /// start. This is the other one.
    Twice(&'c Setting),
    /// TLS is switched off, or not switched on; the switch, where one stands.
    SwitchedOff(Option<&'c Setting>),
    /// Nothing tells the program to verify with it.
    NotVerified,
    /// The endpoint is `http`.
    PlainEndpoint,
}

impl Client {
    /// The CA that is named and has no effect; `None` where one has, and where
    /// none is named.
    pub fn dead_ca(&self) -> Option<DeadCa<'_>> {
        if let Some(twice) = self.said_twice() {
            return Some(twice);
        }
        let named = self.effective_cas();
        if named.is_empty() {
            return self.unheeded_ca();
        }
        let setting = named[0];
        let cause = self.dead_by_trap()?;
        Some(DeadCa { setting, cause })
    }

    /// The row of the interface that the program has: the one that it is told
    /// to have, else the one whose names are used, else the newest.
    pub fn row(&self) -> &'static Consumer {
        let own = self.fragment.consumer;
        if own.interface.is_empty() {
            return own;
        }
        let rows = || {
            consumers().filter(|row| {
                !row.interface.is_empty() && row.names.iter().any(|name| own.names.contains(name))
            })
        };
        let told = self.interface();
        let is_told = |row: &&Consumer| told.as_deref() == Some(row.interface);
        let read = |row: &&Consumer| {
            let settings = self.fragment.settings.iter();
            let names = settings.filter(|setting| {
                [&row.endpoint, &row.ca, &row.cert, &row.key]
                    .iter()
                    .any(|names| names.has(&setting.name))
            });
            (names.count(), row.interface)
        };
        rows()
            .find(is_told)
            .or_else(|| rows().max_by_key(read))
            .unwrap_or(own)
    }

    /// What the program does over TLS without a CA, with the other settings
    /// that it has here.
    pub fn without_ca(&self) -> Absent {
        let row = self.row();
        if self.has_certificate() {
            row.absent_with_certificate
        } else {
            row.absent
        }
    }

    /// Whether a client certificate and its key are named.
    fn has_certificate(&self) -> bool {
        let has = |kind| self.fragment.active(kind).any(|setting| !is_empty(setting));
        has(SettingKind::ClientCertificate) && has(SettingKind::ClientKey)
    }

    /// `VARIABLE=VALUE`, where the environment says it.
    fn interface(&self) -> Option<String> {
        let told = self.fragment.active(SettingKind::Interface).last()?;
        Some(format!("{}={}", told.name, told.value.as_str()?))
    }

    /// The settings by which the program takes a CA: those with a value, under
    /// names that it reads.
    fn effective_cas(&self) -> Vec<&Setting> {
        let row = self.row();
        let is_told = row.id != self.fragment.consumer.id
            || self
                .fragment
                .active(SettingKind::Interface)
                .next()
                .is_some();
        let cas = self.fragment.active(SettingKind::Ca);
        cas.filter(|setting| !is_empty(setting) && (!is_told || row.ca.has(&setting.name)))
            .collect()
    }

    /// A CA under a name that is not read, or one that says nothing.
    fn unheeded_ca(&self) -> Option<DeadCa<'_>> {
        let row = self.row();
        let dead = |setting, cause| Some(DeadCa { setting, cause });
        let other = self.fragment.active(SettingKind::Ca);
        if let Some(setting) = other.into_iter().find(|setting| !is_empty(setting)) {
            let meant = in_form_of(row, setting)?;
            return dead(setting, DeadCause::OtherInterface(row.interface, meant));
        }
        let unread = self.fragment.active(SettingKind::UnreadCa);
        if let Some(setting) = unread.into_iter().find(|setting| !is_empty(setting)) {
            let meant = in_form_of(row, setting);
            let is_known = row.dead_ca.has(&setting.name);
            let cause = match meant {
                Some(meant) if !is_known => DeadCause::Misspelt(meant),
                meant => DeadCause::Unread(meant),
            };
            return dead(setting, cause);
        }
        if let Some(setting) = self.fragment.active(SettingKind::Ca).next() {
            return dead(setting, DeadCause::Empty);
        }
        let commented = self.fragment.settings.iter().find(|setting| {
            setting.kind == SettingKind::Ca
                && setting.presence == Presence::Commented
                && !is_empty(setting)
        })?;
        dead(commented, DeadCause::Commented)
    }

    /// A setting that a variable and a flag both give, where the program does not
    /// start with both: the CA before others.
    fn said_twice(&self) -> Option<DeadCa<'_>> {
        if !self.row().traps.contains(&"env-and-flag-conflict") {
            return None;
        }
        let kinds = [
            SettingKind::Ca,
            SettingKind::Endpoint,
            SettingKind::ClientCertificate,
            SettingKind::ClientKey,
        ];
        kinds.into_iter().find_map(|kind| {
            let row = self.row();
            let read = |setting: &&Setting| {
                let names = [&row.ca, &row.endpoint, &row.cert, &row.key];
                !is_empty(setting) && names.iter().any(|names| names.has(&setting.name))
            };
            let given: Vec<&Setting> = self.fragment.active(kind).filter(read).collect();
            let (setting, other) = (*given.first()?, twice(&given)?);
            (setting.presence == Presence::Always).then_some(DeadCa {
                setting,
                cause: DeadCause::Twice(other),
            })
        })
    }

    /// A CA that the program reads and does not use.
    fn dead_by_trap(&self) -> Option<DeadCause<'_>> {
        let has = |trap: &str| self.row().traps.contains(&trap);
        if matches!(self.transport, Transport::Plain) {
            return Some(DeadCause::PlainEndpoint);
        }
        if has("ca-needs-client-cert") && !self.has_certificate() {
            return Some(DeadCause::NoClientCertificate);
        }
        if has("ca-without-verify-switch") {
            let mut required = self.fragment.active(SettingKind::Required);
            return required.next().is_none().then_some(DeadCause::NotVerified);
        }
        if has("tls-switch-off-ignores-ca") {
            let switch = self.fragment.active(SettingKind::TlsSwitch).last();
            let is_off = switch.is_none_or(|switch| switch.value.as_str() == Some("false"));
            return is_off.then_some(DeadCause::SwitchedOff(switch));
        }
        None
    }
}

/// The flag beside the variable, or the other way round.
fn twice<'c>(named: &[&'c Setting]) -> Option<&'c Setting> {
    let first = named.first()?;
    let is_flag = |setting: &Setting| setting.name.starts_with('-');
    named
        .iter()
        .copied()
        .find(|other| is_flag(other) != is_flag(first) && other.presence == Presence::Always)
}

/// The CA's name in the form of `setting`: a flag for a flag. Of several the
/// nearest in letters.
fn in_form_of(row: &Consumer, setting: &Setting) -> Option<&'static str> {
    let name = setting.name.trim_start_matches('-');
    let names = if name.len() < setting.name.len() {
        row.ca.flags
    } else if setting
        .name
        .contains(|c: char| c.is_lowercase() || c == '.')
    {
        row.ca.keys
    } else {
        row.ca.env
    };
    names
        .iter()
        .copied()
        .min_by_key(|known| strsim::osa_distance(known.rsplit('.').next().unwrap_or(known), name))
}

fn is_empty(setting: &Setting) -> bool {
    setting
        .value
        .pieces
        .iter()
        .all(|piece| matches!(piece, Piece::Literal(text) if text.trim().is_empty()))
}
