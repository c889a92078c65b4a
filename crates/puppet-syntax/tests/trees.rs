//! The shape of trees: places, values, recovery, templates.

use puppet_syntax::ast::{Expr, ExprKind, StringPart};
use puppet_syntax::template::{BlockKind, Code, Node, Ruby};
use puppet_syntax::{CommentKind, parse, parse_epp, parse_erb, parse_plan, walk_all};

fn titles(program: &[Expr], source: &str) -> Vec<String> {
    let mut titles = Vec::new();
    walk_all(program, &mut |expr| {
        if let ExprKind::Resource(resource) = &expr.kind {
            titles.extend(
                resource
                    .bodies
                    .iter()
                    .map(|body| body.title.span.of(source).to_owned()),
            );
        }
    });
    titles
}

#[test]
fn a_broken_resource_costs_only_itself() {
    let source = "\
class a {
  file { 'one': ensure => present }
  file { 'two' ensure => present, mode => '0644' }
  file { 'three': ensure => present }
}
file { 'four': }
";
    let parsed = parse(source);
    assert_eq!(parsed.errors.len(), 1);
    assert_eq!(
        titles(&parsed.program, source),
        ["'one'", "'three'", "'four'"]
    );
}

#[test]
fn a_missing_brace_costs_one_resource() {
    let source = "\
class a {
  file { 'one':
    ensure => present,
  file { 'two': }
  file { 'three': }
}
class b {
  file { 'four': }
}
";
    let parsed = parse(source);
    assert!(!parsed.errors.is_empty());
    assert_eq!(
        titles(&parsed.program, source),
        ["'two'", "'three'", "'four'"]
    );
}

#[test]
fn an_unclosed_class_keeps_its_body() {
    let source = "class a {\n  file { 'one': }\n";
    let parsed = parse(source);
    assert_eq!(parsed.errors.len(), 1);
    assert_eq!(titles(&parsed.program, source), ["'one'"]);
}

#[test]
fn nested_classes_have_their_full_names() {
    let parsed = parse("class a { class b { define ::c { } } }");
    let mut names = Vec::new();
    walk_all(&parsed.program, &mut |expr| match &expr.kind {
        ExprKind::Class(class) => names.push(class.name.to_string()),
        ExprKind::Define(define) => names.push(define.name.to_string()),
        _ => {}
    });
    assert_eq!(names, ["a", "a::b", "a::b::c"]);
}

#[test]
fn places_inside_strings_lead_back_to_the_source() {
    let source = "$a = \"tab\\there ${x} end\"\n$b = @(\"E\"/t)\n  one\\ttwo\n  th${y}ree\n  | E\n";
    let parsed = parse(source);
    assert!(parsed.errors.is_empty(), "{:?}", parsed.errors);
    let mut found = Vec::new();
    walk_all(&parsed.program, &mut |expr| {
        let ExprKind::Interpolated(parts) = &expr.kind else {
            return;
        };
        for part in parts {
            let StringPart::Text(text) = part else {
                continue;
            };
            for word in ["here", "end", "two", "th", "ree"] {
                if let Some(at) = text.value.find(word) {
                    let place = text.source_offset(source, at) as usize;
                    found.push((word, source[place..].starts_with(word)));
                }
            }
        }
    });
    assert_eq!(found.len(), 5);
    assert!(found.iter().all(|(_, right)| *right), "{found:?}");
}

#[test]
fn interpolations_have_the_place_of_their_code() {
    let source = "\"a ${ foo['x'] } $bar\"";
    let parsed = parse(source);
    let ExprKind::Interpolated(parts) = &parsed.program[0].kind else {
        panic!("{parsed:?}")
    };
    let code: Vec<_> = parts
        .iter()
        .filter_map(|part| match part {
            StringPart::Expr(expr) => Some(expr.span.of(source)),
            StringPart::Text(_) => None,
        })
        .collect();
    assert_eq!(code, ["foo['x']", "$bar"]);
    assert_eq!(parsed.program[0].span.of(source), source);
}

#[test]
fn comments_are_kept_in_order() {
    let parsed = parse("# one\n$a = 1 /* two */ # lint:ignore:x\n");
    let kinds: Vec<_> = parsed.comments.iter().map(|comment| comment.kind).collect();
    assert_eq!(
        kinds,
        [CommentKind::Line, CommentKind::Block, CommentKind::Line]
    );
}

#[test]
fn plans_need_their_own_entry() {
    let source = "plan a::b(TargetSpec $targets) { apply($targets) { include c } }";
    assert!(parse_plan(source).errors.is_empty());
    assert!(!parse(source).errors.is_empty());
}

/// The tree of a template as a line of text.
fn sketch(nodes: &[Node], source: &str) -> String {
    let one = |node: &Node| match node {
        Node::Text { shown, .. } => format!("{:?}", shown.of(source)),
        Node::Hole { code, .. } => format!("={}", code.of(source).trim()),
        Node::Comment { .. } => "#".to_owned(),
        Node::Code { code, .. } => format!("!{}", code.of(source).trim()),
        Node::Block { kind, branches, .. } => {
            let body = branches.iter().map(|branch| {
                let head = branch.head.of(source).trim();
                format!("<{head}> {}", sketch(&branch.body, source))
            });
            format!("{kind:?}({})", body.collect::<Vec<_>>().join(" "))
        }
    };
    nodes.iter().map(one).collect::<Vec<_>>().join(" ")
}

#[test]
fn erb_becomes_a_tree() {
    let source = "a\n<% if @x -%>\n  b <%= @y %>\n<% else -%>\nc\n<% end -%>\n<%# d %>\n\
                  <% @z.each do |e| %>f<% end %><% g = 1 if h %>";
    let template = parse_erb(source);
    assert!(template.errors.is_empty(), "{:?}", template.errors);
    let expected = "\"a\\n\" If(<if @x> \"  b \" =@y \"\\n\" <else> \"c\\n\") \"\" # \"\\n\" \
                    Loop(<@z.each do |e|> \"f\") !g = 1 if h";
    assert_eq!(sketch(&template.nodes, source), expected);
}

#[test]
fn erb_conditions_are_read() {
    let template = parse_erb("<% if @a['b'] and scope['c'] == 'd' %>x<% end %>");
    let [
        Node::Block {
            kind: BlockKind::If,
            branches,
            ..
        },
    ] = template.nodes.as_slice()
    else {
        panic!()
    };
    assert!(matches!(
        &branches[0].condition,
        Some(Code::Ruby(Ruby::Binary { .. }))
    ));
}

#[test]
fn epp_becomes_a_tree() {
    let source = "<%- | String $a, $b = 1 | -%>\nx <%= $a %>\n<% if $b { -%>\ny\n<% } else { -%>\nz\n<% } -%>\n\
                  <% $c.each |$d| { %><%= $d -%>\n<% } %><%# e %>";
    let template = parse_epp(source);
    assert!(template.errors.is_empty(), "{:?}", template.errors);
    assert_eq!(template.params.as_ref().map(Vec::len), Some(2));
    let expected = "!| String $a, $b = 1 | \"x \" =$a \"\\n\" \
                    If(<if $b {> \"y\\n\" <} else {> \"z\\n\") \"\" Loop(<$c.each |$d| {> =$d \"\") #";
    assert_eq!(sketch(&template.nodes, source), expected);
}

#[test]
fn epp_options_are_branches_of_their_case() {
    let source = "<% case $a { -%>\n<% 'b': { %>c<% } -%>\n<% default: { %>d<% } -%>\n<% } %>e";
    let template = parse_epp(source);
    assert!(template.errors.is_empty(), "{:?}", template.errors);
    let [
        Node::Block {
            kind: BlockKind::Case,
            branches,
            ..
        },
        Node::Text { .. },
    ] = template.nodes.as_slice()
    else {
        panic!("{:?}", template.nodes)
    };
    assert_eq!(branches.len(), 3);
    assert!(matches!(
        &branches[1].condition,
        Some(Code::Puppet(Expr {
            kind: ExprKind::String(_),
            ..
        }))
    ));
}

#[test]
fn unbalanced_templates_lose_no_text() {
    for source in [
        "<% if @x %>a",
        "a<% end %>b",
        "<% else %>a",
        "a<%",
        "<%= @x",
        "<% if %><% if %>z<% end %>",
    ] {
        let template = parse_erb(source);
        assert!(!template.errors.is_empty(), "{source}");
    }
    assert_eq!(
        sketch(&parse_erb("a<% end %>b").nodes, "a<% end %>b"),
        "\"a\" !end \"b\""
    );
}

#[test]
fn code_that_is_read_twice_stands_in_the_tree_once() {
    // Inside the last tag the line break leads back behind the heredoc.
    let source = "<% $x = @(END) %>\nfoo\nEND\nmid<% 1 %>\n<%= $y +\n1 %>\nend";
    let template = parse_epp(source);
    let whole: String = template
        .nodes
        .iter()
        .map(|node| node.span().of(source))
        .collect();
    assert_eq!(whole, source);
}
