//! The second place: files outside the data folder, so that restoring a backup of the data does not restore these
//! files as well.
//!
//! The second place holds the newest checkpoint and the journal of steps that must never be undone: withdrawals,
//! address protection and erasures, with pseudonyms only. Both are on disk before such a step is answered. The journal
//! is written first; then the checkpoint signs the journal's length and content. After a stop in between, the journal
//! is longer than the signed part, and never shorter.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use bindeledd_files::Access;
use bindeledd_tlog::{Checkpoint, SigningKey, VerifyingKey};
use jiff::{SignedDuration, Timestamp};
use ring::hmac;

use super::journal::{Journal, JournalEntry, Signed};
use super::rows::Head;
use super::tree;
use crate::conn::Conn;
use crate::fault::{Failure, Fault, JournalFault, OpenError, Rollback};

/// The result of comparing an opened store with the second place.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Standing {
    /// Difference of the log from the witnessed one.
    pub(crate) rollback: Option<Rollback>,
    /// Difference of the journal from the signed one.
    pub(crate) journal: Option<JournalFault>,
    /// Number of journal lines that the checkpoint signed; `None` for a checkpoint of an older hub.
    pub(crate) signed: Option<u64>,
    /// Whether the checkpoint comes from such an older hub, so that the journal is accepted unsigned this once.
    pub(crate) adopts: bool,
    /// Whether the store remembers that another key signs its log.
    pub(crate) is_other_key: bool,
}

/// The second place of an open store.
pub(crate) struct SecondPlace {
    checkpoint: PathBuf,
    pub(crate) journal: Journal,
    every: SignedDuration,
    /// Log size and part of the journal that the newest checkpoint at the second place signed.
    signed: Option<(u64, Signed)>,
    at: Option<Timestamp>,
    /// Journal entries that could not be written yet.
    pending: Vec<JournalEntry>,
}

impl SecondPlace {
    /// Opens the second place and reads it.
    pub(crate) fn open(checkpoint: &Path, key: hmac::Key, every: Duration) -> Result<Self, OpenError> {
        let unreachable = |error| OpenError::Unreachable(checkpoint.to_owned(), error);
        if let Some(dir) = checkpoint.parent().filter(|dir| !dir.as_os_str().is_empty()) {
            bindeledd_files::folder(dir, Access::Private).map_err(unreachable)?;
        }
        Ok(Self {
            checkpoint: checkpoint.to_owned(),
            journal: Journal::open(beside(checkpoint, ".withdrawals"), key)?,
            every: SignedDuration::try_from(every).unwrap_or(SignedDuration::from_secs(10)),
            signed: None,
            at: None,
            pending: Vec::new(),
        })
    }

    /// Returns every entry in the journal, oldest first.
    pub(crate) fn records(&self) -> &[JournalEntry] {
        self.journal.records()
    }

    /// Compares the log and the journal with the witnessed ones.
    pub(crate) fn compare(&mut self, conn: &Conn, key: &VerifyingKey) -> Result<Standing, OpenError> {
        let Some(note) = self.note()? else {
            let witnessed = conn.any("SELECT 1 FROM meta WHERE name = 'audit.witnessed'", [])?;
            return Ok(Standing {
                rollback: witnessed.then_some(Rollback::Missing),
                journal: self.journal.fault(None)?,
                ..Standing::default()
            });
        };
        let Ok((witnessed, more)) = Checkpoint::open_with(&note, key) else {
            return Ok(Standing {
                rollback: Some(Rollback::OtherKey),
                journal: self.journal.fault(None)?,
                ..Standing::default()
            });
        };
        let signed = more.into_iter().find_map(Signed::parse);
        let mut journal = self.journal.fault(signed.as_ref())?;
        // A checkpoint without the journal's line may come from this hub too, since readers of the log get such
        // checkpoints. It is accepted only if the store has never signed a journal.
        let was_signed = conn.any("SELECT 1 FROM meta WHERE name = 'audit.journal'", [])?;
        if signed.is_none() && was_signed {
            journal = Some(JournalFault::Unsigned);
        }
        let rollback = differs(conn, &witnessed)?;
        let standing = Standing {
            adopts: signed.is_none() && !was_signed && rollback.is_none(),
            signed: signed.as_ref().map(|signed| signed.lines),
            is_other_key: false,
            rollback,
            journal,
        };
        if standing.rollback.is_none() {
            self.signed = signed.map(|signed| (witnessed.size, signed));
        }
        Ok(standing)
    }

    /// Returns the checkpoint at the second place.
    pub(crate) fn note(&self) -> Result<Option<String>, OpenError> {
        match fs::read_to_string(&self.checkpoint) {
            Ok(note) => Ok(Some(note)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) if error.kind() == io::ErrorKind::InvalidData => Ok(Some(String::new())),
            Err(error) => Err(OpenError::Unreachable(self.checkpoint.clone(), error)),
        }
    }

    /// Returns the time at which the checkpoint was written, by the clock of its disk; `None` if there is none.
    pub(crate) fn written_at(&self) -> Option<Timestamp> {
        let modified = fs::metadata(&self.checkpoint).ok()?.modified().ok()?;
        Timestamp::try_from(modified).ok()
    }

    /// Renames the checkpoint instead of replacing it, since it documents the earlier log.
    pub(crate) fn set_aside(&self, log: u64) -> Result<(), OpenError> {
        let name = beside(&self.checkpoint, &format!(".before-{log}"));
        let copied =
            fs::read(&self.checkpoint).and_then(|note| bindeledd_files::replace(&name, &note, Access::Private));
        match copied {
            Ok(()) => Ok(()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            Err(error) => Err(OpenError::Unreachable(self.checkpoint.clone(), error)),
        }
    }

    /// Starts a journal with these entries only, and renames the old journal.
    pub(crate) fn new_journal(&mut self, records: Vec<JournalEntry>, log: u64) -> Result<(), OpenError> {
        let aside = beside(self.journal.path(), &format!(".before-{log}"));
        let made = self.journal.make_anew(records, &aside);
        made.map_err(|error| OpenError::Unreachable(self.journal.path().to_owned(), error))
    }

    /// Takes journal entries to write. They stay pending until they are on disk.
    pub(crate) fn hold(&mut self, records: Vec<JournalEntry>) {
        self.pending.extend(records);
    }

    /// Writes the pending entries and the newest checkpoint, and waits until both are on disk.
    pub(crate) fn witness(&mut self, conn: &Conn, key: &SigningKey) -> Result<(), Failure> {
        let unwritable =
            |error: io::Error| Failure::Away(format!("the second checkpoint place can not be written: {error}"));
        self.journal.append(&self.pending).map_err(unwritable)?;
        self.pending.clear();
        fail_point!("second-place-between", |_| Err(Failure::Away(
            "a test stopped it".into()
        )));
        let checkpoint = tree::newest(conn, key).map_err(|fault| Failure::from(&fault))?;
        let state = (checkpoint.size, self.journal.signed());
        if self.signed.as_ref() != Some(&state) {
            let note = checkpoint.sign_with(&state.1.line(), key);
            bindeledd_files::replace(&self.checkpoint, note.as_bytes(), Access::Private).map_err(unwritable)?;
            self.signed = Some(state);
        }
        Ok(())
    }

    /// Writes the pending entries to the journal alone. Used if the log differs from the written one, since no
    /// checkpoint may sign such a log.
    pub(crate) fn keep(&mut self) -> Result<(), Failure> {
        let unwritable =
            |error: io::Error| Failure::Away(format!("the second checkpoint place can not be written: {error}"));
        self.journal.append(&self.pending).map_err(unwritable)?;
        self.pending.clear();
        Ok(())
    }

    /// Returns whether a checkpoint is due although no caller waits for it.
    pub(crate) fn is_due(&mut self, now: Timestamp) -> bool {
        let due = self.at.is_none_or(|at| now.duration_since(at) >= self.every);
        if due {
            self.at = Some(now);
        }
        due
    }
}

/// Returns the difference between a log and a checkpoint of it.
pub(crate) fn differs(conn: &Conn, witnessed: &Checkpoint) -> Result<Option<Rollback>, OpenError> {
    let (log, size) = (Head::read(conn)?.seq(), witnessed.size);
    if log < size {
        return Ok(Some(Rollback::Behind { log, witnessed: size }));
    }
    let is_same = tree::root_of(conn, size)? == witnessed.root;
    Ok((!is_same).then_some(Rollback::Forked { witnessed: size }))
}

fn beside(path: &Path, more: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(more);
    name.into()
}

/// Records that the second place has been written. The hub then notices if it is missing.
pub(crate) fn remember(conn: &Conn) -> Result<(), Fault> {
    let sql = "INSERT INTO meta (name, value) VALUES ('audit.witnessed', ?1) ON CONFLICT DO NOTHING";
    conn.run(sql, [[1_u8]]).map(|_| ())
}

/// Records that checkpoints at the second place sign the journal from now on.
pub(crate) fn remember_signed(conn: &Conn) -> Result<(), Fault> {
    let sql = "INSERT INTO meta (name, value) VALUES ('audit.journal', ?1) ON CONFLICT DO NOTHING";
    conn.run(sql, [[1_u8]]).map(|_| ())
}
