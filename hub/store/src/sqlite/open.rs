//! Opening a store: the lock, the settings of SQLite, the schema, the keys.

use std::fs::File;
use std::path::PathBuf;
use std::sync::Arc;

use rusqlite::OpenFlags;

use crate::audit::guard::{Mismatch, MismatchKind};
use crate::audit::{self, AuditFinding, SecondPlace, Standing};
use crate::conn::{Conn, Db, Trust, params};
use crate::fault::OpenError;
use crate::ledger;
use crate::recovery::{findings, replay};
use crate::sealing::keyring;
use crate::sealing::seal::Vault;
use crate::sqlite::file;
use crate::sqlite::options::SqliteOptions;
use crate::sqlite::room::Room;
use crate::sqlite::threads::Witness;
use crate::upgrade::{chain, conversations, ids, registrars};

/// An open store: the lock that keeps other hubs out, and the witness of its log.
pub(crate) struct Opened {
    pub(crate) writer: Conn,
    pub(crate) lock: File,
    pub(crate) witness: Witness,
    pub(crate) vault: Arc<Vault>,
    pub(crate) room: Arc<Room>,
    pub(crate) trust: Arc<Trust>,
}

/// Refuses a store that differs from its checkpoint at the second place.
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

/// Opens the store, or makes a new one. A store that is older than its checkpoint is refused.
pub(crate) fn open(options: &SqliteOptions) -> Result<Opened, OpenError> {
    let (mut opened, standing) = compare(options)?;
    refuse(&standing, options)?;
    let trust = Arc::clone(&opened.trust);
    let db = Db::of_writer(&opened.writer, &opened.vault, &trust);
    // The background pass checks the whole log. Each start checks only the newest rows.
    if let Some(found) = findings::in_newest(&db)?.first() {
        return Err(OpenError::LogDiffers(found.finding.words().into()));
    }
    note_start(&db)?;
    audit::remember_key(&db, opened.witness.key.verifying_key())?;
    adopt(&db)?;
    ids::bring(&db)?;
    conversations::bring(&db)?;
    if standing.adopts {
        replay::adopt_journal(&db, &opened.witness)?;
    }
    replay::catch_up(&db, &mut opened.witness)?;
    let place = opened.witness.place.as_ref();
    opened.witness.watch.begins(place.and_then(SecondPlace::written_at));
    opened.room.look();
    Ok(opened)
}

/// Opens the store, or makes a new one, and returns its difference from the second place.
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

/// Accepts the current log as the one to continue, after it was found to match its checkpoint.
pub(crate) fn go_on_from(db: &Db<'_>) -> Result<(), OpenError> {
    db.trust
        .guard
        .begin(audit::tree::edge_of(db.conn, audit::size(db.conn)?)?);
    db.trust.book.fill(ledger::anchors(db.conn)?);
    // The log is accepted before ledgers are bound for the first time, since bound rows must not change.
    if db.trust.book.is_empty() {
        registrars::bring(db)?;
    }
    let earlier = db.one("SELECT value FROM meta WHERE name = 'audit.mismatch'", [], |row| {
        Ok(String::from_utf8_lossy(row.bytes(0)?).into_owned())
    })?;
    if let Some(earlier) = earlier {
        db.trust.guard.halt(Mismatch::read(&earlier));
    }
    Ok(())
}

/// An open store that was not compared with the second place yet.
pub(crate) struct Bare {
    pub(crate) writer: Conn,
    pub(crate) lock: File,
    pub(crate) vault: Arc<Vault>,
    room: Arc<Room>,
    pub(crate) trust: Arc<Trust>,
}

/// Opens or makes the file, and checks the newest rows of its log.
pub(crate) fn bare(options: &SqliteOptions) -> Result<Bare, OpenError> {
    let path = &options.path;
    file::check_sqlite(rusqlite::version_number())?;
    let lock = file::lock(path)?;
    let room = Arc::new(Room::new(path, options.budgets.reserve));
    room.before_a_start();
    file::private(path)?;
    let writer = file::connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    writer.pragma_update(None, "journal_mode", "WAL")?;
    writer.pragma_update(None, "synchronous", "FULL")?;
    // The value is in pages. A page that changes often is then written back once for many commits.
    writer.pragma_update(None, "wal_autocheckpoint", 16_000)?;
    // If a reader delayed the truncation, the log is truncated to this size when it begins anew.
    writer.pragma_update(None, "journal_size_limit", file::LOG_AT_MOST)?;
    // Overwritten bytes within a page are zeroed at once. Freed pages are zeroed only during an erasure.
    writer.pragma_update(None, "secure_delete", "fast")?;
    file::migrate(&writer, path)?;
    let writer = Conn::Sqlite(writer);
    let vault = Arc::new(keyring::open(
        &writer,
        &options.master_key,
        Arc::clone(&options.entropy),
    )?);
    let trust = Arc::<Trust>::default();
    let db = Db::of_writer(&writer, &vault, &trust);
    chain::bring(&db)?;
    trust.guard.accept(audit::accepted(&writer)?);
    // A damaged file shows in its newest rows. Without complete hashes there is no tree to continue.
    let newest = findings::in_newest(&db)?;
    let gap = newest
        .iter()
        .find(|found| matches!(found.finding, AuditFinding::Dropped { .. }));
    if let Some(gap) = gap {
        return Err(OpenError::LogDiffers(gap.finding.words().into()));
    }
    Ok(Bare {
        writer,
        lock,
        vault,
        room,
        trust,
    })
}

/// Binds, once, the ledgers of a store that is older than bindings. A log with a row about any ledger is never adopted
/// again, and the whole log is verified first. If it differs, no ledger is adopted or bound until the operator accepts
/// the difference.
pub(crate) fn adopt(db: &Db<'_>) -> Result<(), OpenError> {
    let is_due = db.trust.book.is_empty() && db.any("SELECT 1 FROM participant LIMIT 1", [])?;
    db.trust.book.await_adoption(is_due);
    if !is_due || db.trust.guard.is_halted() {
        return Ok(());
    }
    if let Some(found) = findings::in_log(db)?.first() {
        let (kind, what) = (MismatchKind::Rows, found.finding.to_string());
        db.trust.guard.halt(Mismatch { kind, what });
        return Ok(());
    }
    let newest = audit::newest_time(db)?;
    db.in_transaction(|tx| ledger::adopt(tx, newest))?;
    Ok(())
}

/// Counts this start in the hub's own row.
fn note_start(db: &Db<'_>) -> Result<(), OpenError> {
    let touched = db.run("UPDATE node SET boot = boot + 1", [])?;
    if touched == 0 {
        let id: [u8; 16] = db.vault.random();
        db.run("INSERT INTO node (id, boot) VALUES (?1, 1)", params![id])?;
    }
    Ok(())
}

/// Starts a thread with this name.
pub(crate) fn thread(
    name: &str,
    vault: &Arc<Vault>,
    run: impl FnOnce(&Vault) + Send + 'static,
) -> Result<std::thread::JoinHandle<()>, OpenError> {
    let vault = Arc::clone(vault);
    let started = std::thread::Builder::new().name(name.into()).spawn(move || run(&vault));
    started.map_err(|error| OpenError::Unreachable(PathBuf::from(name), error))
}
