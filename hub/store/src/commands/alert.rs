//! Alerts, and the parties that may see them.

use bindeledd_core::alert::{Alert, AlertKind, AlertStanding, AlertState, EPISODE, NotDelivered};
use bindeledd_core::audit::{Actor, AuditAction};
use bindeledd_core::{AlertId, DeliveryId, MessageId, ParticipantRef, PartyId, Target};
use bindeledd_engine::ports::AlertFilter;
use jiff::{SignedDuration, Timestamp};

use crate::audit::Detail;
use crate::commands::alert_push;
use crate::commands::alert_row::{listed, read};
use crate::commands::delivery::{self, Delivery};
use crate::conn::codec::{Key, limit, micros};
use crate::conn::{Db, Tx, params};
use crate::fault::Fault;

/// Maximum number of rows of a list.
pub(crate) const LIST_AT_MOST: usize = 500;

/// Makes an alert with empty fields.
pub(crate) fn bare(tx: &Tx<'_>, kind: AlertKind, now: Timestamp) -> Alert {
    Alert {
        id: tx.new_id(now),
        kind,
        raised_at: now,
        participant: None,
        message: None,
        delivery: None,
        party: None,
        code: None,
        times: 1,
        last_at: now,
        ended_at: None,
        state: AlertState::Open,
    }
}

/// Raises an alert for these viewers. A repetition within its episode is counted, unless that alert is closed, and its newest cause is stored. Only
/// the first alert of an episode has an audit row.
pub(crate) fn put(tx: &Tx<'_>, alert: &Alert, viewers: &[PartyId]) -> Result<(), Fault> {
    let episode = alert.episode(viewers);
    if tx.any("SELECT 1 FROM alert WHERE id = ?1", [alert.id.key()])? || counted(tx, alert, &episode)? {
        return Ok(());
    }
    put_alone(tx, alert, viewers, Some(&episode))
}

pub(crate) const OPEN_EPISODE: &str =
    "SELECT id FROM alert WHERE episode = ?1 AND raised_at > ?2 AND state < 2 ORDER BY raised_at DESC LIMIT 1";

/// Counts the alert in the open episode. Returns whether there is an open episode.
fn counted(tx: &Tx<'_>, alert: &Alert, episode: &str) -> Result<bool, Fault> {
    let began_after = alert.raised_at.checked_sub(EPISODE).unwrap_or(Timestamp::MIN);
    let open = tx.one(OPEN_EPISODE, params![episode, micros(began_after)], |row| {
        row.id::<AlertId>(0)
    })?;
    match open {
        Some(open) => count(tx, open, alert).map(|()| true),
        None => Ok(false),
    }
}

/// Counts an alert in an earlier alert, which takes over the newer cause.
pub(crate) fn count(tx: &Tx<'_>, open: AlertId, alert: &Alert) -> Result<(), Fault> {
    // An alert about several participants names none of them.
    let sql = "UPDATE alert SET times = times + 1, last_at = CASE WHEN last_at > ?2 THEN last_at ELSE ?2 END, message = ?3, delivery = ?4,
        participant = CASE WHEN participant IS NOT DISTINCT FROM ?5 THEN participant END WHERE id = ?1";
    let (message, delivery) = (alert.message.map(|m| m.key()), alert.delivery.map(|d| d.key()));
    let participant = alert.participant.map(|p| p.key());
    tx.run(
        sql,
        params![open.key(), micros(alert.raised_at), message, delivery, participant],
    )?;
    Ok(())
}

/// Raises an alert as a separate one, not counted in another. The caller knows its episode.
pub(crate) fn put_alone(tx: &Tx<'_>, alert: &Alert, viewers: &[PartyId], episode: Option<&str>) -> Result<(), Fault> {
    let sql = "INSERT INTO alert
        (id, kind, raised_at, participant, message, delivery, party, code, times, last_at, episode)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 1, ?3, ?9) ON CONFLICT DO NOTHING";
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
            alert.code,
            episode
        ],
    )?;
    if new == 0 {
        return Ok(());
    }
    for viewer in viewers {
        let sql = "INSERT INTO alert_viewer (party, alert) VALUES (?1, ?2) ON CONFLICT DO NOTHING";
        tx.run(sql, params![viewer.as_str(), alert.id.key()])?;
    }
    let detail = Detail::new()
        .id("alert", alert.id)
        .text("kind", alert.kind.code())
        .id_or_none("message", alert.message)
        .id_or_none("delivery", alert.delivery)
        .id_or_none("party", alert.party.as_ref())
        .id_or_none("code", alert.code.as_ref());
    tx.audit(alert.raised_at, AuditAction::AlertRaised, &Actor::Hub, detail)
}

/// Raises an alert of the engine. The store adds missing facts about the delivery, and the sender of the message as a
/// viewer.
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

/// Raises the alert that a measure ends because of treatment, without a dialogue.
pub(crate) fn ending(
    tx: &Tx<'_>,
    message: MessageId,
    participant: ParticipantRef,
    viewers: &[PartyId],
    now: Timestamp,
) -> Result<(), Fault> {
    let alert = Alert {
        participant: Some(participant),
        message: Some(message),
        ..bare(tx, AlertKind::EndingWithoutDialogue, now)
    };
    put(tx, &alert, viewers)
}

/// Alerts the operator and the message's sender that a delivery came to nothing, if the rule in `core` has an alert for
/// that.
pub(crate) fn not_delivered(
    tx: &Tx<'_>,
    how: NotDelivered,
    delivery: &Delivery,
    code: &str,
    now: Timestamp,
) -> Result<(), Fault> {
    let Some(kind) = how.alert() else { return Ok(()) };
    let alert = Alert {
        participant: delivery.participant,
        message: delivery.about_message.as_ref().map(|m| m.id),
        delivery: Some(delivery.id),
        party: delivery.party.clone(),
        code: Some(code.to_owned()),
        ..bare(tx, kind, now)
    };
    let sender = delivery.about_message.as_ref().map(|m| m.sender.clone());
    put(tx, &alert, sender.as_slice())
}

/// Alerts the sender and the operator that an urgent message is blocked. Each participant has an alert of their own,
/// since somebody has to call about each participant.
pub(crate) fn urgent(
    tx: &Tx<'_>,
    (message, participant, delivery): (MessageId, ParticipantRef, DeliveryId),
    sender: &PartyId,
    (to, code): (&Target, &str),
    now: Timestamp,
) -> Result<(), Fault> {
    let alert = Alert {
        participant: Some(participant),
        message: Some(message),
        delivery: Some(delivery),
        party: match to {
            Target::Party(party) => Some(party.clone()),
            Target::Circle => None,
        },
        code: Some(code.to_owned()),
        ..bare(tx, AlertKind::UrgentBlocked, now)
    };
    put(tx, &alert, std::slice::from_ref(sender))
}

/// Alerts the sender, the receiver and the operator that somebody has to call the receiver of an urgent message.
pub(crate) fn urgent_waits(
    tx: &Tx<'_>,
    (message, participant, delivery): (MessageId, ParticipantRef, DeliveryId),
    (sender, receiver): (&PartyId, &PartyId),
    now: Timestamp,
) -> Result<(), Fault> {
    let alert = Alert {
        participant: Some(participant),
        message: Some(message),
        delivery: Some(delivery),
        party: Some(receiver.clone()),
        ..bare(tx, AlertKind::UrgentWaits, now)
    };
    put(tx, &alert, &[sender.clone(), receiver.clone()])
}

/// Raises the alert about a receipt that fits no delivery.
pub(crate) fn strange(tx: &Tx<'_>, party: &PartyId, delivery: Option<&Delivery>, now: Timestamp) -> Result<(), Fault> {
    let alert = Alert {
        participant: delivery.and_then(|d| d.participant),
        message: delivery.and_then(|d| d.about_message.as_ref()).map(|m| m.id),
        delivery: delivery.map(|d| d.id),
        party: Some(party.clone()),
        ..bare(tx, AlertKind::StrangeReceipt, now)
    };
    put(tx, &alert, &[])
}

pub(crate) const ALL: &str = listed!("FROM alert a WHERE a.id < ?2");
pub(crate) const IN_STATE: &str = listed!("FROM alert a WHERE a.id < ?2 AND a.state = ?3");
pub(crate) const OF_KIND: &str =
    listed!("FROM alert a WHERE a.id < ?2 AND a.kind = ?3 AND (a.state = ?4 OR ?4 IS NULL)");
/// Alerts that a party may see. An alert names a message or a delivery only if the party is its sender or receiver.
pub(crate) const SEEN_BY: &str = "SELECT a.id, a.kind, a.raised_at, a.participant, a.party, a.code, a.times, a.last_at, a.ended_at,
        a.state, a.state_by, a.state_at, a.word,
        (SELECT m.id FROM message m WHERE m.id = a.message AND (m.sender = ?3 OR EXISTS (SELECT 1 FROM delivery d
            WHERE d.message = m.id AND d.party = ?3 AND (d.state < 6 OR d.attempts > 0)))) AS message,
        (SELECT d.id FROM delivery d LEFT JOIN message m ON m.id = d.message WHERE d.id = a.delivery
            AND (d.party = ?3 OR m.sender = ?3)) AS delivery
    FROM alert_viewer v CROSS JOIN alert a ON a.id = v.alert WHERE v.party = ?3 AND v.alert < ?2 AND (a.kind = ?4 OR ?4 IS NULL)
        AND (a.state = ?5 OR ?5 IS NULL) ORDER BY v.alert DESC LIMIT ?1";

pub(crate) const OF_PARTICIPANT: &str = listed!("FROM alert a WHERE a.participant = ?2");

/// Returns every alert about a participant, newest first.
pub(crate) fn of_participant(db: &Db<'_>, participant: ParticipantRef) -> Result<Vec<Alert>, Fault> {
    db.all(OF_PARTICIPANT, params![i64::MAX, participant.key()], read)
}

/// Returns alerts, newest first.
pub(crate) fn list(db: &Db<'_>, filter: &AlertFilter) -> Result<Vec<Alert>, Fault> {
    let at_most = limit(filter.limit.min(LIST_AT_MOST));
    let before = filter.before.map_or([0xff; 16], |id| id.key());
    let kind = filter.kind.map(AlertKind::code);
    let state = filter.state.map(|standing| match standing {
        AlertStanding::Open => 0,
        AlertStanding::Taken => 1,
        AlertStanding::Closed => 2,
    });
    match (&filter.party, kind, state) {
        (Some(party), kind, state) => db.all(SEEN_BY, params![at_most, before, party.as_str(), kind, state], read),
        (None, Some(kind), state) => db.all(OF_KIND, params![at_most, before, kind, state], read),
        (None, None, Some(state)) => db.all(IN_STATE, params![at_most, before, state], read),
        (None, None, None) => db.all(ALL, params![at_most, before], read),
    }
}

pub(crate) const OLD: &str = "SELECT id FROM alert WHERE raised_at < ?1 ORDER BY raised_at LIMIT ?2";

/// Removes old alerts, at most `at_most`. Returns the number of removed alerts.
pub(crate) fn retire(tx: &Tx<'_>, keep: SignedDuration, at_most: i64, now: Timestamp) -> Result<usize, Fault> {
    let before = now.checked_sub(keep).unwrap_or(Timestamp::MIN);
    let old: Vec<AlertId> = tx.all(OLD, params![micros(before), at_most], |row| row.id(0))?;
    for id in &old {
        tx.run("DELETE FROM alert_viewer WHERE alert = ?1", [id.key()])?;
        alert_push::forget(tx, *id)?;
        tx.run("DELETE FROM alert WHERE id = ?1", [id.key()])?;
    }
    if !old.is_empty() {
        let n = i64::try_from(old.len()).unwrap_or(i64::MAX);
        tx.audit(
            now,
            AuditAction::Retired,
            &Actor::Hub,
            Detail::new().number("alerts", n),
        )?;
    }
    Ok(old.len())
}
