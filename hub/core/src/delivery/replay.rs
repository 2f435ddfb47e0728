//! A replay: an operator, or a new consent, sends a message's deliveries once more.

use bindeledd_catalogue::{CategorySet, PartyId};
use jiff::Timestamp;

use crate::decide::Decision;
use crate::delivery::{End, State};
use crate::route::{Planned, PlannedState, Target};

/// The effect of a replay on a delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Replay {
    /// The delivery already waits. It is tried at once.
    AtOnce,
    /// The delivery ended without being delivered. The hub decides anew.
    Decide,
    /// The delivery is under way or delivered, and stays as it is.
    Leave,
}

/// Returns the effect of a replay on a delivery in this state.
#[must_use]
pub fn of_state(state: &State) -> Replay {
    match state {
        State::Waiting(_) => Replay::AtOnce,
        State::Ended(ended) if ended.how != End::Delivered => Replay::Decide,
        State::Reserved(_) | State::Sending(_) | State::AwaitingReceipt(_) | State::WithPerson(_) | State::Ended(_) => {
            Replay::Leave
        }
    }
}

/// A delivery that has ended and is to be sent once more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Former<'a> {
    /// State in which it ended.
    pub state: &'a State,
    /// Categories in its frozen bytes.
    pub frozen_with: CategorySet,
    /// Whether the store still has the delivery's frozen bytes. They may be deleted before the
    /// message is.
    pub has_bytes: bool,
    /// Time when the delivery's message was accepted; `None` for a notice.
    pub accepted_at: Option<Timestamp>,
    /// Time when the delivery expires or expired.
    pub expires_at: Timestamp,
}

impl Former<'_> {
    /// Returns whether the same bytes are sent again, since the receiver may have got them. The
    /// bytes are written anew if the receiver refused the delivery, never got it, or may no longer
    /// have all of its categories.
    #[must_use]
    pub fn keeps_its_bytes(&self, permitted: CategorySet) -> bool {
        let was_refused = matches!(self.state, State::Ended(ended) if ended.how == End::Refused);
        let was_sent = self.state.attempts() > 0;
        self.has_bytes && was_sent && !was_refused && self.frozen_with.is_subset(permitted)
    }

    /// Returns the new time of expiry: as long after `now` as the first was after acceptance, and
    /// never earlier than before.
    #[must_use]
    pub fn expires_again(&self, now: Timestamp) -> Timestamp {
        let life = self.accepted_at.map(|at| self.expires_at.duration_since(at));
        let again = now.checked_add(life.unwrap_or_default());
        again.unwrap_or(self.expires_at).max(self.expires_at)
    }
}

/// A party of a circle that gets a delivery of a message.
#[derive(Debug, Clone, PartialEq)]
pub struct Member {
    /// The party.
    pub to: PartyId,
    /// Decision that permits the delivery.
    pub decision: Decision,
    /// Categories of the message that are withheld from the party.
    pub withheld: CategorySet,
}

/// Returns the parties that the replay of an empty circle's delivery now reaches: those that may
/// have some category and have no delivery of the message yet.
#[must_use]
pub fn new_members(planned: Vec<Planned>, there: &[PartyId]) -> Vec<Member> {
    let mut members: Vec<Member> = Vec::new();
    for Planned { to, state } in planned {
        if let (Target::Party(to), PlannedState::Waiting { decision, withheld }) = (to, state)
            && !there.contains(&to)
            && members.iter().all(|member| member.to != to)
        {
            members.push(Member { to, decision, withheld });
        }
    }
    members
}

#[cfg(test)]
mod tests {
    use bindeledd_catalogue::Category;
    use proptest::option;
    use proptest::prelude::*;

    use super::*;
    use crate::consent::Ledger;
    use crate::decide::{Reason, decide};
    use crate::delivery::Event;
    use crate::minimise::Blocked;
    use crate::testing::{PURPOSE, at, categories, grant, ledger, party, states};

    proptest! {
        #![proptest_config(ProptestConfig { cases: 1_500, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn what_is_under_way_or_delivered_is_left(state in states()) {
            let replay = of_state(&state);
            let is_open = matches!(state.name(), "reserved" | "sending" | "awaiting-receipt" | "with-a-person");
            let expected = match state.name() {
                "waiting" => Replay::AtOnce,
                "delivered" => Replay::Leave,
                _ if is_open => Replay::Leave,
                _ => Replay::Decide,
            };
            prop_assert_eq!(replay, expected);
            let is_legal = state.apply(&Event::Replay { due: at(50) }, at(50)).is_ok();
            prop_assert_eq!(replay != Replay::Leave, is_legal, "a step follows where the state knows it");
        }

        /// The receiver gets the same bytes only if it may have got them before, and may still have
        /// every category in them.
        #[test]
        fn bytes_are_kept_where_the_receiver_may_have_got_them(
            state in states(), (frozen_with, permitted) in (categories(), categories()), has_bytes in any::<bool>(),
        ) {
            let former = Former { state: &state, frozen_with, has_bytes, accepted_at: None, expires_at: at(60) };
            let may_have_got = state.attempts() > 0 && state.name() != "refused";
            let may_have = frozen_with.iter().all(|category| permitted.contains(category));
            prop_assert_eq!(former.keeps_its_bytes(permitted), has_bytes && may_have_got && may_have);
        }

        #[test]
        fn a_replay_lasts_as_long_again_and_no_shorter(
            accepted in option::of(0_i64..50), expires in 40_i64..200, now in 40_i64..200,
        ) {
            let state = State::Ended(crate::delivery::Ended { how: End::Failed, attempts: 0 });
            let former = Former {
                state: &state,
                frozen_with: CategorySet::EMPTY,
                has_bytes: false,
                accepted_at: accepted.map(at),
                expires_at: at(expires),
            };
            let again = now + accepted.map_or(0, |accepted| expires - accepted);
            prop_assert_eq!(former.expires_again(at(now)), at(again.max(expires)));
        }
    }

    #[test]
    fn a_time_past_all_times_leaves_the_old_one() {
        let state = State::Ended(crate::delivery::Ended {
            how: End::Failed,
            attempts: 0,
        });
        let former = Former {
            state: &state,
            frozen_with: CategorySet::EMPTY,
            has_bytes: false,
            accepted_at: Some(at(0)),
            expires_at: at(60),
        };
        assert_eq!(former.expires_again(Timestamp::MAX), at(60));
    }

    fn waits(ledger: &Ledger, to: &str) -> Planned {
        let asked = CategorySet::of(&[Category::Goals]);
        let decision = decide(ledger, &party("nordvik"), &party(to), PURPOSE, asked, at(50));
        let withheld = decision.withheld();
        Planned {
            to: Target::Party(party(to)),
            state: PlannedState::Waiting { decision, withheld },
        }
    }

    #[test]
    fn a_circle_gains_each_member_once_that_something_may_go_to() {
        let ledger = ledger(vec![
            grant(1, "nordvik", "klinikken", &[Category::Goals]),
            grant(2, "nordvik", "nav", &[Category::Goals]),
        ]);
        let blocked = |to| Planned {
            to,
            state: PlannedState::Blocked(Blocked {
                reason: Reason::NoGrant,
                would_need: CategorySet::EMPTY,
            }),
        };
        let members = |planned, there: &[PartyId]| {
            let members = new_members(planned, there);
            members.into_iter().map(|m| m.to.to_string()).collect::<Vec<_>>()
        };
        let both = || vec![waits(&ledger, "klinikken"), waits(&ledger, "nav")];
        assert_eq!(members(both(), &[]), ["klinikken", "nav"]);
        assert_eq!(members(both(), &[party("klinikken")]), ["nav"]);
        let twice = vec![waits(&ledger, "nav"), waits(&ledger, "nav")];
        assert_eq!(members(twice, &[]), ["nav"]);
        let some = vec![
            blocked(Target::Party(party("klinikken"))),
            waits(&ledger, "nav"),
            blocked(Target::Circle),
        ];
        assert_eq!(members(some, &[]), ["nav"]);
        let member = new_members(vec![waits(&ledger, "nav")], &[]).remove(0);
        assert_eq!(member.decision.to(), &party("nav"));
    }
}
