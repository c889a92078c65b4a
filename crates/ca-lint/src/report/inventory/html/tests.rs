//! The page is what HTML asks of a page, and nothing that a file holds becomes
//! part of its markup.

use super::{Page, html};
use crate::finding::Finding;
use crate::report::Findings;
use crate::report::graph::{Chart, Scope, Troubles};
use crate::report::inventory::tests::Authority;
use crate::report::inventory::{Inventory, Wanted};
use crate::report::printable::printable;
use crate::rules;
use crate::settings::Settings;
use crate::verdict::{Policy, judge};
use ca_audit::tree::Memory;
use ca_audit::{Request, audit};
use proptest::prelude::*;
use scraper::{ElementRef, Html, Selector};
use std::collections::BTreeSet;
use std::sync::LazyLock;

/// In 2031, after the certificates of these tests have ended.
const LATE: i64 = 1_925_000_000;

fn page(tree: &Memory, wanted: Option<&str>, now: i64) -> String {
    let evidence = audit(tree, &Request::default());
    let wanted = wanted.map(Wanted::new);
    let inventory = Inventory::new(tree, &evidence, wanted.as_ref());
    let found = rules::check(&evidence, &Settings::at(now));
    let verdict = judge(&evidence, found, &Policy::default());
    let shown = verdict.shown(false).map(|judged| judged.finding.clone());
    let graph = evidence.trust_graph();
    let troubles = Troubles::new(&graph, &shown.collect::<Vec<Finding>>());
    let scope = Scope {
        about: inventory.asked_for(&graph),
        asides: false,
        most: 50,
    };
    html(&Page {
        of: "here".into(),
        inventory: &inventory,
        findings: &Findings::new(tree, &evidence, &verdict, false),
        chart: &Chart::new(tree, &evidence, &graph, &troubles, &scope),
        now,
    })
}

static CAS: LazyLock<[Authority; 2]> =
    LazyLock::new(|| ["one", "two"].map(|name| Authority::new(&format!("CA {name}"))));

/// Two CAs, a leaf, a class that writes one of them, a client, a gap.
fn project() -> Memory {
    let [one, two] = &*CAS;
    Memory::new()
        .with("modules/a/files/ca.pem", one.pem.as_str())
        .with("modules/b/files/ca.pem", two.pem.as_str())
        .with("modules/a/files/leaf.pem", one.issue("leaf"))
        .with(
            "modules/a/manifests/init.pp",
            "class a { file { '/etc/ssl/ca.pem': source => 'puppet:///modules/a/ca.pem' } }",
        )
        .with("modules/a/manifests/broken.pp", "class a::broken {")
        .with(
            "modules/a/templates/kube-apiserver.default.erb",
            "DAEMON_ARGS=\"--etcd-servers=https://etcd1:2379 --etcd-cafile=/etc/ssl/ca.pem\"\n",
        )
}

fn read(page: &str) -> Html {
    let read = Html::parse_document(page);
    assert!(read.errors.is_empty(), "{:?}", read.errors);
    read
}

fn all<'h>(page: &'h Html, selector: &str) -> Vec<ElementRef<'h>> {
    let selector = Selector::parse(selector).expect("a selector");
    page.select(&selector).collect()
}

fn texts(page: &Html, selector: &str) -> Vec<String> {
    let elements = all(page, selector).into_iter();
    elements.map(|it| it.text().collect()).collect()
}

#[test]
fn it_is_a_page_by_the_rules() {
    let text = page(&project(), None, LATE);
    let page = read(&text);
    let ids: Vec<&str> = all(&page, "[id]")
        .iter()
        .filter_map(|it| it.attr("id"))
        .collect();
    let distinct: BTreeSet<&str> = ids.iter().copied().collect();
    assert_eq!(distinct.len(), ids.len(), "ids are there once");
    let links = all(&page, "a[href^='#']");
    assert!(links.len() > 6);
    for link in links {
        let id = link
            .attr("href")
            .unwrap_or_default()
            .trim_start_matches('#');
        assert!(distinct.contains(id), "#{id}");
    }
    for named in all(&page, "[aria-labelledby]") {
        for id in named.attr("aria-labelledby").unwrap_or_default().split(' ') {
            assert!(distinct.contains(id), "{id}");
        }
    }
    assert_eq!(all(&page, "html[lang=en]").len(), 1);
    assert_eq!(all(&page, "h1").len(), 1);
    assert_eq!(all(&page, "main").len(), 1);
    assert!(all(&page, "th:not([scope])").is_empty());
    assert!(
        all(
            &page,
            "[style], [src], script, link, iframe, img, object, form"
        )
        .is_empty()
    );
}

#[test]
fn it_tells_all_there_is() {
    let page = read(&page(&project(), None, LATE));
    assert_eq!(texts(&page, "h3.name"), ["CN=CA one", "CN=CA two"]);
    let certificates = texts(&page, "article.card:not(.finding)");
    assert!(certificates[0].contains("expired"), "{certificates:?}");
    assert!(certificates[0].contains("modules/a/files/ca.pem:1"));
    assert!(certificates[0].contains("source of File[/etc/ssl/ca.pem]"));
    assert!(certificates[0].contains("Signed 1 certificate here"));
    assert!(
        texts(&page, "#authorities ~ article .whole")
            .iter()
            .any(|it| it.len() == 95)
    );
    let levels: Vec<String> = texts(&page, "article.finding h4 .badge");
    let mut sorted = levels.clone();
    sorted.sort_by_key(|level| {
        ["error", "warning", "note"]
            .iter()
            .position(|it| it == level)
    });
    assert_eq!(levels, sorted, "the worst comes first");
    assert!(!levels.is_empty());
    assert!(
        texts(&page, "#not-seen ~ table")
            .concat()
            .contains("broken.pp:1")
    );
    let arrows = all(&page, "svg path.arrow").len();
    assert!(arrows > 3);
    assert_eq!(all(&page, "#trust ~ table tbody tr").len(), arrows);
}

#[test]
fn who_asks_for_one_gets_one() {
    let page = read(&page(&project(), Some("CA two"), LATE));
    assert_eq!(texts(&page, "h3.name"), ["CN=CA two"]);
    assert!(!texts(&page, "svg text").concat().contains("CA one"));
    let none = read(&self::page(&project(), Some("no such CA"), LATE));
    assert!(
        texts(&none, "header")
            .concat()
            .contains("the one that was asked for")
    );
}

#[test]
fn nothing_at_all_is_a_page_too() {
    let page = read(&page(&Memory::new(), None, LATE));
    assert!(
        texts(&page, "main")
            .concat()
            .contains("Nothing was found to be wrong.")
    );
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    let project = project();
    assert_eq!(page(&project, None, LATE), page(&project, None, LATE));
    // Of the clock only days count.
    assert_eq!(page(&project, None, LATE), page(&project, None, LATE + 1));
}

/// The names of all elements and attributes, as they come.
fn skeleton(page: &Html) -> Vec<String> {
    let shape = |it: ElementRef| {
        let attributes: Vec<&str> = it.value().attrs().map(|(name, _)| name).collect();
        format!("{} {}", it.value().name(), attributes.join(" "))
    };
    all(page, "*").into_iter().map(shape).collect()
}

/// A CA that is called so, in a file that is called so, written by a resource
/// that is called so.
fn named(name: &str) -> Memory {
    // With these the manifest would be another one, or none.
    let is_title = |letter: &char| !letter.is_control() && !['\\', '\''].contains(letter);
    let title: String = name.chars().filter(is_title).collect();
    Memory::new()
        .with(
            format!("files/a{name}.pem"),
            Authority::new(&format!("a{name}")).pem,
        )
        .with(
            "manifests/init.pp",
            format!("file {{ '/etc/ssl/a{title}.pem': source => '/b{title}' }}"),
        )
        .with(format!("manifests/a{name}.pp"), "class {")
}

/// What a page without anything odd in it is like.
static PLAIN: LazyLock<Vec<String>> =
    LazyLock::new(|| skeleton(&read(&page(&named("x"), None, LATE))));

fn assert_is_text_only(name: &str) {
    let page = page(&named(name), None, LATE);
    let read = read(&page);
    assert_eq!(skeleton(&read), *PLAIN, "{name:?}");
    let shown = printable(&format!("files/a{name}.pem:1"));
    assert!(texts(&read, "th code").contains(&shown), "{name:?}");
    assert!(!page.chars().any(|it| it.is_control() && it != '\n'));
    assert!(!page.contains(['\u{202e}', '\u{2066}', '\u{200f}']));
}

#[test]
fn hostile_names_stay_text() {
    for name in [
        "<script>alert(1)<",
        "\"><img src=x onerror=alert(1)>",
        "' onmouseover='x",
        "&lt;b&gt;&amp;&#60;",
        "-->]]><!--",
        "\u{202e}gpj.exe\u{2066}",
        "\0\u{1b}[31m\u{85}",
        "{{7*7}} ${x}",
        "<style>*{}",
    ] {
        assert_is_text_only(name);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn any_name_stays_text(name in "[^/\n\r\\p{Cn}\u{fdd0}-\u{fdef}]{0,24}") {
        assert_is_text_only(&name);
    }
}
