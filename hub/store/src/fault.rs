//! What goes wrong inside the store, and what callers get to know of it.

use std::path::PathBuf;

use bindeledd_engine::ports::StoreError;

use crate::conn::{DatabaseError, DatabaseErrorKind};

/// Why a store could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Another hub has it open.
    #[error(
        "`{}` is locked: another hub has this store open; stop that one first, or give this one a data directory of its own",
        .0.display()
    )]
    InUse(PathBuf),
    /// The file or its directory can not be used.
    #[error("`{}` can not be opened; check that the directory exists and that the hub may write in it", .0.display())]
    Unreachable(PathBuf, #[source] std::io::Error),
    /// It was made by a newer hub.
    #[error("the store has schema {found}, and this hub knows {known}; install the hub that wrote it, or a newer one")]
    Newer {
        /// The version in the file.
        found: i64,
        /// The newest that this hub knows.
        known: i64,
    },
    /// It is a database of something else.
    #[error("`{}` is a database, but not a hub's store; name another path", .0.display())]
    Foreign(PathBuf),
    /// The master key is another one than it was made with.
    #[error(
        "the master key (id {given}) does not open this store{}",
        if .known.is_empty() { String::new() } else { format!(", which opens with id {}", .known.join(" or ")) }
    )]
    WrongKey {
        /// The id of the key that was given.
        given: String,
        /// The ids of those that open it, where the store tells.
        known: Vec<String>,
    },
    /// The linked SQLite loses commits.
    #[error("SQLite {found} can lose commits when its log is reset; build the hub with 3.51.3 or newer")]
    OldSqlite {
        /// The version that is linked.
        found: String,
    },
    /// Something in it is not as it was written.
    #[error("the store is damaged: {0}; restore a backup, and keep the damaged file")]
    Damaged(String),
    /// The file of the key that signs the audit log has none.
    #[error("`{}` does not hold the audit log's key, which is 64 hexadecimal digits; restore it from its backup", .0.display())]
    AuditKey(PathBuf),
    /// The key that signs the audit log is not there, and once was.
    #[error("the key that signs the audit log is not at `{}` any longer; restore it from its backup", .0.display())]
    AuditKeyLost(PathBuf),
    /// Another key is there than the one that signs the audit log.
    #[error("`{}` holds another key than the one that signs this store's audit log; restore that one from its backup", .0.display())]
    AuditKeyOther(PathBuf),
    /// The journal at the second place is not the one that was signed there.
    #[error("{0}")]
    Journal(JournalFault),
    /// The audit log is not the one that was witnessed at the second place.
    #[error("{0}")]
    RolledBack(Rollback),
    /// The audit log is not what was written.
    #[error("the audit log is not what was written: {0}")]
    LogDiffers(String),
    /// The second place can not be written.
    #[error("{0}; check [audit] checkpoint_file and its disk")]
    SecondPlace(String),
    /// SQLite could not.
    #[error("the store could not be opened")]
    Sqlite(#[source] DatabaseError),
}

/// How the journal at the second place differs from what was signed there.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum JournalFault {
    /// It is not there.
    #[error("the journal at the second place is missing, and the checkpoint there was signed for {signed} lines of it")]
    Missing {
        /// How many lines were signed.
        signed: u64,
    },
    /// It is shorter.
    #[error(
        "the journal at the second place has {found} whole lines, and the checkpoint there was signed for {signed}"
    )]
    Cut {
        /// How many lines it has.
        found: u64,
        /// How many were signed.
        signed: u64,
    },
    /// It is another one.
    #[error(
        "the first {signed} lines of the journal at the second place are not those that the checkpoint there was signed for"
    )]
    Other {
        /// How many lines were signed.
        signed: u64,
    },
    /// A line is not the hub's.
    #[error("line {line} of the journal at the second place is not as the hub wrote it")]
    Damaged {
        /// Its number, from 1.
        line: u64,
    },
    /// Nothing was signed that tells what it should be.
    #[error("no checkpoint at the second place says how long the journal beside it was")]
    Unsigned,
}

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
    /// It has another log than the witnessed one.
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

/// What goes wrong in a command.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Fault {
    #[error("SQLite could not")]
    Sql(#[from] DatabaseError),
    #[error("{0}")]
    Damaged(String),
    /// The commit itself broke off: what was written of it may count after a restart.
    #[error("the commit broke off")]
    Commit(#[source] DatabaseError),
    /// The audit log is not what was written.
    #[error("the audit log is not what was written: {0}")]
    Log(String),
    /// A participant's ledger is not what was registered.
    #[error("what is on file about consent is not what was registered")]
    Ledger,
}

pub(crate) fn damaged(what: impl Into<String>) -> Fault {
    Fault::Damaged(what.into())
}

/// What a failure comes to, in a form that can be told to many.
#[derive(Debug, Clone)]
pub(crate) enum Failure {
    Full,
    Away(String),
    Damaged(String),
    Log(String),
    Ledger,
    /// It was done; the second place does not have it.
    Unwitnessed(String),
    /// Whether it was done is not known.
    Unknown(String),
}

impl Failure {
    /// The same failure, of the second place after the commit.
    pub(crate) fn after_the_commit(self) -> Self {
        Self::Unwitnessed(match self {
            Self::Full => "the disk of the second place is full".into(),
            Self::Ledger => "a ledger is not what was registered".into(),
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
                // No room for the whole of it: what is there is no commit.
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
