//! The laws of the workspace, each with the file that holds it.

mod arrows;
mod determinism;
mod file_system;
mod lists;
mod spans;
mod tidiness;
