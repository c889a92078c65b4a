//! What the writes of CA files hang on and cannot be seen, as gaps.

use crate::evidence::Evidence;
use crate::facts::{Gap, Reason};
use crate::link::managed::{ManagedCa, SourceEnd};
use crate::value::{Piece, Unknown, Why};

/// One gap for each unknown in a managed CA's path or source.
pub(super) fn gaps(evidence: &Evidence) -> Vec<Gap> {
    evidence.managed_cas().iter().flat_map(of_managed).collect()
}

fn of_managed(managed: &ManagedCa) -> Vec<Gap> {
    let path = &managed.write.path;
    let mut unknowns: Vec<&Unknown> = holes(&path.pieces).collect();
    for source in &managed.sources {
        match &source.end {
            SourceEnd::Unknown(unknown) => unknowns.push(unknown),
            SourceEnd::SameHost(text) | SourceEnd::Elsewhere(text) => {
                unknowns.extend(holes(&text.pieces));
            }
            SourceEnd::Repository(_) | SourceEnd::Inline(_) => {}
        }
    }
    let gap = |unknown: &&Unknown| Gap {
        reason: reason(&unknown.why),
        message: format!(
            "what Puppet writes to {path} depends on {unknown}, which cannot be seen{}",
            remedy(&unknown.why)
        ),
        at: unknown.at.unwrap_or_else(|| managed.write.declared_at()),
    };
    unknowns.iter().map(gap).collect()
}

/// What would let it be seen.
fn remedy(why: &Why) -> &'static str {
    match why {
        Why::Function(_) => "; the configuration can say what it returns",
        _ => "",
    }
}

fn holes(pieces: &[Piece]) -> impl Iterator<Item = &Unknown> {
    pieces.iter().filter_map(|piece| match piece {
        Piece::Hole(unknown) => Some(unknown),
        Piece::Literal(_) => None,
    })
}

/// The kind of gap that a cause makes.
pub(super) fn reason(why: &Why) -> Reason {
    match why {
        Why::Fact(_) => Reason::UnknownFact,
        Why::Function(_) => Reason::UnknownFunction,
        Why::HieraKey(_) => Reason::MissingHieraKey,
        Why::Encrypted => Reason::Encrypted,
        Why::AbsentCode(_) => Reason::MissingDefinition,
        Why::TooMany => Reason::TooMany,
        Why::Parameter(_)
        | Why::Variable(_)
        | Why::Rendered(_)
        | Why::Expression
        | Why::Sensitive => Reason::UnknownValue,
    }
}
