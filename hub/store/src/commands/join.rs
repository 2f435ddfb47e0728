//! Links two numbers of one person: a D-number and a later national identity number.
//!
//! Afterwards both numbers find the same participant. The second number may have had a participant of its own. All data
//! of that participant is then sealed anew with the key of the first, and the consents and withdrawals of both count. A
//! join can only narrow the permissions: whatever a withdrawal ended stays ended.

use bindeledd_core::audit::{Actor, AuditAction};
use bindeledd_core::delivery::{Event, State};
use bindeledd_core::{DeliveryId, ParticipantRef};
use bindeledd_engine::ports::LinkAnswer;
use jiff::Timestamp;

use crate::audit::{Detail, JournalEntry, JournalStep};
use crate::commands::consent;
use crate::commands::delivery::{self, Step};
use crate::commands::erase::DELIVERIES;
use crate::commands::participant::{self, Person};
use crate::commands::withdraw;
use crate::commands::{look, opening, own_page, request, unsent};
use crate::conn::codec::{Key, micros};
use crate::conn::{Row, Tx, params};
use crate::fault::Fault;
use crate::ledger;
use crate::sealing::aead::{SealKey, SealedAt};
use crate::sealing::frozen;

/// Links a number to a participant. `None` if there is no such participant.
pub(crate) fn link(
    tx: &Tx<'_>,
    participant: ParticipantRef,
    number: &Person,
    actor: &Actor,
    now: Timestamp,
) -> Result<Option<LinkAnswer>, Fault> {
    tx.ask_witness();
    let Some(key) = participant::key_unless_erased(tx, participant)? else {
        return Ok(None);
    };
    let mut answer = LinkAnswer::default();
    match participant::find(tx, &number.lookup)? {
        Some(known) if known == participant => return Ok(Some(answer)),
        Some(other) => {
            ledger::must_be_whole(tx, participant)?;
            ledger::must_be_whole(tx, other)?;
            answer.joined = Some(other);
            answer.cancelled = join(tx, other, participant, actor, now)?;
            tx.witness(JournalEntry {
                at: micros(now),
                participant: participant.to_string(),
                step: JournalStep::Joined {
                    from: other.to_string(),
                },
            });
        }
        None => {
            ledger::must_be_whole(tx, participant)?;
            let identity = tx.vault.seal(
                &key,
                SealedAt("also_known.identity", &number.lookup),
                number.national_id.reveal().as_bytes(),
            )?;
            let sql = "INSERT INTO also_known (lookup, participant, identity) VALUES (?1, ?2, ?3)";
            tx.run(sql, params![number.lookup, participant.key(), identity])?;
            let detail = Detail::new().id("participant", participant);
            let detail = detail.ledger(Some(ledger::bind(tx, participant)?));
            tx.audit(now, AuditAction::Linked, actor, detail)?;
        }
    }
    Ok(Some(answer))
}

/// Seals everything else of one participant again under the key of the other.
fn seal_again(tx: &Tx<'_>, keys: &Keys, from: ParticipantRef) -> Result<(), Fault> {
    for (id, names) in tx.all(
        "SELECT id, names FROM message WHERE participant = ?1",
        [from.key()],
        sealed,
    )? {
        let names = keys.again(tx, SealedAt("message.names", &id), &names)?;
        tx.run("UPDATE message SET names = ?2 WHERE id = ?1", params![id, names])?;
        keys.each(tx, BODY, &id)?;
        for opening in tx.all("SELECT id FROM opening WHERE message = ?1", [id], |row| {
            row.get::<[u8; 16]>(0)
        })? {
            keys.each(tx, OPENING, &opening)?;
        }
        for (pending, origin) in tx.all("SELECT id, origin FROM pending_answer WHERE about = ?1", [id], numbered)? {
            let origin = keys.again(tx, SealedAt("pending_answer.origin", &id), &origin)?;
            tx.run(
                "UPDATE pending_answer SET origin = ?2 WHERE id = ?1",
                params![pending, origin],
            )?;
        }
    }
    for (id, _) in tx.all(
        "SELECT id, detail FROM consent WHERE participant = ?1",
        [from.key()],
        sealed,
    )? {
        keys.each(tx, CONSENT, &id)?;
        consent::seal_confirmations_again(tx, Key::of(id), |place, sealed| keys.again(tx, place, sealed))?;
        consent::raise_version(tx, Key::of(id))?;
    }
    for (sql, column) in [
        ("SELECT id FROM look WHERE participant = ?1", LOOK),
        ("SELECT id FROM unsent WHERE participant = ?1", UNSENT),
        ("SELECT id FROM consent_request WHERE participant = ?1", REQUEST),
    ] {
        for id in tx.all(sql, [from.key()], |row| row.get::<[u8; 16]>(0))? {
            keys.each(tx, column, &id)?;
        }
    }
    Ok(())
}

/// Moves all data of one participant to another. Returns the deliveries that are no longer covered.
pub(crate) fn join(
    tx: &Tx<'_>,
    from: ParticipantRef,
    into: ParticipantRef,
    actor: &Actor,
    now: Timestamp,
) -> Result<Vec<DeliveryId>, Fault> {
    let are_registered = ledger::check(tx, from)? && ledger::check(tx, into)?;
    let keys = Keys {
        from: participant::key(tx, from)?,
        into: participant::key(tx, into)?,
    };
    let deliveries: Vec<DeliveryId> = tx.all(DELIVERIES, [from.key()], |row| row.id(0))?;
    for id in deliveries {
        keys.move_delivery(tx, id, into, now)?;
    }
    seal_again(tx, &keys, from)?;
    keys.move_numbers(tx, from, into)?;
    // A code was made for one of the two. Its party hands over a new one.
    own_page::forget(tx, from)?;
    for sql in [
        "UPDATE consent SET participant = ?2 WHERE participant = ?1",
        "UPDATE grant_row SET participant = ?2 WHERE participant = ?1",
        "UPDATE withdrawal SET participant = ?2 WHERE participant = ?1",
        "UPDATE withdrawal_notice SET participant = ?2 WHERE participant = ?1",
        "UPDATE conversation_name SET participant = ?2 WHERE participant = ?1",
        "UPDATE message SET participant = ?2 WHERE participant = ?1",
        "UPDATE alert SET participant = ?2 WHERE participant = ?1",
        "UPDATE look SET participant = ?2 WHERE participant = ?1",
        // A party that follows both up keeps the persons of the participant that remains.
        "DELETE FROM follow_up WHERE participant = ?1 AND party IN (SELECT party FROM follow_up WHERE participant = ?2)",
        "UPDATE follow_up SET participant = ?2 WHERE participant = ?1",
        "UPDATE letter_read SET participant = ?2 WHERE participant = ?1",
        "UPDATE hand_over SET participant = ?2 WHERE participant = ?1",
        "UPDATE unsent SET participant = ?2 WHERE participant = ?1",
        "UPDATE consent_request SET participant = ?2 WHERE participant = ?1",
        "UPDATE participant SET
            protected = (SELECT CASE WHEN b.protected > participant.protected THEN b.protected ELSE participant.protected END
                FROM participant b WHERE b.ref = ?1),
            protected_at = coalesce(protected_at, (SELECT b.protected_at FROM participant b WHERE b.ref = ?1)),
            treatment_told_at = (SELECT CASE WHEN participant.treatment_told_at >= b.treatment_told_at
                    THEN participant.treatment_told_at ELSE coalesce(b.treatment_told_at, participant.treatment_told_at) END
                FROM participant b WHERE b.ref = ?1),
            talked_at = (SELECT CASE WHEN participant.talked_at >= b.talked_at
                    THEN participant.talked_at ELSE coalesce(b.talked_at, participant.talked_at) END
                FROM participant b WHERE b.ref = ?1)
            WHERE ref = ?2",
    ] {
        tx.run(sql, params![from.key(), into.key()])?;
    }
    tx.run("DELETE FROM participant WHERE ref = ?1", [from.key()])?;
    tx.trust.book.gone(from);
    let detail = Detail::new()
        .id("participant", into)
        .id("was", from)
        .ledger(ledger::bind_if(tx, into, are_registered)?);
    tx.audit(now, AuditAction::Joined, actor, detail)?;
    // Withdrawals and protection of either participant now count for both.
    withdraw::stop_all_uncovered(tx, into, actor, now)
}

/// A column that is sealed with a participant's key, with one value in each row.
#[derive(Clone, Copy)]
pub(crate) struct SealedColumn {
    table: &'static str,
    id: &'static str,
    column: &'static str,
    sealed_for: &'static str,
}

impl SealedColumn {
    const fn new(table: &'static str, id: &'static str, column: &'static str, sealed_for: &'static str) -> Self {
        Self {
            table,
            id,
            column,
            sealed_for,
        }
    }

    /// Returns the statement that reads a value, and the statement that writes the value sealed anew.
    pub(crate) fn statements(self) -> [String; 2] {
        let Self { table, id, column, .. } = self;
        [
            format!("SELECT {column} FROM {table} WHERE {id} = ?1 AND {column} IS NOT NULL"),
            format!("UPDATE {table} SET {column} = ?2 WHERE {id} = ?1"),
        ]
    }
}

const BODY: SealedColumn = SealedColumn::new("body", "message", "sealed", "body");
const CONSENT: SealedColumn = SealedColumn::new("consent", "id", "detail", "consent.detail");
const FROZEN: SealedColumn = SealedColumn::new("frozen", "delivery", "sealed", "frozen");
const CAUSE: SealedColumn = SealedColumn::new("delivery", "id", "cause_text", "delivery.cause");
const SENT_SALT: SealedColumn = SealedColumn::new("delivery", "id", "sent_salt", frozen::SALT);
const OPENING: SealedColumn = SealedColumn::new("opening", "id", "reason", opening::REASON);
const LOOK: SealedColumn = SealedColumn::new("look", "id", "reason", look::REASON);
const UNSENT: SealedColumn = SealedColumn::new("unsent", "id", "content", unsent::CONTENT);
const REQUEST: SealedColumn = SealedColumn::new("consent_request", "id", "question", request::QUESTION);
#[cfg(test)]
pub(crate) const SEALED_COLUMNS: [SealedColumn; 9] =
    [BODY, CONSENT, FROZEN, CAUSE, SENT_SALT, OPENING, LOOK, UNSENT, REQUEST];

/// The sealing keys of both participants.
struct Keys {
    from: SealKey,
    into: SealKey,
}

impl Keys {
    /// Seals content anew for the same place, with the other participant's key.
    fn again(&self, tx: &Tx<'_>, place: SealedAt<'_>, sealed: &[u8]) -> Result<Vec<u8>, Fault> {
        let plain = tx.vault.open(&self.from, place, sealed)?;
        tx.vault.seal(&self.into, place, &plain)
    }

    /// Seals a column anew in the row with this id, if the row exists.
    fn each(&self, tx: &Tx<'_>, column: SealedColumn, id: &[u8; 16]) -> Result<(), Fault> {
        let [select, update] = column.statements();
        if let Some(found) = tx.one(&select, [id], |row| row.get::<Vec<u8>>(0))? {
            let found = self.again(tx, SealedAt(column.sealed_for, id), &found)?;
            tx.run(&update, params![id, found])?;
        }
        Ok(())
    }

    fn move_delivery(&self, tx: &Tx<'_>, id: DeliveryId, into: ParticipantRef, now: Timestamp) -> Result<(), Fault> {
        // A release that was decided for one participant does not hold for both together.
        if let Some(mut delivery) = delivery::load(tx, id)?
            && matches!(delivery.state, State::Reserved(_))
        {
            let again = Event::TryAgain { due: now };
            delivery.step(tx, &Step::new(again, AuditAction::ReservationVoided, &Actor::Hub, now))?;
        }
        let key = id.key();
        self.each(tx, FROZEN, &key)?;
        self.each(tx, CAUSE, &key)?;
        self.each(tx, SENT_SALT, &key)?;
        let sql = "SELECT party, value, scheme, sealed FROM external_ref WHERE delivery = ?1";
        type Reference = (String, [u8; 32], String, Vec<u8>);
        let references = tx.all(sql, [key], |row| -> Result<Reference, Fault> {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
        })?;
        for (party, value, scheme, sealed) in references {
            let sealed = self.again(tx, SealedAt("external_ref", &key), &sealed)?;
            let sql =
                "UPDATE external_ref SET sealed = ?5 WHERE party = ?1 AND value = ?2 AND scheme = ?3 AND delivery = ?4";
            tx.run(sql, params![party, value, scheme, key, sealed])?;
        }
        let sql = "UPDATE delivery SET participant = ?2 WHERE id = ?1 AND participant IS NOT NULL";
        tx.run(sql, params![key, into.key()])?;
        Ok(())
    }

    /// Moves the numbers of one participant to the other.
    fn move_numbers(&self, tx: &Tx<'_>, from: ParticipantRef, into: ParticipantRef) -> Result<(), Fault> {
        type Number = ([u8; 32], Vec<u8>);
        let number = |row: &Row<'_>| -> Result<Number, Fault> { Ok((row.get(0)?, row.get(1)?)) };
        let sql = "SELECT lookup, identity FROM also_known WHERE participant = ?1";
        for (lookup, identity) in tx.all(sql, [from.key()], number)? {
            let identity = self.again(tx, SealedAt("also_known.identity", &lookup), &identity)?;
            let sql = "UPDATE also_known SET participant = ?2, identity = ?3 WHERE lookup = ?1";
            tx.run(sql, params![lookup, into.key(), identity])?;
        }
        let sql = "SELECT lookup, identity FROM participant WHERE ref = ?1";
        if let Some((lookup, identity)) = tx.one(sql, [from.key()], number)? {
            let plain = tx
                .vault
                .open(&self.from, SealedAt("participant.identity", &from.key()), &identity)?;
            let identity = tx
                .vault
                .seal(&self.into, SealedAt("also_known.identity", &lookup), &plain)?;
            let sql = "INSERT INTO also_known (lookup, participant, identity, was) VALUES (?1, ?2, ?3, ?4)";
            tx.run(sql, params![lookup, into.key(), identity, from.key()])?;
        }
        Ok(())
    }
}

fn sealed(row: &Row<'_>) -> Result<([u8; 16], Vec<u8>), Fault> {
    Ok((row.get(0)?, row.get(1)?))
}

fn numbered(row: &Row<'_>) -> Result<(i64, Vec<u8>), Fault> {
    Ok((row.get(0)?, row.get(1)?))
}
