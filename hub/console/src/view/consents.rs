//! Samtykker: the grants that await a confirmation, and the way to one participant.

use askama::Template;
use bindeledd_core::CategorySet;
use jiff::Timestamp;

use super::written;
use crate::address;
use crate::errors::Errors;
use crate::frame::Frame;
use crate::lang::Lang;
use crate::markup::Text;
use crate::text::{common, consents as text, terms};
use crate::write::Write;

/// The page of consents.
#[derive(Debug, Clone)]
pub struct View {
    /// Surroundings.
    pub frame: Frame,
    /// Pseudonym, as it was typed into the field `reference`.
    pub typed: String,
    /// Faults of the field.
    pub errors: Errors,
    /// Grants that await a confirmation.
    pub waiting: Vec<Waiting>,
    /// Whether there are more than those.
    pub has_more: bool,
    /// Whether the person may search by identity number.
    pub may_find_person: bool,
}

/// A grant that awaits a confirmation. Parties stand as others may see them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// Pseudonym of the participant.
    pub participant: Text,
    /// Sender.
    pub from: Text,
    /// Receiver.
    pub to: Text,
    /// Categories of the grant.
    pub categories: CategorySet,
    /// Party that registered the consent.
    pub registrar: Text,
    /// Time since which it waits.
    pub since: Timestamp,
    /// Ids of messages that are blocked because it waits.
    pub blocked: Vec<Text>,
    /// Page where an operator confirms; `None` for a person who may not.
    pub confirm: Option<String>,
}

/// The search by identity number. The number itself is never shown again.
#[derive(Debug, Clone)]
pub struct Person {
    /// Surroundings.
    pub frame: Frame,
    /// Faults of the field `number`.
    pub errors: Errors,
}

impl View {
    fn count(&self) -> u64 {
        u64::try_from(self.waiting.len()).unwrap_or(u64::MAX)
    }
}

#[derive(Template)]
#[template(path = "consents.html")]
struct Page<'v> {
    frame: &'v Frame,
    common: &'static common::Texts,
    text: &'static text::Texts,
    write: Write,
    view: &'v View,
}

#[derive(Template)]
#[template(path = "find_person.html")]
struct PersonPage<'v> {
    frame: &'v Frame,
    common: &'static common::Texts,
    text: &'static text::Texts,
    write: Write,
    view: &'v Person,
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

/// Writes the page of the search by identity number.
#[must_use]
pub fn render_person(view: &Person, lang: Lang) -> String {
    written(&PersonPage {
        frame: &view.frame,
        common: common::of(lang),
        text: text::of(lang),
        write: Write::new(lang, view.frame.now),
        view,
    })
}
