//! Attempts to send a delivery, one row each. A row is written in the transaction that settles the attempt.

use std::time::Duration;

use bindeledd_core::delivery::settle::Outcome;
use bindeledd_core::{DeliveryId, MessageId};
use bindeledd_engine::ports::{Answered, Attempt, AttemptResult, AttemptView, SendFailure};
use jiff::Timestamp;

use crate::commands::delivery::Delivery;
use crate::conn::codec::{Key, micros};
use crate::conn::{Db, Row, Tx, params};
use crate::fault::{Fault, damaged};
use crate::sealing::frozen;

/// Writes the row of a settled attempt. `delivery` has the state before the settlement.
pub(crate) fn put(
    tx: &Tx<'_>,
    delivery: &Delivery,
    attempt: &Attempt,
    outcome: &Outcome,
    now: Timestamp,
) -> Result<(), Fault> {
    let took = micros(now).saturating_sub(micros(delivery.changed_at)).max(0);
    let code = outcome.cause().map(|cause| cause.code.as_str());
    insert(tx, delivery, attempt, (AttemptResult::of(outcome), code), Some(took))
}

/// Writes the row of an attempt whose answer the hub can no longer get.
pub(crate) fn put_interrupted(tx: &Tx<'_>, delivery: &Delivery) -> Result<(), Fault> {
    let attempt = Attempt {
        answer: Answered::Nothing(SendFailure::Interrupted),
        adapter: frozen::adapter(tx, delivery.id)?,
        adapter_sha256: None,
    };
    insert(tx, delivery, &attempt, (AttemptResult::Again, None), None)
}

fn insert(
    tx: &Tx<'_>,
    delivery: &Delivery,
    attempt: &Attempt,
    (result, code): (AttemptResult, Option<&str>),
    took: Option<i64>,
) -> Result<(), Fault> {
    // Nothing more is written down about a participant who was erased.
    if delivery.is_erased {
        return Ok(());
    }
    let sql =
        "INSERT INTO attempt (delivery, number, began_at, took, result, status, failure, code, adapter, adapter_sha256)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10) ON CONFLICT DO NOTHING";
    tx.run(
        sql,
        params![
            delivery.id.key(),
            delivery.state.attempts(),
            micros(delivery.changed_at),
            took,
            result.code().to_owned(),
            attempt.answer.status(),
            attempt.answer.failure().map(SendFailure::code),
            code,
            attempt.adapter.as_ref().map(ToString::to_string),
            attempt.adapter_sha256
        ],
    )?;
    Ok(())
}

pub(crate) const OF_DELIVERY: &str =
    "SELECT number, began_at, took, result, status, failure, code, adapter, adapter_sha256
    FROM attempt WHERE delivery = ?1 ORDER BY number";

/// Returns the attempts of a delivery, oldest first.
pub(crate) fn of(db: &Db<'_>, delivery: DeliveryId) -> Result<Vec<AttemptView>, Fault> {
    db.all(OF_DELIVERY, [delivery.key()], |row| {
        let took: Option<i64> = row.get("took")?;
        let took = took.and_then(|micros| u64::try_from(micros).ok());
        Ok(AttemptView {
            number: row.get("number")?,
            began_at: row.time("began_at")?,
            took: took.map(Duration::from_micros),
            result: row.coded("result", AttemptResult::parse)?,
            answer: answer(row)?,
            code: row.get("code")?,
            adapter: match row.get::<Option<&str>>("adapter")? {
                Some(_) => Some(row.adapter("adapter")?),
                None => None,
            },
            adapter_sha256: row.get("adapter_sha256")?,
        })
    })
}

fn answer(row: &Row<'_>) -> Result<Answered, Fault> {
    let status: Option<u16> = row.get("status")?;
    let failure: Option<&str> = row.get("failure")?;
    match (status, failure) {
        (Some(status), _) => Ok(Answered::Status(status)),
        (None, Some(code)) => SendFailure::parse(code)
            .map(Answered::Nothing)
            .ok_or_else(|| damaged("an attempt has an unknown failure")),
        (None, None) => Ok(Answered::Fetched),
    }
}

/// Removes the attempts of a delivery.
pub(crate) fn forget(tx: &Tx<'_>, delivery: DeliveryId) -> Result<(), Fault> {
    tx.run("DELETE FROM attempt WHERE delivery = ?1", [delivery.key()])?;
    Ok(())
}

pub(crate) const FORGET_OF_MESSAGE: &str =
    "DELETE FROM attempt WHERE delivery IN (SELECT id FROM delivery WHERE message = ?1)";

/// Removes the attempts of a message's deliveries.
pub(crate) fn forget_of_message(tx: &Tx<'_>, message: MessageId) -> Result<(), Fault> {
    tx.run(FORGET_OF_MESSAGE, [message.key()])?;
    Ok(())
}
