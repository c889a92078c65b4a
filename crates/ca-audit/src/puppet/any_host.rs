//! The code evaluated for any host: nothing is included, every class that can
//! matter is looked at by itself.

use super::code::{self, Code, Definition};
use super::data_keys::DataKeys;
use super::evaluate::{Evaluator, Opened};
use super::relevance::{self, Relevant};
use super::{Outcome, absent_modules, handed_over};
use crate::facts::{Content, Write};
use crate::place::{FileId, Span};
use puppet_syntax::ast::{ExprKind, Parameter};
use rayon::prelude::*;
use smol_str::SmolStr;
use std::collections::{BTreeMap, HashSet};

/// Evaluates code that names certificates, and code that renders one of the
/// templates in `wanted` (`module/path.erb`).
pub(super) fn evaluate(
    code: &Code,
    data: &DataKeys<'_>,
    wanted: &BTreeMap<SmolStr, FileId>,
    wanted_files: &HashSet<FileId>,
) -> Outcome {
    let relevant = Relevant::of(code, wanted, &data.keys_with(relevance::has_seed));
    let project = Project {
        code,
        data,
        relevant: &relevant,
        wanted_files,
    };
    let definitions = project.definitions();
    let mut outcome = Outcome::default();
    outcome.extend(project.run_all(&project.roots(&definitions)));
    // What is declared only by code that nothing at hand reaches.
    let is_left = |it: &&Definition| project.matters(it) && !outcome.entered.contains(it.name());
    let left: Vec<Root> = rooted(definitions.iter().filter(is_left));
    outcome.extend(project.run_all(&left));
    if !wanted.is_empty() {
        outcome.extend(project.rendered_by_data(&definitions));
    }
    project.add_opened(&definitions, &mut outcome.writes);
    outcome.writes.extend(handed_over::by_data(code, data));
    outcome
}

/// What is evaluated.
struct Project<'c> {
    code: &'c Code,
    data: &'c DataKeys<'c>,
    relevant: &'c Relevant<'c>,
    wanted_files: &'c HashSet<FileId>,
}

/// Where an evaluation begins. Each has an evaluator and a bound of its own, so
/// the order in which threads take them changes nothing.
enum Root<'c> {
    Manifest(&'c code::Manifest),
    Definition(Definition<'c>),
    /// A class of a module that is not in the tree, which includes it here.
    Included(Definition<'c>, Span),
}

impl<'c> Project<'c> {
    fn definitions(&self) -> Vec<Definition<'c>> {
        let own = self.relevant.manifests.iter();
        let own = own.filter(|manifest| manifest.absent.is_none());
        own.flat_map(|manifest| manifest.definitions()).collect()
    }

    fn matters(&self, definition: &Definition) -> bool {
        self.relevant.names.contains(definition.name())
    }

    /// The manifests' own code, what nobody at hand declares, and what the tree
    /// takes from modules that are not in it.
    fn roots(&self, definitions: &[Definition<'c>]) -> Vec<Root<'c>> {
        let own = self.relevant.manifests.iter().copied();
        let own = own.filter(|manifest| manifest.absent.is_none());
        let mut roots: Vec<Root> = own.map(Root::Manifest).collect();
        let is_root = |definition: &&Definition| self.relevant.is_root(definition);
        roots.extend(rooted(definitions.iter().filter(is_root)));
        roots.extend(included(self.code, self.data, self.relevant));
        roots
    }

    fn run_all(&self, roots: &[Root<'c>]) -> Vec<Outcome> {
        let roots = roots.par_iter().with_max_len(1);
        roots.map(|root| self.run(root)).collect()
    }

    fn run(&self, root: &Root<'c>) -> Outcome {
        let mut evaluator = self.evaluator();
        let defaults = evaluator.site_defaults();
        match root {
            Root::Manifest(manifest) => evaluator.top_level(manifest, &defaults),
            Root::Definition(definition) => evaluator.root(*definition, &defaults),
            Root::Included(class, at) => evaluator.included_root(*class, *at, &defaults),
        }
        evaluator.finish()
    }

    fn evaluator(&self) -> Evaluator<'c> {
        Evaluator::for_any_host(
            self.code,
            self.data,
            &self.relevant.names,
            self.wanted_files,
        )
    }

    /// Templates of a class that one place declares with its parameters and that
    /// is included elsewhere, where it takes them from the data.
    fn rendered_by_data(&self, definitions: &[Definition<'c>]) -> Vec<Outcome> {
        let with_data = self.data.classes();
        let is_included = |definition: &&Definition| {
            self.matters(definition)
                && !self.relevant.is_root(definition)
                && with_data.contains(definition.name().as_str())
        };
        let included: Vec<Root> = rooted(definitions.iter().filter(is_included));
        let renderings = |outcome: Outcome| Outcome {
            renderings: outcome.renderings,
            ..Outcome::default()
        };
        self.run_all(&included)
            .into_iter()
            .map(renderings)
            .collect()
    }

    /// What is written only if somebody gives a parameter that nobody at hand
    /// gives: it is told with that parameter open.
    fn add_opened(&self, definitions: &[Definition<'c>], writes: &mut Vec<Write>) {
        let used = self.code.used();
        let opened: Vec<Vec<Write>> = definitions
            .par_iter()
            .filter(|definition| self.matters(definition))
            .flat_map_iter(|definition| openings(&used, definition))
            .map(|(definition, opened)| self.opened(*definition, opened))
            .collect();
        // A file without content is told with that which a caller would give.
        let is_told = |write: &&Write| !matches!(write.content, Content::Unmanaged);
        let known = writes.iter().filter(is_told).map(|write| write.at);
        let mut known: HashSet<Span> = known.collect();
        let mut declared: HashSet<Span> = writes.iter().map(Write::declared_at).collect();
        for opened in opened {
            // What others declare is theirs, unless it is declared only then.
            let is_new = |write: &Write| {
                if write.chain.is_empty() {
                    !known.contains(&write.at)
                } else {
                    !declared.contains(&write.declared_at())
                }
            };
            let new: Vec<Write> = opened.into_iter().filter(is_new).collect();
            known.extend(new.iter().map(|write| write.at));
            declared.extend(new.iter().map(Write::declared_at));
            writes.extend(new);
        }
    }

    fn opened(&self, definition: Definition<'c>, opened: Opened) -> Vec<Write> {
        let mut evaluator = self.evaluator();
        let defaults = evaluator.site_defaults();
        evaluator.open_root(definition, opened, &defaults);
        evaluator.finish().writes
    }
}

fn rooted<'d, 'c: 'd>(definitions: impl Iterator<Item = &'d Definition<'c>>) -> Vec<Root<'c>> {
    definitions.copied().map(Root::Definition).collect()
}

/// The ways in which a definition is evaluated with parameters open. Where
/// nobody at hand uses it, who does elsewhere may give it another word than its
/// default, and lead it into another branch: one such parameter at a time.
fn openings<'d, 'c>(
    used: &HashSet<&str>,
    definition: &'d Definition<'c>,
) -> impl Iterator<Item = (&'d Definition<'c>, Opened)> + use<'d, 'c> {
    let params = match definition.body {
        _ if used.contains(definition.name().as_str()) => &[],
        code::Body::Define(define) => define.params.as_slice(),
        code::Body::Class(class) => class.params.as_slice(),
    };
    let is_word = |param: &&Parameter| {
        let default = param.default.as_ref().map(|default| &default.kind);
        matches!(
            default,
            Some(
                ExprKind::String(_)
                    | ExprKind::Name(_)
                    | ExprKind::Bool(true)
                    | ExprKind::Variable(_)
            )
        )
    };
    let words = params.iter().filter(is_word).map(|param| Opened {
        also: Some(param.name.clone()),
    });
    let ways = std::iter::once(Opened::default()).chain(words);
    ways.map(move |opened| (definition, opened))
}

/// The classes of modules that are not in the tree, each where the tree includes
/// it or, where no code does, gives it data.
fn included<'c>(code: &'c Code, data: &DataKeys<'_>, relevant: &Relevant<'c>) -> Vec<Root<'c>> {
    let absent = relevant.manifests.iter().filter(|it| it.absent.is_some());
    let definitions = absent.flat_map(|manifest| manifest.definitions());
    let classes = definitions.filter(|it| matches!(it.body, code::Body::Class(_)));
    let undeclared = classes.filter(|class| relevant.is_root(class));
    let place = |name: &str| {
        let included = absent_modules::first_inclusion(code.manifests(), name);
        included.or_else(|| data.first_of_class(name))
    };
    undeclared
        .filter_map(|class| Some(Root::Included(class, place(class.name())?)))
        .collect()
}

#[cfg(test)]
mod tests {
    use crate::tree::Memory;
    use crate::{Request, audit};

    /// A module by itself: who uses it gives the content, and the folder is
    /// handed on by a class from its `params.pp`.
    #[test]
    fn files_whose_content_a_caller_gives() {
        let tree = Memory::new()
            .with(
                "manifests/params.pp",
                "class tca::params {\n  $install_path = '/usr/local/share/ca-certificates'\n  $suffix = 'crt'\n}\n",
            )
            .with(
                "manifests/init.pp",
                "class tca ($path = $::tca::params::install_path, $suffix = $tca::params::suffix) inherits tca::params {}\n",
            )
            .with(
                "manifests/ca.pp",
                "define tca::ca ($source = undef, $content = undef, $path = $::tca::path) {\n  file { \"${path}/${name}.${tca::suffix}\":\n    source  => $source,\n    content => $content,\n  }\n}\n",
            )
            .with("metadata.json", "{\"name\": \"somebody-tca\"}");
        let evidence = audit(&tree, &Request::default());
        let managed = evidence.managed_cas();
        let paths: Vec<String> = managed.iter().map(|it| it.write.path.to_string()).collect();
        assert!(
            paths.contains(&"/usr/local/share/ca-certificates/${title}.crt".to_owned()),
            "{paths:?}"
        );
    }

    /// A class takes what nobody at hand gives from the one that it inherits
    /// from.
    #[test]
    fn files_whose_content_is_a_parameter_of_a_class_above() {
        let tree = Memory::new()
            .with(
                "modules/tca/manifests/params.pp",
                "class tca::params ($ca_cert = '') {}\n",
            )
            .with(
                "modules/tca/manifests/init.pp",
                "class tca inherits ::tca::params {\n  $path = '/etc/ssl/certs/t-ca.pem'\n  if ! empty($ca_cert) {\n    file { 'ca': path => $path, content => $ca_cert }\n  }\n}\n",
            );
        let evidence = audit(&tree, &Request::default());
        let managed = evidence.managed_cas();
        let paths: Vec<String> = managed.iter().map(|it| it.write.path.to_string()).collect();
        assert_eq!(paths, ["/etc/ssl/certs/t-ca.pem"]);
    }
}
