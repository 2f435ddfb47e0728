//! The release of a delivery: its turn comes, the hub decides again, and its sending begins.

use bindeledd_catalogue::{CategorySet, PartyId, Purpose};
use jiff::{SignedDuration, Timestamp};

use crate::consent::Ledger;
use crate::decide::{Decision, Reason, decide};
use crate::delivery::{Cause, Event, State, withdrawal_notice};
use crate::id::DeliveryId;
use crate::minimise::Released;

/// Time between two checks of a held delivery.
const HELD: SignedDuration = SignedDuration::from_mins(5);

/// Returns the time of the next check of a held delivery.
#[must_use]
pub fn held_until(now: Timestamp) -> Timestamp {
    now.checked_add(HELD).unwrap_or(now)
}

/// Returns the cause of a held delivery. The participant's ledger differs from the registered ledger,
/// so that the hub can not tell whether grants cover the delivery.
#[must_use]
pub fn held() -> Cause {
    Cause::new(Reason::Differs.code(), Reason::Differs.text())
}

/// Returns the cause of a delivery that is no longer covered: the remaining grants do not cover
/// every category in its bytes.
#[must_use]
pub fn uncovered(reason: Reason) -> Cause {
    let reason = match reason {
        Reason::Granted | Reason::PartlyGranted => Reason::OtherCategories,
        other => other,
    };
    Cause::new(reason.code(), reason.text())
}

/// Returns whether a delivery still has to be written: it waits, and the store holds no frozen
/// bytes for it.
#[must_use]
pub const fn is_unwritten(state: &State, frozen_with: CategorySet) -> bool {
    frozen_with.is_empty() && matches!(state, State::Waiting(_))
}

/// The facts that decide whether a delivery's turn has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asking<'a> {
    /// State of the delivery.
    pub state: &'a State,
    /// Whether the delivery is the head of its conversation.
    pub is_head: bool,
    /// Time when the delivery expires.
    pub expires_at: Timestamp,
    /// Whether the receiver is paused or suspended.
    pub is_party_held: bool,
    /// Whether the audit log differs from the log that the hub wrote. Nothing is sent then, and
    /// deliveries wait.
    pub is_halted: bool,
}

/// Answer to the question whether a delivery's turn has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    /// The turn of the delivery has come: decide about its release.
    Now,
    /// The turn of the delivery has not come.
    NotYet,
    /// The delivery expired.
    Expired,
}

impl Asking<'_> {
    /// Returns whether the delivery's turn has come.
    #[must_use]
    pub fn turn(&self, now: Timestamp) -> Turn {
        let is_due = self.state.apply(&Event::Reserve { until: now }, now).is_ok();
        if self.is_halted || self.is_party_held || !self.is_head || !is_due {
            Turn::NotYet
        } else if now >= self.expires_at {
            Turn::Expired
        } else {
            Turn::Now
        }
    }
}

/// A message's delivery, with the facts for a decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MessageDelivery<'a> {
    /// Id of the delivery.
    pub delivery: DeliveryId,
    /// Sender of the message.
    pub sender: &'a PartyId,
    /// The receiver.
    pub to: &'a PartyId,
    /// The purpose.
    pub purpose: Purpose,
    /// Categories that the message needs.
    pub needs: CategorySet,
    /// Categories in the delivery's frozen bytes; empty if it has none.
    pub frozen_with: CategorySet,
}

/// The bytes that a release would send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Bytes<T> {
    /// Frozen bytes of an earlier release.
    Frozen(T),
    /// Bytes that were written just now, with these categories.
    Written(T, CategorySet),
}

/// The answer to a delivery that asked for its release.
#[derive(Debug)]
pub enum Reservation<T> {
    /// The delivery is reserved.
    Reserve {
        /// Released bytes.
        released: Released<T>,
        /// The consent decision that permits releasing these bytes.
        decision: Decision,
        /// Categories in the bytes.
        with: CategorySet,
        /// Whether the store has to freeze the bytes.
        is_new: bool,
    },
    /// The delivery waits until the operator has checked the ledger, which differs from the
    /// registered one.
    Hold,
    /// The delivery changed since its bytes were written. The caller loads the delivery again.
    Changed,
    /// No grant covers the delivery any longer.
    Cancel(Cause),
}

impl MessageDelivery<'_> {
    /// Decides again about every category that the message needs.
    #[must_use]
    pub fn decide(&self, ledger: &Ledger, now: Timestamp) -> Decision {
        decide(ledger, self.sender, self.to, self.purpose, self.needs, now)
    }

    /// Decides again, and reserves the delivery. `bytes` is `None` if the state changed meanwhile:
    /// bytes were written although frozen ones exist, or there are no bytes.
    #[must_use]
    pub fn reserve<T>(&self, ledger: &Ledger, bytes: Option<Bytes<T>>, now: Timestamp) -> Reservation<T> {
        let decision = self.decide(ledger, now);
        if decision.reason() == Reason::Differs {
            return Reservation::Hold;
        }
        let permitted = decision.permitted();
        let (document, with, is_new) = match bytes {
            None => return Reservation::Changed,
            // Some categories may still be sent, but fewer than were written. The caller writes the
            // bytes again.
            Some(Bytes::Written(_, with)) if !with.is_subset(permitted) && !permitted.is_empty() => {
                return Reservation::Changed;
            }
            Some(Bytes::Written(document, with)) => (document, with, true),
            Some(Bytes::Frozen(document)) => (document, self.frozen_with, false),
        };
        match Released::under(&decision, self.delivery, with, document) {
            Ok(released) => Reservation::Reserve {
                released,
                decision,
                with,
                is_new,
            },
            Err(reason) => Reservation::Cancel(uncovered(reason)),
        }
    }

    /// Decides again about bytes that were handed over before, and hands them over once more.
    ///
    /// # Errors
    /// The reason why no grant covers the bytes any longer.
    pub fn hand_over_again<T>(
        &self,
        ledger: &Ledger,
        document: T,
        now: Timestamp,
    ) -> Result<(Released<T>, Decision), Reason> {
        let decision = self.decide(ledger, now);
        let released = Released::under(&decision, self.delivery, self.frozen_with, document)?;
        Ok((released, decision))
    }
}

/// A control notice whose release is asked for. Its receiver was fixed when it was queued.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoticeDelivery<'a, T> {
    /// Ledger of the participant. Set only for a withdrawal notice about a participant who is still
    /// known.
    pub ledger: Option<&'a Ledger>,
    /// Whether the notice tells of a withdrawal. Such a notice is written only at its release, as a
    /// message is.
    pub is_of_withdrawal: bool,
    /// Frozen bytes of the notice.
    pub frozen: Option<T>,
    /// Bytes that were written just now.
    pub written: Option<T>,
}

/// The answer to a control notice that asked for its release.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NoticeReservation<T> {
    /// The notice is reserved.
    Reserve {
        /// Bytes of the notice.
        document: T,
        /// Whether the store has to freeze the bytes.
        is_new: bool,
    },
    /// The notice waits until the operator has checked the ledger.
    Hold,
    /// The notice changed since its bytes were written. The caller loads the notice again.
    Changed,
    /// The notice may no longer be sent.
    Cancel(Cause),
    /// The bytes are missing, although the notice was queued with them.
    Damaged,
}

impl<T> NoticeDelivery<'_, T> {
    /// Decides again, and reserves the notice.
    #[must_use]
    pub fn reserve(self) -> NoticeReservation<T> {
        match self.ledger.map_or(Ok(()), withdrawal_notice::may_go) {
            Ok(()) => {}
            Err(Reason::Differs) => return NoticeReservation::Hold,
            Err(reason) => return NoticeReservation::Cancel(uncovered(reason)),
        }
        match (self.frozen, self.written, self.is_of_withdrawal) {
            (Some(document), None, _) => NoticeReservation::Reserve {
                document,
                is_new: false,
            },
            (None, Some(document), true) => NoticeReservation::Reserve { document, is_new: true },
            (None, None, false) => NoticeReservation::Damaged,
            (Some(_), Some(_), _) | (None, None, true) | (None, Some(_), false) => NoticeReservation::Changed,
        }
    }
}

/// The answer to the question whether the sending of a reserved delivery may begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Beginning {
    /// The sending begins.
    Begins,
    /// The reservation has expired, or nothing may be sent now. The delivery waits for a new
    /// release.
    WaitsAgain,
    /// The delivery is no longer reserved.
    NotReserved,
}

/// Returns whether a sending may begin.
#[must_use]
pub fn begin(state: &State, is_halted: bool, now: Timestamp) -> Beginning {
    match state {
        State::Reserved(_) if !is_halted && state.apply(&Event::BeginSending, now).is_ok() => Beginning::Begins,
        State::Reserved(_) => Beginning::WaitsAgain,
        State::Waiting(_) | State::Sending(_) | State::AwaitingReceipt(_) | State::WithPerson(_) | State::Ended(_) => {
            Beginning::NotReserved
        }
    }
}

#[cfg(test)]
mod tests {
    use bindeledd_catalogue::Category;
    use proptest::option;
    use proptest::prelude::*;

    use super::*;
    use crate::testing::{PURPOSE, at, categories, delivery, grant, ledger, ledgers, party, states, two};

    /// The bytes to send: written ones with their categories, or frozen ones.
    fn bytes() -> impl Strategy<Value = Option<Bytes<&'static str>>> {
        option::weighted(
            0.9,
            prop_oneof![
                categories().prop_map(|with| Bytes::Written("written", with)),
                Just(Bytes::Frozen("frozen")),
            ],
        )
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 4_000, failure_persistence: None, ..ProptestConfig::default() })]

        /// A release needs grants for every category in the bytes, and bytes whose categories are
        /// all covered are released.
        #[test]
        fn bytes_are_released_exactly_where_grants_cover_all_that_is_in_them(
            ledger in ledgers(), (from, to) in two(), (needs, frozen_with) in (categories(), categories()), bytes in bytes(),
        ) {
            let of = MessageDelivery { delivery: delivery(1), sender: &from, to: &to, purpose: PURPOSE, needs, frozen_with };
            let may_have = |category| {
                let asked = CategorySet::of(&[category]);
                needs.contains(category) && !decide(&ledger, &from, &to, PURPOSE, asked, at(50)).permitted().is_empty()
            };
            let in_it = match &bytes {
                None => CategorySet::EMPTY,
                Some(Bytes::Written(_, with)) => *with,
                Some(Bytes::Frozen(_)) => frozen_with,
            };
            let is_covered = !in_it.is_empty() && in_it.iter().all(may_have);
            let something = Category::ALL.into_iter().any(may_have);
            let differs = ledger.differs && !needs.is_empty();
            match of.reserve(&ledger, bytes.clone(), at(50)) {
                Reservation::Reserve { released, decision, with, is_new } => {
                    prop_assert!(is_covered && !ledger.differs);
                    prop_assert_eq!((with, released.delivery()), (in_it, delivery(1)));
                    prop_assert_eq!(is_new, *released.bytes() == "written");
                    prop_assert!(!decision.grants().is_empty());
                    prop_assert!(!released.is_receipt());
                }
                Reservation::Hold => prop_assert!(differs),
                Reservation::Changed => {
                    let is_wider = matches!(bytes, Some(Bytes::Written(..))) && !in_it.iter().all(may_have) && something;
                    prop_assert!(!differs && (bytes.is_none() || is_wider));
                }
                Reservation::Cancel(_) => {
                    let is_wider = matches!(bytes, Some(Bytes::Written(..))) && !in_it.is_empty() && something;
                    prop_assert!(!is_covered && !differs && bytes.is_some() && !is_wider);
                }
            }
            let again = of.hand_over_again(&ledger, "again", at(50));
            let still = !frozen_with.is_empty() && frozen_with.iter().all(may_have);
            prop_assert_eq!(again.is_ok(), still);
        }

        #[test]
        fn a_turn_has_come_where_nothing_speaks_against_it(
            state in states(), (is_head, is_party_held, is_halted) in any::<(bool, bool, bool)>(), expires in 40_i64..60,
        ) {
            let asking = Asking { state: &state, is_head, expires_at: at(expires), is_party_held, is_halted };
            let is_due = matches!(&state, State::Waiting(waiting) if waiting.due <= at(50));
            let expected = match is_due && is_head && !is_party_held && !is_halted {
                false => Turn::NotYet,
                true if expires <= 50 => Turn::Expired,
                true => Turn::Now,
            };
            prop_assert_eq!(asking.turn(at(50)), expected);
        }

        #[test]
        fn only_what_waits_is_still_to_be_written(state in states(), frozen_with in categories()) {
            let expected = state.name() == "waiting" && frozen_with == CategorySet::EMPTY;
            prop_assert_eq!(is_unwritten(&state, frozen_with), expected);
        }

        #[test]
        fn a_sending_begins_while_it_is_reserved_and_in_time(state in states(), is_halted in any::<bool>()) {
            let expected = match &state {
                State::Reserved(reserved) if reserved.until > at(50) && !is_halted => Beginning::Begins,
                State::Reserved(_) => Beginning::WaitsAgain,
                _ => Beginning::NotReserved,
            };
            prop_assert_eq!(begin(&state, is_halted, at(50)), expected);
        }
    }

    fn goals(ledger: &Ledger, bytes: Option<Bytes<()>>) -> Reservation<()> {
        let (from, to) = (party("nordvik"), party("klinikken"));
        let goals = CategorySet::of(&[Category::Goals]);
        let of = MessageDelivery {
            delivery: delivery(1),
            sender: &from,
            to: &to,
            purpose: PURPOSE,
            needs: goals,
            frozen_with: goals,
        };
        of.reserve(ledger, bytes, at(50))
    }

    #[test]
    fn each_case_of_a_reservation() {
        let on_file = grant(1, "nordvik", "klinikken", &[Category::Goals]);
        let covers = ledger(vec![on_file.clone()]);
        let frozen = || Some(Bytes::Frozen(()));
        assert!(matches!(
            goals(&covers, frozen()),
            Reservation::Reserve { is_new: false, .. }
        ));
        assert!(matches!(goals(&covers, None), Reservation::Changed));
        let differs = Ledger {
            differs: true,
            ..covers.clone()
        };
        assert!(matches!(goals(&differs, frozen()), Reservation::Hold));
        let mut withdrawn = on_file;
        withdrawn.withdrawn = true;
        let Reservation::Cancel(cause) = goals(&ledger(vec![withdrawn]), frozen()) else {
            panic!("nothing covers it");
        };
        assert_eq!(cause, Cause::new("BL-2003", Reason::Withdrawn.text()));
        let both = CategorySet::of(&[Category::Goals, Category::Progress]);
        assert!(matches!(
            goals(&covers, Some(Bytes::Written((), both))),
            Reservation::Changed
        ));
        let nothing = Some(Bytes::Written((), both));
        assert!(matches!(goals(&ledger(Vec::new()), nothing), Reservation::Cancel(_)));
    }

    #[test]
    fn where_grants_remain_they_cover_less() {
        for reason in [Reason::Granted, Reason::PartlyGranted] {
            assert_eq!(uncovered(reason).code, "BL-2002");
        }
        assert_eq!(
            uncovered(Reason::Expired),
            Cause::new("BL-2004", Reason::Expired.text())
        );
        assert_eq!(held().code, "BL-5021");
        assert_eq!(held_until(at(0)), at(300));
        assert_eq!(held_until(Timestamp::MAX), Timestamp::MAX);
    }

    #[test]
    fn each_case_of_a_notice() {
        use NoticeReservation::{Cancel, Changed, Damaged, Hold, Reserve};
        let reserve = |of_withdrawal, frozen: bool, written: bool| {
            let notice = NoticeDelivery {
                ledger: None,
                is_of_withdrawal: of_withdrawal,
                frozen: frozen.then_some("frozen"),
                written: written.then_some("written"),
            };
            notice.reserve()
        };
        let frozen = || Reserve {
            document: "frozen",
            is_new: false,
        };
        assert_eq!(
            reserve(false, true, false),
            frozen(),
            "a receipt was frozen when it was queued"
        );
        assert_eq!(reserve(true, true, false), frozen());
        assert_eq!(
            reserve(true, false, true),
            Reserve {
                document: "written",
                is_new: true
            }
        );
        assert_eq!(reserve(false, false, false), Damaged);
        for (of_withdrawal, frozen, written) in [
            (false, false, true),
            (true, false, false),
            (false, true, true),
            (true, true, true),
        ] {
            assert_eq!(reserve(of_withdrawal, frozen, written), Changed);
        }
        let with = |protected, differs| {
            let ledger = Ledger {
                protected,
                differs,
                ..ledger(Vec::new())
            };
            let notice = NoticeDelivery {
                ledger: Some(&ledger),
                is_of_withdrawal: true,
                frozen: Some("frozen"),
                written: None,
            };
            notice.reserve()
        };
        assert_eq!(with(false, false), frozen());
        assert_eq!(with(false, true), Hold);
        assert_eq!(
            with(true, false),
            Cancel(Cause::new("BL-2003", Reason::Withdrawn.text()))
        );
    }
}
