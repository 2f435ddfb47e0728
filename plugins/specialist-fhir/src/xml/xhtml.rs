//! A narrative's content, between JSON's text and XML's elements. Only the markup that FHIR allows in narratives comes
//! through, without anything that a browser would run or fetch.

use bindeledd_sdk::page::xml;
use roxmltree::{Document, Node};

use super::XHTML;

/// Elements of a narrative that are kept. Of any other element, only the text is kept.
const KEPT: [&str; 30] = [
    "a",
    "b",
    "big",
    "blockquote",
    "br",
    "caption",
    "code",
    "dd",
    "div",
    "dl",
    "dt",
    "em",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "i",
    "li",
    "ol",
    "p",
    "pre",
    "small",
    "span",
    "strong",
    "table",
    "td",
    "th",
    "tr",
];
/// Further kept elements.
const KEPT_TOO: [&str; 7] = ["hr", "sub", "sup", "tbody", "tfoot", "thead", "ul"];
/// Elements that are removed together with their text.
const DROPPED: [&str; 3] = ["script", "style", "object"];
const ATTRIBUTES: [&str; 6] = ["class", "colspan", "id", "lang", "rowspan", "title"];

/// Returns the content of an XML element as text.
pub(super) fn from_element(div: Node<'_, '_>) -> String {
    let mut out = format!("<div xmlns=\"{XHTML}\"");
    attributes(&mut out, div);
    children(&mut out, div);
    out
}

/// Sanitises a content that is text; `None` if the content is not a `div`.
pub(super) fn from_text(text: &str) -> Option<String> {
    super::guard::check(text).ok()?;
    let document = Document::parse(text).ok()?;
    let div = document.root_element();
    (div.tag_name().name() == "div").then(|| from_element(div))
}

/// Writes the content of `node` and its closing tag. Recursion is safe, since the document's depth was checked before it was
/// parsed.
fn children(out: &mut String, node: Node<'_, '_>) {
    let name = node.tag_name().name();
    if !node.has_children() {
        out.push_str("/>");
        return;
    }
    out.push('>');
    inside(out, node);
    out.push_str("</");
    out.push_str(name);
    out.push('>');
}

fn inside(out: &mut String, node: Node<'_, '_>) {
    for child in node.children() {
        if let Some(text) = child.text().filter(|_| child.is_text()) {
            xml::content(out, text.chars());
        }
        if !child.is_element() {
            continue;
        }
        let name = child.tag_name().name();
        if KEPT.contains(&name) || KEPT_TOO.contains(&name) {
            out.push('<');
            out.push_str(name);
            attributes(out, child);
            children(out, child);
        } else if !DROPPED.contains(&name) {
            inside(out, child);
        }
    }
}

fn attributes(out: &mut String, node: Node<'_, '_>) {
    for attribute in node.attributes() {
        if attribute.namespace().is_none() && ATTRIBUTES.contains(&attribute.name()) {
            out.push(' ');
            out.push_str(attribute.name());
            out.push_str("=\"");
            xml::attribute(out, attribute.value().chars());
            out.push('"');
        }
    }
}
