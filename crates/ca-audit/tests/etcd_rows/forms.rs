//! Names and values of a row as they would be written, and the template
//! languages that a CA may depend on.

use ca_audit::knowledge::Consumer;

/// A template language: the ending of a file's name, and what stands around
/// text that is there under a condition.
#[derive(Clone, Copy)]
pub(crate) struct Language {
    pub(crate) suffix: &'static str,
    open: &'static str,
    close: &'static str,
}

pub(crate) const LANGUAGES: [Language; 4] = [
    Language {
        suffix: ".erb",
        open: "<% if @tls %>",
        close: "<% end %>",
    },
    Language {
        suffix: ".epp",
        open: "<% if $tls { %>",
        close: "<% } %>",
    },
    Language {
        suffix: ".j2",
        open: "{% if tls %}",
        close: "{% endif %}",
    },
    Language {
        suffix: ".tmpl",
        open: "{{ if .tls }}",
        close: "{{ end }}",
    },
];

impl Language {
    /// On the same line.
    pub(crate) fn inline(self, text: &str) -> String {
        format!("{}{text}{}", self.open, self.close)
    }

    /// Over whole lines.
    pub(crate) fn lines(self, text: &str) -> String {
        let lines = text.trim_end_matches('\n');
        format!("{}\n{lines}\n{}\n", self.open, self.close)
    }
}

/// `--flag`; `-k` where it is one letter.
pub(crate) fn dashed(flag: &str) -> String {
    let dashes = if flag.len() == 1 { "-" } else { "--" };
    format!("{dashes}{flag}")
}

/// The store that the row is about, as a flag.
pub(crate) fn store_flag(row: &Consumer) -> String {
    match row.store.settings.flags.first().zip(store_value(row)) {
        Some((flag, value)) => format!("--{flag}={value}"),
        None => String::new(),
    }
}

/// The same as a variable.
pub(crate) fn store_variable(row: &Consumer) -> Option<String> {
    let variable = row.store.settings.env.first();
    let (variable, value) = variable.zip(store_value(row))?;
    Some(format!("{variable}={value}"))
}

pub(crate) fn store_value(row: &Consumer) -> Option<&'static str> {
    let first = row.store.values.first();
    first.map(|value| value.trim_end_matches('*'))
}

/// An endpoint over TLS as the row takes it.
pub(crate) fn url(row: &Consumer) -> String {
    let has_https = row.endpoint_schemes.is_empty() || row.endpoint_schemes.contains(&"https");
    let scheme = if has_https {
        "https"
    } else {
        row.endpoint_schemes[0]
    };
    let url = format!("{scheme}://etcd1:2379");
    let has_word = row.endpoint_has.iter().any(|word| url.contains(word));
    match row.endpoint_has.first() {
        Some(word) if !has_word => format!("{word}{url}"),
        _ => url,
    }
}
