//! Helpers that find elements by their local name, and a writer that escapes text.

use bindeledd_sdk::page::xml;
use roxmltree::Node;

/// Returns the first child element with that local name. Its namespace is ignored, since systems use different namespaces for the
/// parts of one element. The documents' roots were distinguished by namespace before.
pub(crate) fn child<'a, 'i>(node: Node<'a, 'i>, name: &str) -> Option<Node<'a, 'i>> {
    children(node, name).next()
}

/// Returns every child element with that local name.
pub(crate) fn children<'a, 'i>(node: Node<'a, 'i>, name: &str) -> impl Iterator<Item = Node<'a, 'i>> {
    node.children()
        .filter(move |n| n.is_element() && n.tag_name().name() == name)
}

/// Returns the text of an element, trimmed; `None` if it is empty.
pub(crate) fn text(node: Node<'_, '_>) -> Option<String> {
    let text: String = node.children().filter(Node::is_text).filter_map(|n| n.text()).collect();
    let trimmed = text.trim();
    (!trimmed.is_empty()).then(|| trimmed.to_owned())
}

/// Returns the text of a child element.
pub(crate) fn child_text(node: Node<'_, '_>, name: &str) -> Option<String> {
    child(node, name).and_then(text)
}

/// Returns an attribute, trimmed; `None` if it is empty. Real documents have `V=" HER"`.
pub(crate) fn attribute<'a>(node: Node<'a, '_>, name: &str) -> Option<&'a str> {
    node.attribute(name).map(str::trim).filter(|value| !value.is_empty())
}

/// A code: its value, the last part of its code system's OID, and its text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Coded {
    pub(crate) value: String,
    /// Last part of the OID, such as `8126` of `2.16.578.1.12.4.1.1.8126`. Real documents have this part right.
    pub(crate) system: String,
    pub(crate) text: String,
}

/// Returns the code of a child element; empty if there is none.
pub(crate) fn coded(node: Node<'_, '_>, name: &str) -> Coded {
    let Some(code) = child(node, name) else {
        return Coded::default();
    };
    let owned = |attribute_name| attribute(code, attribute_name).unwrap_or_default().to_owned();
    let oid = owned("S");
    Coded {
        value: owned("V"),
        system: oid.rsplit('.').next().unwrap_or_default().to_owned(),
        text: owned("DN"),
    }
}

/// Writes an XML document. A closure writes an element's content, so that every element is closed.
#[derive(Debug)]
pub(crate) struct Writer {
    out: String,
}

/// Attributes of an element, in order.
pub(crate) type Attributes<'a> = &'a [(&'a str, &'a str)];

impl Writer {
    pub(crate) fn new() -> Self {
        Self {
            out: String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"),
        }
    }

    pub(crate) fn finish(mut self) -> String {
        self.out.push('\n');
        self.out
    }

    /// Writes an element with content.
    pub(crate) fn element(&mut self, name: &str, attributes: Attributes<'_>, content: impl FnOnce(&mut Self)) {
        self.start(name, attributes);
        self.out.push('>');
        content(self);
        self.out.push_str("</");
        self.out.push_str(name);
        self.out.push('>');
    }

    /// Writes an element with text.
    pub(crate) fn text(&mut self, name: &str, text: &str) {
        // The receivers of these documents get a space for every other control character.
        let kept = text.chars().map(|c| match c {
            '\n' | '\t' => c,
            c => spaced(c),
        });
        self.element(name, &[], |w| xml::content(&mut w.out, kept));
    }

    /// Writes an element with attributes alone.
    pub(crate) fn empty(&mut self, name: &str, attributes: Attributes<'_>) {
        self.start(name, attributes);
        self.out.push_str("/>");
    }

    fn start(&mut self, name: &str, attributes: Attributes<'_>) {
        self.out.push('<');
        self.out.push_str(name);
        for (key, value) in attributes {
            self.out.push(' ');
            self.out.push_str(key);
            self.out.push_str("=\"");
            xml::attribute(&mut self.out, value.chars().map(spaced));
            self.out.push('"');
        }
    }
}

/// Returns a space instead of a control character.
fn spaced(c: char) -> char {
    if c.is_control() { ' ' } else { c }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_what_is_read() {
        let mut w = Writer::new();
        w.element("a", &[("b", "\"<&>\"")], |w| {
            w.text("c", " <&>\n\t]]> å\u{1}");
            w.empty("d", &[("V", "x")]);
        });
        let written = w.finish();
        let document = roxmltree::Document::parse(&written).unwrap();
        let root = document.root_element();
        assert_eq!(root.attribute("b"), Some("\"<&>\""));
        assert_eq!(child(root, "c").and_then(|c| c.text()), Some(" <&>\n\t]]> å "));
        assert_eq!(coded(root, "d").value, "x");
    }
}
