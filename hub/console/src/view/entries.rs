//! The deliveries that a person of the sender enters in a form of the receiver's, without their content.

use bindeledd_core::Kind;
use bindeledd_core::entry::ReceiverSaid;
use jiff::Timestamp;

use super::whom::Whom;
use crate::address;
use crate::frame::Frame;
use crate::lang::Lang;
use crate::markup::Text;
use crate::text::{entry as text, kinds};

/// The list.
#[derive(Debug, Clone)]
pub struct View {
    /// Surroundings.
    pub frame: Frame,
    /// Deliveries, the newest first.
    pub rows: Vec<Row>,
}

/// A delivery.
#[derive(Debug, Clone)]
pub struct Row {
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
    /// Standing.
    pub standing: Standing,
}

/// The standing of a delivery in the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Somebody still has to enter it.
    ToEnter,
    /// Nobody may enter it.
    NotToEnter,
    /// It is entered.
    Entered,
    /// The receiver has answered.
    Answered(ReceiverSaid),
}

impl Row {
    fn title(&self, lang: Lang) -> String {
        (text::of(lang).about)(kinds::title(self.kind, lang), self.whom.words(lang).as_str())
    }

    fn address(&self) -> String {
        address::entry(&self.delivery)
    }

    fn initials(&self) -> String {
        self.whom.initials()
    }

    fn said(&self, text: &text::Texts) -> Option<&'static str> {
        match self.standing {
            Standing::Answered(said) => Some(said_words(said, text)),
            Standing::ToEnter | Standing::NotToEnter | Standing::Entered => None,
        }
    }
}

/// Returns an answer in words.
pub(super) const fn said_words(said: ReceiverSaid, text: &text::Texts) -> &'static str {
    match said {
        ReceiverSaid::Approved => text.approved,
        ReceiverSaid::Rejected => text.rejected,
    }
}

impl View {
    /// Returns the lists that are not empty, each with its id, its heading and its help.
    fn lists(&self, text: &'static text::Texts) -> Vec<(&'static str, &'static str, &'static str, Vec<&Row>)> {
        let of = |is: fn(Standing) -> bool| self.rows.iter().filter(|row| is(row.standing)).collect::<Vec<_>>();
        let lists = [
            (
                "ikke",
                text.not_to_enter,
                text.not_to_enter_help,
                of(|standing| standing == Standing::NotToEnter),
            ),
            ("inn", text.to_enter, "", of(|standing| standing == Standing::ToEnter)),
            ("lagt", text.entered, "", of(|standing| standing == Standing::Entered)),
            (
                "svar",
                text.answered,
                "",
                of(|standing| matches!(standing, Standing::Answered(_))),
            ),
        ];
        lists.into_iter().filter(|(.., rows)| !rows.is_empty()).collect()
    }
}

page!("entries.html");
