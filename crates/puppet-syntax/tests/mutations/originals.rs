//! What is changed: real shapes of every kind of file.

use std::error::Error;
use std::path::Path;
use std::{env, fs, io};

/// Larger files would make a million take days.
const LARGEST: u64 = 64 << 10;

/// Which parser reads a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Manifest,
    Epp,
    Erb,
}

pub(crate) struct Original {
    pub(crate) name: String,
    pub(crate) kind: Kind,
    pub(crate) bytes: Vec<u8>,
}

/// The files of this folder, the recorded cases, and the files of the directory
/// `PUPPET_SYNTAX_ORIGINALS` if there is one.
pub(crate) fn originals() -> Result<Vec<Original>, Box<dyn Error>> {
    let mut originals = vec![
        own("apache.pp", include_str!("originals/apache.pp")),
        own("site.pp", include_str!("originals/site.pp")),
        own("unit.epp", include_str!("originals/unit.epp")),
        own("apiserver.erb", include_str!("originals/apiserver.erb")),
    ];
    let cases = [
        (Kind::Manifest, include_str!("../golden/manifests.txt")),
        (Kind::Epp, include_str!("../golden/templates.txt")),
    ];
    for (kind, file) in cases {
        originals.extend(joined_cases(kind, file));
    }
    if let Some(directory) = env::var_os("PUPPET_SYNTAX_ORIGINALS") {
        collect(Path::new(&directory), &mut originals)?;
    }
    Ok(originals)
}

fn own(name: &str, text: &str) -> Original {
    Original {
        name: name.to_owned(),
        kind: kind(Path::new(name)).expect("an extension"),
        bytes: text.into(),
    }
}

fn kind(path: &Path) -> Option<Kind> {
    match path.extension()?.to_str()? {
        "pp" => Some(Kind::Manifest),
        "epp" => Some(Kind::Epp),
        "erb" => Some(Kind::Erb),
        _ => None,
    }
}

/// Odd grammar, some of it at once: most cases alone are too short to break.
fn joined_cases(kind: Kind, file: &str) -> impl Iterator<Item = Original> {
    let sources: Vec<_> = file
        .split("=== ")
        .filter_map(|case| case.strip_prefix("ok | ")?.split_once('\n'))
        .map(|(_name, source)| source)
        .collect();
    let groups: Vec<_> = sources.chunks(12).map(<[&str]>::concat).collect();
    (0..).zip(groups).map(move |(number, group)| Original {
        name: format!("accepted cases from {} on", number * 12),
        kind,
        bytes: group.into_bytes(),
    })
}

fn collect(directory: &Path, originals: &mut Vec<Original>) -> io::Result<()> {
    let mut entries: Vec<_> = fs::read_dir(directory)?.collect::<Result<_, _>>()?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let (path, file_type) = (entry.path(), entry.file_type()?);
        if file_type.is_dir() {
            collect(&path, originals)?;
        } else if let Some(kind) = kind(&path).filter(|_| file_type.is_file())
            && entry.metadata()?.len() <= LARGEST
        {
            originals.push(Original {
                name: path.display().to_string(),
                kind,
                bytes: fs::read(&path)?,
            });
        }
    }
    Ok(())
}
