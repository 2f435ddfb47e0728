//! Looks at content outside of its way to a receiver. A look and its audit row are one transaction.

use std::collections::BTreeMap;
use std::num::NonZeroU64;

use bindeledd_core::audit::{Actor, AuditAction};
use bindeledd_core::opening::{Look, LookWay, LookedAs};
use bindeledd_core::{
    AccessReason, AccessScope, ContentAccess, DeliveryId, LookId, MessageId, ParticipantRef, PartyId,
};
use jiff::Timestamp;

use crate::audit::Detail;
use crate::commands::{account, delivery, participant};
use crate::conn::codec::{Key, micros};
use crate::conn::{Db, Row, Tx, params};
use crate::fault::{Fault, damaged};
use crate::sealing::aead::{SealKey, SealedAt};

pub(super) const REASON: &str = "look.reason";

/// Opens a sealed reason.
pub(super) fn reason(db: &Db<'_>, key: &SealKey, place: SealedAt<'_>, sealed: &[u8]) -> Result<AccessReason, Fault> {
    let plain = db.vault.open(key, place, sealed)?;
    let text = std::str::from_utf8(&plain).ok();
    text.and_then(|text| AccessReason::parse(text).ok())
        .ok_or_else(|| damaged("a reason can not be read"))
}

/// Returns the number of the audit row that the transaction wrote last.
fn last_row(tx: &Tx<'_>) -> Result<NonZeroU64, Fault> {
    NonZeroU64::new(tx.audit_rows()).ok_or_else(|| damaged("an audit row has no place"))
}

/// Returns the rights of an actor, as the participant learns them.
fn looked_as(db: &Db<'_>, actor: &Actor) -> Result<LookedAs, Fault> {
    match actor {
        Actor::Person(id) => {
            let account = account::by_id_alone(db, *id)?.ok_or_else(|| damaged("an account is missing"))?;
            Ok(LookedAs::Person(account.roles.iter().collect()))
        }
        Actor::Participant(_) | Actor::SignedParticipant => Ok(LookedAs::Participant),
        Actor::Operator | Actor::Hub | Actor::Party(_) => Ok(LookedAs::OperatorKey),
    }
}

/// Keeps a look under the audit row that the transaction wrote last. Returns that row's number.
pub(crate) fn put(
    tx: &Tx<'_>,
    participant: ParticipantRef,
    (way, message): (LookWay, Option<MessageId>),
    reason: &AccessReason,
    actor: &Actor,
    now: Timestamp,
) -> Result<NonZeroU64, Fault> {
    let id: LookId = tx.new_id(now);
    let key = participant::key(tx, participant)?;
    let sealed = tx
        .vault
        .seal(&key, SealedAt(REASON, &id.key()), reason.as_str().as_bytes())?;
    let row = last_row(tx)?;
    let recorded = i64::try_from(row.get()).unwrap_or(i64::MAX);
    let sql = "INSERT INTO look (id, participant, message, way, looked_as, at, recorded, reason)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
    tx.run(
        sql,
        params![
            id.key(),
            participant.key(),
            message.map(|message| message.key()),
            way.code(),
            looked_as(tx, actor)?.code(),
            micros(now),
            recorded,
            sealed
        ],
    )?;
    Ok(row)
}

/// Records that the operator looks at documents in a party's inbox.
pub(crate) fn into_inbox(
    tx: &Tx<'_>,
    party: &PartyId,
    deliveries: &[DeliveryId],
    reason: &AccessReason,
    actor: &Actor,
    now: Timestamp,
) -> Result<ContentAccess, Fault> {
    let detail = Detail::new()
        .text("way", LookWay::Inbox.code())
        .id("party", party)
        .texts("deliveries", deliveries.iter().map(ToString::to_string));
    tx.audit(now, AuditAction::ContentOpened, actor, detail)?;
    let mut messages = BTreeMap::new();
    for id in deliveries {
        // A control notice has no message and tells nothing about a participant.
        if let Some(delivery) = delivery::load(tx, *id)?
            && let (Some(of), Some(participant)) = (delivery.about_message, delivery.participant)
        {
            messages.insert(of.id, participant);
        }
    }
    for (message, participant) in messages {
        put(tx, participant, (LookWay::Inbox, Some(message)), reason, actor, now)?;
    }
    let row = last_row(tx)?;
    Ok(ContentAccess::recorded(
        AccessScope::Inbox(deliveries.to_vec()),
        reason.clone(),
        row,
    ))
}

pub(crate) const OF_PARTICIPANT: &str = "SELECT id, message, way, looked_as, at, reason FROM look
    WHERE participant = ?1 ORDER BY at DESC, id DESC";

/// Looks at messages that the party sent, or may have got: see `PART_OF` in `views/disclosure.rs`.
pub(crate) const OF_PARTY: &str = "SELECT l.id, l.message, l.way, l.looked_as, l.at, l.reason
    FROM look l CROSS JOIN message m ON m.id = l.message
    WHERE l.participant = ?1 AND (m.sender = ?2 OR EXISTS (SELECT 1 FROM delivery d WHERE d.message = m.id AND d.party = ?2
        AND EXISTS (SELECT 1 FROM release r WHERE r.delivery = d.id AND r.state IN (1, 2))))
    ORDER BY l.at DESC, l.id DESC";

fn read(db: &Db<'_>, key: &SealKey, row: &Row<'_>) -> Result<Look, Fault> {
    let id: LookId = row.id("id")?;
    Ok(Look {
        id,
        message: row.id_or_none("message")?,
        way: row.coded("way", LookWay::parse)?,
        by: row.coded("looked_as", LookedAs::parse)?,
        at: row.time("at")?,
        reason: reason(db, key, SealedAt(REASON, &id.key()), row.bytes("reason")?)?,
    })
}

/// Returns the looks at messages of a party about a participant, newest first. None of an erased participant.
pub(crate) fn of_party(db: &Db<'_>, participant: ParticipantRef, party: &PartyId) -> Result<Vec<Look>, Fault> {
    let Some(key) = participant::key_unless_erased(db, participant)? else {
        return Ok(Vec::new());
    };
    let values = params![participant.key(), party.as_str()];
    db.all(OF_PARTY, values, |row| read(db, &key, row))
}

/// Returns the looks at content about a participant, newest first; `None` if there is no such participant.
pub(crate) fn of(db: &Db<'_>, participant: ParticipantRef) -> Result<Option<Vec<Look>>, Fault> {
    let Some(key) = participant::key_unless_erased(db, participant)? else {
        return Ok(None);
    };
    let looks = db.all(OF_PARTICIPANT, [participant.key()], |row| read(db, &key, row))?;
    Ok(Some(looks))
}
