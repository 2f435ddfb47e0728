//! The page that asks before a party is rolled back: the changes, in words, and the reason.

use jiff::Timestamp;

use super::field_change::{self, FieldChange};
use crate::address;
use crate::errors::Errors;
use crate::frame::Frame;
use crate::lang::Lang;
use crate::markup::{Html, Text};
use crate::text::party_back as text;

/// The question before a roll back.
#[derive(Debug, Clone)]
pub struct View {
    /// Surroundings.
    pub frame: Frame,
    /// Id of the party.
    pub id: Text,
    /// Name as others may see it.
    pub name: Text,
    /// Version whose set-up comes back.
    pub to: u64,
    /// Newest version, as the page shows it. The form posts it back.
    pub from: u64,
    /// Fields that change.
    pub changes: Vec<FieldChange>,
    /// Versions that are undone, newest first.
    pub undone: Vec<Undone>,
    /// The reason why the hub can not use the old set-up, with its code; `None` if it can.
    pub misfit: Option<(Text, Text)>,
    /// Reason, as it was typed.
    pub why: String,
    /// Faults of the form.
    pub errors: Errors,
}

/// A version that a roll back undoes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Undone {
    /// Number.
    pub version: u64,
    /// Time and actor; `None` if they are not known.
    pub made: Option<(Timestamp, Text)>,
}

impl View {
    fn list(&self, lang: Lang) -> Html {
        field_change::list(&self.changes, lang)
    }

    fn action(&self) -> String {
        address::roll_back(self.id.as_str(), self.to)
    }

    fn back(&self) -> String {
        address::party(self.id.as_str())
    }

    fn edit(&self) -> String {
        address::of_party(self.id.as_str(), "edit")
    }
}

page!("party_back.html");
