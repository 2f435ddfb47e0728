//! The store: SQLite, sealing, audit.
//!
//! Owns: everything durable. Implements the engine's port `Store` over one SQLite file with one writer that commits in
//! groups, seals what tells of a person, and writes the audit log and its tree in the same transactions.
//! Never decides by itself what may leave: it calls `core::decide` inside its transactions. Never reads a clock: every
//! command carries its time. It is the only crate that names SQL.
//! Start at [`SqliteStore`], then `threads.rs` for how commands are committed and `delivery.rs` for how a delivery moves.

// The places where a test can stop or fail a commit; nothing where the feature is off.
#[cfg(feature = "failpoints")]
macro_rules! fail_point {
    ($($arguments:tt)*) => { fail::fail_point!($($arguments)*) };
}
#[cfg(not(feature = "failpoints"))]
macro_rules! fail_point {
    ($($arguments:tt)*) => {};
}

mod accept;
mod alert;
mod answer;
mod audit;
mod budget;
mod codec;
mod consent;
mod covered;
mod db;
mod delivery;
mod disclosure;
mod erase;
mod fault;
mod fetched;
mod frozen;
mod ids;
mod inbox;
mod join;
mod keyring;
mod lanes;
mod ledger;
mod material;
mod mend;
mod mismatch;
mod notice;
mod open;
mod operate;
mod participant;
mod party;
#[cfg(test)]
mod plans;
mod release;
mod rollback;
mod room;
mod scrub;
mod seal;
mod sqlite;
mod subject;
#[cfg(test)]
mod testing;
mod threads;
mod told;
mod trace;
mod views;
mod waits;
mod watch;
mod withdraw;

pub use audit::{
    AuditExport, AuditFinding, AuditLog, AuditReport, AuditSource, Found, Included, JournalFault, Rollback, entry,
    export, verify,
};
pub use fault::OpenError;
pub use frozen::document_digest;
pub use keyring::master_key_id;
pub use mend::{JournalAccepted, KeyRenewed};
pub use mismatch::MismatchAccepted;
pub use rollback::RollbackAccepted;
pub use sqlite::{AuditOptions, Budgets, SqliteOptions, SqliteStore};
pub use watch::AlertRules;
