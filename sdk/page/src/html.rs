//! HTML that is also well-formed XML, so that an XML reader can check it.

use crate::printable::printable;
use crate::xml;

/// Forbids scripts, images and fonts, so that an opened page never fetches anything.
const HEAD: &str = r#"<meta charset="utf-8"/>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'"/>
<meta name="viewport" content="width=device-width, initial-scale=1"/>
<meta name="referrer" content="no-referrer"/>
<meta name="robots" content="noindex, nofollow"/>
"#;

/// A whole page in one file, without references to other files.
#[derive(Clone, Copy)]
pub struct Page<'a> {
    /// The language, as a code of ISO 639-1.
    pub language: &'static str,
    /// The title. Windows and lists show it, so it must not tell about a person.
    pub title: &'a str,
    /// The style sheet, without `<` and `&`.
    pub style: &'static str,
}

impl Page<'_> {
    /// Writes the page; `body` writes the inside of its `body` element.
    #[must_use]
    pub fn write(&self, body: impl FnOnce(&mut Html)) -> String {
        let mut html = Html(String::with_capacity(8 * 1024));
        html.markup("<!DOCTYPE html>\n<html");
        html.attribute("lang", self.language);
        html.attribute("xml:lang", self.language);
        html.markup(" xmlns=\"http://www.w3.org/1999/xhtml\">\n<head>\n");
        html.markup(HEAD);
        html.element("title", self.title);
        html.markup("<style>\n");
        html.markup(self.style);
        html.markup("</style>\n</head>\n<body>\n");
        body(&mut html);
        html.markup("</body>\n</html>\n");
        html.0
    }
}

/// A writer of HTML. Markup is `'static`, so that a person's words can only be written as text.
#[derive(Default)]
pub struct Html(String);

impl Html {
    /// Makes an empty writer.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Writes markup that is part of the program.
    pub fn markup(&mut self, markup: &'static str) {
        self.0.push_str(markup);
    }

    /// Writes text. Every printable character is shown, and none becomes markup. Line breaks and tabs stay; the style sheet
    /// decides whether they show.
    pub fn text(&mut self, text: &str) {
        for c in printable(text) {
            match c {
                '\n' | '\t' => self.0.push(c),
                c => xml::push(&mut self.0, c),
            }
        }
    }

    /// Writes an attribute after a space, inside a tag. Line breaks and tabs in the value become spaces.
    pub fn attribute(&mut self, name: &'static str, value: &str) {
        self.markup(" ");
        self.markup(name);
        self.markup("=\"");
        for c in printable(value) {
            xml::push(&mut self.0, if matches!(c, '\n' | '\t') { ' ' } else { c });
        }
        self.markup("\"");
    }

    /// Writes an element with text, on a line of its own.
    pub fn element(&mut self, name: &'static str, text: &str) {
        self.markup("<");
        self.markup(name);
        self.markup(">");
        self.text(text);
        self.markup("</");
        self.markup(name);
        self.markup(">\n");
    }

    /// Returns the markup written so far.
    #[must_use]
    pub fn finish(self) -> String {
        self.0
    }
}
