//! The audit log: a row for every step, in the transaction of the step, and a tree over the rows.
//!
//! A row's number, time and texts make its entry ([`entry`]). The hash of the entry is a leaf of the tree, and a
//! checkpoint signs the root. `rows.rs` holds the rows, and `tree.rs` the tree. `second.rs` and `journal.rs` write the
//! second place, which reveals a restored backup. `log.rs` reads the log, and `verify.rs` verifies it.

mod anchor;
mod detail;
mod export;
pub(crate) mod guard;
mod journal;
mod key;
pub(crate) mod log;
pub(crate) mod pass;
mod rows;
mod second;
pub(crate) mod tree;
mod verify;

pub(crate) use anchor::Anchor;
pub(crate) use detail::Detail;
pub use export::{AuditExport, export};
pub(crate) use journal::{JournalEntry, JournalStep, Signed, WithdrawalEntry, signed_steps};
pub(crate) use key::{OldKey, new_key, old_key, remember_key, signing_key};
pub use log::{AuditLog, Included};
pub use rows::entry;
pub(crate) use rows::{Head, accepted, marked, naming, newest_time, read_all, rows, size};
pub(crate) use second::{SecondPlace, Standing, differs, remember, remember_signed};
pub use verify::{AuditFinding, AuditReport, AuditSource, Found, LedgerDifference, verify};
