//! Version 3, which only the global layer may have. Custom backends are levels
//! that cannot be seen; `nuyaml`, Wikimedia's reader of ordinary YAML, is read.

use super::{Backend, Config, Level, Location, wrong};
use crate::hiera::data_file::Format;
use crate::hiera::datum::{Datum, Hash, Key, Kind};
use crate::hiera::failure::Failure;
use crate::place::Span;

/// Where data are unless it is said.
const DATADIR: &str = "/etc/puppetlabs/code/environments/%{::environment}/hieradata";

/// Reads the hash of a `hiera.yaml`.
///
/// # Errors
/// What `HieraConfigV3.validate_config` refuses.
pub(super) fn read(hash: &Hash) -> Result<Config, Failure> {
    let backends = names(hash, "backends", &["yaml"])?;
    let hierarchy = names(
        hash,
        "hierarchy",
        &["nodes/%{::trusted.certname}", "common"],
    )?;
    check(hash, &backends)?;
    let mut levels: Vec<Level> = Vec::new();
    for (backend, at) in backends {
        if levels.iter().any(|level| level.name == backend) {
            let message = format!("Backend '{backend}' is defined more than once");
            return Err(Failure::new(message));
        }
        levels.push(level_of(hash, &backend, at, &hierarchy));
    }
    Ok(Config {
        version: 3,
        levels,
        default_levels: None,
    })
}

/// A path with its extension, unless it has it.
pub(super) fn with_extension(path: String, extension: &str) -> String {
    let extension = format!(".{extension}");
    if path.ends_with(&extension) {
        path
    } else {
        path + &extension
    }
}

/// A backend has all sources of the hierarchy: one level of many files.
fn level_of(
    hash: &Hash,
    backend: &str,
    at: Option<Span>,
    hierarchy: &[(String, Option<Span>)],
) -> Level {
    let own = hash.get(&Key::from(backend));
    let own_text = |name: &str| own.and_then(|own| own.get(name)).and_then(Datum::as_str);
    let format = match backend {
        "yaml" | "nuyaml" => Backend::Files(Format::Yaml),
        "eyaml" => Backend::Files(Format::Eyaml),
        "json" => Backend::Files(Format::Json),
        "hocon" => Backend::Files(Format::Hocon),
        other => Backend::Foreign(other.into()),
    };
    let extension = own_text("extension").unwrap_or(match backend {
        "hocon" => "conf",
        "nuyaml" => "yaml",
        other => other,
    });
    let paths = hierarchy
        .iter()
        .map(|(path, _)| with_extension(path.clone(), extension));
    let datadir = own_text("datadir");
    Level {
        has_options: false,
        name: backend.into(),
        at,
        backend: format,
        datadir: datadir.unwrap_or(DATADIR).to_owned(),
        location: Location::Paths(paths.collect()),
    }
}

/// A string or a list of strings.
fn names(
    hash: &Hash,
    name: &str,
    default: &[&str],
) -> Result<Vec<(String, Option<Span>)>, Failure> {
    let one = |datum: &Datum| match datum.as_str().filter(|text| !text.is_empty()) {
        Some(text) => Ok((text.to_owned(), datum.at)),
        None => Err(wrong(name)),
    };
    match hash.get(&Key::from(name)) {
        None => Ok(default.iter().map(|it| ((*it).to_owned(), None)).collect()),
        Some(Datum {
            kind: Kind::Array(items),
            ..
        }) => items.iter().map(one).collect(),
        Some(datum) => Ok(vec![one(datum)?]),
    }
}

/// Only what version 3 knows, and a hash for each backend.
fn check(hash: &Hash, backends: &[(String, Option<Span>)]) -> Result<(), Failure> {
    const KNOWN: [&str; 6] = [
        "version",
        "backends",
        "hierarchy",
        "logger",
        "merge_behavior",
        "deep_merge_options",
    ];
    for (key, value) in hash {
        let name = key.name();
        let is_backend = backends.iter().any(|(backend, _)| *backend == name);
        let is_good = KNOWN.contains(&name.as_str()) || is_backend && value.as_hash().is_some();
        if !is_good {
            return Err(wrong(&name));
        }
    }
    let behavior = hash.get(&Key::from("merge_behavior")).map(Datum::as_str);
    match behavior {
        None | Some(Some("deep" | "deeper" | "native")) => Ok(()),
        Some(_) => Err(wrong("merge_behavior")),
    }
}
