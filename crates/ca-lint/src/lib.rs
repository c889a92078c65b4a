//! The linter on top of `ca-audit`: rules, reports, command line.
//!
//! [`ca_audit::audit`] gives [`Evidence`](ca_audit::Evidence); [`rules`] turn it
//! into [`finding::Finding`]s; [`report`] prints them. Levels, thresholds and
//! what is hidden are applied between the two, never inside a rule.

pub mod asked_place;
mod backup;
pub mod baseline;
mod ca_file;
mod ca_reader;
mod ca_set;
mod certificate_words;
pub mod command;
pub mod config;
mod data_layer;
mod etcd_client;
pub mod finding;
pub mod mend;
pub mod report;
pub mod rules;
pub mod scope;
pub mod settings;
mod sightings;
pub mod source_roots;
mod source_words;
pub mod suppression;
mod troubled_ca;
pub mod verdict;
