//! The form of a message that a person writes. It follows the catalogue, and keeps everything as it was typed.

use askama::Template;
use askama::filters::HtmlSafe;
use bindeledd_core::compose::{self, Field, Gets, Input, Typed};
use bindeledd_core::{Category, CategorySet, Kind};

use crate::address;
use crate::errors::Errors;
use crate::frame::Frame;
use crate::lang::Lang;
use crate::markup::Text;
use crate::text::{compose as text, form_words, kinds, terms};

/// The form of a message.
#[derive(Debug, Clone)]
pub struct View {
    /// Surroundings.
    pub frame: Frame,
    /// The message.
    pub of: Of,
    /// Inputs.
    pub fields: Vec<Field>,
    /// Parties that may get something.
    pub receivers: Vec<Receiver>,
    /// Values, as they were typed.
    pub typed: Typed,
    /// Faults of the form.
    pub errors: Errors,
}

/// A message that is being written.
#[derive(Debug, Clone)]
pub struct Of {
    /// Id of the unsent message.
    pub id: String,
    /// Pseudonym of the participant.
    pub participant: String,
    /// Participant, as the people of the mailbox know them.
    pub whom: Text,
    /// Kind.
    pub kind: Kind,
    /// Delivery with the question, for a meeting that is proposed instead of an answer.
    pub instead_of: Option<String>,
}

impl Of {
    /// Returns the title of the kind.
    pub(crate) fn title(&self, lang: Lang) -> &'static str {
        kinds::title(self.kind, lang)
    }
}

/// A party that may get something.
#[derive(Debug, Clone)]
pub struct Receiver {
    /// Id.
    pub id: String,
    /// Name as others may see it.
    pub name: Text,
    /// Categories that the sender may tell it.
    pub granted: CategorySet,
    /// Part of the message that it would get.
    pub gets: Gets,
    /// Whether it is chosen.
    pub is_chosen: bool,
}

impl Receiver {
    fn may_get(&self) -> bool {
        self.gets != Gets::Nothing
    }

    fn says(&self, text: &text::Texts, lang: Lang) -> String {
        match &self.gets {
            Gets::Everything => text.gets_all.to_owned(),
            Gets::Without(labels) => {
                let labels: Vec<_> = labels.iter().map(|label| form_words::word(label, lang)).collect();
                (text.gets_without)(&labels.join(", "))
            }
            Gets::Nothing => (text.gets_nothing)(&terms::categories(self.granted, lang)),
        }
    }
}

impl View {
    fn part<'v>(&'v self, field: &'v Field, text: &'static text::Texts, lang: Lang) -> Part<'v> {
        Part {
            field,
            label: label(field, text, lang),
            is_hidden: false,
            view: self,
            text,
            lang,
        }
    }

    /// Returns the address of the question that a meeting is proposed instead of answering.
    fn letter(&self) -> Option<String> {
        self.of.instead_of.as_deref().map(address::letter)
    }

    fn other_kind(&self) -> String {
        address::new_message_about(&self.of.participant)
    }
}

fn label(field: &Field, text: &text::Texts, lang: Lang) -> String {
    let word = form_words::word(field.label, lang);
    match field.required {
        true => word.to_owned(),
        false => format!("{word} {}", text.optional),
    }
}

/// One field of the form.
#[derive(Template)]
#[template(path = "parts/compose_field.html")]
struct Part<'v> {
    field: &'v Field,
    label: String,
    /// Whether the label is for screen readers alone, since the list around it has the words.
    is_hidden: bool,
    view: &'v View,
    text: &'static text::Texts,
    lang: Lang,
}

impl HtmlSafe for Part<'_> {}

impl<'v> Part<'v> {
    fn value(&self) -> &'v str {
        self.view.typed.get(&self.field.name)
    }

    fn is(&self, code: &str) -> bool {
        self.value() == code
    }

    fn word(&self, norwegian: &'static str) -> &'static str {
        form_words::word(norwegian, self.lang)
    }

    fn inner(&self, field: &'v Field) -> Self {
        self.view.part(field, self.text, self.lang)
    }

    /// Returns a row of a list. It has the words of the list and its number.
    fn row(&self, field: &'v Field, n: &usize) -> Self {
        Self {
            label: (self.text.row)(self.word(self.field.label), n + 1),
            is_hidden: true,
            ..self.inner(field)
        }
    }

    fn categories(&self) -> [Category; 8] {
        Category::ALL
    }

    fn category(&self, of: &Category) -> &'static str {
        terms::category(*of, self.lang)
    }

    fn category_name(&self, of: &Category) -> String {
        format!("{}.{}", self.field.name, of.code())
    }

    fn is_about(&self, of: &Category) -> bool {
        !self.view.typed.get(&self.category_name(of)).is_empty()
    }
}

/// Adds the faults of a form in words, at the names of their inputs.
#[must_use]
pub fn errors(errors: Errors, wrong: Vec<compose::Wrong>, lang: Lang) -> Errors {
    wrong.into_iter().fold(errors, |errors, wrong| {
        errors.and(wrong.name, text::fault(wrong.fault, lang))
    })
}

/// Returns the fault of a form without a receiver.
#[must_use]
pub fn no_receiver(lang: Lang) -> Errors {
    Errors::none().and("to", text::no_receiver(lang))
}

/// Returns the fault of a form with a receiver who can not get anything any longer.
#[must_use]
pub fn lost_receiver(lang: Lang) -> Errors {
    Errors::none().and("to", text::of(lang).lost_receiver)
}

/// Adds the fault of a receiver who would get nothing of the message as it is written.
#[must_use]
pub fn gets_none(errors: Errors, whom: &Text, lang: Lang) -> Errors {
    errors.and("to", text::gets_none(whom.as_str(), lang))
}

/// Returns the fault of a person with too many drafts.
#[must_use]
pub fn too_many(lang: Lang) -> Errors {
    Errors::none().and("save", text::of(lang).too_many)
}

page!("compose.html");
