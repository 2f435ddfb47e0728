//! Acceptance: a document's messages, their deliveries, idempotency, alerts and audit, together or not at all.

use std::sync::Arc;

use bindeledd_core::alert::{ending_without_dialogue, is_in_circle};
use bindeledd_core::consent::Ledger;
use bindeledd_core::contract::References;
use bindeledd_core::delivery::{Cause, End, Ended, State, Waiting};
use bindeledd_core::guard::Finding;
use bindeledd_core::{
    Category, CategorySet, DeliveryId, Kind, Message, MessageId, ParticipantRef, PartyId, Planned, PlannedState,
    Reached, Receivers, Supersedes, Target, canonical_id, decide, is_same_id, route,
};
use bindeledd_engine::Directory;
use bindeledd_engine::ports::{
    Acceptance, Accepted, AcceptedDelivery, AcceptedMessage, ItemKey, Material, NewMessage, NotAccepted, Origin,
    OverBudget, ReferenceTaken, ToWrite,
};
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use uuid::Uuid;

use crate::audit::Detail;
use crate::commands::alert;
use crate::commands::answer;
use crate::commands::budget;
use crate::commands::consent;
use crate::commands::delivery::{self, New};
use crate::commands::fetched;
use crate::commands::material;
use crate::commands::names::{Names, conversation_key, reference_digest};
use crate::commands::participant::{self, Participant, Person};
use crate::commands::waits::{self, Blocked};
use crate::conn::codec::{Key, micros};
use crate::conn::{Db, Tx, params};
use crate::fault::{Fault, damaged};
use crate::sealing::aead::Place;
use crate::sealing::seal::Vault;
use crate::sqlite::options::Budgets;

/// A document to accept, with what can be worked out before the transaction.
pub(crate) struct Prepared {
    sender: PartyId,
    messages: Vec<PreparedMessage>,
    origin: Option<Origin>,
    directory: Arc<Directory>,
    item: Option<ItemKey>,
}

struct PreparedMessage {
    message: Arc<Message>,
    receivers: Receivers,
    in_reply_to: Option<MessageId>,
    expires_at: Timestamp,
    person: Person,
    reference: [u8; 32],
    content: [u8; 32],
    /// What the content's digest was before ids had one spelling: rows from then have it.
    content_as_written: [u8; 32],
    body: Vec<u8>,
    flags: Vec<Finding>,
}

impl Prepared {
    /// How much there is to write.
    pub(crate) fn bytes(&self) -> usize {
        self.messages.iter().map(|new| new.body.len()).sum()
    }
}

/// Works out what needs no transaction.
pub(crate) fn prepare(vault: &Vault, acceptance: Acceptance) -> Result<Prepared, Fault> {
    let sender = acceptance.sender;
    let messages = acceptance
        .messages
        .into_iter()
        .map(|new| prepare_message(vault, &sender, new));
    Ok(Prepared {
        messages: messages.collect::<Result<_, _>>()?,
        sender,
        origin: acceptance.origin,
        directory: acceptance.directory,
        item: acceptance.item,
    })
}

fn prepare_message(vault: &Vault, sender: &PartyId, new: NewMessage) -> Result<PreparedMessage, Fault> {
    let message = Message {
        id: new.id,
        from: sender.clone(),
        corrects: None,
        draft: new.draft,
    };
    let json = message.to_json();
    let written = |value: &Value| serde_json::to_vec(value).map_err(|_| damaged("a message can not be written"));
    let body = written(&json)?;
    let draft = &message.draft;
    let counts = what_counts(json, &message);
    let content_of = |counts: &Value| Ok::<_, Fault>(vault.digest("content", &[&written(counts)?]));
    let content_as_written = content_of(&counts)?;
    // Nearly every message has its ids in their canonical form already.
    let content = match in_one_spelling(counts) {
        Some(counts) => content_of(&counts)?,
        None => content_as_written,
    };
    Ok(PreparedMessage {
        receivers: new.receivers,
        in_reply_to: new.in_reply_to,
        expires_at: new.expires_at,
        person: Person {
            lookup: vault.lookup(&draft.participant.national_id),
            national_id: draft.participant.national_id.clone(),
        },
        reference: reference_digest(vault, sender, draft.sender_reference.as_str()),
        content,
        content_as_written,
        body,
        flags: new.flags,
        message: Arc::new(message),
    })
}

/// What is kept of a message's names. A correction goes on with the conversation of what it corrects, so that it comes behind it.
fn named(db: &Db<'_>, new: &PreparedMessage, corrects: Option<MessageId>) -> Result<Names, Fault> {
    let draft = &new.message.draft;
    let original = match (draft.kind(), corrects) {
        (Kind::Correction, Some(original)) => material::names(db, original)?,
        _ => None,
    };
    Ok(Names {
        reference: draft.sender_reference.as_str().to_owned(),
        conversation: original.map_or_else(|| conversation_of(&new.message), |(_, names)| names.conversation),
        sent_at: Some(draft.sent_at),
    })
}

/// The conversation's name; the message's id where it opens one.
fn conversation_of(message: &Message) -> String {
    let named = message.draft.conversation.as_ref();
    named.map_or_else(|| message.id.to_string(), |c| c.as_str().to_owned())
}

/// What makes two messages the same: all that the sender said, but for when. A conversation that the hub settled, from a
/// reply, from what is corrected or for want of one, is not the sender's word.
fn what_counts(mut json: Value, message: &Message) -> Value {
    if let Value::Object(map) = &mut json {
        for hub_sets in ["id", "from", "sentAt"] {
            map.remove(hub_sets);
        }
        let draft = &message.draft;
        let follows = draft.in_reply_to.is_some() || draft.supersedes.is_some();
        if follows || conversation_of(message) == message.id.to_string() {
            map.remove("conversation");
        }
    }
    json
}

/// The same content with its ids in their canonical form: the same message is also one that spells a UUID another way. None where
/// they have it.
fn in_one_spelling(mut json: Value) -> Option<Value> {
    let mut is_other = false;
    for name in ["senderReference", "conversation", "inReplyTo", "supersedes"] {
        if let Some(Value::String(id)) = json.get_mut(name) {
            let canonical = canonical_id(id);
            if canonical != *id {
                *id = canonical.into_owned();
                is_other = true;
            }
        }
    }
    is_other.then_some(json)
}

/// Why a document was not accepted; nothing is then written.
pub(crate) enum Not {
    /// Something in it is not right.
    Accepted(NotAccepted),
    /// Its sender has spent what it may.
    OverBudget(OverBudget),
}

/// Accepts. A reference that was used for other content refuses the whole document, before anything is written.
pub(crate) fn accept(
    tx: &Tx<'_>,
    prepared: &Prepared,
    budgets: &Budgets,
    now: Timestamp,
) -> Result<Result<Accepted, Not>, Fault> {
    if let Some(taken) = taken(tx, prepared)? {
        return Ok(Err(Not::Accepted(NotAccepted::ReferenceTaken(taken))));
    }
    if corrects_nothing(tx, prepared)? {
        return Ok(Err(Not::Accepted(NotAccepted::CorrectsNothing)));
    }
    if let Some(over) = over_budget(tx, prepared, budgets, now)? {
        return Ok(Err(Not::OverBudget(over)));
    }
    let mut accepted = Vec::with_capacity(prepared.messages.len());
    let mut ready = Vec::new();
    let mut first_participant = None;
    for new in &prepared.messages {
        let participant = match earlier(tx, &prepared.sender, new)? {
            Some((participant, answer)) => {
                if is_first_today(tx, &prepared.sender, new, now)? {
                    let actor = format!("party:{}", prepared.sender);
                    tx.audit(now, "repeated", &actor, Detail::new().id("message", answer.id))?;
                }
                accepted.push(answer);
                participant
            }
            None => {
                let participant = participant::find_or_make(tx, &new.person, now)?;
                accepted.push(accept_one(tx, new, &participant, &prepared.directory, &mut ready, now)?);
                participant.id
            }
        };
        first_participant.get_or_insert(participant);
    }
    let pending = match (&prepared.origin, first_participant) {
        (Some(origin), Some(participant)) => answer::put_pending(tx, &prepared.sender, origin, participant, &accepted)?,
        _ => None,
    };
    if let Some(item) = &prepared.item {
        fetched::accepted(tx, item, pending, now)?;
    }
    Ok(Ok(Accepted {
        messages: accepted,
        ready,
    }))
}

/// Whether a document has what its sender may no longer send. A repeat stores nothing and is answered. What the hub fetched itself is
/// there already, and its way is as wide as the hub makes it.
fn over_budget(
    db: &Db<'_>,
    prepared: &Prepared,
    budgets: &Budgets,
    now: Timestamp,
) -> Result<Option<OverBudget>, Fault> {
    if prepared.item.is_some() {
        return Ok(None);
    }
    let is_spent = budget::is_spent(db, budgets, &prepared.sender)?;
    let nowhere = budget::nowhere_until(db, budgets, &prepared.sender, now)?;
    if !is_spent && nowhere.is_none() {
        return Ok(None);
    }
    for new in &prepared.messages {
        if earlier(db, &prepared.sender, new)?.is_some() {
            continue;
        }
        if is_spent {
            return Ok(Some(OverBudget::Stored));
        }
        // Somebody unknown, somebody protected and somebody without a consent are refused alike.
        let participant = participant::find(db, &new.person.lookup)?.unwrap_or(ParticipantRef(Uuid::nil()));
        if goes_nowhere(&plan(db, new, participant, &prepared.directory, now)?.planned) {
            return Ok(nowhere);
        }
    }
    Ok(None)
}

fn goes_nowhere(planned: &[Planned]) -> bool {
    planned.iter().all(|p| matches!(p.state, PlannedState::Blocked(_)))
}

/// Where a message goes, and what that was decided by.
struct Plan {
    ledger: Ledger,
    corrects: Option<MessageId>,
    planned: Vec<Planned>,
}

fn plan(
    db: &Db<'_>,
    new: &PreparedMessage,
    participant: ParticipantRef,
    directory: &Directory,
    now: Timestamp,
) -> Result<Plan, Fault> {
    let message = &new.message;
    let ledger = consent::ledger(db, participant, Some(&message.from))?;
    let corrects = corrected(db, message, participant)?;
    let reached = reached(db, message, corrects)?;
    let kind_of = |party: &PartyId| directory.kind_of(party);
    let planned = route(message, &new.receivers, reached.as_ref(), &ledger, &kind_of, now);
    Ok(Plan {
        ledger,
        corrects,
        planned,
    })
}

/// Whether a reference stands for other content, on file or in this document.
fn taken(db: &Db<'_>, prepared: &Prepared) -> Result<Option<ReferenceTaken>, Fault> {
    for (i, new) in prepared.messages.iter().enumerate() {
        let before = prepared.messages.iter().take(i);
        let here = before
            .filter(|b| b.reference == new.reference)
            .map(|b| (b.content, b.message.id))
            .next();
        let sql = "SELECT content, message FROM idempotency WHERE party = ?1 AND reference = ?2";
        let on_file = db.one(sql, params![prepared.sender.as_str(), new.reference], |row| {
            Ok((row.get::<[u8; 32]>(0)?, row.id(1)?))
        })?;
        if let Some((content, earlier)) = on_file.or(here)
            && content != new.content
            && content != new.content_as_written
        {
            return Ok(Some(ReferenceTaken { earlier }));
        }
    }
    Ok(None)
}

/// Whether a correction names nothing that its sender sent about the same participant, on file or before it in this document. A
/// repeated one was looked at when it first came.
fn corrects_nothing(db: &Db<'_>, prepared: &Prepared) -> Result<bool, Fault> {
    for (i, new) in prepared.messages.iter().enumerate() {
        let draft = &new.message.draft;
        if draft.kind() != Kind::Correction || earlier(db, &prepared.sender, new)?.is_some() {
            continue;
        }
        let is_named = |before: &PreparedMessage| {
            let own = before.message.draft.sender_reference.as_str();
            let named = draft.supersedes.as_ref().map(Supersedes::as_str);
            named.is_some_and(|named| is_same_id(named, own)) && before.person.lookup == new.person.lookup
        };
        if prepared.messages.iter().take(i).any(is_named) {
            continue;
        }
        let on_file = match participant::find(db, &new.person.lookup)? {
            Some(participant) => corrected(db, &new.message, participant)?,
            None => None,
        };
        if on_file.is_none() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The answer that this message got before, and whom it is about.
fn earlier(
    db: &Db<'_>,
    sender: &PartyId,
    new: &PreparedMessage,
) -> Result<Option<(ParticipantRef, AcceptedMessage)>, Fault> {
    let sql = "SELECT i.answer, m.participant FROM idempotency i CROSS JOIN message m ON m.id = i.message
        WHERE i.party = ?1 AND i.reference = ?2";
    db.one(sql, params![sender.as_str(), new.reference], |row| {
        let answer = answer::read_message(row.get::<&str>(0).unwrap_or_default())?;
        let answer = AcceptedMessage {
            repeated: true,
            ..answer
        };
        Ok((row.id(1)?, answer))
    })
}

/// Whether nothing says yet that this was repeated in the last day; says so from now on. A system that sends the same all day
/// long leaves one row a day.
fn is_first_today(tx: &Tx<'_>, sender: &PartyId, new: &PreparedMessage, now: Timestamp) -> Result<bool, Fault> {
    let since = now
        .checked_sub(SignedDuration::from_hours(24))
        .unwrap_or(Timestamp::MIN);
    let sql = "UPDATE idempotency SET repeated_at = ?3 WHERE party = ?1 AND reference = ?2
        AND (repeated_at IS NULL OR repeated_at <= ?4 OR repeated_at > ?3)";
    let touched = tx.run(sql, params![sender.as_str(), new.reference, micros(now), micros(since)])?;
    Ok(touched > 0)
}

fn accept_one(
    tx: &Tx<'_>,
    new: &PreparedMessage,
    participant: &Participant,
    directory: &Directory,
    ready: &mut Vec<Material>,
    now: Timestamp,
) -> Result<AcceptedMessage, Fault> {
    let message = &new.message;
    let kind = message.draft.kind();
    let Plan {
        ledger,
        corrects,
        planned,
    } = plan(tx, new, participant.id, directory, now)?;
    if goes_nowhere(&planned) {
        budget::count_nowhere(tx, &message.from, now)?;
    }
    let names = named(tx, new, corrects)?;
    let conversation = conversation_key(tx.vault, participant.id, &names.conversation);
    insert_message(tx, new, participant, (&names, conversation), corrects, now)?;
    let actor = format!("party:{}", message.from);
    let detail = Detail::new()
        .id("message", message.id)
        .text("kind", kind.code())
        .id("participant", participant.id)
        .texts("to", planned.iter().map(|p| p.to.to_string()));
    tx.audit(now, "accepted", &actor, detail)?;
    if !new.flags.is_empty() {
        let found = new.flags.iter().map(|f| format!("{} {}", f.what.code(), f.path));
        let detail = Detail::new().id("message", message.id).texts("flags", found);
        tx.audit(now, "text-flagged", "hub", detail)?;
    }
    let mut deliveries = Vec::with_capacity(planned.len());
    for planned in planned {
        let delivery = insert_planned(tx, new, participant, conversation, planned, now)?;
        if delivery.cause.is_some() {
            waits::tell(
                tx,
                participant.id,
                &Blocked::of(message, delivery.id, &delivery.to),
                &ledger,
                now,
            )?;
        }
        deliveries.push(delivery);
    }
    if opens_its_conversation(new) {
        ready.extend(deliveries.iter().filter_map(|d| ready_to_write(new, d, &ledger, now)));
    }
    if ending_without_dialogue(&message.draft.body, participant.dialogue) && is_in_circle(&ledger, &message.from, now) {
        let viewers = granted_treatment(&ledger, message, now);
        alert::ending(tx, message.id, participant.id, &viewers, now)?;
    }
    let accepted = AcceptedMessage {
        id: message.id,
        kind,
        deliveries,
        flags: new.flags.clone(),
        repeated: false,
    };
    let sql =
        "INSERT INTO idempotency (party, reference, content, message, answer, at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    let answer = answer::write_message(&accepted)?;
    tx.run(
        sql,
        params![
            message.from.as_str(),
            new.reference,
            new.content,
            message.id.key(),
            answer,
            micros(now)
        ],
    )?;
    Ok(accepted)
}

/// Whether it refers to nothing: its deliveries are then the heads of their conversations, and need no look-up.
fn opens_its_conversation(new: &PreparedMessage) -> bool {
    let draft = &new.message.draft;
    let is_alone = new.in_reply_to.is_none() && draft.in_reply_to.is_none() && draft.supersedes.is_none();
    is_alone && conversation_of(&new.message) == new.message.id.to_string()
}

/// What the writing of a delivery needs, from what this transaction has at hand.
fn ready_to_write(
    new: &PreparedMessage,
    delivery: &AcceptedDelivery,
    ledger: &Ledger,
    now: Timestamp,
) -> Option<Material> {
    let Target::Party(party) = &delivery.to else {
        return None;
    };
    let waits = delivery.cause.is_none();
    waits.then(|| Material {
        delivery: delivery.id,
        party: party.clone(),
        state: State::Waiting(Waiting { attempts: 0, due: now }),
        expires_at: new.expires_at,
        to_write: Some(ToWrite {
            message: Arc::clone(&new.message),
            ledger: ledger.clone(),
            references: References::default(),
        }),
        notice: None,
    })
}

fn insert_message(
    tx: &Tx<'_>,
    new: &PreparedMessage,
    participant: &Participant,
    (names, conversation): (&Names, [u8; 16]),
    corrects: Option<MessageId>,
    now: Timestamp,
) -> Result<(), Fault> {
    let message = &new.message;
    let body = &message.draft.body;
    let id = message.id.0.as_bytes();
    let names = serde_json::to_vec(names).map_err(|_| damaged("a message can not be written"))?;
    let names = tx.vault.seal(&participant.key, Place("message.names", id), &names)?;
    let sql = "INSERT INTO message (id, sender, kind, participant, conversation, in_reply_to, purpose, needs, about,
            accepted_at, expires_at, names, supersedes, flags)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)";
    tx.run(
        sql,
        params![
            message.id.key(),
            message.from.as_str(),
            body.kind().code(),
            participant.id.key(),
            conversation,
            new.in_reply_to.map(|m| m.key()),
            message.draft.purpose.code(),
            body.all_needs().bits(),
            body.about().bits(),
            micros(now),
            micros(new.expires_at),
            names,
            corrects.map(|m| m.key()),
            answer::write_flags(&new.flags)?
        ],
    )?;
    let sealed = tx.vault.seal(&participant.key, Place("body", id), &new.body)?;
    tx.run(
        "INSERT INTO body (message, sealed) VALUES (?1, ?2)",
        params![message.id.key(), sealed],
    )?;
    Ok(())
}

/// Those whom a message has reached, or may still reach.
pub(crate) const REACHED: &str = "SELECT DISTINCT d.party FROM delivery d
    WHERE d.message = ?1 AND d.party IS NOT NULL AND (d.state < 4 OR EXISTS
        (SELECT 1 FROM release r WHERE r.delivery = d.id AND r.state IN (1, 2)))
    ORDER BY d.party";

/// Those whom what a correction corrects has reached or may still reach; none for any other message.
pub(crate) fn reached(db: &Db<'_>, message: &Message, corrects: Option<MessageId>) -> Result<Option<Reached>, Fault> {
    if message.draft.kind() != Kind::Correction {
        return Ok(None);
    }
    let parties = match corrects {
        Some(original) => db.all(REACHED, [original.key()], |row| row.party(0))?,
        None => Vec::new(),
    };
    Ok(Some(Reached(parties)))
}

/// The message that a message corrects: of the same sender, about the same participant.
pub(crate) fn corrected(
    db: &Db<'_>,
    message: &Message,
    participant: ParticipantRef,
) -> Result<Option<MessageId>, Fault> {
    let Some(named) = &message.draft.supersedes else {
        return Ok(None);
    };
    let Some(found) = material::superseded(db, &message.from, named.as_str())? else {
        return Ok(None);
    };
    let sql = "SELECT 1 FROM message WHERE id = ?1 AND participant = ?2";
    let same = db.any(sql, params![found.key(), participant.key()])?;
    Ok(same.then_some(found))
}

fn insert_planned(
    tx: &Tx<'_>,
    new: &PreparedMessage,
    participant: &Participant,
    conversation: [u8; 16],
    planned: Planned,
    now: Timestamp,
) -> Result<AcceptedDelivery, Fault> {
    let id: DeliveryId = tx.new_id(now);
    let (state, permitted, withheld, cause) = match planned.state {
        PlannedState::Waiting { decision, withheld } => {
            let waiting = State::Waiting(Waiting { attempts: 0, due: now });
            (waiting, decision.permitted(), withheld, None)
        }
        PlannedState::Blocked(blocked) => {
            let state = State::Ended(Ended {
                how: End::Blocked,
                attempts: 0,
            });
            let cause = Cause::new(blocked.reason.code(), blocked.reason.text());
            (state, CategorySet::EMPTY, blocked.would_need, Some(cause))
        }
    };
    let place = Place("delivery.cause", id.0.as_bytes());
    let sealed = cause
        .as_ref()
        .map(|c| tx.vault.seal(&participant.key, place, c.text.as_bytes()))
        .transpose()?;
    let row = New {
        id,
        message: Some(new.message.id),
        about: None,
        to: &planned.to,
        participant: Some(participant.id),
        conversation: matches!(planned.to, Target::Party(_)).then_some(conversation),
        state: &state,
        expires_at: new.expires_at,
        permitted,
        withheld,
        cause: cause.as_ref().map(|c| c.code.as_str()).zip(sealed),
    };
    delivery::insert(tx, row, now)?;
    if let Some(cause) = &cause {
        let detail = Detail::new()
            .id("delivery", id)
            .id("message", new.message.id)
            .id("to", &planned.to)
            .text("code", &cause.code);
        tx.audit(now, "blocked", "hub", detail)?;
        if new.message.draft.body.is_urgent() {
            let of = (new.message.id, participant.id, id);
            alert::urgent(tx, of, &new.message.from, (&planned.to, &cause.code), now)?;
        }
    }
    Ok(AcceptedDelivery {
        id,
        to: planned.to,
        state: state.name(),
        withheld,
        cause,
    })
}

/// Who may know that treatment stands behind an ending: those whom the sender may tell of treatment.
fn granted_treatment(ledger: &Ledger, message: &Message, now: Timestamp) -> Vec<PartyId> {
    let asked = CategorySet::of(&[Category::TreatmentStatus]);
    let purpose = message.draft.purpose;
    let mut viewers: Vec<_> = ledger.grants.iter().map(|g| g.grant.to.clone()).collect();
    viewers.sort();
    viewers.dedup();
    viewers.retain(|to| decide(ledger, &message.from, to, purpose, asked, now).permitted() == asked);
    viewers.push(message.from.clone());
    viewers.dedup();
    viewers
}
