//! The life of an alert in the store: the acts of persons, and the closing of an alert whose cause is over. The rule is
//! in `core::alert`.

use bindeledd_core::alert::{Alert, AlertEvent, AlertKind, AlertRefused, AlertState, ClosingWord, Severity};
use bindeledd_core::audit::Actor;
use bindeledd_core::delivery::End;
use bindeledd_core::{AlertId, DeliveryId, PartyId};
use bindeledd_engine::ports::{AlertCounts, CauseOver};
use jiff::Timestamp;

use crate::audit::Detail;
use crate::commands::alert_row;
use crate::conn::codec::{Key, micros};
use crate::conn::{Db, Tx, params};
use crate::fault::Fault;

/// Applies an event of a person. `None` if there is no such alert.
pub(crate) fn act(
    tx: &Tx<'_>,
    id: AlertId,
    event: &AlertEvent,
    by: &Actor,
    now: Timestamp,
) -> Result<Option<Result<Alert, AlertRefused>>, Fault> {
    let Some(alert) = alert_row::one(tx, id)? else {
        return Ok(None);
    };
    let state = match alert.state.apply(event, by, now) {
        Err(refused) => return Ok(Some(Err(refused))),
        Ok(None) => return Ok(Some(Ok(alert))),
        Ok(Some(state)) => state,
    };
    write(tx, id, &state)?;
    let mut detail = Detail::new().id("alert", id);
    if let AlertState::Closed { word: Some(word), .. } = &state {
        detail = detail.text("word", word.as_str());
    }
    tx.audit(now, event.action(), by, detail)?;
    // An alert that is opened again has not ended.
    let ended_at = alert.ended_at.filter(|_| !matches!(event, AlertEvent::Reopen));
    if ended_at != alert.ended_at {
        tx.run("UPDATE alert SET ended_at = NULL WHERE id = ?1", [id.key()])?;
    }
    Ok(Some(Ok(Alert {
        state,
        ended_at,
        ..alert
    })))
}

fn write(tx: &Tx<'_>, id: AlertId, state: &AlertState) -> Result<(), Fault> {
    let (by, at, word) = match state {
        AlertState::Open => (None, None, None),
        AlertState::Taken { by, at } => (Some(by), Some(at), None),
        AlertState::Closed { by, at, word } => (Some(by), Some(at), word.as_ref()),
    };
    let sql = "UPDATE alert SET state = ?2, state_by = ?3, state_at = ?4, word = ?5 WHERE id = ?1";
    tx.run(
        sql,
        params![
            id.key(),
            alert_row::number(state),
            by.map(ToString::to_string),
            at.copied().map(micros),
            word.map(ClosingWord::as_str)
        ],
    )?;
    Ok(())
}

/// Closes an alert whose cause is over.
pub(crate) fn over(tx: &Tx<'_>, id: AlertId, now: Timestamp) -> Result<(), Fault> {
    let Some(alert) = alert_row::one(tx, id)? else {
        return Ok(());
    };
    let event = AlertEvent::CauseOver;
    if let Ok(Some(state)) = alert.state.apply(&event, &Actor::Hub, now) {
        write(tx, id, &state)?;
        let sql = "UPDATE alert SET ended_at = ?2 WHERE id = ?1";
        tx.run(sql, params![id.key(), micros(now)])?;
        tx.audit(now, event.action(), &Actor::Hub, Detail::new().id("alert", id))?;
    }
    Ok(())
}

pub(crate) const UNCLOSED: &str = "SELECT id, code, party FROM alert WHERE kind = ?1 AND state < 2";
pub(crate) const OF_EPISODE: &str = "SELECT id FROM alert WHERE episode = ?1 AND state < 2";
pub(crate) const OF_DELIVERY: &str = "SELECT id, kind, times FROM alert
    WHERE delivery = ?1 AND state < 2 AND delivery IS NOT NULL";
pub(crate) const COUNTS: &str = "SELECT kind, state, count(*) FROM alert WHERE state < 2 GROUP BY kind, state";
/// Alerts about deliveries with a person, of parties that have no such delivery any more.
pub(crate) const BY_HAND_DONE: &str = "SELECT a.id FROM alert a WHERE a.kind = 'with-a-person-long' AND a.state < 2
    AND NOT EXISTS (SELECT 1 FROM delivery d WHERE d.state = 10 AND d.party = a.party)";

/// Closes the alerts whose cause is over.
pub(crate) fn cause_over(tx: &Tx<'_>, ended: &CauseOver, now: Timestamp) -> Result<usize, Fault> {
    type Found = (AlertId, Option<String>, Option<PartyId>);
    let found: Vec<Found> = tx.all(UNCLOSED, [ended.kind.code()], |row| {
        Ok((row.id(0)?, row.get(1)?, row.party_or_none(2)?))
    })?;
    let is_meant = |(_, code, party): &Found| {
        code.as_deref().unwrap_or_default().starts_with(&ended.code)
            && (ended.except.is_none() || *code != ended.except)
            && ended.party.as_ref().is_none_or(|ended| party.as_ref() == Some(ended))
    };
    let meant: Vec<_> = found.into_iter().filter(is_meant).collect();
    for (id, ..) in &meant {
        over(tx, *id, now)?;
    }
    Ok(meant.len())
}

/// Closes the alerts of an episode.
pub(crate) fn episode_over(tx: &Tx<'_>, episode: &str, now: Timestamp) -> Result<(), Fault> {
    let found: Vec<AlertId> = tx.all(OF_EPISODE, [episode], |row| row.id(0))?;
    found.into_iter().try_for_each(|id| over(tx, id, now))
}

/// Closes the alerts that are over with the end of a delivery. An alert about several deliveries stays: the hub no longer
/// knows the others.
pub(crate) fn ended(tx: &Tx<'_>, delivery: DeliveryId, how: End, now: Timestamp) -> Result<(), Fault> {
    let found: Vec<(AlertId, AlertKind, u32)> = tx.all(OF_DELIVERY, [delivery.key()], |row| {
        Ok((row.id(0)?, row.alert_kind(1)?, row.get(2)?))
    })?;
    for (id, kind, times) in found {
        if times == 1 && kind.ends_with(how) {
            over(tx, id, now)?;
        }
    }
    Ok(())
}

/// Closes the alerts about deliveries with a person, once their party has none any more.
pub(crate) fn by_hand_done(tx: &Tx<'_>, now: Timestamp) -> Result<(), Fault> {
    let found: Vec<AlertId> = tx.all(BY_HAND_DONE, [], |row| row.id(0))?;
    found.into_iter().try_for_each(|id| over(tx, id, now))
}

/// Counts the alerts that are not closed.
pub(crate) fn counts(db: &Db<'_>) -> Result<AlertCounts, Fault> {
    let found: Vec<(AlertKind, i64, u64)> = db.all(COUNTS, [], |row| {
        Ok((row.alert_kind(0)?, row.get(1)?, row.get::<i64>(2)?.unsigned_abs()))
    })?;
    let mut counts = AlertCounts::default();
    for (kind, state, n) in found {
        let count = match (kind.severity(), state) {
            (Severity::Now, 0) => &mut counts.open_now,
            (Severity::Now, _) => &mut counts.taken_now,
            (Severity::CanWait, 0) => &mut counts.open_can_wait,
            (Severity::CanWait, _) => &mut counts.taken_can_wait,
        };
        *count += n;
    }
    Ok(counts)
}
