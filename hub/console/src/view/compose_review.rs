//! The look at a written message before it is sent: its text as receivers read it, who gets what, and what the guard
//! found. The page is the answer to a form, and has no address of its own.

use bindeledd_core::CategorySet;
use bindeledd_core::compose::Typed;
use bindeledd_core::guard::What;

use super::compose::Of;
use crate::frame::Frame;
use crate::lang::Lang;
use crate::markup::Text;
use crate::text::{compose as text, form_words, terms};

/// The look at a written message.
#[derive(Debug, Clone)]
pub struct View {
    /// Surroundings.
    pub frame: Frame,
    /// The message.
    pub of: Of,
    /// Values, as they were typed.
    pub typed: Typed,
    /// Lines of the text, by the catalogue, without the title.
    pub lines: Vec<Text>,
    /// Person and party that send it.
    pub from: Text,
    /// Receivers.
    pub receivers: Vec<Receiver>,
    /// Findings of the guard: the Norwegian label of the field, and the sort.
    pub found: Vec<(&'static str, What)>,
    /// Whether the hub takes the message with these findings.
    pub is_taken: bool,
}

/// A receiver of the message.
#[derive(Debug, Clone)]
pub struct Receiver {
    /// Id.
    pub id: String,
    /// Name as others may see it.
    pub name: Text,
    /// Categories that it does not get.
    pub withheld: CategorySet,
}

impl Receiver {
    fn says(&self, text: &text::Texts, lang: Lang) -> String {
        match self.withheld.is_empty() {
            true => text.all_of_it.to_owned(),
            false => (text.left_out)(&terms::categories(self.withheld, lang)),
        }
    }
}

impl View {
    fn finding(&self, (field, what): &(&'static str, What), lang: Lang) -> String {
        text::finding(form_words::word(field, lang), *what, lang)
    }
}

page!("compose_review.html");
