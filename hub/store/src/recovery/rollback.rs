//! Recovery from a store that is older than the last run. The operator accepts the store. The steps that it lacks are
//! replayed from the second place before any delivery is sent.

use std::sync::Arc;

use bindeledd_core::audit::{Actor, AuditAction};
use jiff::Timestamp;

use crate::audit::{self, Detail, remember_key};
use crate::conn::Db;
use crate::fault::{JournalFault, OpenError, Rollback};
use crate::recovery::replay::{Protection, catch_up, replay};
use crate::sqlite::open;
use crate::sqlite::options::SqliteOptions;

/// The result of accepting a rollback.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RollbackAccepted {
    /// Difference of the log from its checkpoint.
    pub rollback: Rollback,
    /// Number of withdrawals, protections, erasures and joins that the store lacked and has again.
    pub replayed: usize,
    /// Number of such steps about participants whom the store does not know. Nothing can be sent about these
    /// participants.
    pub unknown: usize,
    /// Number of deliveries that the replay cancelled.
    pub cancelled: usize,
}

/// Accepts that the store is older than the last run. `None` if the store is not older.
pub(crate) fn accept(
    options: &SqliteOptions,
    reason: &str,
    now: Timestamp,
) -> Result<Option<RollbackAccepted>, OpenError> {
    let (mut opened, standing) = open::compare(options)?;
    // The backup is older than a change of the key. The checkpoint is signed with the current key, and must sign the
    // journal.
    if standing.is_other_key && standing.signed.is_none() {
        return Err(OpenError::AuditKeyOther(options.audit.key_file(&options.path)));
    }
    if let Some(fault) = standing.journal {
        return Err(OpenError::Journal(fault));
    }
    let (Some(rollback), Some(place)) = (standing.rollback, &opened.witness.place) else {
        return Ok(None);
    };
    // Only the journal holds the withdrawals that an older store lacks, so that the journal has to be complete.
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
