//! Parties and their keys.

use bindeledd_core::audit::{Actor, AuditAction};
use bindeledd_core::{Party, PartyId, PartyKind, Revision, revise};
use bindeledd_engine::ports::{ApiKey, KeyHash, key_id};
use jiff::Timestamp;

use crate::audit::Detail;
use crate::commands::{own_page, party_act, party_row, party_version};
use crate::conn::codec::micros;
use crate::conn::{Db, Tx, params};
use crate::fault::Fault;

/// Adds a party, or changes it. A change of its set-up makes a version.
pub(crate) fn put(tx: &Tx<'_>, party: &Party, actor: &Actor, now: Timestamp) -> Result<(), Fault> {
    let newest = party_version::newest(tx, &party.id)?;
    let newest = newest.as_ref().map(|version| (version.number, &version.party));
    party_row::write(tx, party, newest.map(|(_, earlier)| earlier))?;
    if !party.paused {
        party_act::forget_pause(tx, &party.id)?;
    }
    let detail = Detail::new().id("party", &party.id).text("kind", party.kind.code());
    let adapter = party.endpoint.as_ref().map(|e| &e.adapter);
    let mut detail = detail.id_or_none("adapter", adapter);
    match revise(newest, None, party) {
        Revision::New(number) => {
            party_version::add(tx, (party, number), &party_version::Origin::default(), actor, now)?;
            detail = detail.number("version", number.get());
        }
        Revision::Same(_) | Revision::SomebodyElse(_) => {}
    }
    tx.audit(now, AuditAction::PartyChanged, actor, detail)
}

/// Returns every party.
pub(crate) fn all(db: &Db<'_>) -> Result<Vec<Party>, Fault> {
    db.all(
        "SELECT id, kind, org, her, paused, suspended, config FROM party",
        [],
        |row| party_row::read_row(row, row.party("id")?, (row.get("paused")?, row.get("suspended")?)),
    )
}

/// Returns a party's kind.
pub(crate) fn kind_of(db: &Db<'_>, party: &PartyId) -> Result<Option<PartyKind>, Fault> {
    let sql = "SELECT kind FROM party WHERE id = ?1";
    db.one(sql, [party.as_str()], |row| row.coded(0, PartyKind::parse))
}

/// Returns whether deliveries to a party wait because it is paused or suspended.
pub(crate) fn is_held(db: &Db<'_>, party: &PartyId) -> Result<bool, Fault> {
    let sql = "SELECT 1 FROM party WHERE id = ?1 AND (paused = 1 OR suspended = 1)";
    db.any(sql, [party.as_str()])
}

pub(crate) fn set_paused(
    tx: &Tx<'_>,
    party: &PartyId,
    paused: bool,
    actor: &Actor,
    now: Timestamp,
) -> Result<bool, Fault> {
    let was_paused = tx.any("SELECT 1 FROM party WHERE id = ?1 AND paused = 1", [party.as_str()])?;
    let touched = tx.run(
        "UPDATE party SET paused = ?2 WHERE id = ?1",
        params![party.as_str(), paused],
    )?;
    if touched > 0 {
        // A party that is paused anew keeps the reason and the end that it has.
        if !(paused && was_paused) {
            party_act::forget_pause(tx, party)?;
        }
        let action = if paused {
            AuditAction::PartyPaused
        } else {
            AuditAction::PartyResumed
        };
        tx.audit(now, action, actor, Detail::new().id("party", party))?;
    }
    Ok(touched > 0)
}

/// Suspends a party, or lifts the suspension.
pub(crate) fn set_suspended(
    tx: &Tx<'_>,
    party: &PartyId,
    suspended: bool,
    actor: &Actor,
    now: Timestamp,
) -> Result<bool, Fault> {
    let sql = "UPDATE party SET suspended = ?2 WHERE id = ?1";
    let touched = tx.run(sql, params![party.as_str(), suspended])?;
    if touched > 0 {
        let action = if suspended {
            AuditAction::PartySuspended
        } else {
            AuditAction::PartyUnsuspended
        };
        tx.audit(now, action, actor, Detail::new().id("party", party))?;
        if suspended {
            own_page::end_of_party(tx, party, actor, now)?;
        }
    }
    Ok(touched > 0)
}

/// Adds a key. A repetition changes nothing; a key of another party becomes a key of this party.
pub(crate) fn put_key(tx: &Tx<'_>, party: &PartyId, key: KeyHash, actor: &Actor, now: Timestamp) -> Result<(), Fault> {
    let sql =
        "INSERT INTO api_key (hash, party, added_at) VALUES (?1, ?2, ?3) ON CONFLICT (hash) DO UPDATE SET party = ?2";
    tx.run(sql, params![key, party.as_str(), micros(now)])?;
    let detail = Detail::new().id("party", party).text("key", &key_id(&key));
    tx.audit(now, AuditAction::KeyAdded, actor, detail)
}

/// Returns every key, with its party.
pub(crate) fn keys(db: &Db<'_>) -> Result<Vec<ApiKey>, Fault> {
    db.all("SELECT hash, party, added_at FROM api_key", [], |row| {
        Ok(ApiKey {
            hash: row.get(0)?,
            party: row.party(1)?,
            added_at: row.time(2)?,
        })
    })
}

/// Removes keys of a party, and returns the number of keys that existed. Each removed key has an audit row that names
/// it.
pub(crate) fn revoke_keys(
    tx: &Tx<'_>,
    party: &PartyId,
    keys: &[KeyHash],
    actor: &Actor,
    now: Timestamp,
) -> Result<usize, Fault> {
    let mut revoked = 0;
    for key in keys {
        let sql = "DELETE FROM api_key WHERE hash = ?1 AND party = ?2";
        if tx.run(sql, params![key, party.as_str()])? > 0 {
            revoked += 1;
            let detail = Detail::new().id("party", party).text("key", &key_id(key));
            tx.audit(now, AuditAction::KeyRevoked, actor, detail)?;
        }
    }
    Ok(revoked)
}
