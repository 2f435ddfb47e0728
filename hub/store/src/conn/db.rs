//! A connection as commands see it: reading ([`Db`]), and inside the writer's transaction ([`Tx`]).

use std::cell::{Cell, RefCell};
use std::ops::Deref;

use bindeledd_core::PartyId;
use bindeledd_core::audit::{Actor, AuditAction};
use bindeledd_core::delivery::State;
use bindeledd_tlog::Hash;
use jiff::Timestamp;

use super::connection::Conn;
use crate::audit::guard::Guard;
use crate::audit::{Detail, Head, JournalEntry, tree};
use crate::fault::Fault;
use crate::ledger::Book;
use crate::sealing::seal::Vault;

/// Reads, in one snapshot.
#[derive(Clone, Copy)]
pub(crate) struct Db<'c> {
    pub(crate) conn: &'c Conn,
    pub(crate) vault: &'c Vault,
    pub(crate) trust: &'c Trust,
    /// How many commits a reader's snapshot has at least; the writer has them all.
    pub(crate) as_of: u64,
}

/// What the hub remembers of what it wrote, to hold the store's file against.
#[derive(Default)]
pub(crate) struct Trust {
    pub(crate) guard: Guard,
    pub(crate) book: Book,
}

impl<'c> Db<'c> {
    /// As the writer has it.
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
    /// Does something in a transaction of its own, where no writer runs yet.
    pub(crate) fn in_transaction<T>(&self, work: impl FnOnce(&Tx<'_>) -> Result<T, Fault>) -> Result<T, Fault> {
        let tx = Tx::begin(*self)?;
        let done = work(&tx).and_then(|value| {
            // What it destroys leaves the log when the store runs: a row remembers it.
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

/// The writer's transaction: many commands' work, committed together.
pub(crate) struct Tx<'c> {
    db: Db<'c>,
    moving: Cell<Moving>,
    witnessed: RefCell<Vec<JournalEntry>>,
    /// How many commands rest on what was witnessed before.
    asks: Cell<usize>,
    /// The leaves of this transaction's audit rows.
    leaves: RefCell<Vec<Hash>>,
    scrub: Cell<Option<i64>>,
    /// How many audit rows there were before.
    rows_before: u64,
    /// The wrapping key that is used once this is committed.
    wrap: Cell<Option<u32>>,
    answered: RefCell<Vec<(PartyId, Timestamp)>>,
}

/// What the transaction carries from row to row and writes out once.
#[derive(Clone, Copy)]
struct Moving {
    head: Head,
    tally: [i64; State::NAMES.len()],
    /// The time, where a command is there to say it.
    now: Option<Timestamp>,
}

/// What was committed and the second place has to know.
pub(crate) struct Committed {
    pub(crate) records: Vec<JournalEntry>,
    /// Whether somebody rests on what was to be witnessed before.
    pub(crate) asks: bool,
    pub(crate) now: Option<Timestamp>,
    /// The newest row of what was destroyed and is to leave the log as well.
    pub(crate) scrub: Option<i64>,
    /// Parties that took something over, or refused it.
    pub(crate) answered: Vec<(PartyId, Timestamp)>,
}

impl<'c> Deref for Tx<'c> {
    type Target = Db<'c>;

    fn deref(&self) -> &Db<'c> {
        &self.db
    }
}

impl<'c> Tx<'c> {
    /// Begins. The chain's head is read here, inside the transaction.
    pub(crate) fn begin(db: Db<'c>) -> Result<Self, Fault> {
        db.run("BEGIN IMMEDIATE", [])?;
        let head = Head::read(&db)?;
        db.trust.guard.goes_on_from(head.seq());
        // What a transaction that came to nothing has left.
        db.trust.book.undo(0);
        let moving = Moving {
            head,
            tally: [0; State::NAMES.len()],
            now: None,
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
        })
    }

    /// Runs one command. When it fails, nothing of it is left and the others' work stays.
    pub(crate) fn apart<T>(&self, command: impl FnOnce(&Self) -> Result<T, Fault>) -> Result<T, Fault> {
        let (before, wrap) = (self.moving.get(), self.wrap.get());
        let (witnessed, asks) = (self.witnessed.borrow().len(), self.asks.get());
        let (leaves, changes) = (self.leaves.borrow().len(), self.trust.book.changes());
        let scrub = self.scrub.get();
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
                self.trust.book.undo(changes);
                // Some failures end the whole transaction; the writer looks for that.
                if self.is_in_transaction() {
                    self.run("ROLLBACK TO command", [])?;
                    self.run("RELEASE command", [])?;
                }
                Err(fault)
            }
        }
    }

    /// Commits durably. Gives what has to be written at the second place before anybody is answered.
    pub(crate) fn commit(&self) -> Result<Committed, Fault> {
        tree::grow(&self.db, self.rows_before, self.moving.get().head.seq())?;
        for (state, moved) in (0_i64..).zip(self.moving.get().tally) {
            if moved != 0 {
                self.run("UPDATE tally SET n = n + ?2 WHERE state = ?1", [state, moved])?;
            }
        }
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
        Ok(Committed {
            records: self.witnessed.take(),
            asks: self.asks.get() > 0,
            now: self.moving.get().now,
            scrub: self.scrub.get(),
            answered: self.answered.take(),
        })
    }

    /// A commit that SQLite did not begin leaves the transaction open, and the writer rolls it back: nothing was done then.
    fn commit_rows(&self) -> Result<(), Fault> {
        let committed = self.run("COMMIT", []);
        match committed {
            Err(Fault::Sql(error)) if !self.is_in_transaction() => Err(Fault::Commit(error)),
            other => other.map(|_| ()),
        }
    }

    /// A party took something over, or refused it.
    pub(crate) fn answered(&self, party: &PartyId, now: Timestamp) {
        self.answered.borrow_mut().push((party.clone(), now));
    }

    /// Has participants' keys wrapped under another key of the ring, when that is on the disk and not before.
    pub(crate) fn adopt_wrap(&self, version: u32) {
        self.wrap.set(Some(version));
    }

    /// Has a step written at the second place, before whoever asked for it is answered.
    pub(crate) fn witness(&self, record: JournalEntry) {
        self.witnessed.borrow_mut().push(record);
    }

    /// Has the log emptied up to this row once the transaction has been committed.
    pub(crate) fn scrub_up_to(&self, row: i64) {
        self.scrub.set(Some(row));
    }

    /// The newest row of what this transaction destroys.
    pub(crate) fn to_scrub(&self) -> Option<i64> {
        self.scrub.get()
    }

    /// Has whoever asked answered only when everything from before has been written there.
    pub(crate) fn ask_witness(&self) {
        self.asks.set(self.asks.get() + 1);
    }

    /// How often the second place was asked for: a command that adds to it waits for it.
    pub(crate) fn witnessed(&self) -> usize {
        self.witnessed.borrow().len() + self.asks.get()
    }

    /// Tells the time, by which checkpoints are due.
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
        self.leaves.borrow_mut().push(leaf);
        self.moving.set(moving);
        Ok(())
    }

    /// How many audit rows there are, those of this transaction included.
    pub(crate) fn audit_rows(&self) -> u64 {
        self.moving.get().head.seq()
    }

    /// Counts a delivery out of one state and into another.
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
        self.moving.set(moving);
    }

    /// A new UUIDv7.
    pub(crate) fn new_id<T: super::codec::Key>(&self, now: Timestamp) -> T {
        let ms = u64::try_from(now.as_millisecond()).unwrap_or(0);
        let id = self.vault.uuid_v7(ms);
        T::of(id.into_bytes())
    }
}
