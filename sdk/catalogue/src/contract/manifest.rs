//! The manifest: an adapter's own description of itself.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// An adapter's description of itself, with the needs of its endpoints.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Manifest {
    /// Id: a slug such as `gp-dialogmelding`.
    pub id: String,
    /// Version of the adapter itself, by semantic versioning.
    pub version: String,
    /// Version of the contract. The hub takes it from the name of the adapter's export, whatever stands here.
    #[serde(default)]
    pub contract: String,
    /// Use of the adapter, in one sentence.
    pub description: String,
    /// Formats that it reads and writes.
    pub formats: Vec<Format>,
    /// Kinds that a document can become when it is read.
    pub reads: Vec<String>,
    /// Kinds that it can write.
    pub writes: Vec<String>,
    /// JSON Schema of the endpoint's settings.
    #[serde(default)]
    pub settings: Value,
    /// Needs of an endpoint that uses the adapter.
    #[serde(default)]
    pub needs: EndpointNeeds,
    /// True if a person enters the document by hand when the endpoint has no address. It is delivered once they report it.
    #[serde(default)]
    pub entered_by_hand: bool,
    /// Meaning of a plain success (2xx) of the party's system. Anything but `ask` spares a call of the adapter.
    #[serde(default)]
    pub on2xx: On2xx,
}

/// The meaning of a plain success of the party's system. An unknown word means `ask`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum On2xx {
    /// The party has the document.
    Delivered,
    /// A receipt is to come, for one of the ids that the request carried.
    AwaitingReceipt,
    /// The adapter says what it means.
    #[default]
    #[serde(other)]
    Ask,
}

/// A native format.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Format {
    /// Media type.
    pub media_type: String,
    /// Description in a few words.
    pub description: String,
}

/// Needs of an endpoint. The hub lets it use the adapter once they are met.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct EndpointNeeds {
    /// Identities that the hub itself needs on this wire: `herId`, `orgNumber`.
    pub endpoint: Vec<String>,
    /// Identities that the party needs: `herId`, `orgNumber`.
    pub party: Vec<String>,
    /// Credential slots that the adapter's requests may name.
    pub credentials: Vec<String>,
}
