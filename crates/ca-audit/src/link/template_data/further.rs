//! Settings that stand in a data file as a whole: `{{ toYaml .Values.extraArgs }}`
//! among the arguments of a container is what the values list there.

use crate::invocation::{Fragment, Presence, Setting, SettingKind, kinds};
use crate::knowledge::Consumer;
use crate::place::Span;
use crate::puppet::Rendering;
use crate::value::{Case, Data, Text, Value};
use smol_str::{SmolStr, format_smolstr};
use std::collections::HashMap;

/// More settings than this of one expression are not read.
const MAX_SETTINGS: usize = 64;

/// Gives each fragment the settings that its open expressions stand for. A key
/// of the data that no template takes in is none.
pub(in crate::link) fn extend(fragments: &mut [Fragment], renderings: &[Rendering]) {
    let by_file: HashMap<_, _> = renderings.iter().map(|it| (it.template, it)).collect();
    for fragment in fragments {
        let Some(rendering) = by_file.get(&fragment.at.file) else {
            continue;
        };
        let mut further = Vec::new();
        for (code, _) in &fragment.open {
            let value = rendering.variables.get(code);
            let cases = value.iter().flat_map(|value| value.cases.iter());
            for case in cases {
                let presence = presence(case);
                let mut words = Words {
                    row: fragment.consumer,
                    presence,
                    found: Vec::new(),
                    flag: None,
                };
                let at = case.from.first().map(|origin| origin.at);
                words.data(&case.data, at, 0);
                further.extend(words.found);
            }
        }
        further.truncate(MAX_SETTINGS);
        fragment.settings.extend(further);
    }
}

/// What only some data files say is there with these only.
fn presence(case: &Case) -> Presence {
    match case.when.first() {
        Some(condition) => Presence::Conditional(condition.text.clone()),
        None => Presence::Always,
    }
}

/// Reads the words of arguments and the entries of an environment.
struct Words {
    row: &'static Consumer,
    presence: Presence,
    found: Vec<Setting>,
    /// A flag whose value is the next word.
    flag: Option<(SettingKind, SmolStr, Span)>,
}

impl Words {
    fn data(&mut self, data: &Data, at: Option<Span>, depth: usize) {
        if depth > 2 || self.found.len() > MAX_SETTINGS {
            return;
        }
        match (data, at) {
            (Data::Text(text), Some(at)) => self.text(text, at),
            (Data::Array(items), _) => {
                for item in items.iter() {
                    self.value(item, at, depth);
                }
            }
            (Data::Hash(entries), _) => self.entries(entries, at, depth),
            _ => {}
        }
    }

    fn value(&mut self, value: &Value, at: Option<Span>, depth: usize) {
        for case in &*value.cases {
            let at = case.from.first().map(|origin| origin.at).or(at);
            self.data(&case.data, at, depth + 1);
        }
    }

    fn text(&mut self, text: &Text, at: Span) {
        let Some(known) = text.as_str() else {
            return;
        };
        for word in known.split_whitespace() {
            if let Some((kind, name, place)) = self.flag.take()
                && !word.starts_with('-')
            {
                self.add(kind, name, Text::literal(word), place);
                continue;
            }
            let bare = word.trim_start_matches('-');
            if bare.len() == word.len() {
                continue;
            }
            let (flag, value) = bare.split_once('=').map_or((bare, None), |(flag, value)| {
                (flag, Some(value.trim_matches(['"', '\''])))
            });
            let Some(kind) = kind_of(self.row, flag) else {
                continue;
            };
            let name = format_smolstr!("{}{flag}", &word[..word.len() - bare.len()]);
            match value {
                Some("") => self.add(kind, name, Text::default(), at),
                Some(value) => self.add(kind, name, Text::literal(value), at),
                None => self.flag = Some((kind, name, at)),
            }
        }
    }

    /// `flag: value`, `VARIABLE: value`, or `name: VARIABLE` beside `value: …`.
    fn entries(&mut self, entries: &[(Value, Value)], at: Option<Span>, depth: usize) {
        let under = |wanted: &str| {
            let mut own = entries.iter();
            own.find(|(key, _)| key.as_str() == Some(wanted))
                .map(|(_, value)| value)
        };
        if let (Some(name), Some(value)) = (under("name"), under("value")) {
            self.entry(name.as_str(), value, at);
            return;
        }
        for (key, value) in entries {
            let is_list = matches!(value.single(), Some(Data::Array(_) | Data::Hash(_)));
            if is_list {
                self.value(value, at, depth);
            } else {
                self.entry(key.as_str(), value, at);
            }
        }
    }

    fn entry(&mut self, name: Option<&str>, value: &Value, at: Option<Span>) {
        let place = value.cases.first().and_then(|case| case.from.first());
        let (Some(name), Some(at)) = (name, place.map(|origin| origin.at).or(at)) else {
            return;
        };
        let Some(kind) = kind_of(self.row, name) else {
            return;
        };
        let text = match value.single() {
            Some(Data::Text(text)) => text.clone(),
            _ => Text::default(),
        };
        let is_flag = name.contains('-') || name.chars().all(|c| c.is_ascii_lowercase());
        let dashes = if is_flag { "--" } else { "" };
        self.add(kind, format_smolstr!("{dashes}{name}"), text, at);
    }

    fn add(&mut self, kind: SettingKind, name: SmolStr, value: Text, at: Span) {
        self.found.push(Setting {
            kind,
            name,
            at,
            value,
            presence: self.presence.clone(),
            editable: None,
        });
    }
}

/// What a flag or a variable means to a program.
fn kind_of(row: &'static Consumer, name: &str) -> Option<SettingKind> {
    let own = kinds(row).into_iter();
    own.filter(|(_, settings)| settings.flags.contains(&name) || settings.env.contains(&name))
        .map(|(kind, _)| kind)
        .next()
}
