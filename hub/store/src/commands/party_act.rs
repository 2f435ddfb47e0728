//! Acts of a person on a party. Each has a reason, and changes nothing where somebody else was first.

use bindeledd_core::PartyId;
use bindeledd_core::audit::{Actor, AuditAction};
use bindeledd_engine::ports::{ActOutcome, Backlog, KeyHash, PartyAct, Pause, key_id};
use jiff::Timestamp;

use crate::audit::Detail;
use crate::commands::own_page;
use crate::conn::codec::micros;
use crate::conn::{Db, Tx, params};
use crate::fault::{Fault, damaged};

/// Acts on a party.
pub(crate) fn act(
    tx: &Tx<'_>,
    party: &PartyId,
    (act, why): (&PartyAct, &str),
    actor: &Actor,
    now: Timestamp,
) -> Result<ActOutcome, Fault> {
    if !tx.any("SELECT 1 FROM party WHERE id = ?1", [party.as_str()])? {
        return Ok(ActOutcome::Unknown);
    }
    let touched = match act {
        PartyAct::Pause { until } => pause(tx, party, (*until, why), actor, now)?,
        PartyAct::Resume => resume(tx, party)?,
        PartyAct::Suspend => {
            let sql = "UPDATE party SET suspended = 1 WHERE id = ?1 AND suspended = 0";
            tx.run(sql, [party.as_str()])?
        }
        PartyAct::Unsuspend => {
            let sql = "UPDATE party SET suspended = 0 WHERE id = ?1 AND suspended = 1";
            tx.run(sql, [party.as_str()])?
        }
        PartyAct::AddKey { key, keys } => add_key(tx, party, (*key, *keys), now)?,
        PartyAct::RevokeKeys(keys) => return revoke(tx, party, (keys, why), actor, now),
    };
    if touched == 0 {
        return Ok(ActOutcome::Already);
    }
    let mut detail = Detail::new().id("party", party);
    if let PartyAct::AddKey { key, .. } = act {
        detail = detail.text("key", &key_id(key));
    }
    if let PartyAct::Pause { until: Some(until) } = act {
        detail = detail.id("until", until);
    }
    tx.audit(now, action(act), actor, detail.text("reason", why))?;
    if *act == PartyAct::Suspend {
        own_page::end_of_party(tx, party, actor, now)?;
    }
    Ok(ActOutcome::Done)
}

const fn action(act: &PartyAct) -> AuditAction {
    match act {
        PartyAct::Pause { .. } => AuditAction::PartyPaused,
        PartyAct::Resume => AuditAction::PartyResumed,
        PartyAct::Suspend => AuditAction::PartySuspended,
        PartyAct::Unsuspend => AuditAction::PartyUnsuspended,
        PartyAct::AddKey { .. } => AuditAction::KeyAdded,
        PartyAct::RevokeKeys(_) => AuditAction::KeyRevoked,
    }
}

fn pause(
    tx: &Tx<'_>,
    party: &PartyId,
    (until, why): (Option<Timestamp>, &str),
    actor: &Actor,
    now: Timestamp,
) -> Result<usize, Fault> {
    let sql = "UPDATE party SET paused = 1 WHERE id = ?1 AND paused = 0";
    let touched = tx.run(sql, [party.as_str()])?;
    if touched > 0 {
        forget_pause(tx, party)?;
        let sql = "INSERT INTO party_pause (party, made_by, made_at, why, until) VALUES (?1, ?2, ?3, ?4, ?5)";
        let (by, until) = (actor.text(), until.map(micros));
        tx.run(sql, params![party.as_str(), &*by, micros(now), why, until])?;
    }
    Ok(touched)
}

fn resume(tx: &Tx<'_>, party: &PartyId) -> Result<usize, Fault> {
    forget_pause(tx, party)?;
    let sql = "UPDATE party SET paused = 0 WHERE id = ?1 AND paused = 1";
    tx.run(sql, [party.as_str()])
}

/// Forgets who paused a party and why. The audit log keeps it.
pub(crate) fn forget_pause(tx: &Tx<'_>, party: &PartyId) -> Result<usize, Fault> {
    tx.run("DELETE FROM party_pause WHERE party = ?1", [party.as_str()])
}

/// Adds a key to a party that still has so many keys.
fn add_key(tx: &Tx<'_>, party: &PartyId, (key, keys): (KeyHash, u64), now: Timestamp) -> Result<usize, Fault> {
    let has: Option<i64> = tx.one(
        "SELECT count(*) FROM api_key WHERE party = ?1",
        [party.as_str()],
        |row| row.get(0),
    )?;
    if u64::try_from(has.unwrap_or(0)).ok() != Some(keys) {
        return Ok(0);
    }
    let sql = "INSERT INTO api_key (hash, party, added_at) VALUES (?1, ?2, ?3)";
    tx.run(sql, params![key, party.as_str(), micros(now)])
}

/// Removes keys of a party. Each removed key has an audit row that names it.
fn revoke(
    tx: &Tx<'_>,
    party: &PartyId,
    (keys, why): (&[KeyHash], &str),
    actor: &Actor,
    now: Timestamp,
) -> Result<ActOutcome, Fault> {
    let mut outcome = ActOutcome::Already;
    for key in keys {
        let sql = "DELETE FROM api_key WHERE hash = ?1 AND party = ?2";
        if tx.run(sql, params![key, party.as_str()])? > 0 {
            outcome = ActOutcome::Done;
            let detail = Detail::new().id("party", party).text("key", &key_id(key));
            tx.audit(now, AuditAction::KeyRevoked, actor, detail.text("reason", why))?;
        }
    }
    Ok(outcome)
}

/// Returns the pause of a party; `None` if it has none on file.
pub(crate) fn pause_of(db: &Db<'_>, party: &PartyId) -> Result<Option<Pause>, Fault> {
    let sql = "SELECT made_by, made_at, why, until FROM party_pause WHERE party = ?1";
    db.one(sql, [party.as_str()], |row| {
        let by: String = row.get(0)?;
        let until: Option<i64> = row.get(3)?;
        Ok(Pause {
            by: Actor::parse(&by).ok_or_else(|| damaged("a pause has an actor that no hub writes"))?,
            at: row.time(1)?,
            why: row.get(2)?,
            until: match until {
                Some(_) => Some(row.time(3)?),
                None => None,
            },
        })
    })
}

/// Returns the deliveries that wait, for each party that has any.
pub(crate) fn backlog(db: &Db<'_>) -> Result<Vec<Backlog>, Fault> {
    let sql = "SELECT d.party, count(*), min(m.accepted_at) FROM delivery d LEFT JOIN message m ON m.id = d.message
        WHERE d.state < 3 AND d.state = 0 AND d.party IS NOT NULL GROUP BY d.party";
    db.all(sql, [], |row| {
        let (waiting, oldest): (i64, Option<i64>) = (row.get(1)?, row.get(2)?);
        Ok(Backlog {
            party: row.party(0)?,
            waiting: u64::try_from(waiting).unwrap_or(0),
            oldest: match oldest {
                Some(_) => Some(row.time(2)?),
                None => None,
            },
        })
    })
}

/// Returns the parties whose pause has come to its end.
pub(crate) fn pauses_over(db: &Db<'_>, now: Timestamp) -> Result<Vec<PartyId>, Fault> {
    let sql = "SELECT party FROM party_pause WHERE until <= ?1 ORDER BY party";
    db.all(sql, [micros(now)], |row| row.party(0))
}

/// Ends the pauses that have come to their end. Returns the parties that go on.
pub(crate) fn end_pauses(tx: &Tx<'_>, now: Timestamp) -> Result<Vec<PartyId>, Fault> {
    let over = pauses_over(tx, now)?;
    for party in &over {
        if resume(tx, party)? > 0 {
            let detail = Detail::new().id("party", party);
            tx.audit(now, AuditAction::PartyResumed, &Actor::Hub, detail)?;
        }
    }
    Ok(over)
}
