//! Acceptance of a document: its messages, deliveries, idempotency, alerts and audit rows, all in one transaction.

use std::sync::Arc;

use bindeledd_core::acceptance::{
    self, Came, Facts, Incoming, MessagePlan, NewDelivery, OnFile, Original, Taken, conversation_of,
};
use bindeledd_core::alert::Dialogue;
use bindeledd_core::audit::{Actor, AuditAction};
use bindeledd_core::consent::Ledger;
use bindeledd_core::contract::References;
use bindeledd_core::delivery::{State, Waiting};
use bindeledd_core::guard::Finding;
use bindeledd_core::{
    DeliveryId, Kind, Message, MessageId, ParticipantRef, PartyId, Reached, Receivers, Target, canonical_id, route,
};
use bindeledd_engine::Directory;
use bindeledd_engine::ports::{
    Acceptance, Accepted, AcceptedDelivery, AcceptedMessage, ItemKey, NewMessage, NotAccepted, Origin, OverBudget,
    ReadBy, ReferenceTaken, ReleaseInput, ToWrite, WrittenBy,
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
use crate::commands::names::{Names, conversation_key, reference_digest, remember_conversation};
use crate::commands::participant::{self, Participant, Person};
use crate::commands::release_input;
use crate::commands::unsent;
use crate::commands::waits::{self, Blocked};
use crate::conn::codec::{Key, micros};
use crate::conn::{Db, Tx, params};
use crate::fault::{Fault, damaged};
use crate::sealing::aead::SealedAt;
use crate::sealing::seal::Vault;
use crate::sqlite::options::Budgets;

/// A document to accept, with everything that can be computed before the transaction.
pub(crate) struct Prepared {
    sender: PartyId,
    messages: Vec<PreparedMessage>,
    origin: Option<Origin>,
    read_by: Option<ReadBy>,
    directory: Arc<Directory>,
    item: Option<ItemKey>,
    written: Option<WrittenBy>,
}

struct PreparedMessage {
    message: Arc<Message>,
    receivers: Receivers,
    in_reply_to: Option<MessageId>,
    expires_at: Timestamp,
    person: Person,
    incoming: Incoming,
    body: Vec<u8>,
    flags: Vec<Finding>,
}

impl Prepared {
    /// Returns the one that sends: the person who wrote the message, or the sender's system.
    fn actor(&self) -> Actor {
        match &self.written {
            Some(by) => Actor::Person(by.account),
            None => Actor::Party(self.sender.clone()),
        }
    }

    /// Returns the number of bytes that the acceptance writes.
    pub(crate) fn bytes(&self) -> usize {
        self.messages.iter().map(|new| new.body.len()).sum()
    }
}

/// Prepares a document before the transaction.
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
        read_by: acceptance.read_by,
        directory: acceptance.directory,
        item: acceptance.item,
        written: acceptance.written,
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
    let body = written(&json)?;
    let draft = &message.draft;
    let counts = what_counts(json, &message);
    let content_of = |counts: &Value| Ok::<_, Fault>(vault.digest("content", &[&written(counts)?]));
    let content_as_written = content_of(&counts)?;
    // Most messages have their ids in canonical form already.
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
        incoming: Incoming {
            message: message.id,
            reference: reference_digest(vault, sender, draft.sender_reference.as_str()),
            content,
            content_as_written,
        },
        body,
        flags: new.flags,
        message: Arc::new(message),
    })
}

fn written(json: &Value) -> Result<Vec<u8>, Fault> {
    serde_json::to_vec(json).map_err(|_| damaged("a message can not be written"))
}

/// Returns the content that makes two messages the same: everything that the sender said, except the time. The
/// conversation is left out if the hub sets it, from a reply, from a superseded message, or because the sender named
/// none.
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

/// Returns the same content with its ids in canonical form; `None` if the ids already have that form. A message with
/// another spelling of a UUID is the same message.
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

/// Reason why a document was not accepted. Nothing of the document is then written.
pub(crate) enum Not {
    /// The document's content is refused.
    Accepted(NotAccepted),
    /// The sender has spent a budget.
    OverBudget(OverBudget),
}

/// Accepts a document. If a reference already belongs to other content, the whole document is refused before anything
/// is written.
pub(crate) fn accept(
    tx: &Tx<'_>,
    prepared: &Prepared,
    budgets: &Budgets,
    now: Timestamp,
) -> Result<Result<Accepted, Not>, Fault> {
    let mut earlier = prepared
        .messages
        .iter()
        .map(|new| earlier(tx, &prepared.sender, new))
        .collect::<Result<Vec<_>, _>>()?;
    let came = match came_before(prepared, &earlier) {
        Ok(came) => came,
        Err(Taken { earlier }) => {
            let taken = NotAccepted::ReferenceTaken(ReferenceTaken { earlier });
            return Ok(Err(Not::Accepted(taken)));
        }
    };
    if corrects_nothing(tx, prepared, &came)? {
        return Ok(Err(Not::Accepted(NotAccepted::CorrectsNothing)));
    }
    if let Some(over) = over_budget(tx, prepared, &came, budgets, now)? {
        return Ok(Err(Not::OverBudget(over)));
    }
    let mut accepted: Vec<AcceptedMessage> = Vec::with_capacity(prepared.messages.len());
    let mut ready = Vec::new();
    let mut participants: Vec<ParticipantRef> = Vec::with_capacity(prepared.messages.len());
    for (i, (new, came)) in prepared.messages.iter().zip(&came).enumerate() {
        let repeats = match came {
            Came::First => None,
            Came::Before => earlier.get_mut(i).and_then(|earlier| earlier.take()?.answer),
            Came::InDocument(place) => participants.get(*place).copied().zip(accepted.get(*place).cloned()),
        };
        match repeats {
            Some((participant, answer)) => {
                if is_first_today(tx, &prepared.sender, new, now)? {
                    let actor = prepared.actor();
                    tx.audit(
                        now,
                        AuditAction::Repeated,
                        &actor,
                        Detail::new().id("message", answer.id),
                    )?;
                }
                accepted.push(AcceptedMessage {
                    repeated: true,
                    ..answer
                });
                participants.push(participant);
            }
            None => {
                let participant = participant::find_or_make(tx, &new.person, now)?;
                accepted.push(accept_one(tx, (prepared, new), &participant, &mut ready, now)?);
                participants.push(participant.id);
            }
        }
    }
    let pending = match (&prepared.origin, participants.first()) {
        (Some(origin), Some(first)) => answer::put_pending(tx, &prepared.sender, origin, *first, &accepted)?,
        _ => None,
    };
    if let Some(item) = &prepared.item {
        fetched::accepted(tx, item, pending, now)?;
    }
    if let Some(by) = &prepared.written {
        unsent::discard(tx, by.unsent, by.account)?;
    }
    Ok(Ok(Accepted {
        messages: accepted,
        ready,
    }))
}

/// The message on file that has a sender's reference, and its first answer.
struct Earlier {
    on_file: OnFile,
    /// `None` if the message has been removed.
    answer: Option<(ParticipantRef, AcceptedMessage)>,
}

fn earlier(db: &Db<'_>, sender: &PartyId, new: &PreparedMessage) -> Result<Option<Earlier>, Fault> {
    let sql = "SELECT i.message, i.content, i.answer, m.participant FROM idempotency i
        LEFT JOIN message m ON m.id = i.message WHERE i.party = ?1 AND i.reference = ?2";
    db.one(sql, params![sender.as_str(), new.incoming.reference], |row| {
        let participant: Option<ParticipantRef> = row.id_or_none(3)?;
        let answer = |participant| -> Result<_, Fault> {
            let answer = answer::read_message(row.get::<&str>(2).unwrap_or_default())?;
            Ok((participant, answer))
        };
        Ok(Earlier {
            on_file: OnFile {
                message: row.id(0)?,
                content: row.get(1)?,
            },
            answer: participant.map(answer).transpose()?,
        })
    })
}

fn came_before(prepared: &Prepared, earlier: &[Option<Earlier>]) -> Result<Vec<Came>, Taken> {
    let document: Vec<_> = prepared.messages.iter().map(|new| new.incoming).collect();
    let on_file: Vec<_> = earlier
        .iter()
        .map(|earlier| earlier.as_ref().map(|e| e.on_file))
        .collect();
    acceptance::came_before(&document, &on_file)
}

/// Returns the budget that a document exceeds, if any. A repeated message stores nothing, and is always answered.
/// Fetched items have no budget: they are already on disk, and the hub sets their pace.
fn over_budget(
    db: &Db<'_>,
    prepared: &Prepared,
    came: &[Came],
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
    for (new, _) in prepared
        .messages
        .iter()
        .zip(came)
        .filter(|(_, came)| **came != Came::Before)
    {
        if is_spent {
            return Ok(Some(OverBudget::Stored));
        }
        // An unknown person, a protected person and a person without a consent are refused in the same way.
        let participant = participant::find(db, &new.person.lookup)?.unwrap_or(ParticipantRef(Uuid::nil()));
        let message = &new.message;
        let ledger = consent::ledger(db, participant, Some(&message.from))?;
        let reached = reached(db, message, corrected(db, message, participant)?)?;
        let kind_of = |party: &PartyId| prepared.directory.kind_of(party);
        let planned = route(message, &new.receivers, reached.as_ref(), &ledger, &kind_of, now);
        if acceptance::goes_nowhere(&planned) {
            return Ok(nowhere);
        }
    }
    Ok(None)
}

/// Returns whether a correction refers to no message that its sender sent about the same participant, on file or
/// earlier in this document. A repeated correction was checked when it was first accepted.
fn corrects_nothing(db: &Db<'_>, prepared: &Prepared, came: &[Came]) -> Result<bool, Fault> {
    for (i, (new, came)) in prepared.messages.iter().zip(came).enumerate() {
        if new.message.draft.kind() != Kind::Correction || *came == Came::Before {
            continue;
        }
        let before = prepared.messages.iter().take(i);
        let about_the_same = before.filter(|before| before.person.lookup == new.person.lookup);
        if acceptance::corrects_one_of(&new.message, about_the_same.map(|before| &*before.message)) {
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

/// Returns whether this is the first repetition of the message within a day, and records the repetition. A system that
/// repeats a message all day causes one audit row a day.
fn is_first_today(tx: &Tx<'_>, sender: &PartyId, new: &PreparedMessage, now: Timestamp) -> Result<bool, Fault> {
    let since = now
        .checked_sub(SignedDuration::from_hours(24))
        .unwrap_or(Timestamp::MIN);
    let sql = "UPDATE idempotency SET repeated_at = ?3 WHERE party = ?1 AND reference = ?2
        AND (repeated_at IS NULL OR repeated_at <= ?4 OR repeated_at > ?3)";
    let touched = tx.run(
        sql,
        params![sender.as_str(), new.incoming.reference, micros(now), micros(since)],
    )?;
    Ok(touched > 0)
}

fn accept_one(
    tx: &Tx<'_>,
    (document, new): (&Prepared, &PreparedMessage),
    participant: &Participant,
    ready: &mut Vec<ReleaseInput>,
    now: Timestamp,
) -> Result<AcceptedMessage, Fault> {
    let message = &new.message;
    let kind = message.draft.kind();
    let ledger = consent::ledger(tx, participant.id, Some(&message.from))?;
    let facts = facts(tx, new, (participant.id, participant.dialogue), &ledger)?;
    let kind_of = |party: &PartyId| document.directory.kind_of(party);
    let plan = acceptance::plan(message, &new.receivers, &facts, &kind_of, now);
    if plan.goes_nowhere {
        budget::count_nowhere(tx, &message.from, now)?;
    }
    let conversation = conversation_key(tx.vault, participant.id, &plan.conversation);
    let corrects = facts.original.as_ref().map(|original| original.id);
    insert_message(tx, (document, new), participant, (&plan, conversation), corrects, now)?;
    if plan.conversation != message.id.to_string() {
        remember_conversation(tx, participant.id, &plan.conversation, conversation)?;
    }
    let actor = document.actor();
    let detail = Detail::new()
        .id("message", message.id)
        .id_or_none("from", document.written.map(|_| &message.from))
        .text("kind", kind.code())
        .id("participant", participant.id)
        .texts("to", plan.deliveries.iter().map(|d| d.to.to_string()));
    tx.audit(now, AuditAction::Accepted, &actor, detail)?;
    if !new.flags.is_empty() {
        let found = new.flags.iter().map(|f| format!("{} {}", f.what.code(), f.path));
        let detail = Detail::new().id("message", message.id).texts("flags", found);
        tx.audit(now, AuditAction::TextFlagged, &Actor::Hub, detail)?;
    }
    let mut deliveries = Vec::with_capacity(plan.deliveries.len());
    for planned in plan.deliveries {
        let is_urgent = planned.is_urgent;
        let delivery = insert_delivery(tx, new, participant, conversation, planned, now)?;
        if is_urgent && delivery.cause.is_none() {
            call(tx, new, participant.id, &document.directory, &delivery, now)?;
        }
        if delivery.cause.is_some() {
            let blocked = Blocked::of(message, delivery.id, &delivery.to);
            waits::tell(tx, participant.id, &blocked, &ledger, now)?;
        }
        deliveries.push(delivery);
    }
    if plan.opens_its_conversation {
        ready.extend(deliveries.iter().filter_map(|d| ready_to_write(new, d, &ledger, now)));
    }
    if let Some(viewers) = &plan.alerts_of_ending {
        alert::ending(tx, message.id, participant.id, viewers, now)?;
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
    let Incoming { reference, content, .. } = new.incoming;
    tx.run(
        sql,
        params![
            message.from.as_str(),
            reference,
            content,
            message.id.key(),
            answer,
            micros(now)
        ],
    )?;
    Ok(accepted)
}

/// Loads the facts that the plan of a new message depends on.
fn facts<'l>(
    db: &Db<'_>,
    new: &PreparedMessage,
    (participant, dialogue): (ParticipantRef, Dialogue),
    ledger: &'l Ledger,
) -> Result<Facts<'l>, Fault> {
    let message = &new.message;
    let corrects = corrected(db, message, participant)?;
    let of_original = match corrects {
        Some(original) => release_input::names(db, original)?,
        None => None,
    };
    let conversation = of_original.map(|(_, names)| names.conversation);
    Ok(Facts {
        ledger,
        reached: reached(db, message, corrects)?,
        original: corrects.map(|id| Original { id, conversation }),
        dialogue,
        in_reply_to: new.in_reply_to,
    })
}

/// Returns the input for writing a delivery, from the facts of this transaction.
fn ready_to_write(
    new: &PreparedMessage,
    delivery: &AcceptedDelivery,
    ledger: &Ledger,
    now: Timestamp,
) -> Option<ReleaseInput> {
    let Target::Party(party) = &delivery.to else {
        return None;
    };
    let waits = delivery.cause.is_none();
    waits.then(|| ReleaseInput {
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
    (document, new): (&Prepared, &PreparedMessage),
    participant: &Participant,
    (plan, conversation): (&MessagePlan, [u8; 16]),
    corrects: Option<MessageId>,
    now: Timestamp,
) -> Result<(), Fault> {
    let message = &new.message;
    let content = &message.draft.body;
    let id = message.id.0.as_bytes();
    let names = Names {
        reference: message.draft.sender_reference.as_str().to_owned(),
        conversation: plan.conversation.clone(),
        sent_at: Some(message.draft.sent_at),
    };
    let names = serde_json::to_vec(&names).map_err(|_| damaged("a message can not be written"))?;
    let names = tx.vault.seal(&participant.key, SealedAt("message.names", id), &names)?;
    let sql = "INSERT INTO message (id, sender, kind, participant, conversation, in_reply_to, purpose, needs, about,
            accepted_at, expires_at, names, supersedes, flags, read_by, read_by_sha256)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)";
    let read_by = document.read_by.as_ref();
    tx.run(
        sql,
        params![
            message.id.key(),
            message.from.as_str(),
            content.kind().code(),
            participant.id.key(),
            conversation,
            new.in_reply_to.map(|m| m.key()),
            message.draft.purpose.code(),
            content.all_needs().bits(),
            content.about().bits(),
            micros(now),
            micros(new.expires_at),
            names,
            corrects.map(|m| m.key()),
            answer::write_flags(&new.flags)?,
            read_by.map(|by| by.adapter.to_string()),
            read_by.and_then(|by| by.sha256)
        ],
    )?;
    let refiled = plan.refile(message).map(|m| written(&m.to_json())).transpose()?;
    let body = refiled.as_ref().unwrap_or(&new.body);
    let sealed = tx.vault.seal(&participant.key, SealedAt("body", id), body)?;
    tx.run(
        "INSERT INTO body (message, sealed) VALUES (?1, ?2)",
        params![message.id.key(), sealed],
    )?;
    Ok(())
}

/// Parties that a message has reached, or may still reach.
pub(crate) const REACHED: &str = "SELECT DISTINCT d.party FROM delivery d
    WHERE d.message = ?1 AND d.party IS NOT NULL AND (d.state < 4 OR EXISTS
        (SELECT 1 FROM release r WHERE r.delivery = d.id AND r.state IN (1, 2)))
    ORDER BY d.party";

/// Returns the parties that the original of a correction has reached or may still reach; `None` for any other message.
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

/// Returns the message that a correction corrects. Both have the same sender and the same participant.
pub(crate) fn corrected(
    db: &Db<'_>,
    message: &Message,
    participant: ParticipantRef,
) -> Result<Option<MessageId>, Fault> {
    let Some(named) = &message.draft.supersedes else {
        return Ok(None);
    };
    let Some(found) = release_input::superseded(db, &message.from, named.as_str())? else {
        return Ok(None);
    };
    let sql = "SELECT 1 FROM message WHERE id = ?1 AND participant = ?2";
    let same = db.any(sql, params![found.key(), participant.key()])?;
    Ok(same.then_some(found))
}

/// Alerts that somebody has to call the receiver of an urgent delivery, if mail alone tells its people.
fn call(
    tx: &Tx<'_>,
    new: &PreparedMessage,
    participant: ParticipantRef,
    directory: &Directory,
    delivery: &AcceptedDelivery,
    now: Timestamp,
) -> Result<(), Fault> {
    let Target::Party(to) = &delivery.to else {
        return Ok(());
    };
    if !directory.get(to).is_some_and(|party| party.is_told_by_mail()) {
        return Ok(());
    }
    let message = &new.message;
    alert::urgent_waits(tx, (message.id, participant, delivery.id), (&message.from, to), now)
}

fn insert_delivery(
    tx: &Tx<'_>,
    new: &PreparedMessage,
    participant: &Participant,
    conversation: [u8; 16],
    planned: NewDelivery,
    now: Timestamp,
) -> Result<AcceptedDelivery, Fault> {
    let id: DeliveryId = tx.new_id(now);
    let NewDelivery {
        to,
        state,
        permitted,
        withheld,
        cause,
        is_urgent,
    } = planned;
    let place = SealedAt("delivery.cause", id.0.as_bytes());
    let sealed = cause
        .as_ref()
        .map(|c| tx.vault.seal(&participant.key, place, c.text.as_bytes()))
        .transpose()?;
    let row = New {
        id,
        message: Some(new.message.id),
        about: None,
        sender: Some(&new.message.from),
        to: &to,
        participant: Some(participant.id),
        conversation: matches!(to, Target::Party(_)).then_some(conversation),
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
            .id("to", &to)
            .text("code", &cause.code);
        tx.audit(now, AuditAction::Blocked, &Actor::Hub, detail)?;
        if is_urgent {
            let of = (new.message.id, participant.id, id);
            alert::urgent(tx, of, &new.message.from, (&to, &cause.code), now)?;
        }
    }
    Ok(AcceptedDelivery {
        id,
        to,
        state: state.name(),
        withheld,
        cause,
    })
}
