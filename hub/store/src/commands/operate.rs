//! Commands that no party asked for: those of an operator, of a start, and of the clock.

use bindeledd_core::alert::NotDelivered;
use bindeledd_core::audit::{Actor, AuditAction};
use bindeledd_core::delivery::{Cause, Event, State};
use bindeledd_core::{DeliveryId, MessageId};
use jiff::{SignedDuration, Timestamp};

use crate::audit::Detail;
use crate::commands::alert;
use crate::commands::attempt;
use crate::commands::delivery::{self, Delivery, Step};
use crate::commands::fetched;
use crate::commands::flow;
use crate::commands::inbox;
use crate::commands::opening;
use crate::commands::party_version;
use crate::commands::release::{expire, void};
use crate::commands::request;
use crate::commands::unsent;
use crate::commands::watch;
use crate::conn::codec::{Key, micros, oldest_id_at};
use crate::conn::{Db, Tx, params};
use crate::fault::Fault;

/// Maximum number of rows of each kind in one sweep.
pub(crate) const BATCH: i64 = 200;
/// Retention of a sender's reference, in days.
const REFERENCES_KEPT_DAYS: i64 = 400;
/// Retention of a version of a party after a newer one replaced it, in days.
const VERSIONS_KEPT_DAYS: i64 = 400;

/// Cancels the deliveries of a message that have not been sent.
pub(crate) fn cancel(tx: &Tx<'_>, id: MessageId, actor: &Actor, now: Timestamp) -> Result<Vec<DeliveryId>, Fault> {
    let cause = Cause::cancelled_by_hand();
    let mut cancelled = Vec::new();
    for mut delivery in tx.all(delivery::BY_MESSAGE, [id.key()], delivery::read)? {
        if delivery.step(
            tx,
            &Step::new(Event::Cancel, AuditAction::Cancelled, actor, now).because(&cause),
        )? {
            cancelled.push(delivery.id);
        }
    }
    Ok(cancelled)
}

/// Recovers after a start: every earlier release becomes void, and its delivery waits again.
pub(crate) fn recover(tx: &Tx<'_>, now: Timestamp) -> Result<usize, Fault> {
    let mut recovered = 0;
    for state in [1, 2] {
        for mut delivery in tx.all(delivery::BY_STATE, [state], delivery::read)? {
            if matches!(delivery.state, State::Sending(_)) {
                attempt::put_interrupted(tx, &delivery)?;
            }
            let again = Event::TryAgain { due: now };
            if delivery.step(tx, &Step::new(again, AuditAction::Recovered, &Actor::Hub, now))? {
                recovered += 1;
            }
        }
    }
    watch::started(tx, now)?;
    Ok(recovered)
}

/// Performs a bounded batch of timed work.
pub(crate) fn sweep(tx: &Tx<'_>, retention_days: u32, now: Timestamp) -> Result<usize, Fault> {
    let mut touched = 0;
    let past = |state: i64| {
        tx.all(
            delivery::BY_DEADLINE,
            params![state, micros(now), BATCH],
            delivery::read,
        )
    };
    for mut delivery in past(0)? {
        expire(tx, &mut delivery, now)?;
        touched += 1;
    }
    for mut delivery in past(1)? {
        touched += usize::from(void(tx, &mut delivery, now)?);
    }
    for mut delivery in past(2)? {
        attempt::put_interrupted(tx, &delivery)?;
        let again = Step::new(
            Event::TryAgain { due: now },
            AuditAction::SendingAbandoned,
            &Actor::Hub,
            now,
        );
        touched += usize::from(delivery.step(tx, &again)?);
    }
    for mut delivery in past(3)? {
        touched += usize::from(overdue(tx, &mut delivery, now)?);
    }
    let with_person = tx.all(delivery::WITH_PERSON_PAST, params![micros(now), BATCH], delivery::read)?;
    for mut delivery in with_person {
        let failed = inbox::not_by_hand(tx, &mut delivery, Cause::not_by_hand(false), &Actor::Hub, now)?;
        touched += usize::from(failed);
    }
    touched += opening::lapse(tx, BATCH, now)?;
    touched += request::lapse(tx, BATCH, now)?;
    Ok(touched + retire(tx, retention_days, now)?)
}

/// Fails a delivery whose receipt did not come in time.
fn overdue(tx: &Tx<'_>, delivery: &mut Delivery, now: Timestamp) -> Result<bool, Fault> {
    let cause = Cause::receipt_overdue();
    let failed = delivery.step(
        tx,
        &Step::new(Event::Fail, AuditAction::Failed, &Actor::Hub, now).because(&cause),
    )?;
    if failed {
        alert::not_delivered(tx, NotDelivered::Overdue, delivery, &cause.code, now)?;
    }
    Ok(failed)
}

fn days_before(now: Timestamp, days: i64) -> Timestamp {
    now.checked_sub(SignedDuration::from_hours(24 * days))
        .unwrap_or(Timestamp::MIN)
}

pub(crate) const OLD_BODIES: &str = "SELECT b.message FROM body b WHERE b.message < ?1 AND NOT EXISTS
    (SELECT 1 FROM delivery d WHERE d.message = b.message AND (d.state < 4 OR d.state = 10 OR d.changed_at >= ?2))
    ORDER BY b.message LIMIT ?3";
pub(crate) const OLD_BYTES: &str = "SELECT f.delivery FROM frozen f CROSS JOIN delivery d ON d.id = f.delivery
    WHERE f.delivery < ?1 AND d.state BETWEEN 4 AND 9 AND d.changed_at < ?2 ORDER BY f.delivery LIMIT ?3";
pub(crate) const OLD_REFERENCES: &str = "DELETE FROM idempotency WHERE (party, reference) IN (SELECT party, reference FROM idempotency WHERE at < ?1 LIMIT ?2)";

/// Removes contents past their retention, of messages and of deliveries that ended before it. Both tables are read from
/// the oldest row on. Removed contents leave no rows there, so that this is fast.
fn retire(tx: &Tx<'_>, retention_days: u32, now: Timestamp) -> Result<usize, Fault> {
    let before = days_before(now, i64::from(retention_days));
    let old = params![oldest_id_at(before), micros(before), BATCH];
    let bodies: Vec<MessageId> = tx.all(OLD_BODIES, old, |row| row.id(0))?;
    for message in &bodies {
        tx.run("DELETE FROM body WHERE message = ?1", [message.key()])?;
        attempt::forget_of_message(tx, *message)?;
        for sql in [
            "DELETE FROM letter_read WHERE delivery IN (SELECT id FROM delivery WHERE message = ?1)",
            "DELETE FROM letter_answer WHERE delivery IN (SELECT id FROM delivery WHERE message = ?1)",
            // The receiver's words that a person entered are the cause. Without the row of the entry, nothing says who entered them.
            "UPDATE delivery SET cause_code = NULL, cause_text = NULL WHERE message = ?1
                AND EXISTS (SELECT 1 FROM entry e WHERE e.delivery = delivery.id)",
            "DELETE FROM entry WHERE delivery IN (SELECT id FROM delivery WHERE message = ?1)",
        ] {
            tx.run(sql, [message.key()])?;
        }
    }
    let frozen: Vec<DeliveryId> = tx.all(OLD_BYTES, old, |row| row.id(0))?;
    for delivery in &frozen {
        tx.run("DELETE FROM frozen WHERE delivery = ?1", [delivery.key()])?;
        attempt::forget(tx, *delivery)?;
    }
    let forgotten = micros(days_before(now, REFERENCES_KEPT_DAYS));
    let references = tx.run(OLD_REFERENCES, [forgotten, BATCH])?;
    let items = tx.run(fetched::OLD, [forgotten, BATCH])?;
    // An earlier version of a party names the persons that the party had then.
    let versions = tx.run(
        party_version::OLD,
        [micros(days_before(now, VERSIONS_KEPT_DAYS)), BATCH],
    )?;
    let unsent = unsent::retire(tx, BATCH, now)?;
    let requests = request::retire(tx, BATCH, now)?;
    flow::forget(tx, BATCH, now)?;
    let retired = bodies.len() + frozen.len() + references + items + versions + unsent + requests;
    if retired > 0 {
        let n = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
        let detail = Detail::new()
            .number("bodies", n(bodies.len()))
            .number("documents", n(frozen.len()))
            .number("references", n(references))
            .number("items", n(items))
            .number("versions", n(versions))
            .number("unsent", n(unsent))
            .number("requests", n(requests));
        tx.audit(now, AuditAction::Retired, &Actor::Hub, detail)?;
    }
    Ok(retired)
}

/// Returns the states of these deliveries.
pub(crate) fn states(db: &Db<'_>, ids: &[DeliveryId]) -> Result<Vec<(DeliveryId, State)>, Fault> {
    let mut states = Vec::with_capacity(ids.len());
    for id in ids {
        states.extend(delivery::load(db, *id)?.map(|d| (d.id, d.state)));
    }
    Ok(states)
}
