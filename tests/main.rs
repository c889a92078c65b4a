//! Tests that cross crates: the linter as its users meet it, and the laws of
//! the workspace. Each file says at its top what it is about.
#![cfg(unix)]

mod authority;
mod baseline;
mod brute_force;
mod carried_cas;
mod certificate_rules;
mod checkout;
mod command_line;
mod configuration;
mod configuration_schema;
mod containers;
mod corpora;
mod etcd_kinds;
mod etcd_words;
mod forged;
mod formats;
mod history;
mod integrations;
mod laws;
mod machine;
mod outage;
mod path_rules;
mod program;
mod puppet_records;
mod readme;
mod record;
mod report;
mod repository;
mod robustness;
mod rule_documents;
mod rule_pages;
mod secrets;
mod wrappings;
