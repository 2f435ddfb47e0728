//! The confirmation of a party's own grants, which somebody else registered, by a person of its mailbox.

use bindeledd_core::CategorySet;
use jiff::Timestamp;

use crate::address;
use crate::errors::Errors;
use crate::frame::Frame;
use crate::lang::Lang;
use crate::markup::Text;
use crate::text::{own_consents as text, terms};

/// The confirmation.
#[derive(Debug, Clone)]
pub struct View {
    /// Surroundings.
    pub frame: Frame,
    /// Id of the consent.
    pub consent: String,
    /// Participant, as the people of the mailbox know them.
    pub whom: Text,
    /// Party that registered the consent.
    pub registrar: Text,
    /// Receivers that wait: the id, the name, and the categories.
    pub waiting: Vec<(String, Text, CategorySet)>,
    /// Receivers that are confirmed, with the time.
    pub confirmed: Vec<(Text, CategorySet, Timestamp)>,
    /// Whether the form asks for the identity number, since nobody here knows the name.
    pub asks_number: bool,
    /// Field `to`: a receiver, or nothing for all.
    pub to: String,
    /// Faults of the form.
    pub errors: Errors,
}

impl View {
    fn action(&self) -> String {
        address::own_confirmation(&self.consent)
    }

    fn is_to(&self, id: &str) -> bool {
        self.to == id
    }
}

/// Adds the fault of a number of somebody else.
#[must_use]
pub fn other_person(lang: Lang) -> Errors {
    Errors::none().and("number", text::of(lang).other_person)
}

/// Returns the fault of a receiver that does not wait.
#[must_use]
pub fn wrong_scope(lang: Lang) -> Errors {
    Errors::none().and("to", text::of(lang).wrong_scope)
}

page!("own_confirm.html");
