//! Classes and defined types, entered with their parameters.

use super::catalog::Resource;
use super::code::{Body, Definition};
use super::data_keys::Found;
use super::defaults::Defaults;
use super::evaluate::{Evaluator, MAX_NESTING, Opened, origin};
use super::scope::{Level, Scope, Variables};
use crate::facts::{Gap, Reason, Step};
use crate::place::Span;
use crate::value::{Condition, Data, Value, Why};
use puppet_syntax::ast::Parameter;
use smol_str::{SmolStr, format_smolstr};
use std::rc::Rc;

/// The name of the attribute that stands for all of a hash which is not known.
pub(super) const ANY: &str = "*";

/// A class is entered again under other conditions at most so often.
const MAX_TURNS: u8 = 4;

/// What is known of a class that was entered.
#[derive(Debug)]
pub(super) struct ClassState {
    /// Its variables so far; nothing for one whose evaluation has just begun.
    variables: Option<Rc<Variables>>,
    /// Under which conditions.
    when: Vec<Condition>,
    /// How often.
    turns: u8,
    /// Its resource defaults, which those that inherit from it have, too.
    defaults: Rc<Defaults>,
}

/// Where something is entered from.
pub(super) struct Entrance {
    /// The declarations that led there, outermost first.
    pub chain: Rc<Vec<Step>>,
    /// Under which conditions.
    pub when: Vec<Condition>,
    /// The resource defaults in force.
    pub defaults: Rc<Defaults>,
    /// The tags of what is around it.
    pub tags: Rc<Vec<SmolStr>>,
}

impl Entrance {
    /// From the code of `scope`, through `step`.
    pub(super) fn through(scope: &Scope<'_>, step: Step) -> Self {
        let mut chain = (*scope.chain).clone();
        chain.push(step);
        Self {
            chain: Rc::new(chain),
            when: scope.when.clone(),
            defaults: Rc::clone(&scope.defaults),
            tags: Rc::clone(&scope.tags),
        }
    }
}

impl<'c> Evaluator<'c> {
    /// Includes a class, as `include` does: once, whoever asks.
    pub(super) fn include(&mut self, scope: &Scope<'c>, name: &str, at: Span) {
        let name = name.trim_start_matches("::");
        let is_known = |state: &ClassState| {
            state.turns >= MAX_TURNS || state.when.iter().all(|it| scope.when.contains(it))
        };
        if self.classes.get(name).is_some_and(is_known) || scope.chain.len() >= MAX_NESTING {
            return;
        }
        let Some(definition) = self.class(name) else {
            self.missing_class(name, at);
            return;
        };
        self.publish(scope);
        let step = inclusion(definition, at);
        self.enter_class(
            definition,
            &Variables::new(),
            Entrance::through(scope, step),
        );
    }

    /// The class `name`, if it is in the checkout.
    pub(super) fn class(&self, name: &str) -> Option<Definition<'c>> {
        let definition = self.code.definition(name)?;
        matches!(definition.body, Body::Class(_)).then_some(definition)
    }

    /// The defined type `name`, if it is in the checkout.
    pub(super) fn defined_type(&self, name: &str) -> Option<Definition<'c>> {
        let definition = self.code.definition(name)?;
        matches!(definition.body, Body::Define(_)).then_some(definition)
    }

    /// Notes that a class is not at hand, where that is a gap: without a host,
    /// everything that is not there is somebody else's.
    fn missing_class(&mut self, name: &str, at: Span) {
        if self.host.is_none() {
            return;
        }
        let gap = Gap {
            reason: Reason::MissingDefinition,
            message: format!("the class {name} is not in this tree: what it does is not known"),
            at,
        };
        self.has_unseen_classes = true;
        self.outcome.gaps.push(gap);
    }

    /// Evaluates a class with `arguments`.
    pub(super) fn enter_class(
        &mut self,
        definition: Definition<'c>,
        arguments: &Variables,
        from: Entrance,
    ) {
        let Body::Class(class) = definition.body else {
            return;
        };
        let name = &class.name;
        let mut scope = Scope::new(definition.manifest, from.chain);
        scope.when = from.when;
        scope.class = Some(name.clone());
        let around = match class.parent.as_ref() {
            Some((parent, at)) => {
                let at = scope.span(*at);
                self.enter_parent(&mut scope, parent, at);
                let state = self.classes.get(parent);
                state.map_or(from.defaults, |state| Rc::clone(&state.defaults))
            }
            None => from.defaults,
        };
        scope.defaults = Defaults::inside(&around);
        scope.tags = tagged(&from.tags, name);
        let turns = self.classes.get(name).map_or(0, |state| state.turns);
        let state = ClassState {
            variables: None,
            when: scope.when.clone(),
            turns: turns + 1,
            defaults: Rc::clone(&scope.defaults),
        };
        self.classes.insert(name.clone(), state);
        self.name_itself(&mut scope, Value::text(name.as_str()), name);
        self.parameters(&mut scope, definition, &class.params, arguments);
        self.body(&mut scope, &class.body);
        self.publish(&scope);
    }

    /// A class that is inherited from is evaluated first.
    fn enter_parent(&mut self, scope: &mut Scope<'c>, parent: &SmolStr, at: Span) {
        let parent = SmolStr::from(parent.trim_start_matches("::"));
        if self.host.is_some() {
            self.include(scope, &parent, at);
        } else if let Some(definition) = self.class(&parent)
            && scope.chain.len() < MAX_NESTING
            && !self.classes.contains_key(&parent)
        {
            // Its resources are its own root's business, unless they are
            // changed here.
            let what = format_smolstr!("{INHERITS}{parent}");
            let step = Step {
                at,
                what,
                is_class: true,
                absent_module: absent_module(definition),
            };
            let before = self.catalog.resources().len();
            self.enter_class(
                definition,
                &Variables::new(),
                Entrance::through(scope, step),
            );
            for resource in &mut self.catalog.resources_mut()[before..] {
                resource.inherited = true;
            }
        }
        scope.parent = Some(parent);
    }

    /// Evaluates a defined type for the title of `resource`.
    pub(super) fn enter_defined_type(
        &mut self,
        definition: Definition<'c>,
        title: &Value,
        arguments: &Variables,
        from: Entrance,
    ) {
        let Body::Define(define) = definition.body else {
            return;
        };
        let mut scope = Scope::new(definition.manifest, from.chain);
        scope.when = from.when;
        scope.defaults = Defaults::inside(&from.defaults);
        scope.tags = from.tags;
        self.name_itself(&mut scope, title.clone(), &define.name);
        self.parameters(&mut scope, definition, &define.params, arguments);
        self.body(&mut scope, &define.body);
    }

    /// `$title`, `$name` and `$module_name`.
    fn name_itself(&mut self, scope: &mut Scope<'c>, title: Value, name: &SmolStr) {
        self.outcome.entered.insert(name.clone());
        let module = name.split("::").next().unwrap_or_default();
        scope.set("title".into(), title.clone());
        scope.set("name".into(), title);
        scope.set("module_name".into(), Value::text(module));
        if let Some(caller) = scope.chain.last() {
            let caller = self.code.module_of(caller.at.file);
            scope.set(
                "caller_module_name".into(),
                Value::text(caller.unwrap_or_default()),
            );
        }
    }

    fn parameters(
        &mut self,
        scope: &mut Scope<'c>,
        definition: Definition<'c>,
        params: &'c [Parameter],
        arguments: &Variables,
    ) {
        for param in params {
            let value = if let Some(value) = arguments.get(&param.name) {
                value.clone()
            } else {
                let value = self.parameter(scope, definition, param);
                let is_given = arguments.contains_key(ANY) && says_nothing(&value);
                if is_given && matches!(definition.body, Body::Define(_)) {
                    let why = Why::Parameter(param.name.clone());
                    Value::unknown(why, Some(scope.span(param.name_span)))
                } else {
                    value
                }
            };
            scope.set(param.name.clone(), value);
        }
    }

    /// A parameter that no caller gives: data first (classes only), then its
    /// default.
    fn parameter(
        &mut self,
        scope: &mut Scope<'c>,
        definition: Definition<'c>,
        param: &'c Parameter,
    ) -> Value {
        let key = format!("{}::{}", definition.name(), param.name);
        let Found {
            mut cases,
            is_certain,
        } = match definition.body {
            Body::Class(_) => self.find(&key, None),
            Body::Define(_) => Found::default(),
        };
        // Who gives a class its parameters gives them to those that it inherits
        // from, too.
        let is_root = scope.chain.iter().all(is_inheritance);
        if is_certain {
            let value = Value::of(cases);
            if is_root && self.opens.is_some() && says_nothing(&value) {
                let why = Why::Parameter(param.name.clone());
                return Value::unknown(why, Some(scope.span(param.name_span)));
            }
            return value;
        }
        let is_given = !cases.is_empty();
        match &param.default {
            Some(default) => cases.extend(self.expr(scope, default).cases.iter().cloned()),
            None if cases.is_empty() => {
                let why = Why::Parameter(param.name.clone());
                return Value::unknown(why, Some(scope.span(param.name_span)));
            }
            None => {}
        }
        let value = Value::of(cases);
        let is_opened = |opened: &Opened| {
            says_nothing(&value) || !is_given && opened.also.as_ref() == Some(&param.name)
        };
        if is_root && self.opens.as_ref().is_some_and(is_opened) {
            let why = Why::Parameter(param.name.clone());
            return Value::unknown(why, Some(scope.span(param.name_span)));
        }
        value
    }

    /// Makes the variables of a scope seen by the code that it leads to.
    pub(super) fn publish(&mut self, scope: &Scope<'c>) {
        match (scope.level, &scope.class) {
            (Level::Top, _) => {
                self.top = Rc::new(scope.variables().clone());
                self.publish_to_data();
            }
            (Level::Node, _) => {
                self.node = Rc::new(scope.variables().clone());
                self.publish_to_data();
            }
            (Level::Local, Some(class)) => {
                if let Some(state) = self.classes.get_mut(class) {
                    state.variables = Some(Rc::new(scope.variables().clone()));
                }
            }
            (Level::Local, None) => {}
        }
    }

    /// The value of a variable: of this scope, of the class it inherits from,
    /// of another class, of the node, of the top scope, or a fact.
    pub(super) fn variable(&mut self, scope: &Scope<'c>, name: &SmolStr, at: Span) -> Value {
        let bare = name.strip_prefix("::").unwrap_or(name);
        // What no match has set.
        if bare.bytes().all(|it| it.is_ascii_digit()) && scope.get(bare).is_none() {
            return Value::undef();
        }
        if (!name.starts_with("::") || scope.level == Level::Top)
            && let Some(value) = scope.get(bare)
        {
            return value.clone();
        }
        if let Some((class, variable)) = bare.rsplit_once("::") {
            return self.variable_of(class, variable, at);
        }
        let parent = scope.parent.clone();
        let inherited = parent.and_then(|parent| self.class_variables(&parent, at));
        if let Some(value) = inherited.and_then(|variables| variables.get(bare).cloned()) {
            return value;
        }
        if let Some(value) = self.node.get(bare).or_else(|| self.top.get(bare)) {
            return value.clone();
        }
        // A variable that no code sets is a fact, or a variable of the node.
        if let Some(value) = self.fact(bare) {
            return value;
        }
        if self.host.is_some() {
            return Value::undef();
        }
        Value::unknown(Why::Fact(bare.into()), Some(at))
    }

    fn variable_of(&mut self, class: &str, variable: &str, at: Span) -> Value {
        if class == "facts" {
            return Value::unknown(Why::Fact(variable.into()), Some(at));
        }
        if class == "settings" {
            return self.setting(variable, at);
        }
        // As Puppet has it, which only from version 8 on refuses it.
        let class = class.trim_start_matches("::");
        let is_included = self.classes.contains_key(class);
        if self.host.is_some() && !is_included && !self.has_unseen_classes {
            return Value::undef();
        }
        if let Some(value) = self.of_class_or_parent((class, variable), at, MAX_NESTING) {
            return value;
        }
        let name = format_smolstr!("{class}::{variable}");
        Value::unknown(Why::Variable(name), Some(at))
    }

    /// A variable of a class, or else of the one that it inherits from.
    fn of_class_or_parent(
        &mut self,
        (class, variable): (&str, &str),
        at: Span,
        depth: usize,
    ) -> Option<Value> {
        let variables = self.class_variables(class, at);
        if let Some(value) = variables.and_then(|variables| variables.get(variable).cloned()) {
            return Some(value);
        }
        let Body::Class(definition) = self.class(class)?.body else {
            return None;
        };
        let (parent, _) = definition.parent.as_ref()?;
        let parent = parent.trim_start_matches("::");
        self.of_class_or_parent((parent, variable), at, depth.checked_sub(1)?)
    }

    /// A setting of the server that compiles. As everything of a known host, it
    /// is not set unless the facts have it; that this is so is told.
    fn setting(&mut self, name: &str, at: Span) -> Value {
        let whole = format_smolstr!("settings::{name}");
        if let Some(value) = self.fact(&whole) {
            return value;
        }
        if self.host.is_none() {
            return Value::unknown(Why::Variable(whole), Some(at));
        }
        let gap = Gap {
            reason: Reason::UnknownFact,
            message: format!(
                "the server's setting {name} is not among the facts: it counts as not set (a fact called {whole} sets it)"
            ),
            at,
        };
        if !self.outcome.gaps.contains(&gap) {
            self.outcome.gaps.push(gap);
        }
        Value::undef()
    }

    /// The variables of a class: as it was entered here, or evaluated by itself
    /// for who asks at `at`.
    fn class_variables(&mut self, class: &str, at: Span) -> Option<Rc<Variables>> {
        let class = class.strip_prefix("::").unwrap_or(class);
        if let Some(known) = self.classes.get(class) {
            return known.variables.clone();
        }
        let definition = self.class(class)?;
        // Its resources are another root's business.
        let catalog = std::mem::take(&mut self.catalog);
        let renderings = self.outcome.renderings.len();
        let entered = self.outcome.entered.clone();
        let is_absent = definition.manifest.absent.is_some();
        let chain = is_absent.then(|| vec![inclusion(definition, at)]);
        let from = Entrance {
            chain: Rc::new(chain.unwrap_or_default()),
            when: Vec::new(),
            defaults: Rc::default(),
            tags: Rc::default(),
        };
        self.enter_class(definition, &Variables::new(), from);
        self.catalog = catalog;
        self.outcome.renderings.truncate(renderings);
        self.outcome.entered = entered;
        let variables = self.classes.get(class)?.variables.clone();
        if self.host.is_some() {
            // It was not included: whoever includes it later still does.
            self.classes.remove(class);
        }
        variables
    }

    /// The arguments that a resource's attributes are to its definition.
    pub(super) fn given(name: &str, attributes: &[(SmolStr, Value, Span)]) -> Variables {
        let mut arguments = Variables::new();
        for (parameter, value, at) in attributes {
            // `param => undef` leaves the default.
            if value.single() == Some(&Data::Undef) {
                arguments.remove(parameter);
                continue;
            }
            let step = origin(*at, format!("given as {parameter} of {name}"));
            arguments.insert(parameter.clone(), value.clone().through(&step));
        }
        arguments
    }
}

/// Whether a default only says that nothing is given.
fn says_nothing(value: &Value) -> bool {
    match value.single() {
        Some(Data::Undef | Data::Bool(false)) => true,
        Some(Data::Text(text)) => text.as_str() == Some(""),
        Some(Data::Array(items)) => items.is_empty(),
        Some(Data::Hash(entries)) => entries.is_empty(),
        _ => false,
    }
}

/// What the step to a class begins with that is inherited from.
const INHERITS: &str = "inherits ";

fn is_inheritance(step: &Step) -> bool {
    step.is_class && step.what.starts_with(INHERITS)
}

/// The step of `include`.
pub(super) fn inclusion(class: Definition<'_>, at: Span) -> Step {
    Step {
        at,
        what: format_smolstr!("include {}", class.name()),
        is_class: true,
        absent_module: absent_module(class),
    }
}

/// The module of a definition, where the tree does not hold it.
fn absent_module(definition: Definition<'_>) -> Option<SmolStr> {
    let module = definition.manifest.absent?;
    Some(SmolStr::new_static(module.forge))
}

/// The step of a declaration of `definition`.
pub(super) fn step(kind: &str, resource: &Resource, definition: Definition<'_>) -> Step {
    let shown = match &resource.title.data {
        Data::Text(text) => text.to_string(),
        _ => "…".into(),
    };
    Step {
        at: resource.at,
        what: format_smolstr!("{kind} {{ '{shown}' }}"),
        is_class: kind == "class",
        absent_module: absent_module(definition),
    }
}

/// The tags of what a definition contains: its name and the words of it
/// (Puppet's language reference, "Tags").
pub(super) fn tagged(around: &Rc<Vec<SmolStr>>, name: &str) -> Rc<Vec<SmolStr>> {
    let mut tags = (**around).clone();
    let words = name.split("::").filter(|word| !word.is_empty());
    for tag in std::iter::once(name).chain(words) {
        if !tags.iter().any(|known| known == tag) {
            tags.push(tag.to_lowercase().into());
        }
    }
    Rc::new(tags)
}
