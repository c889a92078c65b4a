//! No change to a certificate or to the file around it brings an audit down:
//! no fault of ours, none over a second, none over 64 MiB.
//!
//! Real inputs are made on the spot and changed at random, the same in every
//! run of `CA_AUDIT_MUTATION_SEED`. `CA_AUDIT_MUTATED_FILES` says how many;
//! without it there are as many as fit into some seconds, and at least a
//! thousand.

#[path = "../../../../tests/containers.rs"]
mod containers;
mod hostile;
mod mutation;
mod originals;

use ca_audit::facts::Reason;
use ca_audit::tree::Memory;
use ca_audit::{Evidence, Request, audit};
use mutation::{Random, mutate};
use originals::{Original, originals};
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// What users run is built for speed; a build for tests takes some ten times as
/// long, on a machine that may be busy.
const LONGEST: Duration = Duration::from_secs(if cfg!(debug_assertions) { 20 } else { 1 });

const MOST_BYTES: u64 = 64 << 20;

/// Without a wanted number: at least so many, and more for so long.
const LEAST: usize = 1000;
const TIME: Duration = Duration::from_secs(10);

#[test]
fn mutated_files_are_audited_like_any_other() {
    let wanted: Option<usize> = variable("CA_AUDIT_MUTATED_FILES");
    let seed = variable("CA_AUDIT_MUTATION_SEED").unwrap_or(0x9e37_79b9_7f4a_7c15);
    let found = on_one_thread(|| audited_mutants(wanted, seed));
    found.assert_good();
    // A change that always hides everything would prove nothing.
    assert!(found.with_certificates > found.files / 10);
    assert!(found.with_certificates < found.files);
}

/// Files that are made to take long, of shapes that once did.
#[test]
fn hostile_files_are_bounded() {
    let found = on_one_thread(|| {
        // Made here: what they take is not to count for another test.
        let files = hostile::files();
        let mut found = Found::default();
        for (path, bytes) in &files {
            found.add(path, bytes);
        }
        found
    });
    found.assert_good();
}

/// One thread, so that its time is the whole time; and one test at a time, for
/// the memory is that of the process.
fn on_one_thread<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
    let _turn = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    let one_thread = rayon::ThreadPoolBuilder::new().num_threads(1).build();
    one_thread.expect("a thread").install(work)
}

fn audited_mutants(wanted: Option<usize>, seed: u64) -> Found {
    let mut random = Random::new(seed);
    let originals = originals();
    let begun = Instant::now();
    let mut found = Found::default();
    let is_enough = |done: usize| match wanted {
        Some(wanted) => done >= wanted,
        None => done >= LEAST && begun.elapsed() > TIME,
    };
    while !is_enough(found.files) {
        let original = &originals[found.files % originals.len()];
        let bytes = mutated(original, &mut random);
        found.add(original.path, &bytes);
    }
    println!("{} files in {:?}", found.files, begun.elapsed());
    found
}

/// The originals are what they are meant to be: something is found in each.
#[test]
fn originals_are_read() {
    on_one_thread(|| {
        for original in originals() {
            let bytes = original.wrapped(original.inside.clone());
            let evidence = audited(original.path, &bytes);
            let seen = evidence.certs.len() + evidence.crls.len() + evidence.private_keys.len();
            assert!(seen > 0, "{}: {:?}", original.path, evidence.gaps);
        }
    });
}

fn variable<T: std::str::FromStr>(name: &str) -> Option<T> {
    let text = std::env::var(name).ok()?;
    let Ok(number) = text.parse() else {
        panic!("{name} is no number: {text}");
    };
    Some(number)
}

/// Changed inside, before it is wrapped, or outside, or both.
fn mutated(original: &Original, random: &mut Random) -> Vec<u8> {
    let mut inside = original.inside.clone();
    let which = random.below(3);
    if which != 0 {
        mutate(&mut inside, random);
    }
    let mut bytes = original.wrapped(inside);
    if which != 1 {
        mutate(&mut bytes, random);
    }
    bytes
}

fn audited(path: &str, bytes: &[u8]) -> Evidence {
    audit(&Memory::new().with(path, bytes), &Request::default())
}

/// What came of the audits.
#[derive(Debug, Default)]
struct Found {
    files: usize,
    with_certificates: usize,
    slowest: Duration,
    most_bytes: u64,
    faults: Vec<String>,
}

impl Found {
    fn assert_good(&self) {
        println!("{self:?}");
        let shown = &self.faults[..self.faults.len().min(20)];
        assert!(self.faults.is_empty(), "{}", shown.join("\n"));
    }

    fn add(&mut self, path: &str, bytes: &[u8]) {
        let what = format!("file {}, made of {path}", self.files);
        self.files += 1;
        let known = self.faults.len();
        let before = memory("VmRSS");
        forget_peak();
        let (begun, cpu) = (Instant::now(), cpu_time());
        let outcome = catch_unwind(AssertUnwindSafe(|| audited(path, bytes)));
        let took = begun.elapsed();
        let took = cpu
            .zip(cpu_time())
            .map_or(took, |(from, to)| to.saturating_sub(from));
        let grown = memory("VmHWM").saturating_sub(before);
        self.slowest = self.slowest.max(took);
        self.most_bytes = self.most_bytes.max(grown);
        match outcome {
            Ok(evidence) => {
                self.with_certificates += usize::from(!evidence.certs.is_empty());
                let is_ours = |reason| reason == Reason::Internal;
                if let Some(gap) = evidence.gaps.iter().find(|gap| is_ours(gap.reason)) {
                    self.faults.push(format!("{what}: {}", gap.message));
                }
            }
            Err(_) => self.faults.push(format!("{what}: a panic")),
        }
        if took > LONGEST {
            self.faults.push(format!("{what}: took {took:?}"));
        }
        if grown > MOST_BYTES {
            self.faults.push(format!("{what}: took {grown} bytes"));
        }
        if let Some(fault) = self.faults[known..].last_mut() {
            fault.push_str(&kept(self.files, path, bytes));
        }
    }
}

/// Keeps a file that showed a fault: keys and signatures of the originals are
/// others in every run.
fn kept(number: usize, path: &str, bytes: &[u8]) -> String {
    let name = path.replace('/', "-");
    let path = format!("{}/mutated-{number}-{name}", env!("CARGO_TARGET_TMPDIR"));
    match fs::write(&path, bytes) {
        Ok(()) => format!("; kept as {path}"),
        Err(error) => format!("; it could not be kept: {error}"),
    }
}

/// How long this thread has been on a processor, which what else the machine
/// does has no part in (`/proc/[pid]/schedstat` in the kernel's
/// `Documentation/scheduler/sched-stats.rst`); not known but on Linux.
fn cpu_time() -> Option<Duration> {
    let stat = fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    let nanoseconds = stat.split_whitespace().next()?.parse().ok()?;
    Some(Duration::from_nanos(nanoseconds))
}

/// A line of `/proc/self/status` in bytes; zero but on Linux, where alone the
/// memory is looked at.
fn memory(name: &str) -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with(name));
    let number = line.and_then(|line| line.split_whitespace().nth(1)?.parse::<u64>().ok());
    number.unwrap_or(0) * 1024
}

/// Sets the peak of the memory to what is in use (proc(5)). Where that is not
/// allowed the peak is that of the whole run, and no smaller.
fn forget_peak() {
    let _ = fs::write("/proc/self/clear_refs", "5");
}
