//! Requests about deliveries that the operator settles, the clock and keys.

use bindeledd_core::audit::reason_of_act;
use bindeledd_core::delivery::ByHand;
use bindeledd_core::{InputCode, InputError};
use bindeledd_fields::Fields;
use jiff::Timestamp;
use schemars::JsonSchema;
use serde_json::{Value, json};

use super::Request;

/// The pattern of a time with its zone.
const MOMENT: &str =
    r"^[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,9})?)?([Zz]|[+-][0-9]{2}:[0-9]{2})$";
/// The reason for an act, in words.
const REASON: &str = "a line of 5 to 300 characters, without names and identity numbers of persons";

/// Outcome of a delivery that a person took out of the inbox.
#[derive(Default, JsonSchema)]
#[schemars(rename = "ByHand", deny_unknown_fields, example = json!({}), example = json!({ "how": "posted" }))]
pub(crate) struct ByHandRequest {
    /// Outcome of the delivery: entered in the receiver's system, posted, handed over, or not possible.
    #[schemars(
        with = "Option<String>",
        extend("enum" = ByHand::ALL.map(ByHand::code), "default" = ByHand::Entered.code())
    )]
    pub(crate) how: Option<ByHand>,
}

impl Request for ByHandRequest {
    fn take(mut fields: Fields) -> Result<Self, InputError> {
        const HOW: &str = "entered, posted, handed-over or not-possible";
        let how = match fields.take("how") {
            None => None,
            Some(Value::String(code)) => {
                let how = ByHand::parse(&code);
                Some(how.ok_or_else(|| InputError::new(InputCode::UnknownCode, "how", HOW))?)
            }
            Some(_) => return Err(InputError::new(InputCode::Invalid, "how", HOW)),
        };
        fields.finish("how, or nothing")?;
        Ok(Self { how })
    }
}

/// Acceptance of the machine's clock as it is.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields, example = json!({ "reason": "the machine was off for a week" }))]
pub(crate) struct ClockAcceptance {
    /// Reason for accepting the clock, without names of persons. It goes into the audit log.
    #[schemars(length(min = 5, max = 300), regex(pattern = r"\S.{3,}\S"))]
    pub(crate) reason: String,
}

impl Request for ClockAcceptance {
    fn take(mut fields: Fields) -> Result<Self, InputError> {
        let reason = fields.need_read("reason", REASON, |raw| reason_of_act(raw).map(str::to_owned))?;
        fields.finish("reason")?;
        Ok(Self { reason })
    }
}

/// Pause of a party's endpoint.
#[derive(Default, JsonSchema)]
#[schemars(
    deny_unknown_fields,
    example = json!({}),
    example = json!({ "reason": "they move their server", "until": "2026-12-02T06:00:00+01:00" })
)]
pub(crate) struct PauseRequest {
    /// Reason for the pause, without names of persons. It goes into the audit log.
    #[schemars(length(min = 5, max = 300), regex(pattern = r"\S.{3,}\S"))]
    pub(crate) reason: Option<String>,
    /// Time at which the pause ends by itself; only with a reason. Somebody resumes the endpoint where it is left out.
    #[schemars(with = "Option<String>", regex(pattern = MOMENT), extend("format" = "date-time"))]
    pub(crate) until: Option<Timestamp>,
}

impl Request for PauseRequest {
    fn take(mut fields: Fields) -> Result<Self, InputError> {
        let reason = fields.read("reason", REASON, |raw| reason_of_act(raw).map(str::to_owned))?;
        let time = "a time with its zone, such as 2026-12-02T06:00:00+01:00";
        let until = fields.read("until", time, |raw| raw.parse().ok())?;
        if reason.is_none() && until.is_some() {
            return Err(fields.error(InputCode::Missing, "reason", REASON));
        }
        fields.finish("reason, or reason and until")?;
        Ok(Self { reason, until })
    }
}

/// Change to the next master key.
#[derive(Default, JsonSchema)]
#[schemars(deny_unknown_fields, example = json!({}), example = json!({ "rewrap": true }))]
pub(crate) struct Rotation {
    /// True to wrap participants' keys anew as well.
    pub(crate) rewrap: Option<bool>,
}

impl Request for Rotation {
    fn take(mut fields: Fields) -> Result<Self, InputError> {
        let rewrap = fields.flag("rewrap")?;
        fields.finish("rewrap, or nothing")?;
        Ok(Self { rewrap })
    }
}

/// Keys of a party to revoke: some by their ids, or all.
#[derive(JsonSchema)]
#[schemars(
    untagged,
    deny_unknown_fields,
    example = json!({ "keys": ["0123456789abcdef"] }),
    example = json!({ "all": true })
)]
pub(crate) enum Revocation {
    /// Some keys.
    Keys {
        /// Ids of the keys.
        #[schemars(length(min = 1), inner(regex(pattern = "^[0-9a-fA-F]{16}$")))]
        keys: Vec<String>,
    },
    /// All keys.
    All {
        /// Always true.
        #[schemars(extend("const" = true))]
        #[expect(dead_code, reason = "there is no other value")]
        all: bool,
    },
}

impl Request for Revocation {
    fn take(mut fields: Fields) -> Result<Self, InputError> {
        let expected = "a list of keys' ids, of 16 hexadecimal digits each";
        let (keys, all) = (fields.take("keys"), fields.take("all"));
        fields.finish("keys or all")?;
        match (keys, all) {
            (None, Some(Value::Bool(all @ true))) => Ok(Self::All { all }),
            (Some(Value::Array(keys)), None) if !keys.is_empty() => {
                let is_id = |id: &&str| id.len() == 16 && id.bytes().all(|b| b.is_ascii_hexdigit());
                let ids = keys
                    .iter()
                    .map(|key| key.as_str().filter(is_id).map(str::to_ascii_lowercase));
                let ids: Option<Vec<_>> = ids.collect();
                ids.map(|keys| Self::Keys { keys })
                    .ok_or_else(|| InputError::new(InputCode::Invalid, "keys", expected))
            }
            (None, None) => Err(InputError::new(InputCode::Missing, "keys", expected)),
            _ => Err(InputError::new(
                InputCode::Invalid,
                "keys",
                "either keys, or all as true",
            )),
        }
    }
}
