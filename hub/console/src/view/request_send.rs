//! The form that sends a drafted consent to the participant's own page.

use bindeledd_core::request::DAYS;

use super::consent_form::Draft;
use crate::address;
use crate::errors::Errors;
use crate::frame::Frame;
use crate::lang::Lang;
use crate::markup::Text;
use crate::text::request as text;

/// The form.
#[derive(Debug, Clone)]
pub struct View {
    /// Surroundings.
    pub frame: Frame,
    /// Draft.
    pub draft: Draft,
    /// Participants whom the person follows up: the pseudonym, and the name.
    pub participants: Vec<(String, Text)>,
    /// Field `who`: a pseudonym, or `new`.
    pub who: String,
    /// Field `days`.
    pub days: u8,
    /// Faults of the form.
    pub errors: Errors,
}

/// A fault of the form, besides that of the number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wrong {
    /// Nobody is chosen, or somebody whom the person does not follow up.
    Whom,
    /// The number of days, or a consent that would be over.
    Days,
    /// So many requests wait already.
    TooMany,
    /// The draft was used for somebody else.
    Taken,
}

/// Adds a fault of the form, at its field.
#[must_use]
pub fn wrong(errors: Errors, fault: Wrong, lang: Lang) -> Errors {
    let words = text::of(lang);
    match fault {
        Wrong::Whom => errors.and("who", words.no_whom),
        Wrong::Days => errors.and("days", words.no_days),
        Wrong::TooMany => errors.and("who", words.too_many),
        Wrong::Taken => errors.and("who", words.taken),
    }
}

impl View {
    fn is_who(&self, who: &str) -> bool {
        self.who == who
    }

    fn is_days(&self, days: u8) -> bool {
        self.days == days
    }

    const fn all_days() -> [u8; 4] {
        DAYS
    }

    fn back(&self) -> String {
        self.draft.at(address::CONSENT_FORM)
    }
}

page!("request_send.html");
