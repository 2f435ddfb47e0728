//! Failures inside the store, and the part of each that callers see.

use std::path::PathBuf;

use bindeledd_engine::ports::StoreError;

use crate::conn::{DatabaseError, DatabaseErrorKind};

/// Reason why a store could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Another hub has the store open.
    #[error(
        "`{}` is locked: another hub has this store open; stop that one first, or give this one a data directory of its own",
        .0.display()
    )]
    InUse(PathBuf),
    /// The file or its directory can not be used.
    #[error("`{}` can not be opened; check that the directory exists and that the hub may write in it", .0.display())]
    Unreachable(PathBuf, #[source] std::io::Error),
    /// A newer hub made the store.
    #[error("the store has schema {found}, and this hub knows {known}; install the hub that wrote it, or a newer one")]
    Newer {
        /// Version in the file.
        found: i64,
        /// Newest version that this hub knows.
        known: i64,
    },
    /// The file is a database of another program.
    #[error("`{}` is a database, but not a hub's store; name another path", .0.display())]
    Foreign(PathBuf),
    /// The store was made with another master key.
    #[error(
        "the master key (id {given}) does not open this store{}",
        if .known.is_empty() { String::new() } else { format!(", which opens with id {}", .known.join(" or ")) }
    )]
    WrongKey {
        /// Id of the given key.
        given: String,
        /// Ids of the keys that open the store; empty if the store does not name them.
        known: Vec<String>,
    },
    /// The linked SQLite loses commits.
    #[error("SQLite {found} can lose commits when its log is reset; build the hub with 3.51.3 or newer")]
    OldSqlite {
        /// Version of the linked SQLite.
        found: String,
    },
    /// Stored data differs from the data that was written.
    #[error("the store is damaged: {0}; restore a backup, and keep the damaged file")]
    Damaged(String),
    /// The file of the audit log's signing key does not hold a key.
    #[error("`{}` does not hold the audit log's key, which is 64 hexadecimal digits; restore it from its backup", .0.display())]
    AuditKey(PathBuf),
    /// The audit log's signing key is missing, although there was one.
    #[error("the key that signs the audit log is not at `{}` any longer; restore it from its backup", .0.display())]
    AuditKeyLost(PathBuf),
    /// The file holds another key than the key that signs the audit log.
    #[error("`{}` holds another key than the one that signs this store's audit log; restore that one from its backup", .0.display())]
    AuditKeyOther(PathBuf),
    /// The journal at the second place differs from the signed one.
    #[error("{0}")]
    Journal(JournalFault),
    /// The audit log differs from its checkpoint at the second place. The store was probably rolled back to an older
    /// state.
    #[error("{0}")]
    RolledBack(Rollback),
    /// The audit log differs from the log that the hub wrote.
    #[error("the audit log differs from the written one: {0}")]
    LogDiffers(String),
    /// The second place can not be written.
    #[error("{0}; check [audit] checkpoint_file and its disk")]
    SecondPlace(String),
    /// SQLite failed.
    #[error("the store could not be opened")]
    Sqlite(#[source] DatabaseError),
}

/// A difference between the journal at the second place and the signed one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum JournalFault {
    /// The journal is missing.
    #[error("the journal at the second place is missing, and the checkpoint there was signed for {signed} lines of it")]
    Missing {
        /// Number of signed lines.
        signed: u64,
    },
    /// The journal is shorter than the signed one.
    #[error(
        "the journal at the second place has {found} whole lines, and the checkpoint there was signed for {signed}"
    )]
    Cut {
        /// Number of lines in the journal.
        found: u64,
        /// Number of signed lines.
        signed: u64,
    },
    /// The journal differs from the signed one in its signed lines.
    #[error(
        "the first {signed} lines of the journal at the second place are not those that the checkpoint there was signed for"
    )]
    Other {
        /// Number of signed lines.
        signed: u64,
    },
    /// The hub did not write one of the journal's lines.
    #[error("line {line} of the journal at the second place is not as the hub wrote it")]
    Damaged {
        /// Number of the line, from 1.
        line: u64,
    },
    /// No checkpoint signs a length of the journal.
    #[error("no checkpoint at the second place says how long the journal beside it was")]
    Unsigned,
}

/// A difference between the log and its checkpoint at the second place.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Rollback {
    /// The log is shorter than the witnessed one.
    #[error(
        "the audit log has {log} entries, and {witnessed} were witnessed at the second place: the store is an older one \
         than the hub last ran with"
    )]
    Behind {
        /// Number of entries in the log.
        log: u64,
        /// Number of witnessed entries.
        witnessed: u64,
    },
    /// The log differs from the witnessed one.
    #[error("the audit log's first {witnessed} entries are not those that were witnessed at the second place")]
    Forked {
        /// Number of witnessed entries.
        witnessed: u64,
    },
    /// The second place is empty, although it was written before.
    #[error("the second place has no checkpoint, and this log has written one before")]
    Missing,
    /// Another key signed the checkpoint at the second place.
    #[error("the checkpoint at the second place is not signed by this log's key")]
    OtherKey,
}

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
            Fault::Log(what) => Self::LogDiffers(what),
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
