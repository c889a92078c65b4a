//! `File[/etc/x]`: a File resource as records name it.

/// The title in a reference to a File resource, whatever the case of its type:
/// `resources.txt` is in lower case.
pub(super) fn titled(reference: &str) -> Option<&str> {
    let (kind, rest) = reference.trim().split_once('[')?;
    let title = rest.strip_suffix(']')?;
    (kind.eq_ignore_ascii_case("file") && !title.is_empty()).then_some(title)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles() {
        assert_eq!(titled("File[/etc/x]"), Some("/etc/x"));
        assert_eq!(titled("file[/etc/a[1]]\n"), Some("/etc/a[1]"));
        for other in [
            "",
            "File",
            "File[]",
            "File[/x",
            "Filebucket[puppet]",
            "Exec[x]",
        ] {
            assert_eq!(titled(other), None, "{other}");
        }
    }
}
