//! `accept PATH...`: says for every `.pp` and `.epp` file below the paths, in
//! order, whether it parses.
//!
//! ```text
//! ok PATH
//! error PATH:LINE:COLUMN MESSAGE
//! ```
//!
//! Columns count bytes. With `--plans`, manifests are read as Bolt plans.

use puppet_syntax::SyntaxError;
use std::error::Error;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> Result<(), Box<dyn Error>> {
    let (flags, paths): (Vec<_>, Vec<_>) = env::args().skip(1).partition(|arg| arg == "--plans");
    let mut files = Vec::new();
    for path in paths {
        collect(Path::new(&path), &mut files)?;
    }
    files.sort();
    let mut out = BufWriter::new(io::stdout().lock());
    for file in files {
        writeln!(out, "{}", verdict(&file, !flags.is_empty())?)?;
    }
    Ok(())
}

fn collect(path: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    if path.is_dir() {
        for entry in fs::read_dir(path)? {
            let entry = entry?;
            // A link may lead back up.
            if !entry.file_type()?.is_symlink() {
                collect(&entry.path(), files)?;
            }
        }
    } else if path
        .extension()
        .is_some_and(|extension| extension == "pp" || extension == "epp")
    {
        files.push(path.to_path_buf());
    }
    Ok(())
}

fn verdict(path: &Path, plans: bool) -> io::Result<String> {
    let shown = path.display();
    let Ok(source) = String::from_utf8(fs::read(path)?) else {
        return Ok(format!("error {shown}:1:1 not UTF-8"));
    };
    let errors = if path.extension().is_some_and(|extension| extension == "epp") {
        puppet_syntax::parse_epp(&source).errors
    } else if plans {
        puppet_syntax::parse_plan(&source).errors
    } else {
        puppet_syntax::parse(&source).errors
    };
    Ok(match errors.first() {
        None => format!("ok {shown}"),
        Some(error) => {
            let (line, column) = place(&source, error);
            format!("error {shown}:{line}:{column} {}", error.message)
        }
    })
}

fn place(source: &str, error: &SyntaxError) -> (usize, usize) {
    let before = &source.as_bytes()[..error.span.start as usize];
    let line_start = before
        .iter()
        .rposition(|&b| b == b'\n')
        .map_or(0, |at| at + 1);
    (
        memchr::memchr_iter(b'\n', before).count() + 1,
        before.len() - line_start + 1,
    )
}
