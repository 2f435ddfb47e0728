//! The search: messages by any id, counts by state, and causes by their code.

use bindeledd_core::delivery::State;
use bindeledd_core::{AlertId, ConsentId, DeliveryId, MessageId, ParticipantRef, PartyId};
use bindeledd_engine::ports::{
    COUNT_AT_MOST, ErrorCount, ErrorFilter, FIND_AT_MOST, FoundAs, Hit, MailboxName, MessageFilter, StateCount,
};
use jiff::Timestamp;
use uuid::Uuid;

use crate::commands::fetched;
use crate::commands::names::{conversation_name_digest, reference_digest};
use crate::conn::codec::{limit, micros};
use crate::conn::{Db, Row, params};
use crate::fault::Fault;
use crate::sealing::frozen::external_digest;
use crate::views::selection::count_questions;

/// Maximum number of messages that an id of a filter may name, such as those of a conversation.
const NAMED_AT_MOST: usize = 1_000;
/// Maximum number of characters of an id that is searched for.
const LONGEST_ID: usize = 500;
/// Maximum number of rows of the causes.
const CAUSES_AT_MOST: i64 = 1_000;

pub(crate) const MESSAGE: &str = "SELECT id FROM message WHERE id = ?1";
pub(crate) const DELIVERY: &str = "SELECT coalesce(message, about) FROM delivery WHERE id = ?1";
pub(crate) const CONVERSATIONS: &str = "SELECT participant, conversation FROM conversation_name WHERE name = ?1";
pub(crate) const OF_CONVERSATION: &str = "SELECT m.id FROM message m INDEXED BY message_participant
    WHERE m.participant = ?1 AND m.conversation = ?2 ORDER BY m.id DESC LIMIT ?3";
pub(crate) const REFERENCE: &str = "SELECT message FROM idempotency WHERE party = ?1 AND reference = ?2";
pub(crate) const EXTERNAL: &str = "SELECT e.delivery, coalesce(d.message, d.about) FROM external_ref e
    CROSS JOIN delivery d ON d.id = e.delivery WHERE e.party = ?1 AND e.value = ?2 ORDER BY e.delivery DESC LIMIT ?3";
pub(crate) const ITEM: &str = "SELECT d.id, d.about FROM fetched_item i CROSS JOIN delivery d ON d.id = i.answer
    WHERE i.mailbox = ?1 AND i.id = ?2";
pub(crate) const CAUSES: &str = "SELECT d.cause_code AS code, d.party AS party, count(*) AS n,
        sum(CASE WHEN d.state < 4 THEN 1 ELSE 0 END) AS waiting, max(d.changed_at) AS newest
    FROM delivery d INDEXED BY delivery_caused
    WHERE d.changed_at >= ?1 AND d.changed_at < ?2 AND d.cause_code IS NOT NULL AND d.state <> 10
        AND (d.party = ?4 OR ?4 IS NULL)
    GROUP BY d.cause_code, d.party ORDER BY count(*) DESC, d.cause_code, d.party LIMIT ?3";

/// A message that an id leads to.
struct Lead {
    what: FoundAs,
    message: MessageId,
    delivery: Option<DeliveryId>,
}

/// Returns the messages that the ids of a filter name, newest first; `None` if the filter has no id.
pub(crate) fn named(db: &Db<'_>, filter: &MessageFilter) -> Result<Option<Vec<MessageId>>, Fault> {
    let by_reference = match &filter.reference {
        Some(reference) => Some(ids(references(db, reference)?)),
        None => None,
    };
    let by_any = match &filter.external_id {
        Some(id) => Some(ids(leads(db, id, NAMED_AT_MOST)?)),
        None => None,
    };
    Ok(match (by_reference, by_any) {
        (Some(these), Some(those)) => Some(these.into_iter().filter(|id| those.contains(id)).collect()),
        (these, those) => these.or(those),
    })
}

fn ids(leads: Vec<Lead>) -> Vec<MessageId> {
    let mut ids: Vec<MessageId> = leads.into_iter().map(|lead| lead.message).collect();
    ids.sort_unstable_by(|a, b| b.cmp(a));
    ids.dedup();
    ids.truncate(NAMED_AT_MOST);
    ids
}

/// Returns the messages that any party gave this reference. A digest includes its party, so that each party is asked.
fn references(db: &Db<'_>, reference: &str) -> Result<Vec<Lead>, Fault> {
    if reference.chars().count() > LONGEST_ID {
        return Ok(Vec::new());
    }
    let mut found = Vec::new();
    for party in parties(db)? {
        let digest = reference_digest(db.vault, &party, reference);
        let message = db.one(REFERENCE, params![party.as_str(), digest], |row| row.id(0))?;
        found.extend(message.map(|message| Lead {
            what: FoundAs::Reference,
            message,
            delivery: None,
        }));
    }
    Ok(found)
}

fn parties(db: &Db<'_>) -> Result<Vec<PartyId>, Fault> {
    db.all("SELECT id FROM party ORDER BY id", [], |row| row.party(0))
}

/// Returns every way from an id to a message, up to a number for each kind of id.
fn leads(db: &Db<'_>, text: &str, at_most: usize) -> Result<Vec<Lead>, Fault> {
    let text = text.trim();
    if text.is_empty() || text.chars().count() > LONGEST_ID {
        return Ok(Vec::new());
    }
    let mut found = Vec::new();
    if let Ok(id) = Uuid::try_parse(text) {
        found.extend(by_own_id(db, id)?);
    }
    found.extend(references(db, text)?);
    found.extend(by_conversation(db, text, at_most)?);
    found.extend(by_external_id(db, text, at_most)?);
    found.extend(by_item(db, text)?);
    Ok(found)
}

fn by_own_id(db: &Db<'_>, id: Uuid) -> Result<Vec<Lead>, Fault> {
    let message: Option<MessageId> = db.one(MESSAGE, [id.into_bytes()], |row| row.id(0))?;
    let of_delivery = db.one(DELIVERY, [id.into_bytes()], |row| row.id_or_none(0))?;
    let message = message.map(|message| Lead {
        what: FoundAs::Message,
        message,
        delivery: None,
    });
    let delivery = of_delivery.flatten().map(|message| Lead {
        what: FoundAs::Delivery,
        message,
        delivery: Some(DeliveryId(id)),
    });
    Ok(message.into_iter().chain(delivery).collect())
}

fn by_conversation(db: &Db<'_>, name: &str, at_most: usize) -> Result<Vec<Lead>, Fault> {
    let digest = conversation_name_digest(db.vault, name);
    let conversations = db.all(CONVERSATIONS, [digest], |row| {
        Ok((row.get::<[u8; 16]>(0)?, row.get::<[u8; 16]>(1)?))
    })?;
    let mut found = Vec::new();
    for (participant, conversation) in conversations {
        let left = at_most.saturating_sub(found.len());
        let values = params![participant, conversation, limit(left)];
        let messages: Vec<MessageId> = db.all(OF_CONVERSATION, values, |row| row.id(0))?;
        found.extend(messages.into_iter().map(|message| Lead {
            what: FoundAs::Conversation,
            message,
            delivery: None,
        }));
    }
    Ok(found)
}

fn by_external_id(db: &Db<'_>, value: &str, at_most: usize) -> Result<Vec<Lead>, Fault> {
    let lead = |row: &Row<'_>| -> Result<Option<Lead>, Fault> {
        let delivery = row.id(0)?;
        Ok(row.id_or_none(1)?.map(|message| Lead {
            what: FoundAs::ExternalId,
            message,
            delivery: Some(delivery),
        }))
    };
    let mut found = Vec::new();
    for party in parties(db)? {
        let digest = external_digest(db.vault, &party, value);
        let of_party = db.all(EXTERNAL, params![party.as_str(), digest, limit(at_most)], lead)?;
        found.extend(of_party.into_iter().flatten());
    }
    Ok(found)
}

/// Returns the message of a fetched item, by the answer that the item got.
fn by_item(db: &Db<'_>, id: &str) -> Result<Vec<Lead>, Fault> {
    let mailboxes: Vec<String> = db.all("SELECT name FROM mailbox ORDER BY name", [], |row| row.get(0))?;
    let mut found = Vec::new();
    for mailbox in mailboxes {
        let mailbox = MailboxName(mailbox);
        let digest = fetched::digest(db.vault, &mailbox, id);
        let lead = db.one(ITEM, params![mailbox.0.as_str(), digest], |row| {
            let delivery = row.id(0)?;
            Ok(row.id_or_none(1)?.map(|message| Lead {
                what: FoundAs::Item,
                message,
                delivery: Some(delivery),
            }))
        })?;
        found.extend(lead.flatten());
    }
    Ok(found)
}

/// Finds the things that have this id, of any kind.
pub(crate) fn find(db: &Db<'_>, text: &str) -> Result<Vec<Hit>, Fault> {
    let text = text.trim();
    let mut hits: Vec<Hit> = Vec::new();
    for lead in leads(db, text, FIND_AT_MOST)? {
        let id = match (lead.what, lead.delivery) {
            (FoundAs::Delivery, Some(delivery)) => delivery.to_string(),
            _ => lead.message.to_string(),
        };
        hits.push(Hit {
            what: lead.what,
            id,
            message: Some(lead.message),
            delivery: lead.delivery,
        });
    }
    hits.extend(others(db, text)?);
    // One id may lead to a message in several ways; the first way stays.
    let mut seen: Vec<(Option<MessageId>, Option<DeliveryId>, Option<String>)> = Vec::new();
    hits.retain(|hit| {
        let same = (hit.message, hit.delivery, hit.message.is_none().then(|| hit.id.clone()));
        let is_new = !seen.contains(&same);
        seen.push(same);
        is_new
    });
    hits.truncate(FIND_AT_MOST);
    Ok(hits)
}

/// Finds the things that are no messages.
fn others(db: &Db<'_>, text: &str) -> Result<Vec<Hit>, Fault> {
    let hit = |what, id: String, message| Hit {
        what,
        id,
        message,
        delivery: None,
    };
    let mut hits = Vec::new();
    if let Ok(id) = Uuid::try_parse(text) {
        let key = id.into_bytes();
        if db.any("SELECT 1 FROM participant WHERE ref = ?1", [key])? {
            hits.push(hit(FoundAs::Participant, ParticipantRef(id).to_string(), None));
        }
        if db.any("SELECT 1 FROM consent WHERE id = ?1", [key])? {
            hits.push(hit(FoundAs::Consent, ConsentId(id).to_string(), None));
        }
        let alert = db.one("SELECT message FROM alert WHERE id = ?1", [key], |row| {
            row.id_or_none::<MessageId>(0)
        })?;
        if let Some(message) = alert {
            hits.push(hit(FoundAs::Alert, AlertId(id).to_string(), message));
        }
    }
    let by_name = db.all(
        "SELECT id FROM party WHERE id = ?1 OR org = ?1 ORDER BY id",
        [text],
        |row| row.get::<String>(0),
    )?;
    hits.extend(by_name.into_iter().map(|id| hit(FoundAs::Party, id, None)));
    Ok(hits)
}

/// Returns the number of deliveries of a selection in each state.
pub(crate) fn counts(db: &Db<'_>, filter: &MessageFilter) -> Result<Vec<StateCount>, Fault> {
    let named = named(db, filter)?;
    let mut counts = Vec::with_capacity(State::NAMES.len());
    for (number, state) in (0_i64..).zip(State::NAMES) {
        let mut n = 0_u64;
        for question in count_questions(filter, named.as_deref(), number) {
            let found = question.ask(|values| db.one(&question.sql, values, |row| row.get::<i64>("n")))?;
            n += found.and_then(|n| u64::try_from(n).ok()).unwrap_or(0);
            if n > COUNT_AT_MOST {
                break;
            }
        }
        counts.push(StateCount {
            state,
            n: n.min(COUNT_AT_MOST),
            is_over: n > COUNT_AT_MOST,
        });
    }
    Ok(counts)
}

/// Returns the causes of deliveries by their code and receiver, the most frequent first.
pub(crate) fn errors(db: &Db<'_>, filter: &ErrorFilter) -> Result<Vec<ErrorCount>, Fault> {
    let until = filter.until.unwrap_or(Timestamp::MAX);
    let read = |row: &Row<'_>| {
        Ok(ErrorCount {
            code: row.get("code")?,
            party: row.party_or_none("party")?,
            n: whole(row.get("n")?),
            waiting: whole(row.get("waiting")?),
            newest_at: row.time("newest")?,
        })
    };
    let (since, until) = (micros(filter.since), micros(until));
    let party = filter.party.as_ref().map(PartyId::as_str);
    db.all(CAUSES, params![since, until, CAUSES_AT_MOST, party], read)
}

fn whole(n: i64) -> u64 {
    u64::try_from(n).unwrap_or(0)
}
