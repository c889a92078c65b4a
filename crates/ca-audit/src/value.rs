//! Values as far as they can be known without running anything.
//!
//! A value is a list of [`Case`]s. One case without a condition is a known
//! value; several are "one of these"; a [`Text`] may have holes; and a case may
//! be unknown, with the reason. So branches, defaults, data layers and
//! functions that return one of a few strings all have the same form, and
//! every case remembers where it came from: that chain is what people need
//! when they ask who wrote a file.

use crate::place::Span;
use smol_str::{SmolStr, format_smolstr};
use std::fmt;
use std::sync::Arc;

/// More alternatives than this are joined into one unknown, so that time and
/// memory stay bounded whatever a repository does.
pub const MAX_CASES: usize = 32;

/// A value: at least one case.
#[derive(Clone, Debug, PartialEq)]
pub struct Value {
    /// What it may be, in the order in which it was found. Shared: values are
    /// copied with every scope and seldom changed.
    pub cases: Arc<[Case]>,
}

/// One thing a value may be.
#[derive(Clone, Debug, PartialEq)]
pub struct Case {
    /// What.
    pub data: Data,
    /// Under which conditions; all of them hold together.
    pub when: Vec<Condition>,
    /// Where it came from, the nearest place first.
    pub from: Vec<Origin>,
}

/// What a case holds.
#[derive(Clone, Debug, PartialEq)]
pub enum Data {
    /// Puppet's `undef`, YAML's null.
    Undef,
    /// Puppet's `default`.
    Default,
    /// A boolean.
    Bool(bool),
    /// An integer.
    Integer(i64),
    /// A floating-point number.
    Float(f64),
    /// A string, perhaps with holes.
    Text(Text),
    /// A list.
    Array(Arc<[Value]>),
    /// A list of any length whose every element looks like this.
    Each(Box<Value>),
    /// A hash, in order of appearance.
    Hash(Arc<[(Value, Value)]>),
    /// A reference to a resource, or a data type: `File['/x']`, `Optional[String]`.
    Reference {
        /// Type name, lower case.
        kind: SmolStr,
        /// Titles of resources, parameters of types.
        titles: Vec<Value>,
    },
    /// A regular expression: `/^web/`, without the slashes.
    Regex(SmolStr),
    /// Not known, and why.
    Unknown(Unknown),
}

/// A string: literal pieces and holes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Text {
    /// In order; two literals never stand side by side.
    pub pieces: Vec<Piece>,
}

/// A piece of a [`Text`].
#[derive(Clone, Debug, PartialEq)]
pub enum Piece {
    /// These very characters.
    Literal(Arc<str>),
    /// Something that cannot be seen.
    Hole(Unknown),
}

/// Why something is not known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unknown {
    /// The cause.
    pub why: Why,
    /// Where it stands.
    pub at: Option<Span>,
}

/// The cause of an [`Unknown`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Why {
    /// A fact of the host: `$facts['fqdn']`.
    Fact(SmolStr),
    /// A function whose source decides, or is not at hand.
    Function(SmolStr),
    /// A data key that no layer in the checkout has.
    HieraKey(SmolStr),
    /// A parameter that no caller in the checkout sets.
    Parameter(SmolStr),
    /// A variable that nobody sets as far as can be seen.
    Variable(SmolStr),
    /// The text of this file of the repository, rendered.
    Rendered(crate::place::FileId),
    /// Code that is not in the tree decides: a declaration of it, in words.
    AbsentCode(SmolStr),
    /// An expression that is not evaluated.
    Expression,
    /// More alternatives than are followed.
    TooMany,
    /// An encrypted value.
    Encrypted,
    /// A value that is marked as sensitive: nobody is shown it.
    Sensitive,
}

/// A condition under which a case holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Condition {
    /// The condition's own text.
    pub at: Span,
    /// Its words, for messages.
    pub text: SmolStr,
    /// Whether it must be true or false.
    pub holds: bool,
    /// The choice of which it names branches, where only one can be taken.
    pub choice: Option<Arc<Choice>>,
}

/// A choice among branches of which only one can be taken: a `case`, a selector, the
/// value of a variable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// Which choice.
    pub of: SmolStr,
    /// The branches that a condition names: it holds if one of them is taken.
    pub branches: Vec<SmolStr>,
}

/// One step of a value's way: where it was given, in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// The place.
    pub at: Span,
    /// What happens there: `hiera key k8s::etcd_hosts`.
    pub what: Arc<str>,
}

impl Value {
    /// A value that is certain.
    pub fn known(data: Data) -> Self {
        Self {
            cases: Arc::new([Case::new(data)]),
        }
    }

    /// A literal string.
    pub fn text(text: impl Into<Arc<str>>) -> Self {
        Self::known(Data::Text(Text::literal(text)))
    }

    /// `undef`.
    pub fn undef() -> Self {
        Self::known(Data::Undef)
    }

    /// Not known.
    pub fn unknown(why: Why, at: Option<Span>) -> Self {
        Self::known(Data::Unknown(Unknown { why, at }))
    }

    /// All of `cases`, each once, or one unknown where there are none or still
    /// too many once those of the same data are one.
    pub fn of(cases: Vec<Case>) -> Self {
        let few = distinct(&cases).or_else(|| joined(&cases));
        drop(cases);
        match few.filter(|few| !few.is_empty()) {
            Some(cases) => Self {
                cases: cases.into(),
            },
            None => Self::unknown(Why::TooMany, None),
        }
    }

    /// The data, where there is just one case.
    pub fn single(&self) -> Option<&Data> {
        match &*self.cases {
            [case] => Some(&case.data),
            _ => None,
        }
    }

    /// The string, where it is known to the last character.
    pub fn as_str(&self) -> Option<&str> {
        match self.single()? {
            Data::Text(text) => text.as_str(),
            _ => None,
        }
    }

    /// Whether any case is (or holds) something unknown.
    pub fn has_unknown(&self) -> bool {
        self.cases.iter().any(|case| match &case.data {
            Data::Unknown(_) => true,
            Data::Text(text) => text.as_str().is_none(),
            _ => false,
        })
    }

    /// Adds a step to every case's way.
    #[must_use]
    pub fn through(mut self, origin: &Origin) -> Self {
        for case in Arc::make_mut(&mut self.cases) {
            if case.from.len() < 16 && case.from.last() != Some(origin) {
                case.from.push(origin.clone());
            }
        }
        self
    }

    /// What stands inside of a value came from where the whole did, unless more is
    /// known.
    #[must_use]
    pub fn inside(mut self, whole: &[Origin]) -> Self {
        if whole.is_empty() || self.cases.iter().all(|case| !case.from.is_empty()) {
            return self;
        }
        for case in Arc::make_mut(&mut self.cases) {
            if case.from.is_empty() {
                case.from = whole.to_vec();
            }
        }
        self
    }

    /// Puts every case under further conditions.
    #[must_use]
    pub fn under(mut self, when: &[Condition]) -> Self {
        if when.is_empty() {
            return self;
        }
        for case in Arc::make_mut(&mut self.cases) {
            for condition in when {
                if !case.when.contains(condition) {
                    case.when.push(condition.clone());
                }
            }
        }
        self
    }

    /// Every case of every value for which `f` gives one.
    #[must_use]
    pub fn flat_map(&self, mut f: impl FnMut(&Case) -> Value) -> Self {
        let mut cases = Vec::new();
        for case in &*self.cases {
            let result = f(case).under(&case.when);
            for new in &*result.cases {
                let mut new = new.clone();
                if new.from.is_empty() {
                    new.from.clone_from(&case.from);
                }
                cases.push(new);
            }
        }
        Self::of(cases)
    }
}

/// Each case once, in order; `None` where there are more than [`MAX_CASES`].
fn distinct(cases: &[Case]) -> Option<Vec<Case>> {
    let mut found: Vec<Case> = Vec::new();
    for case in cases {
        if found.contains(case) {
            continue;
        }
        if found.len() == MAX_CASES {
            return None;
        }
        found.push(case.clone());
    }
    Some(found)
}

/// One case for all of the same data: it holds under the conditions that all of
/// them have, and came from where the first did. `None` where there are more
/// than [`MAX_CASES`].
pub(crate) fn joined(cases: &[Case]) -> Option<Vec<Case>> {
    let mut found: Vec<Case> = Vec::new();
    for case in cases {
        if let Some(same) = found.iter_mut().find(|same| same.data == case.data) {
            same.when.retain(|condition| case.when.contains(condition));
            continue;
        }
        if found.len() == MAX_CASES {
            return None;
        }
        found.push(case.clone());
    }
    Some(found)
}

impl Case {
    /// A case without conditions.
    pub fn new(data: Data) -> Self {
        Self {
            data,
            when: Vec::new(),
            from: Vec::new(),
        }
    }
}

impl Condition {
    /// Whether the two cannot hold together: one says that the same words at the
    /// same place are true, the other that they are not; or they are two branches
    /// of one choice.
    pub fn excludes(&self, other: &Self) -> bool {
        if self.holds != other.holds && self.at == other.at && self.text == other.text {
            return true;
        }
        let (Some(own), Some(others)) = (&self.choice, &other.choice) else {
            return false;
        };
        let has = |branch: &SmolStr| others.branches.contains(branch);
        own.of == others.of
            && match (self.holds, other.holds) {
                (true, true) => !own.branches.iter().any(has),
                (true, false) => own.branches.iter().all(has),
                (false, true) => other.excludes(self),
                (false, false) => false,
            }
    }

    /// The same words about something else, which `of_what` names.
    pub(crate) fn tell_apart(&mut self, of_what: &str) {
        self.text = format_smolstr!("{} ({of_what})", self.text);
        if let Some(choice) = &mut self.choice {
            *choice = Arc::new(Choice {
                of: format_smolstr!("{} ({of_what})", choice.of),
                branches: choice.branches.clone(),
            });
        }
    }

    /// The conditions of both lists, each once; `None` where they exclude each
    /// other.
    pub fn all_of(left: &[Self], right: &[Self]) -> Option<Vec<Self>> {
        if right
            .iter()
            .any(|new| left.iter().any(|old| old.excludes(new)))
        {
            return None;
        }
        let mut all = left.to_vec();
        for condition in right {
            if !all.contains(condition) {
                all.push(condition.clone());
            }
        }
        Some(all)
    }
}

impl Text {
    /// These very characters.
    pub fn literal(text: impl Into<Arc<str>>) -> Self {
        Self {
            pieces: vec![Piece::Literal(text.into())],
        }
    }

    /// One hole.
    pub fn hole(unknown: Unknown) -> Self {
        Self {
            pieces: vec![Piece::Hole(unknown)],
        }
    }

    /// The string, where there is no hole.
    pub fn as_str(&self) -> Option<&str> {
        match self.pieces.as_slice() {
            [] => Some(""),
            [Piece::Literal(text)] => Some(text),
            _ => None,
        }
    }

    /// Appends `other`.
    pub fn push(&mut self, other: &Text) {
        for piece in &other.pieces {
            match (self.pieces.last_mut(), piece) {
                (_, Piece::Literal(right)) if right.is_empty() => {}
                (Some(Piece::Literal(left)), Piece::Literal(right)) => {
                    *left = format!("{left}{right}").into();
                }
                _ => self.pieces.push(piece.clone()),
            }
        }
    }

    /// The literal characters before the first hole.
    pub fn prefix(&self) -> &str {
        match self.pieces.first() {
            Some(Piece::Literal(text)) => text,
            _ => "",
        }
    }

    /// The literal characters after the last hole.
    pub fn suffix(&self) -> &str {
        match self.pieces.last() {
            Some(Piece::Literal(text)) => text,
            _ => "",
        }
    }

    /// Whether the whole may be `string`: the literal pieces stand in it, in their
    /// order.
    pub fn may_be(&self, string: &str) -> bool {
        if let Some(known) = self.as_str() {
            return known == string;
        }
        let rest = string.strip_prefix(self.prefix());
        let Some(mut rest) = rest.and_then(|rest| rest.strip_suffix(self.suffix())) else {
            return false;
        };
        let middle = self.pieces.iter().skip(1);
        for piece in middle.take(self.pieces.len().saturating_sub(2)) {
            if let Piece::Literal(literal) = piece {
                match rest.find(&**literal) {
                    Some(at) => rest = &rest[at + literal.len()..],
                    None => return false,
                }
            }
        }
        true
    }

    /// The first hole.
    pub fn first_hole(&self) -> Option<&Unknown> {
        self.pieces.iter().find_map(|piece| match piece {
            Piece::Hole(unknown) => Some(unknown),
            Piece::Literal(_) => None,
        })
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for piece in &self.pieces {
            match piece {
                Piece::Literal(text) => f.write_str(text)?,
                Piece::Hole(unknown) => write!(f, "${{{unknown}}}")?,
            }
        }
        Ok(())
    }
}

impl fmt::Display for Unknown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.why {
            Why::Fact(name) => write!(f, "fact {name}"),
            Why::Function(name) => write!(f, "{name}()"),
            Why::AbsentCode(declaration) => f.write_str(declaration),
            Why::HieraKey(key) => write!(f, "hiera key {key}"),
            Why::Parameter(name) | Why::Variable(name) => f.write_str(name),
            Why::Rendered(_) => f.write_str("a template"),
            Why::Expression => f.write_str("…"),
            Why::TooMany => f.write_str("one of many"),
            Why::Encrypted => f.write_str("encrypted"),
            Why::Sensitive => f.write_str("sensitive"),
        }
    }
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let not = if self.holds { "" } else { "not " };
        write!(f, "{not}{}", self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::place::FileId;

    fn when(text: &str, holds: bool) -> Condition {
        Condition {
            at: Span::whole(FileId(0)),
            text: text.into(),
            holds,
            choice: None,
        }
    }

    fn case(text: &str, when: Vec<Condition>) -> Case {
        Case {
            when,
            ..Case::new(Data::Text(Text::literal(text)))
        }
    }

    #[test]
    fn equal_cases_are_one_wherever_they_stand() {
        let value = Value::of(vec![
            case("a", vec![]),
            case("b", vec![]),
            case("a", vec![]),
        ]);
        assert_eq!(value.cases.len(), 2);
        // While there is room, each keeps its own condition.
        let value = Value::of(vec![
            case("a", vec![when("$x", true)]),
            case("a", vec![when("$x", false)]),
        ]);
        assert_eq!(value.cases.len(), 2);
    }

    #[test]
    fn branches_of_one_choice_exclude_each_other() {
        let of = |choice: &str, branches: &[&str], holds| Condition {
            choice: Some(Arc::new(Choice {
                of: choice.into(),
                branches: branches.iter().copied().map(SmolStr::from).collect(),
            })),
            ..when(&branches.join(","), holds)
        };
        let a = of("1", &["a"], true);
        assert!(a.excludes(&of("1", &["b"], true)));
        assert!(!a.excludes(&of("2", &["b"], true)));
        assert!(!a.excludes(&a));
        let neither = of("1", &["a", "b"], false);
        assert!(a.excludes(&neither) && neither.excludes(&a));
        assert!(!neither.excludes(&of("1", &["c"], true)));
        assert!(!neither.excludes(&of("1", &["c"], false)));
    }

    #[test]
    fn many_cases_of_few_data_are_these_few() {
        let many = (0..99).map(|number| {
            let conditions = vec![when("$all", true), when(&format!("${number}"), true)];
            case(["a", "b"][number % 2], conditions)
        });
        let value = Value::of(many.collect());
        assert_eq!(value.cases.len(), 2);
        assert_eq!(value.cases[0].when, [when("$all", true)]);
        let many = (0..99).map(|number| case(&number.to_string(), vec![]));
        let unknown = Value::of(many.collect());
        assert_eq!(unknown, Value::unknown(Why::TooMany, None));
    }
}
