//! A store that is older than what the hub last ran with: the operator accepts it, and what the second place knows and the store
//! does not is done once more before anything is delivered.

use std::sync::Arc;

use bindeledd_core::audit::{Actor, AuditAction};
use jiff::Timestamp;

use crate::audit::{self, Detail, remember_key};
use crate::conn::Db;
use crate::fault::{JournalFault, OpenError, Rollback};
use crate::recovery::replay::{Protection, catch_up, replay};
use crate::sqlite::open;
use crate::sqlite::options::SqliteOptions;

/// The outcome of accepting a rollback.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RollbackAccepted {
    /// How the log differed.
    pub rollback: Rollback,
    /// How many withdrawals, protections, erasures and joinings the store had forgotten and has again.
    pub replayed: usize,
    /// How many of those were about people whom the store does not know: nothing can be sent about them.
    pub unknown: usize,
    /// How many deliveries that cancelled.
    pub cancelled: usize,
}

/// Accepts that the store is an older one. `None` where it is not.
pub(crate) fn accept(
    options: &SqliteOptions,
    reason: &str,
    now: Timestamp,
) -> Result<Option<RollbackAccepted>, OpenError> {
    let (mut opened, standing) = open::compare(options)?;
    // A backup from before the key was changed: the checkpoint there is by the key of now, and vouches for the journal.
    if standing.is_other_key && standing.signed.is_none() {
        return Err(OpenError::AuditKeyOther(options.audit.key_file(&options.path)));
    }
    if let Some(fault) = standing.journal {
        return Err(OpenError::Journal(fault));
    }
    let (Some(rollback), Some(place)) = (standing.rollback, &opened.witness.place) else {
        return Ok(None);
    };
    // The journal alone has the withdrawals that an older store has forgotten, so it has to be whole.
    if standing.signed.is_none() {
        return Err(OpenError::Journal(JournalFault::Unsigned));
    }
    let conn = &opened.writer;
    let trust = Arc::clone(&opened.trust);
    let db = Db::of_writer(conn, &opened.vault, &trust);
    open::adopt(&db)?;
    place.set_aside(audit::size(conn)?)?;
    let records = place.records().to_vec();
    let key = Arc::clone(&opened.witness.key);
    let replayed = db.in_transaction(|tx| {
        let detail = Detail::new()
            .text("found", &rollback.to_string())
            .text("reason", reason);
        tx.audit(now, AuditAction::RollbackAccepted, &Actor::Operator, detail)?;
        remember_key(tx, key.verifying_key())?;
        replay(tx, &records, Protection::FromJournal, now)
    })?;
    catch_up(&db, &mut opened.witness)?;
    Ok(Some(RollbackAccepted {
        rollback,
        replayed: replayed.done,
        unknown: replayed.unknown,
        cancelled: replayed.cancelled,
    }))
}
