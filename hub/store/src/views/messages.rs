//! Messages as operators and their senders see them: states and reasons, never content.

use bindeledd_core::delivery::{Cause, State};
use bindeledd_core::{DeliveryId, MessageId, ParticipantRef, Target};
use bindeledd_engine::ports::{DeliveryView, MessageFilter, MessageView};

use crate::commands::alert::LIST_AT_MOST;
use crate::commands::answer;
use crate::commands::participant;
use crate::conn::Db;
use crate::conn::codec::{self, Key};
use crate::fault::{Fault, damaged};
use crate::sealing::aead::{SealKey, SealedAt};
use crate::views::search;
use crate::views::selection::questions;

/// Returns one message.
pub(crate) fn message(db: &Db<'_>, id: MessageId) -> Result<Option<MessageView>, Fault> {
    let sql = "SELECT sender, kind, participant, accepted_at, flags FROM message WHERE id = ?1";
    db.one(sql, [id.key()], |row| {
        let participant: ParticipantRef = row.id("participant")?;
        Ok(MessageView {
            id,
            kind: row.kind("kind")?,
            from: row.party("sender")?,
            participant,
            accepted_at: row.time("accepted_at")?,
            flags: answer::read_flags(row.get::<Option<&str>>("flags")?)?,
            deliveries: deliveries(db, id, participant)?,
        })
    })
}

fn deliveries(db: &Db<'_>, message: MessageId, participant: ParticipantRef) -> Result<Vec<DeliveryView>, Fault> {
    let own = participant::key_unless_erased(db, participant)?;
    let key = own.as_ref().unwrap_or_else(|| db.vault.hub());
    let sql = "SELECT id, party, state, attempts, due, deadline, withheld, cause_code, cause_text, changed_at
        FROM delivery WHERE message = ?1 ORDER BY id";
    db.all(sql, [message.key()], |row| {
        let id: DeliveryId = row.id("id")?;
        let code: Option<String> = row.get("cause_code")?;
        let text = row.get::<Option<&[u8]>>("cause_text")?;
        Ok(DeliveryView {
            id,
            to: row.party_or_none("party")?.map_or(Target::Circle, Target::Party),
            state: codec::state(
                row.get("state")?,
                row.get("attempts")?,
                row.time("due")?,
                row.time_or_none("deadline")?,
            )?,
            withheld: row.categories("withheld")?,
            cause: cause(db, id, key, code, text)?,
            changed_at: row.time("changed_at")?,
        })
    })
}

fn cause(
    db: &Db<'_>,
    delivery: DeliveryId,
    key: &SealKey,
    code: Option<String>,
    text: Option<&[u8]>,
) -> Result<Option<Cause>, Fault> {
    let (Some(code), Some(text)) = (code, text) else {
        return Ok(None);
    };
    let plain = db
        .vault
        .open(key, SealedAt("delivery.cause", delivery.0.as_bytes()), text)?;
    let text = String::from_utf8(plain).map_err(|_| damaged("a cause can not be read"))?;
    Ok(Some(Cause { code, text }))
}

/// Returns messages, newest first.
pub(crate) fn messages(db: &Db<'_>, filter: &MessageFilter) -> Result<Vec<MessageView>, Fault> {
    let views = ids(db, filter)?.into_iter().map(|id| message(db, id));
    Ok(views.collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect())
}

/// Returns the ids of messages, newest first.
pub(crate) fn ids(db: &Db<'_>, filter: &MessageFilter) -> Result<Vec<MessageId>, Fault> {
    let named = search::named(db, filter)?;
    let mut ids: Vec<MessageId> = Vec::new();
    for question in questions(filter, named.as_deref()) {
        let found = question.ask(|values| db.all(&question.sql, values, |row| row.id::<MessageId>(0)))?;
        ids.extend(found);
    }
    ids.sort_unstable_by(|a, b| b.cmp(a));
    ids.dedup();
    let limit = filter.limit.min(LIST_AT_MOST);
    if filter.after.is_some() {
        ids.drain(..ids.len().saturating_sub(limit));
    }
    ids.truncate(limit);
    Ok(ids)
}

/// Returns the number of deliveries in each state.
pub(crate) fn counts(db: &Db<'_>) -> Result<Vec<(String, u64)>, Fault> {
    db.all("SELECT state, n FROM tally ORDER BY state", [], |row| {
        let state: usize = usize::try_from(row.get::<i64>(0)?).unwrap_or(usize::MAX);
        let name = State::NAMES
            .get(state)
            .ok_or_else(|| damaged("an unknown state is counted"))?;
        let n = u64::try_from(row.get::<i64>(1)?).map_err(|_| damaged("fewer than no deliveries are counted"))?;
        Ok(((*name).to_owned(), n))
    })
}
