//! What the codes mean.

use askama::Template;

use super::written;
use crate::frame::Frame;
use crate::lang::Lang;
use crate::markup::Text;
use crate::text::{common, help as text};
use crate::write::Write;

/// The list of codes, or the article about one.
#[derive(Debug, Clone)]
pub struct View {
    /// Surroundings.
    pub frame: Frame,
    /// Codes with their titles; empty on the page of one code.
    pub rows: Vec<Row>,
    /// Article about one code.
    pub article: Option<Article>,
}

/// A code of the list.
#[derive(Debug, Clone)]
pub struct Row {
    /// Code.
    pub code: Text,
    /// Title, in English.
    pub title: Text,
}

/// The article about a code, in English.
#[derive(Debug, Clone)]
pub struct Article {
    /// Code.
    pub code: Text,
    /// Title.
    pub title: Text,
    /// Sections: heading and paragraphs.
    pub sections: Vec<(Text, Vec<Text>)>,
}

#[derive(Template)]
#[template(path = "help.html")]
struct Page<'v> {
    frame: &'v Frame,
    common: &'static common::Texts,
    text: &'static text::Texts,
    write: Write,
    view: &'v View,
}

/// Writes the page.
#[must_use]
pub fn render(view: &View, lang: Lang) -> String {
    written(&Page {
        frame: &view.frame,
        common: common::of(lang),
        text: text::of(lang),
        write: Write::new(lang, view.frame.now),
        view,
    })
}
