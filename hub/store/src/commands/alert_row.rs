//! Rows of alerts.

use bindeledd_core::AlertId;
use bindeledd_core::alert::{Alert, AlertState, ClosingWord};
use bindeledd_core::audit::Actor;

use crate::conn::codec::Key;
use crate::conn::{Db, Row, params};
use crate::fault::{Fault, damaged};

/// The question for a list of alerts, newest first. Its first parameter is the maximum number of rows.
macro_rules! listed {
    ($from_and_where:literal) => {
        concat!(
            "SELECT a.id, a.kind, a.raised_at, a.participant, a.message, a.delivery, a.party, a.code, a.times, a.last_at, a.ended_at,
            a.state, a.state_by, a.state_at, a.word ",
            $from_and_where,
            " ORDER BY a.id DESC LIMIT ?1"
        )
    };
}
pub(crate) use listed;

pub(crate) const BY_ID: &str = listed!("FROM alert a WHERE a.id = ?2");

/// Returns one alert.
pub(crate) fn one(db: &Db<'_>, id: AlertId) -> Result<Option<Alert>, Fault> {
    db.one(BY_ID, params![1, id.key()], read)
}

/// Reads an alert.
pub(crate) fn read(row: &Row<'_>) -> Result<Alert, Fault> {
    Ok(Alert {
        id: row.id("id")?,
        kind: row.alert_kind("kind")?,
        raised_at: row.time("raised_at")?,
        participant: row.id_or_none("participant")?,
        message: row.id_or_none("message")?,
        delivery: row.id_or_none("delivery")?,
        party: row.party_or_none("party")?,
        code: row.get("code")?,
        times: row.get("times")?,
        last_at: row.time("last_at")?,
        ended_at: row.time_or_none("ended_at")?,
        state: state(row)?,
    })
}

/// Returns the number of a state in the store.
pub(crate) const fn number(state: &AlertState) -> i64 {
    match state {
        AlertState::Open => 0,
        AlertState::Taken { .. } => 1,
        AlertState::Closed { .. } => 2,
    }
}

/// Reads the state of an alert.
fn state(row: &Row<'_>) -> Result<AlertState, Fault> {
    let number: i64 = row.get("state")?;
    if number == 0 {
        return Ok(AlertState::Open);
    }
    let (by, at) = (row.coded("state_by", Actor::parse)?, row.time("state_at")?);
    match number {
        1 => Ok(AlertState::Taken { by, at }),
        2 => {
            let word: Option<String> = row.get("word")?;
            let word = word.map(|word| ClosingWord::parse(&word)).transpose();
            let word = word.map_err(|_| damaged("the word of a closed alert can not be read"))?;
            Ok(AlertState::Closed { by, at, word })
        }
        _ => Err(damaged("an alert has an unknown state")),
    }
}
