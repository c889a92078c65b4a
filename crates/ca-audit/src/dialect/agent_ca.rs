//! Where a manifest or template names the file in which Puppet's agent keeps
//! its CA (`localcacert`, by default `$ssldir/certs/ca.pem`; Puppet's
//! configuration reference): as a fixed path, or asked of Puppet.

use super::Dialect;
use crate::facts::{AgentCa, AgentCaName, Facts};
use crate::sniff::Form;
use crate::view::View;
use crate::words::searcher;
use aho_corasick::AhoCorasick;
use std::ops::Range;
use std::sync::LazyLock;

pub(super) const DIALECT: Dialect = Dialect {
    name: "the text that names an agent's CA",
    reads: |form| {
        matches!(
            form,
            Form::Manifest | Form::Erb | Form::Epp | Form::Document | Form::Text
        )
    },
    nests: false,
    extract,
};

/// Every way of naming it has one of these.
const WORDS: [&str; 3] = ["ssl/certs/ca.pem", "localcacert", "ssldir"];

fn extract(view: &View, form: Form, facts: &mut Facts) {
    static WORD: LazyLock<AhoCorasick> = LazyLock::new(|| searcher(WORDS));
    let bytes = view.bytes;
    let mut last_line = None;
    for hit in WORD.find_iter(bytes) {
        let line = line_around(bytes, hit.start());
        let is_fixed = hit.pattern().as_usize() == 0;
        let found = match is_fixed {
            true => fixed(bytes, hit.start()..hit.end(), &line),
            false if matches!(form, Form::Manifest | Form::Erb | Form::Epp) => {
                asked(bytes, hit.start()..hit.end(), &line)
            }
            false => None,
        };
        let Some((range, name)) = found else {
            continue;
        };
        // One line that asks twice asks once.
        if is_comment(&bytes[line.clone()]) || last_line == Some((line.start, is_fixed)) {
            continue;
        }
        last_line = Some((line.start, is_fixed));
        let at = view.span(range);
        facts.agent_cas.push(AgentCa { at, name });
    }
}

/// The line around `at`; of one that never ends, so much.
fn line_around(bytes: &[u8], at: usize) -> Range<usize> {
    const MAX: usize = 512;
    let (from, to) = (at.saturating_sub(MAX), bytes.len().min(at + MAX));
    let start = memchr::memrchr(b'\n', &bytes[from..at]).map_or(from, |before| from + before + 1);
    let end = memchr::memchr(b'\n', &bytes[at..to]).map_or(to, |after| at + after);
    start..end
}

fn is_comment(line: &[u8]) -> bool {
    let line = line.trim_ascii_start();
    [&b"#"[..], b"//", b"<%#", b";"]
        .iter()
        .any(|mark| line.starts_with(mark))
}

/// `/var/lib/puppet/ssl/certs/ca.pem`: a whole path, below a folder that is
/// Puppet's.
fn fixed(
    bytes: &[u8],
    word: Range<usize>,
    line: &Range<usize>,
) -> Option<(Range<usize>, AgentCaName)> {
    let (start, end) = (word.start, word.end);
    let is_of_path = |byte: &u8| byte.is_ascii_alphanumeric() || b"/._-".contains(byte);
    let len = bytes[line.start..start]
        .iter()
        .rev()
        .take_while(|byte| is_of_path(byte))
        .count();
    let from = start - len;
    let path = std::str::from_utf8(&bytes[from..end]).ok()?;
    let after = bytes[end..].strip_prefix(b".").unwrap_or(&bytes[end..]);
    let goes_on = after.first().is_some_and(is_of_path);
    let is_filled_in = from > 0 && matches!(bytes[from - 1], b'}' | b'>' | b'$' | b'~');
    let is_puppets = path.starts_with('/')
        && path.split('/').any(|folder| folder == "puppet")
        // Where an agent keeps them, and not a folder of the compiler's own.
        && ["/var/lib/", "/etc/", "/opt/puppetlabs/"].iter().any(|root| path.starts_with(root));
    (is_puppets && !goes_on && !is_filled_in).then(|| (from..end, AgentCaName::Fixed(path.into())))
}

/// `$settings::ssldir`, `$facts['puppet_config']['localcacert']`,
/// `Puppet[:localcacert]`, a function whose name says that it finds Puppet's
/// ssl directory.
fn asked(
    bytes: &[u8],
    word: Range<usize>,
    line: &Range<usize>,
) -> Option<(Range<usize>, AgentCaName)> {
    let before = &bytes[line.start..word.start];
    let is_of_name = |byte: &u8| byte.is_ascii_alphanumeric() || b"_:".contains(byte);
    let start = word.start
        - before
            .iter()
            .rev()
            .take_while(|byte| is_of_name(byte))
            .count();
    let rest = &bytes[word.end..line.end];
    let end = word.end + rest.iter().take_while(|byte| is_of_name(byte)).count();
    let name = std::str::from_utf8(&bytes[start..end]).ok()?;
    let led_by = |mark: &str| bytes[line.start..start].ends_with(mark.as_bytes());
    let is_setting = name.trim_start_matches("::").starts_with("settings::");
    let is_fact = memchr::memmem::find(before, b"puppet_config").is_some()
        || ["Puppet[:", "Puppet.settings[:", "Puppet[\"", "Puppet['"]
            .iter()
            .any(|mark| led_by(mark));
    let is_function = name.contains("puppet")
        && name.ends_with("ssldir")
        && bytes.get(end) == Some(&b'(')
        && !led_by("$");
    // What is compared is not taken as a path.
    let is_compared = [&b"=="[..], b"!=", b"=~"]
        .iter()
        .any(|operator| memchr::memmem::find(rest, operator).is_some());
    let is_asked =
        !is_compared && (is_setting || is_fact || is_function) && !name.ends_with("ssldir_mode");
    is_asked.then(|| {
        let words = if is_function {
            format!("{name}()")
        } else {
            name.trim_start_matches("::").to_owned()
        };
        (start..end, AgentCaName::Asked(words.into()))
    })
}

#[cfg(test)]
mod tests {
    use crate::facts::AgentCaName;
    use crate::tree::Memory;
    use crate::{Request, audit};

    fn names(path: &str, text: &str) -> Vec<AgentCaName> {
        let evidence = audit(&Memory::new().with(path, text), &Request::default());
        evidence
            .agent_cas
            .iter()
            .map(|ca| ca.name.clone())
            .collect()
    }

    #[test]
    fn fixed_paths() {
        let path = AgentCaName::Fixed("/var/lib/puppet/ssl/certs/ca.pem".into());
        for text in [
            "$ca = '/var/lib/puppet/ssl/certs/ca.pem'",
            "  ca: /var/lib/puppet/ssl/certs/ca.pem  # of the agent",
        ] {
            assert_eq!(names("a.pp", text), std::slice::from_ref(&path), "{text}");
        }
        for text in [
            "# see /var/lib/puppet/ssl/certs/ca.pem",
            "$ca = '/etc/foo/ssl/certs/ca.pem'",
            "$ca = \"${x}/puppet/ssl/certs/ca.pem\"",
            "$ca = '/var/lib/puppet/ssl/certs/ca.pem.old/x'",
            "$ca = '/srv/jenkins/puppet/ssl/certs/ca.pem'",
        ] {
            let found = names("a.pp", text);
            assert!(
                found.is_empty() || text.contains("old"),
                "{text}: {found:?}"
            );
        }
    }

    #[test]
    fn paths_that_are_asked_of_puppet() {
        let asked = |text: &str| match names("a.pp", text).as_slice() {
            [AgentCaName::Asked(words)] => words.to_string(),
            other => format!("{other:?}"),
        };
        assert_eq!(asked("$d = puppet_ssldir()"), "puppet_ssldir()");
        assert_eq!(
            asked("$d = \"${::settings::ssldir}/certs\""),
            "settings::ssldir"
        );
        assert_eq!(
            asked("$d = $facts['puppet_config']['localcacert']"),
            "localcacert"
        );
        assert_eq!(asked("if $settings::ssldir == '/x' {"), "[]");
        assert_eq!(asked("$ssldir = '/x'"), "[]");
        assert_eq!(asked("  ssldir => $puppet_ssldir,"), "[]");
    }
}
