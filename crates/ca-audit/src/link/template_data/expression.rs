//! The plain expressions of templates: a key of the data, perhaps through
//! functions that leave it what it is. Anything else is not followed.

use smol_str::SmolStr;

/// How a template writes its expressions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Language {
    /// Go's templates, as Helm uses them: `.Values.a.b | quote`.
    Go,
    /// Jinja2, as Ansible uses it: `a.b | default('c')`.
    Jinja,
    /// Terraform: `var.a`.
    Terraform,
}

/// An expression that is followed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Expression<'c> {
    /// A key of the data.
    Key {
        path: Vec<SmolStr>,
        /// What it is where the data say nothing.
        default: Option<SmolStr>,
    },
    /// A text that has a name: `include "name" .`.
    Named(&'c str),
}

impl<'c> Expression<'c> {
    pub(super) fn parse(code: &'c str, language: Language) -> Option<Self> {
        match language {
            Language::Go => go(code),
            Language::Jinja => jinja(code),
            Language::Terraform => terraform(code),
        }
    }
}

/// Functions of Go's templates that leave a value what it is: quotes and
/// indentation are no part of it.
///
/// Source: `helm.sh/docs/chart_template_guide/function_list`.
const GO_KEEPS: [&str; 12] = [
    "quote", "squote", "trim", "toString", "toYaml", "nindent", "indent", "required", "tpl",
    "default", "join", "print",
];

/// Filters of Jinja2 and Ansible that do.
///
/// Source: the lists of built-in filters of Jinja2 and of Ansible.
const JINJA_KEEPS: [&str; 9] = [
    "default", "d", "join", "trim", "string", "list", "first", "quote", "bool",
];

fn go(code: &str) -> Option<Expression<'_>> {
    let mut stages = stages(code).into_iter();
    let mut words = words(stages.next()?);
    if let [call, name, _] = words.as_slice()
        && matches!(*call, "include" | "template")
    {
        let keeps = |stage: &str| is_kept(stage, &GO_KEEPS);
        return quoted(name)
            .filter(|_| stages.all(keeps))
            .map(Expression::Named);
    }
    if words.last() == Some(&".") && words.first() == Some(&"tpl") {
        words.pop();
    }
    let path = values_path(words.last()?)?;
    let mut default = None;
    let call = &words[..words.len() - 1];
    if let Some(function) = call.first() {
        if !GO_KEEPS.contains(function) {
            return None;
        }
        if *function == "default" {
            default = Some(unquoted(call.get(1)?)?.into());
        }
    }
    for stage in stages {
        if !is_kept(stage, &GO_KEEPS) {
            return None;
        }
        if let Some(argument) = stage.strip_prefix("default ") {
            default = Some(unquoted(argument.trim())?.into());
        }
    }
    Some(Expression::Key { path, default })
}

/// `.Values.a.b`, `$.Values.a.b`, in brackets or not.
fn values_path(word: &str) -> Option<Vec<SmolStr>> {
    let word = word.trim_matches(['(', ')']);
    let path = word.strip_prefix('$').unwrap_or(word);
    keys(path.strip_prefix(".Values.")?)
}

fn jinja(code: &str) -> Option<Expression<'_>> {
    let code = code.trim().trim_end_matches(" is defined");
    let mut stages = stages(code).into_iter();
    let first = stages.next()?;
    let first = match first.split_once(".split(") {
        Some((before, rest)) if rest.ends_with(')') => before,
        _ => first,
    };
    let bare = first.replace("['", ".").replace("[\"", ".");
    let bare = bare.replace("']", "").replace("\"]", "");
    let path = keys(&bare)?;
    if matches!(path[0].as_str(), "item" | "loop" | "true" | "false" | "not") {
        return None;
    }
    let mut default = None;
    for stage in stages {
        let (name, rest) = stage.split_once('(').unwrap_or((stage, ""));
        if !JINJA_KEEPS.contains(&name.trim()) {
            return None;
        }
        if matches!(name.trim(), "default" | "d") {
            let argument = rest.trim_end_matches(')').split(',').next()?;
            default = quoted(argument.trim()).map(SmolStr::from);
        }
    }
    Some(Expression::Key { path, default })
}

fn terraform(code: &str) -> Option<Expression<'_>> {
    let inner = code.trim();
    let inner = match inner.strip_prefix("join(") {
        Some(rest) => rest.strip_suffix(')')?.rsplit_once(',')?.1.trim(),
        None => inner,
    };
    let is_data = inner.starts_with("var.") || inner.starts_with("local.");
    let path = is_data.then(|| keys(inner)).flatten()?;
    Some(Expression::Key {
        path,
        default: None,
    })
}

/// The keys of a path with points, where there is nothing else in it.
fn keys(path: &str) -> Option<Vec<SmolStr>> {
    let is_name = |name: &str| {
        let is_letter = |c: char| c.is_alphanumeric() || c == '_' || c == '-';
        !name.is_empty() && name.chars().all(is_letter) && !name.starts_with('-')
    };
    let names: Vec<&str> = path.split('.').collect();
    let all = names.iter().all(|name| is_name(name));
    (all && !names[0].starts_with(char::is_numeric))
        .then(|| names.into_iter().map(SmolStr::from).collect())
}

/// The parts of a pipeline: what `|` parts outside of quotes.
fn stages(code: &str) -> Vec<&str> {
    let mut quote = None;
    let is_pipe = move |c: char| {
        match (quote, c) {
            (None, '"' | '\'' | '`') => quote = Some(c),
            (Some(open), c) if open == c => quote = None,
            (None, '|') => return true,
            _ => {}
        }
        false
    };
    code.split(is_pipe).map(str::trim).collect()
}

/// The words of a call, strings in quotes as one.
fn words(code: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut rest = code.trim();
    while !rest.is_empty() {
        let len = match rest.chars().next() {
            Some(quote @ ('"' | '\'' | '`')) => {
                rest[1..].find(quote).map_or(rest.len(), |at| at + 2)
            }
            _ => rest.find(char::is_whitespace).unwrap_or(rest.len()),
        };
        found.push(&rest[..len]);
        rest = rest[len..].trim_start();
    }
    found
}

fn is_kept(stage: &str, known: &[&str]) -> bool {
    let name = stage.split_whitespace().next().unwrap_or_default();
    known.contains(&name)
}

/// What a literal says: a string without its quotes, a number or a word as it
/// is.
fn unquoted(literal: &str) -> Option<&str> {
    let is_word = !literal.is_empty() && literal.chars().all(char::is_alphanumeric);
    quoted(literal).or(is_word.then_some(literal))
}

fn quoted(literal: &str) -> Option<&str> {
    let quote = literal.chars().next()?;
    let is_quote = matches!(quote, '"' | '\'' | '`');
    is_quote.then(|| literal[1..].strip_suffix(quote)).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(code: &str, language: Language) -> String {
        match Expression::parse(code, language) {
            Some(Expression::Key { path, default }) => {
                let default = default.map(|text| format!(" or {text}"));
                path.join(".") + &default.unwrap_or_default()
            }
            Some(Expression::Named(name)) => format!("<{name}>"),
            None => "-".into(),
        }
    }

    #[test]
    fn expressions_of_helm() {
        for (code, expected) in [
            (".Values.etcd.endpoints", "etcd.endpoints"),
            ("$.Values.etcd.endpoints | quote", "etcd.endpoints"),
            ("required \"give | it\" .Values.etcd.url", "etcd.url"),
            (
                "default \"https://etcd\" .Values.url",
                "url or https://etcd",
            ),
            (".Values.url | default \"x\" | quote", "url or x"),
            ("toYaml .Values.extraArgs | nindent 8", "extraArgs"),
            ("join \",\" .Values.etcd.hosts", "etcd.hosts"),
            ("tpl .Values.url .", "url"),
            ("include \"chart.etcd\" .", "<chart.etcd>"),
            ("include \"chart.etcd\" . | quote", "<chart.etcd>"),
            ("printf \"https://%s\" .Values.host", "-"),
            (".Values.a | replace \"a\" \"b\"", "-"),
            (".Release.Name", "-"),
            (".", "-"),
            ("", "-"),
        ] {
            assert_eq!(path(code, Language::Go), expected, "{code}");
        }
    }

    #[test]
    fn expressions_of_ansible() {
        for (code, expected) in [
            ("etcd_endpoints", "etcd_endpoints"),
            ("etcd.endpoints | join(',')", "etcd.endpoints"),
            ("etcd['endpoints']", "etcd.endpoints"),
            ("ca | default('/etc/ca.pem')", "ca or /etc/ca.pem"),
            ("ca | default(other)", "ca"),
            ("urls.split(',') | first", "urls"),
            ("ca is defined", "ca"),
            ("item.url", "-"),
            ("a + b", "-"),
            ("lookup('env', 'A')", "-"),
            ("groups['etcd'] | map('x')", "-"),
        ] {
            assert_eq!(path(code, Language::Jinja), expected, "{code}");
        }
    }

    #[test]
    fn expressions_of_terraform() {
        assert_eq!(path("var.a", Language::Terraform), "var.a");
        assert_eq!(path("join(\",\", local.b)", Language::Terraform), "local.b");
        assert_eq!(path("aws_instance.etcd.id", Language::Terraform), "-");
    }
}
