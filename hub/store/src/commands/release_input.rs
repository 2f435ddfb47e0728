//! The input of a release: the message to write, the ledger, and the references in the receiver's own ids.

use std::sync::Arc;

use bindeledd_core::contract::References;
use bindeledd_core::delivery::release::is_unwritten;
use bindeledd_core::known::{Began, Refers, Superseded, as_known, spell_conversation};
use bindeledd_core::{
    Conversation, Corrects, DeliveryId, Message, MessageId, ParticipantRef, PartyId, SenderReference,
};
use bindeledd_engine::ports::{ReleaseInput, RepliedTo, ToWrite};
use uuid::Uuid;

use crate::commands::consent;
use crate::commands::delivery::{self, OfMessage};
use crate::commands::names::{Names, reference_digest};
use crate::commands::participant;
use crate::commands::withdrawal_notice;
use crate::conn::codec::Key;
use crate::conn::{Db, params};
use crate::fault::{Fault, damaged};
use crate::sealing::aead::{SealKey, SealedAt};
use crate::sealing::frozen::{external_digest, open_reference};
use crate::views::disclosure;

/// Loads the input of a delivery's release.
pub(crate) fn load(db: &Db<'_>, id: DeliveryId) -> Result<Option<ReleaseInput>, Fault> {
    let Some(delivery) = delivery::load(db, id)? else {
        return Ok(None);
    };
    let Some(party) = delivery.party.clone() else {
        return Ok(None);
    };
    let unwritten = is_unwritten(&delivery.state, delivery.frozen_with);
    let to_write = match &delivery.about_message {
        Some(of) if unwritten => Some(to_write(db, &party, of)?),
        Some(_) | None => None,
    };
    let is_written = || db.any("SELECT 1 FROM frozen WHERE delivery = ?1", [id.key()]);
    let notice = match &delivery.about_message {
        None if unwritten && !is_written()? => withdrawal_notice::load(db, &delivery)?.map(Box::new),
        None | Some(_) => None,
    };
    Ok(Some(ReleaseInput {
        delivery: id,
        party,
        state: delivery.state,
        expires_at: delivery.expires_at,
        to_write,
        notice,
    }))
}

fn to_write(db: &Db<'_>, party: &PartyId, of: &OfMessage) -> Result<ToWrite, Fault> {
    let sql = "SELECT m.participant, m.in_reply_to, m.conversation, m.supersedes FROM message m WHERE m.id = ?1";
    let found = db.one(sql, [of.id.key()], |row| {
        let referred = (row.id_or_none(1)?, row.id_or_none(3)?);
        Ok((row.id(0)?, referred, row.get::<[u8; 16]>(2)?))
    })?;
    let (participant, (in_reply_to, supersedes), conversation) =
        found.ok_or_else(|| damaged("a delivery's message is missing"))?;
    let key = participant::key(db, participant)?;
    let message = message(db, of.id, &key)?.ok_or_else(|| damaged("a message's content is missing"))?;
    let opened: Option<MessageId> = db.one(
        CONVERSATION_OPENED,
        params![conversation, party.as_str(), of.id.key(), participant.key()],
        |row| row.id(0),
    )?;
    let is_part = |referred: Option<MessageId>| referred.map(|id| is_part_of(db, party, id)).transpose();
    let replied = is_part(in_reply_to)?;
    let refers = Refers {
        replied,
        superseded: match supersedes {
            Some(id) => known_as(db, party, id)?,
            None => None,
        },
        conversation: began(db, party, of, (participant, conversation))?.named(replied),
        first: opened.unwrap_or(of.id),
    };
    let mut message = as_known(message, &refers);
    if let Some(opened) = opened
        && let Some((_, first)) = names(db, opened)?
    {
        spell_conversation(&mut message, &first.conversation);
    }
    let named = |referred: Option<MessageId>| match referred {
        Some(referred) => name_for(db, party, referred),
        None => Ok(None),
    };
    Ok(ToWrite {
        ledger: consent::ledger(db, participant, Some(&of.sender))?,
        references: References {
            in_reply_to: named(in_reply_to)?,
            conversation: named(opened)?,
            supersedes: named(supersedes)?,
        },
        message: Arc::new(message),
    })
}

/// First message of a conversation that a party sent or was sent, except the current message.
pub(crate) const CONVERSATION_OPENED: &str =
    "SELECT m.id FROM message m WHERE m.participant = ?4 AND m.conversation = ?1 AND m.id < ?3 AND
    (m.sender = ?2 OR EXISTS (SELECT 1 FROM delivery d WHERE d.message = m.id AND d.party = ?2
        AND EXISTS (SELECT 1 FROM release r WHERE r.delivery = d.id AND r.state IN (1, 2))))
    ORDER BY m.id LIMIT 1";
pub(crate) const CONVERSATION_BEGAN: &str =
    "SELECT id, sender FROM message WHERE participant = ?1 AND conversation = ?2 ORDER BY id LIMIT 1";

fn is_part_of(db: &Db<'_>, party: &PartyId, id: MessageId) -> Result<bool, Fault> {
    db.any(disclosure::PART_OF, params![id.key(), party.as_str()])
}

/// Returns a superseded message, as a receiver knows it that was sent the message.
fn known_as(db: &Db<'_>, party: &PartyId, id: MessageId) -> Result<Option<Superseded>, Fault> {
    if !is_part_of(db, party, id)? {
        return Ok(None);
    }
    let Some((_, names)) = names(db, id)? else {
        return Ok(None);
    };
    let accepted = "SELECT accepted_at FROM message WHERE id = ?1";
    let sent_at = match names.sent_at {
        Some(sent_at) => Some(sent_at),
        None => db.one(accepted, [id.key()], |row| row.time(0))?,
    };
    let known = SenderReference::parse(&names.reference).zip(sent_at);
    Ok(known.map(|(reference, sent_at)| Superseded {
        corrects: Corrects { id, reference, sent_at },
        conversation: Conversation::parse(&names.conversation),
    }))
}

/// Returns the message that began the conversation.
fn began(
    db: &Db<'_>,
    party: &PartyId,
    of: &OfMessage,
    (participant, conversation): (ParticipantRef, [u8; 16]),
) -> Result<Began, Fault> {
    let values = params![participant.key(), conversation];
    let first: Option<(MessageId, PartyId)> =
        db.one(CONVERSATION_BEGAN, values, |row| Ok((row.id(0)?, row.party(1)?)))?;
    Ok(match first {
        Some((id, sender)) if id != of.id && sender == of.sender => Began::BySender,
        Some((id, _)) if id != of.id => Began::ByOther {
            receiver_is_part: is_part_of(db, party, id)?,
        },
        Some(_) | None => Began::Here,
    })
}

/// Returns a message's content, unsealed; `None` if its retention is over.
pub(crate) fn message(db: &Db<'_>, id: MessageId, key: &SealKey) -> Result<Option<Message>, Fault> {
    db.one("SELECT sealed FROM body WHERE message = ?1", [id.key()], |row| {
        let sealed = row.bytes(0)?;
        let plain = db.vault.open(key, SealedAt("body", id.0.as_bytes()), sealed)?;
        Message::parse(&plain).map_err(|_| damaged("a message's content can not be read"))
    })
}

/// Returns the message that a sender corrects. The sender names it by its id in the hub or by the sender's own
/// reference.
pub(crate) fn superseded(db: &Db<'_>, sender: &PartyId, named: &str) -> Result<Option<MessageId>, Fault> {
    if let Ok(id) = Uuid::try_parse(named) {
        let sql = "SELECT id FROM message WHERE id = ?1 AND sender = ?2";
        let own = db.one(sql, params![id.into_bytes(), sender.as_str()], |row| row.id(0))?;
        if own.is_some() {
            return Ok(own);
        }
    }
    let digest = reference_digest(db.vault, sender, named);
    let sql = "SELECT message FROM idempotency WHERE party = ?1 AND reference = ?2";
    db.one(sql, params![sender.as_str(), digest], |row| row.id(0))
}

/// Returns the name by which a party knows a message: the party's own reference if it sent the message, else the id in
/// the document that it got.
fn name_for(db: &Db<'_>, party: &PartyId, id: MessageId) -> Result<Option<String>, Fault> {
    let Some((sender, names)) = names(db, id)? else {
        return Ok(None);
    };
    if !is_part_of(db, party, id)? {
        return Ok(None);
    }
    if sender == *party {
        return Ok(Some(names.reference));
    }
    // The id in the document is preferred to the ids of the envelope and of the transport.
    let sql = "SELECT e.delivery, e.sealed, d.participant, e.value FROM delivery d
        CROSS JOIN external_ref e ON e.delivery = d.id
        WHERE d.message = ?1 AND d.party = ?2 ORDER BY e.scheme NOT IN ('msgid', 'message'), e.scheme LIMIT 1";
    db.one(sql, params![id.key(), party.as_str()], |row| {
        let delivery: DeliveryId = row.id(0)?;
        let sealed = row.bytes(1)?;
        let key = participant::key(db, row.id(2)?)?;
        open_reference(db, (party, delivery), &key, sealed, &row.get(3)?)
    })
}

/// Returns the sender of a message, and the message's names.
pub(crate) fn names(db: &Db<'_>, id: MessageId) -> Result<Option<(PartyId, Names)>, Fault> {
    let found = db.one(
        "SELECT sender, participant, names FROM message WHERE id = ?1",
        [id.key()],
        |row| {
            let Some(key) = participant::key_unless_erased(db, row.id(1)?)? else {
                return Ok(None);
            };
            let sealed = row.bytes(2)?;
            let plain = db
                .vault
                .open(&key, SealedAt("message.names", id.0.as_bytes()), sealed)?;
            let names = serde_json::from_slice(&plain).map_err(|_| damaged("a message's names can not be read"))?;
            Ok(Some((row.party(0)?, names)))
        },
    )?;
    Ok(found.flatten())
}

pub(crate) const BY_ANY_EXTERNAL: &str =
    "SELECT d.message FROM external_ref e CROSS JOIN delivery d ON d.id = e.delivery
    WHERE e.party = ?1 AND e.value = ?2 AND d.message IS NOT NULL ORDER BY e.delivery DESC LIMIT 1";

/// Returns the message that a reply by a party refers to.
pub(crate) fn replied_to(db: &Db<'_>, party: &PartyId, reference: &str) -> Result<Option<RepliedTo>, Fault> {
    let mut found: Option<MessageId> = None;
    if let Ok(id) = Uuid::try_parse(reference) {
        found = Some(MessageId(id));
    }
    // A party may refer only to a message that it sent or was sent.
    found = match found {
        Some(id) if is_part_of(db, party, id)? => Some(id),
        Some(_) | None => None,
    };
    if found.is_none() {
        let digest = external_digest(db.vault, party, reference);
        found = db.one(BY_ANY_EXTERNAL, params![party.as_str(), digest], |row| row.id(0))?;
    }
    let Some(message) = found else { return Ok(None) };
    if !is_part_of(db, party, message)? {
        return Ok(None);
    }
    let Some((from, names)) = names(db, message)? else {
        return Ok(None);
    };
    db.one(
        "SELECT kind, about FROM message WHERE id = ?1",
        [message.key()],
        |row| {
            Ok(RepliedTo {
                message,
                from,
                kind: row.kind("kind")?,
                conversation: names.conversation,
                about: row.categories("about")?,
            })
        },
    )
}
