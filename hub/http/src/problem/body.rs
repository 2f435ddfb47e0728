//! A problem as it is sent.

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Serialize;
use serde_json::Value;

use super::codes::CODES;
use crate::json::FlagJson;

/// A problem as it is sent (RFC 9457).
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Problem")]
pub struct ProblemJson {
    /// The address of the code's page.
    #[serde(rename = "type")]
    #[schemars(extend("format" = "uri"))]
    pub(super) kind: String,
    pub(super) title: &'static str,
    pub(super) status: u16,
    #[schemars(extend("enum" = CODES.iter().map(|listed| listed.code).collect::<Vec<_>>()))]
    pub(super) code: &'static str,
    pub(super) detail: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) what_to_do: Option<&'static str>,
    #[serde(flatten)]
    pub(super) members: Members,
}

/// The members that only some problems have.
#[derive(Debug, Default, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Members {
    /// The place in the request.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) path: Option<String>,
    /// The value that was expected at the place.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) expected: Option<String>,
    /// An adapter's own code for its refusal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) reason_code: Option<String>,
    /// The findings of the guard in free texts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) flags: Option<Vec<FlagJson>>,
    /// The same for a person to read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) told: Option<String>,
    /// The refusal in the sender's own format.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) receipt: Option<Receipt>,
    /// Whether the command was done.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("enum" = ["no", "yes", "unknown"]))]
    pub(super) done: Option<&'static str>,
}

/// A refusal in the sender's own format, for systems that take their receipt from the answer.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(inline)]
pub(super) struct Receipt {
    #[schemars(schema_with = "any")]
    pub(super) document: Value,
    pub(super) media_type: String,
}

fn any(_: &mut SchemaGenerator) -> Schema {
    json_schema!({})
}
