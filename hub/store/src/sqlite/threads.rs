//! The threads that hold connections: one that writes, in groups, and a few that read.

use std::sync::Arc;
use std::time::Duration;

use bindeledd_engine::ports::StoreError;
use bindeledd_tlog::SigningKey;
use tokio::sync::oneshot;

use crate::audit::guard::By;
use crate::audit::{JournalEntry, SecondPlace};
use crate::commands::watch::Watch;
use crate::conn::{Committed, Conn, Db, Trust, Tx};
use crate::fault::{Failure, Fault};
use crate::sealing::seal::Vault;
use crate::sqlite::lanes::Lanes;
use crate::sqlite::room::Room;
use crate::sqlite::scrub::Scrubbing;

/// Maximum number of commands in one commit.
const GROUP: usize = 256;
/// Number of bytes after which a group is committed, so that the next caller need not wait for a larger one.
const GROUP_BYTES: usize = 4 * 1024 * 1024;
/// Size of a group that shows a busy hub, where more commands will follow.
const BUSY: usize = 8;
/// Time for which the next group gathers commands on a busy hub. A commit costs as much as many commands: half of the
/// writer's time, measured with 64 callers. Fewer and larger commits therefore carry more commands. One message on a
/// quiet hub never waits.
const GATHER: Duration = Duration::from_millis(1);

/// A command for the writer. The command runs in the group's transaction, and is answered after the commit or its
/// failure.
pub(crate) trait Command: Send {
    /// Runs the command, alone or inside a savepoint. A command may run twice; the changes of the first run are then
    /// undone.
    fn run(&mut self, tx: &Tx<'_>, around: Around) -> Result<(), Failure>;
    /// Returns whether the command is allowed when the disk is full.
    fn is_kept(&self) -> bool;
    /// Returns whether the command may be answered only after the second place is written.
    fn needs_witness(&self) -> bool;
    fn answer(self: Box<Self>, committed: Result<(), Failure>);
}

/// Has the writer's log witnessed at the second place.
pub(crate) struct Witness {
    pub(crate) place: Option<SecondPlace>,
    pub(crate) key: Arc<SigningKey>,
    pub(crate) watch: Arc<Watch>,
    /// Whether the last write to the second place failed.
    pub(crate) is_behind: bool,
    pub(crate) trust: Arc<Trust>,
}

impl Witness {
    /// Writes a commit to the second place: at once if a caller waits for that, else when it is due.
    fn write(&mut self, conn: &Conn, committed: Committed) -> Result<(), Failure> {
        self.watch.answered(committed.answered);
        let Some(place) = &mut self.place else { return Ok(()) };
        let waits = !committed.records.is_empty() || (committed.asks && self.is_behind);
        if !waits && !committed.now.is_some_and(|now| place.is_due(now)) {
            return Ok(());
        }
        let witnessed = self.witness(conn, committed.records);
        self.is_behind = witnessed.is_err();
        if let (Ok(()), false, Some(now)) = (&witnessed, self.trust.guard.is_halted(), committed.now) {
            self.watch.witnessed(now);
        }
        if let Err(failure) = &witnessed {
            self.watch.not_witnessed();
            tracing::error!(
                ?failure,
                "the second checkpoint place was not written; it is tried again"
            );
        }
        witnessed
    }

    /// Has the log witnessed, with these entries in the journal. If the log differs, only the journal is written; a
    /// withdrawal is then as safe as possible, since nothing is released.
    pub(crate) fn witness(&mut self, conn: &Conn, records: Vec<JournalEntry>) -> Result<(), Failure> {
        let Some(place) = &mut self.place else { return Ok(()) };
        let guard = &self.trust.guard;
        // The entries are taken before anything can fail: a repeated step waits for them too.
        place.hold(records);
        match guard.check(conn, &guard.standing(), By::Writer) {
            Ok((size, root)) => {
                place.witness(conn, &self.key)?;
                guard.witnessed(size, root);
                Ok(())
            }
            Err(Fault::Log(_)) => place.keep(),
            Err(fault) => Err(Failure::from(&fault)),
        }
    }
}

impl Witness {
    /// Repeats a failed write to the second place.
    fn again(&mut self, conn: &Conn) -> Result<(), Failure> {
        let witnessed = self.witness(conn, Vec::new());
        self.is_behind = witnessed.is_err();
        witnessed
    }
}

/// The scope of a command inside its transaction.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Around {
    /// No scope. This is fast, but if one command fails, the whole group runs again.
    Nothing,
    /// A savepoint, so that a failed command undoes only its own changes.
    Savepoint,
}

/// Whether a command is allowed when the disk is full, because it ends something or makes room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kept {
    Yes,
    No,
}

pub(crate) struct Write<T, F> {
    work: F,
    kept: Kept,
    result: Option<Result<T, Failure>>,
    needs_witness: bool,
    reply: oneshot::Sender<Result<T, StoreError>>,
}

impl<T, F> Write<T, F>
where
    F: Fn(&Tx<'_>) -> Result<T, Fault> + Send,
    T: Send,
{
    pub(crate) fn new(work: F, kept: Kept) -> (Self, oneshot::Receiver<Result<T, StoreError>>) {
        let (reply, answer) = oneshot::channel();
        let write = Self {
            work,
            kept,
            result: None,
            needs_witness: false,
            reply,
        };
        (write, answer)
    }
}

impl<T, F> Command for Write<T, F>
where
    F: Fn(&Tx<'_>) -> Result<T, Fault> + Send,
    T: Send,
{
    fn run(&mut self, tx: &Tx<'_>, around: Around) -> Result<(), Failure> {
        let before = tx.witnessed();
        let result = match around {
            Around::Nothing => (self.work)(tx),
            Around::Savepoint => tx.apart(&self.work),
        };
        let result = result.map_err(|fault| Failure::from(&fault));
        let failed = result.as_ref().err().cloned();
        self.result = Some(result);
        self.needs_witness = tx.witnessed() > before;
        failed.map_or(Ok(()), Err)
    }

    fn is_kept(&self) -> bool {
        self.kept == Kept::Yes
    }

    fn needs_witness(&self) -> bool {
        self.needs_witness
    }

    fn answer(self: Box<Self>, committed: Result<(), Failure>) {
        let result = match (self.result, committed) {
            (Some(Err(failure)), _) | (_, Err(failure)) => Err(failure.into()),
            (Some(Ok(value)), Ok(())) => Ok(value),
            (None, Ok(())) => Err(StoreError::Away(None)),
        };
        // The caller may no longer be waiting. Committed work stays committed.
        let _ = self.reply.send(result);
    }
}

/// Takes all queued commands, runs them, commits once, and answers them. Ends when the queue is closed.
pub(crate) fn write(
    conn: &Conn,
    vault: &Vault,
    witness: &mut Witness,
    (commands, room): (&Lanes<Box<dyn Command>>, &Room),
    scrubbing: &Scrubbing,
) {
    let mut group: Vec<Box<dyn Command>> = Vec::with_capacity(GROUP);
    let mut is_busy = false;
    while let Some((first, bytes)) = commands.next() {
        group.push(first);
        if is_busy {
            std::thread::sleep(GATHER);
        }
        commands.more(&mut group, GROUP, bytes, GROUP_BYTES);
        let trust = Arc::clone(&witness.trust);
        let db = Db::of_writer(conn, vault, &trust);
        if room.is_full() {
            turn_away(&mut group);
        }
        let mut committed = commit_or_undo(db, &mut group);
        if matches!(committed, Err(Failure::Full)) {
            room.give();
            turn_away(&mut group);
            // Writing the log back into the file makes room in the log for the next write.
            write_back(conn);
            committed = commit_or_undo(db, &mut group);
        }
        is_busy = group.len() >= BUSY;
        let destroys = !matches!(committed, Ok(Committed { scrub: None, .. }));
        let (committed, witnessed) = match committed {
            Ok(committed) => {
                if let Some(row) = committed.scrub {
                    scrubbing.ask(row);
                }
                let mut witnessed = witness.write(conn, committed);
                // The second place may lie on the same disk.
                if witnessed.is_err() && room.is_low() {
                    room.give();
                    witnessed = witness.again(conn);
                }
                (Ok(()), witnessed)
            }
            Err(failure) => (Err(failure), Ok(())),
        };
        if room.is_full() {
            // The next write then finds room in the log, and needs no more of the disk.
            write_back(conn);
        }
        if destroys {
            // Whole pages are zeroed only for destroyed data.
            let _ = conn.sqlite().pragma_update(None, "secure_delete", "fast");
        }
        for command in group.drain(..) {
            let needs = command.needs_witness();
            let answer = if needs {
                committed
                    .clone()
                    .and_then(|()| witnessed.clone().map_err(Failure::after_the_commit))
            } else {
                committed.clone()
            };
            command.answer(answer);
        }
    }
    if let Err(failure) = witness.witness(conn, Vec::new()) {
        tracing::warn!(?failure, "the last checkpoint was not written at the second place");
    }
}

/// Writes back the log as far as readers allow, without waiting.
fn write_back(conn: &Conn) {
    let _ = conn
        .sqlite()
        .query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()));
}

/// Answers the commands that are not allowed while the disk is full.
fn turn_away(group: &mut Vec<Box<dyn Command>>) {
    let (kept, others): (Vec<_>, Vec<_>) = group.drain(..).partition(|command| command.is_kept());
    *group = kept;
    for command in others {
        command.answer(Err(Failure::Full));
    }
}

fn commit_or_undo(db: Db<'_>, group: &mut [Box<dyn Command>]) -> Result<Committed, Failure> {
    commit(db, group).map_err(|fault| {
        if db.is_in_transaction() {
            // If ROLLBACK fails too, the next BEGIN fails, and its commands get that failure.
            let _ = db.run("ROLLBACK", []);
        }
        let failure = Failure::from(&fault);
        tracing::error!(
            commands = group.len(),
            ?failure,
            "a group of commands was not committed"
        );
        failure
    })
}

/// Runs a group in one transaction and commits it. A savepoint copies every page that a command changes. Savepoints are
/// therefore used only after a first run without them has failed.
fn commit(db: Db<'_>, group: &mut [Box<dyn Command>]) -> Result<Committed, Fault> {
    let tx = Tx::begin(db)?;
    let one_fails = group
        .iter_mut()
        .any(|command| command.run(&tx, Around::Nothing).is_err());
    if !one_fails {
        return tx.commit();
    }
    if db.is_in_transaction() {
        db.run("ROLLBACK", [])?;
    }
    let tx = Tx::begin(db)?;
    for command in group {
        let result = command.run(&tx, Around::Savepoint);
        if !db.is_in_transaction() {
            // SQLite rolled back the whole transaction, because of a full disk or an I/O error.
            let code = match result {
                Err(Failure::Full) => rusqlite::ffi::SQLITE_FULL,
                _ => rusqlite::ffi::SQLITE_IOERR,
            };
            return Err(rusqlite::Error::SqliteFailure(rusqlite::ffi::Error::new(code), None).into());
        }
    }
    tx.commit()
}

/// A query for the readers.
pub(crate) type Question = Box<dyn FnOnce(&Db<'_>) + Send>;

/// Answers queries, each in one snapshot. Several threads share the queue.
pub(crate) fn read(conn: &Conn, vault: &Vault, trust: &Trust, questions: &Lanes<Question>) {
    while let Some((question, _)) = questions.next() {
        // The number of commits is read before the snapshot begins, so that the snapshot holds at least as many.
        let as_of = trust.book.commits();
        question(&Db {
            conn,
            vault,
            trust,
            as_of,
        });
    }
}

/// Makes a query of a closure that reads. The query runs in a transaction, so that all its reads are consistent.
pub(crate) fn question<T: Send + 'static>(
    work: impl FnOnce(&Db<'_>) -> Result<T, Fault> + Send + 'static,
) -> (Question, oneshot::Receiver<Result<T, StoreError>>) {
    let (reply, answer) = oneshot::channel();
    let question = Box::new(move |db: &Db<'_>| {
        let result = db.run("BEGIN DEFERRED", []).and_then(|_| work(db));
        let ended = if !db.is_in_transaction() {
            Ok(0)
        } else {
            db.run("COMMIT", [])
        };
        let result = result.and_then(|value| ended.map(|_| value));
        let _ = reply.send(result.map_err(|fault| Failure::from(&fault).into()));
    });
    (question, answer)
}
