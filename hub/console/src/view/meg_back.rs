//! Taking back: the choice, the preview, and the acts that were done.

use bindeledd_core::{Category, CategorySet};

use super::meg::Duty;
use super::meg_frame::{MegFrame, meg_page};
use crate::markup::Text;
use crate::text::meg_back as text;

/// Taking back. The values of the forms' fields are handles that mean something in this session alone, so that no address
/// names a party or a category.
#[derive(Debug, Clone)]
pub struct View {
    /// Surroundings.
    pub frame: MegFrame,
    /// Party whose exchanges the page is about; none if it is about all.
    pub party: Option<Text>,
    /// Step.
    pub step: Step,
}

/// A step of taking back.
#[derive(Debug, Clone)]
pub enum Step {
    /// The choice.
    Choose(Choose),
    /// The preview, with the form that does it.
    Preview {
        /// Effect.
        effect: Effect,
        /// Value of the field `what`.
        what: String,
        /// Values of the fields `only`.
        only: Vec<String>,
        /// Address of the choice.
        again: String,
    },
    /// The outcome.
    Done {
        /// Effect.
        effect: Effect,
    },
}

/// The choice.
#[derive(Debug, Clone)]
pub struct Choose {
    /// Pairs with something to take back.
    pub others: Vec<Other>,
    /// Parties with something to take back, each with the value of the field `what` for everything to and from it; none for one
    /// party's exchanges.
    pub parties: Vec<(Text, String)>,
    /// Value of the field `what` for some categories, whoever has them; none for one party's exchanges.
    pub some_of_all: Option<String>,
    /// Value of the field `what` for everything.
    pub all: String,
    /// Value of the field `what` that is chosen.
    pub what: String,
    /// Fault of the form.
    pub fault: Option<Fault>,
}

/// Two parties with something to take back.
#[derive(Debug, Clone)]
pub struct Other {
    /// Public label of one.
    pub one: Text,
    /// Public label of the other.
    pub name: Text,
    /// Value of the field `what` for everything between the two.
    pub pair: String,
    /// Value of the field `what` for something between the two.
    pub some: String,
    /// Categories in force, with the values of the field `only`.
    pub categories: Vec<(Category, String)>,
}

/// A fault of the choice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Nothing is chosen.
    Choice,
    /// No category is ticked.
    Only,
}

impl Fault {
    const fn word(self, texts: &text::Texts) -> &'static str {
        match self {
            Self::Choice => texts.fault_choice,
            Self::Only => texts.fault_only,
        }
    }
}

/// The effect of taking back.
#[derive(Debug, Clone, Default)]
pub struct Effect {
    /// Grants that end: sender, receiver, and the categories.
    pub ends: Vec<(Text, Text, CategorySet)>,
    /// Messages that wait and are stopped.
    pub stops: u64,
    /// Messages on their way.
    pub in_flight: u64,
    /// Messages that were handed over before.
    pub handed_over: u64,
    /// Parties that are told.
    pub told: Vec<Text>,
    /// Exchanges that are sent regardless.
    pub remains: Vec<Duty>,
}

impl Effect {
    fn told(&self, and: &str) -> String {
        let names: Vec<&str> = self.told.iter().map(Text::as_str).collect();
        match names.split_last() {
            None => String::new(),
            Some((last, [])) => (*last).to_owned(),
            Some((last, before)) => format!("{} {and} {last}", before.join(", ")),
        }
    }
}

impl Choose {
    fn is(&self, value: &str) -> bool {
        self.what == value
    }

    /// Returns the categories of the others, each once.
    fn categories(&self) -> Vec<(Category, &str)> {
        let mut all: Vec<(Category, &str)> = Vec::new();
        for (category, value) in self.others.iter().flat_map(|other| &other.categories) {
            if !all.iter().any(|(known, _)| known == category) {
                all.push((*category, value));
            }
        }
        all
    }
}

meg_page!("meg_back.html");
