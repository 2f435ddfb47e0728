//! The participants of a mailbox, with the persons who follow each of them up.

use jiff::Timestamp;

use super::whom::Whom;
use crate::address;
use crate::frame::Frame;
use crate::lang::Lang;
use crate::markup::Text;
use crate::text::followed as text;

/// The participants.
#[derive(Debug, Clone)]
pub struct View {
    /// Surroundings.
    pub frame: Frame,
    /// Participants: those without a contact person first.
    pub rows: Vec<Row>,
    /// Whether there are more participants than these.
    pub has_more: bool,
    /// Whether the person leads the team.
    pub is_leader: bool,
}

/// A participant.
#[derive(Debug, Clone)]
pub struct Row {
    /// Participant.
    pub whom: Whom,
    /// Contact person.
    pub contact: Option<Text>,
    /// Persons who stand in, each with the end.
    pub stand_ins: Vec<(Text, Timestamp)>,
}

impl Row {
    fn address(&self) -> String {
        address::followed(&self.whom.pseudonym)
    }

    fn name(&self, lang: Lang) -> Text {
        self.whom.words(lang)
    }
}

page!("followed.html");
