//! CA files that are written to hosts, each followed to where its content
//! comes from.

use crate::ca_name::{
    bare_name_is_a_ca, file_name, is_certificate_name, is_host_name, is_in_ca_folder,
    is_key_store_name, is_trust_store_name, key_names_a_ca, names_a_chain, names_a_host,
    path_names_a_ca, variable_names_a_ca,
};
use crate::certificate::Certificate;
use crate::evidence::Evidence;
use crate::facts::{Cert, Content, Write};
use crate::host::Host;
use crate::pem::{Block, Body, blocks};
use crate::place::{FileId, Span};
use crate::value::{Case, Condition, Data, Origin, Piece, Text, Unknown, Why};
use smol_str::SmolStr;
use std::collections::BTreeSet;

/// A CA file that something writes.
#[derive(Debug)]
pub struct ManagedCa<'e> {
    /// Who writes it.
    pub write: &'e Write,
    /// Where its content comes from, in the order in which it is tried; each
    /// with what is known of how it came to be the source.
    pub sources: Vec<Source>,
}

/// One possible source of a managed file.
#[derive(Clone, Debug)]
pub struct Source {
    /// Where the bytes are.
    pub end: SourceEnd,
    /// Its provenance, nearest first.
    pub from: Vec<Origin>,
    /// Under which conditions it is the source; all of them hold together.
    pub when: Vec<Condition>,
}

/// Where the bytes of a managed file are: what a lasting fix must change.
#[derive(Clone, Debug, PartialEq)]
pub enum SourceEnd {
    /// A file of this repository.
    Repository(FileId),
    /// Another file of the same host.
    SameHost(Text),
    /// Text in this repository: a heredoc, a data key.
    Inline(Span),
    /// A URL that this repository does not hold.
    Elsewhere(Text),
    /// Not known.
    Unknown(Unknown),
}

impl Evidence {
    /// Every CA file that something writes, in order of declaration.
    pub fn managed_cas(&self) -> Vec<ManagedCa<'_>> {
        let managed = self
            .writes
            .iter()
            .filter_map(|write| self.managed_ca(write));
        let mut seen = BTreeSet::new();
        managed
            .filter(|managed| {
                let ends: Vec<String> = managed
                    .sources
                    .iter()
                    .map(|source| format!("{:?}", source.end))
                    .collect();
                // The same from two data layers has two places where a fix lasts.
                let sources = managed.sources.iter().flat_map(|source| &source.from);
                let origins = sources.chain(&managed.write.path_from);
                let places: Vec<Span> = origins.map(|origin| origin.at).collect();
                seen.insert((
                    managed.write.declared_at(),
                    managed.write.path.to_string(),
                    ends,
                    places,
                ))
            })
            .collect()
    }

    /// A write as a CA file, if it is one; it may also be a catalog's.
    pub fn managed_ca<'e>(&'e self, write: &'e Write) -> Option<ManagedCa<'e>> {
        let sources = self.sources_of(write)?;
        let managed = ManagedCa { write, sources };
        self.is_ca(&managed).then_some(managed)
    }

    /// Where the content of any file that is written comes from, in the order
    /// in which it is tried; `None` where no content is written.
    pub fn sources_of(&self, write: &Write) -> Option<Vec<Source>> {
        match &write.content {
            Content::Copy(values) => {
                let cases = values.iter().flat_map(|value| value.cases.iter());
                Some(cases.flat_map(|case| self.copied_first(case)).collect())
            }
            Content::Inline(value) => {
                let sources = value.cases.iter().map(|case| {
                    let mut source = inline(case, write);
                    if let (SourceEnd::Inline(span), Data::Text(text)) =
                        (&mut source.end, &case.data)
                        && let Some(text) = text.as_str()
                    {
                        *span = self.narrowed(*span, text);
                    }
                    source
                });
                Some(sources.collect())
            }
            Content::Link(_) | Content::Absent | Content::Unmanaged => None,
        }
    }

    /// A list of sources is tried in its order.
    fn copied_first(&self, case: &Case) -> Vec<Source> {
        let Data::Array(items) = &case.data else {
            return vec![self.copied(case)];
        };
        let of = |item: &Case| {
            let mut source = self.copied(item);
            source.when.extend(case.when.iter().cloned());
            if source.from.is_empty() {
                source.from.clone_from(&case.from);
            }
            source
        };
        let cases = items.iter().flat_map(|item| item.cases.iter());
        cases.map(of).collect()
    }

    fn copied(&self, case: &Case) -> Source {
        let end = match &case.data {
            Data::Text(text) => self.url(text),
            Data::Unknown(unknown) => SourceEnd::Unknown(unknown.clone()),
            _ => SourceEnd::Unknown(Unknown {
                why: Why::Expression,
                at: None,
            }),
        };
        let mut from = case.from.clone();
        if let Data::Text(text) = &case.data
            && let Some(mount) = self.mount(&text.to_string())
        {
            from.push(Origin {
                at: mount.at,
                what: "this mount of the Puppet server's file server".into(),
            });
        }
        Source {
            end,
            from,
            when: case.when.clone(),
        }
    }

    /// `puppet:///modules/…` is served from this repository where it holds the
    /// file; a path, with or without `file:`, is on the host itself (Puppet's
    /// manual, `file`, attribute `source`).
    fn url(&self, text: &Text) -> SourceEnd {
        let prefix = text.prefix();
        if let Some(file) = text.as_str().and_then(|url| self.served_file(url)) {
            return SourceEnd::Repository(file);
        }
        if let Some(path) = prefix.strip_prefix("file:") {
            let mut text = text.clone();
            let slashes = path.len() - path.trim_start_matches('/').len();
            let kept = match &path[slashes..] {
                drive if is_windows_path(drive) => slashes,
                // `file://${path}`
                "" if text.pieces.len() > 1 => slashes.min(2),
                _ => slashes.saturating_sub(1),
            };
            let path = &path[kept..];
            text.pieces[0] = Piece::Literal(path.into());
            text.pieces
                .retain(|piece| *piece != Piece::Literal("".into()));
            return SourceEnd::SameHost(text);
        }
        if prefix.starts_with('/') || prefix.is_empty() && text.suffix().starts_with('/') {
            return SourceEnd::SameHost(text.clone());
        }
        if is_windows_path(prefix) {
            return SourceEnd::SameHost(text.clone());
        }
        match text.first_hole() {
            Some(hole) if prefix.is_empty() => SourceEnd::Unknown(hole.clone()),
            _ => SourceEnd::Elsewhere(text.clone()),
        }
    }

    /// The part of `span` in which the certificates of `text` stand, where other
    /// certificates stand there, too: in the other values of a data key.
    fn narrowed(&self, span: Span, text: &str) -> Span {
        let inside = |cert: &&Cert| cert.at.start >= span.start && cert.at.end <= span.end;
        let around: Vec<&Cert> = self.certs_in(span.file).iter().filter(inside).collect();
        if around.is_empty() {
            return span;
        }
        let own: BTreeSet<[u8; 32]> = blocks(text.as_bytes())
            .filter(Block::is_certificate)
            .filter_map(|block| match block.decode(text.as_bytes()) {
                Body::Der(der) => Some(*Certificate::from_der(&der)?.sha256()),
                _ => None,
            })
            .collect();
        let is_own = |cert: &&&Cert| own.contains(cert.certificate.sha256());
        if around.iter().all(|cert| is_own(&cert)) {
            return span;
        }
        let mut of_text = around.iter().filter(is_own);
        let Some(first) = of_text.next() else {
            return Span {
                end: span.start,
                ..span
            };
        };
        let last = of_text.next_back().unwrap_or(first);
        Span {
            start: first.at.start,
            end: last.at.end,
            ..span
        }
    }

    /// Whether a managed file is a CA's: by what is known of its content, else
    /// by its names.
    fn is_ca(&self, managed: &ManagedCa) -> bool {
        let path = managed.write.path.to_string();
        if is_fragment_of_concat(&path) || is_key_of_eyaml(&path) {
            return false;
        }
        // Whatever stands in a store of trusted certificates is trusted.
        let name = file_name(&path).to_lowercase();
        let is_trusted = is_trust_store_name(&name) && is_certificate_name(&path);
        let is_named = path_names_a_ca(&path)
            || is_in_ca_folder(&path)
            || is_named_by_its_code(self, managed, &path);
        let contents = self.contents_that_count(managed);
        if !contents.is_empty() && !is_trusted {
            return contents.iter().any(|cert| {
                let certificate = &cert.certificate;
                // What a server signs for itself says that it is a CA, too.
                let is_hosts = || names_a_host(&name) || is_named_for_a_host(certificate);
                certificate.is_ca() != Some(false)
                    && (is_named || certificate.self_signed() == Some(false) || !is_hosts())
            });
        }
        is_named
    }

    /// The certificates that a managed file may hold; what a test gives to code
    /// that is none does not tell what hosts have.
    fn contents_that_count(&self, managed: &ManagedCa) -> Vec<&Cert> {
        let is_test = self.is_aside(managed.write.declared_at().file);
        let ends = managed.sources.iter().map(|source| &source.end);
        let certs = ends.flat_map(|end| self.certs_of(end));
        certs
            .filter(|cert| is_test || !self.is_aside(cert.at.file))
            .collect()
    }

    /// The certificates at the end of a source, where it is in this tree.
    pub fn certs_of(&self, end: &SourceEnd) -> Vec<&Cert> {
        match end {
            SourceEnd::Repository(file) => self.certs_in(*file).iter().collect(),
            SourceEnd::Inline(span) => {
                let inside = |cert: &&Cert| cert.at.start >= span.start && cert.at.end <= span.end;
                self.certs_in(span.file).iter().filter(inside).collect()
            }
            _ => Vec::new(),
        }
    }

    /// The file of a host that Puppet would copy: the first source that exists
    /// there, where all that come before are known not to.
    pub fn copied_from(&self, host: &Host, managed: &ManagedCa) -> Option<FileId> {
        managed.sources.iter().find_map(|source| match &source.end {
            SourceEnd::SameHost(text) => self.host_file(host, text.as_str()?),
            SourceEnd::Repository(file) => Some(*file),
            _ => None,
        })
    }
}

/// `C:/…`, `c:\…`: a path on the host itself, too (Puppet's manual, `file`,
/// attribute `source`; `Puppet::Util.absolute_path?`).
fn is_windows_path(url: &str) -> bool {
    matches!(url.as_bytes(), [drive, b':', b'/' | b'\\', ..] if drive.is_ascii_alphabetic())
}

/// Whether the code says that it is a CA's, where its path does not: by the name of
/// the source, by the title, by a variable.
fn is_named_by_its_code(evidence: &Evidence, managed: &ManagedCa, path: &str) -> bool {
    let write = managed.write;
    let name = file_name(path);
    let is_certificate = is_certificate_name(path) || is_key_store_name(path);
    // `${title}`, `app-${name}`: nothing is seen of how it ends.
    let may_be = is_certificate || name.ends_with('}');
    let from = managed.sources.iter().any(|source| match &source.end {
        SourceEnd::SameHost(text) | SourceEnd::Elsewhere(text) => {
            path_names_a_ca(&text.to_string())
        }
        SourceEnd::Repository(file) => path_names_a_ca(evidence.path(*file)),
        SourceEnd::Unknown(unknown) => names_a_ca(unknown),
        SourceEnd::Inline(_) => false,
    });
    let is_open_ca = match write.path.pieces.last() {
        Some(Piece::Hole(unknown)) => names_a_ca(unknown),
        _ => false,
    };
    // A title that is no path says what the file is: `file { 'ssl_ca': }`.
    let title = write.resource.split(['[', ']']).nth(1);
    let is_titled = title.is_some_and(|title| !title.contains('/') && key_names_a_ca(title));
    let says = |variable: &Option<SmolStr>, names: fn(&str) -> bool| {
        variable.as_deref().is_some_and(names)
    };
    let names = &write.names;
    let is_said = says(&names.path, variable_names_a_ca)
        || says(&names.content, variable_names_a_ca)
        || says(&names.path, names_a_chain);
    // The file for which a defined type is named: not all that it needs.
    let is_its_own = write
        .chain
        .last()
        .is_some_and(|step| step.what.ends_with(&format!("'{name}' }}")));
    let is_defined = says(&names.definition, variable_names_a_ca)
        && (may_be || is_its_own)
        && !names_a_host(name);
    let is_chain = names_a_chain(name) && (is_certificate || name.ends_with(".chain"));
    is_chain
        || (from && write.absent_code().is_some())
        || is_open_ca
        || is_defined
        || (may_be && (is_titled || is_said))
        || (is_certificate && from)
        || (bare_name_is_a_ca(path) && !write.is_recursive)
}

/// Whether a certificate's common name is that of a host: `www.example.org`,
/// `*.example.org`.
fn is_named_for_a_host(certificate: &Certificate) -> bool {
    let subject = certificate.subject_text();
    let Some((_, name)) = subject.split_once("CN=") else {
        return false;
    };
    is_host_name(name.split(',').next().unwrap_or(name))
}

/// Old releases of puppetlabs-concat put the parts of a file below Puppet's own
/// directory and join them there (`manifests/fragment.pp` of release 1.0.0).
fn is_fragment_of_concat(path: &str) -> bool {
    path.contains("/fragments/") && path.contains("concat")
}

/// The certificate for which hiera-eyaml encrypts is no CA, though it is signed by
/// itself (hiera-eyaml's README, "Basic usage").
fn is_key_of_eyaml(path: &str) -> bool {
    path.ends_with(".pkcs7.pem")
}

/// Whether what is not known has a CA's name: `$ca_certificate`, the data key
/// `profile::ldap::ca_bundle`.
fn names_a_ca(unknown: &Unknown) -> bool {
    match &unknown.why {
        Why::Parameter(name) | Why::Variable(name) | Why::HieraKey(name) => {
            variable_names_a_ca(name)
        }
        _ => false,
    }
}

/// Content given as text, or as a template or file of this repository.
fn inline(case: &Case, write: &Write) -> Source {
    let here = case
        .from
        .first()
        .map_or(write.content_at, |origin| origin.at);
    let end = match &case.data {
        Data::Text(text) => match text.first_hole() {
            Some(Unknown {
                why: Why::Rendered(file),
                ..
            }) => SourceEnd::Repository(*file),
            Some(unknown) if text.prefix().is_empty() => SourceEnd::Unknown(unknown.clone()),
            _ => SourceEnd::Inline(here),
        },
        Data::Unknown(unknown) => SourceEnd::Unknown(unknown.clone()),
        _ => SourceEnd::Inline(here),
    };
    Source {
        end,
        from: case.from.clone(),
        when: case.when.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::Memory;
    use crate::{Request, audit};

    fn managed(manifest: &str) -> Vec<(String, SourceEnd)> {
        let tree = Memory::new().with("modules/a/manifests/init.pp", manifest);
        let evidence = audit(&tree, &Request::default());
        let found = evidence.managed_cas().into_iter().map(|managed| {
            let end = managed.sources[0].end.clone();
            (managed.write.path.to_string(), end)
        });
        found.collect()
    }

    #[test]
    fn a_path_with_a_drive_is_the_hosts_own() {
        for source in ["C:/pki/ca.crt", "c:\\pki\\ca.crt", "file:///C:/pki/ca.crt"] {
            let manifest =
                format!("class a {{ file {{ 'C:/app/ca.crt': source => '{source}' }} }}");
            let found = managed(&manifest);
            let path = source.trim_start_matches("file:///").replace("\\\\", "\\");
            let expected = SourceEnd::SameHost(Text::literal(path));
            assert_eq!(found[0].1, expected, "{source}");
        }
    }

    #[test]
    fn what_is_not_known_and_named_a_ca() {
        let found = managed(
            "class a($ca_certificate, $certificate) {\n  file { '/etc/a/trusted.pem': source => $ca_certificate }\n  file { '/etc/a/own.pem': source => $certificate }\n}\n",
        );
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!(found[0].0, "/etc/a/trusted.pem");
    }

    #[test]
    fn a_file_of_passwords_is_no_store() {
        let found = managed(
            "class a {\n  file { '/etc/a/truststore_password-file': content => $secret }\n  file { '/etc/a/app.truststore': source => 'puppet:///modules/b/x' }\n}\n",
        );
        let paths: Vec<&str> = found.iter().map(|(path, _)| path.as_str()).collect();
        assert_eq!(paths, ["/etc/a/app.truststore"]);
    }

    fn certificate(is_ca: rcgen::IsCa) -> String {
        let mut params = rcgen::CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = is_ca;
        let key = rcgen::KeyPair::generate().unwrap();
        let pem = params.self_signed(&key).unwrap().pem();
        pem.replace('\r', "").replace('\n', "\n      ")
    }

    #[test]
    fn one_value_of_a_data_key_is_not_the_others() {
        let ca = certificate(rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained));
        let leaf = certificate(rcgen::IsCa::ExplicitNoCa);
        let data =
            format!("a::sites:\n  one:\n    leaf: |\n      {leaf}\n    chain: |\n      {ca}\n");
        let manifest = "class a($sites) {\n  $sites.each |$name, $site| {\n    file { \"/etc/a/${name}.crt\": content => $site['leaf'] }\n    file { \"/etc/a/${name}.chain\": content => $site['chain'] }\n  }\n}\n";
        let tree = Memory::new()
            .with("hieradata/common.yaml", data.as_str())
            .with("modules/a/manifests/init.pp", manifest);
        let evidence = audit(&tree, &Request::default());
        let paths = evidence.managed_cas().into_iter();
        let paths: Vec<String> = paths.map(|it| it.write.path.to_string()).collect();
        assert_eq!(paths, ["/etc/a/one.chain"]);
    }
}
