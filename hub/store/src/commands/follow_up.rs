//! The persons of a mailbox who follow participants up. The rules are in `core::follow_up`.

use bindeledd_core::audit::Actor;
use bindeledd_core::follow_up::{self, Change, FollowUp, NotChanged, Part, Planned, is_of_party, plan, told};
use bindeledd_core::{AccountId, ParticipantRef, PartyId};
use jiff::Timestamp;

use crate::audit::Detail;
use crate::commands::{account, consent, hand_over};
use crate::conn::codec::{Key, as_kept, micros};
use crate::conn::{Db, Row, Tx, params};
use crate::fault::Fault;

pub(crate) const OF_PARTY: &str = "SELECT participant, person, since, made_by, until FROM follow_up
    WHERE party = ?1 ORDER BY participant, person";
pub(crate) const OF_PARTICIPANT: &str = "SELECT participant, person, since, made_by, until FROM follow_up
    WHERE party = ?1 AND participant = ?2 ORDER BY person";
/// Participants of a party by any grant, in force or not.
pub(crate) const BY_GRANTS: &str = "SELECT participant FROM grant_row WHERE from_party = ?1
    UNION SELECT participant FROM grant_row WHERE to_party = ?1";

/// Forgets answers to requests about a participant that a person has not seen, who no longer follows the participant up.
const NOT_TOLD: &str = "DELETE FROM consent_request_unseen WHERE party = ?1 AND person = ?3
    AND request IN (SELECT id FROM consent_request WHERE participant = ?2)";

fn read(row: &Row<'_>) -> Result<FollowUp, Fault> {
    let until = row.time_or_none("until")?;
    Ok(FollowUp {
        participant: row.id("participant")?,
        person: row.id("person")?,
        part: until.map_or(Part::Contact, |until| Part::StandIn { until }),
        since: row.time("since")?,
        by: row.id("made_by")?,
    })
}

/// Returns the persons who follow participants up in a party's mailbox, with those whose time is over.
pub(crate) fn of_party(db: &Db<'_>, party: &PartyId) -> Result<Vec<FollowUp>, Fault> {
    db.all(OF_PARTY, [party.as_str()], read)
}

/// Returns the persons who follow a participant up in a party's mailbox, with those whose time is over.
pub(crate) fn of_participant(
    db: &Db<'_>,
    party: &PartyId,
    participant: ParticipantRef,
) -> Result<Vec<FollowUp>, Fault> {
    db.all(OF_PARTICIPANT, params![party.as_str(), participant.key()], read)
}

/// Returns the rows that hold at a time, the contact person first.
pub(crate) fn holding(mut rows: Vec<FollowUp>, now: Timestamp) -> Vec<FollowUp> {
    rows.retain(|row| row.holds_at(now));
    rows.sort_by_key(|row| (!row.is_contact(), row.since));
    rows
}

/// Changes the persons who follow a participant up. `false` if everything was so already.
pub(crate) fn change(
    tx: &Tx<'_>,
    (party, participant): (&PartyId, ParticipantRef),
    change: Change,
    by: AccountId,
    now: Timestamp,
) -> Result<Result<bool, NotChanged>, Fault> {
    let now = as_kept(now);
    let Some(asker) = account::by_id_alone(tx, by)? else {
        return Ok(Err(NotChanged::NoRight));
    };
    let person = account::by_id_alone(tx, change.person())?;
    let rows = of_participant(tx, party, participant)?;
    let about = (party, participant);
    let planned = match plan(change, (&asker, person.as_ref()), about, &rows, now) {
        Ok(Some(planned)) => planned,
        Ok(None) => return Ok(Ok(false)),
        Err(why) => return Ok(Err(why)),
    };
    // Somebody may still be taken off a participant whom no grant covers any longer.
    if planned.begins.is_some() && !is_of_party(&consent::ledger(tx, participant, None)?, party, now) {
        return Ok(Err(NotChanged::Unknown));
    }
    write(tx, about, (&rows, &planned), (change.person(), by), now)?;
    Ok(Ok(true))
}

/// Makes the person who registered a consent the contact person, if there is none. The grants may still wait, so that none
/// need cover the participant.
pub(crate) fn begin(
    tx: &Tx<'_>,
    (party, participant): (&PartyId, ParticipantRef),
    by: AccountId,
    now: Timestamp,
) -> Result<(), Fault> {
    let now = as_kept(now);
    let Some(account) = account::by_id_alone(tx, by)? else {
        return Ok(());
    };
    let rows = of_participant(tx, party, participant)?;
    match follow_up::begin(&account, (party, participant), &rows, now) {
        Some(planned) => write(tx, (party, participant), (&rows, &planned), (by, by), now),
        None => Ok(()),
    }
}

/// Writes a change of these rows, with its audit row. `person` is whom it is about.
fn write(
    tx: &Tx<'_>,
    (party, participant): (&PartyId, ParticipantRef),
    (rows, planned): (&[FollowUp], &Planned),
    (person, by): (AccountId, AccountId),
    now: Timestamp,
) -> Result<(), Fault> {
    for person in &planned.ends {
        let sql = "DELETE FROM follow_up WHERE party = ?1 AND participant = ?2 AND person = ?3";
        tx.run(sql, params![party.as_str(), participant.key(), person.key()])?;
        tx.run(NOT_TOLD, params![party.as_str(), participant.key(), person.key()])?;
    }
    if let Some(row) = &planned.begins {
        let sql = "INSERT INTO follow_up (party, participant, person, since, made_by, until)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
        tx.run(
            sql,
            params![
                party.as_str(),
                participant.key(),
                row.person.key(),
                micros(row.since),
                row.by.key(),
                row.part.until().map(micros)
            ],
        )?;
    }
    if let Some(row) = &planned.begins {
        hand_over::put(tx, party, row, &told(rows, planned, now))?;
    }
    let until = planned.begins.as_ref().and_then(|row| row.part.until());
    let detail = Detail::new()
        .id("party", party)
        .id("participant", participant)
        .id("person", person)
        .id_or_none("until", until);
    tx.audit(now, planned.action, &Actor::Person(by), detail)?;
    Ok(())
}
