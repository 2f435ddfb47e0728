//! Requests about the versions of adapters.

use bindeledd_core::audit::reason_of_act;
use bindeledd_core::{InputCode, InputError};
use bindeledd_fields::Fields;
use schemars::JsonSchema;
use serde_json::json;

use super::Request;
use super::fields::number;

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

/// Letting a version of an adapter run in the shadow of the one in use.
#[derive(JsonSchema)]
#[schemars(
    rename = "AdapterShadowing",
    deny_unknown_fields,
    example = json!({ "version": "0.2.0", "minutes": 60, "documents": 500, "reason": "before the switch in May" })
)]
pub(crate) struct AdapterShadowRequest {
    /// Version to run: its name, its digest or the first 8 digits of it.
    #[schemars(regex(pattern = "^[0-9A-Za-z.+-]{1,64}$"))]
    pub(crate) version: String,
    /// Longest time, in minutes. Left out, it is a day.
    #[schemars(range(min = 1, max = 10_080))]
    pub(crate) minutes: Option<u32>,
    /// Number of documents after which it ends. Left out, only the time ends it.
    #[schemars(range(min = 1, max = 1_000_000))]
    pub(crate) documents: Option<u32>,
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

fn bounded(fields: &mut Fields, name: &str, expected: &str, most: u32) -> Result<Option<u32>, InputError> {
    match number(fields, name, expected)? {
        Some(n) if (1..=most).contains(&n) => Ok(Some(n)),
        Some(_) => Err(fields.error(InputCode::Invalid, name, expected)),
        None => Ok(None),
    }
}

impl Request for AdapterShadowRequest {
    fn take(mut fields: Fields) -> Result<Self, InputError> {
        let taken = Self {
            version: fields.need_read("version", VERSION, version)?,
            minutes: bounded(&mut fields, "minutes", "minutes, from 1 to 10080", 10_080)?,
            documents: bounded(&mut fields, "documents", "a number from 1 to 1000000", 1_000_000)?,
            reason: reason(&mut fields)?,
        };
        fields.finish("version, minutes, documents and reason")?;
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
