//! Upgrade of audit rows that are older than the tree. A chain of hashes linked these rows. The chain is verified one
//! last time, its rows become leaves, and an audit row records its end.

use bindeledd_core::audit::{Actor, AuditAction};
use bindeledd_engine::ports::AuditRow;
use bindeledd_tlog::leaf;
use jiff::Timestamp;
use ring::digest;

use crate::audit::{Detail, Head, entry, rows, size, tree};
use crate::conn::codec::{hexadecimal, micros};
use crate::conn::{Db, params};
use crate::fault::{Fault, damaged};

/// Number of rows that are read at a time.
const BATCH: usize = 4096;

/// Makes leaves of a chain's rows, once.
pub(crate) fn bring(db: &Db<'_>) -> Result<(), Fault> {
    const DONE: &str = "SELECT 1 FROM meta WHERE name = 'audit.tree'";
    if db.any(DONE, [])? {
        return Ok(());
    }
    db.run("BEGIN IMMEDIATE", [])?;
    let brought = bring_all(db).and_then(|()| {
        db.run("INSERT INTO meta (name, value) VALUES ('audit.tree', ?1)", [[1_u8]])?;
        db.run("COMMIT", [])
    });
    if brought.is_err() {
        db.run("ROLLBACK", [])?;
    }
    brought.map(|_| ())
}

fn bring_all(db: &Db<'_>) -> Result<(), Fault> {
    let mut end = ([0; 32], 0, Timestamp::UNIX_EPOCH);
    loop {
        let batch = rows(db.conn, end.1 + 1, BATCH)?;
        if batch.is_empty() {
            break;
        }
        for row in &batch {
            let hash = chained(&end.0, row);
            if row.seq != end.1 + 1 {
                return Err(damaged(format!(
                    "audit row {} does not follow on the one before it",
                    row.seq
                )));
            }
            if hash != row.hash {
                return Err(damaged(format!("audit row {} is not as it was written", row.seq)));
            }
            let seq = i64::try_from(row.seq).unwrap_or(i64::MAX);
            db.run(
                "UPDATE audit SET hash = ?2 WHERE seq = ?1",
                params![seq, leaf(&entry(row)).0],
            )?;
            end = (hash, row.seq, row.at);
        }
    }
    if end.1 > 0 {
        let rows = i64::try_from(end.1).unwrap_or(i64::MAX);
        let detail = Detail::new()
            .number("rows", rows)
            .text("chain", &hexadecimal(&end.0))
            .done();
        Head::read(db)?.append(db, end.2, AuditAction::AuditTreeBegun, &Actor::Hub, &detail)?;
    }
    tree::grow(db, 0, size(db.conn)?)
}

/// Returns SHA-256 over the previous hash, the number, the time in microseconds, and the texts, each with its length.
fn chained(before: &[u8; 32], row: &AuditRow) -> [u8; 32] {
    let mut context = digest::Context::new(&digest::SHA256);
    context.update(before);
    context.update(&row.seq.to_be_bytes());
    context.update(&micros(row.at).to_be_bytes());
    for text in [&row.action, &row.actor, &row.detail] {
        context.update(&(text.len() as u64).to_be_bytes());
        context.update(text.as_bytes());
    }
    let mut hash = [0; 32];
    hash.copy_from_slice(context.finish().as_ref());
    hash
}
