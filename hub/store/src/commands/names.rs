//! The senders' names for messages and conversations, and the digests that find them.

use bindeledd_core::{ParticipantRef, PartyId, canonical_id};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::conn::codec::Key;
use crate::conn::{Tx, params};
use crate::fault::Fault;
use crate::sealing::seal::Vault;

/// The names of a message that are stored longer than its body. They are sealed, since a sender may have put anything
/// into them.
#[derive(Serialize, Deserialize)]
pub(crate) struct Names {
    pub(crate) reference: String,
    pub(crate) conversation: String,
    /// Time at which the sender sent the message; `None` for messages that an older version stored.
    #[serde(default, rename = "sentAt")]
    pub(crate) sent_at: Option<Timestamp>,
}

/// Returns the digest that finds a sender's reference, for every spelling of a UUID.
pub(crate) fn reference_digest(vault: &Vault, party: &PartyId, reference: &str) -> [u8; 32] {
    reference_digest_as_written(vault, party, &canonical_id(reference))
}

/// Returns the digest of a reference as it is spelt.
pub(crate) fn reference_digest_as_written(vault: &Vault, party: &PartyId, reference: &str) -> [u8; 32] {
    vault.digest("reference", &[party.as_str().as_bytes(), reference.as_bytes()])
}

/// Returns the key of a conversation about one person. Parties choose names freely, so that the key includes the
/// person: conversations about two persons never wait for each other.
pub(crate) fn conversation_key(vault: &Vault, participant: ParticipantRef, name: &str) -> [u8; 16] {
    conversation_key_as_written(vault, participant, &canonical_id(name))
}

/// Returns the key of a conversation whose name is used as it is spelt.
pub(crate) fn conversation_key_as_written(vault: &Vault, participant: ParticipantRef, name: &str) -> [u8; 16] {
    let digest = vault.digest("conversation", &[participant.0.as_bytes(), name.as_bytes()]);
    let mut key = [0; 16];
    key.copy_from_slice(&digest[..16]);
    key
}

/// Returns the digest that finds the conversations of every participant with this name.
pub(crate) fn conversation_name_digest(vault: &Vault, name: &str) -> [u8; 32] {
    vault.digest("conversation-name", &[canonical_id(name).as_bytes()])
}

/// Lets the search find a conversation by its name.
pub(crate) fn remember_conversation(
    tx: &Tx<'_>,
    participant: ParticipantRef,
    name: &str,
    conversation: [u8; 16],
) -> Result<(), Fault> {
    let digest = conversation_name_digest(tx.vault, name);
    let sql =
        "INSERT INTO conversation_name (name, participant, conversation) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING";
    tx.run(sql, params![digest, participant.key(), conversation])?;
    Ok(())
}
