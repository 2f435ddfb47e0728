//! A participant's ledger is bound, so that edited, deleted, inserted or restored rows permit nothing.
//!
//! Whatever changes a ledger raises its version, draws a new salt and binds it: a digest over every row that a decision reads, a
//! MAC over the digest beside the participant, and the digest in the audit row of that very change. Whoever reads a ledger for
//! a decision makes the digest again and holds it against both. The log's word of each ledger is kept in memory ([`Book`]), read
//! from the log at the start, so that a whole old ledger with its old MAC is found as well.

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
