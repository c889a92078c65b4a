//! Resource defaults: `File { backup => false }`.
//!
//! They reach every resource that is declared in the scope or, since they are
//! the one thing in Puppet with dynamic scope, in what is declared or first
//! included from it (Puppet's language reference, "Resource default
//! statements").

use super::catalog::Attributes;
use crate::place::Span;
use crate::value::Value;
use smol_str::SmolStr;
use std::cell::RefCell;
use std::rc::Rc;

/// The defaults of one scope and of those around it.
#[derive(Debug, Default)]
pub(super) struct Defaults {
    own: RefCell<Vec<(SmolStr, Attributes)>>,
    around: Option<Rc<Defaults>>,
}

impl Defaults {
    /// Those of a scope inside another.
    pub(super) fn inside(around: &Rc<Defaults>) -> Rc<Defaults> {
        Rc::new(Self {
            own: RefCell::default(),
            around: Some(Rc::clone(around)),
        })
    }

    /// Says `attributes` of every resource of type `kind`.
    pub(super) fn set(&self, kind: SmolStr, attributes: Attributes) {
        self.own.borrow_mut().push((kind, attributes));
    }

    /// What is said of attribute `name` of resources of type `kind`, the
    /// nearest scope first.
    pub(super) fn get(&self, kind: &str, name: &str) -> Option<(SmolStr, Value, Span)> {
        let own = self.own.borrow();
        let said = own
            .iter()
            .rev()
            .filter(|(own, _)| own == kind)
            .find_map(|(_, attributes)| attributes.iter().rev().find(|(own, _, _)| own == name));
        match said {
            Some(said) => Some(said.clone()),
            None => self.around.as_ref()?.get(kind, name),
        }
    }

    /// Everything that is said of resources of type `kind`.
    pub(super) fn all(&self, kind: &str) -> Attributes {
        let mut all = self
            .around
            .as_ref()
            .map_or_else(Attributes::new, |around| around.all(kind));
        let own = self.own.borrow();
        for (_, attributes) in own.iter().filter(|(own, _)| own == kind) {
            all.extend(attributes.iter().cloned());
        }
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::place::FileId;

    #[test]
    fn the_nearest_scope_counts() {
        let at = Span::whole(FileId(0));
        let say = |text: &str| vec![("mode".into(), Value::text(text), at)];
        let top = Rc::new(Defaults::default());
        top.set("file".into(), say("top"));
        let inner = Defaults::inside(&Defaults::inside(&top));
        let mode = |defaults: &Defaults| {
            let (_, value, _) = defaults.get("file", "mode")?;
            value.as_str().map(str::to_owned)
        };
        assert_eq!(mode(&inner).as_deref(), Some("top"));
        inner.set("file".into(), say("inner"));
        assert_eq!(mode(&inner).as_deref(), Some("inner"));
        assert_eq!(mode(&top).as_deref(), Some("top"));
    }
}
