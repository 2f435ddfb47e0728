//! Inboxes: a party without an address fetches its deliveries from an inbox, and acknowledges them.

use bindeledd_core::alert::NotDelivered;
use bindeledd_core::audit::{Actor, AuditAction};
use bindeledd_core::delivery::release::uncovered;
use bindeledd_core::delivery::withdrawal_notice::may_go;
use bindeledd_core::delivery::{ByHand, Cause, End, Event, State, Taker, taken};
use bindeledd_core::{DeliveryId, PartyId, Reason, Released};
use bindeledd_engine::ports::{Acknowledged, Frozen, Taken};
use bindeledd_texts::cause::CauseText;
use jiff::{SignedDuration, Timestamp};

use crate::audit::Detail;
use crate::commands::alert;
use crate::commands::delivery::{self, Delivery, Step};
use crate::commands::release::{ReleaseState, control, grants_used, ledger_of_notice, put_release, to_decide};
use crate::commands::withdrawal_notice;
use crate::conn::codec::{Key, limit, micros};
use crate::conn::{Db, Tx, params};
use crate::fault::{Fault, damaged};
use crate::sealing::frozen;

const A_DAY: SignedDuration = SignedDuration::from_hours(24);

pub(crate) const HANDED: &str = "SELECT id FROM delivery WHERE party = ?1 AND state = 3 ORDER BY id LIMIT ?2";
pub(crate) const WAITING: &str = "SELECT id FROM delivery
    WHERE party = ?1 AND state = 0 AND is_head = 1 AND due <= ?2 ORDER BY due LIMIT ?3";

/// Returns the deliveries in a party's inbox, oldest first.
pub(crate) fn list(db: &Db<'_>, party: &PartyId, now: Timestamp, at_most: usize) -> Result<Vec<DeliveryId>, Fault> {
    let mut ids: Vec<DeliveryId> = db.all(HANDED, params![party.as_str(), limit(at_most)], |row| row.id(0))?;
    ids.extend(
        db.all(WAITING, params![party.as_str(), micros(now), limit(at_most)], |row| {
            row.id::<DeliveryId>(0)
        })?,
    );
    ids.sort_unstable();
    ids.truncate(at_most);
    Ok(ids)
}

/// Decides again about a delivery that was handed over before, and returns its bytes once more.
pub(crate) fn reread(tx: &Tx<'_>, id: DeliveryId, now: Timestamp) -> Result<Result<Released<Frozen>, Cause>, Fault> {
    let not_there = || Cause::new("BL-4007", CauseText::NotInInbox.to_string());
    if tx.trust.guard.is_halted() {
        return Ok(Err(Cause::new("BL-5020", CauseText::LogHalted.to_string())));
    }
    let Some(mut delivery) = delivery::load(tx, id)? else {
        return Ok(Err(not_there()));
    };
    let (State::AwaitingReceipt(_), Some(to)) = (&delivery.state, delivery.party.clone()) else {
        return Ok(Err(not_there()));
    };
    let kept = frozen::get(tx, id, delivery.participant)?;
    let document = kept.ok_or_else(|| damaged("frozen bytes are missing"))?;
    let released = match &delivery.about_message {
        Some(_) => {
            let (of_message, ledger) = to_decide(tx, &delivery)?;
            match of_message.hand_over_again(&ledger, document, now) {
                Ok((released, decision)) => {
                    // The same bytes under other grants are a new release, so that withdrawals and disclosures name
                    // these grants.
                    if grants_used(tx, id)? != decision.grants() {
                        let with = (delivery.frozen_with, decision.grants());
                        put_release(tx, id, with, ReleaseState::Done, now)?;
                    }
                    Ok(released)
                }
                Err(reason) => Err(reason),
            }
        }
        None => {
            let withdrawal = withdrawal_notice::load(tx, &delivery)?;
            let ledger = ledger_of_notice(tx, &delivery, withdrawal.as_ref())?;
            ledger.as_ref().map_or(Ok(()), may_go).map(|()| {
                let notice = control(to, &delivery, withdrawal.as_ref());
                Released::notice(&notice, id, document)
            })
        }
    };
    match released {
        Ok(released) => {
            if is_first_today(tx, id, now)? {
                let categories = delivery.frozen_with.codes();
                let detail = delivery.detail().texts("categories", categories);
                let detail = frozen::in_log(tx, id, delivery.participant, released.bytes(), detail)?;
                tx.audit(now, AuditAction::ReadAgain, &Actor::Hub, detail)?;
            }
            Ok(Ok(released))
        }
        // The delivery stays in its state until the operator has checked the ledger.
        Err(reason @ Reason::Differs) => Ok(Err(uncovered(reason))),
        Err(reason) => {
            // A delivery that was handed over can not be cancelled. It fails, as a delivery that was not acknowledged
            // in time.
            let cause = uncovered(reason);
            delivery.step(
                tx,
                &Step::new(Event::Fail, AuditAction::Failed, &Actor::Hub, now).because(&cause),
            )?;
            Ok(Err(cause))
        }
    }
}

/// Returns whether this is the first repeated reading of a delivery within a day, and records the reading. A system may
/// poll its inbox each minute. The first reading has an audit row, and so has each later day with readings.
fn is_first_today(tx: &Tx<'_>, id: DeliveryId, now: Timestamp) -> Result<bool, Fault> {
    let since = now.checked_sub(A_DAY).unwrap_or(Timestamp::MIN);
    // A clock that was set back must not suppress the row.
    let sql = "UPDATE delivery SET read_at = ?2 WHERE id = ?1
        AND (read_at IS NULL OR read_at <= ?3 OR read_at > ?2)";
    Ok(tx.run(sql, params![id.key(), micros(now), micros(since)])? > 0)
}

/// Acknowledges a delivery that its party, or the operator on its behalf, took out of the inbox.
pub(crate) fn acknowledge(tx: &Tx<'_>, id: DeliveryId, by: &Taken, now: Timestamp) -> Result<Acknowledged, Fault> {
    let Some(mut delivery) = delivery::load(tx, id)?.filter(|d| d.party.as_ref() == Some(&by.party)) else {
        return Ok(Acknowledged::Nothing);
    };
    let written_by = frozen::adapter(tx, id)?.or_else(|| by.adapter.clone());
    let is_entered_by_hand = written_by.is_some_and(|adapter| by.entered_by_hand.contains(&adapter));
    let event = taken(by.taker, is_entered_by_hand);
    let takes = match &delivery.state {
        State::AwaitingReceipt(_) => true,
        // After the operator took a delivery for the receiver, the receiver may still take it.
        State::WithPerson(_) => event == Event::Delivered,
        State::Waiting(_) | State::Reserved(_) | State::Sending(_) | State::Ended(_) => false,
    };
    if takes {
        let actor = &by.by;
        if event == Event::TakenByPerson {
            let cause = Cause::with_person();
            delivery.step(
                tx,
                &Step::new(event, AuditAction::TakenByPerson, actor, now).because(&cause),
            )?;
        } else {
            delivery.step(tx, &Step::new(event, AuditAction::Acknowledged, actor, now))?;
        }
    }
    let acknowledged = match &delivery.state {
        State::Ended(ended) if ended.how == End::Delivered => Acknowledged::Delivered,
        State::WithPerson(_) => Acknowledged::WithPerson,
        State::Waiting(_) | State::Reserved(_) | State::Sending(_) | State::AwaitingReceipt(_) | State::Ended(_) => {
            return Ok(Acknowledged::Nothing);
        }
    };
    if by.taker == Taker::Operator {
        let detail = Detail::new()
            .texts("deliveries", [id.to_string()])
            .id("party", &by.party);
        tx.audit(now, AuditAction::AcknowledgedFor, &by.by, detail)?;
    }
    Ok(acknowledged)
}

/// Records a person's answer about a delivery that they took. `false` if the delivery is not with a person. A
/// repetition changes nothing.
pub(crate) fn by_hand(
    tx: &Tx<'_>,
    party: &PartyId,
    id: DeliveryId,
    (said, by): (ByHand, &Actor),
    now: Timestamp,
) -> Result<bool, Fault> {
    let Some(mut delivery) = delivery::load(tx, id)?.filter(|d| d.party.as_ref() == Some(party)) else {
        return Ok(false);
    };
    if !matches!(delivery.state, State::WithPerson(_)) {
        let before = match said.event() {
            Event::Fail => End::Failed,
            _ => End::Delivered,
        };
        return Ok(matches!(&delivery.state, State::Ended(ended) if ended.how == before));
    }
    if said == ByHand::NotPossible {
        return not_by_hand(tx, &mut delivery, Cause::not_by_hand(true), by, now);
    }
    let detail = delivery.detail().text("how", said.code());
    delivery.step_telling(tx, &Step::new(said.event(), AuditAction::Entered, by, now), detail)
}

/// Fails a delivery that a person could not hand over, and alerts its sender.
pub(crate) fn not_by_hand(
    tx: &Tx<'_>,
    delivery: &mut Delivery,
    cause: Cause,
    actor: &Actor,
    now: Timestamp,
) -> Result<bool, Fault> {
    let failed = delivery.step(
        tx,
        &Step::new(Event::Fail, AuditAction::Failed, actor, now).because(&cause),
    )?;
    if failed {
        alert::not_delivered(tx, NotDelivered::NotByHand, delivery, &cause.code, now)?;
    }
    Ok(failed)
}
