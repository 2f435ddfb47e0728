//! Participants: pseudonyms, their keys, and the dialogue about them.

use bindeledd_core::alert::{Dialogue, counts_as_dialogue};
use bindeledd_core::audit::{Actor, AuditAction};
use bindeledd_core::{Kind, NationalId, ParticipantRef};
use jiff::Timestamp;

use crate::audit::Detail;
use crate::conn::codec::{Key, micros};
use crate::conn::{Db, Tx, params};
use crate::fault::{Fault, damaged};
use crate::ledger;
use crate::sealing::aead::{SealKey, SealedAt};

/// A participant with the facts that commands need.
pub(crate) struct Participant {
    pub(crate) id: ParticipantRef,
    pub(crate) key: SealKey,
    pub(crate) dialogue: Dialogue,
}

/// The number of a person, with the look-up digest that was computed before the transaction.
pub(crate) struct Person {
    pub(crate) national_id: NationalId,
    pub(crate) lookup: [u8; 32],
}

/// Returns the pseudonym of a known person, found by any of the person's numbers.
pub(crate) fn find(db: &Db<'_>, lookup: &[u8; 32]) -> Result<Option<ParticipantRef>, Fault> {
    let known = db.one("SELECT ref FROM participant WHERE lookup = ?1", [lookup], |row| {
        row.id(0)
    })?;
    if known.is_some() {
        return Ok(known);
    }
    db.one(
        "SELECT participant FROM also_known WHERE lookup = ?1",
        [lookup],
        |row| row.id(0),
    )
}

const FOUND: &str = "SELECT ref, wrapped_key, treatment_told_at, talked_at FROM participant WHERE lookup = ?1";
const FOUND_BY_OTHER_NUMBER: &str = "SELECT p.ref, p.wrapped_key, p.treatment_told_at, p.talked_at
    FROM also_known a CROSS JOIN participant p ON p.ref = a.participant WHERE a.lookup = ?1";

/// Finds a participant, or makes a new one.
pub(crate) fn find_or_make(tx: &Tx<'_>, person: &Person, now: Timestamp) -> Result<Participant, Fault> {
    for sql in [FOUND, FOUND_BY_OTHER_NUMBER] {
        let found = tx.one(sql, [person.lookup], |row| {
            let id: ParticipantRef = row.id(0)?;
            Ok(Participant {
                id,
                key: tx.vault.unwrap(id, row.bytes(1)?)?,
                dialogue: Dialogue {
                    treatment_status: row.time_or_none(2)?,
                    talked: row.time_or_none(3)?,
                },
            })
        })?;
        if let Some(found) = found {
            // A decision does not read the row of this number, so that the row is checked here.
            if sql == FOUND_BY_OTHER_NUMBER {
                ledger::check(tx, found.id)?;
            }
            return Ok(found);
        }
    }
    // A UUIDv7 would reveal the time of its making.
    let id = ParticipantRef(uuid::Builder::from_random_bytes(tx.vault.random()).into_uuid());
    let (key, wrapped) = tx.vault.new_key(id)?;
    let place = SealedAt("participant.identity", id.0.as_bytes());
    let identity = tx.vault.seal(&key, place, person.national_id.reveal().as_bytes())?;
    let sql = "INSERT INTO participant (ref, lookup, wrapped_key, protected, identity, ledger_version, ledger_salt,
        ledger_beside, ledger_mac) VALUES (?1, ?2, ?3, 0, ?4, ?5, ?6, ?7, ?8)";
    let fresh = ledger::fresh(tx, id, &person.lookup, &identity);
    let of = fresh.as_ref();
    let (version, salt) = (of.map(|fresh| fresh.anchor.version), of.map(|fresh| fresh.salt));
    let (beside, mac) = (of.map(|fresh| fresh.beside), of.map(|fresh| fresh.mac));
    tx.run(
        sql,
        params![id.key(), person.lookup, wrapped, identity, version, salt, beside, mac],
    )?;
    let detail = Detail::new().id("participant", id);
    let detail = match of {
        Some(fresh) => detail.ledger(Some(fresh.anchor)),
        None => detail,
    };
    tx.audit(now, AuditAction::ParticipantKnown, &Actor::Hub, detail)?;
    Ok(Participant {
        id,
        key,
        dialogue: Dialogue::default(),
    })
}

/// Returns the key that opens a participant's data.
pub(crate) fn key(db: &Db<'_>, id: ParticipantRef) -> Result<SealKey, Fault> {
    key_unless_erased(db, id)?.ok_or_else(|| damaged("a participant's key is missing"))
}

/// Returns the key that opens a participant's data; `None` after an erasure.
pub(crate) fn key_unless_erased(db: &Db<'_>, id: ParticipantRef) -> Result<Option<SealKey>, Fault> {
    let sql = "SELECT wrapped_key FROM participant WHERE ref = ?1 AND erased_at IS NULL";
    db.one(sql, [id.key()], |row| db.vault.unwrap(id, row.bytes(0)?))
}

/// Returns the first known number of a participant; `None` if there is no such participant, or after an erasure.
pub(crate) fn national_id(db: &Db<'_>, id: ParticipantRef) -> Result<Option<NationalId>, Fault> {
    let Some(key) = key_unless_erased(db, id)? else {
        return Ok(None);
    };
    let unreadable = || damaged("a participant's identity can not be read");
    let sql = "SELECT identity FROM participant WHERE ref = ?1";
    db.one(sql, [id.key()], |row| {
        let place = SealedAt("participant.identity", id.0.as_bytes());
        let plain = db.vault.open(&key, place, row.bytes(0)?)?;
        let raw = std::str::from_utf8(&plain).map_err(|_| unreadable())?;
        NationalId::parse(raw).map_err(|_| unreadable())
    })
}

/// Returns a participant's other numbers, each with the pseudonym that it had before a join.
pub(crate) fn other_numbers(
    db: &Db<'_>,
    id: ParticipantRef,
) -> Result<Vec<(NationalId, Option<ParticipantRef>)>, Fault> {
    let key = key(db, id)?;
    let unreadable = || damaged("a participant's other number can not be read");
    let sql = "SELECT lookup, identity, was FROM also_known WHERE participant = ?1 ORDER BY lookup";
    db.all(sql, [id.key()], |row| {
        let lookup: [u8; 32] = row.get(0)?;
        let sealed = row.bytes(1)?;
        let plain = db.vault.open(&key, SealedAt("also_known.identity", &lookup), sealed)?;
        let raw = std::str::from_utf8(&plain).map_err(|_| unreadable())?;
        let number = NationalId::parse(raw).map_err(|_| unreadable())?;
        Ok((number, row.id_or_none(2)?))
    })
}

/// Records a message that counts for the rule about endings without a dialogue.
pub(crate) fn remember(tx: &Tx<'_>, id: ParticipantRef, kind: Kind, now: Timestamp) -> Result<(), Fault> {
    if kind == Kind::TreatmentStatus {
        let sql = "UPDATE participant SET treatment_told_at = ?2 WHERE ref = ?1";
        tx.run(sql, params![id.key(), micros(now)])?;
    } else if counts_as_dialogue(kind) {
        let sql = "UPDATE participant SET talked_at = ?2 WHERE ref = ?1";
        tx.run(sql, params![id.key(), micros(now)])?;
    }
    Ok(())
}

pub(crate) fn protect(tx: &Tx<'_>, id: ParticipantRef, protected: bool, now: Timestamp) -> Result<(), Fault> {
    let sql =
        "UPDATE participant SET protected = ?2, protected_at = CASE WHEN CAST(?2 AS BIGINT) = 1 THEN coalesce(protected_at, ?3) END
        WHERE ref = ?1";
    tx.run(sql, params![id.key(), protected, micros(now)])?;
    Ok(())
}
