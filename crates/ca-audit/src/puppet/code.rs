//! The Puppet code of a project: manifests, templates, files and functions by
//! the names that Puppet finds them under.
//!
//! Of most manifests only the outline is kept: the greater part of a large
//! repository says nothing of certificates.

use crate::place::{FileId, Span};
use crate::puppet::absent_modules::{AbsentModule, absent_from};
use crate::puppet::modules::Modules;
use crate::puppet::outline::{Outline, outlines};
use crate::puppet::{FunctionModels, relevance, ruby};
use crate::value::Value;
use puppet_syntax::ast::{Class, Define, Expr, ExprKind, Function};
use puppet_syntax::{Parse, SyntaxError, parse, parse_plan};
use smol_str::{SmolStr, format_smolstr};
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, OnceLock};

/// All Puppet code of a project.
#[derive(Debug, Default)]
pub struct Code {
    manifests: Vec<Manifest>,
    /// The manifest that defines a class or defined type, by its name.
    defined_in: HashMap<SmolStr, usize>,
    /// Files below `templates` by module and path.
    templates: HashMap<SmolStr, FileId>,
    /// Files below `files` by module and path.
    served: Arc<HashMap<String, FileId>>,
    /// Ruby functions by name.
    functions: HashMap<SmolStr, RubyFunction>,
    /// The manifest that defines a function of the Puppet language, by its name.
    puppet_functions: HashMap<SmolStr, usize>,
    /// Manifests that are tests, examples, documentation or vendored copies.
    aside: HashSet<FileId>,
    /// The module of each manifest's file.
    modules: HashMap<FileId, SmolStr>,
    /// The manifests by their files.
    by_file: HashMap<FileId, usize>,
    /// What functions return according to somebody who knows.
    models: FunctionModels,
}

/// A manifest.
#[derive(Debug)]
pub struct Manifest {
    /// The file.
    pub file: FileId,
    /// Its text.
    pub text: String,
    /// What it defines.
    pub outlines: Vec<Outline>,
    /// The first thing that Puppet would not accept.
    pub error: Option<SyntaxError>,
    /// Whether it has a word that the path of any certificate has.
    pub seeded: bool,
    /// Whether it may name a template.
    pub may_render: bool,
    /// The functions of the Puppet language that it defines.
    pub functions: Vec<SmolStr>,
    /// The environment whose main manifest it belongs to.
    pub site: Option<String>,
    /// Whether it says resource defaults outside of any definition.
    pub says_defaults: bool,
    /// The module that it is of, where that is not in the tree: then it has no
    /// file.
    pub(super) absent: Option<&'static AbsentModule>,
    parsed: OnceLock<Parse>,
}

/// A function written in Ruby: its source is read for what it may return.
#[derive(Debug)]
pub struct RubyFunction {
    /// The file.
    pub file: FileId,
    /// Its text.
    pub text: String,
    /// The paths that it may return, read when somebody asks.
    paths: OnceLock<Vec<ruby::Candidate>>,
    /// Its statements, likewise.
    statements: OnceLock<Option<puppet_syntax::ruby_function::RubyFunction>>,
}

/// A class or a defined type, and the manifest it stands in.
#[derive(Clone, Copy, Debug)]
pub struct Definition<'c> {
    /// The manifest.
    pub manifest: &'c Manifest,
    /// What it defines.
    pub body: Body<'c>,
}

/// What a definition defines.
#[derive(Clone, Copy, Debug)]
pub enum Body<'c> {
    /// A class.
    Class(&'c Class),
    /// A defined type.
    Define(&'c Define),
}

impl Code {
    /// Code whose modules serve these files.
    pub fn new(served: Arc<HashMap<String, FileId>>) -> Self {
        Self {
            served,
            ..Self::default()
        }
    }

    /// Code with functions that return what somebody says.
    #[must_use]
    pub fn with_models(self, models: FunctionModels) -> Self {
        Self { models, ..self }
    }

    /// What a function returns according to somebody who knows.
    pub(super) fn model(&self, function: &str) -> Option<&[Value]> {
        self.models.get(function).map(Vec::as_slice)
    }

    /// The functions that somebody says something of and no manifest names.
    pub fn unused_models(&self) -> Vec<SmolStr> {
        let is_named = |name: &SmolStr| {
            let mut manifests = self.manifests.iter();
            manifests.any(|it| memchr::memmem::find(it.text.as_bytes(), name.as_bytes()).is_some())
        };
        let unused = self.models.keys().filter(|name| !is_named(name));
        unused.cloned().collect()
    }

    /// Adds a manifest.
    pub fn add_manifest(&mut self, manifest: Manifest, path: &str, modules: &Modules) {
        if let Some((module, _)) = ["manifests", "functions"]
            .iter()
            .find_map(|folder| modules.locate(path, folder))
        {
            self.modules.insert(manifest.file, module.into());
        }
        for function in &manifest.functions {
            self.puppet_functions
                .entry(function.clone())
                .or_insert(self.manifests.len());
        }
        // By what a manifest says, not by its path: a checkout of a single
        // module does not tell the module's name. Paths come sorted, so
        // `modules` wins over `vendor_modules`.
        for outline in &manifest.outlines {
            self.defined_in
                .entry(outline.name.clone())
                .or_insert(self.manifests.len());
        }
        self.by_file.insert(manifest.file, self.manifests.len());
        self.manifests.push(manifest);
    }

    /// Notes that a manifest is a test, an example, documentation or a vendored
    /// copy.
    pub fn put_aside(&mut self, manifest: FileId) {
        self.aside.insert(manifest);
    }

    /// Adds what is known of modules that the tree uses and does not hold.
    pub fn add_absent_modules(&mut self) {
        for manifest in absent_from(&self.manifests) {
            for outline in &manifest.outlines {
                let known = self.defined_in.entry(outline.name.clone());
                known.or_insert(self.manifests.len());
            }
            self.manifests.push(manifest);
        }
    }

    /// Adds the name of a file that may be a module's template.
    pub fn add_file(&mut self, file: FileId, path: &str, modules: &Modules) {
        if let Some((module, rest)) = modules.locate(path, "templates") {
            let name = format_smolstr!("{module}/{rest}");
            self.templates.entry(name).or_insert(file);
        }
    }

    /// Adds a Ruby function.
    pub fn add_function(&mut self, file: FileId, path: &str, text: String) {
        let name = path
            .rsplit('/')
            .next()
            .unwrap_or(path)
            .trim_end_matches(".rb");
        self.functions
            .entry(name.into())
            .or_insert_with(|| RubyFunction::new(file, text));
    }

    /// Every manifest.
    pub fn manifests(&self) -> &[Manifest] {
        &self.manifests
    }

    /// The class or defined type `name`.
    pub fn definition(&self, name: &str) -> Option<Definition<'_>> {
        let name = name.strip_prefix("::").unwrap_or(name);
        let manifest = &self.manifests[*self.defined_in.get(name)?];
        manifest
            .definitions()
            .into_iter()
            .find(|definition| definition.name() == name)
    }

    /// Whether a class or defined type of this name is known.
    pub(super) fn defines(&self, name: &str) -> bool {
        self.defined_in.contains_key(name.trim_start_matches("::"))
    }

    /// Whether some code has the string `text`.
    pub(super) fn quotes(&self, text: &str) -> bool {
        let quoted = [format!("'{text}'"), format!("\"{text}\"")];
        let mut manifests = self.manifests.iter();
        manifests.any(|it| quoted.iter().any(|text| it.text.contains(text)))
    }

    /// The classes and defined types that code outside of their module uses;
    /// tests and examples are no users.
    pub(super) fn used(&self) -> HashSet<&str> {
        let own = self.manifests.iter();
        let own = own.filter(|it| it.absent.is_none() && !self.aside.contains(&it.file));
        let outlines = own.flat_map(|it| &it.outlines);
        let used = outlines.flat_map(|outline| {
            let module = module_of(&outline.name);
            let names = outline.declares.iter().chain(&outline.includes);
            names.filter(move |name| module_of(name) != module)
        });
        used.map(SmolStr::as_str).collect()
    }

    /// The function `name` of the Puppet language.
    pub fn puppet_function(&self, name: &str) -> Option<(&Manifest, &Function)> {
        let manifest = &self.manifests[*self.puppet_functions.get(name)?];
        let function =
            manifest
                .parse()
                .program
                .iter()
                .find_map(|statement| match &statement.kind {
                    ExprKind::Function(function) if bare(&function.name) == name => {
                        Some(&**function)
                    }
                    _ => None,
                })?;
        Some((manifest, function))
    }

    /// The variable with which the code at `span` ends: `client_ca` of `$a::client_ca`,
    /// `ca_name` of `"/etc/ssl/${ca_name}"`, `localcacert` of `$ssl['localcacert']`.
    pub(super) fn variable_at(&self, span: Span) -> Option<SmolStr> {
        let manifest = &self.manifests[*self.by_file.get(&span.file)?];
        let code = manifest.text.get(span.start as usize..span.end as usize)?;
        let (_, end) = code.trim_end_matches(['"', ')', ' ']).rsplit_once('$')?;
        let end = end.trim_start_matches('{').trim_end_matches('}');
        let name = match end.strip_suffix("']").and_then(|it| it.rsplit_once('\'')) {
            Some((_, key)) => key,
            None => end.rsplit("::").next().unwrap_or(end),
        };
        let is_name = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
        (!name.is_empty() && name.bytes().all(is_name)).then(|| name.into())
    }

    /// The defined type whose code stands at `span`.
    pub(super) fn defined_type_at(&self, span: Span) -> Option<SmolStr> {
        let manifest = &self.manifests[*self.by_file.get(&span.file)?];
        let start = span.start as usize;
        let around = manifest
            .outlines
            .iter()
            .filter(|it| it.range.contains(&start));
        let innermost = around.min_by_key(|outline| outline.range.len())?;
        innermost.is_defined_type.then(|| innermost.name.clone())
    }

    /// The module in which a manifest stands.
    pub fn module_of(&self, file: FileId) -> Option<&str> {
        self.modules.get(&file).map(SmolStr::as_str)
    }

    /// The names below a directory that a module serves, if they may be those
    /// of certificates.
    pub fn served_below(&self, url: &str) -> Vec<&str> {
        let Some(name) = url.strip_prefix("puppet:///modules/") else {
            return Vec::new();
        };
        let below = |path: &'_ String| {
            let rest = path.strip_prefix(name.trim_end_matches('/'))?;
            let at = path.len() - rest.strip_prefix('/')?.len();
            Some(at)
        };
        let mut names: Vec<&str> = self
            .served
            .keys()
            .filter_map(|path| Some(&path[below(path)?..]))
            .filter(|rest| relevance::has_seed(rest))
            .collect();
        names.sort_unstable();
        names
    }

    /// The file that `template('MODULE/PATH')` renders.
    pub fn template(&self, name: &str) -> Option<FileId> {
        self.templates.get(name).copied()
    }

    /// The file that `file('MODULE/PATH')` reads.
    pub fn read_file(&self, name: &str) -> Option<FileId> {
        self.served.get(name).copied()
    }

    /// The Ruby function `name`.
    pub fn function(&self, name: &str) -> Option<&RubyFunction> {
        self.functions.get(name)
    }
}

impl RubyFunction {
    /// The function in `file` with the source `text`.
    pub fn new(file: FileId, text: String) -> Self {
        Self {
            file,
            text,
            paths: OnceLock::new(),
            statements: OnceLock::new(),
        }
    }

    /// Its statements, where they are written in a form that is known.
    pub fn statements(&self) -> Option<&puppet_syntax::ruby_function::RubyFunction> {
        let read = || puppet_syntax::parse_ruby_function(&self.text);
        self.statements.get_or_init(read).as_ref()
    }

    /// The absolute paths that it may return, in order of appearance.
    pub fn paths(&self) -> &[ruby::Candidate] {
        self.paths.get_or_init(|| ruby::candidate_paths(self))
    }
}

impl Manifest {
    /// The manifest `file` at `path` with the content `text`.
    pub fn new(file: FileId, path: &str, text: String) -> Self {
        // Plans of Bolt have keywords of their own and make no catalog.
        let is_plan = path.starts_with("plans/") || path.contains("/plans/");
        let parse = if is_plan {
            parse_plan(&text)
        } else {
            parse(&text)
        };
        let manifest = Self {
            file,
            outlines: outlines(&parse, text.len()),
            error: parse.errors.first().cloned(),
            seeded: relevance::has_seed(&text),
            may_render: relevance::may_render(&text),
            functions: functions(&parse),
            site: None,
            says_defaults: says_defaults(&parse),
            absent: None,
            text,
            parsed: OnceLock::new(),
        };
        if manifest.seeded {
            let _ = manifest.parsed.set(parse);
        }
        manifest
    }

    /// Its syntax tree.
    pub fn parse(&self) -> &Parse {
        self.parsed.get_or_init(|| parse(&self.text))
    }

    /// The classes and defined types in it.
    pub fn definitions(&self) -> Vec<Definition<'_>> {
        let mut found = Vec::new();
        self.definitions_in(&self.parse().program, &mut found);
        found
    }

    /// Definitions stand at top level or, by an old habit, inside a class.
    fn definitions_in<'c>(&'c self, statements: &'c [Expr], found: &mut Vec<Definition<'c>>) {
        for statement in statements {
            match &statement.kind {
                ExprKind::Class(class) => {
                    found.push(Definition {
                        manifest: self,
                        body: Body::Class(class),
                    });
                    self.definitions_in(&class.body, found);
                }
                ExprKind::Define(define) => found.push(Definition {
                    manifest: self,
                    body: Body::Define(define),
                }),
                _ => {}
            }
        }
    }

    /// A place in this manifest, which has a file.
    pub fn span(&self, span: puppet_syntax::Span) -> Span {
        Span::new(self.file, span.start as usize, span.end as usize)
    }
}

/// The module of a definition, by its name.
pub(super) fn module_of(name: &str) -> &str {
    name.split("::").next().unwrap_or_default()
}

fn says_defaults(parse: &Parse) -> bool {
    let mut statements = parse.program.iter();
    statements.any(|statement| matches!(statement.kind, ExprKind::ResourceDefaults(_)))
}

/// The functions of the Puppet language that a manifest defines.
fn functions(parse: &Parse) -> Vec<SmolStr> {
    let functions = parse
        .program
        .iter()
        .filter_map(|statement| match &statement.kind {
            ExprKind::Function(function) => Some(bare(&function.name).into()),
            _ => None,
        });
    functions.collect()
}

fn bare(name: &str) -> &str {
    name.strip_prefix("::").unwrap_or(name)
}

impl<'c> Definition<'c> {
    /// Its full name.
    pub fn name(&self) -> &'c SmolStr {
        match self.body {
            Body::Class(class) => &class.name,
            Body::Define(define) => &define.name,
        }
    }
}
