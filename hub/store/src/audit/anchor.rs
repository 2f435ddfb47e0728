//! The anchor of a ledger: its row in the audit log.

use crate::conn::codec::hexadecimal;

/// The version and the digest of a ledger, as the audit log holds them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Anchor {
    pub(crate) version: u32,
    pub(crate) digest: [u8; 32],
}

impl Anchor {
    /// Returns an anchor with the same version whose digest no rows can have.
    pub(crate) const fn of_nothing(self) -> Self {
        Self {
            digest: [0; 32],
            ..self
        }
    }

    /// Returns the digest as the log writes it.
    pub(crate) fn hexadecimal(&self) -> String {
        hexadecimal(&self.digest)
    }
}
