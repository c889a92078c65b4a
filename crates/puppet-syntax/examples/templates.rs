//! `templates PATH...`: what share of the `.erb` files below the paths is
//! understood.
//!
//! ```text
//! unbalanced PATH:LINE MESSAGE
//! opaque COUNT hole|condition SHAPE
//! ```
//!
//! A shape is the code with its names, numbers and strings left out. The last
//! lines count files, holes and conditions.

use puppet_syntax::template::{Code, Node, Ruby, Template};
use puppet_syntax::{Span, parse_erb};
use std::collections::HashMap;
use std::error::Error;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> Result<(), Box<dyn Error>> {
    let mut files = Vec::new();
    for path in env::args().skip(1) {
        collect(Path::new(&path), &mut files)?;
    }
    files.sort();
    let mut out = BufWriter::new(io::stdout().lock());
    let mut counts = Counts::default();
    for file in files {
        let source = String::from_utf8_lossy(&fs::read(&file)?).into_owned();
        let template = parse_erb(&source);
        counts.files += 1;
        if let Some(error) = template.errors.first() {
            counts.unbalanced += 1;
            let line = source[..error.span.start as usize].matches('\n').count() + 1;
            writeln!(
                out,
                "unbalanced {}:{line} {}",
                file.display(),
                error.message
            )?;
        }
        counts.add(&template, &source);
    }
    counts.print(&mut out)?;
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
    } else if path.extension().is_some_and(|extension| extension == "erb") {
        files.push(path.to_path_buf());
    }
    Ok(())
}

#[derive(Default)]
struct Counts {
    files: usize,
    unbalanced: usize,
    holes: [usize; 2],
    conditions: [usize; 2],
    opaque: HashMap<(&'static str, String), usize>,
}

impl Counts {
    fn add(&mut self, template: &Template, source: &str) {
        let mut stack: Vec<&Node> = template.nodes.iter().collect();
        while let Some(node) = stack.pop() {
            match node {
                Node::Hole { code, expr, .. } => {
                    let opaque = is_opaque(expr);
                    self.holes[usize::from(opaque)] += 1;
                    self.note("hole", opaque, *code, source);
                }
                Node::Block { branches, .. } => {
                    for branch in branches {
                        stack.extend(&branch.body);
                        let Some(condition) = &branch.condition else {
                            continue;
                        };
                        let opaque = is_opaque(condition);
                        self.conditions[usize::from(opaque)] += 1;
                        self.note("condition", opaque, branch.head, source);
                    }
                }
                _ => {}
            }
        }
    }

    fn note(&mut self, what: &'static str, opaque: bool, code: Span, source: &str) {
        if opaque {
            let shape = shape(code.of(source));
            *self.opaque.entry((what, shape)).or_default() += 1;
        }
    }

    fn print(&self, out: &mut dyn Write) -> io::Result<()> {
        let mut shapes: Vec<_> = self.opaque.iter().collect();
        shapes.sort_by_key(|(shape, count)| (std::cmp::Reverse(**count), *shape));
        for ((what, shape), count) in shapes {
            writeln!(out, "opaque {count} {what} {shape}")?;
        }
        let share = |[known, opaque]: [usize; 2]| format!("{opaque} of {} opaque", known + opaque);
        writeln!(
            out,
            "{} files, {} unbalanced; holes: {}; conditions: {}",
            self.files,
            self.unbalanced,
            share(self.holes),
            share(self.conditions)
        )
    }
}

const fn is_opaque(code: &Code) -> bool {
    matches!(code, Code::Opaque | Code::Ruby(Ruby::Opaque))
}

/// `@a.join(',')` as `@a.join('')`: methods stay, the rest says too little.
fn shape(code: &str) -> String {
    let mut shape = String::new();
    let mut quote = None;
    for c in code.trim().chars() {
        let after_dot = shape
            .trim_end_matches(|c: char| c.is_alphanumeric() || c == '_')
            .ends_with('.');
        match quote {
            Some(open) if c == open => {
                shape.push(c);
                quote = None;
            }
            Some(_) => {}
            None if matches!(c, '\'' | '"') => {
                shape.push(c);
                quote = Some(c);
            }
            None if c.is_whitespace() && shape.ends_with(' ') => {}
            None if c.is_whitespace() => shape.push(' '),
            None if (c.is_alphanumeric() || c == '_') && !after_dot => {
                if !shape.ends_with('a') || shape.ends_with(".a") {
                    shape.push('a');
                }
            }
            None => shape.push(c),
        }
    }
    shape.chars().take(120).collect()
}
