//! Erasure destroys a participant's key, and with the key everything sealed under it. The remaining rows identify
//! nobody.
//!
//! The audit log keeps its rows, since they hold pseudonyms only, and gets a row about the erasure. Data in an older
//! backup can be opened as long as the keys that wrap participants' keys exist. After a restore, the journal at the
//! second place repeats the erasure.

use std::collections::BTreeMap;

use bindeledd_core::audit::{Actor, AuditAction};
use bindeledd_core::delivery::{Cause, Event, State};
use bindeledd_core::{CategorySet, DeliveryId, MessageId, ParticipantRef, PartyId};
use bindeledd_engine::ports::{BuiltAnswer, Erasure, ErasureAnswer, HeldBy};
use jiff::Timestamp;

use crate::audit::{Detail, JournalEntry, JournalStep};
use crate::commands::delivery::{self, Delivery, Step};
use crate::commands::{answer, own_page, register};
use crate::conn::codec::{Key, micros};
use crate::conn::{Db, Tx, params};
use crate::fault::Fault;
use crate::ledger;
use crate::sqlite::scrub;
use crate::views::disclosure;

/// Every delivery about a participant: of messages, and of notices.
pub(crate) const DELIVERIES: &str = "SELECT d.id FROM message m CROSS JOIN delivery d ON d.message = m.id
    WHERE m.participant = ?1
    UNION SELECT d.id FROM message m CROSS JOIN delivery d ON d.about = m.id WHERE m.participant = ?1
    UNION SELECT delivery FROM withdrawal_notice WHERE participant = ?1";
pub(crate) const MESSAGES: &str = "SELECT id FROM message WHERE participant = ?1";

/// Erases a participant. `None` if there is no such participant.
pub(crate) fn erase(
    tx: &Tx<'_>,
    participant: ParticipantRef,
    actor: &Actor,
    now: Timestamp,
) -> Result<Option<ErasureAnswer>, Fault> {
    tx.ask_witness();
    let sql = "SELECT protected FROM participant WHERE ref = ?1 AND erased_at IS NULL";
    let Some(was_protected) = tx.one(sql, [participant.key()], |row| row.get(0))? else {
        return Ok(None);
    };
    scrub::begin(tx, participant, now)?;
    let mut answer = ErasureAnswer {
        was_protected,
        senders: senders(tx, participant)?,
        held_by: held_by(tx, participant)?,
        ..ErasureAnswer::default()
    };
    for pending in tx.all(PENDING, [participant.key()], |row| row.get::<i64>(0))? {
        answer::put(tx, pending, &BuiltAnswer::Nothing, now, now)?;
    }
    let ids: Vec<DeliveryId> = tx.all(DELIVERIES, [participant.key()], |row| row.id(0))?;
    let messages: Vec<MessageId> = tx.all(MESSAGES, [participant.key()], |row| row.id(0))?;
    overwrite(tx, participant, &ids, &messages)?;
    for id in ids {
        if let Some(mut delivery) = delivery::load(tx, id)? {
            stop(tx, &mut delivery, &mut answer, actor, now)?;
            forget_delivery(tx, id)?;
        }
    }
    for message in &messages {
        forget_message(tx, *message)?;
    }
    register::remember_erased(tx, participant)?;
    forget_person(tx, participant, now)?;
    let n = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    let detail = Detail::new()
        .id("participant", participant)
        .number("messages", n(messages.len()))
        .number("cancelled", n(answer.cancelled.len()))
        .texts("heldBy", answer.held_by.iter().map(|held| held.party.as_str()))
        // No grants remain after an erasure, so bind the ledger unconditionally.
        .ledger(ledger::bind_if(tx, participant, true)?);
    tx.audit(now, AuditAction::Erased, actor, detail)?;
    tx.witness(JournalEntry {
        at: micros(now),
        participant: participant.to_string(),
        step: JournalStep::Erased,
    });
    Ok(Some(answer))
}

/// Returns the erasure of an erased participant.
pub(crate) fn erasure(db: &Db<'_>, participant: ParticipantRef) -> Result<Option<Erasure>, Fault> {
    let sql = "SELECT erased_at FROM participant WHERE ref = ?1 AND erased_at IS NOT NULL";
    let erased_at = db.one(sql, [participant.key()], |row| row.time(0))?;
    let scrubbed = scrub::of(db, participant)?;
    Ok(erased_at.map(|erased_at| Erasure { erased_at, scrubbed }))
}

pub(crate) const PENDING: &str =
    "SELECT p.id FROM message m CROSS JOIN pending_answer p ON p.about = m.id WHERE m.participant = ?1";

/// Ends open deliveries. Waiting deliveries are cancelled, and the hub no longer waits for a receipt or a person. A
/// delivery on the wire is marked, and settles later.
fn stop(
    tx: &Tx<'_>,
    delivery: &mut Delivery,
    answer: &mut ErasureAnswer,
    actor: &Actor,
    now: Timestamp,
) -> Result<(), Fault> {
    let cause = Cause::erased();
    match &delivery.state {
        State::Waiting(_) | State::Reserved(_) => {
            let step = Step::new(Event::Cancel, AuditAction::Cancelled, actor, now).because(&cause);
            if delivery.step(tx, &step)? {
                answer.cancelled.push(delivery.id);
            }
        }
        State::Sending(_) => answer.sending.push(delivery.id),
        State::AwaitingReceipt(_) | State::WithPerson(_) => {
            delivery.step(
                tx,
                &Step::new(Event::Fail, AuditAction::Failed, actor, now).because(&cause),
            )?;
        }
        State::Ended(_) => {}
    }
    Ok(())
}

/// Cells that are overwritten: the number of bytes of each, and the statement that replaces those of that size.
type Overwriting = (&'static str, &'static str);

const OF_DELIVERY: [Overwriting; 2] = [
    (
        "SELECT DISTINCT length(sealed) FROM frozen WHERE delivery = ?1",
        "UPDATE frozen SET sealed = ?2 WHERE delivery = ?1 AND length(sealed) = ?3",
    ),
    (
        "SELECT DISTINCT length(sealed) FROM external_ref WHERE delivery = ?1",
        "UPDATE external_ref SET sealed = ?2 WHERE delivery = ?1 AND length(sealed) = ?3",
    ),
];
const OF_MESSAGE: [Overwriting; 3] = [
    (
        "SELECT DISTINCT length(sealed) FROM body WHERE message = ?1",
        "UPDATE body SET sealed = ?2 WHERE message = ?1 AND length(sealed) = ?3",
    ),
    (
        "SELECT DISTINCT length(names) FROM message WHERE id = ?1",
        "UPDATE message SET names = ?2 WHERE id = ?1 AND length(names) = ?3",
    ),
    (
        "SELECT DISTINCT length(reason) FROM opening WHERE message = ?1",
        "UPDATE opening SET reason = ?2 WHERE message = ?1 AND length(reason) = ?3",
    ),
];
const OF_PERSON: [Overwriting; 3] = [
    (
        "SELECT DISTINCT length(reason) FROM look WHERE participant = ?1",
        "UPDATE look SET reason = ?2 WHERE participant = ?1 AND length(reason) = ?3",
    ),
    (
        "SELECT DISTINCT length(content) FROM unsent WHERE participant = ?1",
        "UPDATE unsent SET content = ?2 WHERE participant = ?1 AND length(content) = ?3",
    ),
    (
        "SELECT DISTINCT length(question) FROM consent_request WHERE participant = ?1",
        "UPDATE consent_request SET question = ?2 WHERE participant = ?1 AND length(question) = ?3",
    ),
];

/// Writes zeros over all sealed cells, each in its place, before any row goes. SQLite moves cells between pages while rows are
/// deleted, and a rebuilt page keeps the bytes of a moved cell in its unused part, where no deletion finds them.
fn overwrite(
    tx: &Tx<'_>,
    participant: ParticipantRef,
    deliveries: &[DeliveryId],
    messages: &[MessageId],
) -> Result<(), Fault> {
    let deliveries = deliveries.iter().map(|id| (id.key(), &OF_DELIVERY[..]));
    let messages = messages.iter().map(|id| (id.key(), &OF_MESSAGE[..]));
    let person = std::iter::once((participant.key(), &OF_PERSON[..]));
    for (key, cells) in deliveries.chain(messages).chain(person) {
        for (sizes, replace) in cells {
            for size in tx.all(sizes, [key], |row| row.get::<i64>(0))? {
                let zeros = vec![0_u8; usize::try_from(size).unwrap_or_default()];
                tx.run(replace, params![key, zeros, size])?;
            }
        }
    }
    Ok(())
}

/// Value in place of destroyed data.
const NOTHING: &[u8] = &[];

/// Removes a delivery's content. The delivery's receiver, times and end remain.
fn forget_delivery(tx: &Tx<'_>, id: DeliveryId) -> Result<(), Fault> {
    for sql in [
        "DELETE FROM frozen WHERE delivery = ?1",
        "DELETE FROM external_ref WHERE delivery = ?1",
        "DELETE FROM attempt WHERE delivery = ?1",
        "DELETE FROM letter_read WHERE delivery = ?1",
        "DELETE FROM letter_answer WHERE delivery = ?1",
        "DELETE FROM entry WHERE delivery = ?1",
        "UPDATE delivery SET erased = 1, participant = NULL, conversation = NULL, cause_text = NULL, permitted = 0,
            withheld = 0, frozen_with = 0, sent_salt = NULL WHERE id = ?1",
    ] {
        tx.run(sql, [id.key()])?;
    }
    let sql = "UPDATE release SET grants = ?2, categories = 0 WHERE delivery = ?1";
    tx.run(sql, params![id.key(), NOTHING])?;
    Ok(())
}

/// Removes a message's content. The message's kind, sender and times remain.
fn forget_message(tx: &Tx<'_>, id: MessageId) -> Result<(), Fault> {
    for sql in [
        "DELETE FROM body WHERE message = ?1",
        "DELETE FROM idempotency WHERE message = ?1",
        "DELETE FROM opening WHERE message = ?1",
    ] {
        tx.run(sql, [id.key()])?;
    }
    let sql = "UPDATE message SET names = ?2, conversation = ?3, in_reply_to = NULL, supersedes = NULL, needs = 0,
        about = 0, flags = NULL WHERE id = ?1";
    tx.run(sql, params![id.key(), NOTHING, [0_u8; 16]])?;
    Ok(())
}

/// Removes all rows about the consents of an erased participant.
pub(crate) fn forget_ledger(tx: &Tx<'_>, participant: ParticipantRef) -> Result<(), Fault> {
    for sql in [
        "DELETE FROM grant_row WHERE participant = ?1",
        "DELETE FROM grant_row WHERE consent IN (SELECT id FROM consent WHERE participant = ?1)",
        "DELETE FROM consent WHERE participant = ?1",
        "DELETE FROM withdrawal WHERE participant = ?1",
        "DELETE FROM also_known WHERE participant = ?1",
        "UPDATE participant SET protected = 0 WHERE ref = ?1",
    ] {
        tx.run(sql, [participant.key()])?;
    }
    Ok(())
}

fn forget_person(tx: &Tx<'_>, participant: ParticipantRef, now: Timestamp) -> Result<(), Fault> {
    for sql in [
        "DELETE FROM alert_viewer WHERE alert IN (SELECT id FROM alert WHERE participant = ?1)",
        "DELETE FROM alert_push WHERE alert IN (SELECT id FROM alert WHERE participant = ?1)",
        "DELETE FROM alert_push_try WHERE alert IN (SELECT id FROM alert WHERE participant = ?1)",
        "DELETE FROM alert WHERE participant = ?1",
        "DELETE FROM withdrawal_notice WHERE participant = ?1",
        "DELETE FROM conversation_name WHERE participant = ?1",
        "DELETE FROM look WHERE participant = ?1",
        "DELETE FROM follow_up WHERE participant = ?1",
        "DELETE FROM letter_read WHERE participant = ?1",
        "DELETE FROM hand_over_unseen WHERE hand_over IN (SELECT id FROM hand_over WHERE participant = ?1)",
        "DELETE FROM hand_over WHERE participant = ?1",
        "DELETE FROM unsent WHERE participant = ?1",
        "DELETE FROM consent_request_unseen WHERE request IN (SELECT id FROM consent_request WHERE participant = ?1)",
        "DELETE FROM consent_request WHERE participant = ?1",
    ] {
        tx.run(sql, [participant.key()])?;
    }
    own_page::forget(tx, participant)?;
    forget_ledger(tx, participant)?;
    // The pseudonym replaces the look-up digest. No number has such a digest.
    let sql =
        "UPDATE participant SET lookup = ref, wrapped_key = ?3, identity = ?3, protected = 0, protected_at = NULL,
        treatment_told_at = NULL, talked_at = NULL, erased_at = ?2 WHERE ref = ?1";
    tx.run(sql, params![participant.key(), micros(now), NOTHING])?;
    Ok(())
}

/// Returns the senders of messages about a participant. Their own systems still have those messages.
fn senders(db: &Db<'_>, participant: ParticipantRef) -> Result<Vec<PartyId>, Fault> {
    let sql = "SELECT DISTINCT sender FROM message WHERE participant = ?1 ORDER BY sender";
    db.all(sql, [participant.key()], |row| row.party(0))
}

/// Returns the parties that may have got messages about a participant, with the categories.
fn held_by(db: &Db<'_>, participant: ParticipantRef) -> Result<Vec<HeldBy>, Fault> {
    let mut all: BTreeMap<PartyId, HeldBy> = BTreeMap::new();
    for disclosed in disclosure::all(db, participant)? {
        let held = all.entry(disclosed.to.clone()).or_insert_with(|| HeldBy {
            party: disclosed.to.clone(),
            categories: CategorySet::EMPTY,
            messages: 0,
            newest: disclosed.last,
        });
        held.categories = held.categories.union(disclosed.categories);
        held.messages += 1;
        held.newest = held.newest.max(disclosed.last);
    }
    Ok(all.into_values().collect())
}
