//! `cargo xtask`: tasks for developers.
//!
//! | task | does |
//! |---|---|
//! | `new-rule NAME` | writes the file of a rule and its line in the list |
//! | `new-dialect NAME` | the same for a form of input |
//! | `bless` | records anew what the program prints: snapshots and README |
//! | `docs` | writes the pages of the rules into `crates/ca-lint/docs/rules` |

mod bless;
mod docs;
mod list;
mod name;
mod new_dialect;
mod new_rule;
mod scaffold;

use name::Name;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

const USAGE: &str = "usage: cargo xtask new-rule NAME | new-dialect NAME | bless | docs";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match run(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &[&str]) -> Result<(), String> {
    match arguments {
        ["new-rule", name] => new_rule::scaffold(&Name::new(name)?).write(&root()),
        ["new-dialect", name] => new_dialect::scaffold(&Name::new(name)?).write(&root()),
        ["bless"] => bless::run(&root()),
        ["docs"] => docs::run(&root()),
        _ => Err(USAGE.to_owned()),
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}
