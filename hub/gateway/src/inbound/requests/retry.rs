//! Requests about retries.

use bindeledd_core::InputError;
use bindeledd_core::audit::reason_of_act;
use bindeledd_fields::Fields;
use schemars::JsonSchema;
use serde_json::json;

use super::Request;

/// Start of a previewed retry.
#[derive(JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(
    rename = "RetryStart",
    deny_unknown_fields,
    example = json!({ "token": "5b1f0c5211114a00800000000000007a", "reason": "the receiver's outage is over", "oneFirst": true })
)]
pub(crate) struct RetryStart {
    /// Token of the preview.
    #[schemars(regex(pattern = "^[0-9a-f]{32}$"))]
    pub(crate) token: String,
    /// Reason for the retry, without names of persons. It goes into the audit log.
    #[schemars(length(min = 5, max = 300), regex(pattern = r"\S.{3,}\S"))]
    pub(crate) reason: String,
    /// True if one delivery goes first, and the others once it has arrived. Without it, all go at once.
    #[serde(default)]
    pub(crate) one_first: bool,
}

impl Request for RetryStart {
    fn take(mut fields: Fields) -> Result<Self, InputError> {
        let token = fields.need_read("token", "the token of a preview: 32 hexadecimal digits", |raw| {
            let is_token = raw.len() == 32 && raw.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
            is_token.then(|| raw.to_owned())
        })?;
        let expected = "a line of 5 to 300 characters, without names and identity numbers of persons";
        let reason = fields.need_read("reason", expected, |raw| reason_of_act(raw).map(str::to_owned))?;
        let one_first = fields.flag("oneFirst")?.unwrap_or_default();
        fields.finish("token, reason and oneFirst")?;
        Ok(Self {
            token,
            reason,
            one_first,
        })
    }
}
