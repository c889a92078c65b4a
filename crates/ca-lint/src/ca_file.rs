//! Which of the managed certificate files are a CA's for sure enough to speak
//! of them as such.

use ca_audit::ca_name::{local_anchor_folder, path_names_a_ca};
use ca_audit::{Evidence, ManagedCa, SourceEnd};

/// Whether a managed file is a CA's own: by what it begins with, where its
/// content can be seen (a server's chain begins with the server), else by its
/// own name or that of its source. That it lies in `/etc/ssl/certs` says
/// nothing: servers keep their certificates there as well.
pub(crate) fn is_ca_file(evidence: &Evidence, managed: &ManagedCa) -> bool {
    let mut first = managed
        .sources
        .iter()
        .filter_map(|source| evidence.certs_of(&source.end).first().copied())
        .peekable();
    if first.peek().is_some() {
        return first.any(|cert| cert.certificate.is_ca() != Some(false));
    }
    let is_named_ca = |path: &str| {
        let name = path.rsplit('/').next().unwrap_or(path);
        local_anchor_folder(path).is_some() || path_names_a_ca(name)
    };
    is_named_ca(&managed.write.path.to_string())
        || managed.sources.iter().any(|source| match &source.end {
            SourceEnd::SameHost(text) | SourceEnd::Elsewhere(text) => {
                is_named_ca(&text.to_string())
            }
            _ => false,
        })
}

/// How much a path tells: of the alternatives of one declaration, those whose
/// variables are empty are the shortest.
pub(crate) fn depth(managed: &ManagedCa) -> (bool, usize) {
    let path = managed.write.path.to_string();
    (path.starts_with('/'), path.matches('/').count())
}
