//! The rows of a ledger, as they are in their tables.

use bindeledd_core::ParticipantRef;

use super::canon::Canon;
use crate::conn::Conn;
use crate::conn::codec::Key;
use crate::fault::Fault;

/// Number of columns of a grant and of a withdrawal in a ledger's digest. A new column is added after them, and is
/// empty in older rows.
pub(crate) const GRANT_COLUMNS: u8 = 20;
pub(crate) const WITHDRAWAL_COLUMNS: u8 = 9;
pub(crate) const GRANTS: &str =
    "SELECT g.from_party, g.to_party, g.purpose, g.categories, g.duty, g.period_start, g.period_end, g.confirmed,
        g.consent, c.version, g.place, c.given_at, c.withdrawn_at, c.period_start, c.period_end,
        c.registered, c.registrar, g.confirmed_by, g.confirmed_at, g.confirmation
    FROM grant_row g CROSS JOIN consent c ON c.id = g.consent AND c.participant = g.participant
    WHERE g.participant = ?1 ORDER BY g.from_party, g.consent, g.place";
pub(crate) const WITHDRAWALS: &str = "SELECT party, from_party, to_party, purpose, categories, given_until, made_at,
        registered_until, registrar FROM withdrawal WHERE participant = ?1 ORDER BY id";

/// Adds the rows of a ledger to its digest, readable or not.
pub(crate) fn read_rows(conn: &Conn, participant: ParticipantRef, canon: &mut Canon) -> Result<(), Fault> {
    for (sort, sql, columns) in [(b'g', GRANTS, GRANT_COLUMNS), (b'w', WITHDRAWALS, WITHDRAWAL_COLUMNS)] {
        conn.each(sql, [participant.key()], |row| canon.read(sort, row, columns))?;
    }
    Ok(())
}
