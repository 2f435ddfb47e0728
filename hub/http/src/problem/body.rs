//! The body of a problem answer.

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Serialize;
use serde_json::Value;

use super::codes::CODES;
use crate::json::FlagJson;

/// Problem (RFC 9457).
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Problem")]
pub struct ProblemJson {
    /// Address of the page of the code.
    #[serde(rename = "type")]
    #[schemars(extend("format" = "uri"))]
    pub(super) kind: String,
    /// Short text for the code.
    pub(super) title: &'static str,
    /// HTTP status.
    pub(super) status: u16,
    /// Stable code.
    #[schemars(extend("enum" = CODES.iter().map(|listed| listed.code).collect::<Vec<_>>()))]
    pub(super) code: &'static str,
    /// Text for a person about this case. It has no content of messages.
    pub(super) detail: String,
    /// Next step for a person.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) what_to_do: Option<String>,
    #[serde(flatten)]
    pub(super) members: Members,
}

/// Members that only some problems have.
#[derive(Debug, Default, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Members {
    /// Place of the fault in the request.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) path: Option<String>,
    /// Value that was expected at the place.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) expected: Option<String>,
    /// Code that the adapter gives its refusal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) reason_code: Option<String>,
    /// Findings of the guard in free texts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) flags: Option<Vec<FlagJson>>,
    /// Findings of the guard, as text for a person.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) told: Option<String>,
    /// Refusal in the sender's own format.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) receipt: Option<Receipt>,
    /// State of the command: done, not done, or unknown.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("enum" = ["no", "yes", "unknown"]))]
    pub(super) done: Option<&'static str>,
}

/// Refusal in the sender's own format, for systems that take their receipt from the answer.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(inline)]
pub(super) struct Receipt {
    /// Document: JSON as it is, anything else as `{"base64": …}`.
    #[schemars(schema_with = "any")]
    pub(super) document: Value,
    /// Media type of the document.
    pub(super) media_type: String,
}

fn any(_: &mut SchemaGenerator) -> Schema {
    json_schema!({})
}
