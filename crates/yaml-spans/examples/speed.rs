//! Reads every YAML and JSON file below a directory, again and again for some
//! seconds, and prints megabytes (10^6) a second of one thread: `speed DIR`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

use yaml_spans::{Format, Limits, Tree};

const ROUNDS: u32 = 5;

fn main() -> ExitCode {
    let Some(root) = std::env::args().nth(1) else {
        eprintln!("usage: speed DIR");
        return ExitCode::FAILURE;
    };
    let texts = texts(Path::new(&root));
    for format in [Format::Yaml, Format::Json] {
        let of_format: Vec<&Arc<str>> = texts
            .iter()
            .filter(|(of, _)| *of == format)
            .map(|(_, text)| text)
            .collect();
        if !of_format.is_empty() {
            report(format, &of_format);
        }
    }
    ExitCode::SUCCESS
}

#[expect(clippy::cast_precision_loss, reason = "figures for people")]
fn report(format: Format, texts: &[&Arc<str>]) {
    let bytes: usize = texts.iter().map(|text| text.len()).sum();
    let best = (0..ROUNDS).map(|_| time(format, texts)).min();
    let seconds = best.unwrap_or(Duration::MAX).as_secs_f64();
    let nodes: usize = texts
        .iter()
        .map(|text| read(format, text).nodes().len())
        .sum();
    println!(
        "{format:?}: {} files, {:.1} MB, {nodes} nodes, {:.1} MB/s (best of {ROUNDS})",
        texts.len(),
        bytes as f64 / 1e6,
        bytes as f64 / 1e6 / seconds,
    );
}

fn time(format: Format, texts: &[&Arc<str>]) -> Duration {
    let start = Instant::now();
    for text in texts {
        std::hint::black_box(read(format, text));
    }
    start.elapsed()
}

fn read(format: Format, text: &Arc<str>) -> Tree {
    match format {
        Format::Json => Tree::parse_json(text.clone(), &Limits::default()),
        _ => Tree::parse(text.clone(), &Limits::default()),
    }
}

fn texts(root: &Path) -> Vec<(Format, Arc<str>)> {
    let mut found = Vec::new();
    let mut waiting: Vec<PathBuf> = vec![root.to_owned()];
    while let Some(directory) = waiting.pop() {
        let entries = fs::read_dir(directory).into_iter().flatten().flatten();
        for entry in entries {
            let Ok(kind) = entry.file_type() else {
                continue;
            };
            if kind.is_dir() {
                waiting.push(entry.path());
            } else if let Some(format) = format_of(&entry.path()).filter(|_| kind.is_file()) {
                found.extend(fs::read_to_string(entry.path()).map(|text| (format, text.into())));
            }
        }
    }
    found
}

fn format_of(path: &Path) -> Option<Format> {
    match path.extension()?.to_str()? {
        "yaml" | "yml" => Some(Format::Yaml),
        "json" => Some(Format::Json),
        _ => None,
    }
}
