//! The receipt of a message that somebody in a mailbox wrote: to whom it goes, its state there, and what was left out.

use bindeledd_core::{CategorySet, Kind};
use jiff::Timestamp;

use crate::frame::Frame;
use crate::lang::Lang;
use crate::mark::Standing;
use crate::markup::Text;
use crate::text::{compose as text, kinds, terms};

/// The receipt of a message.
#[derive(Debug, Clone)]
pub struct View {
    /// Surroundings.
    pub frame: Frame,
    /// Kind.
    pub kind: Kind,
    /// Participant, as the people of the mailbox know them.
    pub whom: Text,
    /// Time of acceptance.
    pub at: Timestamp,
    /// Address of this page.
    pub here: String,
    /// Deliveries.
    pub deliveries: Vec<Delivery>,
}

/// A delivery of the message.
#[derive(Debug, Clone)]
pub struct Delivery {
    /// Receiver.
    pub to: Text,
    /// State.
    pub standing: Standing,
    /// Time of the last change.
    pub changed_at: Timestamp,
    /// Categories that were left out.
    pub withheld: CategorySet,
}

impl Delivery {
    fn omitted(&self, text: &text::Texts, lang: Lang) -> String {
        match self.withheld.is_empty() {
            true => text.nothing_omitted.to_owned(),
            false => terms::categories(self.withheld, lang),
        }
    }
}

impl View {
    fn title(&self, lang: Lang) -> &'static str {
        kinds::title(self.kind, lang)
    }
}

page!("compose_sent.html");
