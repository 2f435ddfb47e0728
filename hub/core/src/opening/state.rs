//! The states of a request to open a message, and their moves.

use jiff::{SignedDuration, Timestamp};

use crate::audit::AuditAction;
use crate::id::AccountId;

/// Time until a request lapses that nobody answers.
pub const ASKED_LASTS: SignedDuration = SignedDuration::from_hours(24);
/// Time until an approval lapses that nobody uses.
pub const APPROVAL_LASTS: SignedDuration = SignedDuration::from_hours(1);
/// Time for which the content is open, from the first reading.
pub const OPEN_LASTS: SignedDuration = SignedDuration::from_mins(15);

/// State of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OpeningState {
    /// A second person has to answer.
    Asked {
        /// Time when the request lapses.
        until: Timestamp,
    },
    /// A second person approved. The content was not read yet.
    Approved {
        /// Person who approved.
        by: AccountId,
        /// Time of the approval.
        at: Timestamp,
        /// Time when the approval lapses.
        until: Timestamp,
    },
    /// The content may be read.
    Open {
        /// Person who approved.
        by: AccountId,
        /// Time of the first reading.
        at: Timestamp,
        /// Time when the content is closed again.
        until: Timestamp,
    },
    /// A second person refused, or took an approval back.
    Refused {
        /// Person who refused.
        by: AccountId,
        /// Time of the refusal.
        at: Timestamp,
    },
    /// Nobody answered in time, or nobody used the approval in time.
    Lapsed {
        /// Time when it lapsed.
        at: Timestamp,
    },
    /// The time of the content was over, or the person who asked ended it.
    Ended {
        /// Time of the end.
        at: Timestamp,
    },
}

/// Event of a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OpeningEvent {
    /// A second person approves.
    Approve(AccountId),
    /// A second person refuses, or takes an approval back.
    Refuse(AccountId),
    /// The person who asked reads the content.
    Read,
    /// The person who asked needs it no longer.
    End,
}

/// The event does not fit the state: the request is in this state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OpeningOver(pub OpeningState);

impl OpeningState {
    /// Returns the state of a new request.
    #[must_use]
    pub fn asked(now: Timestamp) -> Self {
        Self::Asked {
            until: after(now, ASKED_LASTS),
        }
    }

    /// Returns the state at a time, if no event comes until then.
    #[must_use]
    pub fn at(self, now: Timestamp) -> Self {
        match self {
            Self::Asked { until } | Self::Approved { until, .. } if until <= now => Self::Lapsed { at: until },
            Self::Open { until, .. } if until <= now => Self::Ended { at: until },
            Self::Asked { .. }
            | Self::Approved { .. }
            | Self::Open { .. }
            | Self::Refused { .. }
            | Self::Lapsed { .. }
            | Self::Ended { .. } => self,
        }
    }

    /// Returns the state after an event of a person. The same event of the same person again changes nothing.
    ///
    /// # Errors
    /// [`OpeningOver`] with the state at that time, if the event does not fit it.
    pub fn apply(self, event: OpeningEvent, now: Timestamp) -> Result<Self, OpeningOver> {
        let state = self.at(now);
        match (state, event) {
            (Self::Asked { .. }, OpeningEvent::Approve(by)) => Ok(Self::Approved {
                by,
                at: now,
                until: after(now, APPROVAL_LASTS),
            }),
            (Self::Approved { by, .. }, OpeningEvent::Read) => Ok(Self::Open {
                by,
                at: now,
                until: after(now, OPEN_LASTS),
            }),
            (Self::Open { .. }, OpeningEvent::Read) | (Self::Ended { .. }, OpeningEvent::End) => Ok(state),
            (Self::Approved { by, .. } | Self::Open { by, .. }, OpeningEvent::Approve(again)) if by == again => {
                Ok(state)
            }
            (Self::Refused { by, .. }, OpeningEvent::Refuse(again)) if by == again => Ok(state),
            (Self::Asked { .. } | Self::Approved { .. } | Self::Open { .. }, OpeningEvent::Refuse(by)) => {
                Ok(Self::Refused { by, at: now })
            }
            (Self::Asked { .. } | Self::Approved { .. } | Self::Open { .. }, OpeningEvent::End) => {
                Ok(Self::Ended { at: now })
            }
            (Self::Asked { .. }, OpeningEvent::Read)
            | (Self::Approved { .. } | Self::Open { .. }, OpeningEvent::Approve(_))
            | (Self::Refused { .. } | Self::Lapsed { .. } | Self::Ended { .. }, _) => Err(OpeningOver(state)),
        }
    }

    /// Returns whether the request is over: nothing changes it any more.
    #[must_use]
    pub const fn is_over(self) -> bool {
        self.until().is_none()
    }

    /// Returns the time at which time alone ends the state; none if the request is over.
    #[must_use]
    pub const fn until(self) -> Option<Timestamp> {
        match self {
            Self::Asked { until } | Self::Approved { until, .. } | Self::Open { until, .. } => Some(until),
            Self::Refused { .. } | Self::Lapsed { .. } | Self::Ended { .. } => None,
        }
    }

    /// Returns whether the content may be read in this state. The caller takes the state at the current time.
    #[must_use]
    pub const fn may_read(self) -> bool {
        match self {
            Self::Approved { .. } | Self::Open { .. } => true,
            Self::Asked { .. } | Self::Refused { .. } | Self::Lapsed { .. } | Self::Ended { .. } => false,
        }
    }

    /// Returns the code on the wire.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Asked { .. } => "asked",
            Self::Approved { .. } => "approved",
            Self::Open { .. } => "open",
            Self::Refused { .. } => "refused",
            Self::Lapsed { .. } => "lapsed",
            Self::Ended { .. } => "ended",
        }
    }

    /// Returns the audit action for the move into this state; none for a reading, which has a row of its own.
    #[must_use]
    pub const fn action(self) -> Option<AuditAction> {
        match self {
            Self::Asked { .. } => Some(AuditAction::OpeningAsked),
            Self::Approved { .. } => Some(AuditAction::OpeningApproved),
            Self::Open { .. } => None,
            Self::Refused { .. } => Some(AuditAction::OpeningRefused),
            Self::Lapsed { .. } => Some(AuditAction::OpeningLapsed),
            Self::Ended { .. } => Some(AuditAction::OpeningEnded),
        }
    }
}

fn after(now: Timestamp, duration: SignedDuration) -> Timestamp {
    now.checked_add(duration).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;

    const SECOND: AccountId = AccountId(Uuid::from_u128(2));

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(1_790_000_000 + seconds).unwrap()
    }

    fn event() -> impl Strategy<Value = OpeningEvent> {
        prop_oneof![
            2 => Just(OpeningEvent::Approve(SECOND)),
            1 => Just(OpeningEvent::Refuse(SECOND)),
            4 => Just(OpeningEvent::Read),
            1 => Just(OpeningEvent::End),
        ]
    }

    proptest! {
        /// Nothing is read without an approval before it, none is read 15 minutes after the first reading or an hour
        /// after the approval, and what is over stays as it is.
        #[test]
        fn nothing_is_read_outside_its_minutes(
            steps in proptest::collection::vec((event(), 0_i64..2_000), 0..40),
        ) {
            let (mut state, mut now) = (OpeningState::asked(at(0)), 0);
            let (mut approved, mut first): (Option<i64>, Option<i64>) = (None, None);
            for (event, pause) in steps {
                now += pause;
                let before = state.at(at(now));
                prop_assert_eq!(before.at(at(now)), before, "time passes once");
                match state.apply(event, at(now)) {
                    Ok(after) if before.is_over() => {
                        prop_assert_eq!(after, before, "the same again");
                        state = after;
                    }
                    Ok(after) => {
                        match event {
                            OpeningEvent::Approve(_) if after == before => prop_assert!(approved.is_some()),
                            OpeningEvent::Approve(_) => {
                                prop_assert!(approved.is_none(), "approved once");
                                prop_assert!(now < 24 * 3600);
                                approved = Some(now);
                            }
                            OpeningEvent::Read => {
                                let approved = approved.expect("an approval before it");
                                let first = *first.get_or_insert(now);
                                prop_assert!(first < approved + 3600);
                                prop_assert!(now < first + 15 * 60);
                                prop_assert!(after.may_read());
                            }
                            OpeningEvent::Refuse(_) | OpeningEvent::End => prop_assert!(after.is_over()),
                        }
                        state = after;
                    }
                    Err(OpeningOver(told)) => {
                        prop_assert_eq!(told, before);
                        state = told;
                    }
                }
                if before.is_over() {
                    prop_assert_eq!(state, before, "it is over for good");
                }
            }
        }
    }

    #[test]
    fn time_alone_ends_each_state_in_its_own_way() {
        let asked = OpeningState::asked(at(0));
        let day = 24 * 3600;
        assert_eq!(asked.at(at(day - 1)), asked);
        assert_eq!(asked.at(at(day)), OpeningState::Lapsed { at: at(day) });
        let approved = asked.apply(OpeningEvent::Approve(SECOND), at(10)).unwrap();
        assert_eq!(approved.at(at(10 + 3600)), OpeningState::Lapsed { at: at(3610) });
        let open = approved.apply(OpeningEvent::Read, at(20)).unwrap();
        assert_eq!(open.until(), Some(at(20 + 900)));
        assert_eq!(
            open.apply(OpeningEvent::Read, at(600)),
            Ok(open),
            "no reading prolongs it"
        );
        assert_eq!(open.at(at(920)), OpeningState::Ended { at: at(920) });
        assert_eq!(
            open.apply(OpeningEvent::Refuse(SECOND), at(30)),
            Ok(OpeningState::Refused { by: SECOND, at: at(30) })
        );
    }
}
