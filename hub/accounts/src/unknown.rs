//! Failed attempts with login names that nobody has. They wait like those of an account, so that a wait does not tell whether a
//! name exists.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use bindeledd_core::account::Attempts;
use bindeledd_engine::ports::SecretHash;
use jiff::Timestamp;
use ring::digest::{SHA256, digest};

/// Most names that are remembered. The name whose last attempt was longest ago makes room for a further one.
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
                    let oldest = all.iter().min_by_key(|(_, one)| one.last_at).map(|(key, _)| *key);
                    if let Some(key) = oldest {
                        all.remove(&key);
                    }
                }
                all.insert(key, begun);
                None
            }
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
