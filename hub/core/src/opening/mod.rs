//! Break-glass: a person asks to see the content of one message, a second person approves, and the content is open for
//! a few minutes.
//!
//! [`OpeningState`] has the states and their moves, [`may_ask`] and [`may_decide`] the rules about persons. An opening
//! shows no more than a decision permits a receiver now: [`crate::decide()`] stands before the content here as everywhere.

mod look;
mod person;
mod state;

use bindeledd_catalogue::MessageId;
use jiff::Timestamp;

use crate::id::{AccountId, OpeningId};
use crate::rights::AccessReason;

pub use look::{Look, LookWay, LookedAs};
pub use person::{Entrusted, NotAsked, NotDecided, OPEN_AT_MOST, OTHERS_AGE, SecondPerson, may_ask, may_decide};
pub use state::{APPROVAL_LASTS, ASKED_LASTS, OPEN_LASTS, OpeningEvent, OpeningOver, OpeningState};

/// A request of one person to see the content of one message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opening {
    /// Id.
    pub id: OpeningId,
    /// Message. An approval holds for it alone.
    pub message: MessageId,
    /// Person who asks, and who alone may see the content.
    pub asked_by: AccountId,
    /// Time of the request.
    pub asked_at: Timestamp,
    /// Reason.
    pub reason: AccessReason,
    /// State.
    pub state: OpeningState,
}

impl Opening {
    /// Returns the request as it is at a time: without an event, time alone may have ended it.
    #[must_use]
    pub fn seen_at(mut self, now: Timestamp) -> Self {
        self.state = self.state.at(now);
        self
    }
}
