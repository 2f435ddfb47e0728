//! Who is calling: the one place where that is settled. Certificates and signed tokens come to be looked at here too.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bindeledd_core::PartyId;
use bindeledd_engine::ports::{Actor, KeyHash};

/// Who is calling.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Caller {
    /// A party.
    Party(PartyId),
    /// The operator.
    Operator,
}

impl Caller {
    pub(crate) fn actor(&self) -> Actor {
        match self {
            Self::Party(party) => Actor::Party(party.clone()),
            Self::Operator => Actor::Operator,
        }
    }

    pub(crate) const fn party(&self) -> Option<&PartyId> {
        match self {
            Self::Party(party) => Some(party),
            Self::Operator => None,
        }
    }

    pub(crate) fn is_operator(&self) -> bool {
        *self == Self::Operator
    }
}

/// The form of a key: `blk_` and 43 characters for 32 random bytes.
#[must_use]
pub fn format_key(random: &[u8; 32]) -> String {
    format!("blk_{}", URL_SAFE_NO_PAD.encode(random))
}

/// What is kept of a key.
#[must_use]
pub fn hash_key(key: &str) -> KeyHash {
    let mut hash = [0; 32];
    hash.copy_from_slice(ring::digest::digest(&ring::digest::SHA256, key.as_bytes()).as_ref());
    hash
}

/// The hashes of every key. What is looked up is the hash of what was sent, so how long a look-up takes tells nothing about
/// a key.
#[derive(Debug)]
pub(crate) struct KeyRing {
    operator: KeyHash,
    parties: RwLock<Arc<HashMap<KeyHash, PartyId>>>,
}

impl KeyRing {
    pub(crate) fn new(operator: KeyHash) -> Self {
        Self {
            operator,
            parties: RwLock::default(),
        }
    }

    pub(crate) fn replace(&self, keys: impl IntoIterator<Item = (KeyHash, PartyId)>) {
        let keys = Arc::new(keys.into_iter().collect());
        *self.parties.write().unwrap_or_else(PoisonError::into_inner) = keys;
    }

    fn find(&self, key: &str) -> Option<Caller> {
        let hash = hash_key(key);
        if hash == self.operator {
            return Some(Caller::Operator);
        }
        let parties = Arc::clone(&self.parties.read().unwrap_or_else(PoisonError::into_inner));
        parties.get(&hash).cloned().map(Caller::Party)
    }
}

/// Settles who is calling; none for nobody that the hub knows.
pub(crate) fn authenticate(keys: &KeyRing, headers: &HeaderMap) -> Option<Caller> {
    let one = |name| {
        let mut values = headers.get_all(name).iter();
        let value = values.next()?.to_str().ok()?;
        values.next().is_none().then_some(value)
    };
    let bearer = one(AUTHORIZATION).and_then(|value| {
        let (scheme, key) = value.split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then_some(key.trim())
    });
    match (bearer, headers.contains_key(AUTHORIZATION)) {
        (Some(key), _) => keys.find(key),
        (None, true) => None,
        (None, false) => keys.find(one(axum::http::HeaderName::from_static("x-api-key"))?.trim()),
    }
}
