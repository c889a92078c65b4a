//! The inventory as a page tells what the other forms tell.

use super::FIXTURE;
use crate::checkout;
use crate::program::{CLOCK, ca_lint};
use scraper::{Html, Selector};
use serde_json::Value;

fn output(arguments: &[&str]) -> String {
    let arguments = [arguments, &CLOCK, &[FIXTURE]].concat();
    let outcome = ca_lint(&checkout::root(), arguments);
    assert_eq!(outcome.complaints, "");
    outcome.output
}

fn texts(page: &Html, selector: &str) -> Vec<String> {
    let selector = Selector::parse(selector).expect("a selector");
    page.select(&selector)
        .map(|it| it.text().collect())
        .collect()
}

fn list(report: &Value, name: &str) -> Vec<Value> {
    report[name].as_array().cloned().unwrap_or_default()
}

fn text<'v>(value: &'v Value, name: &str) -> &'v str {
    value[name].as_str().expect("a text")
}

#[test]
fn it_tells_what_the_other_forms_tell() {
    let page = Html::parse_document(&output(&["inventory", "--format", "html"]));
    assert!(page.errors.is_empty(), "{:?}", page.errors);
    let told = texts(&page, "main").concat();
    let inventory = output(&["inventory", "--format", "json"]);
    let inventory: Value = serde_json::from_str(&inventory).expect("JSON");
    for certificate in list(&inventory, "certificates") {
        let pin = text(&certificate, "kubeadm_pin");
        let is_ca = certificate["is_ca"] != false;
        assert!(!is_ca || told.contains(pin), "{pin}");
        for sighting in list(&certificate, "sightings") {
            let place = format!("{}:{}", text(&sighting, "path"), sighting["line"]);
            assert!(told.contains(&place), "{place}");
        }
    }
    let check: Value = serde_json::from_str(&output(&["check", "--format", "json"])).expect("JSON");
    let findings = list(&check, "findings");
    assert!(!findings.is_empty());
    assert_eq!(texts(&page, "article.finding").len(), findings.len());
    for finding in findings {
        assert!(told.contains(text(&finding, "message")), "{finding}");
        assert!(told.contains(text(&finding, "help")), "{finding}");
    }
    for gap in list(&inventory, "gaps") {
        assert!(told.contains(text(&gap, "message")), "{gap}");
    }
}
