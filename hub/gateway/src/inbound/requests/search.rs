//! Requests of the search for messages. Ids that a sender or a receiver made stand in a body, never in an address.

use bindeledd_core::InputError;
use bindeledd_fields::Fields;
use schemars::JsonSchema;
use serde_json::json;

use super::Request;
use super::fields::Text;

/// Names of messages. A message that is listed has every given name.
#[derive(Default, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(
    rename = "MessageNames",
    deny_unknown_fields,
    example = json!({ "reference": "t-2026-17", "externalId": "5b1f0c52-1111-4a00-8000-00000000007a" })
)]
pub(crate) struct MessageNames {
    /// Reference that the sender gave the message.
    pub(crate) reference: Option<Text>,
    /// Id of the message, a delivery, a conversation or a receipt, or an id that a receiver's system or a transport uses.
    pub(crate) external_id: Option<Text>,
}

impl Request for MessageNames {
    fn take(mut fields: Fields) -> Result<Self, InputError> {
        let reference = Text::take(&mut fields, "reference")?;
        let external_id = Text::take(&mut fields, "externalId")?;
        fields.finish("reference or externalId")?;
        Ok(Self { reference, external_id })
    }
}

/// Id of anything.
#[derive(JsonSchema)]
#[schemars(
    rename = "AnyId",
    deny_unknown_fields,
    example = json!({ "id": "5b1f0c52-1111-4a00-8000-00000000007a" })
)]
pub(crate) struct AnyId {
    /// Id of a message, a delivery, a conversation, a receipt, a participant, a consent, an alert or a party; or a sender's
    /// reference.
    pub(crate) id: Text,
}

impl Request for AnyId {
    fn take(mut fields: Fields) -> Result<Self, InputError> {
        let id = Text::need(&mut fields, "id", "the id to find")?;
        fields.finish("id")?;
        Ok(Self { id })
    }
}
