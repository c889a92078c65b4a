//! Objects of Kubernetes by kind, namespace and name: what a reference names.

use crate::facts::{Object, ObjectKey};
use crate::place::Span;
use smol_str::SmolStr;
use std::collections::HashMap;

/// The objects of a project.
#[derive(Debug, Default)]
pub(crate) struct Objects {
    by_name: HashMap<(&'static str, SmolStr), Vec<Object>>,
}

impl Objects {
    /// An index of objects.
    pub(crate) fn of(objects: Vec<Object>) -> Self {
        let mut by_name: HashMap<_, Vec<Object>> = HashMap::new();
        for object in objects {
            let name = (object.kind, object.name.clone());
            by_name.entry(name).or_default().push(object);
        }
        Self { by_name }
    }

    /// Where the values stand that a reference from `from` may mean.
    ///
    /// Several objects of one name are several overlays, of which one applies:
    /// what stands nearest to the reference is meant, and nothing where two are
    /// as near.
    pub(crate) fn values<'p>(
        &self,
        key: &ObjectKey,
        from: Span,
        path: &dyn Fn(Span) -> &'p str,
    ) -> Vec<Span> {
        let named = self.by_name.get(&(key.kind, key.name.clone()));
        let may_be = |object: &&Object| match (&object.namespace, &key.namespace) {
            (Some(own), Some(wanted)) => own == wanted,
            _ => true,
        };
        let mut nearest: Vec<(usize, Vec<Span>)> = Vec::new();
        for object in named.into_iter().flatten().filter(may_be) {
            let data = object
                .data
                .iter()
                .filter(|(name, _)| key.key.as_ref().is_none_or(|key| key == name));
            let values: Vec<Span> = data.map(|(_, at)| *at).collect();
            let Some(first) = values.first() else {
                continue;
            };
            nearest.push((shared_folders(path(*first), path(from)), values));
        }
        let Some(most) = nearest.iter().map(|(shared, _)| *shared).max() else {
            return Vec::new();
        };
        nearest.retain(|(shared, _)| *shared == most);
        match nearest.as_mut_slice() {
            [(_, values)] => std::mem::take(values),
            _ => Vec::new(),
        }
    }
}

/// How many folders two paths have in common; one more where they are one file.
fn shared_folders(a: &str, b: &str) -> usize {
    let both = a.split('/').zip(b.split('/'));
    both.take_while(|(a, b)| a == b).count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::place::FileId;

    fn object(file: u32, namespace: Option<&str>) -> Object {
        Object {
            kind: "Secret",
            namespace: namespace.map(Into::into),
            name: "a".into(),
            data: vec![("ca.crt".into(), Span::new(FileId(file), 1, 2))],
        }
    }

    fn files(objects: Vec<Object>, namespace: Option<&str>) -> Vec<u32> {
        let paths = ["x/prod/a.yaml", "x/dev/a.yaml", "x/dev/ingress.yaml"];
        let key = ObjectKey {
            kind: "Secret",
            namespace: namespace.map(Into::into),
            name: "a".into(),
            key: Some("ca.crt".into()),
        };
        let path = |at: Span| paths[at.file.0 as usize];
        let from = Span::new(FileId(2), 0, 1);
        let found = Objects::of(objects).values(&key, from, &path);
        found.into_iter().map(|at| at.file.0).collect()
    }

    #[test]
    fn the_nearest_object_is_meant() {
        assert_eq!(files(vec![object(0, None), object(1, None)], None), [1]);
        assert_eq!(files(vec![object(0, None)], Some("n")), [0]);
        assert!(files(vec![object(0, Some("m"))], Some("n")).is_empty());
        assert!(files(vec![object(0, None), object(0, None)], None).is_empty());
    }
}
