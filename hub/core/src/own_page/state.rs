//! The states of a code: made, used, ended.

use jiff::{SignedDuration, Timestamp};

/// Time in which a code can be used.
pub const CODE_LIFE: SignedDuration = SignedDuration::from_mins(15);
/// Time after the use in which the participant comes back by code and PIN.
pub const RETURN_LIFE: SignedDuration = SignedDuration::from_hours(30 * 24);
/// Wrong PINs in a row after which the code opens nothing.
pub const PIN_TRIES: u32 = 5;

/// State of a code. A code that has ended leaves the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OwnCodeState {
    /// Nobody has used it.
    Made {
        /// Time when it stops working.
        until: Timestamp,
    },
    /// The participant has used it. With the PIN it still opens the page.
    Used {
        /// Time when it stops working.
        until: Timestamp,
        /// Tries since the last right PIN.
        tries: u32,
    },
}

/// Reason why a code ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EndedWhy {
    /// Its time was over.
    Time,
    /// A newer code came in its place.
    Replaced,
    /// Too many wrong PINs.
    Tries,
    /// The party that made it is suspended.
    Suspended,
}

impl EndedWhy {
    /// Returns the code of the reason in the audit log.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Time => "time",
            Self::Replaced => "replaced",
            Self::Tries => "tries",
            Self::Suspended => "suspended",
        }
    }
}

/// The outcome of a try with a PIN.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tried {
    /// The code goes on in this state.
    GoesOn(OwnCodeState),
    /// The code has ended.
    Ended(EndedWhy),
}

impl OwnCodeState {
    /// Returns the state of a new code.
    #[must_use]
    pub fn made(now: Timestamp) -> Self {
        Self::Made {
            until: after(now, CODE_LIFE),
        }
    }

    /// Returns the time when the code stops working.
    #[must_use]
    pub const fn until(self) -> Timestamp {
        match self {
            Self::Made { until } | Self::Used { until, .. } => until,
        }
    }

    /// Uses the code. `None` if it was used before, or is too old.
    #[must_use]
    pub fn used(self, now: Timestamp) -> Option<Self> {
        match self {
            Self::Made { until } if now < until => Some(Self::Used {
                until: after(now, RETURN_LIFE),
                tries: 0,
            }),
            Self::Made { .. } | Self::Used { .. } => None,
        }
    }

    /// Begins a try with a PIN. It counts as wrong until [`OwnCodeState::passed`] takes that back, so that many tries at
    /// the same time get no more than one after the other. `None` if the code admits no try.
    #[must_use]
    pub fn tried(self, now: Timestamp) -> Option<Self> {
        match self {
            Self::Used { until, tries } if now < until && tries < PIN_TRIES => Some(Self::Used {
                until,
                tries: tries + 1,
            }),
            Self::Used { .. } | Self::Made { .. } => None,
        }
    }

    /// Ends a try with the right PIN.
    #[must_use]
    pub const fn passed(self) -> Self {
        match self {
            Self::Used { until, .. } => Self::Used { until, tries: 0 },
            Self::Made { until } => Self::Made { until },
        }
    }

    /// Ends a try with a wrong PIN.
    #[must_use]
    pub const fn failed(self) -> Tried {
        match self {
            Self::Used { tries, .. } if tries >= PIN_TRIES => Tried::Ended(EndedWhy::Tries),
            Self::Used { .. } | Self::Made { .. } => Tried::GoesOn(self),
        }
    }
}

fn after(now: Timestamp, life: SignedDuration) -> Timestamp {
    now.checked_add(life).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::at;

    const MINUTE: i64 = 60;
    const DAY: i64 = 24 * 60 * MINUTE;

    #[test]
    fn a_code_is_used_once_and_within_fifteen_minutes() {
        let made = OwnCodeState::made(at(0));
        assert_eq!(made.used(at(15 * MINUTE)), None);
        let used = made.used(at(15 * MINUTE - 1)).unwrap();
        assert_eq!(used.used(at(15 * MINUTE - 1)), None);
        assert_eq!(made.tried(at(1)), None, "a PIN opens nothing that was never used");
    }

    #[test]
    fn five_wrong_pins_end_a_code_and_a_right_one_forgets_them() {
        let mut state = OwnCodeState::made(at(0)).used(at(1)).unwrap();
        for _ in 0..4 {
            state = state.tried(at(2)).unwrap();
            assert_eq!(state.failed(), Tried::GoesOn(state));
        }
        assert_eq!(state.tried(at(2)).unwrap().passed().tried(at(3)).map(|s| s.failed()), {
            let until = state.until();
            Some(Tried::GoesOn(OwnCodeState::Used { until, tries: 1 }))
        });
        let fifth = state.tried(at(2)).unwrap();
        assert_eq!(fifth.failed(), Tried::Ended(EndedWhy::Tries));
        assert_eq!(fifth.tried(at(2)), None, "a try at the same time counts too");
    }

    #[test]
    fn a_return_works_for_thirty_days() {
        let used = OwnCodeState::made(at(0)).used(at(0)).unwrap();
        assert!(used.tried(at(30 * DAY - 1)).is_some());
        assert_eq!(used.tried(at(30 * DAY)), None);
    }
}
