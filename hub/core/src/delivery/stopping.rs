//! The effect of a withdrawal on deliveries: it stops some, and comes too late for others.

use std::collections::BTreeSet;

use bindeledd_catalogue::{CategorySet, Purpose};
use jiff::Timestamp;

use crate::consent::Ledger;
use crate::consent::withdrawal::{Asker, Between, EndedGrant};
use crate::decide::{Decision, GrantRef, Reason, decide};
use crate::delivery::State;

/// The facts about a message's delivery that a withdrawal needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found<'a> {
    /// Sender and receiver.
    pub between: &'a Between,
    /// The purpose.
    pub purpose: Purpose,
    /// Categories that the message needs.
    pub needs: CategorySet,
    /// State of the delivery.
    pub state: &'a State,
    /// Categories that were permitted at acceptance, or by a later decision.
    pub permitted: CategorySet,
    /// Categories in the delivery's frozen bytes; empty if it has none.
    pub frozen_with: CategorySet,
    /// Grants of the delivery's newest release that is not void. Needed only once its bytes may
    /// have left the hub.
    pub used: &'a [GrantRef],
}

/// The effect of a withdrawal on a delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stop {
    /// The delivery goes on, or used no ended grant. The answer to the withdrawal does not name the
    /// delivery.
    No,
    /// The delivery is cancelled.
    Cancelled {
        /// Reason why no grant covers the delivery.
        reason: Reason,
        /// Whether the delivery was reserved.
        was_reserved: bool,
        /// Whether the bytes of an earlier attempt may have arrived, although no success was
        /// reported.
        may_have_left: bool,
    },
    /// The delivery's bytes may be on the wire.
    Sending,
    /// The delivery was handed over before the withdrawal. A delivery with a person may have
    /// arrived at any time.
    HandedOver,
}

/// Returns the exchanges in which a withdrawal may stop deliveries. A party may stop only those
/// that its withdrawal ended. `None` for the participant, who has no such limit.
#[must_use]
pub fn limits(asker: &Asker, ended: &[EndedGrant<'_>]) -> Option<BTreeSet<Between>> {
    match asker {
        Asker::Participant => None,
        Asker::ParticipantWith(_) | Asker::Party(_) => Some(
            ended
                .iter()
                .map(|(on_file, _)| Between {
                    from: on_file.grant.from.clone(),
                    to: on_file.grant.to.clone(),
                })
                .collect(),
        ),
    }
}

impl Found<'_> {
    /// Returns the effect of a withdrawal that ended these grants and left the ledger `after`.
    #[must_use]
    pub fn stop(&self, after: &Ledger, ended: &[EndedGrant<'_>], now: Timestamp) -> Stop {
        match self.state {
            State::Waiting(_) | State::Reserved(_) => {
                let decision = self.decide(after, now);
                if self.is_covered(&decision) {
                    return Stop::No;
                }
                Stop::Cancelled {
                    reason: decision.reason(),
                    was_reserved: matches!(self.state, State::Reserved(_)),
                    may_have_left: self.state.attempts() > 0,
                }
            }
            State::Sending(_) | State::AwaitingReceipt(_) | State::WithPerson(_) | State::Ended(_) => {
                self.too_late(ended)
            }
        }
    }

    /// Returns the effect of a withdrawal that comes too late to stop the delivery: never
    /// [`Stop::Cancelled`].
    #[must_use]
    pub fn too_late(&self, ended: &[EndedGrant<'_>]) -> Stop {
        match self.state {
            State::Sending(_) if self.was_under(ended) => Stop::Sending,
            State::AwaitingReceipt(_) | State::WithPerson(_) | State::Ended(_) if self.was_under(ended) => {
                Stop::HandedOver
            }
            State::Waiting(_)
            | State::Reserved(_)
            | State::Sending(_)
            | State::AwaitingReceipt(_)
            | State::WithPerson(_)
            | State::Ended(_) => Stop::No,
        }
    }

    /// Returns the step for a delivery while a withdrawal waits for reservations to end.
    #[must_use]
    pub fn drain(&self, ledger: &Ledger, now: Timestamp) -> Drain {
        let State::Reserved(reserved) = self.state else {
            return Drain::Leave;
        };
        let decision = self.decide(ledger, now);
        match (self.is_covered(&decision), now >= reserved.until) {
            (true, _) => Drain::Leave,
            (false, true) => Drain::Cancel(decision.reason()),
            (false, false) => Drain::Wait,
        }
    }

    fn decide(&self, ledger: &Ledger, now: Timestamp) -> Decision {
        let Between { from, to } = self.between;
        decide(ledger, from, to, self.purpose, self.needs, now)
    }

    /// Returns whether a decision still permits every category in the frozen bytes. Without frozen
    /// bytes: every category that acceptance permitted.
    fn is_covered(&self, decision: &Decision) -> bool {
        let with = match self.frozen_with.is_empty() {
            true => self.permitted,
            false => self.frozen_with,
        };
        !with.is_empty() && with.is_subset(decision.permitted())
    }

    /// Returns whether the delivery's newest release used an ended grant for a category in its
    /// bytes.
    fn was_under(&self, ended: &[EndedGrant<'_>]) -> bool {
        ended.iter().any(|(grant, categories)| {
            let is_used = |used: &GrantRef| used.consent == grant.consent && used.index == grant.index;
            !categories.intersection(self.frozen_with).is_empty() && self.used.iter().any(is_used)
        })
    }
}

/// The step for a delivery while a withdrawal waits for reservations to end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Drain {
    /// Grants cover the delivery, or it is not reserved. The withdrawal need not wait for it.
    Leave,
    /// The reservation ran out and no grant covers the delivery. The reservation becomes void and
    /// the delivery is cancelled, for this reason.
    Cancel(Reason),
    /// The sending may still begin, so that the withdrawal waits.
    Wait,
}

#[cfg(test)]
mod tests {
    use bindeledd_catalogue::Category;
    use proptest::prelude::*;

    use super::*;
    use crate::consent::GrantOnFile;
    use crate::testing::{PURPOSE, at, categories, grant, ledger, ledgers, party, states, two};

    proptest! {
        #![proptest_config(ProptestConfig { cases: 1_500, failure_persistence: None, ..ProptestConfig::default() })]

        /// After a withdrawal, grants cover every waiting delivery. The answer names every delivery
        /// that may have left under an ended grant.
        #[test]
        fn what_may_leave_is_covered_and_what_left_is_named(
            after in ledgers(), (from, to) in two(), state in states(),
            (needs, permitted, frozen_with) in (categories(), categories(), categories()),
            (first, second) in (any::<bool>(), any::<bool>()), takes in categories(),
        ) {
            let between = Between { from, to };
            let used: Vec<GrantRef> = after.grants.iter().take(usize::from(first)).map(of).collect();
            let ended: Vec<(&GrantOnFile, CategorySet)> = after.grants.iter().take(usize::from(second)).map(|g| (g, takes)).collect();
            let found = Found { between: &between, purpose: PURPOSE, needs, state: &state, permitted, frozen_with, used: &used };
            let stop = found.stop(&after, &ended, at(50));

            // The model decides category by category, and grant by grant.
            let may_have = decide(&after, &between.from, &between.to, PURPOSE, needs, at(50)).permitted();
            let mut with = if frozen_with.is_empty() { permitted.iter() } else { frozen_with.iter() }.peekable();
            let is_covered = with.peek().is_some() && with.all(|category| may_have.contains(category));
            let rests_on_it = first && second && !after.grants.is_empty()
                && frozen_with.iter().any(|category| takes.contains(category));
            match (&state, stop) {
                (State::Waiting(_) | State::Reserved(_), Stop::No) => prop_assert!(is_covered),
                (State::Waiting(_) | State::Reserved(_), Stop::Cancelled { was_reserved, may_have_left, .. }) => {
                    prop_assert!(!is_covered);
                    prop_assert_eq!(was_reserved, state.name() == "reserved");
                    prop_assert_eq!(may_have_left, state.attempts() > 0);
                }
                (State::Sending(_), Stop::Sending) => prop_assert!(rests_on_it),
                (State::AwaitingReceipt(_) | State::WithPerson(_) | State::Ended(_), Stop::HandedOver) => prop_assert!(rests_on_it),
                (State::Sending(_) | State::AwaitingReceipt(_) | State::WithPerson(_) | State::Ended(_), Stop::No) => {
                    prop_assert!(!rests_on_it);
                }
                (state, stop) => return Err(TestCaseError::fail(format!("{state:?} {stop:?}"))),
            }

            let too_late = found.too_late(&ended);
            match &state {
                State::Waiting(_) | State::Reserved(_) => prop_assert_eq!(too_late, Stop::No),
                _ => prop_assert_eq!(too_late, stop),
            }
            let expected = match &state {
                State::Reserved(reserved) if !is_covered && reserved.until > at(50) => "wait",
                State::Reserved(_) if !is_covered => "cancel",
                _ => "leave",
            };
            let drain = match found.drain(&after, at(50)) {
                Drain::Leave => "leave",
                Drain::Cancel(_) => "cancel",
                Drain::Wait => "wait",
            };
            prop_assert_eq!(drain, expected);
        }
    }

    fn of(grant: &GrantOnFile) -> GrantRef {
        GrantRef {
            consent: grant.consent,
            version: grant.version,
            index: grant.index,
        }
    }

    #[test]
    fn a_grant_is_known_again_by_its_consent_and_its_place_whatever_the_version() {
        let between = Between {
            from: party("nordvik"),
            to: party("klinikken"),
        };
        let on_file = grant(1, "nordvik", "klinikken", &[Category::Goals]);
        let goals = CategorySet::of(&[Category::Goals]);
        let state = State::Sending(crate::delivery::Sending { attempts: 1 });
        let stop = |used: GrantRef| {
            let found = Found {
                between: &between,
                purpose: PURPOSE,
                needs: goals,
                state: &state,
                permitted: goals,
                frozen_with: goals,
                used: &[used],
            };
            found.stop(&ledger(Vec::new()), &[(&on_file, goals)], at(50))
        };
        let used = of(&on_file);
        assert_eq!(stop(GrantRef { version: 9, ..used }), Stop::Sending);
        assert_eq!(stop(GrantRef { index: 1, ..used }), Stop::No);
        assert_eq!(
            stop(GrantRef {
                consent: crate::testing::consent(2),
                ..used
            }),
            Stop::No
        );
    }

    #[test]
    fn a_cancelled_delivery_names_the_reason_of_the_decision() {
        let between = Between {
            from: party("nordvik"),
            to: party("klinikken"),
        };
        let goals = CategorySet::of(&[Category::Goals]);
        let state = State::Waiting(crate::delivery::Waiting {
            attempts: 0,
            due: at(1),
        });
        let found = Found {
            between: &between,
            purpose: PURPOSE,
            needs: goals,
            state: &state,
            permitted: goals,
            frozen_with: CategorySet::EMPTY,
            used: &[],
        };
        let mut withdrawn = grant(1, "nordvik", "klinikken", &[Category::Goals]);
        withdrawn.withdrawn = true;
        let expected = Stop::Cancelled {
            reason: Reason::Withdrawn,
            was_reserved: false,
            may_have_left: false,
        };
        assert_eq!(found.stop(&ledger(vec![withdrawn]), &[], at(50)), expected);
    }

    #[test]
    fn a_party_stops_the_exchanges_that_it_ended_and_the_participant_all() {
        let on_file = grant(1, "nordvik", "klinikken", &[Category::Goals]);
        let ended = [(&on_file, CategorySet::of(&[Category::Goals]))];
        assert_eq!(limits(&Asker::Participant, &ended), None);
        let expected = Between {
            from: party("nordvik"),
            to: party("klinikken"),
        };
        let own = Asker::Party(party("nordvik"));
        assert_eq!(limits(&own, &ended), Some(BTreeSet::from([expected])));
        assert_eq!(limits(&own, &[]), Some(BTreeSet::new()));
    }
}
