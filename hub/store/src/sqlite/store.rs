//! The store over one SQLite file: its settings, its threads, and their queues. `ports` implements the engine's
//! traits.

use std::path::PathBuf;
use std::sync::Arc;
use std::thread::JoinHandle;

use bindeledd_core::NationalId;
use bindeledd_engine::ports::{Actor, MasterKey, StoreError, caller};
use bindeledd_tlog::SigningKey;
use jiff::{SignedDuration, Timestamp};
use tokio::sync::oneshot;

use crate::audit::pass::Pass;
use crate::commands::participant::Person;
use crate::commands::watch::{AlertRules, Watch};
use crate::conn::{Conn, Db, Trust, Tx};
use crate::fault::{Failure, Fault, OpenError};
use crate::recovery::mend::{JournalAccepted, KeyRenewed};
use crate::recovery::mismatch::MismatchAccepted;
use crate::recovery::rollback::RollbackAccepted;
use crate::recovery::{mend, mismatch, rollback};
use crate::sealing::master::Master;
use crate::sealing::seal::Vault;
use crate::sqlite::lanes::{Lane, Lanes, Rank};
use crate::sqlite::options::{Budgets, SqliteOptions};
use crate::sqlite::room::Room;
use crate::sqlite::scrub::Scrubbing;
use crate::sqlite::threads::{Command, Kept, Question, Write};
use crate::sqlite::{file, open, scrub, threads};

const READERS: usize = 2;
/// Maximum number of commands or queries of one caller in the queue. Further ones make the caller wait.
const QUEUE: usize = 256;

/// The store: one file, one writer that commits in groups, and a few readers.
pub struct SqliteStore {
    pub(crate) path: PathBuf,
    commands: Arc<Lanes<Box<dyn Command>>>,
    questions: Arc<Lanes<Question>>,
    threads: Vec<JoinHandle<()>>,
    pub(crate) vault: Arc<Vault>,
    pub(crate) audit_key: Arc<SigningKey>,
    pub(crate) retention_days: u32,
    pub(crate) rules: AlertRules,
    pub(crate) watch: Arc<Watch>,
    pub(crate) scrubbing: Arc<Scrubbing>,
    pub(crate) trust: Arc<Trust>,
    pub(crate) pass: Arc<Pass>,
    pub(crate) recheck: SignedDuration,
    pub(crate) has_place: bool,
    pub(crate) room: Arc<Room>,
    pub(crate) budgets: Budgets,
    /// The lock, held as long as the threads run.
    _lock: std::fs::File,
}

impl SqliteStore {
    /// Opens the store, or makes a new one if there is none. This blocks.
    ///
    /// # Errors
    /// [`OpenError`], with the action to take.
    pub fn open(options: SqliteOptions) -> Result<Self, OpenError> {
        let opened = open::open(&options)?;
        let (vault, trust) = (opened.vault, opened.trust);
        let commands = Arc::new(Lanes::new(QUEUE));
        let queue = Arc::clone(&commands);
        let (room, disk) = (Arc::clone(&opened.room), opened.room);
        let (writer, mut witness): (Conn, _) = (opened.writer, opened.witness);
        let audit_key = Arc::clone(&witness.key);
        let (watch, has_place) = (Arc::clone(&witness.watch), witness.place.is_some());
        let scrubbing = Arc::new(Scrubbing::default());
        let db = Db::of_writer(&writer, &vault, &trust);
        if let Some(row) = scrub::newest(&db)? {
            scrubbing.ask(row);
        }
        let asks = Arc::clone(&scrubbing);
        let mut threads = vec![open::thread("store-writer", &vault, move |vault| {
            threads::write(&writer, vault, &mut witness, (&queue, &disk), &asks);
        })?];
        let (scrubber, asked) = (file::scrubber(&options.path)?, Arc::clone(&scrubbing));
        threads.push(open::thread("store-scrubber", &vault, move |_| {
            scrub::run(&scrubber, &asked);
        })?);
        let questions = Arc::new(Lanes::new(QUEUE));
        for _ in 0..READERS {
            let conn = file::reader(&options.path)?;
            let (queue, trust) = (Arc::clone(&questions), Arc::clone(&trust));
            threads.push(open::thread("store-reader", &vault, move |vault| {
                threads::read(&conn, vault, &trust, &queue);
            })?);
        }
        Ok(Self {
            path: options.path,
            commands,
            questions,
            threads,
            vault,
            audit_key,
            retention_days: options.retention_days,
            rules: options.alerts,
            watch,
            scrubbing,
            trust,
            pass: Arc::default(),
            recheck: SignedDuration::try_from(options.audit.recheck).unwrap_or(SignedDuration::from_hours(24)),
            has_place,
            room,
            budgets: options.budgets,
            _lock: opened.lock,
        })
    }

    /// Accepts that the store is older than its checkpoint at the second place. Records this with the reason in the
    /// audit log, replays the withdrawals that the store lacks, and makes the store open again. `None` if there is
    /// nothing to accept.
    ///
    /// # Errors
    /// [`OpenError`], with the action to take.
    pub fn accept_rollback(
        options: SqliteOptions,
        reason: &str,
        now: Timestamp,
    ) -> Result<Option<RollbackAccepted>, OpenError> {
        rollback::accept(&options, reason, now)
    }

    /// Accepts the journal at the second place as it is. Renames the damaged journal, replays its readable entries, and
    /// begins a new journal with these entries and the store's own. `None` if the journal has no fault.
    ///
    /// # Errors
    /// [`OpenError`], with the action to take.
    pub fn accept_journal(
        options: SqliteOptions,
        reason: &str,
        now: Timestamp,
    ) -> Result<Option<JournalAccepted>, OpenError> {
        mend::accept_journal(&options, reason, now)
    }

    /// Makes a new key for the audit log, if the old key is lost or exposed. First compares the store with everything
    /// that the old key signed, as far as that is possible. With `without_journal`, a fault of the journal does not
    /// stop this.
    ///
    /// # Errors
    /// [`OpenError`], with the action to take.
    pub fn new_audit_key(
        options: SqliteOptions,
        reason: &str,
        without_journal: bool,
        now: Timestamp,
    ) -> Result<KeyRenewed, OpenError> {
        mend::new_key(&options, reason, without_journal, now)
    }

    /// Accepts that the store differs from what the hub wrote. Records the differences in the audit log, withdraws
    /// consents that differ from the registered ones, and lets the hub continue. `None` if nothing differs.
    ///
    /// # Errors
    /// [`OpenError`], with the action to take.
    pub fn accept_mismatch(
        options: SqliteOptions,
        reason: &str,
        now: Timestamp,
    ) -> Result<Option<MismatchAccepted>, OpenError> {
        mismatch::accept(&options, reason, now)
    }

    /// Runs a command in one of the writer's next transactions, and waits for the commit.
    pub(crate) async fn write<T: Send + 'static>(
        &self,
        work: impl Fn(&Tx<'_>) -> Result<T, Fault> + Send + 'static,
    ) -> Result<T, StoreError> {
        self.queue(Rank::Usual, (0, Kept::No), work).await
    }

    /// Runs a command that is allowed when the disk is full, because it makes room or ends something.
    pub(crate) async fn write_always<T: Send + 'static>(
        &self,
        work: impl Fn(&Tx<'_>) -> Result<T, Fault> + Send + 'static,
    ) -> Result<T, StoreError> {
        self.queue(Rank::Usual, (0, Kept::Yes), work).await
    }

    /// Runs a command that is allowed when the disk is full, and that must not wait behind messages.
    pub(crate) async fn write_first<T: Send + 'static>(
        &self,
        work: impl Fn(&Tx<'_>) -> Result<T, Fault> + Send + 'static,
    ) -> Result<T, StoreError> {
        self.queue(Rank::First, (0, Kept::Yes), work).await
    }

    /// Queues a command of this rank and size. `Kept` is whether the command is allowed when the disk is full.
    pub(crate) async fn queue<T: Send + 'static>(
        &self,
        rank: Rank,
        (bytes, kept): (usize, Kept),
        work: impl Fn(&Tx<'_>) -> Result<T, Fault> + Send + 'static,
    ) -> Result<T, StoreError> {
        let (command, answer) = Write::new(work, kept);
        if !self.commands.send(rank, lane(), bytes, Box::new(command)).await {
            return Err(StoreError::Away(None));
        }
        answered(answer).await
    }

    /// Runs a query on a reader, in one snapshot.
    pub(crate) async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Db<'_>) -> Result<T, Fault> + Send + 'static,
    ) -> Result<T, StoreError> {
        let (question, answer) = threads::question(work);
        let lane = lane();
        // The hub's own work has another lane than the callers.
        let rank = if lane == Lane::Hub { Rank::First } else { Rank::Usual };
        if !self.questions.send(rank, lane, 0, question).await {
            return Err(StoreError::Away(None));
        }
        answer.await.unwrap_or(Err(StoreError::Away(None)))
    }

    pub(crate) fn master(&self, key: &MasterKey) -> Result<Arc<Master>, StoreError> {
        Master::of(key).map(Arc::new).map_err(|fault| to_store_error(&fault))
    }

    pub(crate) fn person(&self, id: &NationalId) -> Person {
        Person {
            lookup: self.vault.lookup(id),
            national_id: id.clone(),
        }
    }
}

/// Returns the lane of the current caller.
fn lane() -> Lane {
    match caller() {
        Actor::Party(party) => Lane::Party(party),
        Actor::Person(account) => Lane::Person(account),
        Actor::Participant(party) => Lane::Participant(Some(party)),
        Actor::SignedParticipant => Lane::Participant(None),
        Actor::Operator => Lane::Operator,
        Actor::Hub => Lane::Hub,
    }
}

async fn answered<T>(answer: oneshot::Receiver<Result<T, StoreError>>) -> Result<T, StoreError> {
    // The thread that had the work is gone, so that the outcome is unknown.
    answer.await.unwrap_or(Err(StoreError::Unknown(None)))
}

pub(crate) fn to_store_error(fault: &Fault) -> StoreError {
    Failure::from(fault).into()
}

impl Drop for SqliteStore {
    /// Commits queued commands, closes the file and releases the lock.
    fn drop(&mut self) {
        self.commands.close();
        self.questions.close();
        self.scrubbing.close();
        for thread in self.threads.drain(..) {
            if thread.join().is_err() {
                tracing::error!("a thread of the store had died");
            }
        }
    }
}

impl std::fmt::Debug for SqliteStore {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SqliteStore")
            .field("retention_days", &self.retention_days)
            .finish_non_exhaustive()
    }
}
