//! What a command that reads a project has in hand.

use super::Failure;
use super::configuration::Configuration;
use super::document::Document;
use super::inputs::Inputs;
use super::options::{self, Global};
use super::output;
use super::source::Source;
use crate::config::Config;
use crate::source_roots::SourceRoots;
use ca_audit::puppet::FunctionModels;
use ca_audit::tree::Disk;
use ca_audit::{Evidence, Request, audit};
use rayon::ThreadPool;
use rayon::ThreadPoolBuilder;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// A project, audited.
pub(super) struct Session {
    /// The files.
    pub(super) tree: Source,
    /// What is known of them.
    pub(super) evidence: Evidence,
    /// Where they belong.
    pub(super) roots: SourceRoots,
    /// The configuration in force.
    pub(super) config: Config,
    /// How long reading took.
    pub(super) took: Duration,
    pool: ThreadPool,
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
        let configuration = Configuration::open(&audited(inputs)?, global)?;
        let inputs = Inputs::resolve(inputs, &configuration)?;
        let request = Request {
            hosts: inputs.hosts,
            facts: inputs.facts,
            node: inputs.node,
            functions: functions(&configuration.config),
            hierarchy: inputs.hierarchy,
        };
        let disk = Disk::new(inputs.roots);
        let roots = inputs.source_roots;
        let tree = Source::Disk {
            disk,
            left_out,
            roots: roots.clone(),
        };
        let session = Self::audit(tree, roots, &request, configuration, global)?;
        for function in &session.evidence.unused_models {
            output::complain(&format!(
                "the configuration says what {function}() returns, and no manifest calls it"
            ));
        }
        Ok(session)
    }

    /// Audits one document.
    pub(super) fn of_document(document: Document, global: &Global) -> Result<Self, Failure> {
        let configuration = Configuration::open(&absolute(&document.name)?, global)?;
        let request = Request {
            functions: functions(&configuration.config),
            ..Request::default()
        };
        let tree = Source::Document(document.tree);
        Self::audit(tree, document.roots, &request, configuration, global)
    }

    fn audit(
        tree: Source,
        roots: SourceRoots,
        request: &Request,
        configuration: Configuration,
        global: &Global,
    ) -> Result<Self, Failure> {
        let pool = ThreadPoolBuilder::new()
            .num_threads(global.threads.map_or(0, usize::from))
            .build()
            .map_err(|error| Failure::Work(format!("cannot start threads: {error}")))?;
        let start = Instant::now();
        let evidence = pool.install(|| audit(&tree, request));
        Ok(Self {
            tree,
            evidence,
            roots,
            config: configuration.config,
            took: start.elapsed(),
            pool,
        })
    }

    /// Runs `work` with as many threads as were asked for.
    pub(super) fn with_threads<T: Send>(&self, work: impl FnOnce(&Self) -> T + Send) -> T {
        self.pool.install(|| work(self))
    }
}

/// What is audited first; the nearest configuration is that of it.
fn audited(inputs: &options::Inputs) -> Result<PathBuf, Failure> {
    let first = inputs
        .paths
        .first()
        .map_or(Path::new("."), PathBuf::as_path);
    absolute(first)
}

fn absolute(path: &Path) -> Result<PathBuf, Failure> {
    let absolute = std::path::absolute(path);
    absolute.map_err(|error| Failure::Work(format!("{}: {error}", path.display())))
}

fn functions(config: &Config) -> FunctionModels {
    let functions = config.puppet.functions.iter();
    functions
        .map(|(name, model)| (name.as_str().into(), model.values.clone()))
        .collect()
}
