//! Mailboxes that the hub fetches from: their listings, and the state of each item.

use bindeledd_core::alert::{Alert, AlertKind};
use bindeledd_core::audit::{Actor, AuditAction};
use bindeledd_core::contract::{Item, Reference};
use bindeledd_core::delivery::Cause;
use bindeledd_core::fetched::{Event, State, Step};
use bindeledd_core::{DeliveryId, PartyId};
use bindeledd_engine::ports::{FetchedItem, ItemAside, ItemKey, ItemStep, MailboxName};
use jiff::{SignedDuration, Timestamp};

use crate::audit::Detail;
use crate::commands::alert;
use crate::commands::control;
use crate::commands::participant;
use crate::conn::codec::{Key, limit, micros};
use crate::conn::{Db, Row, Tx, params};
use crate::fault::{Fault, damaged};
use crate::sealing::aead::SealedAt;
use crate::sealing::frozen::open_reference;
use crate::sealing::seal::Vault;

/// Number of failed attempts to fetch an item before an alert: some ten minutes.
const TOLD_AT: u32 = 10;

pub(crate) const BY_ID: &str = "SELECT place FROM fetched_item WHERE mailbox = ?1 AND id = ?2";
pub(crate) const NEWEST: &str = "SELECT place FROM fetched_item WHERE mailbox = ?1 ORDER BY place DESC LIMIT 1";
pub(crate) const HOW_MANY: &str =
    "SELECT count(*) FROM (SELECT 1 FROM fetched_item WHERE mailbox = ?1 AND step < 4 LIMIT ?2) AS waiting";
pub(crate) const PENDING: &str = "UPDATE fetched_item SET answer = ?2, pending = NULL WHERE pending = ?1";
/// Items that need a step. An accepted item needs no step until its answer is built and has left.
pub(crate) const OPEN: &str = "SELECT i.place, i.sealed, i.step, i.attempts, i.due, i.document FROM fetched_item i
    WHERE i.mailbox = ?1 AND i.step < 4 AND i.due <= ?2 AND (i.step <> 2 OR (i.pending IS NULL AND
        (i.answer IS NULL OR EXISTS (SELECT 1 FROM delivery d WHERE d.id = i.answer AND d.state > 2))))
    ORDER BY i.place LIMIT ?3";
pub(crate) const ASIDE: &str = "SELECT mailbox, place, sealed, cause_code, cause_text, changed_at FROM fetched_item
    WHERE set_aside = 1 ORDER BY changed_at DESC LIMIT ?1";
pub(crate) const OLD: &str = "DELETE FROM fetched_item WHERE (mailbox, place) IN
    (SELECT mailbox, place FROM fetched_item WHERE step > 3 AND changed_at < ?1 LIMIT ?2)";
pub(crate) const AWAITING: &str = "SELECT id, participant FROM delivery
    WHERE party = ?1 AND state = 3 AND id > ?2
        AND (message IS NOT NULL OR EXISTS (SELECT 1 FROM withdrawal_notice w WHERE w.delivery = delivery.id))
    ORDER BY id LIMIT ?3";

pub(crate) const NEXT: &str = "SELECT min(CASE step WHEN 2 THEN ?2 ELSE due END) FROM fetched_item
    WHERE mailbox = ?1 AND step < 4";

fn number(step: Step) -> Result<i64, Fault> {
    let place = Step::ALL.iter().position(|s| *s == step);
    place
        .and_then(|p| i64::try_from(p).ok())
        .ok_or_else(|| damaged("an item's step has no number"))
}

/// Returns the bytes that identify an item's row when its content is sealed.
fn row_name(key: &ItemKey) -> Vec<u8> {
    let mut name = key.mailbox.0.clone().into_bytes();
    name.extend_from_slice(&key.place.to_be_bytes());
    name
}

fn seal(vault: &Vault, column: &'static str, key: &ItemKey, plain: &[u8]) -> Result<Vec<u8>, Fault> {
    vault.seal(vault.hub(), SealedAt(column, &row_name(key)), plain)
}

fn open(vault: &Vault, column: &'static str, key: &ItemKey, sealed: &[u8]) -> Result<Vec<u8>, Fault> {
    vault.open(vault.hub(), SealedAt(column, &row_name(key)), sealed)
}

pub(crate) fn digest(vault: &Vault, mailbox: &MailboxName, id: &str) -> [u8; 32] {
    vault.digest("fetched", &[mailbox.0.as_bytes(), id.as_bytes()])
}

pub(crate) fn cursor(db: &Db<'_>, mailbox: &MailboxName) -> Result<Option<String>, Fault> {
    let sql = "SELECT cursor FROM mailbox WHERE name = ?1 AND cursor IS NOT NULL";
    db.one(sql, [&mailbox.0], |row| {
        let place = SealedAt("mailbox.cursor", mailbox.0.as_bytes());
        let plain = db.vault.open(db.vault.hub(), place, row.bytes(0)?)?;
        String::from_utf8(plain).map_err(|_| damaged("a cursor can not be read"))
    })
}

/// Stores the new items of a listing, and its cursor.
pub(crate) fn put_listing(
    tx: &Tx<'_>,
    mailbox: &MailboxName,
    items: &[Item],
    cursor: Option<&str>,
    now: Timestamp,
) -> Result<usize, Fault> {
    tx.run(
        "INSERT INTO mailbox (name) VALUES (?1) ON CONFLICT DO NOTHING",
        [&mailbox.0],
    )?;
    let mut place: i64 = tx.one(NEWEST, [&mailbox.0], |row| row.get(0))?.unwrap_or(0);
    let mut new = 0;
    for item in items {
        let id = digest(tx.vault, mailbox, &item.id);
        let known: Option<i64> = tx.one(BY_ID, params![mailbox.0, id], |row| row.get(0))?;
        if let Some(known) = known {
            let key = ItemKey {
                mailbox: mailbox.clone(),
                place: known,
            };
            // The item was marked and is listed again, so that the mark did not reach the mailbox.
            move_by(tx, &key, Event::Listed, AuditAction::ItemListedAgain, now)?;
            continue;
        }
        place += 1;
        let key = ItemKey {
            mailbox: mailbox.clone(),
            place,
        };
        let json = serde_json::to_vec(item).map_err(|_| damaged("an item can not be written"))?;
        let sealed = seal(tx.vault, "fetched_item", &key, &json)?;
        let sql = "INSERT INTO fetched_item (mailbox, place, id, sealed, step, attempts, due, listed_at, changed_at)
            VALUES (?1, ?2, ?3, ?4, 0, 0, ?5, ?5, ?5)";
        tx.run(sql, params![mailbox.0, place, id, sealed, micros(now)])?;
        tx.audit(now, AuditAction::ItemListed, &Actor::Hub, detail(&key))?;
        new += 1;
    }
    if let Some(new_cursor) = cursor
        && self::cursor(tx, mailbox)?.as_deref() != Some(new_cursor)
    {
        let sealed = tx.vault.seal(
            tx.vault.hub(),
            SealedAt("mailbox.cursor", mailbox.0.as_bytes()),
            new_cursor.as_bytes(),
        )?;
        let sql = "UPDATE mailbox SET cursor = ?2 WHERE name = ?1";
        tx.run(sql, params![mailbox.0, sealed])?;
    }
    Ok(new)
}

fn detail(key: &ItemKey) -> Detail {
    Detail::new().text("mailbox", &key.mailbox.0).number("place", key.place)
}

fn state(row: &Row<'_>, from: usize) -> Result<State, Fault> {
    let step: i64 = row.get(from)?;
    let step = usize::try_from(step).ok().and_then(|s| Step::ALL.get(s));
    Ok(State {
        step: *step.ok_or_else(|| damaged("an item's step is unknown"))?,
        attempts: row.get(from + 1)?,
        due: row.time(from + 2)?,
    })
}

fn item(db: &Db<'_>, key: &ItemKey, sealed: &[u8]) -> Result<Item, Fault> {
    let json = open(db.vault, "fetched_item", key, sealed)?;
    serde_json::from_slice(&json).map_err(|_| damaged("an item can not be read"))
}

/// Returns the items that need a step now.
pub(crate) fn items(
    db: &Db<'_>,
    mailbox: &MailboxName,
    now: Timestamp,
    at_most: usize,
) -> Result<Vec<FetchedItem>, Fault> {
    db.all(OPEN, params![mailbox.0, micros(now), limit(at_most)], |row| {
        let key = ItemKey {
            mailbox: mailbox.clone(),
            place: row.get(0)?,
        };
        let document = match row.get::<Option<&[u8]>>(5)? {
            Some(sealed) => Some(read_document(&open(db.vault, "fetched_item.document", &key, sealed)?)?),
            None => None,
        };
        Ok(FetchedItem {
            item: item(db, &key, row.bytes(1)?)?,
            state: state(row, 2)?,
            document,
            key,
        })
    })
}

/// Joins a media type and bytes, preceded by the length of the media type.
fn write_document(media_type: &str, body: &[u8]) -> Result<Vec<u8>, Fault> {
    let length = u16::try_from(media_type.len()).map_err(|_| damaged("a media type is too long"))?;
    let mut bytes = Vec::with_capacity(2 + media_type.len() + body.len());
    bytes.extend_from_slice(&length.to_be_bytes());
    bytes.extend_from_slice(media_type.as_bytes());
    bytes.extend_from_slice(body);
    Ok(bytes)
}

fn read_document(bytes: &[u8]) -> Result<(String, Vec<u8>), Fault> {
    let unreadable = || damaged("a fetched document can not be read");
    let (length, rest) = bytes.split_first_chunk::<2>().ok_or_else(unreadable)?;
    let at = usize::from(u16::from_be_bytes(*length));
    let (media_type, body) = rest.split_at_checked(at).ok_or_else(unreadable)?;
    let media_type = std::str::from_utf8(media_type).map_err(|_| unreadable())?;
    Ok((media_type.to_owned(), body.to_vec()))
}

/// Time until the hub checks again whether an answer has left.
const ANSWER_LEAVES_IN: SignedDuration = SignedDuration::from_millis(200);

/// Returns the time when the mailbox's items should be read again.
pub(crate) fn next_due(db: &Db<'_>, mailbox: &MailboxName, now: Timestamp) -> Result<Option<Timestamp>, Fault> {
    let soon = now.checked_add(ANSWER_LEAVES_IN).unwrap_or(now);
    db.one(NEXT, params![mailbox.0, micros(soon)], |row| row.time_or_none(0))
        .map(Option::flatten)
}

/// Returns the number of items that need a step. The count stops at `at_most`.
pub(crate) fn how_many(db: &Db<'_>, mailbox: &MailboxName, at_most: usize) -> Result<usize, Fault> {
    let counted: Option<i64> = db.one(HOW_MANY, params![mailbox.0, limit(at_most)], |row| row.get(0))?;
    Ok(counted.and_then(|n| usize::try_from(n).ok()).unwrap_or(0))
}

/// Applies an event to an item; `None` if the item's state does not allow the event.
fn move_by(
    tx: &Tx<'_>,
    key: &ItemKey,
    event: Event,
    action: AuditAction,
    now: Timestamp,
) -> Result<Option<State>, Fault> {
    let sql = "SELECT step, attempts, due FROM fetched_item WHERE mailbox = ?1 AND place = ?2";
    let before = tx.one(sql, params![key.mailbox.0, key.place], |row| state(row, 0))?;
    let Some(next) = before.and_then(|s| s.apply(event, now)) else {
        return Ok(None);
    };
    let sql =
        "UPDATE fetched_item SET step = ?3, attempts = ?4, due = ?5, changed_at = ?6 WHERE mailbox = ?1 AND place = ?2";
    tx.run(
        sql,
        params![
            key.mailbox.0,
            key.place,
            number(next.step)?,
            next.attempts,
            micros(next.due),
            micros(now)
        ],
    )?;
    tx.audit(now, action, &Actor::Hub, detail(key).number("attempts", next.attempts))?;
    Ok(Some(next))
}

/// Marks an item as accepted, in the transaction that accepts its messages. `pending` is the answer to be built.
pub(crate) fn accepted(tx: &Tx<'_>, key: &ItemKey, pending: Option<i64>, now: Timestamp) -> Result<(), Fault> {
    if move_by(tx, key, Event::Accepted, AuditAction::ItemAccepted, now)?.is_some() {
        let sql = "UPDATE fetched_item SET document = NULL, pending = ?3 WHERE mailbox = ?1 AND place = ?2";
        tx.run(sql, params![key.mailbox.0, key.place, pending])?;
    }
    Ok(())
}

/// Records the queued answer that an item waits for; `None` if there is no answer.
pub(crate) fn answer_queued(tx: &Tx<'_>, pending: i64, answer: Option<DeliveryId>) -> Result<(), Fault> {
    tx.run(PENDING, params![pending, answer.map(|d| d.key())])?;
    Ok(())
}

/// Performs a step of an item.
pub(crate) fn step(tx: &Tx<'_>, key: &ItemKey, step: &ItemStep, now: Timestamp) -> Result<bool, Fault> {
    let moved = match step {
        ItemStep::Fetched { media_type, body } => {
            let moved = move_by(tx, key, Event::Fetched, AuditAction::ItemFetched, now)?;
            if moved.is_some() {
                let document = write_document(media_type, body)?;
                let sealed = seal(tx.vault, "fetched_item.document", key, &document)?;
                let sql = "UPDATE fetched_item SET document = ?3 WHERE mailbox = ?1 AND place = ?2";
                tx.run(sql, params![key.mailbox.0, key.place, sealed])?;
            }
            moved
        }
        ItemStep::Accepted => {
            accepted(tx, key, None, now)?;
            return Ok(true);
        }
        ItemStep::SetAside { sender, cause, answer } => {
            let moved = move_by(tx, key, Event::Accepted, AuditAction::ItemSetAside, now)?;
            if moved.is_some() {
                let answer = match answer.as_deref() {
                    Some((notice, frozen, until)) => Some(control::queue(tx, notice, frozen, *until, now)?),
                    None => None,
                };
                let sql = "UPDATE fetched_item SET document = NULL, set_aside = 1, answer = ?3
                    WHERE mailbox = ?1 AND place = ?2";
                tx.run(sql, params![key.mailbox.0, key.place, answer.map(|d| d.key())])?;
                remember(tx, key, cause)?;
                tell(tx, sender.as_ref(), &cause.code, now)?;
            }
            moved
        }
        ItemStep::Answered => move_by(tx, key, Event::Answered, AuditAction::ItemAnswered, now)?,
        ItemStep::Marked => move_by(tx, key, Event::Marked, AuditAction::ItemMarked, now)?,
        ItemStep::Gone => move_by(tx, key, Event::Gone, AuditAction::ItemGone, now)?,
        ItemStep::TryAgain { due, cause } => {
            let moved = move_by(tx, key, Event::TryAgain { due: *due }, AuditAction::ItemRetry, now)?;
            if let Some(state) = moved {
                remember(tx, key, cause)?;
                if state.attempts == TOLD_AT {
                    tell(tx, None, &cause.code, now)?;
                }
            }
            moved
        }
    };
    Ok(moved.is_some())
}

/// Stores the cause of an item's failure, for operators.
fn remember(tx: &Tx<'_>, key: &ItemKey, cause: &Cause) -> Result<(), Fault> {
    let sealed = seal(tx.vault, "fetched_item.cause", key, cause.text.as_bytes())?;
    let sql = "UPDATE fetched_item SET cause_code = ?3, cause_text = ?4 WHERE mailbox = ?1 AND place = ?2";
    tx.run(sql, params![key.mailbox.0, key.place, cause.code, sealed])?;
    Ok(())
}

/// Code of a listing with entries that are no items.
pub(crate) const STRANGE_ENTRIES: &str = "BL-3111";

/// Alerts an operator that a fetched item can not be accepted.
pub(crate) fn tell(tx: &Tx<'_>, party: Option<&PartyId>, code: &str, now: Timestamp) -> Result<(), Fault> {
    let alert = Alert {
        id: tx.new_id(now),
        kind: AlertKind::ItemSetAside,
        raised_at: now,
        participant: None,
        message: None,
        delivery: None,
        party: party.cloned(),
        code: Some(code.to_owned()),
        times: 1,
        last_at: now,
        ended_at: None,
        state: bindeledd_core::alert::AlertState::Open,
    };
    alert::raise(tx, &alert)
}

/// Returns items that were set aside, newest first.
pub(crate) fn aside(db: &Db<'_>, at_most: usize) -> Result<Vec<ItemAside>, Fault> {
    db.all(ASIDE, [limit(at_most)], |row| {
        let key = ItemKey {
            mailbox: MailboxName(row.get(0)?),
            place: row.get(1)?,
        };
        let item = item(db, &key, row.bytes(2)?)?;
        let sealed = row.bytes(4)?;
        let text = open(db.vault, "fetched_item.cause", &key, sealed)?;
        Ok(ItemAside {
            id: item.id,
            sender: item.sender,
            cause: Cause {
                code: row.get(3)?,
                text: String::from_utf8(text).map_err(|_| damaged("an item's cause can not be read"))?,
            },
            at: row.time(5)?,
            key,
        })
    })
}

/// Returns deliveries to a party that wait for a receipt, with their external ids.
pub(crate) fn awaiting(
    db: &Db<'_>,
    party: &PartyId,
    after: Option<DeliveryId>,
    at_most: usize,
) -> Result<Vec<(DeliveryId, Vec<Reference>)>, Fault> {
    let after = after.map_or([0; 16], |d| d.key());
    let waiting = db.all(AWAITING, params![party.as_str(), after, limit(at_most)], |row| {
        Ok((row.id::<DeliveryId>(0)?, row.id_or_none(1)?))
    })?;
    let with_references = waiting.into_iter().map(|(delivery, participant)| {
        let own = participant.map(|p| participant::key(db, p)).transpose()?;
        let key = own.as_ref().unwrap_or_else(|| db.vault.hub());
        let sql = "SELECT scheme, sealed, value FROM external_ref WHERE delivery = ?1 ORDER BY scheme";
        let references = db.all(sql, [delivery.key()], |row| {
            let sealed = row.bytes(1)?;
            let value = open_reference(db, (party, delivery), key, sealed, &row.get(2)?)?;
            Ok(Reference::new(row.get::<String>(0)?, value))
        })?;
        Ok((delivery, references))
    });
    with_references.collect()
}
