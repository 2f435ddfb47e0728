//! Requests about a participant. A national identity number occurs only in a body, never in a URL.

use bindeledd_core::{AccessReason, InputCode, InputError, NationalId};
use bindeledd_fields::Fields;
use schemars::JsonSchema;
use serde_json::{Value, json};

use super::Request;
use super::fields::NATIONAL_ID;

const ELEVEN_DIGITS: &str = "a national identity number or D-number of 11 digits";

/// Person whose pseudonym is asked for.
#[derive(JsonSchema)]
#[schemars(rename_all = "camelCase", deny_unknown_fields, example = json!({ "nationalId": "15720255178" }))]
pub(crate) struct ParticipantLookup {
    /// Fødselsnummer or D-number.
    #[schemars(with = "String", regex(pattern = NATIONAL_ID))]
    pub(crate) national_id: NationalId,
}

impl Request for ParticipantLookup {
    fn take(mut fields: Fields) -> Result<Self, InputError> {
        let request = Self {
            national_id: national_id(&mut fields, "a fødselsnummer or a D-number")?,
        };
        fields.finish("nationalId")?;
        Ok(request)
    }
}

/// Another number of a participant, such as the fødselsnummer that followed a D-number.
#[derive(JsonSchema)]
#[schemars(
    rename = "NationalId",
    rename_all = "camelCase",
    deny_unknown_fields,
    example = json!({ "nationalId": "31777207884" })
)]
pub(crate) struct LinkRequest {
    /// Fødselsnummer or D-number.
    #[schemars(with = "String", regex(pattern = NATIONAL_ID))]
    pub(crate) national_id: NationalId,
}

impl Request for LinkRequest {
    fn take(mut fields: Fields) -> Result<Self, InputError> {
        let request = Self {
            national_id: national_id(&mut fields, ELEVEN_DIGITS)?,
        };
        fields.finish("nationalId")?;
        Ok(request)
    }
}

/// Address protection of a person, to set or to lift.
#[derive(JsonSchema)]
#[schemars(
    rename = "Protection",
    rename_all = "camelCase",
    deny_unknown_fields,
    example = json!({ "nationalId": "15720255178", "protected": true })
)]
pub(crate) struct ProtectionRequest {
    /// Fødselsnummer or D-number.
    #[schemars(with = "String", regex(pattern = NATIONAL_ID))]
    pub(crate) national_id: NationalId,
    /// True sets address protection; false lifts it.
    pub(crate) protected: bool,
}

impl Request for ProtectionRequest {
    fn take(mut fields: Fields) -> Result<Self, InputError> {
        let national_id = national_id(&mut fields, ELEVEN_DIGITS)?;
        let Some(Value::Bool(protected)) = fields.take("protected") else {
            let expected = "true to set address protection, false to lift it";
            return Err(fields.error(InputCode::Invalid, "protected", expected));
        };
        fields.finish("nationalId and protected")?;
        Ok(Self { national_id, protected })
    }
}

/// Reason for handing out all that the hub holds about a participant.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields, example = json!({ "reason": "innsynskrav 2026/17" }))]
pub(crate) struct ExportRequest {
    /// Case that the reason stands in, without names and numbers of persons. It goes into the audit log.
    #[schemars(with = "String", length(min = 3, max = 300), regex(pattern = r"\S.+\S"))]
    pub(crate) reason: AccessReason,
}

impl Request for ExportRequest {
    fn take(mut fields: Fields) -> Result<Self, InputError> {
        let reason = AccessReason::parse(&fields.need_text("reason", "why it is given out")?)?;
        fields.finish("reason")?;
        Ok(Self { reason })
    }
}

/// Request to see the content of a message.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields, example = json!({ "reason": "teksten avvises, sak 2026/17" }))]
pub(crate) struct OpeningRequest {
    /// Reason, without names and numbers of persons.
    #[schemars(with = "String", length(min = 3, max = 300), regex(pattern = r"\S.+\S"))]
    pub(crate) reason: AccessReason,
}

impl Request for OpeningRequest {
    fn take(mut fields: Fields) -> Result<Self, InputError> {
        let reason = AccessReason::parse(&fields.need_text("reason", "why it is to be seen")?)?;
        fields.finish("reason")?;
        Ok(Self { reason })
    }
}

/// The operator's look into an inbox.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields, example = json!({ "reason": "skrives ut og sendes for mottakeren" }))]
pub(crate) struct OpenInboxRequest {
    /// Reason, without names and numbers of persons. The participants are told it.
    #[schemars(with = "String", length(min = 3, max = 300), regex(pattern = r"\S.+\S"))]
    pub(crate) reason: AccessReason,
}

impl Request for OpenInboxRequest {
    fn take(mut fields: Fields) -> Result<Self, InputError> {
        let reason = AccessReason::parse(&fields.need_text("reason", "why it is opened")?)?;
        fields.finish("reason")?;
        Ok(Self { reason })
    }
}

fn national_id(fields: &mut Fields, expected: &str) -> Result<NationalId, InputError> {
    fields.need_read("nationalId", expected, |raw| NationalId::parse(raw).ok())
}
