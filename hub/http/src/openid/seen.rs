//! The ids of logout tokens that were seen, until the tokens expire.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;

use crate::jose::sha256;
use crate::token::LEEWAY;

/// Most ids that are kept. Only tokens with an issuer's signature come here.
const AT_MOST: usize = 16_384;

/// The hashes of ids, with the second in which each may be forgotten.
#[derive(Debug, Default)]
pub(super) struct SeenLogouts(Mutex<HashMap<String, i64>>);

impl SeenLogouts {
    /// Notes an id. `false` if it was noted before, or if there is no room: then it can not be told.
    pub(super) fn is_new(&self, issuer: &str, jti: &str, expires_at: i64, now: Timestamp) -> bool {
        let key = sha256(format!("{}:{issuer}{jti}", issuer.len()).as_bytes());
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if all.contains_key(&key) {
            return false;
        }
        if all.len() >= AT_MOST {
            all.retain(|_, until| *until > now.as_second());
        }
        all.len() < AT_MOST && all.insert(key, expires_at.saturating_add(LEEWAY)).is_none()
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
        assert!(seen.is_new("a", "bc", until, now) && !seen.is_new("a", "bc", until, now));
        assert!(seen.is_new("ab", "c", until, now));
        for n in 0..AT_MOST {
            seen.is_new("c", &n.to_string(), now.as_second() - 60, now);
        }
        assert!(
            seen.is_new("d", "1", until, now),
            "ids of tokens that are over make room"
        );
        assert!(!seen.is_new("a", "bc", until, now));
    }
}
