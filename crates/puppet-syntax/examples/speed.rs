//! `speed DIRECTORY [ROUNDS]`: reads every `.pp` file below the directory into
//! memory, then parses them all and says how many megabytes a second that is,
//! on one core. The best round counts.

use std::error::Error;
use std::hint::black_box;
use std::path::Path;
use std::time::{Duration, Instant};
use std::{env, fs, io};

fn main() -> Result<(), Box<dyn Error>> {
    let mut args = env::args().skip(1);
    let directory = args.next().ok_or("usage: speed DIRECTORY [ROUNDS]")?;
    let rounds = args.next().map_or(Ok(5), |rounds| rounds.parse())?;
    let mut sources = Vec::new();
    read(Path::new(&directory), &mut sources)?;
    let bytes: usize = sources.iter().map(String::len).sum();
    let best = (0..rounds)
        .map(|_| round(&sources))
        .min()
        .unwrap_or(Duration::MAX);
    #[allow(clippy::cast_precision_loss, reason = "a speed needs three digits")]
    let megabytes = bytes as f64 / 1e6;
    println!(
        "{} files, {megabytes:.1} MB: {:.1} MB/s",
        sources.len(),
        megabytes / best.as_secs_f64()
    );
    Ok(())
}

fn round(sources: &[String]) -> Duration {
    let start = Instant::now();
    for source in sources {
        black_box(puppet_syntax::parse(black_box(source)));
    }
    start.elapsed()
}

fn read(path: &Path, sources: &mut Vec<String>) -> io::Result<()> {
    for entry in fs::read_dir(path)? {
        let entry = entry?;
        let path = entry.path();
        if entry.file_type()?.is_dir() {
            read(&path, sources)?;
        } else if path.extension().is_some_and(|extension| extension == "pp") && path.is_file() {
            sources.extend(fs::read_to_string(path));
        }
    }
    Ok(())
}
