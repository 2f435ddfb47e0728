//! A master key, which wraps the keys of the ring and seals nothing else.

use bindeledd_engine::ports::{MasterKey, MasterKeyId};
use ring::aead::NONCE_LEN;

use crate::conn::codec::hexadecimal;
use crate::fault::{Fault, OpenError, damaged};
use crate::sealing::aead::{SealKey, SealedAt, derived, open_with, seal_with};

/// A master key of the ring: its wrapping key, and an id that reveals nothing of the key.
pub(crate) struct Master {
    pub(crate) id: String,
    key: SealKey,
}

impl Master {
    pub(crate) fn of(master: &MasterKey) -> Result<Self, Fault> {
        let name = derived(master, "name the master key")?;
        Ok(Self {
            id: hexadecimal(&name[..8]),
            key: SealKey::new(&derived(master, "wrap the key ring")?)?,
        })
    }

    pub(super) fn wrap(
        &self,
        nonce: [u8; NONCE_LEN],
        purpose: &str,
        version: u32,
        key: &[u8; 32],
    ) -> Result<Vec<u8>, Fault> {
        seal_with(
            &self.key,
            nonce,
            SealedAt("key_ring.wrapped", &place(purpose, version)),
            key,
        )
    }

    pub(super) fn unwrap(&self, purpose: &str, version: u32, wrapped: &[u8]) -> Result<[u8; 32], Fault> {
        let plain = open_with(
            &self.key,
            SealedAt("key_ring.wrapped", &place(purpose, version)),
            wrapped,
        )?;
        plain
            .try_into()
            .map_err(|_| damaged("a key of the ring has another length"))
    }
}

fn place(purpose: &str, version: u32) -> Vec<u8> {
    format!("{purpose}/{version}").into_bytes()
}

/// Returns the id of a master key, by which an operator tells keys apart.
///
/// # Errors
/// Never in practice: the key has the right length by its type.
pub fn master_key_id(key: &MasterKey) -> Result<MasterKeyId, OpenError> {
    Ok(MasterKeyId(Master::of(key)?.id))
}
