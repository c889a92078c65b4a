//! Names and texts that mean something to a form.

use super::agreement::{FORMATS, check};
use super::put;
use super::readers::told;
use super::sarif::{places, run};

/// A client that names no CA.
const CLIENT: &[u8] = b"DAEMON_ARGS=\"--etcd-servers=https://etcd1:2379\"\n";

const NAME: &str = "modules/k8s/templates/kube-apiserver.default.erb";

#[test]
fn no_name_breaks_a_form() {
    let folder = tempfile::tempdir().expect("a folder");
    for odd in [
        "a b",
        "100%25",
        "a#b?c",
        "<x>&amp;\"'",
        "a|b\\|c",
        "`tick` ``",
        "é ü 漢 🔥",
        "a:1,b=2::error",
        "[x](y) *z* _q_ @me",
        "{0} ${x}",
    ] {
        put(&folder.path().join(odd).join(NAME), CLIENT);
    }
    let expected = told("json", &check(folder.path(), "json", &[]));
    assert!(expected.len() >= 10, "{expected:?}");
    for format in FORMATS {
        assert_eq!(
            told(format, &check(folder.path(), format, &[])),
            expected,
            "{format}"
        );
    }
    assert_eq!(places(&run(folder.path(), &[])).len(), expected.len());
}

/// They are replaced where a form cannot hold them, so names differ; nothing
/// else may.
#[test]
fn no_control_character_breaks_a_form() {
    let folder = tempfile::tempdir().expect("a folder");
    for odd in [
        "a\nb",
        "\r",
        "\u{1b}[31m",
        "\u{1}\u{b}",
        "\u{85}\u{202e}",
        "\t\u{7f}",
    ] {
        put(&folder.path().join(odd).join(NAME), CLIENT);
    }
    let count = told("json", &check(folder.path(), "json", &[])).len();
    assert!(count >= 6, "{count}");
    for format in [
        "jsonl",
        "github",
        "gitlab",
        "junit",
        "checkstyle",
        "markdown",
        "narrated",
    ] {
        let report = check(folder.path(), format, &[]);
        assert_eq!(told(format, &report).len(), count, "{format}: {report}");
        let is_json = matches!(format, "jsonl" | "gitlab");
        assert!(is_json || !report.contains('\u{1b}'), "{format}");
    }
    assert_eq!(places(&run(folder.path(), &[])).len(), count);
}

#[test]
fn names_that_are_no_text_are_told() {
    use std::os::unix::ffi::OsStrExt as _;
    let folder = tempfile::tempdir().expect("a folder");
    let odd = std::ffi::OsStr::from_bytes(b"\xff\xfe");
    let file = folder.path().join(odd).join(NAME);
    if std::fs::create_dir_all(file.parent().expect("a folder")).is_err() {
        println!("SKIPPED: this file system takes no such name");
        return;
    }
    put(&file, CLIENT);
    for format in FORMATS {
        assert!(
            !told(format, &check(folder.path(), format, &[])).is_empty(),
            "{format}"
        );
    }
}
