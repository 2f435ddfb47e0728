//! The two connections of the store's commands: [`Db`] reads, and [`Tx`] is inside the writer's transaction.

use std::cell::{Cell, RefCell};
use std::ops::Deref;
use std::sync::Arc;

use bindeledd_core::PartyId;
use bindeledd_core::audit::{Actor, AuditAction};
use bindeledd_core::delivery::State;
use bindeledd_engine::ports::{Feed, Subject, Subjects};
use bindeledd_tlog::Hash;
use jiff::Timestamp;

use super::connection::Conn;
use crate::audit::guard::Guard;
use crate::audit::{Detail, Head, JournalEntry, tree};
use crate::commands::flow;
use crate::fault::Fault;
use crate::ledger::Book;
use crate::sealing::seal::Vault;

/// A reading connection, in one snapshot.
#[derive(Clone, Copy)]
pub(crate) struct Db<'c> {
    pub(crate) conn: &'c Conn,
    pub(crate) vault: &'c Vault,
    pub(crate) trust: &'c Trust,
    /// Number of commits that the snapshot of a reader holds at least. The writer has every commit.
    pub(crate) as_of: u64,
}

/// The hub's memory of its own writes, which the store's file is compared with, and the feed that tells of them.
#[derive(Default)]
pub(crate) struct Trust {
    pub(crate) guard: Guard,
    pub(crate) book: Book,
    pub(crate) feed: Arc<Feed>,
}

impl<'c> Db<'c> {
    /// Makes the connection of the writer.
    pub(crate) const fn of_writer(conn: &'c Conn, vault: &'c Vault, trust: &'c Trust) -> Self {
        Self {
            conn,
            vault,
            trust,
            as_of: u64::MAX,
        }
    }
}

impl Db<'_> {
    /// Runs work in a transaction of its own. Used while no writer runs yet.
    pub(crate) fn in_transaction<T>(&self, work: impl FnOnce(&Tx<'_>) -> Result<T, Fault>) -> Result<T, Fault> {
        let tx = Tx::begin(*self)?;
        let done = work(&tx).and_then(|value| {
            // Destroyed data leaves the log once the store runs. A row keeps that work for then.
            tx.commit()?;
            Ok(value)
        });
        if done.is_err() && self.is_in_transaction() {
            self.run("ROLLBACK", [])?;
        }
        done
    }
}

impl Deref for Db<'_> {
    type Target = Conn;

    fn deref(&self) -> &Conn {
        self.conn
    }
}

/// The writer's transaction: the work of many commands, committed together.
pub(crate) struct Tx<'c> {
    db: Db<'c>,
    moving: Cell<Moving>,
    witnessed: RefCell<Vec<JournalEntry>>,
    /// Number of commands that wait for entries which earlier commands sent to the second place.
    asks: Cell<usize>,
    /// Leaves of this transaction's audit rows.
    leaves: RefCell<Vec<Hash>>,
    scrub: Cell<Option<i64>>,
    /// Number of audit rows before this transaction.
    rows_before: u64,
    /// Version of the wrapping key that becomes current with the commit.
    wrap: Cell<Option<u32>>,
    answered: RefCell<Vec<(PartyId, Timestamp)>>,
    /// Parties that a listener may want to know of.
    touched: RefCell<Vec<PartyId>>,
    /// Figures of the flow.
    flows: RefCell<Vec<flow::Counted>>,
}

/// The values that change with each row, and are written once per commit.
#[derive(Clone, Copy)]
struct Moving {
    head: Head,
    tally: [i64; State::NAMES.len()],
    /// Time of the newest command; `None` until a command has set it.
    now: Option<Timestamp>,
    /// Subjects of the feed that change.
    subjects: Subjects,
}

/// The part of a commit that the second place and other threads need.
pub(crate) struct Committed {
    pub(crate) records: Vec<JournalEntry>,
    /// Whether a caller waits for entries of earlier commands at the second place.
    pub(crate) asks: bool,
    pub(crate) now: Option<Timestamp>,
    /// Newest row about destroyed data that also has to leave the log.
    pub(crate) scrub: Option<i64>,
    /// Parties that accepted or refused something.
    pub(crate) answered: Vec<(PartyId, Timestamp)>,
}

impl<'c> Deref for Tx<'c> {
    type Target = Db<'c>;

    fn deref(&self) -> &Db<'c> {
        &self.db
    }
}

impl<'c> Tx<'c> {
    /// Begins a transaction, and reads the head of the audit log inside it.
    pub(crate) fn begin(db: Db<'c>) -> Result<Self, Fault> {
        db.run("BEGIN IMMEDIATE", [])?;
        let head = Head::read(&db)?;
        db.trust.guard.goes_on_from(head.seq());
        // The previous transaction may have failed. This undoes its changes of the book in memory.
        db.trust.book.undo(0);
        let moving = Moving {
            head,
            tally: [0; State::NAMES.len()],
            now: None,
            subjects: Subjects::default(),
        };
        Ok(Self {
            db,
            moving: Cell::new(moving),
            witnessed: RefCell::default(),
            asks: Cell::new(0),
            leaves: RefCell::default(),
            scrub: Cell::new(None),
            rows_before: head.seq(),
            wrap: Cell::new(None),
            answered: RefCell::default(),
            touched: RefCell::default(),
            flows: RefCell::default(),
        })
    }

    /// Runs one command in a savepoint. If the command fails, its changes are undone, and the work of the others
    /// remains.
    pub(crate) fn apart<T>(&self, command: impl FnOnce(&Self) -> Result<T, Fault>) -> Result<T, Fault> {
        let (before, wrap) = (self.moving.get(), self.wrap.get());
        let (witnessed, asks) = (self.witnessed.borrow().len(), self.asks.get());
        let (leaves, changes) = (self.leaves.borrow().len(), self.trust.book.changes());
        let (scrub, flows) = (self.scrub.get(), self.flows.borrow().len());
        self.run("SAVEPOINT command", [])?;
        match command(self) {
            Ok(value) => {
                self.run("RELEASE command", [])?;
                Ok(value)
            }
            Err(fault) => {
                self.moving.set(before);
                self.wrap.set(wrap);
                self.scrub.set(scrub);
                self.witnessed.borrow_mut().truncate(witnessed);
                self.asks.set(asks);
                self.leaves.borrow_mut().truncate(leaves);
                self.flows.borrow_mut().truncate(flows);
                self.trust.book.undo(changes);
                // Some failures end the whole transaction; the writer checks for that.
                if self.is_in_transaction() {
                    self.run("ROLLBACK TO command", [])?;
                    self.run("RELEASE command", [])?;
                }
                Err(fault)
            }
        }
    }

    /// Commits durably. Returns the part that the second place needs before any caller is answered.
    pub(crate) fn commit(&self) -> Result<Committed, Fault> {
        tree::grow(&self.db, self.rows_before, self.moving.get().head.seq())?;
        for (state, moved) in (0_i64..).zip(self.moving.get().tally) {
            if moved != 0 {
                self.run("UPDATE tally SET n = n + ?2 WHERE state = ?1", [state, moved])?;
            }
        }
        flow::add(&self.db, &self.flows.borrow())?;
        fail_point!("store-before-commit", |_| Err(Fault::Damaged(
            "a test stopped the commit".into()
        )));
        fail_point!("store-during-commit", |_| Err(Fault::Commit(
            super::error::DatabaseError::broken_off()
        )));
        self.commit_rows()?;
        self.trust.guard.grow(&self.leaves.take());
        self.trust.book.committed();
        if let Some(version) = self.wrap.take() {
            self.vault.use_wrap(version);
        }
        fail_point!("store-after-commit");
        self.trust.feed.changed(self.moving.get().subjects, self.touched.take());
        Ok(Committed {
            records: self.witnessed.take(),
            asks: self.asks.get() > 0,
            now: self.moving.get().now,
            scrub: self.scrub.get(),
            answered: self.answered.take(),
        })
    }

    /// Commits the rows. If SQLite did not begin the commit, the transaction stays open; the writer then rolls it back,
    /// so that nothing was done.
    fn commit_rows(&self) -> Result<(), Fault> {
        let committed = self.run("COMMIT", []);
        match committed {
            Err(Fault::Sql(error)) if !self.is_in_transaction() => Err(Fault::Commit(error)),
            other => other.map(|_| ()),
        }
    }

    /// Adds figures of the flow, which are written once per commit.
    pub(crate) fn flow(&self, counted: flow::Counted) {
        self.flows.borrow_mut().push(counted);
    }

    /// Records that something of a party changes.
    pub(crate) fn touch(&self, party: &PartyId) {
        if self.trust.feed.is_heard() {
            self.touched.borrow_mut().push(party.clone());
        }
    }

    /// Records that a party accepted or refused something.
    pub(crate) fn answered(&self, party: &PartyId, now: Timestamp) {
        self.answered.borrow_mut().push((party.clone(), now));
    }

    /// Makes another wrapping key of the ring current for participants' keys, once the commit is on disk.
    pub(crate) fn adopt_wrap(&self, version: u32) {
        self.wrap.set(Some(version));
    }

    /// Adds a journal entry, which is written at the second place before its caller is answered.
    pub(crate) fn witness(&self, record: JournalEntry) {
        self.witnessed.borrow_mut().push(record);
    }

    /// Requests that the store's log is emptied up to this row after the commit.
    pub(crate) fn scrub_up_to(&self, row: i64) {
        self.scrub.set(Some(row));
    }

    /// Returns the newest row about data that this transaction destroys.
    pub(crate) fn to_scrub(&self) -> Option<i64> {
        self.scrub.get()
    }

    /// Makes the caller wait until every earlier entry is at the second place.
    pub(crate) fn ask_witness(&self) {
        self.asks.set(self.asks.get() + 1);
    }

    /// Returns the number of requests to the second place. A command that adds a request waits for the second place.
    pub(crate) fn witnessed(&self) -> usize {
        self.witnessed.borrow().len() + self.asks.get()
    }

    /// Sets the time of the transaction, which decides whether a checkpoint is due.
    pub(crate) fn tell_time(&self, now: Timestamp) {
        self.moving.set(Moving {
            now: Some(now),
            ..self.moving.get()
        });
    }

    /// Writes an audit row.
    pub(crate) fn audit(
        &self,
        now: Timestamp,
        action: AuditAction,
        actor: &Actor,
        detail: Detail,
    ) -> Result<(), Fault> {
        self.audit_json(now, action, actor, &detail.done())
    }

    /// Writes an audit row whose detail is JSON already.
    pub(crate) fn audit_json(
        &self,
        now: Timestamp,
        action: AuditAction,
        actor: &Actor,
        detail: &str,
    ) -> Result<(), Fault> {
        let mut moving = self.moving.get();
        let (head, leaf) = moving.head.append(&self.db, now, action, actor, detail)?;
        moving.head = head;
        moving.subjects = moving.subjects.with(Subjects::of(action));
        self.leaves.borrow_mut().push(leaf);
        self.moving.set(moving);
        Ok(())
    }

    /// Returns the number of audit rows, including those of this transaction.
    pub(crate) fn audit_rows(&self) -> u64 {
        self.moving.get().head.seq()
    }

    /// Updates the counts of deliveries by state: one less in `from`, one more in `to`.
    pub(crate) fn count(&self, from: Option<i64>, to: i64) {
        let mut moving = self.moving.get();
        let mut add = |state: i64, n: i64| {
            if let Some(count) = usize::try_from(state).ok().and_then(|s| moving.tally.get_mut(s)) {
                *count += n;
            }
        };
        if let Some(from) = from {
            add(from, -1);
        }
        add(to, 1);
        moving.subjects = moving.subjects.and(Subject::Messages);
        self.moving.set(moving);
    }

    /// Makes a new UUIDv7.
    pub(crate) fn new_id<T: super::codec::Key>(&self, now: Timestamp) -> T {
        let ms = u64::try_from(now.as_millisecond()).unwrap_or(0);
        let id = self.vault.uuid_v7(ms);
        T::of(id.into_bytes())
    }
}
