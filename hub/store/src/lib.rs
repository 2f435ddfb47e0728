//! The store: SQLite, sealing, audit.
//!
//! Owns: everything durable. Implements the engine's port `Store` over one SQLite file, with one writer that commits in
//! groups. Seals personal data, and writes the audit log and its tree in the same transactions. Never decides itself
//! which data may leave: it calls `core::decide` inside its transactions. Never reads a clock: every command carries
//! its time. No other crate names SQL. Start at [`SqliteStore`], then read `sqlite/threads.rs` about commits, and
//! `commands/delivery.rs` about the state changes of a delivery.

// Points where a test can stop or fail a commit; empty without the feature.
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
    AuditExport, AuditFinding, AuditLog, AuditReport, AuditSource, Found, Included, LedgerDifference, entry, export,
    verify,
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
