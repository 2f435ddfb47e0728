//! The binding of a participant's ledger: edited, deleted, inserted or restored rows permit nothing.
//!
//! Every change of a ledger raises its version, draws a new salt and binds the ledger. A digest covers every row that a
//! decision reads. The participant's row holds a MAC over the digest, and the audit row of the change holds the digest.
//! A decision computes the digest again and compares it with both. The hub reads each ledger's digest from the log at
//! the start and keeps it in memory ([`Book`]), so that even a complete old ledger with its old MAC is noticed.

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
