//! Cases that are made of the table.

use crate::case::{Case, Form, Said, check_all};
use crate::documents::document;
use crate::forms::{LANGUAGES, dashed, store_flag, store_value, store_variable, url};
use ca_audit::knowledge::{Arguments, Consumer, etcd_clients};

/// Every case that the table makes.
pub(crate) fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for row in etcd_clients() {
        flags(row, &mut cases);
        variables(row, &mut cases);
        keys(row, &mut cases);
        arguments(row, &mut cases);
        parameters(row, &mut cases);
    }
    cases
}

#[test]
fn all() {
    let cases = cases();
    assert!(cases.len() > 500, "{}", cases.len());
    check_all(&cases);
}

/// Collects the cases of a row in one form.
struct Maker<'c> {
    row: &'static Consumer,
    form: Form,
    cases: &'c mut Vec<Case>,
}

impl Maker<'_> {
    fn add(&mut self, said: Said, path: &str, text: String) {
        self.cases.push(Case {
            row: self.row,
            form: self.form,
            said,
            path: path.to_owned(),
            text,
        });
    }

    /// The text under a condition of each template language, inline and over
    /// lines: `around` puts it where it goes.
    fn conditional(
        &mut self,
        path: &str,
        ca: &str,
        is_inline: bool,
        around: impl Fn(&str) -> String,
    ) {
        for language in LANGUAGES {
            let path = format!("{path}{}", language.suffix);
            if is_inline {
                self.add(Said::Conditional, &path, around(&language.inline(ca)));
            } else {
                self.add(Said::Conditional, &path, around(&language.lines(ca)));
            }
        }
    }
}

fn flags(row: &'static Consumer, cases: &mut Vec<Case>) {
    let (Some(program), Some(endpoint)) = (row.names.first(), row.endpoint.flags.first()) else {
        return;
    };
    let mut maker = Maker {
        row,
        form: Form::Flag,
        cases,
    };
    let url = url(row);
    let endpoint = dashed(endpoint);
    let start = format!("{program} {} {endpoint}={url}", store_flag(row));
    maker.add(Said::Missing, "x/start.sh", format!("exec {start}\n"));
    let Some(ca) = row.ca.flags.first() else {
        return;
    };
    let ca = dashed(ca);
    maker.add(
        Said::Explicit,
        "x/start.sh",
        format!("exec {start} \\\n  {ca}=/ca.pem\n"),
    );
    if !ca.contains(' ') {
        maker.add(
            Said::Explicit,
            "x/start.sh",
            format!("exec {start} {ca} /ca.pem\n"),
        );
        maker.add(
            Said::Empty,
            "x/start.sh",
            format!("exec {start} {ca}=\"\"\n"),
        );
    }
    let commented = format!("exec {start}\n# {program} {ca}=/ca.pem\n");
    maker.add(Said::CommentedOut, "x/start.sh", commented);
    maker.conditional("x/start", &format!("{ca}=/ca.pem"), true, |ca| {
        format!("exec {start} {ca}\n")
    });
    maker.conditional("x/start", &format!("  {ca}=/ca.pem \\"), false, |ca| {
        format!("exec {start} \\\n{ca}  --x\n")
    });
    if row.store.values.is_empty() && !program.contains(' ') {
        for (said, flag) in [
            (Said::Missing, "--x".to_owned()),
            (Said::Explicit, format!("{ca}=/ca.pem")),
        ] {
            let pod = format!(
                "spec:\n  containers:\n  - image: registry/{program}:1\n    command:\n    - /bin/{program}\n    - {endpoint}={url}\n    - {flag}\n"
            );
            maker.add(said, "x/pod.yaml", pod);
        }
    }
}

fn variables(row: &'static Consumer, cases: &mut Vec<Case>) {
    let Some(endpoint) = row.endpoint.env.first() else {
        return;
    };
    let mut maker = Maker {
        row,
        form: Form::Variable,
        cases,
    };
    let program = row.names.first().copied().unwrap_or("x");
    let context = row.context_any.first().copied().unwrap_or_default();
    let url = url(row);
    let store = store_variable(row).map_or_else(String::new, |it| format!("Environment={it}\n"));
    let flag = if store.is_empty() {
        store_flag(row)
    } else {
        String::new()
    };
    let unit = |line: &str| {
        format!(
            "[Service]\nDescription={context}\n{store}Environment={endpoint}={url}\n{line}ExecStart=/usr/bin/{program} {flag}\n"
        )
    };
    maker.add(Said::Missing, "x/any.service", unit(""));
    let Some(ca) = row.ca.env.first() else {
        return;
    };
    let line = format!("Environment={ca}=/ca.pem\n");
    maker.add(
        Said::Explicit,
        "x/any.service",
        unit(&format!("Environment=\"{ca}=/ca.pem\"\n")),
    );
    maker.add(
        Said::Empty,
        "x/any.service",
        unit(&format!("Environment={ca}=\n")),
    );
    maker.add(
        Said::CommentedOut,
        "x/any.service",
        unit(&format!("# {line}")),
    );
    maker.conditional("x/any.service", &line, false, unit);
}

fn keys(row: &'static Consumer, cases: &mut Vec<Case>) {
    let plain = |path: &&&str| !path.contains(['!', ' ', '=']);
    let Some(endpoint) = row.endpoint.keys.iter().find(plain) else {
        return;
    };
    let Some(path) = document_path(row) else {
        return;
    };
    if row.arguments == Arguments::EtcdUrls || !row.calls.is_empty() || !row.classes.is_empty() {
        return;
    }
    let mut maker = Maker {
        row,
        form: Form::Key,
        cases,
    };
    let mut keys = kind(row);
    if let Some((key, value)) = row.store.settings.keys.first().zip(store_value(row)) {
        keys.push(((*key).to_owned(), value.to_owned()));
    }
    keys.push(((*endpoint).to_owned(), url(row)));
    let with = |ca: &str, value: &str| {
        let mut keys = keys.clone();
        keys.push((ca.to_owned(), value.to_owned()));
        document(&keys)
    };
    maker.add(Said::Missing, &path, document(&keys));
    let Some(ca) = row.ca.keys.iter().find(plain) else {
        return;
    };
    maker.add(Said::Explicit, &path, with(ca, "/ca.pem"));
    maker.add(Said::Empty, &path, with(ca, "\"\""));
    maker.add(
        Said::CommentedOut,
        &path,
        format!("{}# {ca}: /ca.pem\n", document(&keys)),
    );
    let whole = with(ca, "/ca.pem");
    let line = whole
        .lines()
        .find(|line| line.ends_with("/ca.pem"))
        .unwrap();
    let line = format!("{line}\n");
    maker.conditional(&path, &line, false, |ca| whole.replace(&line, ca));
}

fn arguments(row: &'static Consumer, cases: &mut Vec<Case>) {
    let is_command = row.arguments != Arguments::None && row.endpoint.keys.is_empty();
    let Some(program) = row.names.first().filter(|_| is_command) else {
        return;
    };
    let mut maker = Maker {
        row,
        form: Form::Argument,
        cases,
    };
    let url = url(row);
    maker.add(Said::Missing, "x/a.sh", format!("{program} {url}/x\n"));
    if let Some(ca) = row.ca.flags.first() {
        maker.add(
            Said::Explicit,
            "x/a.sh",
            format!("{program} --{ca} /ca.pem {url}\n"),
        );
        maker.add(Said::Empty, "x/a.sh", format!("{program} --{ca}= {url}\n"));
        let commented = format!("{program} {url}\n# {program} --{ca} /ca.pem {url}\n");
        maker.add(Said::CommentedOut, "x/a.sh", commented);
        maker.conditional("x/a", &format!("--{ca} /ca.pem"), true, |ca| {
            format!("{program} {ca} {url}\n")
        });
    }
    if !row.query.ca.is_empty() {
        let ca = row.query.ca;
        maker.add(
            Said::Explicit,
            "x/a.sh",
            format!("{program} \"{url}?{ca}=/ca.pem\"\n"),
        );
        maker.add(
            Said::Empty,
            "x/a.sh",
            format!("{program} \"{url}?{ca}=\"\n"),
        );
    }
}

/// Parameters of a class: where it is declared, and in Hiera's data.
fn parameters(row: &'static Consumer, cases: &mut Vec<Case>) {
    let Some(class) = row.classes.first() else {
        return;
    };
    let mut maker = Maker {
        row,
        form: Form::Parameter,
        cases,
    };
    let url = url(row);
    let (endpoint, ca) = (row.endpoint.keys[0], row.ca.keys[0]);
    let declared =
        |rest: &str| format!("class {{ '::{class}':\n  {endpoint} => ['{url}'],\n  {rest}\n}}\n");
    let pp = "site/profile/manifests/x.pp";
    maker.add(Said::Missing, pp, declared(""));
    maker.add(Said::Explicit, pp, declared(&format!("{ca} => '/ca.pem',")));
    maker.add(Said::Empty, pp, declared(&format!("{ca} => undef,")));
    maker.add(
        Said::CommentedOut,
        pp,
        declared(&format!("# {ca} => '/ca.pem',")),
    );
    let data = |rest: &str| format!("---\n{class}::{endpoint}:\n  - {url}\n{rest}");
    let yaml = "data/common.yaml";
    maker.add(Said::Missing, yaml, data(""));
    maker.add(
        Said::Explicit,
        yaml,
        data(&format!("{class}::{ca}: /ca.pem\n")),
    );
    maker.add(Said::Empty, yaml, data(&format!("{class}::{ca}: ~\n")));
    maker.add(
        Said::CommentedOut,
        yaml,
        data(&format!("# {class}::{ca}: /ca.pem\n")),
    );
}

/// A document that the row's globs select, or any where its kind tells.
fn document_path(row: &Consumer) -> Option<String> {
    if row.doc_match.contains('=') {
        return Some("x/any.yaml".to_owned());
    }
    let paths = row.files.iter().filter_map(|glob| example_of(glob));
    paths.into_iter().find(|path| {
        let name = path.rsplit('/').next().unwrap_or(path);
        name.contains(".y") || name.contains("cloud-config")
    })
}

/// A path that a glob matches, a YAML one where it may be.
fn example_of(glob: &str) -> Option<String> {
    let mut path = glob.replace("**/", "x/").replace("**", "y");
    while let Some(open) = path.find('{') {
        let close = path[open..].find('}')? + open;
        let mut alternatives = path[open + 1..close].split(',');
        let yaml = alternatives.clone().find(|it| it.starts_with('y'));
        let first = yaml.or_else(|| alternatives.next())?.to_owned();
        path.replace_range(open..=close, &first);
    }
    Some(path.replace('*', ""))
}

/// The keys by which the row's documents are known.
fn kind(row: &Consumer) -> Vec<(String, String)> {
    let words = row
        .doc_match
        .split_whitespace()
        .filter_map(|word| word.split_once('='));
    words
        .map(|(path, values)| {
            let value = values.split('|').next().unwrap_or_default();
            (path.to_owned(), value.replace('*', "v1"))
        })
        .collect()
}
