//! The messages that a person has begun and not sent. The list quotes none of their text.

use bindeledd_core::Kind;
use jiff::Timestamp;

use crate::address;
use crate::frame::Frame;
use crate::lang::Lang;
use crate::markup::Text;
use crate::text::{compose as text, kinds};

/// The drafts of a person.
#[derive(Debug, Clone)]
pub struct View {
    /// Surroundings.
    pub frame: Frame,
    /// Drafts, the last saved first.
    pub rows: Vec<Row>,
}

/// A draft.
#[derive(Debug, Clone)]
pub struct Row {
    /// Id.
    pub id: String,
    /// Kind.
    pub kind: Kind,
    /// Participant, as the people of the mailbox know them.
    pub whom: Text,
    /// Time when it was saved last.
    pub saved_at: Timestamp,
}

impl Row {
    fn title(&self, lang: Lang) -> &'static str {
        kinds::title(self.kind, lang)
    }

    fn open(&self) -> String {
        address::draft(&self.id)
    }

    fn discard(&self) -> String {
        address::draft_discard(&self.id)
    }
}

page!("drafts.html");
