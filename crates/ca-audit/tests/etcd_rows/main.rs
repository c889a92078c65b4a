//! Every verified row of the knowledge table in every form that it has, and
//! every trap: with no CA, with one, with an empty one, with one in a comment,
//! with one under a condition, and with one that has no effect.
//!
//! Most cases are made of the table, so a new row is tested by being there; one
//! that no case reaches fails `coverage`.

mod case;
mod coverage;
mod documents;
mod forms;
mod generated;
mod puppet;
mod special_forms;
mod traps;
