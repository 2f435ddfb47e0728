//! The way of one message, step by step. It opens nothing sealed but the causes.

use bindeledd_core::delivery::State;
use bindeledd_core::delivery::next::Next;
use bindeledd_core::{DeliveryId, MessageId};
use bindeledd_engine::ports::{AttemptResult, DeliveryView, ReadBy, ReleaseView, Timeline, Way};
use jiff::Timestamp;

use crate::commands::{attempt, party};
use crate::conn::Db;
use crate::conn::codec::{self, Key};
use crate::fault::{Fault, damaged};
use crate::views::{disclosure, messages};

pub(crate) const RELEASES: &str = "SELECT id, state, categories, grants FROM release WHERE delivery = ?1 ORDER BY id";
const OF_MESSAGE: &str =
    "SELECT read_by, read_by_sha256, expires_at, in_reply_to, supersedes FROM message WHERE id = ?1";
const OF_DELIVERY: &str = "SELECT party, is_head, expires_at, permitted FROM delivery WHERE id = ?1";

/// Returns the way of a message.
pub(crate) fn timeline(db: &Db<'_>, id: MessageId) -> Result<Option<Timeline>, Fault> {
    let Some(message) = messages::message(db, id)? else {
        return Ok(None);
    };
    let ways = message.deliveries.iter().map(|delivery| way(db, delivery));
    let ways = ways.collect::<Result<Vec<_>, _>>()?;
    let corrected_by = disclosure::corrections(db, id)?;
    db.one(OF_MESSAGE, [id.key()], |row| {
        let read_by = match row.get::<Option<&str>>("read_by")? {
            Some(_) => Some(ReadBy {
                adapter: row.adapter("read_by")?,
                sha256: row.get("read_by_sha256")?,
            }),
            None => None,
        };
        Ok(Timeline {
            message,
            read_by,
            expires_at: row.time("expires_at")?,
            in_reply_to: row.id_or_none("in_reply_to")?,
            corrects: row.id_or_none("supersedes")?,
            corrected_by,
            ways,
        })
    })
}

fn way(db: &Db<'_>, view: &DeliveryView) -> Result<Way, Fault> {
    let found = db.one(OF_DELIVERY, [view.id.key()], |row| {
        let party = row.party_or_none("party")?;
        let is_head: bool = row.get("is_head")?;
        let expires_at: Timestamp = row.time("expires_at")?;
        Ok((party, is_head, expires_at, row.categories("permitted")?))
    })?;
    let (party, is_head, expires_at, permitted) = found.ok_or_else(|| damaged("a delivery is missing"))?;
    let is_held = match &party {
        Some(party) => party::is_held(db, party)?,
        None => false,
    };
    let attempts = attempt::of(db, view.id)?;
    let last = attempts.last().map(|last| last.result);
    let is_settled = matches!(view.state, State::Ended(_) | State::WithPerson(_));
    Ok(Way {
        delivery: view.id,
        permitted,
        releases: releases(db, view.id)?,
        attempts,
        receipt_at: (is_settled && last == Some(AttemptResult::AwaitingReceipt)).then_some(view.changed_at),
        next: Next::of(&view.state, is_head, is_held, expires_at),
    })
}

fn releases(db: &Db<'_>, delivery: DeliveryId) -> Result<Vec<ReleaseView>, Fault> {
    db.all(RELEASES, [delivery.key()], |row| {
        let state: i64 = row.get("state")?;
        Ok(ReleaseView {
            at: disclosure::made_at(row.get("id")?)?,
            may_have_left: matches!(state, 1 | 2),
            categories: row.categories("categories")?,
            grants: codec::grants(row.bytes("grants")?)?,
        })
    })
}
