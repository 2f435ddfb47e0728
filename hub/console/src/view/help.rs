//! The meaning of the codes.

use crate::frame::Frame;
use crate::markup::Text;
use crate::text::help as text;

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

page!("help.html");
