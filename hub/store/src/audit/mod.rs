//! The audit log: a row for every step, in the step's own transaction, and a tree over the rows.
//!
//! A row's place, time and texts make its entry ([`entry`]); the entry's hash is a leaf of the tree, whose root a checkpoint
//! signs. `rows.rs` has the rows, `tree.rs` keeps the tree, `second.rs` and `journal.rs` the second place that a restored backup
//! is held against, `log.rs` reads the log for whoever checks it, and `verify.rs` checks.

mod anchor;
mod detail;
mod export;
pub(crate) mod guard;
mod journal;
mod key;
mod log;
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
pub(crate) use rows::{Head, accepted, marked, naming, newest_time, rows, size};
pub(crate) use second::{SecondPlace, Standing, differs, remember, remember_signed};
pub use verify::{AuditFinding, AuditReport, AuditSource, Found, verify};
