//! One case: what is found here beside what real Puppet manages.

use crate::case::{Case, Managed};
use crate::fit::{Fit, of_content, of_text};
use crate::overlay::{Base, Overlay};
use crate::place::is_on_line;
use ca_audit::facts::Write;
use ca_audit::place::Span;
use ca_audit::puppet::Node;
use ca_audit::tree::Tree as _;
use ca_audit::{Evidence, Request, audit};

/// What came of a case in one mode.
#[derive(Debug, Default)]
pub(crate) struct Outcome {
    /// How many files of the catalog are found with everything known.
    pub(crate) same: usize,
    /// How many are found with something open.
    pub(crate) open: usize,
    /// What is not so in real Puppet.
    pub(crate) differences: Vec<String>,
}

impl Outcome {
    /// The differences, a line each: the first of them, where there are many.
    pub(crate) fn told(&self) -> String {
        const MOST: usize = 12;
        let lines = self.differences.iter().take(MOST).cloned();
        let more = self.differences.len().saturating_sub(MOST);
        let more = (more > 0).then(|| format!("and {more} more"));
        lines.chain(more).collect::<Vec<_>>().join("\n    ")
    }

    /// One word for the list of what is known to differ; nothing where all
    /// agrees.
    pub(crate) fn word(&self) -> Option<&'static str> {
        match (self.differences.is_empty(), self.open) {
            (true, 0) => None,
            (true, _) => Some("open"),
            (false, _) => Some("differs"),
        }
    }
}

/// With the facts of the node: the catalog itself.
pub(crate) fn for_node(base: &Base, case: &Case) -> Outcome {
    let mut outcome = Outcome::default();
    let request = Request {
        facts: Some(case.facts.clone()),
        node: Some(Node {
            name: case.node.clone(),
            classes: Vec::new(),
        }),
        ..Request::default()
    };
    let found = Found::new(base, case, &request);
    // What Puppet refuses has no catalog; that nothing fails here is enough.
    let Some(managed) = &case.managed else {
        return outcome;
    };
    let mut left = found.writes();
    for real in managed {
        // Of one that is under conditions there are several.
        let at_path = (0..left.len()).filter(|index| is_at(left[*index], real));
        let Some(index) = at_path.max_by_key(|index| found.fit(left[*index], real)) else {
            outcome
                .differences
                .push(format!("{} is not found", shown(real)));
            continue;
        };
        let write = left.remove(index);
        let defines = defines(write);
        if defines != real.defines {
            let difference = format!("{} is in {:?}, not {defines:?}", real.path, real.defines);
            outcome.differences.push(difference);
            continue;
        }
        outcome.add(found.fit(write, real), || {
            format!("{} is {}", shown(real), found.shown(write))
        });
    }
    for write in left {
        // Under a condition that cannot be told it may be as in Puppet.
        if !write.when.is_empty() {
            outcome.open += 1;
            continue;
        }
        let write = found.shown(write);
        outcome.differences.push(format!("Puppet has no {write}"));
    }
    outcome
}

fn is_at(write: &Write, real: &Managed) -> bool {
    of_text(&write.path, &real.path) == Fit::Same
}

/// Without facts: what Puppet manages is among what may be. `found` is of the
/// same files.
pub(crate) fn for_all_hosts(found: &Found<'_>, managed: &[Managed]) -> Outcome {
    let mut outcome = Outcome::default();
    for real in managed {
        let writes = found.writes().into_iter();
        let at_path = writes.filter(|write| of_text(&write.path, &real.path) != Fit::No);
        let fits = at_path.map(|write| found.fit(write, real));
        match fits.max() {
            // That it is certain is neither expected nor wrong.
            Some(Fit::Same | Fit::Open) => outcome.same += 1,
            Some(Fit::No) | None => {
                let among = found.at_path(&real.path);
                let difference = format!("{} is not among {among}", shown(real));
                outcome.differences.push(difference);
            }
        }
    }
    outcome
}

impl Outcome {
    fn add(&mut self, fit: Fit, difference: impl FnOnce() -> String) {
        match fit {
            Fit::Same => self.same += 1,
            Fit::Open => self.open += 1,
            Fit::No => self.differences.push(difference()),
        }
    }
}

/// What an audit found, and the files that it read.
pub(crate) struct Found<'b> {
    tree: Overlay<'b>,
    evidence: Evidence,
    /// Which of the evidence's writes are File resources.
    writes: Vec<usize>,
}

impl<'b> Found<'b> {
    pub(crate) fn new(base: &'b Base, case: &Case, request: &Request) -> Self {
        let tree = Overlay::new(base, case);
        let evidence = audit(&tree, request);
        let writes = file_resources(&evidence);
        Self {
            tree,
            evidence,
            writes,
        }
    }

    fn writes(&self) -> Vec<&Write> {
        let writes = self.writes.iter();
        writes.map(|index| &self.evidence.writes[*index]).collect()
    }

    fn fit(&self, write: &Write, real: &Managed) -> Fit {
        let content = of_content(&write.content, &real.content);
        if content == Fit::No || !self.is_there(write, real) {
            return Fit::No;
        }
        content
    }

    fn is_there(&self, write: &Write, real: &Managed) -> bool {
        let Some(file) = &real.file else {
            return true;
        };
        self.evidence.path(write.at.file) == file
            && is_on_line(&self.text(write), write.at, real.line)
    }

    fn text(&self, write: &Write) -> String {
        let bytes = self.tree.bytes(self.evidence.path(write.at.file));
        String::from_utf8_lossy(&bytes.unwrap_or_default()).into_owned()
    }

    fn at_path(&self, path: &str) -> String {
        let writes = self.writes().into_iter();
        let there = writes.filter(|write| of_text(&write.path, path) != Fit::No);
        let shown: Vec<String> = there.take(4).map(|write| self.shown(write)).collect();
        if shown.is_empty() {
            return "what is found (nothing at that path)".to_owned();
        }
        shown.join(" | ")
    }

    fn shown(&self, write: &Write) -> String {
        let text = self.text(write);
        let line = ca_audit::place::LineIndex::new(&text).position(write.at.start);
        let file = self.evidence.path(write.at.file);
        let content = short(content(write));
        format!("{} = {content} ({file}:{})", write.path, line.line)
    }
}

/// Which writes are File resources of the catalog: what a copied directory
/// holds is none.
fn file_resources(evidence: &Evidence) -> Vec<usize> {
    let writes = &evidence.writes;
    let copied = writes.iter().filter(|write| write.is_recursive);
    let copied: Vec<(Span, String)> = copied
        .map(|write| (write.at, format!("{}/", write.path)))
        .collect();
    let is_copied = |write: &Write| {
        let path = write.path.to_string();
        let mut around = copied.iter();
        around.any(|(at, folder)| *at == write.at && path.starts_with(folder.as_str()))
    };
    let is_resource = |write: &Write| {
        write.resource.starts_with("File[") && (write.is_recursive || !is_copied(write))
    };
    (0..writes.len())
        .filter(|index| is_resource(&writes[*index]))
        .collect()
}

/// The defined types around it, up to its class: one that is included from
/// inside a defined type is not a part of it.
fn defines(write: &Write) -> Vec<&str> {
    let class = write.chain.iter().rposition(|step| step.is_class);
    let steps = write.chain.iter().skip(class.map_or(0, |class| class + 1));
    steps.map(|step| step.what.as_str()).collect()
}

fn shown(real: &Managed) -> String {
    let Managed {
        path,
        content,
        file,
        line,
        defines: _,
    } = real;
    let file = file.as_deref().unwrap_or("no place");
    format!("{path} = {} ({file}:{line})", short(format!("{content:?}")))
}

/// Whole files may be managed.
fn short(text: String) -> String {
    const MOST: usize = 160;
    match text.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

/// Of a value only its data.
fn content(write: &Write) -> String {
    use ca_audit::facts::Content;
    match &write.content {
        Content::Copy(sources) => format!("Copy({})", list(sources)),
        Content::Inline(value) => format!("Inline({})", list(std::slice::from_ref(value))),
        Content::Link(target) => format!("Link({target})"),
        Content::Absent => "Absent".to_owned(),
        Content::Unmanaged => "Unmanaged".to_owned(),
    }
}

fn list(values: &[ca_audit::value::Value]) -> String {
    let cases = |value: &ca_audit::value::Value| {
        let cases: Vec<String> = value.cases.iter().map(|case| data(&case.data)).collect();
        cases.join(" or ")
    };
    values.iter().map(cases).collect::<Vec<_>>().join(", ")
}

fn data(data: &ca_audit::value::Data) -> String {
    use ca_audit::value::Data;
    match data {
        Data::Text(text) => format!("{:?}", text.to_string()),
        Data::Unknown(unknown) => format!("${{{unknown}}}"),
        Data::Array(items) => format!("[{}]", list(items)),
        Data::Each(item) => format!("[{}, …]", list(std::slice::from_ref(item))),
        other => format!("{other:?}"),
    }
}
