//! What a command that reads a project has in hand.

use super::Failure;
use super::configuration::Configuration;
use super::document::Document;
use super::inputs::{Inputs, named_from, working_directory};
use super::options::{self, Global};
use super::output;
use super::repository;
use super::source::Source;
use crate::config::Config;
use crate::scope::Scopes;
use crate::source_roots::SourceRoots;
use ca_audit::place::FileId;
use ca_audit::puppet::FunctionModels;
use ca_audit::tree::{Disk, Tree};
use ca_audit::{Evidence, Request, audit};
use rayon::ThreadPool;
use rayon::ThreadPoolBuilder;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// A project to be audited: where it is, and what is asked of it.
pub(super) struct Project {
    /// The files as they are now.
    pub(super) tree: Source,
    /// Where they belong.
    pub(super) roots: SourceRoots,
    /// The inputs, as they are shown.
    pub(super) inputs: Vec<PathBuf>,
    /// The configuration in force.
    pub(super) configuration: Configuration,
    /// What is asked of the library.
    pub(super) request: Request,
    /// Whether all that the configuration, or else the repository, is about is
    /// read, for all hosts: then what matches nothing is one too many.
    pub(super) is_whole: bool,
    pool: ThreadPool,
}

/// A project, audited as it is now.
pub(super) struct Session {
    /// The project.
    pub(super) project: Project,
    /// What is known of it.
    pub(super) evidence: Evidence,
    /// How long reading took.
    pub(super) took: Duration,
}

impl Project {
    /// Looks for the inputs and the configuration. Some files, which are named
    /// from `/`, are left out.
    pub(super) fn open(
        left_out: BTreeSet<String>,
        inputs: &options::Inputs,
        global: &Global,
    ) -> Result<Self, Failure> {
        let configuration = Configuration::open(&audited(inputs)?, global)?;
        let inputs = Inputs::resolve(inputs, &configuration)?;
        let is_whole = inputs.node.is_none() && configuration.is_covered_by(&inputs.roots);
        let request = Request {
            hosts: inputs.hosts,
            facts: inputs.facts,
            node: inputs.node,
            functions: functions(&configuration.config),
            hierarchy: inputs.hierarchy,
        };
        let roots = inputs.source_roots;
        Ok(Self {
            tree: Source::Disk {
                disk: Disk::new(inputs.roots.clone()),
                left_out,
                roots: roots.clone(),
            },
            roots,
            inputs: inputs.roots,
            configuration,
            request,
            is_whole,
            pool: pool(global)?,
        })
    }

    fn of_document(document: Document, global: &Global) -> Result<Self, Failure> {
        let configuration = Configuration::open(&absolute(&document.name)?, global)?;
        let request = Request {
            functions: functions(&configuration.config),
            ..Request::default()
        };
        Ok(Self {
            tree: Source::Document(document.tree),
            roots: document.roots,
            inputs: vec![document.name],
            configuration,
            request,
            is_whole: false,
            pool: pool(global)?,
        })
    }

    /// Audits one state of its files.
    pub(super) fn audit(&self, tree: &dyn Tree) -> Evidence {
        self.pool.install(|| audit(tree, &self.request))
    }

    /// The configuration in force, where it is one of the audited files.
    pub(super) fn configuration_file(&self, evidence: &Evidence) -> Option<FileId> {
        let path = self.configuration.file.as_deref()?;
        let shown = named_from(&working_directory().ok()?, path);
        evidence.file(&shown.to_string_lossy())
    }

    /// Shown paths as the configuration tells them: from its own folder.
    pub(super) fn ground(&self) -> SourceRoots {
        let folder = self.configuration.folder.to_string_lossy().into_owned();
        self.roots.from_folder(folder)
    }

    /// What its configuration keeps apart.
    pub(super) fn scopes(&self) -> Scopes {
        self.configuration.config.scopes(self.ground())
    }

    /// The input whose repository counts.
    pub(super) fn main_input(&self) -> &Path {
        self.inputs.first().map_or(Path::new("."), PathBuf::as_path)
    }

    /// Runs `work` with as many threads as were asked for.
    pub(super) fn with_threads<T: Send>(&self, work: impl FnOnce() -> T + Send) -> T {
        self.pool.install(work)
    }
}

impl Session {
    /// Reads the inputs and audits them.
    pub(super) fn open(inputs: &options::Inputs, global: &Global) -> Result<Self, Failure> {
        Self::open_without(BTreeSet::new(), inputs, global)
    }

    /// The same without some files, which are named from `/`.
    pub(super) fn open_without(
        left_out: BTreeSet<String>,
        inputs: &options::Inputs,
        global: &Global,
    ) -> Result<Self, Failure> {
        let session = Self::of(Project::open(left_out, inputs, global)?);
        for function in &session.evidence.unused_models {
            output::complain(&format!(
                "the configuration says what {function}() returns, and no manifest calls it"
            ));
        }
        Ok(session)
    }

    /// Audits one document.
    pub(super) fn of_document(document: Document, global: &Global) -> Result<Self, Failure> {
        Project::of_document(document, global).map(Self::of)
    }

    fn of(project: Project) -> Self {
        let start = Instant::now();
        let evidence = project.audit(&project.tree);
        Self {
            evidence,
            project,
            took: start.elapsed(),
        }
    }

    /// Runs `work` with as many threads as were asked for.
    pub(super) fn with_threads<T: Send>(&self, work: impl FnOnce(&Self) -> T + Send) -> T {
        self.project.with_threads(|| work(self))
    }
}

fn pool(global: &Global) -> Result<ThreadPool, Failure> {
    ThreadPoolBuilder::new()
        .num_threads(global.threads.map_or(0, usize::from))
        .build()
        .map_err(|error| Failure::Work(format!("cannot start threads: {error}")))
}

/// What is audited first; the nearest configuration is that of it.
fn audited(inputs: &options::Inputs) -> Result<PathBuf, Failure> {
    let first = inputs
        .paths
        .first()
        .map_or(Path::new("."), PathBuf::as_path);
    absolute(first)
}

/// A path from `/`, without `.` and `..`.
fn absolute(path: &Path) -> Result<PathBuf, Failure> {
    let working = working_directory()?;
    Ok(repository::absolute(&working, &named_from(&working, path)))
}

fn functions(config: &Config) -> FunctionModels {
    let functions = config.puppet.functions.iter();
    functions
        .map(|(name, model)| (name.as_str().into(), model.values.clone()))
        .collect()
}
