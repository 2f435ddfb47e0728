//! Differences between the audit log and the log that the hub wrote.

use bindeledd_tlog::TILE_WIDTH;

use crate::audit;
use crate::audit::pass::{self, Differs};
use crate::conn::Db;
use crate::fault::Fault;

/// Returns every difference in the log that the operator has not accepted.
pub(crate) fn in_log(db: &Db<'_>) -> Result<Vec<Differs>, Fault> {
    in_tiles(db, 0)
}

/// Returns the differences in the newest rows of the log, 256 rows at least.
pub(crate) fn in_newest(db: &Db<'_>) -> Result<Vec<Differs>, Fault> {
    in_tiles(db, audit::size(db.conn)?.saturating_sub(TILE_WIDTH) / TILE_WIDTH)
}

fn in_tiles(db: &Db<'_>, first: u64) -> Result<Vec<Differs>, Fault> {
    let size = audit::size(db.conn)?;
    let mut found = Vec::new();
    for tile in first..size.div_ceil(TILE_WIDTH) {
        found.extend(pass::look(db.conn, tile, size)?);
    }
    found.retain(|differs| !db.trust.guard.is_accepted(&differs.mark));
    Ok(found)
}
