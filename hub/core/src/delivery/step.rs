//! A step of a delivery: the next state, and every change that belongs to it.

use jiff::{SignedDuration, Timestamp};

use crate::delivery::{End, Event, Illegal, State};

/// Longest time of a sending. The worker of a longer sending is lost, and the delivery is sent once
/// more.
const SENDING_AT_MOST: SignedDuration = SignedDuration::from_hours(1);

/// The facts about a delivery that a step needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing<'a> {
    /// State of the delivery.
    pub state: &'a State,
    /// Whether the delivery is the head of its conversation.
    pub is_head: bool,
    /// Time when the delivery expires.
    pub expires_at: Timestamp,
    /// Whether the participant was erased while the delivery was on the wire.
    pub is_erased: bool,
}

/// The result of a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moved {
    /// Next state.
    pub state: State,
    /// Whether the delivery is the head of its conversation from now on.
    pub is_head: bool,
    /// Earliest time of the next attempt, for a delivery that waits; else the time of the step.
    pub due: Timestamp,
    /// Time at which a timeout changes the delivery's state; `None` without a timeout.
    pub deadline: Option<Timestamp>,
    /// Whether the next delivery of its conversation becomes the head.
    pub promotes_next: bool,
    /// Whether the receiver answered, which shows that the receiver can be reached.
    pub shows_its_receiver: bool,
    /// Whether the delivery's message counts for the dialogue. Acceptance alone does not count,
    /// because any party may send anything about any person.
    pub is_said: bool,
    /// Change of the current release.
    pub release: ReleaseChange,
    /// Whether the event was replaced by an end because the participant was erased, so that nothing
    /// is left to send.
    pub ends_erased: bool,
}

/// A change of the current release. A delivery has a release while it is reserved or sending, and
/// at no other time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReleaseChange {
    /// No change.
    None,
    /// The sending began: the release's bytes may be on the wire.
    Sending,
    /// The release is done: its bytes may have left the hub.
    Done,
    /// The release is void: none of its bytes left the hub.
    Void,
}

impl Standing<'_> {
    /// Takes a step.
    ///
    /// # Errors
    /// [`Illegal`] if the state does not allow the event. Nothing changes then.
    pub fn step(&self, event: &Event, now: Timestamp) -> Result<Moved, Illegal> {
        let goes_on = matches!(event, Event::TryAgain { .. } | Event::HandedOver { .. });
        let ends_erased = self.is_erased && goes_on;
        let event = if ends_erased { &Event::Fail } else { event };
        let state = self.state.apply(event, now)?;
        let frees = state.frees_the_conversation();
        Ok(Moved {
            is_head: self.is_head && !frees,
            due: match &state {
                State::Waiting(waiting) => waiting.due,
                State::Reserved(_)
                | State::Sending(_)
                | State::AwaitingReceipt(_)
                | State::WithPerson(_)
                | State::Ended(_) => now,
            },
            deadline: self.deadline(&state, now),
            promotes_next: frees && !self.state.frees_the_conversation(),
            shows_its_receiver: match &state {
                State::AwaitingReceipt(_) | State::WithPerson(_) => true,
                State::Ended(ended) => matches!(ended.how, End::Delivered | End::Refused),
                State::Waiting(_) | State::Reserved(_) | State::Sending(_) => false,
            },
            is_said: matches!(&state, State::Ended(ended) if ended.how == End::Delivered),
            release: release_change(self.state, &state),
            ends_erased,
            state,
        })
    }

    fn deadline(&self, next: &State, now: Timestamp) -> Option<Timestamp> {
        match next {
            State::Waiting(_) => Some(self.expires_at),
            State::Reserved(reserved) => Some(reserved.until),
            State::Sending(_) => now.checked_add(SENDING_AT_MOST).ok(),
            State::AwaitingReceipt(awaiting) => Some(awaiting.until),
            State::WithPerson(with_person) => Some(with_person.until),
            State::Ended(_) => None,
        }
    }
}

const fn release_change(before: &State, after: &State) -> ReleaseChange {
    match (before, after) {
        (State::Reserved(_), State::Reserved(_)) | (State::Sending(_), State::Sending(_)) => ReleaseChange::None,
        (State::Reserved(_), State::Sending(_)) => ReleaseChange::Sending,
        (
            State::Reserved(_),
            State::Waiting(_) | State::AwaitingReceipt(_) | State::WithPerson(_) | State::Ended(_),
        ) => ReleaseChange::Void,
        (
            State::Sending(_),
            State::Waiting(_) | State::Reserved(_) | State::AwaitingReceipt(_) | State::WithPerson(_) | State::Ended(_),
        ) => ReleaseChange::Done,
        (State::Waiting(_) | State::AwaitingReceipt(_) | State::WithPerson(_) | State::Ended(_), _) => {
            ReleaseChange::None
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::testing::{at, events, states};

    /// Returns whether the delivery was not yet handed over, by the name of its state.
    fn is_open(state: &State) -> bool {
        ["waiting", "reserved", "sending"].contains(&state.name())
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 4_000, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn a_step_changes_what_the_model_changes(
            state in states(), event in events(), (is_head, is_erased) in (any::<bool>(), any::<bool>()), expires in 40_i64..60,
        ) {
            let now = at(50);
            let standing = Standing { state: &state, is_head, expires_at: at(expires), is_erased };
            let overruled = is_erased && matches!(event, Event::TryAgain { .. } | Event::HandedOver { .. });
            let expected = state.apply(if overruled { &Event::Fail } else { &event }, now);
            let moved = match (standing.step(&event, now), expected) {
                (Ok(moved), Ok(next)) => {
                    prop_assert_eq!(&moved.state, &next);
                    moved
                }
                (Err(illegal), Err(expected)) => {
                    prop_assert_eq!(illegal, expected);
                    return Ok(());
                }
                (moved, expected) => return Err(TestCaseError::fail(format!("{moved:?} {expected:?}"))),
            };
            let (before, after) = (state.name(), moved.state.name());
            prop_assert_eq!(moved.ends_erased, overruled);
            prop_assert_eq!(moved.promotes_next, is_open(&state) && !is_open(&moved.state));
            prop_assert_eq!(moved.is_head, is_head && is_open(&moved.state));
            prop_assert_eq!(moved.is_said, after == "delivered");
            prop_assert_eq!(
                moved.shows_its_receiver,
                ["awaiting-receipt", "with-a-person", "delivered", "refused"].contains(&after)
            );
            let release = match (before, after) {
                ("reserved", "sending") => ReleaseChange::Sending,
                ("reserved", _) => ReleaseChange::Void,
                ("sending", _) => ReleaseChange::Done,
                _ => ReleaseChange::None,
            };
            prop_assert_eq!(moved.release, release);
            let (due, deadline) = match &moved.state {
                State::Waiting(w) => (w.due, Some(at(expires))),
                State::Reserved(r) => (now, Some(r.until)),
                State::Sending(_) => (now, Some(at(50 + 3600))),
                State::AwaitingReceipt(a) => (now, Some(a.until)),
                State::WithPerson(w) => (now, Some(w.until)),
                State::Ended(_) => (now, None),
            };
            prop_assert_eq!((moved.due, moved.deadline), (due, deadline));
        }

        /// A delivery of an erased participant is never sent again after its bytes were on the
        /// wire, and never lies in an inbox.
        #[test]
        fn an_erased_participants_delivery_never_waits_again(state in states(), event in events()) {
            let standing = Standing { state: &state, is_head: false, expires_at: at(90), is_erased: true };
            let replays = matches!(event, Event::Replay { .. });
            if let (Ok(moved), false) = (standing.step(&event, at(50)), replays) {
                let goes_on = matches!(moved.state, State::Waiting(_) | State::AwaitingReceipt(_));
                prop_assert!(!goes_on, "{:?}", moved);
            }
        }
    }

    #[test]
    fn a_release_that_stays_as_it_is_does_not_move() {
        let reserved = |second| {
            State::Reserved(crate::delivery::Reserved {
                attempts: 0,
                until: at(second),
            })
        };
        let sending = |attempts| State::Sending(crate::delivery::Sending { attempts });
        assert_eq!(release_change(&reserved(1), &reserved(2)), ReleaseChange::None);
        assert_eq!(release_change(&sending(1), &sending(2)), ReleaseChange::None);
        assert_eq!(release_change(&sending(1), &reserved(2)), ReleaseChange::Done);
    }
}
