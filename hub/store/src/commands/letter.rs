//! A delivery in the mailbox of a party: its row without the content, its reading and its answer. `letter_list` has the lists.

use bindeledd_core::audit::{Actor, AuditAction};
use bindeledd_core::delivery::withdrawal_notice::may_go;
use bindeledd_core::delivery::{End, State};
use bindeledd_core::follow_up::{Answering, may_answer, sees_content};
use bindeledd_core::{
    AccountId, DeliveryId, Kind, Message, MessageId, Minimised, ParticipantRef, PartyId, decide, time,
};
use bindeledd_engine::ports::{
    AnsweredBefore, KnownName, Letter, LetterContent, LetterView, NotShown, Occasion, ProposedMeeting, Reading, Reply,
    Taken, UrgentCall,
};
use jiff::Timestamp;
use uuid::Uuid;

use crate::audit::Detail;
use crate::commands::delivery::{self, Delivery, OfMessage};
use crate::commands::release::{ReleaseState, grants_used, put_release};
use crate::commands::{account, consent, follow_up, inbox, participant, release_input, withdrawal_notice};
use crate::conn::codec::{Key, as_kept, micros};
use crate::conn::{Db, Tx, params};
use crate::fault::{Fault, damaged};

pub(crate) const READINGS: &str = "SELECT person, at FROM letter_read WHERE delivery = ?1 ORDER BY at DESC";
/// Answers to a message, of any sender. A sender has many messages, a participant few.
pub(crate) const REPLIES: &str = "SELECT id, accepted_at, sender, kind FROM message
    WHERE participant = ?1 AND in_reply_to = ?2 ORDER BY id";
pub(crate) const ANSWERING: &str = "SELECT person, reference, at FROM letter_answer WHERE delivery = ?1";
/// Messages about a participant that a party sent or was sent, the newest first.
pub(crate) const NAMING: &str = "SELECT m.id, m.sender, (SELECT d.id FROM delivery d
        WHERE d.message = m.id AND d.party = ?2 ORDER BY d.id LIMIT 1) AS delivery
    FROM message m WHERE m.participant = ?1 AND (m.sender = ?2
        OR EXISTS (SELECT 1 FROM delivery d WHERE d.message = m.id AND d.party = ?2))
    ORDER BY m.id DESC LIMIT 3";

/// Returns the state of a delivery, if this person may read it in the party's mailbox.
pub(crate) fn state(
    db: &Db<'_>,
    (party, id): (&PartyId, DeliveryId),
    by: AccountId,
    now: Timestamp,
) -> Result<Option<State>, Fault> {
    Ok(own(db, (party, id), by, now)?.map(|delivery| delivery.state))
}

/// Loads a delivery of a party, if this person follows its participant up.
fn own(
    db: &Db<'_>,
    (party, id): (&PartyId, DeliveryId),
    by: AccountId,
    now: Timestamp,
) -> Result<Option<Delivery>, Fault> {
    let Some(delivery) = delivery::load(db, id)?.filter(|found| found.party.as_ref() == Some(party)) else {
        return Ok(None);
    };
    let (Some(person), Some(participant)) = (account::by_id_alone(db, by)?, delivery.participant) else {
        return Ok(None);
    };
    let rows = follow_up::of_participant(db, party, participant)?;
    Ok(sees_content(&person, party, &rows, now).then_some(delivery))
}

/// The content of a delivery, as a decision of now permits it.
pub(super) struct Content {
    participant: ParticipantRef,
    content: LetterContent,
}

/// Decides about a delivery, and opens its content. `None` if no grant covers it now, or if the hub no longer has it.
pub(super) fn opened(db: &Db<'_>, delivery: &Delivery, now: Timestamp) -> Result<Option<Content>, Fault> {
    let (Some(participant), Some(to)) = (delivery.participant, &delivery.party) else {
        return Ok(None);
    };
    if delivery.is_erased {
        return Ok(None);
    }
    let content = match &delivery.about_message {
        Some(of) => part(db, participant, of, (to, delivery), now)?.map(|part| LetterContent::Message(Box::new(part))),
        None => notice(db, participant, delivery)?,
    };
    Ok(content.map(|content| Content { participant, content }))
}

fn notice(db: &Db<'_>, participant: ParticipantRef, delivery: &Delivery) -> Result<Option<LetterContent>, Fault> {
    if participant::key_unless_erased(db, participant)?.is_none() {
        return Ok(None);
    }
    let Some(notice) = withdrawal_notice::load(db, delivery)? else {
        return Ok(None);
    };
    let ledger = consent::ledger(db, participant, None)?;
    let may_go = may_go(&ledger).is_ok();
    Ok(may_go.then(|| LetterContent::Withdrawal(Box::new(notice))))
}

/// Returns a message as the receiver may have it now: the categories that were handed over, or would be.
fn part(
    db: &Db<'_>,
    participant: ParticipantRef,
    of: &OfMessage,
    (to, delivery): (&PartyId, &Delivery),
    now: Timestamp,
) -> Result<Option<Minimised<Message>>, Fault> {
    let Some(key) = participant::key_unless_erased(db, participant)? else {
        return Ok(None);
    };
    let Some(message) = release_input::message(db, of.id, &key)? else {
        return Ok(None);
    };
    let ledger = consent::ledger(db, participant, Some(&of.sender))?;
    let handed_over = delivery.frozen_with;
    let asked = if handed_over.is_empty() { of.needs } else { handed_over };
    let decision = decide(&ledger, &of.sender, to, of.purpose, asked, now);
    // The part that was handed over is shown as a whole or not at all.
    if !handed_over.is_subset(decision.permitted()) {
        return Ok(None);
    }
    Ok(decision.minimise(&message).ok())
}

/// Returns the party's messages of a kind that refer to a delivery, the oldest first.
fn replies(db: &Db<'_>, delivery: &Delivery, kind: Kind) -> Result<Vec<(MessageId, Timestamp)>, Fault> {
    let (Some(of), Some(participant), Some(to)) = (&delivery.about_message, delivery.participant, &delivery.party)
    else {
        return Ok(Vec::new());
    };
    let replies = db.all(REPLIES, params![participant.key(), of.id.key()], |row| {
        Ok(((row.id(0)?, row.time(1)?), row.party(2)?, row.coded(3, Kind::parse)?))
    })?;
    let own = replies
        .into_iter()
        .filter(|(_, sender, of)| sender == to && *of == kind);
    Ok(own.map(|(reply, ..)| reply).collect())
}

/// Returns the party's first answer to a delivery that asks for one. A meeting that it proposed instead is no answer.
fn reply(db: &Db<'_>, delivery: &Delivery) -> Result<Option<Reply>, Fault> {
    let asked = delivery.about_message.as_ref().and_then(|of| of.kind.answer());
    let Some(kind) = asked else {
        return Ok(None);
    };
    let first = replies(db, delivery, kind)?.into_iter().next();
    let by = answering(db, delivery.id)?.map(|answering| answering.person);
    Ok(first.map(|(message, at)| Reply { message, at, by }))
}

/// Returns the newest meeting that the party proposed instead of an answer, with the contact person whom it named.
fn meeting(db: &Db<'_>, delivery: &Delivery) -> Result<Option<ProposedMeeting>, Fault> {
    let last = replies(db, delivery, Kind::MeetingRequest)?.into_iter().next_back();
    let (Some((message, at)), Some(participant)) = (last, delivery.participant) else {
        return Ok(None);
    };
    // A party knows the names in its own messages.
    let own = match participant::key_unless_erased(db, participant)? {
        Some(key) => release_input::message(db, message, &key)?,
        None => None,
    };
    let handler = own.and_then(|own| own.draft.handler);
    Ok(Some(ProposedMeeting {
        message,
        at,
        by: handler.map(|handler| KnownName(handler.name)),
    }))
}

/// Returns the answer that a person wrote, or began.
fn answering(db: &Db<'_>, id: DeliveryId) -> Result<Option<Answering>, Fault> {
    db.one(ANSWERING, [id.key()], |row| {
        Ok(Answering {
            person: row.id(0)?,
            reference: Uuid::from_bytes(row.get(1)?),
            at: row.time(2)?,
        })
    })
}

/// Begins a person's answer to a delivery, unless somebody else of the party was first.
pub(crate) fn begin_answer(
    tx: &Tx<'_>,
    id: DeliveryId,
    new: &Answering,
) -> Result<Result<Timestamp, AnsweredBefore>, Fault> {
    let sent = match delivery::load(tx, id)? {
        Some(delivery) => reply(tx, &delivery)?,
        None => None,
    };
    let earlier = answering(tx, id)?;
    if !may_answer(new, earlier.as_ref(), sent.is_some()) {
        return Ok(Err(AnsweredBefore {
            by: earlier.map(|earlier| earlier.person),
            at: sent
                .map(|sent| sent.at)
                .or_else(|| earlier.map(|earlier| earlier.at))
                .unwrap_or(new.at),
        }));
    }
    if let Some(same) = earlier.filter(|earlier| earlier.reference == new.reference) {
        return Ok(Ok(same.at));
    }
    let sql = "INSERT INTO letter_answer (delivery, person, reference, at) VALUES (?1, ?2, ?3, ?4)
        ON CONFLICT (delivery) DO UPDATE SET person = ?2, reference = ?3, at = ?4";
    tx.run(
        sql,
        params![id.key(), new.person.key(), new.reference.into_bytes(), micros(new.at)],
    )?;
    let detail = Detail::new().texts("deliveries", [id.to_string()]);
    tx.audit(new.at, AuditAction::LetterAnswered, &Actor::Person(new.person), detail)?;
    Ok(Ok(as_kept(new.at)))
}

/// Removes an answer that came to nothing. The row of an answer that the party sent stays, since it has its person.
pub(crate) fn drop_answer(tx: &Tx<'_>, id: DeliveryId, reference: Uuid) -> Result<(), Fault> {
    let is_sent = match delivery::load(tx, id)? {
        Some(delivery) => reply(tx, &delivery)?.is_some(),
        None => false,
    };
    if is_sent {
        return Ok(());
    }
    let sql = "DELETE FROM letter_answer WHERE delivery = ?1 AND reference = ?2";
    tx.run(sql, params![id.key(), reference.into_bytes()])?;
    Ok(())
}

/// Makes the row of a delivery.
pub(super) fn view(db: &Db<'_>, delivery: &Delivery, opened: &Content, now: Timestamp) -> Result<LetterView, Fault> {
    let to = delivery
        .party
        .as_ref()
        .ok_or_else(|| damaged("a delivery has no party"))?;
    let of = delivery.about_message.as_ref();
    let message = match &opened.content {
        LetterContent::Message(part) => Some(part.content()),
        LetterContent::Withdrawal(_) => None,
    };
    let name = match message {
        Some(message) => named(message),
        None => name(db, opened.participant, to, now)?,
    };
    let is_partial = match &opened.content {
        LetterContent::Message(part) => !part.withheld().is_empty(),
        LetterContent::Withdrawal(_) => false,
    };
    let body = message.map(|message| &message.draft.body);
    let answer_by = body.and_then(|body| body.get("answerBy")).and_then(|day| day.as_str());
    let reply = reply(db, delivery)?;
    Ok(LetterView {
        delivery: delivery.id,
        participant: opened.participant,
        name,
        kind: of.map_or(Kind::ConsentWithdrawn, |of| of.kind),
        from: of.map(|of| of.sender.clone()),
        at: of.map_or(delivery.changed_at, |of| of.accepted_at),
        state: delivery.state.clone(),
        answer_by: answer_by.and_then(time::parse_date),
        is_partial,
        urgent: message
            .filter(|message| message.draft.body.is_urgent())
            .map(|message| UrgentCall {
                handler: message.draft.handler.clone(),
            }),
        reads: db.all(READINGS, [delivery.id.key()], |row| {
            Ok(Reading {
                person: row.id(0)?,
                at: row.time(1)?,
            })
        })?,
        reply,
    })
}

fn named(message: &Message) -> Option<KnownName> {
    let name = message.draft.participant.name.as_ref();
    name.map(|name| KnownName(name.0.clone()))
}

/// Returns the name of a participant, from the newest message that the party sent, or may have.
pub(super) fn name(
    db: &Db<'_>,
    participant: ParticipantRef,
    party: &PartyId,
    now: Timestamp,
) -> Result<Option<KnownName>, Fault> {
    let Some(key) = participant::key_unless_erased(db, participant)? else {
        return Ok(None);
    };
    let found = db.all(NAMING, params![participant.key(), party.as_str()], |row| {
        Ok((row.id(0)?, row.party(1)?, row.id_or_none::<DeliveryId>(2)?))
    })?;
    for (message, sender, delivery) in found {
        let name = match delivery {
            // A party knows the names in its own messages.
            _ if sender == *party => release_input::message(db, message, &key)?.as_ref().and_then(named),
            Some(id) => {
                let delivery = delivery::load(db, id)?;
                let opened = delivery.map(|delivery| opened(db, &delivery, now)).transpose()?;
                match opened.flatten().map(|opened| opened.content) {
                    Some(LetterContent::Message(part)) => named(part.content()),
                    Some(LetterContent::Withdrawal(_)) | None => None,
                }
            }
            None => None,
        };
        if name.is_some() {
            return Ok(name);
        }
    }
    Ok(None)
}

/// Keeps a release for a reading under other grants than those of the release before. A withdrawal of these grants then waits for
/// the page, and names the delivery.
fn under_its_grants(
    tx: &Tx<'_>,
    delivery: &Delivery,
    (participant, party): (ParticipantRef, &PartyId),
    now: Timestamp,
) -> Result<(), Fault> {
    let Some(of) = &delivery.about_message else {
        return Ok(());
    };
    // A delivery that awaits a receipt was decided and released again just before.
    if matches!(delivery.state, State::AwaitingReceipt(_)) {
        return Ok(());
    }
    let ledger = consent::ledger(tx, participant, Some(&of.sender))?;
    let with = delivery.frozen_with;
    let decision = decide(&ledger, &of.sender, party, of.purpose, with, now);
    if grants_used(tx, delivery.id)? != decision.grants() {
        put_release(tx, delivery.id, (with, decision.grants()), ReleaseState::Done, now)?;
    }
    Ok(())
}

/// Opens a delivery for a person who follows its participant up.
pub(crate) fn read(
    tx: &Tx<'_>,
    id: DeliveryId,
    (by, occasion): (AccountId, Occasion),
    taken: &Taken,
    now: Timestamp,
) -> Result<Result<Letter, NotShown>, Fault> {
    if tx.trust.guard.is_halted() {
        return Ok(Err(NotShown::Halted));
    }
    let Some(delivery) = own(tx, (&taken.party, id), by, now)? else {
        return Ok(Err(NotShown::Unknown));
    };
    match &delivery.state {
        // The same decision as for a system that fetches once more. A delivery that is no longer covered ends.
        State::AwaitingReceipt(_) => {
            if inbox::reread(tx, id, now)?.is_err() {
                return Ok(Err(NotShown::Unknown));
            }
        }
        State::WithPerson(_) => {}
        State::Ended(ended) if ended.how == End::Delivered => {}
        State::Waiting(_) | State::Reserved(_) | State::Sending(_) => return Ok(Err(NotShown::NotNow)),
        State::Ended(_) => return Ok(Err(NotShown::Unknown)),
    }
    let Some(content) = opened(tx, &delivery, now)? else {
        let has_content = match &delivery.about_message {
            Some(of) => tx.any("SELECT 1 FROM body WHERE message = ?1", [of.id.key()])?,
            None => true,
        };
        let why = if has_content {
            NotShown::Unknown
        } else {
            NotShown::ContentGone
        };
        return Ok(Err(why));
    };
    under_its_grants(tx, &delivery, (content.participant, &taken.party), now)?;
    let sql = "INSERT INTO letter_read (delivery, person, party, participant, at) VALUES (?1, ?2, ?3, ?4, ?5)
        ON CONFLICT DO NOTHING";
    let participant = content.participant.key();
    let row = params![id.key(), by.key(), taken.party.as_str(), participant, micros(now)];
    let is_first = tx.run(sql, row)? > 0;
    if occasion == Occasion::Opened || is_first {
        let detail = Detail::new()
            .id("party", &taken.party)
            .id("participant", content.participant)
            .texts("deliveries", [id.to_string()]);
        tx.audit(now, AuditAction::InboxRead, &Actor::Person(by), detail)?;
    }
    inbox::acknowledge(tx, id, taken, now)?;
    let delivery = delivery::load(tx, id)?.ok_or_else(|| damaged("a delivery is missing"))?;
    let rows = follow_up::of_participant(tx, &taken.party, content.participant)?;
    Ok(Ok(Letter {
        view: view(tx, &delivery, &content, now)?,
        content: content.content,
        followed_by: follow_up::holding(rows, now),
        meeting: meeting(tx, &delivery)?,
    }))
}
