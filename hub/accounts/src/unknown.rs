//! Failed attempts with login names that nobody has. They wait like those of an account, so that a wait does not tell whether a
//! name exists.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use bindeledd_core::account::Attempts;
use bindeledd_engine::ports::SecretHash;
use jiff::Timestamp;
use ring::digest::{SHA256, digest};

/// Most names that are remembered. A name without a wait makes room for a further one before a name that waits; of several, the one
/// whose last attempt was longest ago. Otherwise a crowd of names would end a wait, which no account's wait does.
const AT_MOST: usize = 4096;

/// The attempts, by the hash of the name.
#[derive(Default)]
pub(crate) struct Unknown(Mutex<HashMap<SecretHash, Attempts>>);

impl Unknown {
    /// Counts an attempt. Returns the wait, if the name has to wait.
    pub(crate) fn begin(&self, name: &str, now: Timestamp) -> Option<Duration> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let key = key(name);
        let before = all.get(&key).copied().unwrap_or_default();
        match before.begin(now) {
            Err(wait) => Some(wait),
            Ok(begun) => {
                if all.len() >= AT_MOST && !all.contains_key(&key) {
                    let order = |one: &Attempts| (one.wait(now).is_some(), one.last_at);
                    let oldest = all.iter().min_by_key(|(_, one)| order(one)).map(|(key, _)| *key);
                    if let Some(key) = oldest {
                        all.remove(&key);
                    }
                }
                all.insert(key, begun);
                None
            }
        }
    }

    /// Takes back the failure that an attempt counted as, since the hub failed and not the person.
    pub(crate) fn pass(&self, name: &str) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(attempts) = all.get_mut(&key(name)) {
            *attempts = attempts.passed();
        }
    }

    /// Returns the wait before the next attempt.
    pub(crate) fn wait(&self, name: &str, now: Timestamp) -> Option<Duration> {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.get(&key(name))?.wait(now)
    }
}

fn key(name: &str) -> SecretHash {
    let mut key = [0; 32];
    key.copy_from_slice(digest(&SHA256, name.as_bytes()).as_ref());
    key
}

#[cfg(test)]
mod tests {
    use bindeledd_core::account::FREE_FAILURES;

    use super::*;

    #[test]
    fn a_crowd_of_names_ends_no_wait() {
        let unknown = Unknown::default();
        let now = Timestamp::from_second(1_800_000_000).unwrap();
        for _ in 0..=FREE_FAILURES {
            unknown.begin("kari", now);
        }
        assert!(unknown.wait("kari", now).is_some());
        for n in 0..2 * AT_MOST {
            unknown.begin(&format!("crowd-{n}"), now);
        }
        assert!(unknown.wait("kari", now).is_some());
        assert_eq!(unknown.0.lock().unwrap().len(), AT_MOST);
    }
}
