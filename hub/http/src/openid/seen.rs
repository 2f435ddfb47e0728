//! The ids of logout tokens that have ended sessions, until the tokens expire.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;

use crate::jose::sha256;
use crate::token::LEEWAY;

/// Most ids that are kept. Only tokens with an issuer's signature come here.
const AT_MOST: usize = 16_384;

/// The id of a logout token.
#[derive(Debug)]
pub(super) struct Seen {
    hash: String,
    /// Second in which the id may be forgotten.
    until: i64,
}

impl Seen {
    pub(super) fn new(issuer: &str, jti: &str, expires_at: i64) -> Self {
        Self {
            hash: sha256(format!("{}:{issuer}{jti}", issuer.len()).as_bytes()),
            until: expires_at.saturating_add(LEEWAY),
        }
    }
}

/// The hashes of ids, with the second in which each may be forgotten.
#[derive(Debug, Default)]
pub(super) struct SeenLogouts(Mutex<HashMap<String, i64>>);

impl SeenLogouts {
    fn lock(&self) -> MutexGuard<'_, HashMap<String, i64>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns whether an id was not noted yet. `false` if there is no room: then it can not be told.
    pub(super) fn is_new(&self, token: &Seen, now: Timestamp) -> bool {
        let mut all = self.lock();
        if all.contains_key(&token.hash) {
            return false;
        }
        if all.len() >= AT_MOST {
            all.retain(|_, until| *until > now.as_second());
        }
        all.len() < AT_MOST
    }

    /// Notes an id.
    pub(super) fn note(&self, token: Seen) {
        self.lock().insert(token.hash, token.until);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_new_once_for_each_issuer() {
        let seen = SeenLogouts::default();
        let now = Timestamp::from_second(1_800_000_000).unwrap();
        let until = now.as_second() + 60;
        let is_new = |issuer, jti| seen.is_new(&Seen::new(issuer, jti, until), now);
        assert!(is_new("a", "bc") && is_new("a", "bc"), "nothing has ended yet");
        seen.note(Seen::new("a", "bc", until));
        assert!(!is_new("a", "bc") && is_new("ab", "c"));
        for n in 0..AT_MOST {
            seen.note(Seen::new("c", &n.to_string(), now.as_second() - 60));
        }
        assert!(is_new("d", "1"), "ids of tokens that are over make room");
        assert!(!is_new("a", "bc"));
        for n in 0..AT_MOST {
            seen.note(Seen::new("c", &n.to_string(), until));
        }
        assert!(!is_new("d", "1"), "without room it can not be told");
    }
}
