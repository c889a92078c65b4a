//! What each schema takes a scalar for.
//!
//! Psych's answers are recorded (see `oracles/psych.rb`); those of go-yaml and
//! of the core schema are read off their sources, named in `Schema`.

use yaml_spans::{Limits, Resolved, Schema, Tree};

const PSYCH: &str = include_str!("golden/psych.tsv");

#[test]
fn psych_gives_the_recorded_answers() {
    let wrong: Vec<String> = PSYCH
        .lines()
        .skip(1)
        .filter_map(|line| {
            let (scalar, expected) = line.rsplit_once('\t').expect("a tab");
            let given = with(scalar, Schema::Psych, |value| answer(&value));
            (!agree(&given, expected)).then(|| format!("{scalar:?}: {given}, Psych: {expected}"))
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn go_yaml_and_the_core_schema_follow_their_tables() {
    for line in TABLE.lines().filter(|line| !line.is_empty()) {
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        let [scalar, go, core] = cells[..] else {
            panic!("three cells in {line:?}");
        };
        for (schema, expected) in [(Schema::GoYaml, go), (Schema::Core, core)] {
            let given = with(scalar, schema, |value| cell(&value));
            assert_eq!(given, expected, "{scalar:?} as {schema:?}");
        }
    }
}

/// scalar | go-yaml | core schema
const TABLE: &str = r#"
yes            | bool true  | string
On             | bool true  | string
y              | bool true  | string
n              | bool false | string
off            | bool false | string
tRue           | string     | string
true           | bool true  | bool true
~              | null       | null
null           | null       | null
nUll           | string     | string
0644           | int 420    | int 644
0o644          | int 420    | int 420
0O17           | int 15     | string
0o8            | string     | string
08             | float 8    | int 8
0888           | float 888  | int 888
0x1F           | int 31     | int 31
0X1f           | int 31     | string
-0x10          | int -16    | string
0b101          | int 5      | string
-0b11          | int -3     | string
0b2            | string     | string
1_000          | int 1000   | string
1,000          | string     | string
+12            | int 12     | int 12
0              | int 0      | int 0
-0             | int 0      | int 0
1e3            | float 1000 | float 1000
1.5e3          | float 1500 | float 1500
.5             | float 0.5  | float 0.5
1.             | float 1    | float 1
.              | string     | string
1e999          | string     | float inf
.inf           | float inf  | float inf
-.INF          | float -inf | float -inf
.nan           | float NaN  | float NaN
1:30           | string     | string
2019-09-11     | timestamp  | string
2019-9-1       | timestamp  | string
2019-02-31     | string     | string
2019-09-11T10:20:30Z       | timestamp | string
2019-09-11t1:2:3.5+02:00   | timestamp | string
2019-09-11 10:20:30        | timestamp | string
2019-09-11 10:20:30 +02:00 | string    | string
2019-09-11T10:20:30        | string    | string
:sym           | string     | string
=              | string     | string
<<             | string     | string
10.0.0.1       | string     | string
"yes"          | string     | string
'1'            | string     | string
""             | string     | string
!!str 5        | string     | string
!!int "5"      | int 5      | int 5
!!float 5      | float 5    | float 5
!!null x       | string     | string
!!binary aGk=  | binary     | binary
!foo 5         | string     | string
! 5            | int 5      | string
12345678901234567890 | int 12345678901234567890 | int 12345678901234567890
"#;

#[test]
fn what_is_no_scalar_says_so() {
    for text in ["[a]", "{}", "*missing"] {
        with(text, Schema::Psych, |value| {
            assert_eq!(value, Resolved::NotScalar);
        });
    }
}

#[test]
fn an_absent_value_is_null() {
    let tree = Tree::parse("a:\nb: ~\n", &Limits::default());
    for (_, value) in tree.root().unwrap().entries() {
        assert_eq!(value.resolve(Schema::Core), Resolved::Null);
    }
}

#[test]
fn an_alias_is_what_it_means() {
    let tree = Tree::parse("- &a 0644\n- *a\n", &Limits::default());
    let alias = tree.root().unwrap().items().nth(1).unwrap();
    assert_eq!(alias.resolve(Schema::Psych), Resolved::Int(420));
}

fn with<R>(scalar: &str, schema: Schema, ask: impl FnOnce(Resolved<'_>) -> R) -> R {
    let tree = Tree::parse(format!("- {scalar}\n"), &Limits::default());
    let node = tree.root().and_then(|root| root.items().next());
    ask(node.expect("an item").resolve(schema))
}

/// In the words of the golden file.
fn answer(value: &Resolved<'_>) -> String {
    match value {
        Resolved::String(text) => format!("string {}", hex(text.as_bytes())),
        Resolved::Symbol(text) => format!("symbol {}", hex(text.as_bytes())),
        Resolved::Binary(bytes) => format!("binary {}", hex(bytes)),
        other => cell(other),
    }
}

fn cell(value: &Resolved<'_>) -> String {
    match value {
        Resolved::Null => "null".to_owned(),
        Resolved::Bool(value) => format!("bool {value}"),
        Resolved::Int(value) => format!("int {value}"),
        Resolved::Float(value) => format!("float {value}"),
        Resolved::Timestamp(_) => "timestamp".to_owned(),
        Resolved::Binary(_) => "binary".to_owned(),
        Resolved::String(_) => "string".to_owned(),
        other => format!("{other:?}"),
    }
}

fn agree(given: &str, expected: &str) -> bool {
    let number = |text: &str| {
        let (kind, number) = text.split_once(' ')?;
        let is_number = matches!(kind, "int" | "float");
        is_number.then(|| number.parse::<f64>().ok()).flatten()
    };
    match (number(given), number(expected)) {
        // Ruby prints floats otherwise and has integers of any length.
        (Some(a), Some(b)) => a.total_cmp(&b).is_eq() || (a - b).abs() <= f64::EPSILON * a.abs(),
        // What fails to load is text here; so is what makes a Ruby object.
        _ if expected == "error" || !expected.contains(' ') && is_class(expected) => {
            given.starts_with("string")
        }
        _ => given == expected,
    }
}

fn is_class(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_uppercase())
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
