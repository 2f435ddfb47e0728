//! Sealing: what tells of a person is on the disk only as ciphertext, bound to the row that it stands in.
//!
//! Every participant has a random key, wrapped under a key derived from the master key. What names a person or comes from
//! a sender and has to be found again is kept as a digest under a key of its own.

use std::sync::{Arc, Mutex, PoisonError};

use bindeledd_core::{NationalId, ParticipantRef};
use bindeledd_engine::ports::Entropy;
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::{hkdf, hmac};
use uuid::Uuid;

use crate::fault::{Fault, damaged};

/// The first byte of everything sealed.
const FORMAT: u8 = 1;
/// How much randomness is drawn at a time.
const POOL: usize = 4096;

/// Where something sealed stands: its table or column, and its row.
#[derive(Clone, Copy)]
pub(crate) struct Place<'a>(pub(crate) &'static str, pub(crate) &'a [u8]);

/// A key that seals.
pub(crate) struct SealKey(LessSafeKey);

/// The store's keys, and where its randomness comes from.
pub(crate) struct Vault {
    wrap: SealKey,
    hub: SealKey,
    index: hmac::Key,
    names: hmac::Key,
    entropy: Arc<dyn Entropy>,
    pool: Mutex<Pool>,
    newest_id: Mutex<(u64, u16)>,
}

/// Randomness that was drawn and not yet used.
struct Pool {
    bytes: [u8; POOL],
    used: usize,
}

impl Vault {
    /// The keys that come from `master`.
    pub(crate) fn new(master: &[u8; 32], entropy: Arc<dyn Entropy>) -> Result<Self, Fault> {
        let derived = |label: &'static str| -> Result<[u8; 32], Fault> {
            let secret = hkdf::Salt::new(hkdf::HKDF_SHA256, b"bindeledd store 1").extract(master);
            let mut key = [0; 32];
            let info = [label.as_bytes()];
            let filled = secret
                .expand(&info, hkdf::HKDF_SHA256)
                .and_then(|okm| okm.fill(&mut key));
            filled.map_err(|_| damaged("a key can not be derived"))?;
            Ok(key)
        };
        Ok(Self {
            wrap: SealKey::new(&derived("wrap participants' keys")?)?,
            hub: SealKey::new(&derived("seal without a participant")?)?,
            index: hmac::Key::new(hmac::HMAC_SHA256, &derived("look up national ids")?),
            names: hmac::Key::new(hmac::HMAC_SHA256, &derived("digest names")?),
            entropy,
            pool: Mutex::new(Pool {
                bytes: [0; POOL],
                used: POOL,
            }),
            newest_id: Mutex::new((0, 0)),
        })
    }

    /// The key for what belongs to no participant.
    pub(crate) fn hub(&self) -> &SealKey {
        &self.hub
    }

    /// By what a person is found again.
    pub(crate) fn lookup(&self, id: &NationalId) -> [u8; 32] {
        tag(&self.index, &[id.reveal().as_bytes()])
    }

    /// A digest of something that a party named or wrote. The domain keeps equal values in different places apart.
    pub(crate) fn digest(&self, domain: &'static str, parts: &[&[u8]]) -> [u8; 32] {
        let mut all = Vec::with_capacity(parts.len() + 1);
        all.push(domain.as_bytes());
        all.extend_from_slice(parts);
        tag(&self.names, &all)
    }

    /// A new participant's key, and how it is kept.
    pub(crate) fn new_key(&self, owner: ParticipantRef) -> Result<(SealKey, Vec<u8>), Fault> {
        let key: [u8; 32] = self.random();
        let wrapped = self.seal(&self.wrap, Place("participant.key", owner.0.as_bytes()), &key)?;
        Ok((SealKey::new(&key)?, wrapped))
    }

    /// A participant's key.
    pub(crate) fn unwrap(&self, owner: ParticipantRef, wrapped: &[u8]) -> Result<SealKey, Fault> {
        let key = self.open(&self.wrap, Place("participant.key", owner.0.as_bytes()), wrapped)?;
        let key: [u8; 32] = key
            .try_into()
            .map_err(|_| damaged("a participant's key has another length"))?;
        SealKey::new(&key)
    }

    /// Seals `plain` for its place.
    pub(crate) fn seal(&self, key: &SealKey, place: Place<'_>, plain: &[u8]) -> Result<Vec<u8>, Fault> {
        let nonce: [u8; NONCE_LEN] = self.random();
        let mut sealed = Vec::with_capacity(1 + NONCE_LEN + plain.len() + AES_256_GCM.tag_len());
        sealed.push(FORMAT);
        sealed.extend_from_slice(&nonce);
        sealed.extend_from_slice(plain);
        let nonce = Nonce::assume_unique_for_key(nonce);
        let content = sealed.get_mut(1 + NONCE_LEN..).unwrap_or_default();
        let tag = key.0.seal_in_place_separate_tag(nonce, place.aad(), content);
        let tag = tag.map_err(|_| damaged("something is too large to be sealed"))?;
        sealed.extend_from_slice(tag.as_ref());
        Ok(sealed)
    }

    /// Opens what was sealed for that place.
    pub(crate) fn open(&self, key: &SealKey, place: Place<'_>, sealed: &[u8]) -> Result<Vec<u8>, Fault> {
        let unreadable = || damaged(format!("what is sealed in {} does not open", place.0));
        let (format, rest) = sealed.split_first().ok_or_else(unreadable)?;
        let (nonce, content) = rest.split_at_checked(NONCE_LEN).ok_or_else(unreadable)?;
        if *format != FORMAT {
            return Err(unreadable());
        }
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| unreadable())?;
        let mut content = content.to_vec();
        let length = key
            .0
            .open_in_place(nonce, place.aad(), &mut content)
            .map_err(|_| unreadable())?
            .len();
        content.truncate(length);
        Ok(content)
    }

    /// A new UUIDv7. Those of one millisecond are in the order in which they were made, up to 4096 of them.
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

    /// Randomness for keys, nonces and ids.
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

impl Place<'_> {
    fn aad(&self) -> Aad<Vec<u8>> {
        let mut aad = Vec::with_capacity(self.0.len() + 1 + self.1.len());
        aad.extend_from_slice(self.0.as_bytes());
        aad.push(0);
        aad.extend_from_slice(self.1);
        Aad::from(aad)
    }
}

impl SealKey {
    fn new(key: &[u8; 32]) -> Result<Self, Fault> {
        let key = UnboundKey::new(&AES_256_GCM, key).map_err(|_| damaged("a key has another length"))?;
        Ok(Self(LessSafeKey::new(key)))
    }
}

fn tag(key: &hmac::Key, parts: &[&[u8]]) -> [u8; 32] {
    let mut context = hmac::Context::with_key(key);
    for part in parts {
        // With its length before it, so that parts can not flow into each other.
        context.update(&(part.len() as u64).to_be_bytes());
        context.update(part);
    }
    let mut digest = [0; 32];
    digest.copy_from_slice(context.sign().as_ref());
    digest
}

#[cfg(test)]
mod tests {
    use super::*;

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
        Vault::new(&[master; 32], Arc::new(Counting(Mutex::new(0)))).unwrap()
    }

    #[test]
    fn what_was_sealed_opens_in_its_own_place_with_its_own_key_only() {
        let vault = vault(7);
        let owner = ParticipantRef(Uuid::from_u128(1));
        let (key, wrapped) = vault.new_key(owner).unwrap();
        let sealed = vault.seal(&key, Place("body", b"1"), b"content").unwrap();
        assert!(!sealed.windows(7).any(|w| w == b"content"));
        let again = vault.unwrap(owner, &wrapped).unwrap();
        assert_eq!(vault.open(&again, Place("body", b"1"), &sealed).unwrap(), b"content");
        assert!(vault.open(&key, Place("body", b"2"), &sealed).is_err());
        assert!(vault.open(&key, Place("frozen", b"1"), &sealed).is_err());
        assert!(vault.open(vault.hub(), Place("body", b"1"), &sealed).is_err());
        assert!(vault.unwrap(ParticipantRef(Uuid::from_u128(2)), &wrapped).is_err());
        for i in 0..sealed.len() {
            let mut flipped = sealed.clone();
            flipped[i] ^= 1;
            assert!(vault.open(&key, Place("body", b"1"), &flipped).is_err(), "byte {i}");
        }
        assert!(vault.open(&key, Place("body", b"1"), &sealed[..5]).is_err());
    }

    #[test]
    fn another_master_key_finds_and_opens_nothing() {
        let (one, other) = (vault(7), vault(8));
        let id = NationalId::parse("15720255178").unwrap();
        assert_ne!(one.lookup(&id), other.lookup(&id));
        assert_ne!(one.digest("a", &[b"x"]), other.digest("a", &[b"x"]));
        let sealed = one.seal(one.hub(), Place("x", b""), b"y").unwrap();
        assert!(other.open(other.hub(), Place("x", b""), &sealed).is_err());
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
        // More of them than the pool holds.
        let mut seen = std::collections::HashSet::new();
        for _ in 0..1000 {
            let sealed = vault.seal(vault.hub(), Place("x", b""), b"same").unwrap();
            assert!(seen.insert(sealed[1..=NONCE_LEN].to_vec()));
        }
    }
}
