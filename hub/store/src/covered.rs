//! Withdrawals that say again what is on file already: they grow no ledger, however often they are said.

use bindeledd_core::{ParticipantRef, PartyId, Purpose};
use jiff::Timestamp;
use rusqlite::params;

use crate::codec::{Key, micros};
use crate::consent::Kept;
use crate::db::{Db, Tx};
use crate::fault::Fault;

/// A withdrawal on file that says all of this one, and of what was given at least as late.
const COVERED: &str = "SELECT 1 FROM withdrawal WHERE participant = ?1 AND (party IS NULL OR party IS ?2)
        AND (from_party IS NULL OR from_party IS ?3) AND (to_party IS NULL OR to_party IS ?4)
        AND (purpose IS NULL OR purpose IS ?5) AND categories & ?6 = ?6 AND given_until >= ?7 LIMIT 1";
/// One that says the same, of what was given until earlier.
const RAISED: &str = "UPDATE withdrawal SET given_until = ?7, made_at = ?8 WHERE id = (SELECT max(id) FROM withdrawal
        WHERE participant = ?1 AND party IS ?2 AND from_party IS ?3 AND to_party IS ?4 AND purpose IS ?5 AND categories = ?6
            AND given_until < ?7)";

impl Kept {
    /// Whether what is on file says all of this already.
    pub(crate) fn is_covered(&self, db: &Db<'_>, participant: ParticipantRef) -> Result<bool, Fault> {
        db.any(
            COVERED,
            params![
                participant.key(),
                self.party.as_ref().map(PartyId::as_str),
                self.from.as_ref().map(PartyId::as_str),
                self.to.as_ref().map(PartyId::as_str),
                self.purpose.map(Purpose::code),
                self.categories.bits(),
                micros(self.given_until),
            ],
        )
    }

    /// Writes it down. What is covered leaves no row, and the same said later moves the row that says it.
    pub(crate) fn put(&self, tx: &Tx<'_>, participant: ParticipantRef, now: Timestamp) -> Result<(), Fault> {
        if self.is_covered(tx, participant)? {
            return Ok(());
        }
        let raised = tx.run(
            RAISED,
            params![
                participant.key(),
                self.party.as_ref().map(PartyId::as_str),
                self.from.as_ref().map(PartyId::as_str),
                self.to.as_ref().map(PartyId::as_str),
                self.purpose.map(Purpose::code),
                self.categories.bits(),
                micros(self.given_until),
                micros(now)
            ],
        )?;
        if raised == 0 {
            self.insert(tx, participant, now)?;
        }
        Ok(())
    }
}

/// Whether a withdrawal as a whole is on file already. One that says nothing is not: its row in the log is all there is of it.
pub(crate) fn all(db: &Db<'_>, participant: ParticipantRef, said: &[Kept]) -> Result<bool, Fault> {
    for kept in said {
        if !kept.is_covered(db, participant)? {
            return Ok(false);
        }
    }
    Ok(!said.is_empty())
}
