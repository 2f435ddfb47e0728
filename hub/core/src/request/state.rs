//! The states of a request, and their moves.

use jiff::{SignedDuration, Timestamp};

use crate::audit::AuditAction;
use crate::consent::{Period, When};

/// Days for which a request may wait, as the form offers them.
pub const DAYS: [u8; 4] = [7, 14, 30, 60];
/// Days that the form offers first.
pub const USUAL_DAYS: u8 = 30;

/// State of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RequestState {
    /// The participant has not answered.
    Waiting {
        /// Time when the request lapses.
        until: Timestamp,
    },
    /// The participant said yes to some of it, or to all.
    Yes {
        /// Time of the answer.
        at: Timestamp,
    },
    /// The participant said no.
    No {
        /// Time of the answer.
        at: Timestamp,
    },
    /// The party took the request back.
    Withdrawn {
        /// Time of it.
        at: Timestamp,
    },
    /// Nobody answered in time.
    Expired {
        /// Time when it lapsed.
        at: Timestamp,
    },
}

/// An event of a request. Time alone is none: [`RequestState::at`] has its effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RequestEvent {
    /// The participant says yes.
    Yes,
    /// The participant says no.
    No,
    /// The party takes the request back.
    Withdraw,
}

/// The request is over, in this state, so that the event changed nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RequestOver(pub RequestState);

impl RequestState {
    /// Returns the state of a new request that waits for so many days, and never longer than the consent would hold. `None` if
    /// [`DAYS`] does not have the number, or if the consent would be over already.
    #[must_use]
    pub fn sent(days: u8, period: &Period, now: Timestamp) -> Option<Self> {
        if !DAYS.contains(&days) || period.at(now) == When::After {
            return None;
        }
        let wait = SignedDuration::from_hours(24 * i64::from(days));
        let until = now.checked_add(wait).unwrap_or(Timestamp::MAX);
        let until = period.end.map_or(until, |end| until.min(end.after()));
        Some(Self::Waiting { until })
    }

    /// Returns the state at a time.
    #[must_use]
    pub fn at(self, now: Timestamp) -> Self {
        match self {
            Self::Waiting { until } if until <= now => Self::Expired { at: until },
            Self::Waiting { .. }
            | Self::Yes { .. }
            | Self::No { .. }
            | Self::Withdrawn { .. }
            | Self::Expired { .. } => self,
        }
    }

    /// Applies an event. The same event again changes nothing.
    ///
    /// # Errors
    /// [`RequestOver`] if the request ended in another way before.
    pub fn apply(self, event: RequestEvent, now: Timestamp) -> Result<Self, RequestOver> {
        let before = self.at(now);
        match (before, event) {
            (Self::Waiting { .. }, RequestEvent::Yes) => Ok(Self::Yes { at: now }),
            (Self::Waiting { .. }, RequestEvent::No) => Ok(Self::No { at: now }),
            (Self::Waiting { .. }, RequestEvent::Withdraw) => Ok(Self::Withdrawn { at: now }),
            (Self::Yes { .. }, RequestEvent::Yes)
            | (Self::No { .. }, RequestEvent::No)
            | (Self::Withdrawn { .. }, RequestEvent::Withdraw) => Ok(before),
            (Self::Yes { .. } | Self::No { .. } | Self::Withdrawn { .. } | Self::Expired { .. }, _) => {
                Err(RequestOver(before))
            }
        }
    }

    /// Returns the code of the state.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Waiting { .. } => "waiting",
            Self::Yes { .. } => "yes",
            Self::No { .. } => "no",
            Self::Withdrawn { .. } => "withdrawn",
            Self::Expired { .. } => "expired",
        }
    }

    /// Returns whether the request waits for an answer.
    #[must_use]
    pub const fn is_waiting(self) -> bool {
        matches!(self, Self::Waiting { .. })
    }

    /// Returns whether the participant has answered.
    #[must_use]
    pub const fn is_answered(self) -> bool {
        matches!(self, Self::Yes { .. } | Self::No { .. })
    }

    /// Returns the time of the end; `None` while the request waits.
    #[must_use]
    pub const fn ended_at(self) -> Option<Timestamp> {
        match self {
            Self::Waiting { .. } => None,
            Self::Yes { at } | Self::No { at } | Self::Withdrawn { at } | Self::Expired { at } => Some(at),
        }
    }

    /// Returns the action that the audit log has for the move into this state.
    #[must_use]
    pub const fn action(self) -> AuditAction {
        match self {
            Self::Waiting { .. } => AuditAction::RequestSent,
            Self::Yes { .. } => AuditAction::RequestYes,
            Self::No { .. } => AuditAction::RequestNo,
            Self::Withdrawn { .. } => AuditAction::RequestWithdrawn,
            Self::Expired { .. } => AuditAction::RequestExpired,
        }
    }
}
