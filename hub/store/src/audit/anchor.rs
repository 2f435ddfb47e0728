//! The anchor of a ledger: its row in the audit log.

use crate::conn::codec::hexadecimal;

/// The version and the digest of a ledger, as the audit log holds them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Anchor {
    pub(crate) version: u32,
    pub(crate) digest: [u8; 32],
}

impl Anchor {
    /// Returns an anchor with the same version that no rows can match.
    pub(crate) const fn of_nothing(self) -> Self {
        Self {
            digest: [0; 32],
            ..self
        }
    }

    /// Returns the digest in the form of the log.
    pub(crate) fn hexadecimal(&self) -> String {
        hexadecimal(&self.digest)
    }
}
