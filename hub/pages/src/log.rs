//! The newest rows of the audit log.

use bindeledd_core::audit::{Actor, ActorFilter};
use bindeledd_engine::ports::{AuditFilter, AuditRow};

use crate::answer::Trouble;
use crate::visit::Visit;

/// The newest rows of the log, and its size.
pub(crate) struct Log {
    /// Rows, the oldest first.
    pub(crate) rows: Vec<AuditRow>,
    /// Number of rows of the whole log.
    pub(crate) size: u64,
}

impl Log {
    /// Reads this many rows from the end of the log.
    pub(crate) async fn newest(visit: &Visit, rows: u64) -> Result<Self, Trouble> {
        let filter = AuditFilter {
            limit: usize::try_from(rows).unwrap_or(usize::MAX),
            ..AuditFilter::default()
        };
        let mut rows = visit.engine().audit().audit_rows(&filter).await?;
        rows.reverse();
        let size = rows.last().map_or(0, |newest| newest.seq);
        Ok(Self { rows, size })
    }

    /// Reads the newest acts of persons and of the operator key.
    pub(crate) async fn of_people(visit: &Visit, rows: usize) -> Result<Self, Trouble> {
        let mut log = Self::newest(visit, 1).await?;
        log.rows.clear();
        for actor in [ActorFilter::Persons, ActorFilter::One(Actor::Operator)] {
            let filter = AuditFilter {
                actor: Some(actor),
                limit: rows,
                ..AuditFilter::default()
            };
            log.rows.extend(visit.engine().audit().audit_rows(&filter).await?);
        }
        log.rows.sort_by_key(|row| row.seq);
        Ok(log)
    }
}
