//! Disclosures: data about a participant that may have left, from the releases that reached sending. These queries open
//! nothing sealed.

use bindeledd_core::consent::Basis;
use bindeledd_core::disclosure::{Corrected, Disclosure, UsedGrant};
use bindeledd_core::{CategorySet, DeliveryId, GrantRef, MessageId, ParticipantRef, PartyId};
use bindeledd_engine::ports::DisclosureFilter;
use jiff::Timestamp;

use crate::conn::codec::{self, Key, limit};
use crate::conn::{Db, params};
use crate::fault::{Fault, damaged};

pub(crate) const DISCLOSED: &str =
    "SELECT d.id, d.message, d.party, d.state, d.attempts, d.due, d.deadline, m.kind, m.sender, m.purpose, m.needs, m.supersedes
    FROM message m INDEXED BY message_participant CROSS JOIN delivery d ON d.message = m.id
    WHERE m.participant = ?1 AND d.id < ?2 AND (m.sender = ?3 OR d.party = ?3 OR ?3 IS NULL)
        AND EXISTS (SELECT 1 FROM release r WHERE r.delivery = d.id AND r.state IN (1, 2))
    ORDER BY d.id DESC LIMIT ?4";
pub(crate) const RELEASES: &str =
    "SELECT id, categories, grants FROM release WHERE delivery = ?1 AND state IN (1, 2) ORDER BY id";
pub(crate) const GRANT: &str = "SELECT g.duty, c.given_at FROM grant_row g CROSS JOIN consent c ON c.id = g.consent
    WHERE g.consent = ?1 AND g.place = ?2";
pub(crate) const CORRECTIONS: &str = "SELECT id FROM message WHERE supersedes = ?1 ORDER BY id";
pub(crate) const REACHED: &str = "SELECT 1 FROM delivery d WHERE d.message = ?1 AND d.party = ?2
    AND EXISTS (SELECT 1 FROM release r WHERE r.delivery = d.id AND r.state IN (1, 2))";
/// Whether a party sent a message, or may have got it. A message that was accepted, or written and never sent, does not
/// involve its receiver.
pub(crate) const PART_OF: &str = "SELECT 1 FROM message m WHERE m.id = ?1 AND
    (m.sender = ?2 OR EXISTS (SELECT 1 FROM delivery d WHERE d.message = m.id AND d.party = ?2
        AND EXISTS (SELECT 1 FROM release r WHERE r.delivery = d.id AND r.state IN (1, 2))))";
const NAMED_IN_A_GRANT: &str = "SELECT 1 FROM grant_row WHERE participant = ?1 AND (from_party = ?2 OR to_party = ?2)";

/// Returns disclosures, newest first. `None` if there is no such participant, or if the party has no part in any
/// exchange about the participant.
pub(crate) fn list(db: &Db<'_>, filter: &DisclosureFilter) -> Result<Option<Vec<Disclosure>>, Fault> {
    let participant = filter.participant;
    if !db.any(
        "SELECT 1 FROM participant WHERE ref = ?1 AND erased_at IS NULL",
        [participant.key()],
    )? {
        return Ok(None);
    }
    if let Some(party) = &filter.party {
        let named = db.any(NAMED_IN_A_GRANT, params![participant.key(), party.as_str()])?;
        if !named && disclosed(db, participant, Some(party), None, 1)?.is_empty() {
            return Ok(None);
        }
    }
    disclosed(db, participant, filter.party.as_ref(), filter.before, filter.limit).map(Some)
}

/// Returns every disclosure about a participant, newest first.
pub(crate) fn all(db: &Db<'_>, participant: ParticipantRef) -> Result<Vec<Disclosure>, Fault> {
    disclosed(db, participant, None, None, usize::MAX)
}

fn disclosed(
    db: &Db<'_>,
    participant: ParticipantRef,
    party: Option<&PartyId>,
    before: Option<DeliveryId>,
    at_most: usize,
) -> Result<Vec<Disclosure>, Fault> {
    let before = before.map_or([0xff; 16], |id| id.key());
    let party = party.map(PartyId::as_str);
    let values = params![participant.key(), before, party, limit(at_most)];
    db.all(DISCLOSED, values, |row| {
        let (delivery, message): (DeliveryId, MessageId) = (row.id("id")?, row.id("message")?);
        let to = row.party("party")?;
        let released = released(db, delivery)?;
        let corrects: Option<MessageId> = row.id_or_none("supersedes")?;
        // A receiver may know only of messages that it got.
        let knows = match (corrects, party) {
            (Some(id), Some(party)) => db.any(PART_OF, params![id.key(), party])?,
            (Some(_) | None, _) => true,
        };
        Ok(Disclosure {
            delivery,
            message,
            kind: row.kind("kind")?,
            from: row.party("sender")?,
            purpose: row.purpose("purpose")?,
            categories: released.categories,
            withheld: row.categories("needs")?.difference(released.categories),
            state: codec::state(
                row.get("state")?,
                row.get("attempts")?,
                row.time("due")?,
                row.time_or_none("deadline")?,
            )?,
            first: released.first,
            last: released.last,
            times: released.times,
            grants: used(db, &released.grants)?,
            corrects: corrects.filter(|_| knows),
            corrected: corrected(db, message, &to)?,
            to,
        })
    })
}

/// All releases of a delivery, combined.
struct Released {
    first: Timestamp,
    last: Timestamp,
    times: u32,
    categories: CategorySet,
    grants: Vec<GrantRef>,
}

fn released(db: &Db<'_>, delivery: DeliveryId) -> Result<Released, Fault> {
    let releases = db.all(RELEASES, [delivery.key()], |row| {
        let grants = codec::grants(row.bytes(2)?)?;
        Ok((made_at(row.get(0)?)?, row.categories(1)?, grants))
    })?;
    let mut all: Option<Released> = None;
    for (at, categories, grants) in releases {
        let all = all.get_or_insert_with(|| Released {
            first: at,
            last: at,
            times: 0,
            categories: CategorySet::EMPTY,
            grants: Vec::new(),
        });
        all.last = at;
        all.times += 1;
        all.categories = all.categories.union(categories);
        for grant in grants {
            let same = |g: &GrantRef| (g.consent, g.index) == (grant.consent, grant.index);
            if !all.grants.iter().any(same) {
                all.grants.push(grant);
            }
        }
    }
    all.ok_or_else(|| damaged("a disclosure has no release"))
}

/// Returns the time of an id, which is the first part of a UUIDv7.
pub(crate) fn made_at(id: [u8; 16]) -> Result<Timestamp, Fault> {
    let mut ms = [0; 8];
    ms[2..].copy_from_slice(&id[..6]);
    let ms = i64::try_from(u64::from_be_bytes(ms)).unwrap_or(i64::MAX);
    Timestamp::from_millisecond(ms).map_err(|_| damaged("a release's id tells no time"))
}

/// Returns the facts on file about grants.
fn used(db: &Db<'_>, grants: &[GrantRef]) -> Result<Vec<UsedGrant>, Fault> {
    let mut found = Vec::with_capacity(grants.len());
    for grant in grants {
        let on_file = db.one(GRANT, params![grant.consent.key(), grant.index], |row| {
            let duty: Option<String> = row.get(0)?;
            Ok(UsedGrant {
                grant: *grant,
                basis: duty.map_or(Basis::Consent, |reference| Basis::Duty { reference }),
                given_at: row.time(1)?,
            })
        })?;
        found.extend(on_file);
    }
    Ok(found)
}

fn corrected(db: &Db<'_>, message: MessageId, receiver: &PartyId) -> Result<Option<Corrected>, Fault> {
    let Some(by) = corrections(db, message)?.pop() else {
        return Ok(None);
    };
    let reached = db.any(REACHED, params![by.key(), receiver.as_str()])?;
    Ok(Some(Corrected { by, reached }))
}

/// Returns the messages that correct a message, oldest first.
pub(crate) fn corrections(db: &Db<'_>, message: MessageId) -> Result<Vec<MessageId>, Fault> {
    db.all(CORRECTIONS, [message.key()], |row| row.id(0))
}
