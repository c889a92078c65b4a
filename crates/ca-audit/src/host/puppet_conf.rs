//! `puppet.conf`: which server an agent obeys, and where its ssl directory is.
//!
//! Sections as Puppet reads them: `[agent]` (or `[server]`, `[master]`) over
//! `[main]`; `$name` stands for another setting. (Puppet's manual, "Config
//! files: puppet.conf".)

use std::collections::BTreeMap;

/// The settings of a `puppet.conf`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PuppetConf {
    /// Settings by section and name.
    settings: BTreeMap<(String, String), String>,
}

impl PuppetConf {
    /// Reads a configuration; lines that are no settings are passed over, as
    /// Puppet does with a warning.
    pub fn parse(text: &str) -> Self {
        let mut settings = BTreeMap::new();
        let mut section = String::from("main");
        for line in text.lines().map(str::trim) {
            if let Some(name) = line
                .strip_prefix('[')
                .and_then(|line| line.strip_suffix(']'))
            {
                name.clone_into(&mut section);
            } else if let Some((name, value)) = line.split_once('=')
                && !line.starts_with('#')
            {
                let key = (section.clone(), name.trim().to_owned());
                settings.insert(key, without_metadata(value.trim()).to_owned());
            }
        }
        Self { settings }
    }

    /// A setting as the agent sees it.
    pub fn agent(&self, name: &str) -> Option<String> {
        self.setting(&["agent", "main"], name, 0)
    }

    /// A setting as Puppet's server sees it.
    pub fn server(&self, name: &str) -> Option<String> {
        self.setting(&["server", "master", "main"], name, 0)
    }

    /// The name in the host's own certificate.
    pub fn certname(&self) -> Option<&str> {
        let sections = ["agent", "main", "server", "master"];
        sections
            .iter()
            .find_map(|section| self.raw(section, "certname"))
    }

    /// The CA's server: `ca_server`, else `server`.
    pub fn ca_server(&self) -> Option<String> {
        self.agent("ca_server").or_else(|| self.agent("server"))
    }

    fn raw(&self, section: &str, name: &str) -> Option<&str> {
        self.settings
            .get(&(section.to_owned(), name.to_owned()))
            .map(String::as_str)
    }

    fn setting(&self, sections: &[&str], name: &str, depth: usize) -> Option<String> {
        let value = sections
            .iter()
            .find_map(|section| self.raw(section, name))?;
        if depth > 8 || !value.contains('$') {
            return Some(value.to_owned());
        }
        let mut text = String::new();
        let mut rest = value;
        while let Some((before, after)) = rest.split_once('$') {
            text.push_str(before);
            let braced = after.strip_prefix('{');
            let name_part = braced.unwrap_or(after);
            let len = name_part
                .find(|c: char| !c.is_alphanumeric() && c != '_')
                .unwrap_or(name_part.len());
            text.push_str(&self.setting(sections, &name_part[..len], depth + 1)?);
            rest = &name_part[len..];
            if braced.is_some() {
                rest = rest.strip_prefix('}').unwrap_or(rest);
            }
        }
        text.push_str(rest);
        Some(text)
    }
}

/// A folder may be followed by what owner and mode it shall have:
/// `ssldir = /x { owner = service, mode = 0771 }`. (Puppet's manual, "Config
/// files: puppet.conf".)
fn without_metadata(value: &str) -> &str {
    let folder = value
        .strip_suffix('}')
        .and_then(|value| value.rsplit_once(" {"));
    folder.map_or(value, |(folder, _)| folder.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sections_and_variables() {
        let conf = PuppetConf::parse(
            "[main]\nvardir = /var/lib/puppet\nssldir=$vardir/ssl\nserver = a\n# server = c\n[agent]\nserver = b\n",
        );
        assert_eq!(conf.agent("ssldir").as_deref(), Some("/var/lib/puppet/ssl"));
        assert_eq!(conf.ca_server().as_deref(), Some("b"));
        assert_eq!(conf.server("server").as_deref(), Some("a"));
    }

    #[test]
    fn owner_and_mode_are_no_part_of_a_folder() {
        let conf = PuppetConf::parse(
            "[main]\nvardir = /var/lib/puppet\nssldir = ${vardir}/ssl { owner = service, mode = 0771 }\n",
        );
        assert_eq!(conf.agent("ssldir").as_deref(), Some("/var/lib/puppet/ssl"));
    }
}
