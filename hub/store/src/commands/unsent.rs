//! Messages that persons have begun and not sent. The text is sealed under the participant's key, so that an erasure takes
//! it, and it leaves the store when the message is sent, or after 30 days.

use bindeledd_core::compose::{Typed, receivers};
use bindeledd_core::{AccountId, DeliveryId, Kind, ParticipantRef, PartyId, UnsentId};
use bindeledd_engine::ports::{Saved, Unsent};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::commands::{consent, participant};
use crate::conn::codec::{Key, micros};
use crate::conn::{Db, Row, Tx, params};
use crate::fault::{Fault, damaged};
use crate::sealing::aead::SealedAt;

pub(super) const CONTENT: &str = "unsent.content";

/// Largest number of unsent messages that one person may have.
const AT_MOST: i64 = 50;
/// Days for which an unsent message is kept after it was saved last.
const KEPT_DAYS: i64 = 30;

macro_rules! select {
    ($where_and_order:literal) => {
        concat!(
            "SELECT id, account, party, participant, saved_at, content FROM unsent ",
            $where_and_order
        )
    };
}
pub(crate) const BY_ID: &str = select!("WHERE id = ?1 AND account = ?2 AND party = ?3");
pub(crate) const OF_PERSON: &str =
    select!("WHERE account = ?1 AND party = ?2 ORDER BY saved_at DESC, id DESC LIMIT ?3");
pub(crate) const COUNT: &str = "SELECT count(*) FROM unsent WHERE account = ?1";
pub(crate) const OWNER: &str = "SELECT account FROM unsent WHERE id = ?1";
pub(crate) const OLD: &str =
    "DELETE FROM unsent WHERE id IN (SELECT id FROM unsent WHERE saved_at < ?1 ORDER BY saved_at LIMIT ?2)";

/// Returns whether the message was sent: the party has a message with its reference.
pub(crate) fn is_sent(db: &Db<'_>, unsent: &Unsent) -> Result<bool, Fault> {
    let reference = unsent.id.reference();
    let digest = crate::commands::names::reference_digest(db.vault, &unsent.party, reference.as_str());
    let sql = "SELECT 1 FROM idempotency WHERE party = ?1 AND reference = ?2";
    db.any(sql, params![unsent.party.as_str(), digest])
}

/// Saves an unsent message, or replaces what was saved of it.
pub(crate) fn save(tx: &Tx<'_>, unsent: &Unsent, now: Timestamp) -> Result<Saved, Fault> {
    let Some(key) = participant::key_unless_erased(tx, unsent.participant)? else {
        return Ok(Saved::Gone);
    };
    let owner: Option<AccountId> = tx.one(OWNER, [unsent.id.key()], |row| row.id(0))?;
    if owner.is_some_and(|owner| owner != unsent.account) || is_sent(tx, unsent)? {
        return Ok(Saved::Over);
    }
    if owner.is_none() {
        let has: Option<i64> = tx.one(COUNT, [unsent.account.key()], |row| row.get(0))?;
        if has.unwrap_or(0) >= AT_MOST {
            return Ok(Saved::TooMany);
        }
    }
    let mut plain = json!({"kind": unsent.kind.code(), "to": unsent.to, "fields": unsent.typed.to_json()});
    if let Some(delivery) = unsent.instead_of {
        plain["insteadOf"] = delivery.to_string().into();
    }
    let plain = serde_json::to_vec(&plain).map_err(|_| damaged("an unsent message can not be written"))?;
    let sealed = tx.vault.seal(&key, SealedAt(CONTENT, &unsent.id.key()), &plain)?;
    let sql = "INSERT INTO unsent (id, account, party, participant, saved_at, content) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
        ON CONFLICT (id) DO UPDATE SET party = excluded.party, participant = excluded.participant,
        saved_at = excluded.saved_at, content = excluded.content";
    tx.run(
        sql,
        params![
            unsent.id.key(),
            unsent.account.key(),
            unsent.party.as_str(),
            unsent.participant.key(),
            micros(now),
            sealed
        ],
    )?;
    Ok(Saved::Now)
}

fn read(db: &Db<'_>, row: &Row<'_>) -> Result<Unsent, Fault> {
    let id: UnsentId = row.id("id")?;
    let of: ParticipantRef = row.id("participant")?;
    let key = participant::key(db, of)?;
    let plain = db
        .vault
        .open(&key, SealedAt(CONTENT, &id.key()), row.bytes("content")?)?;
    let Content {
        kind,
        to,
        typed,
        instead_of,
    } = content(&plain).ok_or_else(|| damaged("an unsent message can not be read"))?;
    Ok(Unsent {
        id,
        account: row.id("account")?,
        party: row.party("party")?,
        participant: of,
        kind,
        to,
        typed,
        instead_of,
        saved_at: row.time("saved_at")?,
    })
}

/// The sealed part of an unsent message.
struct Content {
    kind: Kind,
    to: Vec<String>,
    typed: Typed,
    instead_of: Option<DeliveryId>,
}

fn content(plain: &[u8]) -> Option<Content> {
    let json: Value = serde_json::from_slice(plain).ok()?;
    let kind = Kind::parse(json.get("kind")?.as_str()?)?;
    let to = json
        .get("to")?
        .as_array()?
        .iter()
        .map(|to| to.as_str().map(str::to_owned));
    // Messages that an older hub saved are instead of nothing.
    let instead_of = json.get("insteadOf").and_then(Value::as_str);
    Some(Content {
        kind,
        to: to.collect::<Option<_>>()?,
        typed: Typed::from_json(json.get("fields")?)?,
        instead_of: instead_of.and_then(DeliveryId::parse),
    })
}

/// Returns an unsent message of a person for a party.
pub(crate) fn one(db: &Db<'_>, id: UnsentId, (account, party): (AccountId, &PartyId)) -> Result<Option<Unsent>, Fault> {
    db.one(BY_ID, params![id.key(), account.key(), party.as_str()], |row| {
        read(db, row)
    })
}

/// Returns the unsent messages of a person for a party, the last saved first.
pub(crate) fn all(db: &Db<'_>, (account, party): (AccountId, &PartyId)) -> Result<Vec<Unsent>, Fault> {
    db.all(OF_PERSON, params![account.key(), party.as_str(), AT_MOST], |row| {
        read(db, row)
    })
}

/// Removes an unsent message of a person.
pub(crate) fn discard(tx: &Tx<'_>, id: UnsentId, account: AccountId) -> Result<bool, Fault> {
    let removed = tx.run(
        "DELETE FROM unsent WHERE id = ?1 AND account = ?2",
        params![id.key(), account.key()],
    )?;
    Ok(removed > 0)
}

/// Removes unsent messages that nobody has touched for so long, and returns their number.
pub(crate) fn retire(tx: &Tx<'_>, at_most: i64, now: Timestamp) -> Result<usize, Fault> {
    let before = now
        .checked_sub(SignedDuration::from_hours(24 * KEPT_DAYS))
        .unwrap_or(Timestamp::MIN);
    tx.run(OLD, params![micros(before), at_most])
}

/// Returns those of these participants about whom active grants let a party tell somebody something.
pub(crate) fn writable(
    db: &Db<'_>,
    party: &PartyId,
    among: &[ParticipantRef],
    now: Timestamp,
) -> Result<Vec<ParticipantRef>, Fault> {
    let mut found = Vec::new();
    for participant in among {
        let ledger = consent::ledger(db, *participant, Some(party))?;
        // The kind counts for the parts that a receiver gets, not for the receivers.
        if !receivers(&ledger, party, Kind::Question, now).is_empty() {
            found.push(*participant);
        }
    }
    Ok(found)
}
