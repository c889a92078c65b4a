//! The scaffold of a form of input.

use crate::name::Name;
use crate::scaffold::Scaffold;

/// The file of a dialect and its line in the list.
pub(crate) fn scaffold(name: &Name) -> Scaffold {
    Scaffold {
        folder: "crates/ca-audit/src/dialect",
        module: name.snake(),
        text: TEMPLATE.replace("NAME", name.kebab()),
        constant: "DIALECT",
        // Later ones add meaning to what earlier ones found.
        is_sorted: false,
        advice: "say in `reads` which files it takes (see crates/ca-audit/src/sniff.rs), then make `extract` give facts",
    }
}

const TEMPLATE: &str = r#"//! NAME: say in one line what this form is.

use super::Dialect;
use crate::facts::Facts;
use crate::sniff::Form;
use crate::view::View;

pub(super) const DIALECT: Dialect = Dialect {
    name: "NAME",
    reads: |form| form == Form::Text,
    nests: false,
    extract,
};

/// Total: whatever the bytes, facts and gaps come out.
fn extract(view: &View, _: Form, facts: &mut Facts) {
    // Places are given as `view.span(range)`.
    let _ = (view, facts);
}
"#;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scaffold::assert_sound;

    const LIST: &str = include_str!("../../ca-audit/src/dialect/mod.rs");

    #[test]
    fn a_dialect_is_one_file_and_two_lines() {
        for name in ["a-first-form", "middle-form", "zz-last-form"] {
            let name = Name::new(name).expect("a name");
            assert_sound(&scaffold(&name), LIST);
        }
    }

    #[test]
    fn a_new_dialect_comes_last() {
        let listed = scaffold(&Name::new("a-first-form").expect("a name")).listed(LIST);
        let mut dialects = listed.lines().filter(|line| line.ends_with("::DIALECT,"));
        assert_eq!(dialects.next_back(), Some("    a_first_form::DIALECT,"));
    }
}
