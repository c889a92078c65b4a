//! What a reader of each form gets to know of the findings.

use crate::report::{list, text};
use roxmltree::{Document, Node};
use serde_json::Value;

/// Rule, path and line of a finding.
pub(super) type Told = (String, String, u64);

/// The findings of a report in `format`, sorted.
pub(super) fn told(format: &str, report: &str) -> Vec<Told> {
    let mut told = match format {
        "json" => list(&json(report)["findings"])
            .iter()
            .map(of_json)
            .collect(),
        "jsonl" => jsonl(report),
        "sarif" => sarif(report),
        "github" => github(report),
        "gitlab" => gitlab(report),
        "junit" => junit(report),
        "checkstyle" => checkstyle(report),
        "markdown" => markdown(report),
        "concise" => concise(report),
        "narrated" => narrated(report),
        other => panic!("nobody reads {other} here"),
    };
    told.sort();
    told
}

pub(super) fn json(report: &str) -> Value {
    serde_json::from_str(report).unwrap_or_else(|error| panic!("{error}: {report}"))
}

fn of_json(finding: &Value) -> Told {
    let location = &finding["location"];
    (
        text(&finding["rule"]).into(),
        text(&location["path"]).into(),
        number(&location["line"]),
    )
}

fn number(value: &Value) -> u64 {
    value
        .as_u64()
        .unwrap_or_else(|| panic!("no number: {value}"))
}

fn jsonl(report: &str) -> Vec<Told> {
    let lines: Vec<Value> = report.lines().map(json).collect();
    assert_eq!(lines[0]["kind"], "header");
    assert_eq!(lines[0]["schema_version"], 1);
    let findings = lines.iter().filter(|line| line["kind"] == "finding");
    findings.map(of_json).collect()
}

fn sarif(report: &str) -> Vec<Told> {
    let log = json(report);
    let results = list(&log["runs"][0]["results"]).iter();
    results
        .map(|result| {
            let place = &result["locations"][0]["physicalLocation"];
            (
                text(&result["ruleId"]).into(),
                decoded(text(&place["artifactLocation"]["uri"])),
                number(&place["region"]["startLine"]),
            )
        })
        .collect()
}

/// A URI as the path that it was made of.
fn decoded(uri: &str) -> String {
    let bytes = percent_encoding::percent_decode_str(uri);
    bytes.decode_utf8().expect("UTF-8").into_owned()
}

fn github(report: &str) -> Vec<Told> {
    let commands = report.lines().filter(|line| line.contains("file="));
    commands
        .map(|command| {
            let (properties, _) = command
                .strip_prefix("::")
                .and_then(|rest| rest.split_once("::"))
                .expect("a command");
            let (_, properties) = properties.split_once(' ').expect("properties");
            let value = |name: &str| {
                let mut all = properties.split(',').filter_map(|it| it.split_once('='));
                let (_, value) = all.find(|(key, _)| *key == name).expect(name);
                let value = value.replace("%0A", "\n").replace("%2C", ",");
                value.replace("%3A", ":").replace("%25", "%")
            };
            let title = value("title");
            let rule = title.split(['[', ']']).nth(1).expect("a rule");
            let line = value("line").parse().expect("a line");
            (rule.to_owned(), value("file"), line)
        })
        .collect()
}

fn gitlab(report: &str) -> Vec<Told> {
    let entries = json(report);
    let entries = list(&entries).iter();
    entries
        .map(|entry| {
            (
                text(&entry["check_name"]).into(),
                text(&entry["location"]["path"]).into(),
                number(&entry["location"]["lines"]["begin"]),
            )
        })
        .collect()
}

fn attribute<'n>(node: Node<'n, '_>, name: &str) -> &'n str {
    node.attribute(name)
        .unwrap_or_else(|| panic!("no {name}: {node:?}"))
}

fn rule_of<'n>(node: Node<'n, '_>, name: &str) -> &'n str {
    attribute(node, name)
        .strip_prefix("ca-lint.")
        .expect("ours")
}

fn junit(report: &str) -> Vec<Told> {
    let document = Document::parse(report).expect("XML");
    let cases = document
        .descendants()
        .filter(|it| it.has_tag_name("testcase"));
    cases
        .map(|case| {
            let line = attribute(case, "line").parse().expect("a line");
            let path = attribute(case, "file").to_owned();
            (rule_of(case, "classname").to_owned(), path, line)
        })
        .collect()
}

fn checkstyle(report: &str) -> Vec<Told> {
    let document = Document::parse(report).expect("XML");
    let errors = document.descendants().filter(|it| it.has_tag_name("error"));
    errors
        .map(|error| {
            let file = error.parent_element().expect("a file");
            let line = attribute(error, "line").parse().expect("a line");
            let path = attribute(file, "name").to_owned();
            (rule_of(error, "source").to_owned(), path, line)
        })
        .collect()
}

/// Rows of a table: pipes in cells are behind a backslash.
fn markdown(report: &str) -> Vec<Told> {
    let rows = report.lines().filter(|line| line.starts_with("| "));
    let rows = rows.skip_while(|row| row.starts_with("| level"));
    rows.map(|row| {
        let row = row.replace("\\|", "\u{1}");
        let cells: Vec<&str> = row.split('|').map(str::trim).collect();
        assert_eq!(cells.len(), 6, "four cells: {row}");
        let place = code(cells[3]).replace('\u{1}', "|");
        let mut parts = place.rsplitn(3, ':');
        let line = parts.nth(1).and_then(|line| line.parse().ok());
        let path = parts.next().expect("a path").to_owned();
        (code(cells[2]).to_owned(), path, line.expect("a line"))
    })
    .collect()
}

/// What stands between fences of backticks.
fn code(cell: &str) -> &str {
    let fence = cell.chars().take_while(|letter| *letter == '`').count();
    assert!(fence > 0 && cell.ends_with(&"`".repeat(fence)), "{cell}");
    let inside = &cell[fence..cell.len() - fence];
    inside
        .strip_prefix(' ')
        .and_then(|inside| inside.strip_suffix(' '))
        .unwrap_or(inside)
}

fn concise(report: &str) -> Vec<Told> {
    report
        .lines()
        .map(|line| {
            let (place, rest) = line.split_once(": ").expect("a place");
            let mut parts = place.rsplitn(3, ':');
            let line = parts.nth(1).and_then(|line| line.parse().ok());
            let path = parts.next().expect("a path").to_owned();
            let rule = rest.split(['[', ']']).nth(1).expect("a rule");
            (rule.to_owned(), path, line.expect("a line"))
        })
        .collect()
}

fn narrated(report: &str) -> Vec<Told> {
    let mut told = Vec::new();
    let mut rule = "";
    for line in report.lines() {
        if line.starts_with("Finding ") {
            rule = line.rsplit(' ').next().expect("a rule");
        }
        if let Some(place) = line.strip_prefix("Place to edit: ") {
            let (path, rest) = place.split_once(", line ").expect("a line");
            let (line, _) = rest.split_once(',').expect("a column");
            told.push((rule.into(), path.into(), line.parse().expect("a line")));
        }
    }
    told
}
