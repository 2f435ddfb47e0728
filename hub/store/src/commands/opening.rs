//! Break-glass: requests to see the content of one message, and the readings. The rules are in `core::opening`.

use bindeledd_core::account::Account;
use bindeledd_core::audit::{Actor, AuditAction};
use bindeledd_core::opening::{
    Entrusted, LookWay, NotAsked, Opening, OpeningEvent, OpeningState, SecondPerson, may_ask, may_decide,
};
use bindeledd_core::{
    AccessScope, AccountId, ContentAccess, Message, MessageId, Minimised, OpeningId, ParticipantRef, PartyId, Reason,
    decide,
};
use bindeledd_engine::ports::{NewOpening, NotOpened, OpenedMessage, OpeningAnswer, OpeningFilter, OpeningView};
use jiff::Timestamp;

use crate::audit::Detail;
use crate::commands::{account, consent, delivery, look, participant, release_input};
use crate::conn::codec::{Key, as_kept, limit, micros};
use crate::conn::{Db, Row, Tx, params};
use crate::fault::{Fault, damaged};
use crate::sealing::aead::SealedAt;

pub(super) const REASON: &str = "opening.reason";

/// The outcome of a command: what it did, or the reason why it did nothing.
type Outcome<T> = Result<Result<T, NotOpened>, Fault>;

/// A request with the columns of its message.
struct Found {
    opening: Opening,
    sender: PartyId,
    participant: ParticipantRef,
}

macro_rules! select {
    ($where_and_order:literal) => {
        concat!(
            "SELECT o.id, o.message, o.asked_by, o.asked_at, o.reason, o.state, o.state_at, o.state_by, o.until,
                m.sender, m.participant FROM opening o CROSS JOIN message m ON m.id = o.message ",
            $where_and_order
        )
    };
}
pub(crate) const BY_ID: &str = select!("WHERE o.id = ?1");
pub(crate) const OPEN_OF_PERSON: &str = select!("WHERE o.asked_by = ?1 AND o.until > ?2 ORDER BY o.asked_at");
pub(crate) const NEWEST: &str = select!("WHERE o.asked_at <= ?1 ORDER BY o.asked_at DESC, o.id DESC LIMIT ?2");
pub(crate) const NEWEST_OF_SENDER: &str =
    select!("WHERE o.asked_at <= ?1 AND m.sender = ?2 ORDER BY o.asked_at DESC, o.id DESC LIMIT ?3");
pub(crate) const NOT_OVER: &str = select!("WHERE o.until > ?1 ORDER BY o.until DESC LIMIT ?2");
pub(crate) const OF_MESSAGE: &str =
    select!("WHERE o.message = ?1 AND o.asked_at <= ?2 ORDER BY o.asked_at DESC, o.id DESC LIMIT ?3");
pub(crate) const PAST: &str = select!("WHERE o.until <= ?1 ORDER BY o.until LIMIT ?2");

fn found(db: &Db<'_>, row: &Row<'_>) -> Result<Found, Fault> {
    let id: OpeningId = row.id("id")?;
    let participant = row.id("participant")?;
    let key = participant::key(db, participant)?;
    Ok(Found {
        opening: Opening {
            id,
            message: row.id("message")?,
            asked_by: row.id("asked_by")?,
            asked_at: row.time("asked_at")?,
            reason: look::reason(db, &key, SealedAt(REASON, &id.key()), row.bytes("reason")?)?,
            state: state(row)?,
        },
        sender: row.party("sender")?,
        participant,
    })
}

fn state(row: &Row<'_>) -> Result<OpeningState, Fault> {
    let missing = || damaged("a request to open content lacks a column");
    let at = row.time("state_at")?;
    let by = || row.id_or_none("state_by")?.ok_or_else(missing);
    let until = || row.time_or_none("until")?.ok_or_else(missing);
    Ok(match row.get::<i64>("state")? {
        0 => OpeningState::Asked { until: until()? },
        1 => OpeningState::Approved {
            by: by()?,
            at,
            until: until()?,
        },
        2 => OpeningState::Open {
            by: by()?,
            at,
            until: until()?,
        },
        3 => OpeningState::Refused { by: by()?, at },
        4 => OpeningState::Lapsed { at },
        5 => OpeningState::Ended { at },
        _ => return Err(damaged("a request to open content is in an unknown state")),
    })
}

/// The columns of a state.
struct Columns {
    number: i64,
    at: Timestamp,
    by: Option<AccountId>,
    until: Option<Timestamp>,
}

impl Columns {
    const fn of(state: &OpeningState, asked_at: Timestamp) -> Self {
        let (number, at, by) = match state {
            OpeningState::Asked { .. } => (0, asked_at, None),
            OpeningState::Approved { by, at, .. } => (1, *at, Some(*by)),
            OpeningState::Open { by, at, .. } => (2, *at, Some(*by)),
            OpeningState::Refused { by, at } => (3, *at, Some(*by)),
            OpeningState::Lapsed { at } => (4, *at, None),
            OpeningState::Ended { at } => (5, *at, None),
        };
        Self {
            number,
            at,
            by,
            until: state.until(),
        }
    }
}

fn one(db: &Db<'_>, id: OpeningId) -> Result<Option<Found>, Fault> {
    db.one(BY_ID, [id.key()], |row| found(db, row))
}

/// Returns a request as it is now.
pub(crate) fn view(db: &Db<'_>, id: OpeningId, now: Timestamp) -> Result<Option<OpeningView>, Fault> {
    Ok(one(db, id)?.map(|found| as_view(found, now)))
}

fn as_view(found: Found, now: Timestamp) -> OpeningView {
    OpeningView {
        opening: found.opening.seen_at(now),
        sender: found.sender,
    }
}

/// Returns requests as they are now, newest first.
pub(crate) fn list(db: &Db<'_>, filter: &OpeningFilter, now: Timestamp) -> Result<Vec<OpeningView>, Fault> {
    let (at, most) = (micros(now), limit(filter.limit));
    let read = |row: &Row<'_>| found(db, row);
    let mut all = match (filter.message, &filter.sender) {
        (Some(message), _) => db.all(OF_MESSAGE, params![message.key(), at, most], read)?,
        (None, _) if filter.is_open => db.all(NOT_OVER, params![at, most], read)?,
        (None, Some(sender)) => db.all(NEWEST_OF_SENDER, params![at, sender.as_str(), most], read)?,
        (None, None) => db.all(NEWEST, params![at, most], read)?,
    };
    all.retain(|found| filter.sender.as_ref().is_none_or(|sender| found.sender == *sender));
    all.sort_by_key(|found| std::cmp::Reverse((found.opening.asked_at, found.opening.id)));
    let views = all.into_iter().map(|found| as_view(found, now));
    Ok(views
        .filter(|view| !filter.is_open || !view.opening.state.is_over())
        .collect())
}

fn detail(opening: &Opening, participant: ParticipantRef) -> Detail {
    Detail::new()
        .id("opening", opening.id)
        .id("message", opening.message)
        .id("participant", participant)
}

/// Keeps a request, or returns the one that the person has for the message already.
pub(crate) fn ask(tx: &Tx<'_>, new: &NewOpening, by: AccountId, now: Timestamp) -> Outcome<Opening> {
    let Some(asker) = account::by_id_alone(tx, by)? else {
        return Ok(Err(NotOpened::Asking(NotAsked::NoRight)));
    };
    let earlier: Vec<Opening> = tx.all(OPEN_OF_PERSON, params![by.key(), micros(now)], |row| {
        Ok(found(tx, row)?.opening.seen_at(now))
    })?;
    match may_ask(&asker, new.message, &earlier) {
        Err(why) => return Ok(Err(NotOpened::Asking(why))),
        Ok(Some(same)) => return Ok(Ok(same.clone())),
        Ok(None) => {}
    }
    let content = match content(tx, new.message, now)? {
        Ok(content) => content,
        Err(why) => return Ok(Err(why)),
    };
    let now = as_kept(now);
    let opening = Opening {
        id: new.id,
        message: new.message,
        asked_by: by,
        asked_at: now,
        reason: new.reason.clone(),
        state: OpeningState::asked(now),
    };
    let key = participant::key(tx, content.participant)?;
    let plain = opening.reason.as_str().as_bytes();
    let sealed = tx.vault.seal(&key, SealedAt(REASON, &opening.id.key()), plain)?;
    let columns = Columns::of(&opening.state, now);
    let sql = "INSERT INTO opening (id, message, asked_by, asked_at, reason, state, state_at, until)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
    tx.run(
        sql,
        params![
            opening.id.key(),
            opening.message.key(),
            by.key(),
            micros(now),
            sealed,
            columns.number,
            micros(columns.at),
            columns.until.map(micros)
        ],
    )?;
    let detail = detail(&opening, content.participant);
    tx.audit(now, AuditAction::OpeningAsked, &Actor::Person(by), detail)?;
    Ok(Ok(opening))
}

/// Keeps the answer of a second person.
pub(crate) fn answer(
    tx: &Tx<'_>,
    id: OpeningId,
    answer: OpeningAnswer,
    by: AccountId,
    now: Timestamp,
) -> Outcome<Opening> {
    let (Some(found), Some(second)) = (one(tx, id)?, account::by_id_alone(tx, by)?) else {
        return Ok(Err(NotOpened::Unknown));
    };
    let ground = match second_person(tx, &found, &second, now)? {
        Ok(ground) => ground,
        Err(why) => return Ok(Err(why)),
    };
    let event = match answer {
        OpeningAnswer::Approve => OpeningEvent::Approve(by),
        OpeningAnswer::Refuse => OpeningEvent::Refuse(by),
    };
    move_by(tx, found, event, (by, Some(ground)), now)
}

fn second_person(
    db: &Db<'_>,
    found: &Found,
    second: &Account,
    now: Timestamp,
) -> Result<Result<SecondPerson, NotOpened>, Fault> {
    let entrusted = account::reset_of(db, second.id)?.unwrap_or_else(|| Entrusted {
        at: second.made_at,
        by: second.made_by.clone(),
    });
    let ground = may_decide(&found.opening, &found.sender, (second, &entrusted), now);
    Ok(ground.map_err(NotOpened::Answering))
}

/// Ends a request of this person.
pub(crate) fn end(tx: &Tx<'_>, id: OpeningId, by: AccountId, now: Timestamp) -> Outcome<Opening> {
    match own(tx, id, by)? {
        Some(found) => move_by(tx, found, OpeningEvent::End, (by, None), now),
        None => Ok(Err(NotOpened::Unknown)),
    }
}

/// Returns a request of this person.
fn own(db: &Db<'_>, id: OpeningId, by: AccountId) -> Result<Option<Found>, Fault> {
    Ok(one(db, id)?.filter(|found| found.opening.asked_by == by))
}

/// Applies an event of a person that reads nothing.
fn move_by(
    tx: &Tx<'_>,
    found: Found,
    event: OpeningEvent,
    (by, ground): (AccountId, Option<SecondPerson>),
    now: Timestamp,
) -> Outcome<Opening> {
    let now = as_kept(now);
    let before = found.opening.state.at(now);
    let after = match before.apply(event, now) {
        Ok(after) => after,
        Err(over) => return Ok(Err(NotOpened::Over(over.0))),
    };
    let opening = Opening {
        state: after,
        ..found.opening
    };
    if after != before {
        put_state(tx, &opening)?;
        if let Some(action) = after.action() {
            let detail = detail(&opening, found.participant);
            let detail = detail.id_or_none("ground", ground.map(SecondPerson::code));
            tx.audit(now, action, &Actor::Person(by), detail)?;
        }
    }
    Ok(Ok(opening))
}

fn put_state(tx: &Tx<'_>, opening: &Opening) -> Result<(), Fault> {
    let columns = Columns::of(&opening.state, opening.asked_at);
    let sql = "UPDATE opening SET state = ?2, state_at = ?3, state_by = ?4, until = ?5 WHERE id = ?1";
    tx.run(
        sql,
        params![
            opening.id.key(),
            columns.number,
            micros(columns.at),
            columns.by.map(|by| by.key()),
            columns.until.map(micros)
        ],
    )?;
    Ok(())
}

/// Opens the content for the person who asked: the decision about each receiver, the audit row and the look.
pub(crate) fn read(tx: &Tx<'_>, id: OpeningId, by: AccountId, now: Timestamp) -> Outcome<OpenedMessage> {
    let Some(found) = own(tx, id, by)? else {
        return Ok(Err(NotOpened::Unknown));
    };
    // The right counts as it is now, not as it was when the person asked.
    let asker = account::by_id_alone(tx, by)?;
    if asker.is_none_or(|asker| may_ask(&asker, found.opening.message, &[]).is_err()) {
        return Ok(Err(NotOpened::Asking(NotAsked::NoRight)));
    }
    let now = as_kept(now);
    let before = found.opening.state.at(now);
    let after = match before.apply(OpeningEvent::Read, now) {
        Ok(after) => after,
        Err(over) => return Ok(Err(NotOpened::Over(over.0))),
    };
    let content = match content(tx, found.opening.message, now)? {
        Ok(content) => content,
        Err(why) => return Ok(Err(why)),
    };
    let opening = Opening {
        state: after,
        ..found.opening
    };
    if after != before {
        put_state(tx, &opening)?;
    }
    let actor = Actor::Person(by);
    let detail = detail(&opening, content.participant).text("way", LookWay::Opening.code());
    tx.audit(now, AuditAction::ContentOpened, &actor, detail)?;
    let way = (LookWay::Opening, Some(opening.message));
    let row = look::put(tx, content.participant, way, &opening.reason, &actor, now)?;
    let scope = AccessScope::Message(opening.message);
    let access = ContentAccess::recorded(scope, opening.reason.clone(), row);
    let parts = content.parts.into_iter().map(|part| {
        access
            .open_message(part)
            .ok_or_else(|| damaged("a message has another id than its row"))
    });
    Ok(Ok(OpenedMessage {
        audit_row: access.audit_row(),
        parts: parts.collect::<Result<_, _>>()?,
        opening,
    }))
}

/// The content of a message that decisions permit now.
struct Content {
    participant: ParticipantRef,
    parts: Vec<Minimised<Message>>,
}

/// Decides about each receiver of a message, and returns the content as each may have it. Content that no receiver may
/// have now is opened for nobody.
fn content(tx: &Tx<'_>, id: MessageId, now: Timestamp) -> Outcome<Content> {
    let sql = "SELECT participant, sender FROM message WHERE id = ?1";
    let of = tx.one(sql, [id.key()], |row| Ok((row.id(0)?, row.party(1)?)))?;
    let Some((participant, sender)): Option<(ParticipantRef, PartyId)> = of else {
        return Ok(Err(NotOpened::Unknown));
    };
    if tx.trust.guard.is_halted() {
        return Ok(Err(NotOpened::Halted));
    }
    let Some(key) = participant::key_unless_erased(tx, participant)? else {
        return Ok(Err(NotOpened::ContentGone));
    };
    let Some(message) = release_input::message(tx, id, &key)? else {
        return Ok(Err(NotOpened::ContentGone));
    };
    let ledger = consent::ledger(tx, participant, Some(&sender))?;
    let needs = message.draft.body.all_needs();
    let (mut parts, mut reason) = (Vec::new(), Reason::NoGrant);
    for delivery in tx.all(delivery::BY_MESSAGE, [id.key()], delivery::read)? {
        // A delivery to a circle that reached nobody has no receiver.
        let Some(to) = delivery.party else { continue };
        let decision = decide(&ledger, &sender, &to, message.draft.purpose, needs, now);
        match decision.minimise(&message) {
            Ok(part) => parts.push(part),
            Err(blocked) => reason = reason.max(blocked.reason),
        }
    }
    if parts.is_empty() {
        return Ok(Err(NotOpened::NotCovered(reason)));
    }
    Ok(Ok(Content { participant, parts }))
}

/// Ends some of the requests that time has ended, with an audit row for each.
pub(crate) fn lapse(tx: &Tx<'_>, at_most: i64, now: Timestamp) -> Result<usize, Fault> {
    let past: Vec<Found> = tx.all(PAST, params![micros(now), at_most], |row| found(tx, row))?;
    for found in &past {
        let opening = found.opening.clone().seen_at(now);
        put_state(tx, &opening)?;
        if let Some(action) = opening.state.action() {
            let detail = detail(&opening, found.participant);
            tx.audit(now, action, &Actor::Hub, detail)?;
        }
    }
    Ok(past.len())
}
