//! Sealing: the keys, and the frozen bytes of deliveries.

pub(crate) mod aead;
pub(crate) mod frozen;
pub(crate) mod keyring;
pub(crate) mod master;
pub(crate) mod seal;
