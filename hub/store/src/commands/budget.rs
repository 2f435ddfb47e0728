//! Budgets of a party: bytes of stored messages, and messages that no party gets within a day.

use bindeledd_core::PartyId;
use bindeledd_engine::ports::OverBudget;
use jiff::Timestamp;

use crate::conn::{Db, Tx, params};
use crate::fault::Fault;
use crate::sqlite::options::Budgets;

const DAY: i64 = 24 * 60 * 60;

fn day(now: Timestamp) -> i64 {
    now.as_second().div_euclid(DAY)
}

/// Returns whether a party has spent its budget of stored bytes.
pub(crate) fn is_spent(db: &Db<'_>, budgets: &Budgets, party: &PartyId) -> Result<bool, Fault> {
    let sql = "SELECT 1 FROM stored WHERE party = ?1 AND bytes >= ?2";
    let most = i64::try_from(budgets.stored_per_party).unwrap_or(i64::MAX);
    db.any(sql, params![party.as_str(), most])
}

/// Counts a message that no party gets, since such a message leaves rows as well.
pub(crate) fn count_nowhere(tx: &Tx<'_>, party: &PartyId, now: Timestamp) -> Result<(), Fault> {
    let sql = "INSERT INTO went_nowhere (party, day, messages) VALUES (?1, ?2, 1) ON CONFLICT (party) DO UPDATE
        SET messages = CASE WHEN went_nowhere.day = excluded.day THEN went_nowhere.messages + 1 ELSE 1 END, day = excluded.day";
    tx.run(sql, params![party.as_str(), day(now)]).map(|_| ())
}

/// Returns the seconds until the next day, if a party has spent its daily budget of messages that no party gets.
pub(crate) fn nowhere_until(
    db: &Db<'_>,
    budgets: &Budgets,
    party: &PartyId,
    now: Timestamp,
) -> Result<Option<OverBudget>, Fault> {
    let sql = "SELECT 1 FROM went_nowhere WHERE party = ?1 AND day = ?2 AND messages >= ?3";
    let spent = db.any(sql, params![party.as_str(), day(now), budgets.nowhere_per_day])?;
    let seconds = (day(now) + 1) * DAY - now.as_second();
    Ok(spent.then(|| OverBudget::Nowhere {
        seconds: u32::try_from(seconds).unwrap_or(1),
    }))
}

/// Returns the number of stored bytes of each party.
pub(crate) fn stored(db: &Db<'_>) -> Result<Vec<(PartyId, u64)>, Fault> {
    db.all("SELECT party, bytes FROM stored ORDER BY party", [], |row| {
        let bytes: i64 = row.get(1)?;
        Ok((row.party(0)?, u64::try_from(bytes).unwrap_or(0)))
    })
}
