//! The store's file: its lock, its schema, and connections to it.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

use crate::conn::Conn;
use crate::fault::{Fault, OpenError};

/// The schema, one file for each version, in order.
pub(crate) const MIGRATIONS: [&str; 42] = [
    include_str!("../../migrations/0001_initial.sql"),
    include_str!("../../migrations/0002_fetched.sql"),
    include_str!("../../migrations/0003_mail_notice.sql"),
    include_str!("../../migrations/0004_audit_tree.sql"),
    include_str!("../../migrations/0005_disclosures.sql"),
    include_str!("../../migrations/0006_erasure.sql"),
    include_str!("../../migrations/0007_key_ring.sql"),
    include_str!("../../migrations/0008_episode.sql"),
    include_str!("../../migrations/0009_message_flags.sql"),
    include_str!("../../migrations/0010_withdrawal_notice.sql"),
    include_str!("../../migrations/0011_suspended.sql"),
    include_str!("../../migrations/0012_ledger_seal.sql"),
    include_str!("../../migrations/0013_repeats.sql"),
    include_str!("../../migrations/0014_stored.sql"),
    include_str!("../../migrations/0015_scrub.sql"),
    include_str!("../../migrations/0016_withdrawal_reach.sql"),
    include_str!("../../migrations/0017_alert_episode.sql"),
    include_str!("../../migrations/0018_ids.sql"),
    include_str!("../../migrations/0019_with_a_person.sql"),
    include_str!("../../migrations/0020_confirmation.sql"),
    include_str!("../../migrations/0023_search.sql"),
    include_str!("../../migrations/0024_account.sql"),
    include_str!("../../migrations/0025_attempt.sql"),
    include_str!("../../migrations/0026_alert_state.sql"),
    include_str!("../../migrations/0027_pause.sql"),
    include_str!("../../migrations/0028_alert_push.sql"),
    include_str!("../../migrations/0029_pair_tally.sql"),
    include_str!("../../migrations/0030_identity.sql"),
    include_str!("../../migrations/0031_opening.sql"),
    include_str!("../../migrations/0032_audit_search.sql"),
    include_str!("../../migrations/0033_party_version.sql"),
    include_str!("../../migrations/0034_push_try_and_retry_run.sql"),
    include_str!("../../migrations/0035_sign_in.sql"),
    include_str!("../../migrations/0036_mailbox.sql"),
    include_str!("../../migrations/0037_draft.sql"),
    include_str!("../../migrations/0038_meg.sql"),
    include_str!("../../migrations/0039_own_sign_in.sql"),
    include_str!("../../migrations/0041_person_mail.sql"),
    include_str!("../../migrations/0042_entry.sql"),
    include_str!("../../migrations/0043_audit_delivery.sql"),
    include_str!("../../migrations/0044_consent_request.sql"),
    include_str!("../../migrations/0045_adapter_version.sql"),
];
/// Application id that marks the file as a hub's store.
const APPLICATION: i64 = 0x424c_4444;
/// First SQLite version without the bug that loses commits when the log is reset.
const OLDEST_SQLITE: i32 = 3_051_003;
/// Maximum size of the log beside the store, in bytes: twice the size at which the log is written back.
pub(super) const LOG_AT_MOST: i64 = 128 * 1024 * 1024;

/// Opens a connection that only empties the log. It changes no row.
pub(crate) fn scrubber(path: &Path) -> Result<Connection, OpenError> {
    connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE)
}

/// Opens another connection, for reading.
pub(crate) fn reader(path: &Path) -> Result<Conn, OpenError> {
    let conn = connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    conn.pragma_update(None, "query_only", true)?;
    Ok(Conn::Sqlite(conn))
}

pub(super) fn check_sqlite(version: i32) -> Result<(), OpenError> {
    if version < OLDEST_SQLITE {
        let found = format!("{}.{}.{}", version / 1_000_000, version / 1000 % 1000, version % 1000);
        return Err(OpenError::OldSqlite { found });
    }
    Ok(())
}

/// Locks a file beside the store. This lock is independent of SQLite's own locks.
pub(super) fn lock(path: &Path) -> Result<File, OpenError> {
    let mut name = path.as_os_str().to_owned();
    name.push(".lock");
    let name = PathBuf::from(name);
    let file = private(&name)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(OpenError::InUse(path.to_owned())),
        Err(TryLockError::Error(error)) => Err(OpenError::Unreachable(name, error)),
    }
}

/// Opens or makes a file that only its owner may read.
pub(super) fn private(path: &Path) -> Result<File, OpenError> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
        .open(path)
        .map_err(|error| OpenError::Unreachable(path.to_owned(), error))
}

pub(super) fn connect(path: &Path, flags: OpenFlags) -> Result<Connection, OpenError> {
    let conn = Connection::open_with_flags(path, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    conn.busy_timeout(Duration::from_secs(5))?;
    conn.set_prepared_statement_cache_capacity(256);
    // Plans never depend on bound values. Without this setting, every new value would make SQLite plan its statement
    // again.
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    conn.pragma_update(None, "foreign_keys", true)?;
    conn.pragma_update(None, "trusted_schema", false)?;
    conn.pragma_update(None, "temp_store", "MEMORY")?;
    // The value is in KiB: at most 32 MiB for each connection.
    conn.pragma_update(None, "cache_size", -32 * 1024)?;
    Ok(conn)
}

pub(super) fn migrate(conn: &Connection, path: &Path) -> Result<(), OpenError> {
    let known = i64::try_from(MIGRATIONS.len()).unwrap_or(i64::MAX);
    let pragma = |name| conn.pragma_query_value(None, name, first);
    let (found, application) = (pragma("user_version")?, pragma("application_id")?);
    if found > known && application == APPLICATION {
        return Err(OpenError::Newer { found, known });
    }
    let tables: i64 = conn.query_row("SELECT count(*) FROM sqlite_schema", [], first)?;
    if application != APPLICATION && (tables > 0 || found != 0) {
        return Err(OpenError::Foreign(path.to_owned()));
    }
    for (version, sql) in (1_i64..).zip(MIGRATIONS) {
        if version > found {
            conn.execute_batch("BEGIN IMMEDIATE")?;
            conn.execute_batch(sql)?;
            conn.pragma_update(None, "user_version", version)?;
            conn.pragma_update(None, "application_id", APPLICATION)?;
            conn.execute_batch("COMMIT")?;
        }
    }
    Ok(())
}

fn first(row: &rusqlite::Row<'_>) -> rusqlite::Result<i64> {
    row.get(0)
}

/// Returns whether the file has a table or an index of this name. An older file may lack it.
pub(crate) fn has(conn: &Conn, name: &str) -> Result<bool, Fault> {
    conn.any("SELECT 1 FROM sqlite_schema WHERE name = ?1", [name])
}

/// Returns whether a table has a column of that name.
pub(crate) fn has_column(conn: &Conn, table: &str, name: &str) -> Result<bool, Fault> {
    conn.any("SELECT 1 FROM pragma_table_info(?1) WHERE name = ?2", [table, name])
}

/// Reads in one snapshot, while a writer may be running.
pub(crate) fn in_snapshot<T>(conn: &Conn, read: impl FnOnce(&Conn) -> Result<T, Fault>) -> Result<T, Fault> {
    conn.run("BEGIN DEFERRED", [])?;
    let found = read(conn);
    conn.run("ROLLBACK", [])?;
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_linked_sqlite_keeps_its_commits_and_an_older_one_is_refused() {
        assert!(check_sqlite(rusqlite::version_number()).is_ok());
        assert!(check_sqlite(3_051_003).is_ok());
        let refused = check_sqlite(3_051_002).unwrap_err().to_string();
        assert!(refused.contains("3.51.2"), "{refused}");
    }
}
