//! What a command that reads a project has in hand.

use super::Failure;
use super::configuration::Configuration;
use super::inputs::Inputs;
use super::options::{self, Global};
use super::output;
use super::path::tidy;
use crate::config::Config;
use crate::ground::Ground;
use crate::scope::Scopes;
use ca_audit::place::FileId;
use ca_audit::puppet::FunctionModels;
use ca_audit::tree::{Disk, Tree};
use ca_audit::{Evidence, Request, audit};
use rayon::ThreadPool;
use rayon::ThreadPoolBuilder;
use std::path::{Path, PathBuf};

/// A project to be audited: where it is, and what is asked of it.
pub(super) struct Project {
    /// The files as they are on disk.
    pub(super) tree: Disk,
    /// The inputs as reports show them, `""` for the working directory.
    pub(super) roots: Vec<String>,
    /// The same as they are on disk.
    pub(super) disk_roots: Vec<PathBuf>,
    /// The configuration in force.
    pub(super) configuration: Configuration,
    /// What is asked of the library.
    pub(super) request: Request,
    /// The working directory, with `/` between names.
    pub(super) working: String,
    /// Whether all that the configuration, or else the repository, is about is
    /// read, for all hosts: then what matches nothing is one too many.
    pub(super) is_whole: bool,
    pool: ThreadPool,
}

/// A project, audited as it is on disk.
pub(super) struct Session {
    /// The project.
    pub(super) project: Project,
    /// What is known of it.
    pub(super) evidence: Evidence,
}

impl Project {
    /// Looks for the inputs and the configuration.
    pub(super) fn open(inputs: &options::Inputs, global: &Global) -> Result<Self, Failure> {
        let configuration = Configuration::open(&audited(inputs)?, global)?;
        let inputs = Inputs::resolve(inputs, &configuration)?;
        let roots = inputs.shown_roots();
        let pool = ThreadPoolBuilder::new()
            .num_threads(global.threads.map_or(0, usize::from))
            .build()
            .map_err(|error| Failure::Work(format!("cannot start threads: {error}")))?;
        let is_whole = inputs.node.is_none() && configuration.is_covered_by(&inputs.roots);
        let request = Request {
            hosts: inputs.hosts,
            facts: inputs.facts,
            node: inputs.node,
            functions: functions(&configuration.config),
            hierarchy: inputs.hierarchy,
        };
        Ok(Self {
            tree: Disk::new(inputs.roots.clone()),
            roots,
            disk_roots: inputs.roots,
            configuration,
            request,
            working: working()?,
            is_whole,
            pool,
        })
    }

    /// Audits one state of its files.
    pub(super) fn audit(&self, tree: &dyn Tree) -> Evidence {
        self.pool.install(|| audit(tree, &self.request))
    }

    /// The configuration in force, where it is one of the audited files.
    pub(super) fn configuration_file(&self, evidence: &Evidence) -> Option<FileId> {
        let path = self.configuration.file.as_deref()?;
        let shown = tidy(path, Path::new(&self.working), |path| {
            std::fs::canonicalize(path).ok()
        });
        evidence.file(&shown.to_string_lossy())
    }

    /// From where the configuration's own paths count.
    pub(super) fn ground(&self) -> Ground {
        Ground {
            working: self.working.clone(),
            folder: self.configuration.folder.to_string_lossy().into_owned(),
        }
    }

    /// What its configuration keeps apart.
    pub(super) fn scopes(&self) -> Scopes {
        self.configuration.config.scopes(self.ground())
    }

    /// The input whose repository counts.
    pub(super) fn main_root(&self) -> &Path {
        self.disk_roots
            .first()
            .map_or(Path::new("."), PathBuf::as_path)
    }

    /// Runs `work` with as many threads as were asked for.
    pub(super) fn with_threads<T: Send>(&self, work: impl FnOnce() -> T + Send) -> T {
        self.pool.install(work)
    }
}

impl Session {
    /// Reads the inputs and audits them.
    pub(super) fn open(inputs: &options::Inputs, global: &Global) -> Result<Self, Failure> {
        let project = Project::open(inputs, global)?;
        let evidence = project.audit(&project.tree);
        for function in &evidence.unused_models {
            output::complain(&format!(
                "the configuration says what {function}() returns, and no manifest calls it"
            ));
        }
        Ok(Self { project, evidence })
    }

    /// Runs `work` with as many threads as were asked for.
    pub(super) fn with_threads<T: Send>(&self, work: impl FnOnce(&Self) -> T + Send) -> T {
        self.project.with_threads(|| work(self))
    }
}

fn working() -> Result<String, Failure> {
    let working = std::env::current_dir();
    let working = working
        .map_err(|error| Failure::Work(format!("cannot find the working directory: {error}")))?;
    Ok(working.to_string_lossy().into_owned())
}

/// What is audited first; the nearest configuration is that of it.
fn audited(inputs: &options::Inputs) -> Result<PathBuf, Failure> {
    let first = inputs
        .paths
        .first()
        .map_or(Path::new("."), PathBuf::as_path);
    let absolute = std::path::absolute(first);
    absolute.map_err(|error| Failure::Work(format!("{}: {error}", first.display())))
}

fn functions(config: &Config) -> FunctionModels {
    let functions = config.puppet.functions.iter();
    functions
        .map(|(name, model)| (name.as_str().into(), model.values.clone()))
        .collect()
}
