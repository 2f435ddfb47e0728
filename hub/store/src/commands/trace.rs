//! The hub's newest trace of time. At a start, the hub compares the machine's clock with this trace.

use bindeledd_core::audit::{Actor, AuditAction};
use bindeledd_core::time;
use bindeledd_engine::ports::AcceptedClock;
use jiff::Timestamp;

use crate::audit::Detail;
use crate::conn::codec::micros;
use crate::conn::{Db, Tx, params};
use crate::fault::{Fault, damaged};

/// Longest time between two traces of an idle hub, in microseconds.
const EVERY: i64 = 600_000_000;

/// Records that the hub runs, if the last record is old.
pub(crate) fn note(tx: &Tx<'_>, now: Timestamp) -> Result<(), Fault> {
    let noted = noted(tx)?.map_or(i64::MIN, micros);
    if micros(now) >= noted.saturating_add(EVERY) {
        set(tx, now)?;
    }
    Ok(())
}

/// Records the time of an accepted clock as the newest trace, and the operator's reason in the audit log.
pub(crate) fn accept(tx: &Tx<'_>, accepted: &AcceptedClock, by: &Actor) -> Result<(), Fault> {
    let detail = Detail::new()
        .text("hub", &time::local_rfc3339(accepted.hub))
        .text("machine", &time::local_rfc3339(accepted.machine))
        .text("reason", &accepted.reason);
    tx.audit(accepted.machine, AuditAction::ClockAccepted, by, detail)?;
    set(tx, accepted.machine)
}

/// Records this time as the newest trace.
fn set(tx: &Tx<'_>, now: Timestamp) -> Result<(), Fault> {
    let sql = "INSERT INTO meta (name, value) VALUES ('clock.seen', ?1) ON CONFLICT (name) DO UPDATE SET value = ?1";
    tx.run(sql, params![micros(now).to_be_bytes()])?;
    Ok(())
}

/// Returns the time of the newest audit row or of the record, whichever is later. The acceptance of a clock that was
/// set back wrote both.
pub(crate) fn newest(db: &Db<'_>) -> Result<Option<Timestamp>, Fault> {
    let row = db.one("SELECT at FROM audit ORDER BY seq DESC LIMIT 1", [], |row| row.time(0))?;
    Ok(row.max(noted(db)?))
}

fn noted(db: &Db<'_>) -> Result<Option<Timestamp>, Fault> {
    let sql = "SELECT value FROM meta WHERE name = 'clock.seen'";
    let noted = db.one(sql, [], |row| row.get::<[u8; 8]>(0))?;
    let unreadable = |_| damaged("the record of the time is out of range");
    let time = |bytes| Timestamp::from_microsecond(i64::from_be_bytes(bytes)).map_err(unreadable);
    noted.map(time).transpose()
}
