//! The `ca-lint` program. Everything it does is in the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    ca_lint::command::main(std::env::args_os())
}
