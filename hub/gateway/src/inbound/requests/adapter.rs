//! Requests about the versions of adapters.

use bindeledd_core::InputError;
use bindeledd_core::audit::reason_of_act;
use bindeledd_fields::Fields;
use schemars::JsonSchema;
use serde_json::json;

use super::Request;

const REASON: &str = "a line of 5 to 300 characters, without names and identity numbers of persons";
const VERSION: &str = "a version, the digest of one or its first 8 digits, or `configured`";

/// Taking a version of an adapter into use.
#[derive(JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(
    rename = "AdapterUse",
    deny_unknown_fields,
    example = json!({ "version": "0.2.0", "inUse": "configured", "grant": true, "reason": "the receiver's new form" })
)]
pub(crate) struct AdapterUseRequest {
    /// Version to use: its name, its digest or the first 8 digits of it, or `configured`.
    #[schemars(regex(pattern = "^[0-9A-Za-z.+-]{1,64}$"))]
    pub(crate) version: String,
    /// Version in use, as the caller saw it. The hub refuses the request if another one is in use now.
    #[schemars(regex(pattern = "^[0-9A-Za-z.+-]{1,64}$"))]
    pub(crate) in_use: Option<String>,
    /// True to allow what the version needs beyond what was allowed before.
    #[serde(default)]
    pub(crate) grant: bool,
    /// Reason, without names of persons. It goes into the audit log.
    #[schemars(length(min = 5, max = 300), regex(pattern = r"\S.{3,}\S"))]
    pub(crate) reason: Option<String>,
}

/// Taking the version before into use again.
#[derive(Default, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(
    rename = "AdapterBack",
    deny_unknown_fields,
    example = json!({ "inUse": "0.2.0", "reason": "its documents are refused" })
)]
pub(crate) struct AdapterBackRequest {
    /// Version in use, as the caller saw it. The hub refuses the request if another one is in use now.
    #[schemars(regex(pattern = "^[0-9A-Za-z.+-]{1,64}$"))]
    pub(crate) in_use: Option<String>,
    /// Reason, without names of persons. It goes into the audit log.
    #[schemars(length(min = 5, max = 300), regex(pattern = r"\S.{3,}\S"))]
    pub(crate) reason: Option<String>,
}

/// Removing a version of an adapter that is not in use.
#[derive(JsonSchema)]
#[schemars(
    rename = "AdapterRemoval",
    deny_unknown_fields,
    example = json!({ "version": "0.1.0", "reason": "replaced in May" })
)]
pub(crate) struct AdapterRemovalRequest {
    /// Version to remove: its name, its digest or the first 8 digits of it.
    #[schemars(regex(pattern = "^[0-9A-Za-z.+-]{1,64}$"))]
    pub(crate) version: String,
    /// Reason, without names of persons. It goes into the audit log.
    #[schemars(length(min = 5, max = 300), regex(pattern = r"\S.{3,}\S"))]
    pub(crate) reason: Option<String>,
}

fn version(raw: &str) -> Option<String> {
    let is_legal = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'+' | b'-');
    ((1..=64).contains(&raw.len()) && raw.bytes().all(is_legal)).then(|| raw.to_owned())
}

fn reason(fields: &mut Fields) -> Result<Option<String>, InputError> {
    fields.read("reason", REASON, |raw| reason_of_act(raw).map(str::to_owned))
}

impl Request for AdapterUseRequest {
    fn take(mut fields: Fields) -> Result<Self, InputError> {
        let taken = Self {
            version: fields.need_read("version", VERSION, version)?,
            in_use: fields.read("inUse", VERSION, version)?,
            grant: fields.flag("grant")?.unwrap_or_default(),
            reason: reason(&mut fields)?,
        };
        fields.finish("version, inUse, grant and reason")?;
        Ok(taken)
    }
}

impl Request for AdapterBackRequest {
    fn take(mut fields: Fields) -> Result<Self, InputError> {
        let taken = Self {
            in_use: fields.read("inUse", VERSION, version)?,
            reason: reason(&mut fields)?,
        };
        fields.finish("inUse and reason")?;
        Ok(taken)
    }
}

impl Request for AdapterRemovalRequest {
    fn take(mut fields: Fields) -> Result<Self, InputError> {
        let taken = Self {
            version: fields.need_read("version", VERSION, version)?,
            reason: reason(&mut fields)?,
        };
        fields.finish("version and reason")?;
        Ok(taken)
    }
}
