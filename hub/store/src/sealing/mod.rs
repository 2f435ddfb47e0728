//! Sealing: the keys, and the bytes that are kept for a delivery.

pub(crate) mod aead;
pub(crate) mod frozen;
pub(crate) mod keyring;
pub(crate) mod master;
pub(crate) mod seal;
