//! The store: SQLite, sealing, audit.
//!
//! Owns: everything durable. Implements the engine's port `Store` over one SQLite file with one writer that commits in
//! groups, seals what tells of a person, and writes the audit log and its tree in the same transactions.
//! Never decides by itself what may leave: it calls `core::decide` inside its transactions. Never reads a clock: every
//! command carries its time. It is the only crate that names SQL.
//! Start at [`SqliteStore`], then `sqlite/threads.rs` for how commands are committed and `commands/delivery.rs` for how a delivery moves.

// The places where a test can stop or fail a commit; nothing where the feature is off.
#[cfg(feature = "failpoints")]
macro_rules! fail_point {
    ($($arguments:tt)*) => { fail::fail_point!($($arguments)*) };
}
#[cfg(not(feature = "failpoints"))]
macro_rules! fail_point {
    ($($arguments:tt)*) => {};
}

mod audit;
mod commands;
mod conn;
mod fault;
mod ledger;
mod ports;
mod recovery;
mod sealing;
mod sqlite;
mod upgrade;
mod views;

pub use audit::{
    AuditExport, AuditFinding, AuditLog, AuditReport, AuditSource, Found, Included, entry, export, verify,
};
pub use commands::watch::AlertRules;
pub use conn::DatabaseError;
pub use fault::{JournalFault, OpenError, Rollback};
pub use recovery::mend::{JournalAccepted, KeyRenewed};
pub use recovery::mismatch::MismatchAccepted;
pub use recovery::rollback::RollbackAccepted;
pub use sealing::frozen::document_digest;
pub use sealing::master::master_key_id;
pub use sqlite::options::{AuditOptions, Budgets, SqliteOptions};
pub use sqlite::store::SqliteStore;
