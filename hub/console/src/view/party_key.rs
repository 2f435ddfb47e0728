//! A new API key of a party, shown once.

use askama::Template;

use super::written;
use crate::address;
use crate::frame::Frame;
use crate::lang::Lang;
use crate::markup::Text;
use crate::text::{common, party_key as text};
use crate::write::Write;

/// The new key. Only the answer to the form that made it shows it.
#[derive(Debug, Clone)]
pub struct View {
    /// Surroundings.
    pub frame: Frame,
    /// Id of the party.
    pub id: Text,
    /// Name as others may see it.
    pub name: Text,
    /// Key.
    pub key: Text,
    /// Public id of the key.
    pub public_id: Text,
    /// Whether the party has other keys.
    pub has_others: bool,
}

#[derive(Template)]
#[template(path = "party_key.html")]
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

impl View {
    fn back(&self) -> String {
        address::party(self.id.as_str())
    }
}
