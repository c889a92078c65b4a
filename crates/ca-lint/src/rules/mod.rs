//! The rules. One file each: its page, its code, its examples, which are its
//! tests.
//!
//! To add one: a file here with `pub(super) const RULE`, and its line in
//! [`RULES`].

mod bundle_hides_ca;
mod ca_does_not_sign_server;
mod ca_path_missing;
mod conflicting_ca_sources;
mod divergent_ca;
mod divergent_ca_path;
mod etcd_client_ca_conditional;
mod etcd_client_ca_ineffective;
mod etcd_client_plaintext;
mod etcd_client_skips_verification;
mod etcd_client_without_ca;
mod etcd_mixed_schemes;
mod etcd_server_without_client_ca;
mod expired_ca;
mod expiring_ca;
mod knockout_eats_pem;
mod leaf_as_ca;
mod malformed_pem;
mod private_key_beside_ca;
mod puppet_fix_unrecoverable;
mod puppet_overwrites_ca;
mod puppet_reverted_ca;
mod stale_ca_copy;
mod unexpected_ca;
mod unmanaged_ca_path;
mod unreadable_ca;
mod useless_suppression;
mod weak_ca;

use crate::finding::{Finding, Severity};
use crate::settings::Settings;
use ca_audit::Evidence;

/// A rule: a pure function over the evidence, and what is said of it.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    /// Its name: what the pattern is.
    pub name: &'static str,
    /// One line for lists.
    pub summary: &'static str,
    /// The level of a typical finding; each finding has its own.
    pub severity: Severity,
    /// Its page in Markdown: why, a real outage, how to fix, examples.
    pub page: &'static str,
    /// Looks for the pattern.
    pub check: fn(&Evidence, &Settings, &mut dyn FnMut(Finding)),
}

/// Every rule, by name.
pub const RULES: &[Rule] = &[
    bundle_hides_ca::RULE,
    ca_does_not_sign_server::RULE,
    ca_path_missing::RULE,
    conflicting_ca_sources::RULE,
    divergent_ca::RULE,
    divergent_ca_path::RULE,
    etcd_client_ca_conditional::RULE,
    etcd_client_ca_ineffective::RULE,
    etcd_client_plaintext::RULE,
    etcd_client_skips_verification::RULE,
    etcd_client_without_ca::RULE,
    etcd_mixed_schemes::RULE,
    etcd_server_without_client_ca::RULE,
    expired_ca::RULE,
    expiring_ca::RULE,
    knockout_eats_pem::RULE,
    leaf_as_ca::RULE,
    malformed_pem::RULE,
    private_key_beside_ca::RULE,
    puppet_fix_unrecoverable::RULE,
    puppet_overwrites_ca::RULE,
    puppet_reverted_ca::RULE,
    stale_ca_copy::RULE,
    unexpected_ca::RULE,
    unmanaged_ca_path::RULE,
    unreadable_ca::RULE,
    useless_suppression::RULE,
    weak_ca::RULE,
];

/// What is said of suppressions that suppress nothing, which only the verdict
/// over all findings can tell.
pub(crate) const USELESS_SUPPRESSION: &str = useless_suppression::RULE.name;

/// The rule whose name is most like `name`, if one is like it.
pub fn nearest(name: &str) -> Option<&'static str> {
    let alike = |rule: &&str| strsim::jaro_winkler(rule, name);
    let names = RULES.iter().map(|rule| rule.name);
    let nearest = names.max_by(|a, b| alike(a).total_cmp(&alike(b)));
    nearest.filter(|rule| alike(rule) > 0.8)
}

/// The rule `name`.
pub fn rule(name: &str) -> Option<&'static Rule> {
    RULES.iter().find(|rule| rule.name == name)
}

/// Everything that all rules find, in order of place.
pub fn check(evidence: &Evidence, settings: &Settings) -> Vec<Finding> {
    let mut findings = Vec::new();
    for rule in RULES {
        (rule.check)(evidence, settings, &mut |finding| findings.push(finding));
    }
    findings.sort_by(|a, b| (a.at, a.rule, &a.message).cmp(&(b.at, b.rule, &b.message)));
    // Two ways to one place, such as two rows of the table for one program, are
    // one finding.
    findings.dedup_by(|a, b| (a.at, a.rule, &a.message) == (b.at, b.rule, &b.message));
    findings
}
