//! Sealing: personal data is on disk only as ciphertext, bound to its row.
//!
//! Every participant has a random key, wrapped under a key of the ring (`keyring.rs`). Values that the hub looks up are
//! stored as keyed digests if they identify a person or come from a sender.

use std::sync::{Arc, Mutex, PoisonError, RwLock};

use bindeledd_core::{NationalId, ParticipantRef};
use bindeledd_engine::ports::{Entropy, MasterKey};
use ring::hmac;
use uuid::Uuid;

use crate::fault::{Fault, damaged};
use crate::sealing::aead::{SealKey, SealedAt, derived, open_with, seal_with};
use crate::sealing::master::Master;

/// First byte of a participant's key that is wrapped under a later version of the wrapping key. The version follows
/// this byte.
const FORMAT_OF_VERSION: u8 = 2;
/// Number of random bytes that are drawn at a time.
const POOL: usize = 4096;

/// The bytes of the store's keys, on their way between the ring and the vault. Dropping this value overwrites them.
#[derive(Default)]
pub(crate) struct Keys {
    /// Wrapping keys of participants' keys, by version.
    pub(crate) wraps: Vec<(u32, [u8; 32])>,
    pub(crate) hub: [u8; 32],
    pub(crate) index: [u8; 32],
    pub(crate) names: [u8; 32],
}

impl Keys {
    /// Derives the keys of a store that is older than the ring.
    pub(crate) fn derived(master: &MasterKey) -> Result<Self, Fault> {
        Ok(Self {
            wraps: vec![(1, derived(master, "wrap participants' keys")?)],
            hub: derived(master, "seal without a participant")?,
            index: derived(master, "look up national ids")?,
            names: derived(master, "digest names")?,
        })
    }

    /// Makes the keys of a new store.
    pub(crate) fn random(entropy: &dyn Entropy) -> Self {
        let random = || {
            let mut key = [0; 32];
            entropy.fill(&mut key);
            key
        };
        Self {
            wraps: vec![(1, random())],
            hub: random(),
            index: random(),
            names: random(),
        }
    }
}

impl Drop for Keys {
    fn drop(&mut self) {
        for (_, key) in &mut self.wraps {
            key.fill(0);
        }
        self.hub.fill(0);
        self.index.fill(0);
        self.names.fill(0);
        // This keeps the compiler from removing a write that nobody reads.
        std::hint::black_box(&*self);
    }
}

/// The store's keys, and its source of randomness.
pub(crate) struct Vault {
    wraps: RwLock<Wraps>,
    hub: SealKey,
    index: hmac::Key,
    names: hmac::Key,
    masters: Mutex<Vec<Arc<Master>>>,
    entropy: Arc<dyn Entropy>,
    pool: Mutex<Pool>,
    newest_id: Mutex<(u64, u16)>,
}

/// The keys that wrap participants' keys. An earlier key stays until the next start, for readers whose snapshots hold
/// older rows.
struct Wraps {
    current: u32,
    keys: Vec<(u32, Arc<SealKey>)>,
}

/// Random bytes that are drawn and not yet used.
struct Pool {
    bytes: [u8; POOL],
    used: usize,
}

impl Vault {
    /// Makes a vault of these keys, which `master` opened.
    pub(crate) fn new(keys: &Keys, master: Master, entropy: Arc<dyn Entropy>) -> Result<Self, Fault> {
        let mut wraps = Vec::new();
        for (version, key) in &keys.wraps {
            wraps.push((*version, Arc::new(SealKey::new(key)?)));
        }
        let current = wraps.iter().map(|(version, _)| *version).max();
        let current = current.ok_or_else(|| damaged("the key ring has no wrapping key"))?;
        Ok(Self {
            wraps: RwLock::new(Wraps { current, keys: wraps }),
            hub: SealKey::new(&keys.hub)?,
            index: hmac::Key::new(hmac::HMAC_SHA256, &keys.index),
            names: hmac::Key::new(hmac::HMAC_SHA256, &keys.names),
            masters: Mutex::new(vec![Arc::new(master)]),
            entropy,
            pool: Mutex::new(Pool {
                bytes: [0; POOL],
                used: POOL,
            }),
            newest_id: Mutex::new((0, 0)),
        })
    }

    /// Returns a master key of the ring; `None` if this hub does not know it.
    pub(crate) fn master(&self, id: &str) -> Option<Arc<Master>> {
        let masters = self.masters.lock().unwrap_or_else(PoisonError::into_inner);
        masters.iter().find(|master| master.id == id).map(Arc::clone)
    }

    /// Adds a master key that is in the ring, or will be.
    pub(crate) fn learn_master(&self, master: Arc<Master>) {
        let mut masters = self.masters.lock().unwrap_or_else(PoisonError::into_inner);
        masters.retain(|known| known.id != master.id);
        masters.push(master);
    }

    /// Adds a wrapping key. The vault uses it for new keys only once the ring holds it for certain: [`Self::use_wrap`].
    pub(crate) fn learn_wrap(&self, version: u32, key: &[u8; 32]) -> Result<(), Fault> {
        let key = Arc::new(SealKey::new(key)?);
        let mut wraps = self.wraps.write().unwrap_or_else(PoisonError::into_inner);
        wraps.keys.retain(|(known, _)| *known != version);
        wraps.keys.push((version, key));
        Ok(())
    }

    /// Makes this version the current wrapping key for participants' keys.
    pub(crate) fn use_wrap(&self, version: u32) {
        self.wraps.write().unwrap_or_else(PoisonError::into_inner).current = version;
    }

    /// Returns the version of the wrapping key in use.
    pub(crate) fn current_wrap(&self) -> u32 {
        self.wraps.read().unwrap_or_else(PoisonError::into_inner).current
    }

    fn wrapping(&self, version: u32) -> Option<Arc<SealKey>> {
        let wraps = self.wraps.read().unwrap_or_else(PoisonError::into_inner);
        let found = wraps.keys.iter().find(|(known, _)| *known == version);
        found.map(|(_, key)| Arc::clone(key))
    }

    /// Returns the key for data that belongs to no participant.
    pub(crate) fn hub(&self) -> &SealKey {
        &self.hub
    }

    /// Returns the digest that finds a person.
    pub(crate) fn lookup(&self, id: &NationalId) -> [u8; 32] {
        tag(&self.index, &[id.reveal().as_bytes()])
    }

    /// Returns a digest of a value from a party. The domain separates equal values in different places.
    pub(crate) fn digest(&self, domain: &'static str, parts: &[&[u8]]) -> [u8; 32] {
        let mut all = Vec::with_capacity(parts.len() + 1);
        all.push(domain.as_bytes());
        all.extend_from_slice(parts);
        tag(&self.names, &all)
    }

    /// Makes a new participant's key. Returns the key, and its wrapped form.
    pub(crate) fn new_key(&self, owner: ParticipantRef) -> Result<(SealKey, Vec<u8>), Fault> {
        let key: [u8; 32] = self.random();
        Ok((SealKey::new(&key)?, self.wrap(owner, &key)?))
    }

    pub(crate) fn unwrap(&self, owner: ParticipantRef, wrapped: &[u8]) -> Result<SealKey, Fault> {
        SealKey::new(&self.unwrapped(owner, wrapped)?)
    }

    /// Wraps a participant's key under the current wrapping key.
    pub(crate) fn wrap_again(&self, owner: ParticipantRef, wrapped: &[u8]) -> Result<Vec<u8>, Fault> {
        let mut key = self.unwrapped(owner, wrapped)?;
        let again = self.wrap(owner, &key);
        key.fill(0);
        again
    }

    /// Returns the first bytes of a key that is wrapped under a version later than the first.
    pub(crate) fn wrapped_prefix(version: u32) -> [u8; 5] {
        let [a, b, c, d] = version.to_be_bytes();
        [FORMAT_OF_VERSION, a, b, c, d]
    }

    fn wrap(&self, owner: ParticipantRef, key: &[u8; 32]) -> Result<Vec<u8>, Fault> {
        let version = self.current_wrap();
        let wrapping = self
            .wrapping(version)
            .ok_or_else(|| damaged("the wrapping key is not known"))?;
        let sealed = self.seal(&wrapping, SealedAt("participant.key", owner.0.as_bytes()), key)?;
        if version == 1 {
            return Ok(sealed);
        }
        let mut wrapped = Self::wrapped_prefix(version).to_vec();
        wrapped.extend_from_slice(&sealed);
        Ok(wrapped)
    }

    fn unwrapped(&self, owner: ParticipantRef, wrapped: &[u8]) -> Result<[u8; 32], Fault> {
        let (version, sealed) = match wrapped {
            [FORMAT_OF_VERSION, a, b, c, d, sealed @ ..] => (u32::from_be_bytes([*a, *b, *c, *d]), sealed),
            sealed => (1, sealed),
        };
        let wrapping = self.wrapping(version);
        let wrapping = wrapping.ok_or_else(|| damaged("a participant's key is wrapped under a key that is gone"))?;
        let key = open_with(&wrapping, SealedAt("participant.key", owner.0.as_bytes()), sealed)?;
        key.try_into()
            .map_err(|_| damaged("a participant's key has another length"))
    }

    /// Seals `plain` for its place.
    pub(crate) fn seal(&self, key: &SealKey, place: SealedAt<'_>, plain: &[u8]) -> Result<Vec<u8>, Fault> {
        seal_with(key, self.random(), place, plain)
    }

    /// Opens data that was sealed for that place.
    #[expect(clippy::unused_self, reason = "what was sealed by a vault is opened by one")]
    pub(crate) fn open(&self, key: &SealKey, place: SealedAt<'_>, sealed: &[u8]) -> Result<Vec<u8>, Fault> {
        open_with(key, place, sealed)
    }

    /// Makes a UUIDv7. Ids of one millisecond have the order in which they are made, up to 4096 of them.
    pub(crate) fn uuid_v7(&self, ms: u64) -> Uuid {
        let mut newest = self.newest_id.lock().unwrap_or_else(PoisonError::into_inner);
        *newest = if newest.0 == ms {
            (ms, newest.1.wrapping_add(1))
        } else {
            (ms, 0)
        };
        let mut random: [u8; 10] = self.random();
        random[..2].copy_from_slice(&newest.1.to_be_bytes());
        uuid::Builder::from_unix_timestamp_millis(ms, &random).into_uuid()
    }

    /// Returns random bytes for keys, nonces and ids.
    pub(crate) fn random<const N: usize>(&self) -> [u8; N] {
        let mut pool = self.pool.lock().unwrap_or_else(PoisonError::into_inner);
        if pool.used + N > POOL {
            self.entropy.fill(&mut pool.bytes);
            pool.used = 0;
        }
        let used = pool.used;
        pool.used += N;
        let mut drawn = [0; N];
        if let Some(fresh) = pool.bytes.get_mut(used..used + N) {
            drawn.copy_from_slice(fresh);
            fresh.fill(0);
        }
        drawn
    }
}

fn tag(key: &hmac::Key, parts: &[&[u8]]) -> [u8; 32] {
    let mut context = hmac::Context::with_key(key);
    for part in parts {
        // Each part is preceded by its length, so that two lists of parts never give the same bytes.
        context.update(&(part.len() as u64).to_be_bytes());
        context.update(part);
    }
    let mut digest = [0; 32];
    digest.copy_from_slice(context.sign().as_ref());
    digest
}

#[cfg(test)]
mod tests {
    use ring::aead::NONCE_LEN;

    use super::*;
    use crate::sealing::aead::FORMAT;

    struct Counting(Mutex<u64>);

    impl Entropy for Counting {
        fn fill(&self, bytes: &mut [u8]) {
            let mut next = self.0.lock().unwrap();
            for chunk in bytes.chunks_mut(8) {
                *next += 1;
                chunk.copy_from_slice(&next.to_le_bytes()[..chunk.len()]);
            }
        }
    }

    fn vault(master: u8) -> Vault {
        let master = MasterKey::new([master; 32]);
        let keys = Keys::derived(&master).unwrap();
        let entropy = Arc::new(Counting(Mutex::new(0)));
        Vault::new(&keys, Master::of(&master).unwrap(), entropy).unwrap()
    }

    #[test]
    fn a_key_that_is_wrapped_anew_opens_what_it_sealed_and_needs_the_new_wrapping_key() {
        let vault = vault(7);
        let owner = ParticipantRef(Uuid::from_u128(1));
        let (key, wrapped) = vault.new_key(owner).unwrap();
        let sealed = vault.seal(&key, SealedAt("body", b"1"), b"content").unwrap();
        vault.learn_wrap(2, &[9; 32]).unwrap();
        assert_eq!(vault.new_key(owner).unwrap().1[0], FORMAT, "learnt is not used");
        vault.use_wrap(2);
        let again = vault.wrap_again(owner, &wrapped).unwrap();
        assert!(again.starts_with(&Vault::wrapped_prefix(2)) && !wrapped.starts_with(&Vault::wrapped_prefix(2)));
        for wrapped in [&wrapped, &again] {
            let key = vault.unwrap(owner, wrapped).unwrap();
            assert_eq!(vault.open(&key, SealedAt("body", b"1"), &sealed).unwrap(), b"content");
        }
        vault.learn_wrap(2, &[8; 32]).unwrap();
        assert!(vault.unwrap(owner, &again).is_err());
        let mut other = again;
        other[4] = 3;
        assert!(vault.unwrap(owner, &other).is_err());
        other[4] = 1;
        assert!(vault.unwrap(owner, &other).is_err());
    }

    #[test]
    fn a_master_key_is_never_shown() {
        let shown = format!("{:?}", MasterKey::new([0x5a; 32]));
        assert!(!shown.contains("90") && !shown.contains("5a"), "{shown}");
    }

    #[test]
    fn what_was_sealed_opens_in_its_own_place_with_its_own_key_only() {
        let vault = vault(7);
        let owner = ParticipantRef(Uuid::from_u128(1));
        let (key, wrapped) = vault.new_key(owner).unwrap();
        let sealed = vault.seal(&key, SealedAt("body", b"1"), b"content").unwrap();
        assert!(!sealed.windows(7).any(|w| w == b"content"));
        let again = vault.unwrap(owner, &wrapped).unwrap();
        assert_eq!(vault.open(&again, SealedAt("body", b"1"), &sealed).unwrap(), b"content");
        assert!(vault.open(&key, SealedAt("body", b"2"), &sealed).is_err());
        assert!(vault.open(&key, SealedAt("frozen", b"1"), &sealed).is_err());
        assert!(vault.open(vault.hub(), SealedAt("body", b"1"), &sealed).is_err());
        assert!(vault.unwrap(ParticipantRef(Uuid::from_u128(2)), &wrapped).is_err());
        for i in 0..sealed.len() {
            let mut flipped = sealed.clone();
            flipped[i] ^= 1;
            assert!(vault.open(&key, SealedAt("body", b"1"), &flipped).is_err(), "byte {i}");
        }
        assert!(vault.open(&key, SealedAt("body", b"1"), &sealed[..5]).is_err());
    }

    #[test]
    fn another_master_key_finds_and_opens_nothing() {
        let (one, other) = (vault(7), vault(8));
        let id = NationalId::parse("15720255178").unwrap();
        assert_ne!(one.lookup(&id), other.lookup(&id));
        assert_ne!(one.digest("a", &[b"x"]), other.digest("a", &[b"x"]));
        let sealed = one.seal(one.hub(), SealedAt("x", b""), b"y").unwrap();
        assert!(other.open(other.hub(), SealedAt("x", b""), &sealed).is_err());
    }

    #[test]
    fn digests_keep_domains_and_parts_apart() {
        let vault = vault(7);
        assert_ne!(vault.digest("a", &[b"x"]), vault.digest("b", &[b"x"]));
        assert_ne!(vault.digest("a", &[b"xy", b"z"]), vault.digest("a", &[b"x", b"yz"]));
        assert_eq!(vault.digest("a", &[b"x"]), vault.digest("a", &[b"x"]));
    }

    #[test]
    fn ids_of_one_millisecond_are_in_order_and_later_ones_come_after() {
        let vault = vault(7);
        let ids: Vec<_> = [5, 5, 5, 6, 6].into_iter().map(|ms| vault.uuid_v7(ms)).collect();
        assert!(ids.is_sorted_by(|a, b| a < b), "{ids:?}");
        assert!(ids.iter().all(|id| id.get_version_num() == 7));
    }

    #[test]
    fn a_nonce_is_never_used_twice() {
        let vault = vault(7);
        // The loop draws more nonces than the pool holds.
        let mut seen = std::collections::HashSet::new();
        for _ in 0..1000 {
            let sealed = vault.seal(vault.hub(), SealedAt("x", b""), b"same").unwrap();
            assert!(seen.insert(sealed[1..=NONCE_LEN].to_vec()));
        }
    }
}
