//! Where reports go, and in which form.

use super::format::Format;
use super::inputs::{named_from, working_directory};
use super::options::CheckArgs;
use super::repository::absolute;
use super::terminal::wants_narration;
use super::{Failure, output};
use clap::ValueEnum;
use std::collections::BTreeSet;
use std::path::{Component, Path, PathBuf};

/// `FORMAT=FILE` of `--output`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Destination {
    pub(super) format: Format,
    /// `None` for standard output.
    pub(super) file: Option<PathBuf>,
}

impl Destination {
    /// Reads the value of `--output`.
    pub(super) fn parse(argument: &str) -> Result<Self, String> {
        let parts = argument.split_once('=');
        let parts = parts.filter(|(format, file)| !format.is_empty() && !file.is_empty());
        let Some((format, file)) = parts else {
            return Err("write a form of --format, an equals sign and the name of a file".into());
        };
        let format = Format::from_str(format, false).map_err(|_| {
            let values = Format::value_variants().iter();
            let names: Vec<String> = values.map(|format| format.name()).collect();
            format!("there is no form {format}, but {}", names.join(", "))
        })?;
        // `./x` and `x` are one file.
        let plain = Path::new(file).components();
        let plain = plain.filter(|part| *part != Component::CurDir);
        let file = (file != "-").then(|| plain.collect());
        Ok(Self { format, file })
    }

    /// All that was asked for; exactly one is standard output.
    ///
    /// # Errors
    /// Where two reports would be one file, or both go to standard output.
    pub(super) fn all(arguments: &CheckArgs) -> Result<Vec<Self>, Failure> {
        let mut all = arguments.output.clone();
        let mut files = BTreeSet::new();
        if let Some(twice) = all.iter().find(|it| !files.insert(it.file.clone())) {
            let file = twice
                .file
                .as_deref()
                .map_or("-".into(), |it| it.display().to_string());
            return Err(Failure::Usage(format!(
                "two reports would be written to {file}"
            )));
        }
        match arguments.format {
            Some(_) if files.contains(&None) => {
                let message =
                    "--format is the form of standard output, and so is --output FORMAT=-";
                return Err(Failure::Usage(message.into()));
            }
            None if files.contains(&None) => {}
            wish => all.push(Self {
                format: wish.unwrap_or_else(standard),
                file: None,
            }),
        }
        Ok(all)
    }

    /// The files among `destinations`, from `/`.
    ///
    /// # Errors
    /// Where there is no working directory.
    pub(super) fn files(destinations: &[Self]) -> Result<BTreeSet<String>, Failure> {
        let working = working_directory()?;
        let files = destinations.iter().filter_map(|it| it.file.as_deref());
        let files = files.map(|file| absolute(&working, &named_from(&working, file)));
        let text = |file: PathBuf| file.to_string_lossy().into_owned();
        Ok(files.map(text).collect())
    }

    /// Puts a report there.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub(super) fn put(&self, report: &str) -> Result<(), Failure> {
        match &self.file {
            None => output::print(report),
            Some(file) => output::write(file, report),
        }
    }
}

/// The form for people who said nothing of it.
fn standard() -> Format {
    if wants_narration() {
        Format::Narrated
    } else {
        Format::Human
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_have_files() {
        let parsed = Destination::parse("sarif=a=b.sarif").expect("it is right");
        assert_eq!(parsed.format, Format::Sarif);
        assert_eq!(parsed.file, Some("a=b.sarif".into()));
        let parsed = Destination::parse("json=-").expect("it is right");
        assert_eq!(parsed.file, None);
        for wrong in ["sarif", "=x", "json=", "xml=x"] {
            assert!(Destination::parse(wrong).is_err(), "{wrong}");
        }
    }
}
