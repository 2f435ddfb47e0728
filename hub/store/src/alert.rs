//! Alerts, and which parties may see them.

use bindeledd_core::alert::{Alert, AlertKind};
use bindeledd_core::{AlertId, MessageId, ParticipantRef, PartyId};
use bindeledd_engine::ports::AlertFilter;
use jiff::Timestamp;
use rusqlite::params;

use crate::audit::Detail;
use crate::codec::{self, Columns, Key, limit, micros};
use crate::db::{Db, Tx};
use crate::delivery::{self, Delivery};
use crate::fault::Fault;

/// At most so many rows a list.
pub(crate) const LIST_AT_MOST: usize = 500;

/// Raises an alert, seen by these parties.
pub(crate) fn put(tx: &Tx<'_>, alert: &Alert, viewers: &[PartyId]) -> Result<(), Fault> {
    let sql = "INSERT OR IGNORE INTO alert (id, kind, raised_at, participant, message, delivery, party, code)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
    let new = tx.run(
        sql,
        params![
            alert.id.key(),
            alert.kind.code(),
            micros(alert.raised_at),
            alert.participant.map(|p| p.key()),
            alert.message.map(|m| m.key()),
            alert.delivery.map(|d| d.key()),
            alert.party.as_ref().map(PartyId::as_str),
            alert.code
        ],
    )?;
    if new == 0 {
        return Ok(());
    }
    for viewer in viewers {
        let sql = "INSERT OR IGNORE INTO alert_viewer (party, alert) VALUES (?1, ?2)";
        tx.run(sql, params![viewer.as_str(), alert.id.key()])?;
    }
    let detail = Detail::new()
        .id("alert", alert.id)
        .text("kind", alert.kind.code())
        .id_or_none("message", alert.message)
        .id_or_none("delivery", alert.delivery)
        .id_or_none("party", alert.party.as_ref())
        .id_or_none("code", alert.code.as_ref());
    tx.audit(alert.raised_at, "alert-raised", "hub", detail)
}

/// Raises what the engine found. What it leaves open about a delivery is filled in; the message's sender sees it.
pub(crate) fn raise(tx: &Tx<'_>, alert: &Alert) -> Result<(), Fault> {
    let delivery = match alert.delivery {
        Some(id) => delivery::load(tx, id)?,
        None => None,
    };
    let of_delivery = delivery.as_ref().and_then(|d| d.about_message.as_ref());
    let message = alert.message.or_else(|| of_delivery.map(|m| m.id));
    let sender = match (message, of_delivery) {
        (Some(id), Some(of)) if of.id == id => Some(of.sender.clone()),
        (Some(id), _) => tx.one("SELECT sender FROM message WHERE id = ?1", [id.key()], |row| {
            row.party(0)
        })?,
        (None, _) => None,
    };
    let participant = alert
        .participant
        .or_else(|| delivery.as_ref().and_then(|d| d.participant));
    let filled = Alert {
        message,
        participant,
        ..alert.clone()
    };
    put(tx, &filled, sender.as_slice())
}

/// A measure ends because of treatment and nobody talked.
pub(crate) fn ending(
    tx: &Tx<'_>,
    message: MessageId,
    participant: ParticipantRef,
    viewers: &[PartyId],
    now: Timestamp,
) -> Result<(), Fault> {
    let alert = Alert {
        id: tx.new_id(now),
        kind: AlertKind::EndingWithoutDialogue,
        raised_at: now,
        participant: Some(participant),
        message: Some(message),
        delivery: None,
        party: None,
        code: None,
    };
    put(tx, &alert, viewers)
}

/// Something about a delivery that its sender should know.
pub(crate) fn about(
    tx: &Tx<'_>,
    kind: AlertKind,
    delivery: &Delivery,
    code: &str,
    now: Timestamp,
) -> Result<(), Fault> {
    let alert = Alert {
        id: tx.new_id(now),
        kind,
        raised_at: now,
        participant: delivery.participant,
        message: delivery.about_message.as_ref().map(|m| m.id),
        delivery: Some(delivery.id),
        party: delivery.party.clone(),
        code: Some(code.to_owned()),
    };
    let sender = delivery.about_message.as_ref().map(|m| m.sender.clone());
    put(tx, &alert, sender.as_slice())
}

/// A receipt that fits nothing.
pub(crate) fn strange(tx: &Tx<'_>, party: &PartyId, delivery: Option<&Delivery>, now: Timestamp) -> Result<(), Fault> {
    let id: AlertId = tx.new_id(now);
    let alert = Alert {
        id,
        kind: AlertKind::StrangeReceipt,
        raised_at: now,
        participant: delivery.and_then(|d| d.participant),
        message: delivery.and_then(|d| d.about_message.as_ref()).map(|m| m.id),
        delivery: delivery.map(|d| d.id),
        party: Some(party.clone()),
        code: None,
    };
    put(tx, &alert, &[])
}

macro_rules! listed {
    ($from_and_where:literal) => {
        concat!(
            "SELECT a.id, a.kind, a.raised_at, a.participant, a.message, a.delivery, a.party, a.code ",
            $from_and_where,
            " ORDER BY a.id DESC LIMIT ?1"
        )
    };
}
pub(crate) const ALL: &str = listed!("FROM alert a");
pub(crate) const OF_KIND: &str = listed!("FROM alert a WHERE a.kind = ?2");
pub(crate) const SEEN_BY: &str = concat!(
    "SELECT a.id, a.kind, a.raised_at, a.participant, a.message, a.delivery, a.party, a.code
    FROM alert_viewer v CROSS JOIN alert a ON a.id = v.alert WHERE v.party = ?2",
    " AND (?3 IS NULL OR a.kind = ?3) ORDER BY v.alert DESC LIMIT ?1"
);

pub(crate) const OF_PARTICIPANT: &str = listed!("FROM alert a WHERE a.participant = ?2");

/// Every alert about a participant, newest first.
pub(crate) fn of_participant(db: &Db<'_>, participant: ParticipantRef) -> Result<Vec<Alert>, Fault> {
    db.all(OF_PARTICIPANT, params![i64::MAX, participant.key()], read)
}

/// Alerts, newest first.
pub(crate) fn list(db: &Db<'_>, filter: &AlertFilter) -> Result<Vec<Alert>, Fault> {
    let at_most = limit(filter.limit.min(LIST_AT_MOST));
    let kind = filter.kind.map(AlertKind::code);
    match (&filter.party, kind) {
        (Some(party), kind) => db.all(SEEN_BY, params![at_most, party.as_str(), kind], read),
        (None, Some(kind)) => db.all(OF_KIND, params![at_most, kind], read),
        (None, None) => db.all(ALL, [at_most], read),
    }
}

fn read(row: &rusqlite::Row<'_>) -> Result<Alert, Fault> {
    Ok(Alert {
        id: row.id("id")?,
        kind: codec::alert_kind(row, "kind")?,
        raised_at: row.time("raised_at")?,
        participant: row.id_or_none("participant")?,
        message: row.id_or_none("message")?,
        delivery: row.id_or_none("delivery")?,
        party: row.party_or_none("party")?,
        code: row.get("code")?,
    })
}
