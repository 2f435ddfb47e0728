//! The first page of a new message: the participant and the kind. Nothing is sent from it.

use bindeledd_core::Kind;

use crate::address;
use crate::errors::Errors;
use crate::frame::Frame;
use crate::lang::Lang;
use crate::markup::Text;
use crate::text::{compose as text, kinds};

/// The choice of a participant and a kind.
#[derive(Debug, Clone)]
pub struct View {
    /// Surroundings.
    pub frame: Frame,
    /// Participants whom the party may write about: the pseudonym, and the person as the people of the mailbox know them.
    pub participants: Vec<(String, Text)>,
    /// Pseudonym that is chosen already; empty for none.
    pub participant: String,
    /// Kinds that a party of this kind often sends.
    pub usual: Vec<Kind>,
    /// Other kinds.
    pub others: Vec<Kind>,
    /// Kind that is chosen already.
    pub kind: Option<Kind>,
    /// Whether the party may not write about the participant of the address. Nobody learns why.
    pub is_not_now: bool,
    /// Faults of the form.
    pub errors: Errors,
}

impl View {
    fn is_chosen(&self, pseudonym: &str) -> bool {
        self.participant == pseudonym
    }

    fn is_kind(&self, kind: Kind) -> bool {
        self.kind == Some(kind)
    }

    fn title(&self, kind: Kind, lang: Lang) -> &'static str {
        kinds::title(kind, lang)
    }

    fn action(&self) -> &'static str {
        address::WRITE_MESSAGE
    }
}

/// Returns the faults of a choice that is not complete.
#[must_use]
pub fn missing(participant: bool, kind: bool, lang: Lang) -> Errors {
    let words = text::of(lang);
    let mut errors = Errors::none();
    if participant {
        errors = errors.and("participant", words.no_participant);
    }
    if kind {
        errors = errors.and("kind", words.no_kind);
    }
    errors
}

page!("compose_choose.html");
