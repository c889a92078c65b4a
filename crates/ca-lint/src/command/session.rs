//! What a command that reads a project has in hand.

use super::Failure;
use super::inputs::Inputs;
use super::options::{self, Global};
use ca_audit::tree::Disk;
use ca_audit::{Evidence, Request, audit};
use rayon::ThreadPool;
use rayon::ThreadPoolBuilder;

/// A project, audited.
pub(super) struct Session {
    /// The files.
    pub(super) tree: Disk,
    /// What is known of them.
    pub(super) evidence: Evidence,
    /// The inputs as reports show them, `""` for the working directory.
    pub(super) roots: Vec<String>,
    pool: ThreadPool,
}

impl Session {
    /// Reads the inputs and audits them.
    pub(super) fn open(inputs: &options::Inputs, global: &Global) -> Result<Self, Failure> {
        let inputs = Inputs::resolve(inputs)?;
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
            hierarchy: inputs.hierarchy,
        };
        let evidence = pool.install(|| audit(&tree, &request));
        Ok(Self {
            tree,
            evidence,
            roots,
            pool,
        })
    }

    /// Runs `work` with as many threads as were asked for.
    pub(super) fn with_threads<T: Send>(&self, work: impl FnOnce(&Self) -> T + Send) -> T {
        self.pool.install(|| work(self))
    }
}
