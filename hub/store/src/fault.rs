//! Failures inside the store, and the part of each that callers see.

use std::fmt;
use std::path::{Path, PathBuf};

use bindeledd_engine::ports::StoreError;
use bindeledd_texts::cause::Kept;
use bindeledd_texts::{Opening, Said};

use crate::conn::{DatabaseError, DatabaseErrorKind};

/// Reason why a store could not be opened. `Display` is the English text.
#[derive(Debug)]
pub enum OpenError {
    /// Another hub has the store open.
    InUse(PathBuf),
    /// The file or its directory can not be used.
    Unreachable(PathBuf, std::io::Error),
    /// A newer hub made the store.
    Newer {
        /// Version in the file.
        found: i64,
        /// Newest version that this hub knows.
        known: i64,
    },
    /// The file is a database of another program.
    Foreign(PathBuf),
    /// The store was made with another master key.
    WrongKey {
        /// Id of the given key.
        given: String,
        /// Ids of the keys that open the store; empty if the store does not name them.
        known: Vec<String>,
    },
    /// The linked SQLite loses commits.
    OldSqlite {
        /// Version of the linked SQLite.
        found: String,
    },
    /// Stored data differs from the data that was written.
    Damaged(String),
    /// The file of the audit log's signing key does not hold a key.
    AuditKey(PathBuf),
    /// The audit log's signing key is missing, although there was one.
    AuditKeyLost(PathBuf),
    /// The file holds another key than the key that signs the audit log.
    AuditKeyOther(PathBuf),
    /// The journal at the second place differs from the signed one.
    Journal(JournalFault),
    /// The audit log differs from its checkpoint at the second place. The store was probably rolled back to an older
    /// state.
    RolledBack(Rollback),
    /// The audit log differs from the log that the hub wrote.
    LogDiffers(Said),
    /// The second place can not be written.
    SecondPlace(Said),
    /// SQLite failed.
    Sqlite(DatabaseError),
}

/// A difference between the journal at the second place and the signed one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum JournalFault {
    /// The journal is missing.
    Missing {
        /// Number of signed lines.
        signed: u64,
    },
    /// The journal is shorter than the signed one.
    Cut {
        /// Number of lines in the journal.
        found: u64,
        /// Number of signed lines.
        signed: u64,
    },
    /// The journal differs from the signed one in its signed lines.
    Other {
        /// Number of signed lines.
        signed: u64,
    },
    /// The hub did not write one of the journal's lines.
    Damaged {
        /// Number of the line, from 1.
        line: u64,
    },
    /// No checkpoint signs a length of the journal.
    Unsigned,
}

/// A difference between the log and its checkpoint at the second place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rollback {
    /// The log is shorter than the witnessed one.
    Behind {
        /// Number of entries in the log.
        log: u64,
        /// Number of witnessed entries.
        witnessed: u64,
    },
    /// The log differs from the witnessed one.
    Forked {
        /// Number of witnessed entries.
        witnessed: u64,
    },
    /// The second place is empty, although it was written before.
    Missing,
    /// Another key signed the checkpoint at the second place.
    OtherKey,
}

impl OpenError {
    /// Returns the reason in words.
    #[must_use]
    pub fn words(&self) -> Opening {
        let shown = |path: &Path| path.display().to_string();
        match self {
            Self::InUse(path) => Opening::InUse { file: shown(path) },
            Self::Unreachable(path, _) => Opening::Unreachable { file: shown(path) },
            Self::Newer { found, known } => Opening::Newer {
                found: found.to_string(),
                known: known.to_string(),
            },
            Self::Foreign(path) => Opening::Foreign { file: shown(path) },
            Self::WrongKey { given, known } => wrong_key(given.clone(), known),
            Self::OldSqlite { found } => Opening::OldSqlite { found: found.clone() },
            Self::Damaged(what) => Opening::Damaged { what: what.clone() },
            Self::AuditKey(path) => Opening::AuditKey { file: shown(path) },
            Self::AuditKeyLost(path) => Opening::AuditKeyLost { file: shown(path) },
            Self::AuditKeyOther(path) => Opening::AuditKeyOther { file: shown(path) },
            Self::Journal(fault) => fault.words(),
            Self::RolledBack(rollback) => rollback.words(),
            Self::LogDiffers(what) => Opening::LogDiffers { what: what.clone() },
            Self::SecondPlace(what) => Opening::SecondPlace { what: what.clone() },
            Self::Sqlite(_) => Opening::NotOpened,
        }
    }
}

fn wrong_key(given: String, known: &[String]) -> Opening {
    match known {
        [] => Opening::WrongKey { given },
        [known] => Opening::WrongKeyOf {
            given,
            known: known.clone(),
        },
        [known @ .., other] => Opening::WrongKeyOfTwo {
            given,
            known: known.join(", "),
            other: other.clone(),
        },
    }
}

impl fmt::Display for OpenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.words().fmt(f)
    }
}

impl std::error::Error for OpenError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        if let Self::Unreachable(_, error) = self {
            return Some(error);
        }
        if let Self::Sqlite(error) = self {
            return Some(error);
        }
        None
    }
}

impl JournalFault {
    /// Returns the difference in words.
    #[must_use]
    pub const fn words(&self) -> Opening {
        match *self {
            Self::Missing { signed } => Opening::JournalMissing { signed },
            Self::Cut { found, signed } => Opening::JournalCut { found, signed },
            Self::Other { signed } => Opening::JournalOther { signed },
            Self::Damaged { line } => Opening::JournalDamaged { line },
            Self::Unsigned => Opening::JournalUnsigned,
        }
    }
}

impl fmt::Display for JournalFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.words().fmt(f)
    }
}

impl std::error::Error for JournalFault {}

impl Rollback {
    /// Returns the difference in words.
    #[must_use]
    pub const fn words(&self) -> Opening {
        match *self {
            Self::Behind { log, witnessed } => Opening::Behind { log, witnessed },
            Self::Forked { witnessed } => Opening::Forked { witnessed },
            Self::Missing => Opening::NoCheckpoint,
            Self::OtherKey => Opening::OtherKey,
        }
    }
}

impl fmt::Display for Rollback {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.words().fmt(f)
    }
}

impl std::error::Error for Rollback {}

/// The failure of a command.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Fault {
    #[error("SQLite could not")]
    Sql(#[from] DatabaseError),
    #[error("{0}")]
    Damaged(String),
    /// The commit itself failed. After a restart its changes may count or not.
    #[error("the commit broke off")]
    Commit(#[source] DatabaseError),
    /// The audit log differs from the log that the hub wrote.
    #[error("the audit log differs from the written one: {0}")]
    Log(String),
    /// A participant's ledger differs from the registered ledger.
    #[error("the consents on file differ from the registered ones")]
    Ledger,
}

pub(crate) fn damaged(what: impl Into<String>) -> Fault {
    Fault::Damaged(what.into())
}

/// A failure that can be copied to several callers.
#[derive(Debug, Clone)]
pub(crate) enum Failure {
    Full,
    Away(String),
    Damaged(String),
    Log(String),
    Ledger,
    /// The command was done. The second place does not have its change yet.
    Unwitnessed(String),
    /// It is not known whether the command was done.
    Unknown(String),
}

impl Failure {
    /// Returns the failure as one of the second place, after the commit.
    pub(crate) fn after_the_commit(self) -> Self {
        Self::Unwitnessed(match self {
            Self::Full => "the disk of the second place is full".into(),
            Self::Ledger => "a ledger differs from the registered one".into(),
            Self::Away(what)
            | Self::Damaged(what)
            | Self::Log(what)
            | Self::Unwitnessed(what)
            | Self::Unknown(what) => what,
        })
    }
}

impl From<&Fault> for Failure {
    fn from(fault: &Fault) -> Self {
        match fault {
            Fault::Damaged(what) => Self::Damaged(what.clone()),
            Fault::Log(what) => Self::Log(what.clone()),
            Fault::Ledger => Self::Ledger,
            Fault::Sql(error) => of_database(error),
            Fault::Commit(error) => match of_database(error) {
                // The disk had no room for the commit, so that nothing was committed.
                Self::Full => Self::Full,
                _ => Self::Unknown(error.to_string()),
            },
        }
    }
}

fn of_database(error: &DatabaseError) -> Failure {
    match error.kind() {
        DatabaseErrorKind::Full => Failure::Full,
        DatabaseErrorKind::Corrupt => Failure::Damaged("SQLite finds its file corrupt".into()),
        DatabaseErrorKind::Row => Failure::Damaged(error.to_string()),
        DatabaseErrorKind::Away => Failure::Away(error.to_string()),
    }
}

impl From<Failure> for StoreError {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Full => Self::Full,
            Failure::Damaged(what) => Self::Damaged(what),
            Failure::Log(what) => Self::LogDiffers(what),
            Failure::Ledger => Self::LedgerDiffers,
            Failure::Away(what) => Self::Away(Some(what.into())),
            Failure::Unwitnessed(what) => Self::Unwitnessed(Some(what.into())),
            Failure::Unknown(what) => Self::Unknown(Some(what.into())),
        }
    }
}

impl From<Fault> for OpenError {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Damaged(what) => Self::Damaged(what),
            Fault::Log(what) => Self::LogDiffers(Kept(what).into()),
            Fault::Ledger => Self::Damaged(fault.to_string()),
            Fault::Sql(error) | Fault::Commit(error) => match of_database(&error) {
                Failure::Damaged(what) => Self::Damaged(what),
                Failure::Full
                | Failure::Log(_)
                | Failure::Ledger
                | Failure::Away(_)
                | Failure::Unwitnessed(_)
                | Failure::Unknown(_) => Self::Sqlite(error),
            },
        }
    }
}
