//! Lists of lines in a source file.

/// `source` with `line` among those for which `is_member` holds, in order.
pub(crate) fn insert_sorted(source: &str, line: &str, is_member: fn(&str) -> bool) -> String {
    // The closing sign must not count: `a;` comes before `a_b;`.
    let key = |line: &str| line.trim().trim_end_matches([';', ',']).to_owned();
    let after = |other: &str| is_member(other) && key(other) < key(line);
    insert_after_last(source, line, |other| after(other), is_member)
}

/// `source` with `line` behind the last for which `is_member` holds.
pub(crate) fn append(source: &str, line: &str, is_member: fn(&str) -> bool) -> String {
    insert_after_last(source, line, is_member, is_member)
}

/// Behind the last line for which `is_before` holds; before all members if
/// there is none.
fn insert_after_last(
    source: &str,
    line: &str,
    is_before: impl Fn(&str) -> bool,
    is_member: fn(&str) -> bool,
) -> String {
    let mut lines: Vec<&str> = source.lines().collect();
    let behind = lines
        .iter()
        .rposition(|line| is_before(line))
        .map(|at| at + 1);
    let first = || lines.iter().position(|line| is_member(line));
    let at = behind.or_else(first).unwrap_or(lines.len());
    lines.insert(at, line);
    lines.join("\n") + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOURCE: &str = "//! x\nmod b;\nmod d;\n\nuse x;\n";

    fn is_mod(line: &str) -> bool {
        line.starts_with("mod ")
    }

    #[test]
    fn lines_find_their_place() {
        let with = |line| insert_sorted(SOURCE, line, is_mod);
        assert_eq!(with("mod a;"), "//! x\nmod a;\nmod b;\nmod d;\n\nuse x;\n");
        assert_eq!(with("mod c;"), "//! x\nmod b;\nmod c;\nmod d;\n\nuse x;\n");
        assert_eq!(
            with("mod b_a;"),
            "//! x\nmod b;\nmod b_a;\nmod d;\n\nuse x;\n"
        );
        assert_eq!(with("mod e;"), "//! x\nmod b;\nmod d;\nmod e;\n\nuse x;\n");
        assert_eq!(
            append(SOURCE, "mod a;", is_mod),
            "//! x\nmod b;\nmod d;\nmod a;\n\nuse x;\n"
        );
    }
}
