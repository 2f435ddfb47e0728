//! Recovery by an operator after a restore, a damaged journal, a lost key or edited rows.

pub(crate) mod findings;
pub(crate) mod mend;
pub(crate) mod mismatch;
pub(crate) mod replay;
pub(crate) mod rollback;
