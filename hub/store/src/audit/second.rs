//! The second place: outside the data folder, so that a restored backup does not bring it back as well.
//!
//! It has the newest checkpoint, and beside it a journal of what may never come undone: withdrawals, address
//! protection, erasures, by pseudonyms. Both are on the disk before such a step is answered. A journal's line is JSON and an HMAC over it and the line
//! before, so that none can be made up, changed or taken out of the middle.

use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use bindeledd_files::Access;
use bindeledd_tlog::{Checkpoint, SigningKey};
use jiff::{SignedDuration, Timestamp};
use ring::hmac;
use rusqlite::Connection;
use serde::{Deserialize, Serialize};

use super::{Head, tree};
use crate::db::Db;
use crate::fault::{Failure, Fault, OpenError};

/// How the log differs from what was witnessed at the second place.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Rollback {
    /// It is shorter.
    #[error(
        "the audit log has {log} entries, and {witnessed} were witnessed at the second place: the store is an older one \
         than the hub last ran with"
    )]
    Behind {
        /// How many it has.
        log: u64,
        /// How many were witnessed.
        witnessed: u64,
    },
    /// What was witnessed is not what it has.
    #[error("the audit log's first {witnessed} entries are not those that were witnessed at the second place")]
    Forked {
        /// How many were witnessed.
        witnessed: u64,
    },
    /// Nothing is there, and something was.
    #[error("the second place has no checkpoint, and this log has written one before")]
    Missing,
    /// Another key signed what is there.
    #[error("the checkpoint at the second place is not signed by this log's key")]
    OtherKey,
}

/// One step that may never come undone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Record {
    /// When, in microseconds since 1970.
    pub(crate) at: i64,
    /// Whose, by their pseudonym.
    pub(crate) participant: String,
    pub(crate) word: Word,
}

/// What the step was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Word {
    /// Withdrawals, as they stand in their table; of a whole consent where one is named.
    Withdrawn { consent: Option<String>, said: Vec<Said> },
    /// Address protection was set, or lifted.
    Protected(bool),
    /// Everything about them was erased, and their key destroyed.
    Erased,
    /// What was known under another pseudonym is theirs.
    Joined { from: String },
}

/// One withdrawal. What it leaves open is anything.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) struct Said {
    pub(crate) party: Option<String>,
    pub(crate) from: Option<String>,
    pub(crate) to: Option<String>,
    pub(crate) purpose: Option<String>,
    pub(crate) categories: u8,
    pub(crate) given_until: i64,
    /// Whether it ends everything that was registered before it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) all_registered: bool,
    /// Of whose registrations it ends something; none for everybody's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) registrar: Option<String>,
}

/// The second place of an open store.
pub(crate) struct SecondPlace {
    checkpoint: PathBuf,
    journal: Journal,
    every: SignedDuration,
    /// The size of the newest checkpoint there, and when it was written.
    size: Option<u64>,
    at: Option<Timestamp>,
    /// What could not be written yet.
    pending: Vec<Record>,
}

impl SecondPlace {
    /// Reads what is there.
    pub(crate) fn open(checkpoint: &Path, key: hmac::Key, every: Duration) -> Result<Self, OpenError> {
        let unreachable = |error| OpenError::Unreachable(checkpoint.to_owned(), error);
        if let Some(dir) = checkpoint.parent().filter(|dir| !dir.as_os_str().is_empty()) {
            bindeledd_files::folder(dir, Access::Private).map_err(unreachable)?;
        }
        let mut name = checkpoint.as_os_str().to_owned();
        name.push(".withdrawals");
        Ok(Self {
            checkpoint: checkpoint.to_owned(),
            journal: Journal::open(PathBuf::from(name), key)?,
            every: SignedDuration::try_from(every).unwrap_or(SignedDuration::from_secs(10)),
            size: None,
            at: None,
            pending: Vec::new(),
        })
    }

    /// Every step in the journal, oldest first.
    pub(crate) fn records(&self) -> &[Record] {
        &self.journal.records
    }

    /// Holds the log against what was witnessed.
    pub(crate) fn compare(&mut self, db: &Db<'_>, key: &SigningKey) -> Result<Option<Rollback>, OpenError> {
        let note = match fs::read_to_string(&self.checkpoint) {
            Ok(note) => note,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let witnessed = db.any("SELECT 1 FROM meta WHERE name = 'audit.witnessed'", [])?;
                return Ok(witnessed.then_some(Rollback::Missing));
            }
            Err(error) => return Err(OpenError::Unreachable(self.checkpoint.clone(), error)),
        };
        let Ok(witnessed) = Checkpoint::open(&note, key.verifying_key()) else {
            return Ok(Some(Rollback::OtherKey));
        };
        let log = Head::read(db)?.seq();
        if log < witnessed.size {
            let witnessed = witnessed.size;
            return Ok(Some(Rollback::Behind { log, witnessed }));
        }
        if tree::root_of(db.conn, witnessed.size)? != witnessed.root {
            let witnessed = witnessed.size;
            return Ok(Some(Rollback::Forked { witnessed }));
        }
        self.size = Some(witnessed.size);
        Ok(None)
    }

    /// Keeps what is there under another name, since it says what the log was before.
    pub(crate) fn set_aside(&self, log: u64) -> Result<(), OpenError> {
        let mut name = self.checkpoint.as_os_str().to_owned();
        name.push(format!(".before-{log}"));
        let copied = fs::read(&self.checkpoint)
            .and_then(|note| bindeledd_files::replace(Path::new(&name), &note, Access::Private));
        match copied {
            Ok(()) => Ok(()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            Err(error) => Err(OpenError::Unreachable(self.checkpoint.clone(), error)),
        }
    }

    /// Writes steps and the newest checkpoint, and waits until both are on the disk.
    pub(crate) fn witness(&mut self, conn: &Connection, key: &SigningKey, records: Vec<Record>) -> Result<(), Failure> {
        self.pending.extend(records);
        let told = |error: io::Error| Failure::Away(format!("the second checkpoint place can not be written: {error}"));
        self.journal.append(&self.pending).map_err(told)?;
        self.pending.clear();
        let (checkpoint, note) = tree::checkpoint(conn, key).map_err(|fault| Failure::from(&fault))?;
        if self.size != Some(checkpoint.size) {
            bindeledd_files::replace(&self.checkpoint, note.as_bytes(), Access::Private).map_err(told)?;
            self.size = Some(checkpoint.size);
        }
        Ok(())
    }

    /// Writes steps into the journal alone, where the log is not what was written: no checkpoint vouches for that.
    pub(crate) fn keep(&mut self, records: Vec<Record>) -> Result<(), Failure> {
        self.pending.extend(records);
        let told = |error: io::Error| Failure::Away(format!("the second checkpoint place can not be written: {error}"));
        self.journal.append(&self.pending).map_err(told)?;
        self.pending.clear();
        Ok(())
    }

    /// Whether a checkpoint is due that nobody waits for.
    pub(crate) fn is_due(&mut self, now: Timestamp) -> bool {
        let due = self.at.is_none_or(|at| now.duration_since(at) >= self.every);
        if due {
            self.at = Some(now);
        }
        due
    }
}

/// The journal's file, and what is in it.
struct Journal {
    path: PathBuf,
    key: hmac::Key,
    records: Vec<Record>,
    /// The newest line's HMAC, and where that line ends.
    end: ([u8; 32], u64),
}

impl Journal {
    fn open(path: PathBuf, key: hmac::Key) -> Result<Self, OpenError> {
        let text = match fs::read(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
            Err(error) => return Err(OpenError::Unreachable(path, error)),
        };
        let mut journal = Self {
            path,
            key,
            records: Vec::new(),
            end: ([0; 32], 0),
        };
        for (number, line) in (1..).zip(text.split_inclusive(|byte| *byte == b'\n')) {
            // A last line without an end was being written when the hub was stopped; nobody was answered for it.
            let Some(line) = line.strip_suffix(b"\n") else { break };
            let (record, tag) = journal.read(line).ok_or_else(|| {
                let what = format!("line {number} of the journal at the second place is not as the hub wrote it");
                OpenError::Damaged(what)
            })?;
            journal.records.push(record);
            journal.end = (tag, journal.end.1 + line.len() as u64 + 1);
        }
        Ok(journal)
    }

    fn read(&self, line: &[u8]) -> Option<(Record, [u8; 32])> {
        let line = std::str::from_utf8(line).ok()?;
        let (json, tag) = line.rsplit_once(' ')?;
        let expected = self.tag(&self.end.0, json);
        (hexadecimal(&expected) == tag).then_some(())?;
        Some((serde_json::from_str(json).ok()?, expected))
    }

    fn tag(&self, before: &[u8; 32], json: &str) -> [u8; 32] {
        let mut context = hmac::Context::with_key(&self.key);
        context.update(before);
        context.update(json.as_bytes());
        let mut tag = [0; 32];
        tag.copy_from_slice(context.sign().as_ref());
        tag
    }

    fn append(&mut self, records: &[Record]) -> io::Result<()> {
        if records.is_empty() {
            return Ok(());
        }
        let mut tag = self.end.0;
        let mut lines = String::new();
        for record in records {
            let json = serde_json::to_string(record).map_err(io::Error::other)?;
            tag = self.tag(&tag, &json);
            lines.push_str(&format!("{json} {}\n", hexadecimal(&tag)));
        }
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(false);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(&self.path)?;
        // What an attempt that failed has left behind the last whole line goes first.
        file.set_len(self.end.1)?;
        io::Seek::seek(&mut file, io::SeekFrom::Start(self.end.1))?;
        file.write_all(lines.as_bytes())?;
        file.sync_all()?;
        if self.end.1 == 0 {
            bindeledd_files::sync_folder_of(&self.path)?;
        }
        self.end = (tag, self.end.1 + lines.len() as u64);
        Ok(())
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Remembers that the second place has been written, so that its absence is noticed.
pub(crate) fn remember(db: &Db<'_>) -> Result<(), Fault> {
    let sql = "INSERT INTO meta (name, value) VALUES ('audit.witnessed', x'01') ON CONFLICT DO NOTHING";
    db.run(sql, []).map(|_| ())
}
