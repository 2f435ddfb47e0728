//! The newest rows of the audit log.

use bindeledd_engine::ports::AuditRow;

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
        let audit = visit.engine().audit();
        // The second line of a checkpoint is the number of rows (C2SP tlog-checkpoint).
        let checkpoint = audit.audit_checkpoint().await?;
        let size: u64 = checkpoint
            .lines()
            .nth(1)
            .and_then(|line| line.parse().ok())
            .unwrap_or(0);
        let from = size.saturating_sub(rows) + 1;
        let at_most = usize::try_from(rows).unwrap_or(usize::MAX);
        let rows = audit.audit(from, at_most).await?;
        Ok(Self { rows, size })
    }
}
