//! The second page of a new consent: what each may tell, both ways, and for how long.

use super::consent_form::Draft;
use crate::errors::Errors;
use crate::frame::Frame;
use crate::lang::Lang;
use crate::markup::Html;
use crate::text::consent_form as text;
use crate::text::terms;

/// The content of a draft.
#[derive(Debug, Clone)]
pub struct View {
    /// Surroundings.
    pub frame: Frame,
    /// The draft so far.
    pub draft: Draft,
    /// Faults of the form.
    pub errors: Errors,
}

impl View {
    fn line_of(&self, n: usize) -> Html {
        self.errors.line(&format!("give.{n}"))
    }
}

/// A fault of a draft.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wrong {
    /// Nothing is chosen for the party of this number.
    Nothing(usize),
    /// The first day.
    From,
    /// The last day.
    Until,
}

/// Returns the faults of a draft, at their fields.
#[must_use]
pub fn wrong(faults: &[Wrong], lang: Lang) -> Errors {
    let words = text::of(lang);
    faults.iter().fold(Errors::none(), |errors, fault| match fault {
        Wrong::Nothing(n) => errors.and(format!("give.{n}"), words.nothing_with),
        Wrong::From => errors.and("from", words.wrong_from),
        Wrong::Until => errors.and("until", words.wrong_until),
    })
}

page!("consent_what.html");
