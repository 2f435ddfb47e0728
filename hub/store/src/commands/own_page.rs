//! Participants' own pages: one-time codes, PINs and sessions. The rules are in `core::own_page`.

use bindeledd_core::audit::{Actor, AuditAction};
use bindeledd_core::own_page::{
    ABSOLUTE, AtLevel, EndedWhy, OwnCode, OwnCodeState, OwnSession, OwnWay, Tried, has_page, has_part,
};
use bindeledd_core::{OwnCodeId, ParticipantRef, PartyId, SessionId};
use bindeledd_engine::ports::{NewOwnCode, NewOwnSession, PinTry, SecretHash};
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use crate::audit::Detail;
use crate::commands::{consent, participant};
use crate::conn::codec::{Key, as_kept, micros};
use crate::conn::{Db, Row, Tx, params};
use crate::fault::Fault;

/// Domain of the digest of a code.
const CODE: &str = "own_code.code";
/// Time that a session stays after it is over.
const SESSIONS_KEPT: SignedDuration = SignedDuration::from_hours(24);

/// A code on file.
struct Found {
    id: OwnCodeId,
    participant: ParticipantRef,
    party: PartyId,
    state: OwnCodeState,
    pin: Option<String>,
}

macro_rules! select {
    ($where_and_order:literal) => {
        concat!(
            "SELECT id, participant, party, used_at, until, pin, tries FROM own_code ",
            $where_and_order
        )
    };
}
pub(crate) const BY_CODE: &str = select!("WHERE code = ?1");
pub(crate) const BY_ID: &str = select!("WHERE id = ?1");
pub(crate) const OF_PARTY: &str = select!("WHERE participant = ?1 AND party = ?2");
pub(crate) const BY_PARTY: &str = select!("WHERE party = ?1");
pub(crate) const PAST: &str = select!("WHERE until <= ?1 ORDER BY until LIMIT ?2");
/// A question to a participant on file.
pub(crate) const IS_ASKED: &str = "SELECT 1 FROM consent_request WHERE participant = ?1";
pub(crate) const SESSION: &str =
    "SELECT s.id, s.code, s.participant, s.party, s.issuer, s.level, s.began_at, s.seen_at, s.ended_at, c.id AS on_file, c.pin
        FROM own_session s LEFT JOIN own_code c ON c.id = s.code WHERE s.token = ?1";
pub(crate) const OLD_SESSIONS: &str =
    "DELETE FROM own_session WHERE id IN (SELECT id FROM own_session WHERE seen_at < ?1 LIMIT ?2)";

fn found(row: &Row<'_>) -> Result<Found, Fault> {
    let until = row.time("until")?;
    let state = match row.time_or_none("used_at")? {
        None => OwnCodeState::Made { until },
        Some(_) => OwnCodeState::Used {
            until,
            tries: row.get("tries")?,
        },
    };
    Ok(Found {
        id: row.id("id")?,
        participant: row.id("participant")?,
        party: row.party("party")?,
        state,
        pin: row.get("pin")?,
    })
}

fn digest(db: &Db<'_>, code: &OwnCode) -> [u8; 32] {
    db.vault.digest(CODE, &[code.reveal().as_bytes()])
}

fn by_code(db: &Db<'_>, code: &OwnCode) -> Result<Option<Found>, Fault> {
    db.one(BY_CODE, params![digest(db, code)], found)
}

fn about(found: &Found) -> Detail {
    of_code(found.participant, &found.party, found.id)
}

fn of_code(participant: ParticipantRef, party: &PartyId, code: OwnCodeId) -> Detail {
    Detail::new()
        .id("participant", participant)
        .id("party", party)
        .id("code", code)
}

fn is_there(db: &Db<'_>, participant: ParticipantRef) -> Result<bool, Fault> {
    let sql = "SELECT 1 FROM participant WHERE ref = ?1 AND erased_at IS NULL";
    db.any(sql, [participant.key()])
}

/// Returns whether the party's exchanges can be shown to the participant now.
fn is_shown(db: &Db<'_>, participant: ParticipantRef, party: &PartyId, now: Timestamp) -> Result<bool, Fault> {
    Ok(is_there(db, participant)? && has_part(&consent::ledger(db, participant, None)?, party, now))
}

/// Ends a code: its row goes, and the audit log keeps the reason.
fn end(tx: &Tx<'_>, found: &Found, why: EndedWhy, actor: &Actor, now: Timestamp) -> Result<(), Fault> {
    tx.run("DELETE FROM own_code WHERE id = ?1", [found.id.key()])?;
    let detail = about(found).text("why", why.code());
    tx.audit(now, AuditAction::OwnCodeEnded, actor, detail)
}

/// Ends every code of a party and every session under one. Whoever holds the party's key may have made them.
pub(crate) fn end_of_party(tx: &Tx<'_>, party: &PartyId, actor: &Actor, now: Timestamp) -> Result<(), Fault> {
    for code in tx.all(BY_PARTY, [party.as_str()], found)? {
        end(tx, &code, EndedWhy::Suspended, actor, now)?;
    }
    let sql = "UPDATE own_session SET ended_at = ?2 WHERE party = ?1 AND ended_at IS NULL";
    tx.run(sql, params![party.as_str(), micros(now)])?;
    Ok(())
}

/// Makes a code in place of unused ones of the same party.
pub(crate) fn make(tx: &Tx<'_>, new: &NewOwnCode, actor: &Actor, now: Timestamp) -> Result<Option<Timestamp>, Fault> {
    if !is_shown(tx, new.participant, &new.party, now)? {
        return Ok(None);
    }
    for before in tx.all(OF_PARTY, params![new.participant.key(), new.party.as_str()], found)? {
        if matches!(before.state, OwnCodeState::Made { .. }) {
            end(tx, &before, EndedWhy::Replaced, actor, now)?;
        }
    }
    let state = OwnCodeState::made(now);
    let sql = "INSERT INTO own_code (id, participant, party, code, made_at, until, tries)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, 0)";
    let (until, code) = (state.until(), digest(tx, &new.code));
    tx.run(
        sql,
        params![
            new.id.key(),
            new.participant.key(),
            new.party.as_str(),
            code,
            micros(now),
            micros(until)
        ],
    )?;
    let detail = of_code(new.participant, &new.party, new.id);
    tx.audit(now, AuditAction::OwnCodeMade, actor, detail)?;
    Ok(Some(as_kept(until)))
}

fn put_state(tx: &Tx<'_>, id: OwnCodeId, state: OwnCodeState) -> Result<(), Fault> {
    let tries = match state {
        OwnCodeState::Made { .. } => 0,
        OwnCodeState::Used { tries, .. } => tries,
    };
    let sql = "UPDATE own_code SET until = ?2, tries = ?3 WHERE id = ?1";
    tx.run(sql, params![id.key(), micros(state.until()), tries])?;
    Ok(())
}

/// Begins a session by a code that was checked.
fn begin(
    tx: &Tx<'_>,
    found: &Found,
    (new, how): (&NewOwnSession, &'static str),
    now: Timestamp,
) -> Result<OwnSession, Fault> {
    let sql = "INSERT INTO own_session (id, code, participant, party, token, began_at, seen_at)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6)";
    tx.run(
        sql,
        params![
            new.id.key(),
            found.id.key(),
            found.participant.key(),
            found.party.as_str(),
            new.token,
            micros(now)
        ],
    )?;
    let detail = about(found).id("session", new.id).text("how", how);
    let actor = Actor::Participant(found.party.clone());
    tx.audit(now, AuditAction::OwnCodeUsed, &actor, detail)?;
    Ok(OwnSession {
        id: new.id,
        participant: found.participant,
        way: OwnWay::Code {
            code: found.id,
            party: found.party.clone(),
            may_choose_pin: found.pin.is_none(),
        },
        began_at: as_kept(now),
        seen_at: as_kept(now),
        ended_at: None,
    })
}

/// Begins a session of a person whom an issuer has named. A person without anything to show takes the same steps as
/// another, and one row of the log, which names nobody.
pub(crate) fn begin_at_issuer(
    tx: &Tx<'_>,
    lookup: &[u8; 32],
    by: &AtLevel,
    new: &NewOwnSession,
    now: Timestamp,
) -> Result<Option<OwnSession>, Fault> {
    let found = participant::find(tx, lookup)?;
    let asked = found.unwrap_or(ParticipantRef(Uuid::nil()));
    let is_there = is_there(tx, asked)?;
    let ledger = consent::ledger(tx, asked, None)?;
    let is_asked = tx.any(IS_ASKED, [asked.key()])?;
    let detail = Detail::new().text("issuer", &by.issuer).text("level", &by.level);
    let Some(participant) = found.filter(|_| is_there && has_page(&ledger, is_asked)) else {
        tx.audit(now, AuditAction::OwnPageOfNobody, &Actor::Hub, detail)?;
        return Ok(None);
    };
    let sql = "INSERT INTO own_session (id, participant, issuer, level, token, began_at, seen_at)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6)";
    tx.run(
        sql,
        params![
            new.id.key(),
            participant.key(),
            by.issuer.as_str(),
            by.level.as_str(),
            new.token,
            micros(now)
        ],
    )?;
    let detail = detail.id("participant", participant).id("session", new.id);
    tx.audit(now, AuditAction::OwnPageOpened, &Actor::SignedParticipant, detail)?;
    Ok(Some(OwnSession {
        id: new.id,
        participant,
        way: OwnWay::Issuer(by.clone()),
        began_at: as_kept(now),
        seen_at: as_kept(now),
        ended_at: None,
    }))
}

/// Uses a code.
pub(crate) fn use_code(
    tx: &Tx<'_>,
    code: &OwnCode,
    session: &NewOwnSession,
    now: Timestamp,
) -> Result<Option<OwnSession>, Fault> {
    let Some(one) = by_code(tx, code)? else {
        return Ok(None);
    };
    let Some(used) = one.state.used(now) else {
        return Ok(None);
    };
    if !is_shown(tx, one.participant, &one.party, now)? {
        return Ok(None);
    }
    let sql = "UPDATE own_code SET used_at = ?2 WHERE id = ?1";
    tx.run(sql, params![one.id.key(), micros(now)])?;
    put_state(tx, one.id, used)?;
    let begun = begin(tx, &one, (session, "code"), now)?;
    // The participant has the newest code in hand. A slip of paper from before opens nothing any more.
    for before in tx.all(OF_PARTY, params![one.participant.key(), one.party.as_str()], found)? {
        if before.id != one.id {
            end(tx, &before, EndedWhy::Replaced, &Actor::Hub, now)?;
        }
    }
    Ok(Some(begun))
}

/// Sets the PIN of the code that a session began with.
pub(crate) fn set_pin(tx: &Tx<'_>, session: SessionId, pin: &str, now: Timestamp) -> Result<bool, Fault> {
    let sql = "SELECT code FROM own_session WHERE id = ?1 AND ended_at IS NULL";
    let code = tx.one(sql, [session.key()], |row| row.id_or_none::<OwnCodeId>(0))?;
    let Some(code) = code.flatten() else {
        return Ok(false);
    };
    let Some(one) = tx.one(BY_ID, [code.key()], found)? else {
        return Ok(false);
    };
    let sql = "UPDATE own_code SET pin = ?2 WHERE id = ?1 AND pin IS NULL AND used_at IS NOT NULL";
    if tx.run(sql, params![code.key(), pin])? == 0 {
        return Ok(false);
    }
    let actor = Actor::Participant(one.party.clone());
    tx.audit(now, AuditAction::OwnPinSet, &actor, about(&one))?;
    Ok(true)
}

/// Begins a try with a PIN.
pub(crate) fn begin_try(tx: &Tx<'_>, code: &OwnCode, now: Timestamp) -> Result<Option<PinTry>, Fault> {
    let Some(one) = by_code(tx, code)? else {
        return Ok(None);
    };
    let (Some(pin), Some(tried)) = (one.pin, one.state.tried(now)) else {
        return Ok(None);
    };
    put_state(tx, one.id, tried)?;
    Ok(Some(PinTry { code: one.id, pin }))
}

/// Ends a try with the right PIN.
pub(crate) fn pass_try(
    tx: &Tx<'_>,
    code: OwnCodeId,
    session: &NewOwnSession,
    now: Timestamp,
) -> Result<Option<OwnSession>, Fault> {
    let Some(one) = tx.one(BY_ID, [code.key()], found)? else {
        return Ok(None);
    };
    if now >= one.state.until() || !is_shown(tx, one.participant, &one.party, now)? {
        return Ok(None);
    }
    put_state(tx, one.id, one.state.passed())?;
    begin(tx, &one, (session, "pin"), now).map(Some)
}

/// Ends a try with a wrong PIN.
pub(crate) fn fail_try(tx: &Tx<'_>, code: OwnCodeId, now: Timestamp) -> Result<(), Fault> {
    let Some(one) = tx.one(BY_ID, [code.key()], found)? else {
        return Ok(());
    };
    tx.audit(now, AuditAction::OwnCodeRefused, &Actor::Hub, about(&one))?;
    match one.state.failed() {
        Tried::GoesOn(_) => Ok(()),
        Tried::Ended(why) => end(tx, &one, why, &Actor::Hub, now),
    }
}

/// Returns the session of a token.
pub(crate) fn session(db: &Db<'_>, token: &SecretHash) -> Result<Option<OwnSession>, Fault> {
    db.one(SESSION, params![token], |row| {
        let on_file: Option<OwnCodeId> = row.id_or_none("on_file")?;
        let pin: Option<&str> = row.get("pin")?;
        let (issuer, level): (Option<String>, Option<String>) = (row.get("issuer")?, row.get("level")?);
        let way = match issuer.zip(level) {
            Some((issuer, level)) => OwnWay::Issuer(AtLevel { issuer, level }),
            None => OwnWay::Code {
                code: row.id("code")?,
                party: row.party("party")?,
                may_choose_pin: on_file.is_some() && pin.is_none(),
            },
        };
        Ok(OwnSession {
            id: row.id("id")?,
            participant: row.id("participant")?,
            way,
            began_at: row.time("began_at")?,
            seen_at: row.time("seen_at")?,
            ended_at: row.time_or_none("ended_at")?,
        })
    })
}

/// Notes a request in a session.
pub(crate) fn slide(tx: &Tx<'_>, id: SessionId, now: Timestamp) -> Result<(), Fault> {
    let sql = "UPDATE own_session SET seen_at = ?2 WHERE id = ?1 AND seen_at < ?2 AND ended_at IS NULL";
    tx.run(sql, params![id.key(), micros(now)])?;
    Ok(())
}

/// Ends a session that the participant leaves.
pub(crate) fn leave(tx: &Tx<'_>, id: SessionId, now: Timestamp) -> Result<bool, Fault> {
    let sql = "UPDATE own_session SET ended_at = ?2 WHERE id = ?1 AND ended_at IS NULL";
    if tx.run(sql, params![id.key(), micros(now)])? == 0 {
        return Ok(false);
    }
    let sql = "SELECT participant, party FROM own_session WHERE id = ?1";
    let of = tx.one(sql, [id.key()], |row| {
        Ok((row.id::<ParticipantRef>(0)?, row.party_or_none(1)?))
    })?;
    if let Some((participant, party)) = of {
        let detail = Detail::new().id("participant", participant).id("session", id);
        let actor = party.map_or(Actor::SignedParticipant, Actor::Participant);
        tx.audit(now, AuditAction::OwnPageLeft, &actor, detail)?;
    }
    Ok(true)
}

/// Ends some of the codes that time has ended, and removes sessions that were over a day ago.
pub(crate) fn retire(tx: &Tx<'_>, at_most: i64, now: Timestamp) -> Result<usize, Fault> {
    let past = tx.all(PAST, params![micros(now), at_most], found)?;
    for one in &past {
        end(tx, one, EndedWhy::Time, &Actor::Hub, now)?;
    }
    let before = now.checked_sub(SESSIONS_KEPT + ABSOLUTE).unwrap_or(Timestamp::MIN);
    let sessions = tx.run(OLD_SESSIONS, params![micros(before), at_most])?;
    Ok(past.len() + sessions)
}

/// Removes the codes and sessions of a participant who was erased, or joined to another.
pub(crate) fn forget(tx: &Tx<'_>, participant: ParticipantRef) -> Result<(), Fault> {
    for sql in [
        "DELETE FROM own_session WHERE participant = ?1",
        "DELETE FROM own_code WHERE participant = ?1",
    ] {
        tx.run(sql, [participant.key()])?;
    }
    Ok(())
}
