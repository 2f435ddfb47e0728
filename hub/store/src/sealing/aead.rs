//! Authenticated encryption. Sealed data can be opened only with its key and at the place for which it was sealed.

use bindeledd_engine::ports::MasterKey;
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::hkdf;

use crate::fault::{Fault, damaged};

/// First byte of all sealed data.
pub(super) const FORMAT: u8 = 1;

/// The place of sealed data, used as additional authenticated data: its table or column, and its row.
#[derive(Clone, Copy)]
pub(crate) struct SealedAt<'a>(pub(crate) &'static str, pub(crate) &'a [u8]);

pub(crate) struct SealKey(LessSafeKey);

/// Derives the key for one use from `master`.
pub(crate) fn derived(master: &MasterKey, label: &'static str) -> Result<[u8; 32], Fault> {
    let secret = hkdf::Salt::new(hkdf::HKDF_SHA256, b"bindeledd store 1").extract(master.reveal());
    let mut key = [0; 32];
    let info = [label.as_bytes()];
    let filled = secret
        .expand(&info, hkdf::HKDF_SHA256)
        .and_then(|okm| okm.fill(&mut key));
    filled.map_err(|_| damaged("a key can not be derived"))?;
    Ok(key)
}

/// Seals `plain` for its place. The key must never have been used with this nonce before.
pub(crate) fn seal_with(
    key: &SealKey,
    nonce: [u8; NONCE_LEN],
    place: SealedAt<'_>,
    plain: &[u8],
) -> Result<Vec<u8>, Fault> {
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

/// Opens data that was sealed for that place.
pub(crate) fn open_with(key: &SealKey, place: SealedAt<'_>, sealed: &[u8]) -> Result<Vec<u8>, Fault> {
    let unreadable = || damaged(format!("sealed data in {} does not open", place.0));
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

impl SealedAt<'_> {
    fn aad(&self) -> Aad<Vec<u8>> {
        let mut aad = Vec::with_capacity(self.0.len() + 1 + self.1.len());
        aad.extend_from_slice(self.0.as_bytes());
        aad.push(0);
        aad.extend_from_slice(self.1);
        Aad::from(aad)
    }
}

impl SealKey {
    pub(crate) fn new(key: &[u8; 32]) -> Result<Self, Fault> {
        let key = UnboundKey::new(&AES_256_GCM, key).map_err(|_| damaged("a key has another length"))?;
        Ok(Self(LessSafeKey::new(key)))
    }
}
