//! The files that a catalog manages, against real Puppet's catalogs.
//!
//! `golden/catalogs/cases.jsonl` has made-up environments and what Puppet 7.23
//! manages with them (`tests/oracles/catalog_cases.rb 1 240`), `stdlib.jsonl`
//! those that use puppetlabs-stdlib (`CATALOG_OF=stdlib … 1 40`). What is known
//! to differ, or to be less certain than it could, is in `*_known.txt` beside
//! them, which `CA_AUDIT_BLESS=1` writes anew and which must only shrink.
//!
//! Other cases of the same form are compared with `CA_AUDIT_CATALOG_CASES=FILE`;
//! those of classes of real repositories, which are read from disk
//! (`catalog_of_classes.rb`), with `CA_AUDIT_REAL_CATALOGS=FILE`.

mod case;
mod compare;
mod fit;
mod overlay;
mod place;
mod tally;

use ca_audit::Request;
use ca_audit::ca_name::path_names_a_ca;
use case::{Case, Managed};
use compare::{Found, for_all_hosts, for_node};
use overlay::Base;
use tally::Tally;

#[test]
fn catalogs_are_those_of_real_puppet() {
    let cases = include_str!("../golden/catalogs/cases.jsonl");
    compare_with_known(cases, "cases_known.txt");
}

#[test]
fn and_those_that_use_stdlib() {
    let cases = include_str!("../golden/catalogs/stdlib.jsonl");
    compare_with_known(cases, "stdlib_known.txt");
}

#[test]
fn and_so_are_those_of_other_environments() {
    compare_file("CA_AUDIT_CATALOG_CASES");
}

#[test]
fn and_those_of_real_classes() {
    compare_file("CA_AUDIT_REAL_CATALOGS");
}

fn compare_with_known(cases: &str, list: &str) {
    let tally = tally(cases);
    println!("{tally}");
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/catalogs");
    let list = format!("{folder}/{list}");
    if std::env::var_os("CA_AUDIT_BLESS").is_some() {
        std::fs::write(list, tally.known()).expect("the list is written");
        return;
    }
    let known = std::fs::read_to_string(list).expect("the list");
    let changes = tally.changes(&known);
    assert!(
        changes.is_empty(),
        "{}\nCA_AUDIT_BLESS=1 writes the list anew",
        changes.join("\n")
    );
}

/// Compares the cases in the file that a variable names; nothing may differ,
/// but something may be open.
fn compare_file(variable: &str) {
    let Ok(path) = std::env::var(variable) else {
        println!("SKIPPED: no {variable}");
        return;
    };
    let tally = tally(&std::fs::read_to_string(path).expect("the cases"));
    println!("{tally}");
    let differences = tally.differences();
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

fn tally(cases: &str) -> Tally {
    let mut tally = Tally::default();
    let cases: Vec<Case> = cases.lines().map(Case::read).collect();
    for of_one_tree in cases.chunk_by(|a, b| a.tree == b.tree) {
        match &of_one_tree[0].tree {
            Some(folder) => add_real(&mut tally, &Base::read(folder), of_one_tree),
            None => add_made_up(&mut tally, of_one_tree),
        }
    }
    tally
}

fn add_made_up(tally: &mut Tally, cases: &[Case]) {
    let base = Base::default();
    for case in cases {
        tally.add("node", case, for_node(&base, case));
        if let Some(managed) = &case.managed {
            let found = Found::new(&base, case, &Request::default());
            tally.add("all", case, for_all_hosts(&found, managed));
        }
    }
}

/// Classes of one tree: for all hosts it is read once, whatever the node has,
/// and only code that may have to do with CAs.
fn add_real(tally: &mut Tally, base: &Base, cases: &[Case]) {
    let found = Found::new(base, &cases[0], &Request::default());
    for case in cases {
        tally.add("node", case, for_node(base, case));
        let Some(managed) = &case.managed else {
            continue;
        };
        let cas = managed.iter().filter(|file| path_names_a_ca(&file.path));
        let cas: Vec<Managed> = cas.cloned().collect();
        if !cas.is_empty() {
            tally.add("all", case, for_all_hosts(&found, &cas));
        }
    }
}
