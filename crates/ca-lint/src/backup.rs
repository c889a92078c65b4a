//! Whether Puppet keeps a copy of a file that it replaces.

use ca_audit::facts::Write;
use ca_audit::value::{Case, Data};

/// What a resource says of a backup (`backup` of the type `file`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Backup {
    /// A copy is kept: in a bucket, or beside the file.
    Kept,
    /// `backup => false`.
    Off {
        /// Whether that is so on every host.
        always: bool,
    },
    /// Nothing is said. Puppet 7 and later keep no copy then
    /// (`lib/puppet/type/file.rb` of Puppet 7.23: `defaultto false`); Puppet 6
    /// and earlier keep one in the local bucket `puppet`.
    Default,
    /// Something is said that cannot be seen.
    Unknown,
}

impl Backup {
    pub(crate) fn of(write: &Write) -> Self {
        let Some(value) = &write.backup else {
            return Self::Default;
        };
        let off = value.cases.iter().filter(|case| is_off(case)).count();
        let known = |case: &&Case| !matches!(case.data, Data::Unknown(_));
        if off > 0 {
            let always = off == value.cases.len();
            Self::Off { always }
        } else if value.cases.iter().all(|case| case.data == Data::Undef) {
            Self::Default
        } else if value.cases.iter().filter(known).count() == value.cases.len() {
            Self::Kept
        } else {
            Self::Unknown
        }
    }
}

/// Puppet takes the word as the boolean (`lib/puppet/type/file.rb`, `munge`).
fn is_off(case: &Case) -> bool {
    match &case.data {
        Data::Bool(value) => !value,
        Data::Text(text) => text.as_str() == Some("false"),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ca_audit::tree::Memory;
    use ca_audit::{Request, audit};

    fn backup(attribute: &str) -> Backup {
        let manifest = format!(
            "class a($b) {{\n  file {{ '/etc/ca.pem': source => '/ca.pem', {attribute} }}\n}}\n"
        );
        let tree = Memory::new().with("modules/a/manifests/init.pp", manifest);
        let evidence = audit(&tree, &Request::default());
        Backup::of(&evidence.writes[0])
    }

    #[test]
    fn what_a_resource_says() {
        assert_eq!(backup(""), Backup::Default);
        assert_eq!(backup("backup => undef"), Backup::Default);
        assert_eq!(backup("backup => false"), Backup::Off { always: true });
        assert_eq!(backup("backup => 'false'"), Backup::Off { always: true });
        assert_eq!(backup("backup => 'main'"), Backup::Kept);
        assert_eq!(backup("backup => $b"), Backup::Unknown);
        let either = "backup => $facts['x'] ? { 'y' => false, default => '.bak' }";
        assert_eq!(backup(either), Backup::Off { always: false });
    }
}
