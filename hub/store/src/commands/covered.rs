//! Withdrawals that say again what is on file already: they grow no ledger, however often they are said.

use bindeledd_core::withdrawal::TakenBack;
use bindeledd_core::{ParticipantRef, PartyId, Purpose};
use jiff::Timestamp;

use crate::commands::consent::Kept;
use crate::conn::codec::{Key, micros};
use crate::conn::{Db, Tx, params};
use crate::fault::Fault;

/// A withdrawal on file that says all of this one, and of what was given at least as late.
const COVERED: &str = "SELECT 1 FROM withdrawal WHERE participant = ?1 AND (party IS NULL OR party IS NOT DISTINCT FROM ?2)
        AND (from_party IS NULL OR from_party IS NOT DISTINCT FROM ?3) AND (to_party IS NULL OR to_party IS NOT DISTINCT FROM ?4)
        AND (purpose IS NULL OR purpose IS NOT DISTINCT FROM ?5) AND categories & ?6 = ?6 AND given_until >= ?7
        AND (registrar IS NULL OR registrar IS NOT DISTINCT FROM ?8) AND (registered_until >= ?9 OR ?9 IS NULL
            OR registered_until >= (SELECT coalesce(max(c.registered), 0) FROM consent c WHERE c.participant = ?1)) LIMIT 1";
/// One that says the same, of what was given until earlier.
const RAISED: &str = "UPDATE withdrawal SET given_until = ?7, made_at = ?8, registered_until = ?10 WHERE id = (SELECT max(id) FROM withdrawal
        WHERE participant = ?1 AND party IS NOT DISTINCT FROM ?2 AND from_party IS NOT DISTINCT FROM ?3 AND to_party IS NOT DISTINCT FROM ?4 AND purpose IS NOT DISTINCT FROM ?5 AND categories = ?6
            AND given_until < ?7 AND registrar IS NOT DISTINCT FROM ?9 AND (registered_until IS NULL) = (CAST(?10 AS BIGINT) IS NULL))";

/// A place in the order of registrations, as a column has it.
fn place(registered: u64) -> i64 {
    i64::try_from(registered).unwrap_or(i64::MAX)
}

/// Whether what is on file says all of this already, and nothing was registered since that this one would end.
fn is_covered(db: &Db<'_>, participant: ParticipantRef, kept: &TakenBack) -> Result<bool, Fault> {
    db.any(
        COVERED,
        params![
            participant.key(),
            kept.party.as_ref().map(PartyId::as_str),
            kept.from.as_ref().map(PartyId::as_str),
            kept.to.as_ref().map(PartyId::as_str),
            kept.purpose.map(Purpose::code),
            kept.categories.bits(),
            micros(kept.given_until),
            kept.registrar.as_ref().map(PartyId::as_str),
            kept.registered_until.map(place),
        ],
    )
}

/// Writes a withdrawal down. What is covered leaves no row, and the same said later moves the row that says it.
pub(crate) fn put(tx: &Tx<'_>, participant: ParticipantRef, kept: &TakenBack, now: Timestamp) -> Result<(), Fault> {
    if is_covered(tx, participant, kept)? {
        return Ok(());
    }
    let raised = tx.run(
        RAISED,
        params![
            participant.key(),
            kept.party.as_ref().map(PartyId::as_str),
            kept.from.as_ref().map(PartyId::as_str),
            kept.to.as_ref().map(PartyId::as_str),
            kept.purpose.map(Purpose::code),
            kept.categories.bits(),
            micros(kept.given_until),
            micros(now),
            kept.registrar.as_ref().map(PartyId::as_str),
            kept.registered_until.map(place),
        ],
    )?;
    if raised == 0 {
        kept.insert(tx, participant, now)?;
    }
    Ok(())
}

/// Whether a withdrawal as a whole is on file already. One that says nothing is not: its row in the log is all there is of it.
pub(crate) fn all(db: &Db<'_>, participant: ParticipantRef, said: &[TakenBack]) -> Result<bool, Fault> {
    for kept in said {
        if !is_covered(db, participant, kept)? {
            return Ok(false);
        }
    }
    Ok(!said.is_empty())
}
