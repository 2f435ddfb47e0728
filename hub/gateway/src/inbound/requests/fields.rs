//! Fields that several requests share: their schemas and their readers.

use std::borrow::Cow;

use bindeledd_core::{Category, HerId, InputCode, InputError, OrgNumber};
use bindeledd_fields::{Fields, LONGEST_TEXT};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::Value;

/// The pattern of a text with at least one visible character.
pub(super) const SOMETHING: &str = r"\S";
/// The pattern of a fødselsnummer or D-number.
pub(super) const NATIONAL_ID: &str = "^[0-9]{11}$";
/// The pattern of an e-mail address that the core accepts.
pub(super) const EMAIL: &str = r"^[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63})+$";
/// The pattern of a party's id in the hub.
pub(super) const PARTY_ID: &str = "^[a-z][a-z0-9-]{1,63}$";
/// The pattern of an organisation number.
pub(super) const ORG_NUMBER: &str = "^[89][0-9]{8}$";

/// A text of 1 to 500 characters on one line, as [`Fields::text`] takes it.
#[derive(Debug, PartialEq, Eq, JsonSchema)]
#[schemars(inline)]
pub(crate) struct Text(#[schemars(length(min = 1, max = LONGEST_TEXT), regex(pattern = SOMETHING))] pub(super) String);

impl Text {
    /// Takes an optional text.
    pub(super) fn take(fields: &mut Fields, name: &str) -> Result<Option<Self>, InputError> {
        Ok(fields.text(name)?.map(Self))
    }

    /// Takes a required text.
    pub(super) fn need(fields: &mut Fields, name: &str, expected: &str) -> Result<Self, InputError> {
        fields.need_text(name, expected).map(Self)
    }
}

impl From<Text> for String {
    fn from(text: Text) -> Self {
        text.0
    }
}

/// The schema of a HER-id: a number, or its digits as text, since many systems store text.
pub(super) enum HerIdForm {}

impl JsonSchema for HerIdForm {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "HerId".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "anyOf": [
            { "type": "integer", "minimum": 1, "maximum": u32::MAX },
            { "type": "string", "pattern": "^0*[1-9][0-9]{0,9}$" },
        ] })
    }
}

/// The schema of a data category: one of its codes.
pub(super) enum CategoryForm {}

impl JsonSchema for CategoryForm {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Category".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "enum": Category::ALL.map(Category::code) })
    }
}

/// Takes a whole number of at least 1.
pub(super) fn number<T: TryFrom<u64>>(
    fields: &mut Fields,
    name: &str,
    expected: &str,
) -> Result<Option<T>, InputError> {
    let Some(value) = fields.take(name) else {
        return Ok(None);
    };
    let number = value.as_u64().filter(|n| *n >= 1).and_then(|n| T::try_from(n).ok());
    number
        .map(Some)
        .ok_or_else(|| fields.error(InputCode::Invalid, name, expected))
}

/// Takes an organisation number.
pub(super) fn org_number(fields: &mut Fields) -> Result<Option<OrgNumber>, InputError> {
    let expected = "an organisation number: 9 digits with a right check digit";
    fields.read("orgNumber", expected, |raw| OrgNumber::parse(raw).ok())
}

/// Takes a HER-id, given as a number or as text.
pub(super) fn her_id(fields: &mut Fields) -> Result<Option<HerId>, InputError> {
    let raw = match fields.take("herId") {
        None => return Ok(None),
        Some(Value::Number(number)) => number.to_string(),
        Some(Value::String(text)) => text,
        Some(_) => String::new(),
    };
    HerId::parse(&raw)
        .map(Some)
        .map_err(|e| fields.error(InputCode::Invalid, "herId", e.to_string()))
}
