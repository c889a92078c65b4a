//! No verified row without a case in each form that it claims.

use crate::case::{Case, Form, Said, claimed};
use crate::{generated, special_forms, traps};
use ca_audit::knowledge::{Consumer, etcd_clients};
use std::collections::BTreeSet;

fn cases() -> Vec<Case> {
    let generated = generated::cases().into_iter();
    generated.chain(special_forms::cases()).collect()
}

#[test]
fn every_form_of_every_row() {
    let cases = cases();
    let had = |said: Said| -> BTreeSet<(&str, Form)> {
        let cases = cases.iter().filter(|case| case.said == said);
        cases.map(|case| (case.row.id, case.form)).collect()
    };
    let (missing, explicit) = (had(Said::Missing), had(Said::Explicit));
    let mut without = Vec::new();
    for row in etcd_clients() {
        for form in claimed(row) {
            let is_tried = missing.contains(&(row.id, form))
                && (!has_ca(row, form) || explicit.contains(&(row.id, form)));
            if !is_tried {
                without.push((row.id, form));
            }
        }
    }
    assert!(without.is_empty(), "rows without a case: {without:?}");
}

/// Whether the row names its CA in this form.
fn has_ca(row: &Consumer, form: Form) -> bool {
    match form {
        Form::Flag => !row.ca.flags.is_empty(),
        Form::Variable => !row.ca.env.is_empty(),
        Form::Argument => !row.ca.flags.is_empty() || !row.query.ca.is_empty(),
        Form::Key | Form::Call | Form::Parameter => {
            !row.ca.keys.is_empty() || !row.query.ca.is_empty()
        }
    }
}

#[test]
fn every_trap_of_every_row() {
    let tried: BTreeSet<(&str, &str)> = traps::cases()
        .iter()
        .map(|case| (case.row, case.trap))
        .collect();
    let mut without = Vec::new();
    for row in etcd_clients() {
        let own = row.traps.iter();
        let own = own.filter(|trap| !traps::ELSEWHERE.iter().any(|(other, _)| other == *trap));
        let open = own.filter(|trap| !tried.contains(&(row.id, **trap)));
        without.extend(open.map(|trap| (row.id, *trap)));
    }
    assert!(without.is_empty(), "traps without a case: {without:?}");
}
