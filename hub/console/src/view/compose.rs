//! The form of a message that a person writes. It follows the catalogue, and keeps everything as it was typed.

use askama::Template;
use askama::filters::HtmlSafe;
use bindeledd_core::compose::{self, Field, Gets, Input, Typed};
use bindeledd_core::guard::What;
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
    /// Text of the message so far, by the catalogue.
    pub said: Vec<Said>,
    /// Person and party that send it.
    pub from: Text,
    /// Marks of the guard: the name of each input, and the sort.
    pub marks: Vec<(String, What)>,
    /// Faults of the form.
    pub errors: Errors,
}

/// A field of the message as receivers read it.
#[derive(Debug, Clone)]
pub struct Said {
    /// Norwegian label, as the catalogue has it.
    pub label: &'static str,
    /// Lines of the text.
    pub lines: Vec<Text>,
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

    /// Returns the names of the inputs that hold a text of somebody's own words.
    pub(super) fn texts(&self) -> Vec<&str> {
        let mut names = Vec::new();
        texts(&self.fields, &mut names);
        names
    }

    /// Writes the place for the marks of an input.
    pub(super) fn mark<'v>(&'v self, name: &'v str, text: &'static text::Texts, lang: Lang) -> Mark<'v> {
        let of = self.marks.iter().filter(|(of, _)| of == name);
        Mark {
            name,
            marks: of.map(|(_, what)| text::mark(*what, lang)).collect(),
            text,
        }
    }

    fn signed_out(&self) -> String {
        let draft = address::draft(&self.of.id);
        format!("{}?to={}", address::SIGN_IN, address::segment(&draft))
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

fn texts<'f>(fields: &'f [Field], names: &mut Vec<&'f str>) {
    for field in fields {
        match &field.input {
            Input::Text { .. } => names.push(&field.name),
            Input::Group(inner) | Input::Rows { rows: inner, .. } => texts(inner, names),
            Input::Day
            | Input::Moment
            | Input::Choice { .. }
            | Input::Whole { .. }
            | Input::Decimal { .. }
            | Input::Categories => {}
        }
    }
}

/// The place for the marks of an input. It is there without a mark, so that one can come while somebody types.
#[derive(Template)]
#[template(path = "parts/compose_mark.html")]
pub(super) struct Mark<'v> {
    name: &'v str,
    marks: Vec<&'static str>,
    text: &'static text::Texts,
}

impl HtmlSafe for Mark<'_> {}

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

    fn marks(&self) -> Mark<'v> {
        self.view.mark(&self.field.name, self.text, self.lang)
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
