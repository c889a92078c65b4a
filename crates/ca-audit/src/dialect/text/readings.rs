//! A text of certificates that some real reader does not load as people read
//! it.

use crate::facts::{Cert, Facts, Misread, Miss};
use crate::readers::{self, Content, Group, Reader, ReaderSet, Readings};
use crate::sniff::{Form, is_armour_name};
use crate::view::View;
use std::collections::HashSet;
use std::ops::Range;

/// Notes what the readers make of a text that a program would get as a CA
/// file, where it is not what people see.
///
/// `found` says which certificates stand in it.
pub(super) fn note(view: &View, form: Form, found: Range<usize>, facts: &mut Facts) {
    if !is_loaded_as_it_is(view, form) {
        return;
    }
    let certs = &mut facts.certs[found];
    let ders = certs.iter().map(|cert| cert.certificate.der());
    if readers::plain::loads_everywhere(view.bytes, ders) {
        for cert in certs {
            cert.loaded_by = Some(ReaderSet::all());
        }
        return;
    }
    let readings = readers::read(view.bytes);
    mark(certs, &readings);
    facts.misread.extend(misread(view, &readings));
}

/// Notes who loads each certificate.
fn mark(certs: &mut [Cert], readings: &Readings) {
    let loaded = Reader::ALL.map(|reader| {
        let loaded = readings.of(reader).loaded.iter();
        (
            reader,
            loaded.map(|loaded| loaded.sha256).collect::<HashSet<_>>(),
        )
    });
    for cert in certs {
        let loads =
            |(_, loaded): &&(Reader, HashSet<_>)| loaded.contains(cert.certificate.sha256());
        let readers = loaded.iter().filter(loads).map(|(reader, _)| *reader);
        cert.loaded_by = Some(readers.collect());
    }
}

/// What some reader misses of the text.
fn misread(view: &View, readings: &Readings) -> Option<Misread> {
    let groups = readings.groups();
    let missing: Vec<Miss> = groups
        .iter()
        .filter(|group| group.loads < group.of)
        .map(|group| miss(view, readings, group))
        .collect();
    if missing.is_empty() {
        return None;
    }
    let certificates = readings
        .blocks
        .iter()
        .filter_map(|block| match block.content {
            Content::Certificate(sha256) => Some((view.span(block.at.clone()), sha256)),
            Content::Broken => None,
        });
    Some(Misread {
        at: view.span(0..view.bytes.len()),
        container: view.container(),
        certificates: certificates.collect(),
        missing,
    })
}

fn miss(view: &View, readings: &Readings, group: &Group) -> Miss {
    let gives_up = |reader: &Reader| readings.of(*reader).failure.is_some();
    let cause = group.reasons.first().map_or(0, readers::Reason::at);
    let is_sure = |reason: &readers::Reason| !matches!(reason, readers::Reason::Unsure(_));
    let is_armour = matches!(group.reasons.first(), Some(readers::Reason::Defect(_)));
    Miss {
        is_armour,
        readers: group.readers.clone(),
        loads: group.loads,
        of: group.of,
        gives_up: group.readers.iter().any(gives_up),
        is_certain: group.reasons.iter().all(is_sure),
        sentence: group.sentence(|offset| view.line(offset)),
        cause: view.span(line_of(view.bytes, cause)),
    }
}

/// The line with the byte at `at`.
fn line_of(bytes: &[u8], at: usize) -> Range<usize> {
    let at = at.min(bytes.len());
    let start = memchr::memrchr(b'\n', &bytes[..at]).map_or(0, |before| before + 1);
    let end = memchr::memchr(b'\n', &bytes[at..]).map_or(bytes.len(), |len| at + len);
    start..end
}

/// Whether programs would get this very text as a file of CAs. Source code
/// and documents hold such texts as strings; a script's lines are its own.
fn is_loaded_as_it_is(view: &View, form: Form) -> bool {
    if !matches!(form, Form::Text | Form::Erb | Form::Epp) {
        return false;
    }
    let text = view
        .bytes
        .strip_prefix(b"\xef\xbb\xbf")
        .unwrap_or(view.bytes);
    let begins_with_armour = text.trim_ascii_start().starts_with(b"--");
    begins_with_armour || (view.is_file() && is_armour_name(view.path))
}

#[cfg(test)]
mod tests {
    use crate::facts::Facts;
    use crate::place::FileId;
    use crate::readers::Reader;
    use rcgen::{CertificateParams, KeyPair};

    fn pem() -> String {
        let key = KeyPair::generate().expect("a key");
        let made = CertificateParams::default().self_signed(&key);
        made.expect("a certificate").pem()
    }

    fn found(path: &str, text: &str) -> Facts {
        let form = crate::sniff::form(path, text.as_bytes());
        crate::dialect::extract(FileId(0), path, text.as_bytes(), form)
    }

    /// Who loads the certificates of a file, for each; `None` where that
    /// cannot be told.
    fn readers(path: &str, text: &str) -> Vec<Option<Vec<Reader>>> {
        let facts = found(path, text);
        let readers = facts.certs.iter().map(|cert| cert.loaded_by);
        readers
            .map(|readers| Some(readers?.iter().collect()))
            .collect()
    }

    #[test]
    fn everybody_loads_plain_armour_and_nobody_knows_of_source_code() {
        let pem = pem();
        let all = Some(Reader::ALL.to_vec());
        let twice = format!("{pem}{pem}");
        assert_eq!(readers("ca.pem", &twice), [all.clone(), all.clone()]);
        let value = format!("ca: |\n  {}\n", pem.trim_end().replace('\n', "\n  "));
        assert_eq!(readers("a.yaml", &value), [all]);
        assert_eq!(readers("a.py", &pem), [None]);
    }

    #[test]
    fn what_somebody_misses_is_told_with_its_line() {
        let (one, two) = (pem(), pem());
        let lines = one.lines().count();
        let facts = found("ca.pem", &format!("# why\n{one}-{two}"));
        let [misread] = &facts.misread[..] else {
            panic!("{:?}", facts.misread);
        };
        let words = format!("line {} begins with six dashes", lines + 2);
        assert!(misread.missing[0].sentence.ends_with(&words), "{misread:?}");
        assert_eq!(misread.certificates.len(), 2);
        let loaded_by = facts.certs[1].loaded_by.expect("it is a CA file");
        assert!(!loaded_by.has(Reader::Go));
    }

    #[test]
    fn a_byte_order_mark_hides_a_file_from_go() {
        let text = format!("\u{feff}{}", pem());
        let [Some(readers)] = &readers("ca.crt", &text)[..] else {
            panic!("one certificate of which it can be told");
        };
        assert!(!readers.contains(&Reader::Go) && readers.contains(&Reader::OpenSsl));
    }
}
