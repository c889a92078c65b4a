//! A new file and its line in a list.

use crate::list::{append, insert_sorted};
use std::fs;
use std::path::Path;

/// What a scaffold puts where.
pub(crate) struct Scaffold {
    /// The folder of the new file and of the list, `mod.rs`.
    pub(crate) folder: &'static str,
    /// The module's name.
    pub(crate) module: String,
    /// What the new file says.
    pub(crate) text: String,
    /// The constant that the list collects.
    pub(crate) constant: &'static str,
    /// Whether the list is sorted; else the new line stands at its end.
    pub(crate) is_sorted: bool,
    /// What is left to do.
    pub(crate) advice: &'static str,
}

impl Scaffold {
    /// Writes both; nothing is overwritten.
    pub(crate) fn write(&self, root: &Path) -> Result<(), String> {
        let folder = root.join(self.folder);
        let file = folder.join(format!("{}.rs", self.module));
        let list = folder.join("mod.rs");
        if file.exists() {
            return Err(format!("{} is there already", file.display()));
        }
        let told = |error: std::io::Error| format!("{}: {error}", folder.display());
        let source = fs::read_to_string(&list).map_err(told)?;
        fs::write(&file, &self.text).map_err(told)?;
        fs::write(&list, self.listed(&source)).map_err(told)?;
        println!(
            "{}/{}.rs is in the list; {}",
            self.folder, self.module, self.advice
        );
        Ok(())
    }

    /// The list with the new module and its constant.
    pub(crate) fn listed(&self, source: &str) -> String {
        let module = format!("mod {};", self.module);
        let with_module = insert_sorted(source, &module, |line| {
            line.starts_with("mod ") && line.ends_with(';')
        });
        let item = format!("    {}::{},", self.module, self.constant);
        let insert = if self.is_sorted {
            insert_sorted
        } else {
            append
        };
        insert(&with_module, &item, is_item)
    }
}

/// `    module::CONSTANT,`
fn is_item(line: &str) -> bool {
    let item = line
        .strip_prefix("    ")
        .and_then(|line| line.strip_suffix(','));
    let parts = item.and_then(|item| item.split_once("::"));
    parts.is_some_and(|(module, constant)| {
        let is_module = module
            .bytes()
            .all(|letter| letter.is_ascii_lowercase() || letter == b'_' || letter.is_ascii_digit());
        is_module && constant.bytes().all(|letter| letter.is_ascii_uppercase())
    })
}

/// What every scaffold must fulfil: the text is formatted Rust, and the list
/// has both lines, each once and among its like.
#[cfg(test)]
pub(crate) fn assert_sound(scaffold: &Scaffold, list: &str) {
    let listed = scaffold.listed(list);
    assert_formatted(&scaffold.text);
    assert_formatted(&listed);
    assert_eq!(listed.lines().count(), list.lines().count() + 2);
    let lines: Vec<&str> = listed.lines().map(str::trim).collect();
    let place = |line: &str| {
        let places: Vec<usize> = (0..lines.len()).filter(|at| lines[*at] == line).collect();
        assert_eq!(places.len(), 1, "{line} in {listed}");
        places[0]
    };
    let module = place(&format!("mod {};", scaffold.module));
    assert!(lines[module - 1].starts_with("mod ") || lines[module + 1].starts_with("mod "));
    let constant = place(&format!("{}::{},", scaffold.module, scaffold.constant));
    assert!(constant > module);
    let ending = format!("::{},", scaffold.constant);
    assert!(lines[constant - 1].ends_with(&ending) || lines[constant + 1].ends_with(&ending));
}

/// `rustfmt` refuses what does not parse and says no to what is not formatted.
#[cfg(test)]
fn assert_formatted(source: &str) {
    use std::io::Write as _;
    use std::process::{Command, Stdio};
    let mut command = Command::new("rustfmt");
    command
        .args(["--edition", "2024", "--check"])
        .stdin(Stdio::piped());
    let mut child = command.spawn().expect("rustfmt starts");
    let mut input = child.stdin.take().expect("its input");
    input.write_all(source.as_bytes()).expect("it reads");
    drop(input);
    // Modules that are named are not looked for: there is no file beside it.
    assert!(child.wait().expect("it ends").success(), "{source}");
}
