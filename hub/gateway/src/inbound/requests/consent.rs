//! Requests about a registered consent.

use bindeledd_consent_document::read_evidence;
use bindeledd_core::consent::Evidence;
use bindeledd_core::{Category, CategorySet, InputCode, InputError, PartyName, Purpose};
use bindeledd_fields::{Fields, LONGEST_LIST, LONGEST_TEXT};
use schemars::JsonSchema;
use serde_json::json;

use super::Request;
use super::fields::{CategoryForm, SOMETHING};
use crate::inbound::schema::PARTY_NAME;

const PARTY: &str = "a party: its id, org:<organisation number> or her:<HER-id>";

/// Confirmation of grants that another party registered.
#[derive(Default, JsonSchema)]
#[schemars(
    rename = "Confirmation",
    deny_unknown_fields,
    example = json!({}),
    example = json!({
        "from": "org:915933149",
        "to": "fjellvik-legekontor",
        "evidence": { "type": "phone-call", "reference": "arkiv 2026/17", "sha256": "0".repeat(64) },
    })
)]
pub(crate) struct ConfirmationRequest {
    /// Sender of the grants; the calling party where it is left out.
    #[schemars(with = "Option<String>", regex(pattern = PARTY_NAME))]
    pub(crate) from: Option<PartyName>,
    /// Receiver of the grants; every receiver where it is left out.
    #[schemars(with = "Option<String>", regex(pattern = PARTY_NAME))]
    pub(crate) to: Option<PartyName>,
    /// Evidence of the sender's word, where the operator confirms: the place where it is kept, never its content.
    pub(crate) evidence: Option<ConfirmationEvidence>,
}

/// Evidence that a sender has confirmed.
#[derive(JsonSchema)]
#[schemars(inline, deny_unknown_fields)]
pub(crate) struct ConfirmationEvidence {
    /// Type of evidence, such as `agreement` or `phone-call`. It goes into the audit log, so it is a word and no text.
    #[schemars(rename = "type", regex(pattern = "^[a-z][a-z0-9-]{0,39}$"))]
    kind: String,
    /// Place where the evidence is kept.
    #[schemars(length(min = 1, max = LONGEST_TEXT), regex(pattern = SOMETHING))]
    reference: String,
    /// SHA-256 digest of the evidence, in hexadecimal.
    #[schemars(regex(pattern = "^[0-9a-f]{64}$"))]
    sha256: Option<String>,
}

impl Request for ConfirmationRequest {
    fn take(mut fields: Fields) -> Result<Self, InputError> {
        let request = Self {
            from: fields.read("from", PARTY, party_name)?,
            to: fields.read("to", PARTY, party_name)?,
            evidence: match fields.has("evidence") {
                true => Some(ConfirmationEvidence::take(&mut fields)?),
                false => None,
            },
        };
        fields.finish("one of from, to, evidence")?;
        Ok(request)
    }
}

impl ConfirmationEvidence {
    fn take(fields: &mut Fields) -> Result<Self, InputError> {
        let Evidence {
            kind,
            reference,
            sha256,
        } = read_evidence(fields)?;
        if !Evidence::is_type(&kind) {
            let expected = "a word of lower-case letters, digits and hyphens, such as agreement or phone-call";
            return Err(InputError::new(InputCode::Invalid, "evidence.type", expected));
        }
        Ok(Self {
            kind,
            reference,
            sha256,
        })
    }
}

impl From<ConfirmationEvidence> for Evidence {
    fn from(evidence: ConfirmationEvidence) -> Self {
        let ConfirmationEvidence {
            kind,
            reference,
            sha256,
        } = evidence;
        Self {
            kind,
            reference,
            sha256,
        }
    }
}

/// Extent of a withdrawal: everything, all exchange with one party, or one exchange.
#[derive(JsonSchema)]
#[schemars(
    rename = "Withdrawal",
    untagged,
    deny_unknown_fields,
    example = json!({}),
    example = json!({ "party": "fjellvik-legekontor" }),
    example = json!({
        "from": "org:915933149", "to": "her:8142952", "purpose": "work-oriented-followup", "categories": ["progress"],
    })
)]
pub(crate) enum WithdrawalRequest {
    /// Everything that the route can withdraw.
    Whole {},
    /// All exchange with one party, in both directions.
    Party {
        /// Party: its id, org:<organisation number> or her:<HER-id>.
        #[schemars(with = "String", regex(pattern = PARTY_NAME))]
        party: PartyName,
    },
    /// Exchange from one party to another.
    Exchange {
        /// Sender: its id, org:<organisation number> or her:<HER-id>.
        #[schemars(with = "String", regex(pattern = PARTY_NAME))]
        from: PartyName,
        /// Receiver: its id, org:<organisation number> or her:<HER-id>.
        #[schemars(with = "String", regex(pattern = PARTY_NAME))]
        to: PartyName,
        /// Purpose of the exchange.
        #[schemars(with = "Option<String>", extend("enum" = Purpose::ALL.map(Purpose::code)))]
        purpose: Option<Purpose>,
        /// Data categories that are withdrawn; all where it is left out.
        #[schemars(with = "Option<Vec<CategoryForm>>", length(min = 1, max = LONGEST_LIST))]
        categories: Option<CategorySet>,
    },
}

impl Default for WithdrawalRequest {
    fn default() -> Self {
        Self::Whole {}
    }
}

impl Request for WithdrawalRequest {
    fn take(mut fields: Fields) -> Result<Self, InputError> {
        let request = if fields.has("party") {
            Self::Party {
                party: fields.need_read("party", PARTY, party_name)?,
            }
        } else if fields.has("from") || fields.has("to") {
            Self::Exchange {
                from: fields.need_read("from", PARTY, party_name)?,
                to: fields.need_read("to", PARTY, party_name)?,
                purpose: purpose(&mut fields)?,
                categories: categories(&mut fields)?,
            }
        } else {
            Self::Whole {}
        };
        fields
            .finish("nothing for the whole; party; or from and to, with purpose and categories where it is not all")?;
        Ok(request)
    }
}

fn party_name(raw: &str) -> Option<PartyName> {
    PartyName::parse(raw).ok()
}

fn purpose(fields: &mut Fields) -> Result<Option<Purpose>, InputError> {
    let Some(code) = fields.text("purpose")? else {
        return Ok(None);
    };
    let unknown = || fields.error(InputCode::UnknownCode, "purpose", Purpose::WorkOrientedFollowup.code());
    Purpose::parse(&code).map(Some).ok_or_else(unknown)
}

fn categories(fields: &mut Fields) -> Result<Option<CategorySet>, InputError> {
    if !fields.has("categories") {
        return Ok(None);
    }
    let listed = fields.list("categories", "a list with at least one data category")?;
    let codes = listed.into_iter().map(|(path, value)| {
        let expected = || format!("one of {}", Category::ALL.map(Category::code).join(", "));
        let found = value.as_str().and_then(Category::parse);
        found.ok_or_else(|| InputError::new(InputCode::UnknownCode, path, expected()))
    });
    codes.collect::<Result<CategorySet, _>>().map(Some)
}
