//! A delivery that a person of the sender enters in a form of the receiver's: field by field, with the word of the person
//! and the receiver's answer. The title names nobody, since a browser keeps titles.

use bindeledd_core::Kind;
use bindeledd_core::delivery::ByHand;
use bindeledd_core::entry::{AnswerFault, ReceiverSaid};
use jiff::Timestamp;
use jiff::civil::Date;

use super::entries::said_words;
use super::whom::Whom;
use crate::address;
use crate::errors::Errors;
use crate::frame::Frame;
use crate::lang::Lang;
use crate::markup::{Text, with_lines};
use crate::text::{entry as text, kinds};

/// The page of a delivery.
#[derive(Debug, Clone)]
pub struct View {
    /// Surroundings.
    pub frame: Frame,
    /// Id of the delivery.
    pub delivery: String,
    /// Kind.
    pub kind: Kind,
    /// Participant.
    pub whom: Whom,
    /// Receiver.
    pub to: Text,
    /// Time of acceptance.
    pub at: Timestamp,
    /// Part that depends on the standing.
    pub now: Now,
    /// Faults of the form.
    pub errors: Errors,
}

/// The part of the page that depends on the standing of the delivery.
#[derive(Debug, Clone)]
pub enum Now {
    /// Somebody has to enter it. `None` for a document without fields.
    ToEnter(Option<Document>),
    /// Nobody may enter it.
    NotToEnter,
    /// It is entered.
    Entered {
        /// Person.
        by: Text,
        /// Time.
        at: Timestamp,
        /// The receiver's answer, once somebody has entered it.
        answer: Option<Answer>,
        /// Form of the answer.
        form: Form,
    },
}

/// A document, field by field.
#[derive(Debug, Clone)]
pub struct Document {
    /// Title.
    pub title: Text,
    /// Steps.
    pub steps: Vec<Text>,
    /// Fields of the receiver's form.
    pub fields: Vec<Field>,
    /// Things that the form has no field for.
    pub to_tell: Vec<Field>,
}

/// A field with its value. The value keeps its lines.
#[derive(Debug, Clone)]
pub struct Field {
    /// Name.
    pub name: Text,
    /// Value to enter.
    pub value: String,
}

impl Field {
    /// Returns the value as the page shows it.
    fn shown(&self) -> String {
        with_lines(&self.value)
    }

    fn lines(&self) -> Vec<String> {
        lines(&self.value)
    }

    /// Returns the rows of the text, for a value of several lines or a long one.
    fn rows(&self) -> Option<usize> {
        let lines = self.value.lines().count() + self.value.chars().count() / 70;
        (lines > 1).then_some(lines.min(12))
    }
}

/// Returns the lines of a text as the page shows them.
fn lines(raw: &str) -> Vec<String> {
    with_lines(raw).lines().map(str::to_owned).collect()
}

/// A receiver's answer that somebody entered.
#[derive(Debug, Clone)]
pub struct Answer {
    /// Answer.
    pub said: ReceiverSaid,
    /// Day.
    pub on: Date,
    /// The receiver's words.
    pub words: Option<String>,
    /// Person who entered it.
    pub by: Text,
    /// Time at which it was entered.
    pub at: Timestamp,
}

/// The form of an answer, with what was typed.
#[derive(Debug, Clone, Default)]
pub struct Form {
    /// Code of the answer.
    pub said: String,
    /// Day.
    pub on: String,
    /// The receiver's words.
    pub words: String,
    /// Answer that the person saw, which the form repeats.
    pub seen: String,
}

impl View {
    fn kind(&self, lang: Lang) -> &'static str {
        kinds::title(self.kind, lang)
    }

    fn title(&self, lang: Lang) -> String {
        (text::of(lang).about)(self.kind(lang), self.whom.words(lang).as_str())
    }

    fn to_enter(&self) -> String {
        address::entry_act(&self.delivery, "entered")
    }

    fn to_answer(&self) -> String {
        address::entry_act(&self.delivery, "answer")
    }

    fn codes(&self) -> [(&'static str, ByHand); 3] {
        [
            ("primary", ByHand::Entered),
            ("secondary", ByHand::HandedOver),
            ("tertiary", ByHand::NotPossible),
        ]
    }

    fn act(said: ByHand, text: &text::Texts) -> &'static str {
        match said {
            ByHand::Entered => text.act_entered,
            ByHand::Posted | ByHand::HandedOver => text.act_told,
            ByHand::NotPossible => text.act_not_possible,
        }
    }

    fn choices(&self, text: &text::Texts) -> [(&'static str, &'static str); 2] {
        ReceiverSaid::ALL.map(|said| (said.code(), said_words(said, text)))
    }

    fn answered(answer: &Answer, text: &text::Texts) -> String {
        (text.answered_on)(&said_words(answer.said, text).to_lowercase())
    }
}

/// Adds the faults of an answer in words.
#[must_use]
pub fn faults(errors: Errors, faults: &[AnswerFault], lang: Lang) -> Errors {
    faults.iter().fold(errors, |errors, wrong| {
        let (field, words) = text::fault(*wrong, lang);
        errors.and(field, words)
    })
}

/// Returns the fault of a form without an answer.
#[must_use]
pub fn unsaid(lang: Lang) -> Errors {
    Errors::none().and("said", text::of(lang).choose)
}

/// Returns the fault of a form without an act.
#[must_use]
pub fn undone(lang: Lang) -> Errors {
    Errors::none().and("how", text::of(lang).choose_act)
}

page!("entry.html");
