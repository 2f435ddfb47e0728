//! One request to see the content of a message, with the acts that the person can do.

use bindeledd_core::opening::{NotDecided, OpeningState};
use jiff::Timestamp;

use crate::address;
use crate::frame::Frame;
use crate::lang::Lang;
use crate::mark::Mark;
use crate::markup::Text;
use crate::text::opening as text;

/// A request. Its forms post to [`address::opening`] with `approve`, `refuse`, `end` or `read` behind it.
#[derive(Debug, Clone)]
pub struct View {
    /// Surroundings.
    pub frame: Frame,
    /// Id.
    pub id: String,
    /// State.
    pub state: OpeningState,
    /// Person who asks; `None` for the person who reads.
    pub who: Option<Text>,
    /// Second person who answered.
    pub second: Option<Text>,
    /// Sender of the message.
    pub sender: Text,
    /// Page of the message, for a person of the console.
    pub message: Option<String>,
    /// Time of the request.
    pub asked_at: Timestamp,
    /// Reason.
    pub reason: Text,
    /// Whether the person may answer, as far as the roles say.
    pub may_answer: bool,
    /// Reason why an answer was not taken.
    pub not_yours: Option<NotDecided>,
}

impl View {
    const fn mark(&self, lang: Lang) -> Mark {
        text::mark(&self.state, lang)
    }

    fn act(&self, act: &str) -> String {
        address::opening_act(&self.id, act)
    }

    const fn is_own(&self) -> bool {
        self.who.is_none()
    }

    const fn is_asked(&self) -> bool {
        matches!(self.state, OpeningState::Asked { .. })
    }

    /// Returns the sentence about the state.
    const fn sentence(&self, text: &text::Texts) -> &'static str {
        match (&self.state, self.is_own()) {
            (OpeningState::Refused { .. } | OpeningState::Lapsed { .. } | OpeningState::Ended { .. }, _) => text.over,
            (OpeningState::Asked { .. }, true) => text.waits,
            (OpeningState::Approved { .. }, true) => text.ready,
            (OpeningState::Open { .. }, true) => text.still,
            (OpeningState::Asked { .. }, false) => text.answer_text,
            (OpeningState::Approved { .. } | OpeningState::Open { .. }, false) => text.others,
        }
    }

    fn why_not(&self, lang: Lang) -> Option<&'static str> {
        self.not_yours.map(|why| text::not_yours(why, lang))
    }
}

page!("opening.html");
