//! The next thing that happens to a delivery by itself, and its latest time.

use jiff::Timestamp;

use crate::delivery::State;

/// The next thing that happens to a delivery by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// The hub is sending the delivery.
    Now,
    /// The hub makes another attempt.
    Attempt {
        /// Earliest time of the attempt.
        at: Timestamp,
        /// Time when the delivery expires.
        ends_at: Timestamp,
    },
    /// The delivery waits for an earlier one of its conversation.
    Behind {
        /// Time when the delivery expires.
        ends_at: Timestamp,
    },
    /// The delivery waits, since its receiver is paused or suspended.
    Held {
        /// Time when the delivery expires.
        ends_at: Timestamp,
    },
    /// The receiver's receipt or acknowledgement is awaited.
    Receipt {
        /// Time when the delivery fails without it.
        by: Timestamp,
    },
    /// A person's report is awaited.
    Person {
        /// Time when the delivery fails without it.
        by: Timestamp,
    },
    /// Nothing happens by itself any more.
    Nothing,
}

impl Next {
    /// Codes of every kind.
    pub const CODES: [&'static str; 7] = ["now", "attempt", "behind", "held", "receipt", "person", "nothing"];

    /// Returns the next thing for a delivery in this state.
    #[must_use]
    pub const fn of(state: &State, is_head: bool, is_party_held: bool, expires_at: Timestamp) -> Self {
        let ends_at = expires_at;
        match state {
            State::Waiting(_) if is_party_held => Self::Held { ends_at },
            State::Waiting(_) if !is_head => Self::Behind { ends_at },
            State::Waiting(waiting) => Self::Attempt {
                at: waiting.due,
                ends_at,
            },
            State::Reserved(_) | State::Sending(_) => Self::Now,
            State::AwaitingReceipt(awaiting) => Self::Receipt { by: awaiting.until },
            State::WithPerson(with_person) => Self::Person { by: with_person.until },
            State::Ended(_) => Self::Nothing,
        }
    }

    /// Returns the code on the wire.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Now => "now",
            Self::Attempt { .. } => "attempt",
            Self::Behind { .. } => "behind",
            Self::Held { .. } => "held",
            Self::Receipt { .. } => "receipt",
            Self::Person { .. } => "person",
            Self::Nothing => "nothing",
        }
    }

    /// Returns the earliest time of the next attempt; `None` if no attempt is planned.
    #[must_use]
    pub const fn at(&self) -> Option<Timestamp> {
        match self {
            Self::Attempt { at, .. } => Some(*at),
            Self::Now
            | Self::Behind { .. }
            | Self::Held { .. }
            | Self::Receipt { .. }
            | Self::Person { .. }
            | Self::Nothing => None,
        }
    }

    /// Returns the time when the waiting ends; `None` if nothing waits.
    #[must_use]
    pub const fn ends_at(&self) -> Option<Timestamp> {
        match self {
            Self::Attempt { ends_at, .. } | Self::Behind { ends_at } | Self::Held { ends_at } => Some(*ends_at),
            Self::Receipt { by } | Self::Person { by } => Some(*by),
            Self::Now | Self::Nothing => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::testing::{at, states};

    proptest! {
        #[test]
        fn a_delivery_ends_when_its_state_says(state in states(), is_head in any::<bool>(), held in any::<bool>()) {
            let next = Next::of(&state, is_head, held, at(99));
            let expected = match (state.name(), held, is_head) {
                ("waiting", true, _) => "held",
                ("waiting", false, false) => "behind",
                ("waiting", false, true) => "attempt",
                ("reserved" | "sending", ..) => "now",
                ("awaiting-receipt", ..) => "receipt",
                ("with-a-person", ..) => "person",
                _ => "nothing",
            };
            prop_assert_eq!(next.code(), expected);
            prop_assert!(Next::CODES.contains(&next.code()));
            prop_assert_eq!(next.at().is_some(), expected == "attempt");
            prop_assert_eq!(next.ends_at().is_some(), !matches!(expected, "now" | "nothing"));
            if state.name() == "waiting" {
                prop_assert_eq!(next.ends_at(), Some(at(99)));
            }
        }
    }
}
