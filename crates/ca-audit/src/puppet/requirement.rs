//! Which Puppet a project asks for: `requirements` in the `metadata.json` of its
//! modules (Puppet's manual, "Module metadata and metadata.json").

use yaml_spans::{Limits, Tree};

/// The least major version of Puppet that a module works with, by its
/// `metadata.json`; with the bytes that say so.
///
/// Only the lower bound is read: it is what a module needs, while the upper one
/// is mostly what was the newest when somebody last looked.
pub fn least_major_version(metadata: &str) -> Option<(u32, std::ops::Range<usize>)> {
    if !metadata.contains("\"requirements\"") {
        return None;
    }
    let tree = Tree::parse_json(metadata, &Limits::default());
    let requirements = tree.root()?.get("requirements")?;
    let of_puppet = requirements.items().find(|requirement| {
        let name = requirement.get("name").and_then(yaml_spans::Node::as_str);
        name == Some("puppet")
    })?;
    let version = of_puppet.get("version_requirement")?;
    let span = version.span();
    let major = lower_bound(version.as_str()?)?;
    Some((major, span.start as usize..span.end as usize))
}

/// `>= 7.24.0 < 9.0.0` → 7; `8.x` → 8.
fn lower_bound(range: &str) -> Option<u32> {
    let range = range.trim_start();
    let range = [">=", "~>", "^", "~", "="]
        .iter()
        .find_map(|operator| range.strip_prefix(operator))
        .unwrap_or(range)
        .trim_start();
    let digits = range
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(range.len());
    range[..digits].parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lower_bounds() {
        for (range, major) in [
            (">= 7.24.0 < 9.0.0", Some(7)),
            (">=4.7.0", Some(4)),
            ("8.x", Some(8)),
            ("< 7.0.0", None),
            ("", None),
        ] {
            assert_eq!(lower_bound(range), major, "{range}");
        }
    }

    #[test]
    fn of_a_module() {
        let metadata = "{\"name\": \"a-b\", \"requirements\": [{\"name\": \"pe\", \"version_requirement\": \">= 3\"}, {\"name\": \"puppet\", \"version_requirement\": \">= 7.0.0 < 9.0.0\"}]}";
        let (major, range) = least_major_version(metadata).unwrap();
        assert_eq!((major, &metadata[range]), (7, "\">= 7.0.0 < 9.0.0\""));
        assert_eq!(least_major_version("{\"requirements\": 3"), None);
    }
}
