//! The binding of a participant's ledger: edited, deleted, inserted or restored rows permit nothing.
//!
//! Every change of a ledger raises its version, draws a new salt and binds it. The binding has three parts: a digest
//! over every row that a decision reads, a MAC over the digest beside the participant, and the digest in the audit row
//! of the change. A decision makes the digest again and compares it with both. The log's digest of each ledger is kept
//! in memory ([`Book`]), read from the log at the start. So even a complete old ledger with its old MAC is noticed.

mod bind;
mod book;
mod canon;
mod rows;

pub(crate) use bind::{
    Differs, Reading, adopt, all_differing, anchors, begin, bind, bind_if, check, differences, fresh, look,
    must_be_whole,
};
pub(crate) use book::Book;
pub(crate) use rows::{GRANT_COLUMNS, GRANTS, WITHDRAWAL_COLUMNS, WITHDRAWALS};
