//! The question that a participant answers on their own page, and the answer that was given.

use bindeledd_core::CategorySet;
use bindeledd_core::form::Line;
use jiff::Timestamp;

use super::meg_frame::{MegFrame, meg_page};
use crate::markup::Text;
use crate::text::meg_yes as text;

/// The question of a party. The value of the form's field means something in this session alone, so that no address names a party.
#[derive(Debug, Clone)]
pub struct View {
    /// Surroundings.
    pub frame: MegFrame,
    /// Step.
    pub step: Step,
}

/// A step of the question.
#[derive(Debug, Clone)]
pub enum Step {
    /// The participant came in by a code, which shows nothing of a question.
    ByCode,
    /// The question, with the form that answers.
    Ask(Ask),
    /// The question is over.
    Over {
        /// Public label of the party.
        party: Text,
        /// End.
        end: End,
    },
    /// The party can not register a yes now.
    NotNow {
        /// Public label of the party.
        party: Text,
    },
}

/// A question that waits.
#[derive(Debug, Clone)]
pub struct Ask {
    /// Public label of the party.
    pub party: Text,
    /// Time when the question lapses.
    pub until: Timestamp,
    /// Text, line by line, as the printed form has it. No box is ticked.
    pub lines: Vec<Line>,
    /// Value of the field `what`.
    pub what: String,
    /// Digest of the text, which the answer names.
    pub sha256: String,
    /// Fault of the form.
    pub fault: Option<Fault>,
}

/// The end of a question.
#[derive(Debug, Clone)]
pub enum End {
    /// The participant said yes.
    Yes {
        /// Time of the answer.
        at: Timestamp,
        /// What the yes was to: sender, receiver, and the categories.
        given: Vec<(Text, Text, CategorySet)>,
        /// Whether some of it waits until its sender agrees.
        is_waiting: bool,
    },
    /// The participant said no.
    No {
        /// Time of the answer.
        at: Timestamp,
    },
    /// The party took it back.
    Withdrawn,
    /// Nobody answered in time.
    Expired,
}

/// A fault of the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// A yes to nothing.
    Tick,
    /// The answer is to another text.
    Text,
}

impl Fault {
    const fn word(self, texts: &text::Texts) -> &'static str {
        match self {
            Self::Tick => texts.fault_tick,
            Self::Text => texts.fault_text,
        }
    }
}

/// A part of the text, as a screen shows it.
enum Part<'v> {
    Title(&'v str),
    Heading(&'v str),
    Text(&'v str),
    Item(&'v str),
    /// Boxes under their question, each with its number.
    Boxes(&'v str, Vec<(usize, &'v str)>),
}

impl Ask {
    /// Returns the parts of the text. The line before boxes is their question.
    fn parts(&self) -> Vec<Part<'_>> {
        let (mut parts, mut number) = (Vec::new(), 0);
        for line in &self.lines {
            match line {
                Line::Title(words) => parts.push(Part::Title(words)),
                Line::Heading(words) => parts.push(Part::Heading(words)),
                Line::Text(words) | Line::Blank(words) => parts.push(Part::Text(words)),
                Line::Item(words) => parts.push(Part::Item(words)),
                Line::Choice(words) => {
                    let one = (number, words.as_str());
                    number += 1;
                    match parts.pop() {
                        Some(Part::Boxes(question, mut boxes)) => {
                            boxes.push(one);
                            parts.push(Part::Boxes(question, boxes));
                        }
                        Some(Part::Text(question)) => parts.push(Part::Boxes(question, vec![one])),
                        other => {
                            parts.extend(other);
                            parts.push(Part::Boxes("", vec![one]));
                        }
                    }
                }
            }
        }
        parts
    }
}

/// Longest line of the text on a page, in characters.
const LINE: usize = 1200;

pub(crate) fn line(words: &str) -> Text {
    Text::of_at_most(words, LINE)
}

meg_page!("meg_yes.html");
