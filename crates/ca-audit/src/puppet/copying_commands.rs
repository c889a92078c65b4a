//! Commands that put a file in place at every run: `exec { 'cp /a/ca.pem /b/ca.pem': }`.
//!
//! Only those with nothing around them that keeps them from running: with `creates`
//! a file is made once, with `unless`, `onlyif` or `refreshonly` another thing
//! decides (Puppet's type reference, `exec`).

use super::catalog::Resource;
use super::code::Code;
use super::evaluate::Evaluator;
use super::relevance::has_seed;
use crate::facts::{Content, Names, Write};
use crate::value::{Case, Condition, Data, Piece, Text, Value};
use puppet_syntax::ast::ResourceBody;
use smol_str::{SmolStr, format_smolstr};

/// What keeps a command from running.
const GUARDS: [&str; 4] = ["creates", "unless", "onlyif", "refreshonly"];

impl Evaluator<'_> {
    /// What the commands of the catalog put in place.
    pub(super) fn copied_by_commands(&self) -> Vec<Write> {
        let resources = self.catalog.resources().iter();
        let is_due = |it: &&Resource| it.is_real() || self.host.is_none();
        let commands = resources.filter(|it| it.kind == "exec").filter(is_due);
        commands.flat_map(|it| copied_by(it, self.code)).collect()
    }
}

/// Whether a declaration of a command may put a certificate in place, by its words.
pub(super) fn may_copy(body: &ResourceBody, text: &str) -> bool {
    let is_guarded = body
        .attributes
        .iter()
        .any(|said| said.named().is_some_and(|name| GUARDS.contains(&name)));
    !is_guarded && has_seed(text)
}

fn copied_by(resource: &Resource, code: &Code) -> Vec<Write> {
    let mut said = resource.defaults.all(&resource.kind);
    said.extend(resource.attributes.iter().cloned());
    if said
        .iter()
        .any(|(name, _, _)| GUARDS.contains(&name.as_str()))
    {
        return Vec::new();
    }
    let command = said.iter().rev().find(|(name, _, _)| name == "command");
    let (cases, at) = match command {
        Some((_, value, at)) => (value.cases.to_vec(), *at),
        None => (vec![resource.title.clone()], resource.at),
    };
    let title = match &resource.title.data {
        Data::Text(text) => text.to_string(),
        _ => "…".into(),
    };
    let write = |case: &Case, when: &[Condition], copy: Copy| Write {
        path: copy.to,
        path_from: case.from.clone(),
        content: Content::Copy(vec![Value::known(Data::Text(copy.from))]),
        content_at: at,
        names: Names {
            content: code.variable_at(at),
            ..Names::default()
        },
        resource: format_smolstr!("Exec[{title}]"),
        at: resource.at,
        chain: (*resource.chain).clone(),
        changed_at: resource.changed_at.clone(),
        backup: None,
        is_part: false,
        keeps_existing: false,
        one_of: None,
        is_recursive: false,
        when: when.to_vec(),
    };
    let mut writes = Vec::new();
    for case in &cases {
        let (Data::Text(text), Some(when)) =
            (&case.data, Condition::all_of(&resource.when, &case.when))
        else {
            continue;
        };
        let copies = commands(text).into_iter().filter_map(|words| copy(&words));
        writes.extend(copies.map(|copy| write(case, &when, copy)));
    }
    writes
}

/// One file that a command makes of another.
struct Copy {
    from: Text,
    to: Text,
}

/// `cp FROM TO`, `curl -o TO URL`, `wget -O TO URL`, `cat FROM > TO`.
fn copy(words: &[Text]) -> Option<Copy> {
    let (program, arguments) = words.split_first()?;
    let program = program.as_str()?.rsplit('/').next()?;
    match program {
        "cp" => copied(&operands(arguments, &[])),
        "curl" => downloaded(arguments, &["-o", "--output"]),
        "wget" => downloaded(arguments, &["-O", "--output-document"]),
        "cat" => match arguments {
            [from, sign, to] if sign.as_str() == Some(">") => Some(Copy {
                from: from.clone(),
                to: to.clone(),
            }),
            _ => None,
        },
        _ => None,
    }
}

/// `cp FROM TO`, where TO may be a folder if it ends so.
fn copied(operands: &[Text]) -> Option<Copy> {
    let [from, to] = operands else {
        return None;
    };
    let mut to = to.clone();
    if to.suffix().ends_with('/') {
        let name = from.suffix().rsplit_once('/')?.1;
        to.push(&Text::literal(name));
    }
    let from = from.clone();
    Some(Copy { from, to })
}

fn downloaded(arguments: &[Text], outputs: &[&str]) -> Option<Copy> {
    let is_output = |word: &Text| word.as_str().is_some_and(|word| outputs.contains(&word));
    let output = arguments.iter().position(is_output)?;
    let to = arguments.get(output + 1)?.clone();
    let mut urls = operands(arguments, outputs).into_iter();
    let from = urls.find(|word| word.prefix().starts_with("http"))?;
    Some(Copy { from, to })
}

/// The words that are no options; those of `valued` have a value behind them.
fn operands(arguments: &[Text], valued: &[&str]) -> Vec<Text> {
    let mut found = Vec::new();
    let mut arguments = arguments.iter();
    while let Some(word) = arguments.next() {
        if valued.iter().any(|option| word.as_str() == Some(option)) {
            arguments.next();
            continue;
        }
        if !word.prefix().starts_with('-') {
            found.push(word.clone());
        }
    }
    found
}

/// The commands of a line, as words: shell quoting as far as a path has it.
fn commands(line: &Text) -> Vec<Vec<Text>> {
    let mut commands = vec![vec![Text::default()]];
    for piece in &line.pieces {
        match piece {
            Piece::Literal(text) => add(&mut commands, text),
            hole @ Piece::Hole(_) => last(&mut commands).pieces.push(hole.clone()),
        }
    }
    for command in &mut commands {
        command.retain(|word| !word.pieces.is_empty());
    }
    commands
}

fn add(commands: &mut Vec<Vec<Text>>, text: &str) {
    for (index, word) in text.split([' ', '\t', '\n']).enumerate() {
        if index > 0
            && let Some(command) = commands.last_mut()
        {
            command.push(Text::default());
        }
        let word: SmolStr = word
            .chars()
            .filter(|it| !matches!(it, '\'' | '"'))
            .collect();
        let (word, is_end) = match word.as_str() {
            "&&" | "||" | "|" => ("", true),
            word => match word.strip_suffix(';') {
                Some(word) => (word, true),
                None => (word, false),
            },
        };
        last(commands).push(&Text::literal(word));
        if is_end {
            commands.push(vec![Text::default()]);
        }
    }
}

fn last(commands: &mut Vec<Vec<Text>>) -> &mut Text {
    if commands.is_empty() {
        commands.push(Vec::new());
    }
    let index = commands.len() - 1;
    let command = &mut commands[index];
    if command.is_empty() {
        command.push(Text::default());
    }
    let word = command.len() - 1;
    &mut command[word]
}

#[cfg(test)]
mod tests {
    use crate::tree::Memory;
    use crate::{Request, audit};

    fn managed(body: &str) -> Vec<String> {
        let code = format!("class a($dir) {{\n  exec {{ {body} }}\n}}\n");
        let tree = Memory::new().with("modules/a/manifests/init.pp", code);
        let evidence = audit(&tree, &Request::default());
        let managed = evidence.managed_cas().into_iter();
        managed.map(|it| it.write.path.to_string()).collect()
    }

    #[test]
    fn commands_that_copy_a_ca_at_every_run() {
        for (body, path) in [
            ("'cp /x/certs/ca.pem /etc/a/ca.crt':", "/etc/a/ca.crt"),
            (
                "'get': command => \"/bin/cp -a /x/certs/ca.pem ${dir}/ssl/\"",
                "${dir}/ssl/ca.pem",
            ),
            (
                "'get': command => 'mkdir -p /etc/a; curl -s -o /etc/a/ca.pem https://x/ca'",
                "/etc/a/ca.pem",
            ),
            (
                "'get': command => 'wget https://x/ca.pem -O \"/etc/a/ca.pem\" && true'",
                "/etc/a/ca.pem",
            ),
            ("'cat /x/ca.pem > /etc/a/ca.pem':", "/etc/a/ca.pem"),
        ] {
            assert_eq!(managed(body), [path], "{body}");
        }
    }

    #[test]
    fn a_command_that_is_kept_from_running_overwrites_nothing() {
        for guard in [
            "creates => '/etc/a/ca.pem'",
            "unless => 'true'",
            "refreshonly => true",
        ] {
            let body = format!("'cp /x/ca.pem /etc/a/ca.pem': {guard}");
            assert!(managed(&body).is_empty(), "{guard}");
        }
        assert!(managed("'cp -r /x/ca.pem.d /etc/a /etc/b':").is_empty());
        assert!(managed("'cp':").is_empty());
    }
}
