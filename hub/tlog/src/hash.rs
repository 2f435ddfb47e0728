//! SHA-256 as in RFC 6962: leaves and nodes have different prefixes, so that a leaf never has the hash of a node.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ring::digest::{Context, SHA256, digest};

/// A SHA-256 hash.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Hash(pub [u8; 32]);

impl Hash {
    /// Returns the root of a tree without entries.
    #[must_use]
    pub fn of_nothing() -> Self {
        Self::from_digest(digest(&SHA256, b"").as_ref())
    }

    /// Makes a hash from 32 bytes; `None` for another length.
    #[must_use]
    pub fn from_slice(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }

    /// Returns the hash in base64, as in checkpoints and proofs.
    #[must_use]
    pub fn base64(&self) -> String {
        STANDARD.encode(self.0)
    }

    fn from_digest(bytes: &[u8]) -> Self {
        let mut hash = [0; 32];
        hash.copy_from_slice(bytes);
        Self(hash)
    }
}

/// Formats the hash in hexadecimal.
impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Returns the hash of an entry.
#[must_use]
pub fn leaf(entry: &[u8]) -> Hash {
    prefixed(0, &[entry])
}

/// Returns the hash of two subtrees side by side.
#[must_use]
pub fn node(left: &Hash, right: &Hash) -> Hash {
    prefixed(1, &[&left.0, &right.0])
}

fn prefixed(prefix: u8, parts: &[&[u8]]) -> Hash {
    let mut context = Context::new(&SHA256);
    context.update(&[prefix]);
    for part in parts {
        context.update(part);
    }
    Hash::from_digest(context.finish().as_ref())
}
