//! The first page of a new consent: the parties with whom a participant's matters are talked about. It names no participant.

use super::consent_form::Draft;
use crate::errors::Errors;
use crate::frame::Frame;
use crate::lang::Lang;
use crate::markup::Text;
use crate::text::consent_form as text;
use crate::text::terms;

/// The choice of the other parties.
#[derive(Debug, Clone)]
pub struct View {
    /// Surroundings.
    pub frame: Frame,
    /// Whether the party may register consents.
    pub may_register: bool,
    /// Parties to choose from, by their public labels.
    pub parties: Vec<Choice>,
    /// The draft so far.
    pub draft: Draft,
    /// Faults of the form.
    pub errors: Errors,
}

/// A party to choose.
#[derive(Debug, Clone)]
pub struct Choice {
    /// Id.
    pub id: String,
    /// Public label.
    pub name: Text,
    /// Kind, as others may see it.
    pub kind: bindeledd_core::PartyKind,
}

impl View {
    fn is_chosen(&self, choice: &Choice) -> bool {
        self.draft.with.iter().any(|with| with.id == choice.id)
    }

    fn kind(choice: &Choice, lang: Lang) -> &'static str {
        terms::kind(choice.kind, lang)
    }
}

/// Returns the fault of a choice of nobody, or of too many.
#[must_use]
pub fn no_party(lang: Lang) -> Errors {
    Errors::none().and("with", text::of(lang).no_with)
}

page!("consent_choose.html");
