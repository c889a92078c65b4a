//! Settings of which the data files decide: what they say is their value, what
//! they leave empty is not there.

use crate::invocation::{Fragment, Presence, Setting, SettingKind};
use crate::link::ca_paths::texts;
use crate::place::{FileId, Span};
use crate::puppet::Rendering;
use crate::value::{Case, Data, Origin, Piece, Text, Unknown, Why};
use smol_str::SmolStr;
use std::collections::{BTreeMap, HashMap};

/// Where else it is decided what a setting says: by the setting's place.
pub(crate) type Said = BTreeMap<Span, Origin>;

/// Gives each setting the value and the presence that the data files decide.
pub(in crate::link) fn settle(fragments: &mut [Fragment], renderings: &[Rendering]) -> Said {
    let by_file: HashMap<FileId, &Rendering> = renderings
        .iter()
        .map(|rendering| (rendering.template, rendering))
        .collect();
    let mut said = Said::new();
    for fragment in fragments {
        let Some(rendering) = by_file.get(&fragment.at.file) else {
            continue;
        };
        for setting in &mut fragment.settings {
            if let Some(origin) = decide(setting, rendering) {
                said.insert(setting.at, origin);
            }
        }
    }
    said
}

fn decide(setting: &mut Setting, rendering: &Rendering) -> Option<Origin> {
    // What is not there where it is empty has no empty value.
    decide_presence(setting, rendering).or_else(|| decide_value(setting, rendering))
}

/// A value that is one whole, whichever file counts, is what it is; an empty one
/// of some files makes the setting conditional.
fn decide_value(setting: &mut Setting, rendering: &Rendering) -> Option<Origin> {
    let alone = lone_hole(&setting.value).and_then(|code| rendering.variables.get(code));
    if let Some(value) = alone {
        let (empty, full): (Vec<_>, Vec<_>) = value
            .cases
            .iter()
            .partition(|case| super::is_nothing(&case.data));
        let origin = |case: &Case| case.from.first().cloned();
        // Servers that nobody has filled in yet are not known.
        let may_be_empty = setting.kind != SettingKind::Endpoint;
        match (empty.first(), full.first()) {
            (Some(case), None) if may_be_empty => {
                setting.value = Text::default();
                return origin(case);
            }
            (Some(case), Some(_)) if setting.kind == SettingKind::Ca => {
                let origin = origin(case)?;
                if setting.presence == Presence::Always {
                    setting.presence =
                        Presence::Conditional(format!("{} is set", origin.what).into());
                }
                return Some(origin);
            }
            _ => {}
        }
    }
    let is_known = |(text, _): &(Text, Span)| text.as_str().is_some();
    let holes = setting
        .value
        .pieces
        .iter()
        .any(|it| matches!(it, Piece::Hole(_)));
    let renderings = std::slice::from_ref(rendering);
    let told = texts(&setting.value, setting.at, rendering.template, renderings);
    match told.as_slice() {
        [(text, at)] if holes && is_known(&told[0]) => {
            let first = first_origin(&setting.value, rendering)?;
            setting.value = text.clone();
            Some(Origin { at: *at, ..first })
        }
        _ => None,
    }
}

/// A condition that is one value of the data holds where that is set.
fn decide_presence(setting: &mut Setting, rendering: &Rendering) -> Option<Origin> {
    let Presence::Conditional(code) = &setting.presence else {
        return None;
    };
    let value = rendering.variables.get(code)?;
    let holds = |data: &Data| {
        let is_false = |text: &Text| matches!(text.as_str(), Some("false" | "False" | "no" | "0"));
        !super::is_nothing(data) && !matches!(data, Data::Text(text) if is_false(text))
    };
    let first_off = value.cases.iter().find(|case| !holds(&case.data));
    match first_off {
        None => {
            setting.presence = Presence::Always;
            None
        }
        Some(case) => case.from.first().cloned(),
    }
}

/// The expression that is the whole of a text.
fn lone_hole(text: &Text) -> Option<&SmolStr> {
    match text.pieces.as_slice() {
        [
            Piece::Hole(Unknown {
                why: Why::Variable(code),
                ..
            }),
        ] => Some(code),
        _ => None,
    }
}

fn first_origin(text: &Text, rendering: &Rendering) -> Option<Origin> {
    let mut codes = text.pieces.iter().filter_map(|piece| match piece {
        Piece::Hole(Unknown {
            why: Why::Variable(code),
            ..
        }) => Some(code),
        _ => None,
    });
    codes.find_map(|code| {
        let value = rendering.variables.get(code)?;
        value.cases.first()?.from.first().cloned()
    })
}
