//! What an adapter says of itself.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What an adapter is, and what its endpoints must have.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Manifest {
    /// The id, a slug such as `gp-dialogmelding`.
    pub id: String,
    /// The adapter's own version, semantic.
    pub version: String,
    /// The version of the contract.
    pub contract: String,
    /// What it is for, in one sentence.
    pub description: String,
    /// The formats that it reads and writes.
    pub formats: Vec<Format>,
    /// The kinds that a document it reads can become.
    pub reads: Vec<String>,
    /// The kinds that it can write.
    pub writes: Vec<String>,
    /// A JSON Schema for the endpoint's settings.
    pub settings: Value,
    /// What an endpoint that uses it must have.
    pub needs: EndpointNeeds,
    /// Whether a person enters what it writes in the receiver's system, where the endpoint has no address. Such a document is
    /// with that person until they say that it is entered, and not delivered.
    #[serde(default)]
    pub entered_by_hand: bool,
}

/// A native format.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Format {
    /// The media type.
    pub media_type: String,
    /// What it is, in a few words.
    pub description: String,
}

/// What an endpoint must have before the hub lets it use an adapter.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct EndpointNeeds {
    /// Identities of the hub's own on this wire: `herId`, `orgNumber`.
    pub endpoint: Vec<String>,
    /// Identities of the party: `herId`, `orgNumber`.
    pub party: Vec<String>,
    /// The credential slots that its requests may name.
    pub credentials: Vec<String>,
}
