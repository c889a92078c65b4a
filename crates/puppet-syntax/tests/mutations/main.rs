//! No change to a file brings the parsers down: no panic, no overflow of the
//! stack, none over a second, none over 64 MiB, and the laws of trees hold.
//!
//! Originals are changed at random, the same way in every run of
//! `PUPPET_SYNTAX_MUTATION_SEED`. `PUPPET_SYNTAX_MUTATED_FILES` says how many;
//! without it there are as many as fit into some seconds, and at least a
//! thousand. `PUPPET_SYNTAX_ORIGINALS` names a directory of further originals.

#[path = "../laws/mod.rs"]
mod laws;
mod mutation;
mod originals;

use mutation::{Random, mutate};
use originals::{Kind, Original, originals};
use puppet_syntax::{Parse, Template, parse, parse_epp, parse_erb, parse_plan};
use std::error::Error;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

/// What users run is built for speed; a build for tests takes some ten times as
/// long, on a machine that may be busy.
const LONGEST: Duration = Duration::from_secs(if cfg!(debug_assertions) { 20 } else { 1 });

const MOST_BYTES: u64 = 64 << 20;

/// Without a wanted number: at least so many, and more for so long.
const LEAST: usize = 1000;
const TIME: Duration = Duration::from_secs(4);

#[test]
fn mutated_files_are_parsed_like_any_other() -> Result<(), Box<dyn Error>> {
    let wanted: Option<usize> = variable("PUPPET_SYNTAX_MUTATED_FILES");
    let seed = variable("PUPPET_SYNTAX_MUTATION_SEED").unwrap_or(0x9e37_79b9_7f4a_7c15);
    let mut random = Random::new(seed);
    let originals = originals()?;
    let begun = Instant::now();
    let mut found = Found::default();
    let is_enough = |done: usize| match wanted {
        Some(wanted) => done >= wanted,
        None => done >= LEAST && begun.elapsed() > TIME,
    };
    while !is_enough(found.files) {
        let original = &originals[random.below(originals.len())];
        let other = &originals[random.below(originals.len())];
        let mut bytes = original.bytes.clone();
        mutate(&mut bytes, &other.bytes, &mut random);
        found.add(original, &bytes);
    }
    println!("{} files in {:?}: {found:?}", found.files, begun.elapsed());
    let first = &found.faults[..found.faults.len().min(20)];
    assert!(found.faults.is_empty(), "{}", first.join("\n"));
    // A change that always breaks everything would prove nothing.
    assert!(found.whole > found.files / 20);
    assert!(found.whole < found.files);
    Ok(())
}

/// The originals that are whole files are read without an error.
#[test]
fn originals_are_accepted() -> Result<(), Box<dyn Error>> {
    for original in originals()?.iter().take(4) {
        let text = String::from_utf8_lossy(&original.bytes);
        let tree = Tree::of(original.kind, &text);
        assert!(tree.is_whole(), "{}: {tree:?}", original.name);
    }
    Ok(())
}

fn variable<T: std::str::FromStr>(name: &str) -> Option<T> {
    let text = std::env::var(name).ok()?;
    let Ok(number) = text.parse() else {
        panic!("{name} is no number: {text}");
    };
    Some(number)
}

/// What a file gives, by its kind.
#[derive(Debug)]
enum Tree {
    Manifest(Parse, Parse),
    Template(Template),
}

impl Tree {
    fn of(kind: Kind, text: &str) -> Self {
        match kind {
            Kind::Manifest => Self::Manifest(parse(text), parse_plan(text)),
            Kind::Epp => Self::Template(parse_epp(text)),
            Kind::Erb => Self::Template(parse_erb(text)),
        }
    }

    fn check(&self, text: &str) {
        match self {
            Self::Manifest(manifest, plan) => {
                laws::check_parse(text, manifest);
                laws::check_parse(text, plan);
            }
            Self::Template(template) => laws::check_template(text, template),
        }
    }

    fn is_whole(&self) -> bool {
        match self {
            Self::Manifest(manifest, _) => manifest.errors.is_empty(),
            Self::Template(template) => template.errors.is_empty(),
        }
    }
}

/// What came of it.
#[derive(Debug, Default)]
struct Found {
    files: usize,
    /// Without an error still.
    whole: usize,
    slowest: Duration,
    slowest_file: String,
    most_bytes: u64,
    faults: Vec<String>,
}

impl Found {
    fn add(&mut self, original: &Original, bytes: &[u8]) {
        let what = format!("file {}, made of {}", self.files, original.name);
        self.files += 1;
        let text = String::from_utf8_lossy(bytes);
        let before = memory("VmRSS");
        forget_peak();
        let begun = Instant::now();
        let outcome = catch_unwind(AssertUnwindSafe(|| Tree::of(original.kind, &text)));
        let took = begun.elapsed();
        let grown = memory("VmHWM").saturating_sub(before);
        if took > self.slowest {
            self.slowest = took;
            self.slowest_file.clone_from(&what);
        }
        self.most_bytes = self.most_bytes.max(grown);
        match outcome {
            Ok(tree) => {
                self.whole += usize::from(tree.is_whole());
                if catch_unwind(AssertUnwindSafe(|| tree.check(&text))).is_err() {
                    self.faults.push(format!("{what}: a law is broken"));
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
    }
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
