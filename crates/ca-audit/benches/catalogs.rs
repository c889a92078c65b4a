//! How fast the catalog of a node with one class is evaluated, beside a warm
//! compile by real Puppet.
//!
//! ```text
//! ruby tests/oracles/catalog_of_classes.rb --time --all 100 TREE FACTS CASES
//! cargo bench -p ca-audit --bench catalogs -- CASES
//! ```
//!
//! The median class has to take Puppet [`LEAST_RATIO`] times as long, or the
//! status is 1. Both have everything read, parsed and cached before. One thread.

use ca_audit::hiera::{Datum, Facts, Key, Layer, is_data, read_facts};
use ca_audit::place::FileId;
use ca_audit::puppet::code::{Code, Manifest};
use ca_audit::puppet::data_keys::DataKeys;
use ca_audit::puppet::modules::Modules;
use ca_audit::puppet::{Node, evaluate};
use ca_audit::tree::{Disk, Entry, EntryKind, Memory, Tree};
use serde_json::Value;
use std::collections::BTreeMap;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Instant;

/// How many times as long real Puppet takes.
const LEAST_RATIO: f64 = 50.0;

/// How often each class is evaluated; the median counts, of runs that are all
/// warm but the first.
const ROUNDS: usize = 11;

fn main() -> ExitCode {
    // Cargo itself says `--bench`.
    let Some(path) = std::env::args().skip(1).find(|word| word != "--bench") else {
        println!("SKIPPED: no file of cases is named");
        return ExitCode::SUCCESS;
    };
    let cases = std::fs::read_to_string(path).expect("the cases");
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build();
    pool.expect("a thread").install(|| compare(&cases))
}

fn compare(cases: &str) -> ExitCode {
    let mut tree = None;
    let mut ratios = Vec::new();
    for line in cases.lines() {
        let case: Value = serde_json::from_str(line).expect("a case");
        let puppet = case["milliseconds"].as_f64().expect("milliseconds");
        let files = tree.get_or_insert_with(|| files(&case));
        let own = milliseconds(files, &case, line);
        ratios.push((puppet / own, puppet, own));
    }
    ratios.sort_by(|a, b| a.0.total_cmp(&b.0));
    let at = |share: usize| ratios[(ratios.len() - 1) * share / 100];
    println!(
        "{} classes; milliseconds of Puppet, here, ratio",
        ratios.len()
    );
    for (name, share) in [("worst", 0), ("tenth", 10), ("median", 50), ("best", 100)] {
        let (ratio, puppet, own) = at(share);
        println!("{name:<8}{puppet:>10.3}{own:>10.3}{ratio:>8.0}");
    }
    ExitCode::from(u8::from(at(50).0 < LEAST_RATIO))
}

/// The files that the classes of one tree share: all but the site manifest.
fn files(case: &Value) -> Memory {
    let folder = case["tree"].as_str().expect("a tree");
    let disk = Disk::new([folder]);
    let over = case["files"].as_object().expect("files");
    let mut memory = Memory::new();
    for entry in disk.list().entries {
        let path = entry
            .path
            .trim_start_matches(folder)
            .trim_start_matches('/');
        let is_over = over.contains_key(path) || path.starts_with("manifests/");
        if let (EntryKind::File, false) = (&entry.kind, is_over)
            && let Ok(bytes) = disk.bytes(&entry.path)
        {
            memory = memory.with(path, bytes);
        }
    }
    for (path, text) in over
        .iter()
        .filter(|(path, _)| !path.starts_with("manifests/"))
    {
        memory = memory.with(path.as_str(), text.as_str().expect("a text"));
    }
    memory
}

fn milliseconds(tree: &Memory, case: &Value, line: &str) -> f64 {
    let entries = tree.list().entries;
    let mut code = Code::new(Arc::default());
    let mut layers = Vec::new();
    let modules = Modules::default();
    let text = |entry: &Entry| {
        String::from_utf8_lossy(&tree.bytes(&entry.path).unwrap_or_default()).into_owned()
    };
    for (index, entry) in entries.iter().enumerate() {
        let file = FileId(u32::try_from(index).expect("few files"));
        if entry.path.ends_with(".pp") {
            code.add_manifest(
                Manifest::new(file, &entry.path, text(entry)),
                &entry.path,
                &modules,
            );
        } else if is_data(&entry.path) {
            layers.push(Layer::new(file, &text(entry)));
        } else if entry.path.contains("/lib/puppet/") && entry.path.ends_with(".rb") {
            code.add_function(file, &entry.path, text(entry));
        } else {
            code.add_file(file, &entry.path, &modules);
        }
    }
    let site = case["files"]["manifests/site.pp"]
        .as_str()
        .expect("a site manifest");
    let mut site = Manifest::new(FileId(u32::MAX), "manifests/site.pp", site.to_owned());
    site.site = Some(String::new());
    code.add_manifest(site, "manifests/site.pp", &modules);
    let facts = facts(line);
    let node = Node {
        name: case["node"].as_str().expect("a node").to_owned(),
        classes: Vec::new(),
    };
    let data = DataKeys::new(tree, &entries, &layers, Some(&facts), None);
    let evaluated = || {
        let begun = Instant::now();
        evaluate(&code, &data, &BTreeMap::new(), Some(&node));
        begun.elapsed().as_secs_f64() * 1000.0
    };
    let mut times: Vec<f64> = (0..ROUNDS).map(|_| evaluated()).collect();
    times.sort_by(f64::total_cmp);
    times[ROUNDS / 2]
}

/// The facts in their own order, which `serde_json` does not keep.
fn facts(line: &str) -> Facts {
    let case = read_facts(line).expect("a case");
    let facts = case.get(&Key::from("facts")).and_then(Datum::as_hash);
    let node = case.get(&Key::from("node")).and_then(Datum::as_str);
    Facts::new(facts.expect("facts"), node.expect("a node"), "production")
}
