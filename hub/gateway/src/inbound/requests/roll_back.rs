//! A party's way back to an earlier version.

use bindeledd_core::audit::reason_of_act;
use bindeledd_core::{InputCode, InputError, VersionNumber};
use bindeledd_engine::RollBack;
use bindeledd_fields::Fields;
use schemars::JsonSchema;
use serde_json::json;

use super::Request;
use super::fields::number;

/// Way back to an earlier version of a party.
#[derive(JsonSchema)]
#[schemars(
    rename = "RollBack",
    deny_unknown_fields,
    example = json!({ "to": 2, "from": 3, "reason": "the new address does not answer" })
)]
pub(crate) struct RollBackRequest {
    /// Number of the version whose set-up comes back.
    #[schemars(with = "u32", range(min = 1, max = u32::MAX))]
    to: VersionNumber,
    /// Number of the newest version, as the caller saw it. The hub refuses the request if the party has a newer one.
    #[schemars(with = "u32", range(min = 1, max = u32::MAX))]
    from: VersionNumber,
    /// Reason, without names of persons. It goes into the audit log.
    #[schemars(length(min = 5, max = 300), regex(pattern = r"\S.{3,}\S"))]
    reason: Option<String>,
}

impl From<RollBackRequest> for RollBack {
    fn from(request: RollBackRequest) -> Self {
        let RollBackRequest { to, from, reason } = request;
        Self { to, from, why: reason }
    }
}

fn version(fields: &mut Fields, name: &str) -> Result<VersionNumber, InputError> {
    let expected = "the number of a version, from 1";
    let number = number(fields, name, expected)?.and_then(VersionNumber::new);
    number.ok_or_else(|| fields.error(InputCode::Missing, name, expected))
}

impl Request for RollBackRequest {
    fn take(mut fields: Fields) -> Result<Self, InputError> {
        let (to, from) = (version(&mut fields, "to")?, version(&mut fields, "from")?);
        let expected = "a line of 5 to 300 characters, without names and identity numbers of persons";
        let reason = fields.read("reason", expected, |raw| reason_of_act(raw).map(str::to_owned))?;
        fields.finish("to, from and reason")?;
        Ok(Self { to, from, reason })
    }
}
