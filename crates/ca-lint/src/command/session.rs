//! What a command that reads a project has in hand.

use super::Failure;
use super::configuration::Configuration;
use super::inputs::Inputs;
use super::options::{self, Global};
use super::output;
use crate::config::Config;
use ca_audit::puppet::FunctionModels;
use ca_audit::tree::Disk;
use ca_audit::{Evidence, Request, audit};
use rayon::ThreadPool;
use rayon::ThreadPoolBuilder;
use std::path::{Path, PathBuf};

/// A project, audited.
pub(super) struct Session {
    /// The files.
    pub(super) tree: Disk,
    /// What is known of them.
    pub(super) evidence: Evidence,
    /// The inputs as reports show them, `""` for the working directory.
    pub(super) roots: Vec<String>,
    /// The configuration in force.
    pub(super) config: Config,
    pool: ThreadPool,
}

impl Session {
    /// Reads the inputs and audits them.
    pub(super) fn open(inputs: &options::Inputs, global: &Global) -> Result<Self, Failure> {
        let configuration = Configuration::open(&audited(inputs)?, global)?;
        let inputs = Inputs::resolve(inputs, &configuration)?;
        let roots = inputs.shown_roots();
        let pool = ThreadPoolBuilder::new()
            .num_threads(global.threads.map_or(0, usize::from))
            .build()
            .map_err(|error| Failure::Work(format!("cannot start threads: {error}")))?;
        let tree = Disk::new(inputs.roots);
        let request = Request {
            hosts: inputs.hosts,
            facts: inputs.facts,
            node: inputs.node,
            functions: functions(&configuration.config),
            hierarchy: inputs.hierarchy,
        };
        let evidence = pool.install(|| audit(&tree, &request));
        for function in &evidence.unused_models {
            output::complain(&format!(
                "the configuration says what {function}() returns, and no manifest calls it"
            ));
        }
        Ok(Self {
            tree,
            evidence,
            roots,
            config: configuration.config,
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
    let absolute = std::path::absolute(first);
    absolute.map_err(|error| Failure::Work(format!("{}: {error}", first.display())))
}

fn functions(config: &Config) -> FunctionModels {
    let functions = config.puppet.functions.iter();
    functions
        .map(|(name, model)| (name.as_str().into(), model.values.clone()))
        .collect()
}
