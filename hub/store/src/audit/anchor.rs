//! The audit log's rows about a ledger.

use crate::conn::codec::hexadecimal;

/// A ledger's version and digest, as the audit log has them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Anchor {
    pub(crate) version: u32,
    pub(crate) digest: [u8; 32],
}

impl Anchor {
    /// The same version, of rows that nobody can have.
    pub(crate) const fn of_nothing(self) -> Self {
        Self {
            digest: [0; 32],
            ..self
        }
    }

    /// The digest as the log has it.
    pub(crate) fn hexadecimal(&self) -> String {
        hexadecimal(&self.digest)
    }
}
