//! Sign-ins that are under way, in memory. A hub that starts again has forgotten them, and the persons begin anew.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};

use super::Onwards;
use crate::jose::sha256;

/// Time for signing in at the issuer.
const LIFE: SignedDuration = SignedDuration::from_mins(10);
/// Most sign-ins under way. The oldest makes room for a further one.
const AT_MOST: usize = 4096;

/// A sign-in under way.
pub(super) struct Waiting {
    pub(super) profile: String,
    /// Hash of the browser's secret.
    pub(super) browser: String,
    pub(super) nonce: String,
    pub(super) verifier: String,
    pub(super) onwards: Onwards,
    pub(super) began: Timestamp,
}

/// The sign-ins, by the hash of their state.
#[derive(Default)]
pub(super) struct UnderWay(Mutex<HashMap<String, Waiting>>);

impl UnderWay {
    pub(super) fn put(&self, state: &str, waiting: Waiting) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() >= AT_MOST {
            all.retain(|_, other| is_alive(other, waiting.began));
        }
        if all.len() >= AT_MOST {
            let oldest = all.iter().min_by_key(|(_, waiting)| waiting.began);
            if let Some(key) = oldest.map(|(key, _)| key.clone()) {
                all.remove(&key);
            }
        }
        all.insert(sha256(state.as_bytes()), waiting);
    }

    /// Takes a sign-in out. `None` if it is over, or was taken before.
    pub(super) fn take(&self, state: &str, now: Timestamp) -> Option<Waiting> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let waiting = all.remove(&sha256(state.as_bytes()))?;
        is_alive(&waiting, now).then_some(waiting)
    }
}

fn is_alive(waiting: &Waiting, now: Timestamp) -> bool {
    now.duration_since(waiting.began) < LIFE
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + second).unwrap()
    }

    fn waiting(second: i64) -> Waiting {
        Waiting {
            profile: "own".into(),
            browser: String::new(),
            nonce: String::new(),
            verifier: String::new(),
            onwards: Onwards::default(),
            began: at(second),
        }
    }

    #[test]
    fn a_sign_in_is_taken_once_and_for_ten_minutes() {
        let all = UnderWay::default();
        all.put("a", waiting(0));
        assert!(all.take("b", at(1)).is_none());
        assert!(all.take("a", at(1)).is_some() && all.take("a", at(1)).is_none());
        all.put("a", waiting(0));
        assert!(all.take("a", at(600)).is_none());
    }

    #[test]
    fn a_flood_removes_the_oldest_and_holds_no_more() {
        let all = UnderWay::default();
        for n in 0..=i64::try_from(AT_MOST).unwrap() {
            all.put(&n.to_string(), waiting(n / 100));
        }
        assert_eq!(all.0.lock().unwrap().len(), AT_MOST);
        assert!(all.take(&AT_MOST.to_string(), at(50)).is_some());
    }
}
