//! Empties the store's log (the file `-wal`) after data was destroyed, and when the log has grown too long. This
//! happens apart from commits, so that no caller waits for a reader with an old snapshot, such as a backup or a shell.
//!
//! The table `scrub` lists destroyed data from its commit until the log was emptied, so that the work continues after a
//! restart. The thread here holds the writer's lock for some milliseconds in each try, with growing pauses between
//! tries.

use std::path::PathBuf;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bindeledd_core::ParticipantRef;
use bindeledd_core::audit::{Actor, AuditAction};
use bindeledd_engine::ports::Scrubbed;
use jiff::Timestamp;
use rusqlite::Connection;
use tokio::sync::oneshot;

use crate::audit::Detail;
use crate::conn::codec::{Key, micros};
use crate::conn::{Conn, Db, Tx, params};
use crate::fault::{Fault, damaged};

/// First and longest pause after a failed try.
const FIRST_PAUSE: Duration = Duration::from_millis(20);
const LONGEST_PAUSE: Duration = Duration::from_secs(2);
/// Length of a pause at which waiting callers learn that the work is pending.
const PATIENCE: Duration = Duration::from_millis(320);
/// Longest wait of a try for readers of the hub itself, which finish within that time. Commits wait as long.
const GRACE: Duration = Duration::from_millis(25);
/// Maximum number of pages left to write back. With more pages, a try would delay commits and fail.
const AT_MOST_LEFT: i64 = 2_000;

/// The work to do and the work done.
#[derive(Default)]
pub(crate) struct Scrubbing {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    /// Row of the table up to which the work is requested, and the row up to which it is done.
    asked: i64,
    done: i64,
    /// Whether the log has to be emptied because of its length.
    is_long: bool,
    is_closed: bool,
    pause: Duration,
    waiting: Vec<(i64, oneshot::Sender<bool>)>,
}

impl Scrubbing {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Requests the work up to a committed row.
    pub(crate) fn ask(&self, row: i64) {
        let mut state = self.state();
        state.asked = state.asked.max(row);
        self.changed.notify_all();
    }

    /// Requests the work because the log has grown long.
    pub(crate) fn is_long(&self) {
        self.state().is_long = true;
        self.changed.notify_all();
    }

    /// Returns the row up to which the work is done.
    pub(crate) fn done(&self) -> i64 {
        self.state().done
    }

    /// Closes the work queue, so that the thread ends.
    pub(crate) fn close(&self) {
        let mut state = self.state();
        state.is_closed = true;
        // Waiting callers learn that the work is pending. A row in the table keeps it for the next start.
        state.waiting.clear();
        self.changed.notify_all();
    }

    /// Waits until the work is done up to a row, or is known to be delayed.
    pub(crate) async fn wait(&self, row: i64) -> Scrubbed {
        let (told, answer) = oneshot::channel();
        {
            let mut state = self.state();
            if state.done >= row {
                return Scrubbed::Done;
            }
            state.asked = state.asked.max(row);
            state.waiting.push((row, told));
            self.changed.notify_all();
        }
        match answer.await {
            Ok(true) => Scrubbed::Done,
            Ok(false) | Err(_) => Scrubbed::Pending,
        }
    }

    /// Waits for work. Returns the row up to which the work is requested; `None` once the store is closed.
    fn next(&self) -> Option<i64> {
        let mut state = self.state();
        loop {
            if state.is_closed {
                return None;
            }
            if state.asked > state.done || state.is_long {
                return Some(state.asked);
            }
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn succeeded(&self, row: i64) {
        let mut state = self.state();
        state.done = state.done.max(row);
        (state.is_long, state.pause) = (false, Duration::ZERO);
        let (done, waiting) = std::mem::take(&mut state.waiting)
            .into_iter()
            .partition::<Vec<_>, _>(|(asked, _)| *asked <= row);
        state.waiting = waiting;
        for (_, told) in done {
            // The caller may no longer be waiting.
            let _ = told.send(true);
        }
    }

    /// Pauses, longer each time. A new request ends the pause. Its caller may learn at once that the work is pending.
    fn failed(&self) {
        let mut state = self.state();
        state.pause = (state.pause * 2).clamp(FIRST_PAUSE, LONGEST_PAUSE);
        if state.pause >= PATIENCE {
            for (_, told) in state.waiting.drain(..) {
                let _ = told.send(false);
            }
        }
        let pause = state.pause;
        let asked = state.waiting.len();
        let goes_on = |state: &mut State| !state.is_closed && state.waiting.len() <= asked;
        drop(
            self.changed
                .wait_timeout_while(state, pause, goes_on)
                .unwrap_or_else(PoisonError::into_inner),
        );
    }
}

/// Empties the log until no work is left, and then waits for more. Ends when the store is closed.
pub(crate) fn run(conn: &Connection, scrubbing: &Scrubbing) {
    while let Some(row) = scrubbing.next() {
        match empty(conn) {
            Ok(true) => scrubbing.succeeded(row),
            Ok(false) => scrubbing.failed(),
            Err(error) => {
                tracing::error!(%error, "the store's log could not be emptied; it is tried again");
                scrubbing.failed();
            }
        }
    }
}

/// Tries once to empty the log. The first step writes pages back without delaying any commit. Only the second step
/// makes commits wait, for some milliseconds.
fn empty(conn: &Connection) -> rusqlite::Result<bool> {
    conn.busy_timeout(GRACE)?;
    let pages = |row: &rusqlite::Row<'_>| Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?, row.get::<_, i64>(2)?));
    let (_, log, written) = conn.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], pages)?;
    if log - written > AT_MOST_LEFT {
        return Ok(false);
    }
    let (is_busy, ..) = conn.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], pages)?;
    Ok(is_busy == 0)
}

/// Prepares the removal of a participant's destroyed data from the disk: pages that this transaction frees from here on
/// are zeroed. After the commit the log is emptied; a row in the table keeps that work until then.
pub(crate) fn begin(tx: &Tx<'_>, participant: ParticipantRef, now: Timestamp) -> Result<(), Fault> {
    tx.zero_what_is_freed()?;
    let sql = "INSERT INTO scrub (participant, since) VALUES (?1, ?2) RETURNING id";
    let row: Option<i64> = tx.one(sql, params![participant.key(), micros(now)], |row| row.get(0))?;
    tx.scrub_up_to(row.ok_or_else(|| damaged("a row that was just written is missing"))?);
    Ok(())
}

/// Returns the newest pending row.
pub(crate) fn newest(db: &Db<'_>) -> Result<Option<i64>, Fault> {
    db.one("SELECT id FROM scrub ORDER BY id DESC LIMIT 1", [], |row| row.get(0))
}

/// Returns the time since which the oldest row is pending.
pub(crate) fn since(db: &Db<'_>) -> Result<Option<Timestamp>, Fault> {
    db.one("SELECT since FROM scrub ORDER BY id LIMIT 1", [], |row| row.time(0))
}

/// Returns whether data of a participant is pending.
pub(crate) fn of(db: &Db<'_>, participant: ParticipantRef) -> Result<Scrubbed, Fault> {
    let pending = db.any("SELECT 1 FROM scrub WHERE participant = ?1", [participant.key()])?;
    Ok(if pending { Scrubbed::Pending } else { Scrubbed::Done })
}

/// Records that the work is done up to a row.
pub(crate) fn settle(tx: &Tx<'_>, done: i64, now: Timestamp) -> Result<(), Fault> {
    let sql = "SELECT participant FROM scrub WHERE id <= ?1 ORDER BY id";
    let participants: Vec<ParticipantRef> = tx.all(sql, [done], |row| row.id(0))?;
    for participant in &participants {
        tx.audit(
            now,
            AuditAction::Scrubbed,
            &Actor::Hub,
            Detail::new().id("participant", participant),
        )?;
    }
    if !participants.is_empty() {
        tx.run("DELETE FROM scrub WHERE id <= ?1", [done])?;
    }
    Ok(())
}

/// Returns the length of the log, in bytes.
pub(crate) fn length(conn: &Conn) -> u64 {
    let mut log = std::ffi::OsString::from(conn.sqlite().path().unwrap_or_default());
    log.push("-wal");
    std::fs::metadata(PathBuf::from(log)).map_or(0, |file| file.len())
}
