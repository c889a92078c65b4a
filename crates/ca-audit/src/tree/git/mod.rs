//! Files of a git repository as they were committed.
//!
//! The `git` of the machine is asked: what a revision's name means, and what a
//! partial clone, a linked working tree or an alternate store holds, is then
//! what the user's own git says. Nothing is fetched, no hook runs, and neither
//! the index nor the working tree is touched.

mod as_of;
mod command;
mod objects;
mod repository;
mod revision;

pub use as_of::AsOf;
pub use command::GitFailure;
pub use repository::{Commit, Repository};
pub use revision::Revision;
