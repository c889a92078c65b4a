//! Version 5, and version 4, which was its draft.

use super::{Backend, Config, Layer, Level, Location, text_of, texts_of, wrong};
use crate::hiera::data_file::Format;
use crate::hiera::datum::{Datum, Hash, Key, Kind};
use crate::hiera::failure::Failure;

const FUNCTIONS: [&str; 4] = ["data_hash", "lookup_key", "data_dig", "hiera3_backend"];
const LOCATIONS: [&str; 7] = [
    "path",
    "paths",
    "glob",
    "globs",
    "uri",
    "uris",
    "mapped_paths",
];
const TOP: [&str; 5] = [
    "version",
    "defaults",
    "hierarchy",
    "plan_hierarchy",
    "default_hierarchy",
];

/// Reads the hash of a `hiera.yaml`.
///
/// # Errors
/// What `HieraConfigV5.validate_config` refuses.
pub(super) fn read(hash: &Hash, layer: Layer) -> Result<Config, Failure> {
    only(hash, &TOP)?;
    if !matches!(
        hash.get(&Key::from("version")).map(|it| &it.kind),
        Some(Kind::Int(5))
    ) {
        return Err(wrong("version"));
    }
    let given = |name: &str| hash.get(&Key::from(name)).filter(|it| it.is_truthy());
    let defaults = match given("defaults") {
        None => Defaults::default(),
        Some(defaults) => Defaults::of(defaults)?,
    };
    let levels = match given("hierarchy") {
        None => levels_of(&common(), &defaults, layer)?,
        Some(levels) => levels_of(levels, &defaults, layer)?,
    };
    let default_levels = match hash.get(&Key::from("default_hierarchy")) {
        None => None,
        Some(_) if layer != Layer::Module => {
            let message = "'default_hierarchy' is only allowed in the module layer";
            return Err(Failure::new(message));
        }
        Some(levels) => Some(levels_of(levels, &defaults, layer)?),
    };
    Ok(Config {
        version: 5,
        levels,
        default_levels,
    })
}

/// Reads a configuration of version 4.
///
/// # Errors
/// A backend that is none of Puppet's own.
pub(super) fn read_version_4(hash: &Hash) -> Result<Config, Failure> {
    only(hash, &["version", "datadir", "hierarchy"])?;
    let datadir = text_of(hash, "datadir")?.unwrap_or_else(|| "data".into());
    let mut levels = Vec::new();
    let fields = [("name", "common"), ("backend", "yaml")];
    let default = list_of_one(fields);
    let given = hash.get(&Key::from("hierarchy")).unwrap_or(&default);
    for entry in items(Some(given), "hierarchy")? {
        let at = entry.at;
        let entry = entry.as_hash().ok_or_else(|| wrong("hierarchy"))?;
        let name = text_of(entry, "name")?.ok_or_else(|| wrong("name"))?;
        let backend = text_of(entry, "backend")?.ok_or_else(|| wrong("backend"))?;
        let format = match backend.as_str() {
            "yaml" => Format::Yaml,
            "json" => Format::Json,
            "hocon" => Format::Hocon,
            _ => return Err(Failure::new(format!("No data provider for '{backend}'"))),
        };
        let extension = if format == Format::Hocon {
            "conf"
        } else {
            &backend
        };
        let paths = match (texts_of(entry, "paths")?, text_of(entry, "path")?) {
            (Some(paths), _) => paths,
            (None, path) => vec![path.unwrap_or_else(|| name.clone())],
        };
        levels.push(Level {
            has_options: false,
            name: name.into(),
            at,
            backend: Backend::Files(format),
            datadir: text_of(entry, "datadir")?.unwrap_or_else(|| datadir.clone()),
            location: Location::Paths(
                paths
                    .into_iter()
                    .map(|path| super::version_3::with_extension(path, extension))
                    .collect(),
            ),
        });
    }
    Ok(Config {
        version: 4,
        levels,
        default_levels: None,
    })
}

/// The hierarchy of a configuration that says none: a level `Common`.
fn common() -> Datum {
    list_of_one([("name", "Common"), ("path", "common.yaml")])
}

fn list_of_one(fields: [(&str, &str); 2]) -> Datum {
    let fields = fields.map(|(name, value)| (Key::from(name), Datum::text(value)));
    let level = Datum::made(Kind::Hash(fields.into_iter().collect()));
    Datum::made(Kind::Array(vec![level]))
}

/// `defaults:`.
struct Defaults {
    options: Option<Datum>,
    function: Option<(&'static str, String)>,
    datadir: Option<String>,
}

/// Those of Puppet, which hold only where a configuration has none at all.
impl Default for Defaults {
    fn default() -> Self {
        Self {
            options: None,
            function: Some(("data_hash", "yaml_data".into())),
            datadir: None,
        }
    }
}

impl Defaults {
    fn of(defaults: &Datum) -> Result<Self, Failure> {
        let hash = defaults.as_hash().ok_or_else(|| wrong("defaults"))?;
        only(
            hash,
            &["data_hash", "lookup_key", "data_dig", "datadir", "options"],
        )?;
        reserved(hash)?;
        Ok(Self {
            options: hash.get(&Key::from("options")).cloned(),
            function: function(hash)?,
            datadir: text_of(hash, "datadir")?,
        })
    }
}

fn levels_of(levels: &Datum, defaults: &Defaults, layer: Layer) -> Result<Vec<Level>, Failure> {
    let mut result: Vec<Level> = Vec::new();
    for entry in items(Some(levels), "hierarchy")? {
        let level = level_of(entry, defaults, layer)?;
        if result.iter().any(|other| other.name == level.name) {
            let name = &level.name;
            let message = format!("Hierarchy name '{name}' defined more than once");
            return Err(Failure::new(message));
        }
        result.push(level);
    }
    Ok(result)
}

fn level_of(entry: &Datum, defaults: &Defaults, layer: Layer) -> Result<Level, Failure> {
    let hash = entry.as_hash().ok_or_else(|| wrong("hierarchy"))?;
    let known = ["name", "options", "datadir", "v4_data_hash"];
    let known: Vec<&str> = known
        .into_iter()
        .chain(FUNCTIONS)
        .chain(LOCATIONS)
        .collect();
    only(hash, &known)?;
    reserved(hash)?;
    let name = text_of(hash, "name")?.ok_or_else(|| wrong("name"))?;
    let function = function(hash)?.or_else(|| defaults.function.clone());
    let (kind, function) = function.ok_or_else(|| {
        Failure::new(format!(
            "One of data_hash, lookup_key or data_dig must be defined in hierarchy '{name}'"
        ))
    })?;
    if kind == "hiera3_backend" && layer != Layer::Global {
        let message = "'hiera3_backend' is only allowed in the global layer";
        return Err(Failure::new(message));
    }
    let options = hash
        .get(&Key::from("options"))
        .or(defaults.options.as_ref());
    let has_options = options
        .and_then(Datum::as_hash)
        .is_some_and(|it| !it.is_empty());
    Ok(Level {
        has_options,
        location: location(hash, &name)?,
        name: name.into(),
        at: entry.at,
        backend: match (kind, function.as_str()) {
            ("data_hash", "yaml_data") => Backend::Files(Format::Yaml),
            ("data_hash", "json_data") => Backend::Files(Format::Json),
            ("data_hash", "hocon_data") => Backend::Files(Format::Hocon),
            ("lookup_key", "eyaml_lookup_key") => Backend::Files(Format::Eyaml),
            _ => Backend::Foreign(function.into()),
        },
        datadir: match text_of(hash, "datadir")? {
            Some(datadir) => datadir,
            None => defaults.datadir.clone().unwrap_or_else(|| "data".into()),
        },
    })
}

fn location(hash: &Hash, name: &str) -> Result<Location, Failure> {
    let given = |location: &&str| hash.contains_key(&Key::from(*location));
    if LOCATIONS.iter().filter(|it| given(it)).count() > 1 {
        let message = format!(
            "Only one of path, paths, glob, globs, uri, uris, or mapped_paths can be defined in hierarchy '{name}'"
        );
        return Err(Failure::new(message));
    }
    if let Some(path) = text_of(hash, "path")? {
        return Ok(Location::Paths(vec![path]));
    }
    if let Some(paths) = texts_of(hash, "paths")? {
        return Ok(Location::Paths(paths));
    }
    if let Some(glob) = text_of(hash, "glob")? {
        return Ok(Location::Globs(vec![glob]));
    }
    if let Some(globs) = texts_of(hash, "globs")? {
        return Ok(Location::Globs(globs));
    }
    if let Some(mapped) = texts_of(hash, "mapped_paths")? {
        let [variable, element, path] = mapped.try_into().map_err(|_| wrong("mapped_paths"))?;
        return Ok(Location::Mapped {
            variable,
            element,
            path,
        });
    }
    text_of(hash, "uri")?;
    texts_of(hash, "uris")?;
    Ok(Location::None)
}

/// The one function that a hash names.
fn function(hash: &Hash) -> Result<Option<(&'static str, String)>, Failure> {
    let mut found = None;
    for kind in FUNCTIONS {
        let Some(name) = text_of(hash, kind)? else {
            continue;
        };
        if found.replace((kind, name)).is_some() {
            let message = "Only one of data_hash, lookup_key, data_dig can be defined";
            return Err(Failure::new(message));
        }
    }
    Ok(found)
}

/// Options that Puppet sets itself.
fn reserved(hash: &Hash) -> Result<(), Failure> {
    let Some(options) = hash.get(&Key::from("options")) else {
        return Ok(());
    };
    let options = options.as_hash().ok_or_else(|| wrong("options"))?;
    match ["path", "uri"]
        .iter()
        .find(|key| options.contains_key(&Key::from(**key)))
    {
        Some(key) => Err(Failure::new(format!(
            "Option key '{key}' is reserved by Puppet"
        ))),
        None => Ok(()),
    }
}

fn only(hash: &Hash, known: &[&str]) -> Result<(), Failure> {
    let is_known = |key: &&Key| matches!(key, Key::Text(name) if known.contains(&name.as_str()));
    match hash.keys().find(|key| !is_known(key)) {
        Some(key) => Err(wrong(&key.name())),
        None => Ok(()),
    }
}

fn items<'d>(datum: Option<&'d Datum>, name: &str) -> Result<&'d [Datum], Failure> {
    match datum.map(|datum| &datum.kind) {
        None => Ok(&[]),
        Some(Kind::Array(items)) => Ok(items),
        Some(_) => Err(wrong(name)),
    }
}
