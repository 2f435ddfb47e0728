//! Tests that text never becomes markup. An XML reader finds the program's elements, and the text exactly as it was written.

#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]

use bindeledd_page::{Html, Page, is_printable, xml};
use proptest::prelude::*;
use roxmltree::{Document, Node};

/// Text that tries to become markup, for a page and for XML.
const HOSTILE: [&str; 10] = [
    "<script>alert(1)</script>",
    "\" onfocus=\"alert(1)",
    "' onfocus='alert(1)",
    "</title></style><img src=x onerror=alert(1)>",
    "&lt;b&gt; &#60;b&#62; &quot;",
    "]]> <![CDATA[ <b>",
    "<!-- x --> <?php ?> <!DOCTYPE a>",
    "x\u{0}\u{7}\u{1b}[2J\u{7f}\u{85}\u{202e}y\u{2066}\u{fffe}\u{ffff}",
    "en\r\nto\rtre\nfire\tfem",
    "\u{feff}a\u{200f}שלום\u{200e} 👩\u{200d}⚕ \u{ad}",
];

fn page_of(text: &str) -> String {
    let page = Page {
        language: "nb",
        title: text,
        style: "p > b { color: #000; }\n",
    };
    page.write(|html| {
        html.markup("<main>\n<p");
        html.attribute("title", text);
        html.markup(">");
        html.text(text);
        html.markup("</p>\n");
        html.element("h1", text);
        html.markup("</main>\n");
    })
}

/// Returns the text that a page should show, without the code under test.
fn shown(text: &str) -> String {
    let lines = text.replace("\r\n", "\n").replace('\r', "\n");
    lines
        .chars()
        .filter(|c| is_printable(*c) || matches!(c, '\n' | '\t'))
        .collect()
}

fn named<'a, 'i>(document: &'a Document<'i>, name: &str) -> Node<'a, 'i> {
    let mut found = document.descendants().filter(|n| n.tag_name().name() == name);
    let one = found.next().unwrap();
    assert!(found.next().is_none(), "{name} is there twice");
    one
}

fn text_of(node: Node<'_, '_>) -> String {
    node.descendants()
        .filter(Node::is_text)
        .filter_map(|n| n.text())
        .collect()
}

fn elements(document: &Document<'_>) -> Vec<String> {
    let elements = document.descendants().filter(Node::is_element);
    elements.map(|n| n.tag_name().name().to_owned()).collect()
}

fn check_page(text: &str) {
    let page = page_of(text);
    let xml = page.strip_prefix("<!DOCTYPE html>\n").unwrap();
    let document = Document::parse(xml).unwrap_or_else(|e| panic!("{e}: {page:?}"));
    let plain = page_of("x");
    let plain = Document::parse(plain.strip_prefix("<!DOCTYPE html>\n").unwrap()).unwrap();
    assert_eq!(elements(&document), elements(&plain), "{text:?}");
    let shown = shown(text);
    for name in ["title", "p", "h1"] {
        assert_eq!(text_of(named(&document, name)), shown, "{name}: {text:?}");
    }
    let p = named(&document, "p");
    assert_eq!(p.attributes().len(), 1, "{text:?}");
    let on_one_line = shown.replace(['\n', '\t'], " ");
    assert_eq!(p.attribute("title"), Some(on_one_line.as_str()), "{text:?}");
    // An HTML reader finds no tag, entity or attribute end in the text either.
    let inside = page.split("<h1>").nth(1).unwrap().split("</h1>").next().unwrap();
    assert!(!inside.contains(['<', '>', '"', '\'']), "{inside}");
}

fn check_xml(text: &str) {
    let mut written = String::from("<a b=\"");
    xml::attribute(&mut written, text.chars());
    written.push_str("\">");
    xml::content(&mut written, text.chars());
    written.push_str("</a>");
    let document = Document::parse(&written).unwrap_or_else(|e| panic!("{e}: {written:?}"));
    let root = document.root_element();
    let not_carried = |c: char| c < ' ' && !matches!(c, '\n' | '\t' | '\r') || matches!(c, '\u{fffe}' | '\u{ffff}');
    let carried: String = text.chars().map(|c| if not_carried(c) { ' ' } else { c }).collect();
    assert_eq!(text_of(root), carried, "{text:?}");
    assert_eq!(root.attribute("b"), Some(carried.as_str()), "{text:?}");
    assert_eq!(elements(&document), ["a"], "{text:?}");
}

#[test]
fn hostile_texts_stay_texts_wherever_they_stand() {
    for text in HOSTILE {
        check_page(text);
        check_xml(text);
    }
}

#[test]
fn the_rule_for_each_character_stands_here() {
    let written = |text: &str| {
        let mut html = Html::new();
        html.text(text);
        html.finish()
    };
    assert_eq!(
        written("Ås & \"Sønn\" <AS>'"),
        "Ås &amp; &quot;Sønn&quot; &lt;AS&gt;&#39;"
    );
    assert_eq!(written("en\r\nto\rtre\n\tfire"), "en\nto\ntre\n\tfire");
    assert_eq!(
        written("a\u{0}\u{1b}\u{7f}\u{9b}b"),
        "ab",
        "control characters are left out"
    );
    assert_eq!(
        written("\u{202e}egnor\u{202c}\u{2067}x\u{2069}"),
        "egnorx",
        "so is what turns the direction"
    );
    assert_eq!(written("\u{200f}שלום\u{200e}\u{200d}"), "\u{200f}שלום\u{200e}\u{200d}");
    let mut html = Html::new();
    html.attribute("title", "en\nto\t\"tre\" 'fire'");
    assert_eq!(html.finish(), " title=\"en to &quot;tre&quot; &#39;fire&#39;\"");
    let (mut content, mut attribute) = (String::new(), String::new());
    xml::content(&mut content, "\"'<&>\r\n\t\u{1}".chars());
    xml::attribute(&mut attribute, "\"'<&>\r\n\t\u{1}".chars());
    assert_eq!(content, "\"'&lt;&amp;&gt;&#13;\n\t ");
    assert_eq!(attribute, "&quot;'&lt;&amp;&gt;&#13;&#10;&#9; ");
}

#[test]
fn a_page_fetches_nothing() {
    let page = page_of("x");
    assert!(page.starts_with("<!DOCTYPE html>\n<html lang=\"nb\" xml:lang=\"nb\" xmlns="));
    assert!(page.contains("default-src 'none'; style-src 'unsafe-inline'") && page.contains("no-referrer"));
    for absent in ["<script", "src=", "href=", "@import", "url("] {
        assert!(!page.contains(absent), "{absent}");
    }
}

/// Makes text with many of the characters that markup consists of.
fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        any::<char>().prop_map(String::from),
        "[<>&\"'/!?;#=\\[\\]a-c \\-]{1,4}",
        "[\\x00-\\x20\\x7f-\\x9f\u{200e}-\u{202e}\u{2066}-\u{2069}\u{fffe}\u{ffff}]",
        prop::sample::select(HOSTILE.to_vec()).prop_map(String::from),
    ];
    prop::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_written_is_read_as_text(text in text()) {
        check_page(&text);
        check_xml(&text);
    }
}
