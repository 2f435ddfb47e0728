//! Upgrade of consents from the time when the registrar had no column of its own.

use bindeledd_core::{ConsentId, ParticipantRef};

use crate::commands::{consent, participant};
use crate::conn::codec::Key;
use crate::conn::{Db, params};
use crate::fault::Fault;

/// Fills the registrar column of older consents.
pub(crate) fn bring(db: &Db<'_>) -> Result<(), Fault> {
    let sql = "SELECT id, participant FROM consent WHERE registrar IS NULL";
    let unnamed: Vec<(ConsentId, ParticipantRef)> = db.all(sql, [], |row| Ok((row.id(0)?, row.id(1)?)))?;
    if unnamed.is_empty() {
        return Ok(());
    }
    db.run("BEGIN IMMEDIATE", [])?;
    let named = unnamed.into_iter().try_for_each(|(id, participant)| {
        // Reading the consent later reports an unreadable row.
        let consent = participant::key(db, participant).and_then(|key| consent::read(db, id, &key));
        let Ok(Some(consent)) = consent else { return Ok(()) };
        let sql = "UPDATE consent SET registrar = ?2 WHERE id = ?1";
        db.run(sql, params![id.key(), consent.registrar.as_str()]).map(|_| ())
    });
    db.run(if named.is_ok() { "COMMIT" } else { "ROLLBACK" }, [])?;
    named
}
