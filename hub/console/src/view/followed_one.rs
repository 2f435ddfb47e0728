//! One participant of a mailbox: the persons who follow them up, and the forms that change these. The title names nobody.

use jiff::Timestamp;

use super::whom::Whom;
use crate::address;
use crate::errors::Errors;
use crate::frame::Frame;
use crate::lang::Lang;
use crate::markup::Text;
use crate::text::followed as text;

/// A participant.
#[derive(Debug, Clone)]
pub struct View {
    /// Surroundings.
    pub frame: Frame,
    /// Participant.
    pub whom: Whom,
    /// Persons who follow the participant up, the contact person first.
    pub persons: Vec<Person>,
    /// Contact person that this page shows: the id, or nothing.
    pub seen: String,
    /// Persons to choose from, each with the id.
    pub choices: Vec<(String, Text)>,
    /// Whether the person may hand over and choose a stand-in.
    pub may_change: bool,
    /// Last day of a stand-in, as typed.
    pub until: String,
    /// Faults of the forms.
    pub errors: Errors,
}

/// A person who follows the participant up.
#[derive(Debug, Clone)]
pub struct Person {
    /// Id.
    pub id: String,
    /// Name.
    pub name: Text,
    /// End of a stand-in; none for the contact person.
    pub until: Option<Timestamp>,
    /// Time since when.
    pub since: Timestamp,
    /// Person who gave it.
    pub by: Text,
    /// Whether the person who looks may end it.
    pub may_end: bool,
}

impl View {
    fn name(&self, lang: Lang) -> Text {
        self.whom.words(lang)
    }

    fn consents(&self) -> String {
        address::consents_of(&self.whom.pseudonym)
    }

    fn act(&self, act: &str) -> String {
        address::followed_act(&self.whom.pseudonym, act)
    }
}

page!("followed_one.html");
