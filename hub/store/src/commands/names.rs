//! Senders' names of their messages and conversations, and the digests by which those are found again.

use bindeledd_core::{ParticipantRef, PartyId, canonical_id};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::sealing::seal::Vault;

/// Those of a message's names that outlive its body; sealed, since a sender may have put anything in them.
#[derive(Serialize, Deserialize)]
pub(crate) struct Names {
    pub(crate) reference: String,
    pub(crate) conversation: String,
    /// When its sender sent it; messages of older versions do not have it here.
    #[serde(default, rename = "sentAt")]
    pub(crate) sent_at: Option<Timestamp>,
}

/// The digest by which a sender's reference is found, however it spells a UUID.
pub(crate) fn reference_digest(vault: &Vault, party: &PartyId, reference: &str) -> [u8; 32] {
    reference_digest_as_written(vault, party, &canonical_id(reference))
}

/// The same of one spelling.
pub(crate) fn reference_digest_as_written(vault: &Vault, party: &PartyId, reference: &str) -> [u8; 32] {
    vault.digest("reference", &[party.as_str().as_bytes(), reference.as_bytes()])
}

/// One person's conversation of one name: parties name them as they like, and two persons' never wait for each other.
pub(crate) fn conversation_key(vault: &Vault, participant: ParticipantRef, name: &str) -> [u8; 16] {
    conversation_key_as_written(vault, participant, &canonical_id(name))
}

/// The same of one spelling.
pub(crate) fn conversation_key_as_written(vault: &Vault, participant: ParticipantRef, name: &str) -> [u8; 16] {
    let digest = vault.digest("conversation", &[participant.0.as_bytes(), name.as_bytes()]);
    let mut key = [0; 16];
    key.copy_from_slice(&digest[..16]);
    key
}
