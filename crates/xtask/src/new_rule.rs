//! The scaffold of a rule.

use crate::name::Name;
use crate::scaffold::Scaffold;

/// The file of a rule and its line in the list.
pub(crate) fn scaffold(name: &Name) -> Scaffold {
    Scaffold {
        folder: "crates/ca-lint/src/rules",
        module: name.snake(),
        text: TEMPLATE.replace("NAME", name.kebab()),
        constant: "RULE",
        is_sorted: true,
        advice: "its examples are its tests: write them first, then `cargo test -p ca-lint rule_pages`",
    }
}

/// The page has the sections that `tests/rule_pages.rs` asks for.
const TEMPLATE: &str = r##"//! NAME: say in one line what the pattern is.

use super::Rule;
use crate::finding::{Finding, Severity};
use crate::settings::Settings;
use ca_audit::Evidence;

pub(super) const RULE: Rule = Rule {
    name: "NAME",
    summary: "say in one line what is wrong",
    severity: Severity::Warning,
    page: PAGE,
    check,
};

const PAGE: &str = r#"
One paragraph: what the pattern is and what becomes of it.

## Why it matters

What it costs in a real outage.

## How to fix

What to change, and where.

## Fires

`modules/certs/manifests/init.pp`:
```puppet
class certs {
}
```

## Clean

`modules/certs/manifests/init.pp`:
```puppet
class certs {
}
```
"#;

fn check(evidence: &Evidence, settings: &Settings, report: &mut dyn FnMut(Finding)) {
    // Ask the evidence, report what is found; see the other rules.
    let _ = (evidence, settings, report);
}
"##;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scaffold::assert_sound;

    const LIST: &str = include_str!("../../ca-lint/src/rules/mod.rs");

    #[test]
    fn a_rule_is_one_file_and_two_lines() {
        for name in ["a-first-rule", "middle-rule", "zz-last-rule"] {
            let name = Name::new(name).expect("a name");
            assert_sound(&scaffold(&name), LIST);
        }
    }

    #[test]
    fn rules_stay_sorted() {
        let listed = scaffold(&Name::new("middle-rule").expect("a name")).listed(LIST);
        let rules = listed.lines().filter(|line| line.ends_with("::RULE,"));
        let rules: Vec<&str> = rules.collect();
        assert!(
            rules.is_sorted() && rules.contains(&"    middle_rule::RULE,"),
            "{rules:?}"
        );
    }

    #[test]
    fn the_page_has_its_sections() {
        let text = scaffold(&Name::new("middle-rule").expect("a name")).text;
        assert!(text.contains("name: \"middle-rule\""), "{text}");
        for heading in ["## Why it matters", "## How to fix", "## Fires", "## Clean"] {
            assert!(text.contains(&format!("\n{heading}\n")), "{heading}");
        }
    }
}
