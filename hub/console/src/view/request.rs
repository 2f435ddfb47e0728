//! A question to a participant, for the persons of the mailbox that asks: its state, what was asked, and the answer.

use bindeledd_core::CategorySet;
use jiff::Timestamp;

use super::whom::Whom;
use crate::address;
use crate::frame::Frame;
use crate::icon::Icon;
use crate::lang::Lang;
use crate::markup::Text;
use crate::text::{request as text, terms};

/// A question.
#[derive(Debug, Clone)]
pub struct View {
    /// Surroundings.
    pub frame: Frame,
    /// Question.
    pub request: Request,
    /// Person who sent it.
    pub sent_by: Text,
    /// Time when it was sent.
    pub sent_at: Timestamp,
    /// The part for a person who may see it; `None` for a team leader who does not follow the participant up.
    pub seen: Option<Seen>,
}

/// The content of a question.
#[derive(Debug, Clone)]
pub struct Seen {
    /// What was asked: sender, receiver, and the categories.
    pub asked: Vec<(Text, Text, CategorySet)>,
    /// What the participant said yes to.
    pub given: Vec<(Text, Text, CategorySet)>,
}

/// A question, in a list.
#[derive(Debug, Clone)]
pub struct Request {
    /// Id.
    pub id: String,
    /// Participant.
    pub whom: Whom,
    /// State.
    pub state: State,
}

/// The state of a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// It waits for the participant until then.
    Waits(Timestamp),
    /// The participant said yes to all.
    Yes(Timestamp),
    /// The participant said yes to some.
    Part(Timestamp),
    /// The participant said no.
    No(Timestamp),
    /// The party took it back.
    Withdrawn(Timestamp),
    /// Nobody answered in time.
    Expired(Timestamp),
}

impl Seen {
    fn asked(&self, lang: Lang) -> Vec<(&Text, &Text, String)> {
        exchanges(&self.asked, lang)
    }

    fn given(&self, lang: Lang) -> Vec<(&Text, &Text, String)> {
        exchanges(&self.given, lang)
    }
}

impl State {
    const fn time(self) -> Timestamp {
        match self {
            Self::Waits(at)
            | Self::Yes(at)
            | Self::Part(at)
            | Self::No(at)
            | Self::Withdrawn(at)
            | Self::Expired(at) => at,
        }
    }
}

impl Request {
    pub(crate) fn name(&self, lang: Lang) -> Text {
        self.whom.words(lang)
    }

    pub(crate) fn words(&self, lang: Lang) -> &'static str {
        let words = text::of(lang);
        match self.state {
            State::Waits(_) => words.waits,
            State::Yes(_) => words.yes,
            State::Part(_) => words.yes_part,
            State::No(_) => words.no,
            State::Withdrawn(_) => words.withdrawn,
            State::Expired(_) => words.expired,
        }
    }

    pub(crate) fn mark(&self) -> (&'static str, Icon) {
        match self.state {
            State::Waits(_) => ("warning", Icon::Hourglass),
            State::Yes(_) | State::Part(_) => ("success", Icon::CheckmarkCircle),
            State::No(_) => ("neutral", Icon::XMarkOctagon),
            State::Withdrawn(_) => ("neutral", Icon::ArrowUndo),
            State::Expired(_) => ("neutral", Icon::ClockDashed),
        }
    }

    pub(crate) const fn time(&self) -> Timestamp {
        self.state.time()
    }

    pub(crate) const fn is_waiting(&self) -> bool {
        matches!(self.state, State::Waits(_))
    }

    const fn is_yes(&self) -> bool {
        matches!(self.state, State::Yes(_) | State::Part(_))
    }

    const fn is_no(&self) -> bool {
        matches!(self.state, State::No(_))
    }

    pub(crate) fn address(&self) -> String {
        address::request(&self.id)
    }

    fn withdraw(&self) -> String {
        address::request_act(&self.id, "withdraw")
    }

    fn registered(&self) -> String {
        address::registered_consent(&self.id)
    }
}

fn exchanges(all: &[(Text, Text, CategorySet)], lang: Lang) -> Vec<(&Text, &Text, String)> {
    let words = all.iter();
    words
        .map(|(from, to, categories)| (from, to, terms::categories(*categories, lang)))
        .collect()
}

page!("request.html");
