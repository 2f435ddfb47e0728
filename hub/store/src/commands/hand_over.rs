//! Hand-overs and stand-ins, for those who are told of them. The rules are in `core::follow_up`.

use bindeledd_core::account::DisplayName;
use bindeledd_core::follow_up::FollowUp;
use bindeledd_core::{AccountId, HandOverId, ParticipantRef, PartyId};
use bindeledd_engine::ports::HandOverShown;

use crate::conn::codec::{Key, limit, micros};
use crate::conn::{Db, Tx, params};
use crate::fault::{Fault, damaged};

pub(crate) const UNSEEN: &str = "SELECT h.id, h.participant, h.person, h.made_by, h.at, h.until
    FROM hand_over_unseen u CROSS JOIN hand_over h ON h.id = u.hand_over
    WHERE u.party = ?2 AND u.person = ?1 ORDER BY h.at DESC, h.id DESC LIMIT ?3";
pub(crate) const ABOUT: &str =
    "SELECT h.at, h.until, a.name, CASE WHEN h.until IS NULL AND a.disabled_at IS NULL AND EXISTS (SELECT 1 FROM follow_up f
        WHERE f.party = h.party AND f.participant = h.participant AND f.person = h.person AND f.until IS NULL)
        THEN 1 ELSE 0 END AS is_contact
    FROM hand_over h CROSS JOIN account a ON a.id = h.person
    WHERE h.participant = ?1 AND h.party = ?2 ORDER BY h.at DESC LIMIT ?3";

/// Records that a person began to follow a participant up, with those who are told of it.
pub(crate) fn put(tx: &Tx<'_>, party: &PartyId, row: &FollowUp, told: &[AccountId]) -> Result<(), Fault> {
    let id: HandOverId = tx.new_id(row.since);
    let sql = "INSERT INTO hand_over (id, party, participant, person, made_by, at, until)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
    tx.run(
        sql,
        params![
            id.key(),
            party.as_str(),
            row.participant.key(),
            row.person.key(),
            row.by.key(),
            micros(row.since),
            row.part.until().map(micros)
        ],
    )?;
    for person in told {
        let sql = "INSERT INTO hand_over_unseen (party, person, hand_over) VALUES (?1, ?2, ?3)";
        tx.run(sql, params![party.as_str(), person.key(), id.key()])?;
    }
    Ok(())
}

/// Records that a person has seen hand-overs.
pub(crate) fn seen(tx: &Tx<'_>, person: AccountId, party: &PartyId, seen: &[HandOverId]) -> Result<(), Fault> {
    for id in seen {
        let sql = "DELETE FROM hand_over_unseen WHERE party = ?1 AND person = ?2 AND hand_over = ?3";
        tx.run(sql, params![party.as_str(), person.key(), id.key()])?;
    }
    Ok(())
}

/// Returns the hand-overs of parties about a participant, the newest first.
pub(crate) fn about(
    db: &Db<'_>,
    participant: ParticipantRef,
    parties: &[PartyId],
    at_most: usize,
) -> Result<Vec<HandOverShown>, Fault> {
    let mut all = Vec::new();
    for party in parties {
        let values = params![participant.key(), party.as_str(), limit(at_most)];
        all.extend(db.all(ABOUT, values, |row| {
            let name = DisplayName::parse(row.get("name")?).map_err(|_| damaged("a name can not be read"))?;
            let is_contact = row.get::<i64>("is_contact")? != 0;
            Ok(HandOverShown {
                party: party.clone(),
                at: row.time("at")?,
                is_stand_in: row.time_or_none("until")?.is_some(),
                contact: Some(name).filter(|_| is_contact),
            })
        })?);
    }
    all.sort_by_key(|shown| std::cmp::Reverse(shown.at));
    Ok(all)
}
