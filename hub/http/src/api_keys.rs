//! API keys: their form, and the caller that each key identifies.

use std::collections::HashMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bindeledd_core::PartyId;
use bindeledd_engine::ports::{ApiKey, KeyHash};
use jiff::Timestamp;

use crate::caller::Caller;

/// The beginning of every key: it tells a key from other secrets.
const KEY_START: &str = "blk_";

/// The form of a key: `blk_` and 43 characters for 32 random bytes.
#[must_use]
pub fn format_key(random: &[u8; 32]) -> String {
    format!("{KEY_START}{}", URL_SAFE_NO_PAD.encode(random))
}

/// Reads a key and returns its hash, or `None` if the text does not have the form of a key.
#[must_use]
pub fn read_key(raw: &str) -> Option<KeyHash> {
    let encoded = raw.strip_prefix(KEY_START).filter(|encoded| encoded.len() == 43)?;
    // The decoder asks for a little more room than a key needs.
    let mut room = [0; 36];
    let length = URL_SAFE_NO_PAD.decode_slice(encoded, &mut room).ok()?;
    let is_key = length == 32 && room.iter().any(|byte| *byte != 0);
    is_key.then(|| hash_key(raw))
}

/// Makes a new key of these random bytes. Returns the key, and the hash that the store keeps.
#[must_use]
pub fn make_key(random: &[u8; 32]) -> (String, KeyHash) {
    let key = format_key(random);
    let hash = hash_key(&key);
    (key, hash)
}

/// Minimum length of the monitoring key. A person chooses this key, and a short one could be guessed.
const WATCHER_KEY: usize = 32;

/// Reads the monitoring key, which opens the metrics only, and returns its hash. The key may be any printable text of the minimum
/// length.
#[must_use]
pub fn read_watcher_key(raw: &str) -> Option<KeyHash> {
    let is_key = raw.len() >= WATCHER_KEY && raw.bytes().all(|byte| byte.is_ascii_graphic());
    is_key.then(|| hash_key(raw))
}

fn hash_key(key: &str) -> KeyHash {
    let mut hash = [0; 32];
    hash.copy_from_slice(ring::digest::digest(&ring::digest::SHA256, key.as_bytes()).as_ref());
    hash
}

/// The hashes of all keys. A lookup compares hashes, so that its duration reveals nothing about a key.
#[derive(Debug)]
pub struct ApiKeys {
    operator: KeyHash,
    /// True if the operator's key identifies the operator; false if it is refused.
    operator_is_taken: bool,
    watcher: Option<KeyHash>,
    parties: RwLock<Arc<Known>>,
}

type Known = HashMap<KeyHash, Arc<KnownKey>>;

/// A party's key, as the hub knows it.
#[derive(Debug)]
pub struct KnownKey {
    /// The party.
    pub party: PartyId,
    /// Time at which the key was added.
    pub added_at: Timestamp,
    /// Time of the key's last use, in seconds since 1970; 0 if the key was not used since the hub started.
    used_at: AtomicI64,
}

impl KnownKey {
    /// Returns the time of the key's last use since the hub started.
    #[must_use]
    pub fn used(&self) -> Option<Timestamp> {
        let at = self.used_at.load(Ordering::Relaxed);
        Timestamp::from_second(at).ok().filter(|_| at != 0)
    }
}

impl ApiKeys {
    /// Makes the set of keys, with no party's key yet.
    #[must_use]
    pub fn new(operator: KeyHash, watcher: Option<KeyHash>) -> Self {
        Self {
            operator,
            operator_is_taken: true,
            watcher,
            parties: RwLock::default(),
        }
    }

    /// Refuses the operator's key from now on.
    #[must_use]
    pub fn without_operator(self) -> Self {
        Self {
            operator_is_taken: false,
            ..self
        }
    }

    /// Replaces the parties' keys. A key that remains keeps the time of its last use.
    pub fn replace(&self, keys: impl IntoIterator<Item = ApiKey>) {
        let mut held = self.parties.write().unwrap_or_else(PoisonError::into_inner);
        let known = |key: ApiKey| {
            let used = held
                .get(&key.hash)
                .map_or(0, |known| known.used_at.load(Ordering::Relaxed));
            let known = KnownKey {
                party: key.party,
                added_at: key.added_at,
                used_at: AtomicI64::new(used),
            };
            (key.hash, Arc::new(known))
        };
        let keys = Arc::new(keys.into_iter().map(known).collect());
        *held = keys;
    }

    /// Returns whether the key is the monitoring key, which opens the metrics only.
    pub(crate) fn is_watcher(&self, shown: &str) -> bool {
        read_watcher_key(shown).is_some_and(|key| self.watcher == Some(key))
    }

    /// Returns whether this is the operator's key, and configuration has switched it off.
    pub(crate) fn is_switched_off(&self, shown: &str) -> bool {
        !self.operator_is_taken && read_key(shown) == Some(self.operator)
    }

    /// A party's keys, oldest first.
    #[must_use]
    pub fn of(&self, party: &PartyId) -> Vec<(KeyHash, Arc<KnownKey>)> {
        let known = self.known();
        let of_party = known.iter().filter(|(_, known)| known.party == *party);
        let mut keys: Vec<_> = of_party.map(|(hash, known)| (*hash, Arc::clone(known))).collect();
        keys.sort_by_key(|(hash, known)| (known.added_at, *hash));
        keys
    }

    fn known(&self) -> Arc<Known> {
        Arc::clone(&self.parties.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Returns the caller that owns the key.
    pub(crate) fn find(&self, key: &str, now: Timestamp) -> Option<Caller> {
        let hash = read_key(key)?;
        if hash == self.operator {
            return self.operator_is_taken.then_some(Caller::Operator);
        }
        let known = self.known();
        let key = known.get(&hash)?;
        key.used_at.store(now.as_second(), Ordering::Relaxed);
        Some(Caller::Party(key.party.clone()))
    }
}
