//! The manifest: an adapter's own description of itself.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// An adapter's description of itself, with the needs of its endpoints.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Manifest {
    /// The id, a slug such as `gp-dialogmelding`.
    pub id: String,
    /// The adapter's own version, semantic.
    pub version: String,
    /// The version of the contract.
    pub contract: String,
    /// Its use, in one sentence.
    pub description: String,
    /// The formats that it reads and writes.
    pub formats: Vec<Format>,
    /// The kinds that a document it reads can become.
    pub reads: Vec<String>,
    /// The kinds that it can write.
    pub writes: Vec<String>,
    /// A JSON Schema for the endpoint's settings.
    pub settings: Value,
    /// The needs of an endpoint that uses it.
    pub needs: EndpointNeeds,
    /// Whether a person enters the written document in the receiver's system, where the endpoint has no address. The document is
    /// with that person, and not delivered, until they say that it is entered.
    #[serde(default)]
    pub entered_by_hand: bool,
}

/// A native format.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Format {
    /// The media type.
    pub media_type: String,
    /// Its description, in a few words.
    pub description: String,
}

/// The needs of an endpoint: the hub lets it use the adapter once they are met.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct EndpointNeeds {
    /// Identities of the hub's own on this wire: `herId`, `orgNumber`.
    pub endpoint: Vec<String>,
    /// Identities of the party: `herId`, `orgNumber`.
    pub party: Vec<String>,
    /// The credential slots that its requests may name.
    pub credentials: Vec<String>,
}
