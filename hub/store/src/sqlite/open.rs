//! Opening a store: the lock, the settings of SQLite, the schema, the key.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags, params};

use crate::audit::guard::{Mismatch, MismatchKind};
use crate::audit::{self, AuditFinding, SecondPlace, Standing};
use crate::commands::consent;
use crate::conn::codec::{Columns, first};
use crate::conn::db::{Db, Trust};
use crate::fault::OpenError;
use crate::ledger;
use crate::recovery::mismatch;
use crate::recovery::rollback;
use crate::sealing::keyring;
use crate::sealing::seal::Vault;
use crate::sqlite::room::Room;
use crate::sqlite::store::SqliteOptions;
use crate::sqlite::threads::Witness;
use crate::upgrade::ids;

/// The schema, one file a version, in order.
pub(crate) const MIGRATIONS: [&str; 20] = [
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
];
/// Marks the file as a hub's store.
const APPLICATION: i64 = 0x424c_4444;
/// The first SQLite without the bug that loses commits when the log is reset.
const OLDEST_SQLITE: i32 = 3_051_003;
/// How long the log beside the store may stay, in bytes: twice what is there before it is written back.
const LOG_AT_MOST: i64 = 128 * 1024 * 1024;

/// An open store's file: the lock that keeps others out, and who has its log witnessed.
pub(crate) struct Opened {
    pub(crate) writer: Connection,
    pub(crate) lock: File,
    pub(crate) witness: Witness,
    pub(crate) vault: Arc<Vault>,
    pub(crate) room: Arc<Room>,
    pub(crate) trust: Arc<Trust>,
}

/// Refuses a store that is not the one that was witnessed at the second place.
pub(crate) fn refuse(standing: &Standing, options: &SqliteOptions) -> Result<(), OpenError> {
    if standing.is_other_key {
        return Err(OpenError::AuditKeyOther(options.audit.key_file(&options.path)));
    }
    if let Some(fault) = standing.journal.clone() {
        return Err(OpenError::Journal(fault));
    }
    standing
        .rollback
        .clone()
        .map_or(Ok(()), |rollback| Err(OpenError::RolledBack(rollback)))
}

/// Opens or makes the store. One that is older than what was witnessed at the second place is refused.
pub(crate) fn open(options: &SqliteOptions) -> Result<Opened, OpenError> {
    let (mut opened, standing) = compare(options)?;
    refuse(&standing, options)?;
    let trust = Arc::clone(&opened.trust);
    let db = Db::of_writer(&opened.writer, &opened.vault, &trust);
    // The whole log is for the background pass; its newest end is looked at in every start.
    if let Some(found) = mismatch::in_newest(&db)?.first() {
        return Err(OpenError::LogDiffers(found.finding.to_string()));
    }
    note_start(&db)?;
    audit::remember_key(&db, opened.witness.key.verifying_key())?;
    adopt(&db)?;
    ids::bring(&db)?;
    if standing.adopts {
        rollback::adopt_journal(&db, &opened.witness)?;
    }
    rollback::catch_up(&db, &mut opened.witness)?;
    opened.room.look();
    Ok(opened)
}

/// Opens or makes the store, and says how it differs from what was witnessed.
pub(crate) fn compare(options: &SqliteOptions) -> Result<(Opened, Standing), OpenError> {
    let bare = bare(options)?;
    let db = Db::of_writer(&bare.writer, &bare.vault, &bare.trust);
    let keys = audit::signing_key(&db, &options.audit.key_file(&options.path), &options.audit.name)?;
    let mut place = match &options.audit.checkpoint_file {
        Some(file) => Some(SecondPlace::open(file, keys.journal, options.audit.every)?),
        None => None,
    };
    let standing = match &mut place {
        Some(place) => place.compare(&db, keys.sign.verifying_key())?,
        None => Standing::default(),
    };
    let standing = Standing {
        is_other_key: keys.is_other,
        ..standing
    };
    go_on_from(&db)?;
    let Bare {
        writer,
        lock,
        vault,
        room,
        trust,
    } = bare;
    let witness = Witness {
        place,
        key: Arc::new(keys.sign),
        watch: Arc::default(),
        is_behind: false,
        trust: Arc::clone(&trust),
    };
    let opened = Opened {
        writer,
        lock,
        witness,
        vault,
        room,
        trust,
    };
    Ok((opened, standing))
}

/// What was found to be the log that was witnessed is what this hub goes on from.
pub(crate) fn go_on_from(db: &Db<'_>) -> Result<(), OpenError> {
    db.trust
        .guard
        .begin(audit::tree::edge_of(db.conn, audit::size(db.conn)?)?);
    db.trust.book.fill(ledger::anchors(db.conn)?);
    // Before ledgers are bound for the first time: what is bound stays as it is.
    if db.trust.book.is_empty() {
        consent::bring(db)?;
    }
    let earlier = db.one("SELECT value FROM meta WHERE name = 'audit.mismatch'", [], |row| {
        Ok(String::from_utf8_lossy(row.get_ref(0)?.as_blob().unwrap_or_default()).into_owned())
    })?;
    if let Some(earlier) = earlier {
        db.trust.guard.halt(Mismatch::read(&earlier));
    }
    Ok(())
}

/// A store's file without its second place.
pub(crate) struct Bare {
    pub(crate) writer: Connection,
    pub(crate) lock: File,
    pub(crate) vault: Arc<Vault>,
    room: Arc<Room>,
    pub(crate) trust: Arc<Trust>,
}

/// Opens or makes the file, and looks at the newest end of its log.
pub(crate) fn bare(options: &SqliteOptions) -> Result<Bare, OpenError> {
    let path = &options.path;
    check_sqlite(rusqlite::version_number())?;
    let lock = lock(path)?;
    let room = Arc::new(Room::new(path, options.budgets.reserve));
    room.before_a_start();
    private(path)?;
    let writer = connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    writer.pragma_update(None, "journal_mode", "WAL")?;
    writer.pragma_update(None, "synchronous", "FULL")?;
    // In pages: what changes again and again is then written back once for many commits.
    writer.pragma_update(None, "wal_autocheckpoint", 16_000)?;
    // After a reader held it up, the log is cut back to this when it begins anew.
    writer.pragma_update(None, "journal_size_limit", LOG_AT_MOST)?;
    // What is overwritten within a page is zeroed at once; whole pages are where a participant is erased.
    writer.pragma_update(None, "secure_delete", "fast")?;
    migrate(&writer, path)?;
    let vault = Arc::new(keyring::open(
        &writer,
        &options.master_key,
        Arc::clone(&options.entropy),
    )?);
    let trust = Arc::<Trust>::default();
    let db = Db::of_writer(&writer, &vault, &trust);
    audit::bring(&db)?;
    trust.guard.accept(audit::accepted(&writer)?);
    // A torn file shows at its newest end. With a gap there is no tree to go on from.
    let newest = mismatch::in_newest(&db)?;
    let gap = newest
        .iter()
        .find(|found| matches!(found.finding, AuditFinding::Dropped { .. }));
    if let Some(gap) = gap {
        return Err(OpenError::LogDiffers(gap.finding.to_string()));
    }
    Ok(Bare {
        writer,
        lock,
        vault,
        room,
        trust,
    })
}

/// Binds the ledgers of a store from before there was anything to hold them against, once: a log that says anything of a ledger
/// is never adopted again, and the log is read whole before. Where that is not as it was written, nothing is adopted or bound until
/// the operator has accepted it.
pub(crate) fn adopt(db: &Db<'_>) -> Result<(), OpenError> {
    let is_due = db.trust.book.is_empty() && db.any("SELECT 1 FROM participant LIMIT 1", [])?;
    db.trust.book.await_adoption(is_due);
    if !is_due || db.trust.guard.is_halted() {
        return Ok(());
    }
    if let Some(found) = mismatch::in_log(db)?.first() {
        let (kind, what) = (MismatchKind::Rows, found.finding.to_string());
        db.trust.guard.halt(Mismatch { kind, what });
        return Ok(());
    }
    let newest = "SELECT at FROM audit ORDER BY seq DESC LIMIT 1";
    let newest = db.one(newest, [], |row| row.time(0))?.unwrap_or(Timestamp::UNIX_EPOCH);
    rollback::in_transaction(db, |tx| ledger::adopt(tx, newest))?;
    Ok(())
}

/// One more connection, which empties the log and reads or writes no row.
pub(crate) fn scrubber(path: &Path) -> Result<Connection, OpenError> {
    connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE)
}

/// One more connection, for reading.
pub(crate) fn reader(path: &Path) -> Result<Connection, OpenError> {
    let conn = connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    conn.pragma_update(None, "query_only", true)?;
    Ok(conn)
}

fn check_sqlite(version: i32) -> Result<(), OpenError> {
    if version < OLDEST_SQLITE {
        let found = format!("{}.{}.{}", version / 1_000_000, version / 1000 % 1000, version % 1000);
        return Err(OpenError::OldSqlite { found });
    }
    Ok(())
}

/// Beside the store, so that SQLite's own locks and this one do not meet.
fn lock(path: &Path) -> Result<File, OpenError> {
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
fn private(path: &Path) -> Result<File, OpenError> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
        .open(path)
        .map_err(|error| OpenError::Unreachable(path.to_owned(), error))
}

fn connect(path: &Path, flags: OpenFlags) -> Result<Connection, OpenError> {
    let conn = Connection::open_with_flags(path, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    conn.busy_timeout(Duration::from_secs(5))?;
    conn.set_prepared_statement_cache_capacity(256);
    // Plans never depend on what is bound: without this, every new value would have its statement planned again.
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    conn.pragma_update(None, "foreign_keys", true)?;
    conn.pragma_update(None, "trusted_schema", false)?;
    conn.pragma_update(None, "temp_store", "MEMORY")?;
    // In KiB: 32 MiB a connection at the most.
    conn.pragma_update(None, "cache_size", -32 * 1024)?;
    Ok(conn)
}

fn migrate(conn: &Connection, path: &Path) -> Result<(), OpenError> {
    let known = i64::try_from(MIGRATIONS.len()).unwrap_or(i64::MAX);
    let pragma = |name| conn.pragma_query_value(None, name, first::<i64>);
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

/// One row for this hub, with how often it has started.
fn note_start(db: &Db<'_>) -> Result<(), OpenError> {
    let touched = db.run("UPDATE node SET boot = boot + 1", [])?;
    if touched == 0 {
        let id: [u8; 16] = db.vault.random();
        db.run("INSERT INTO node (id, boot) VALUES (?1, 1)", params![id])?;
    }
    Ok(())
}

/// Starts a named thread.
pub(crate) fn thread(
    name: &str,
    vault: &Arc<Vault>,
    run: impl FnOnce(&Vault) + Send + 'static,
) -> Result<std::thread::JoinHandle<()>, OpenError> {
    let vault = Arc::clone(vault);
    let started = std::thread::Builder::new().name(name.into()).spawn(move || run(&vault));
    started.map_err(|error| OpenError::Unreachable(PathBuf::from(name), error))
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
