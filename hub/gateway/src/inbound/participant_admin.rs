//! The operator's acts on a participant as a whole: withdraw on their behalf, erase, link another number, protect.
//!
//! A national identity number stands in a body only: addresses are logged by whatever lies between.

use std::sync::Arc;

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use bindeledd_core::withdrawal::Scope;
use bindeledd_core::{InputCode, NationalId, ParticipantRef, PartyId, time};
use bindeledd_engine::ports::{ErasureAnswer, Scrubbed};
use bindeledd_fields::Fields;
use bindeledd_http::{Call, Problem};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use super::api::{WithdrawalJson, codes, ids, remains};
use super::consents::scope_of;
use super::state::Inner;

const NATIONAL_ID: &str = "a national identity number or D-number of 11 digits";

pub(super) async fn withdraw(inner: &Arc<Inner>, call: &Call) -> Result<Response, Problem> {
    let participant = named(call)?;
    let scope = scope_of(inner, &call.body, Scope::Everything)?;
    // Without a consent on file there is still something to take back: one from before may be registered later.
    if inner.engine.national_id(participant).await?.is_none() {
        return Err(unknown());
    }
    let answer = inner
        .engine
        .withdraw(participant, scope, &call.caller()?.actor())
        .await?;
    let consents = inner.engine.consents_of(participant).await?;
    let remaining: Vec<_> = consents.iter().flat_map(|consent| remains(consent, None)).collect();
    Ok(Json(WithdrawalJson::of(&answer, &remaining)).into_response())
}

pub(super) async fn erase(inner: &Arc<Inner>, call: &Call) -> Result<Response, Problem> {
    let erased = inner.engine.erase(named(call)?, &call.caller()?.actor()).await?;
    let answer = erased.ok_or_else(unknown)?;
    let status = match answer.scrubbed {
        Scrubbed::Done => StatusCode::OK,
        Scrubbed::Pending => StatusCode::ACCEPTED,
    };
    Ok((status, Json(ErasureAnswerJson::of(&answer))).into_response())
}

pub(super) async fn erasure(inner: &Arc<Inner>, call: &Call) -> Result<Response, Problem> {
    let erasure = inner.engine.erasure(named(call)?).await?;
    let erasure = erasure.ok_or_else(|| Problem::not_found("there is no such erasure"))?;
    let answer = ErasureJson {
        erased_at: time::local_rfc3339(erasure.erased_at),
        scrubbed: scrubbed(erasure.scrubbed),
    };
    Ok(Json(answer).into_response())
}

const PENDING: &str = "pending";
const DONE: &str = "done";

const fn scrubbed(scrubbed: Scrubbed) -> &'static str {
    match scrubbed {
        Scrubbed::Pending => PENDING,
        Scrubbed::Done => DONE,
    }
}

pub(super) async fn link(inner: &Arc<Inner>, call: &Call) -> Result<Response, Problem> {
    let participant = named(call)?;
    let mut fields = Fields::of(bindeledd_fields::parse(&call.body)?, "")?;
    let number = fields.need_read("nationalId", NATIONAL_ID, |raw| NationalId::parse(raw).ok())?;
    fields.finish("nationalId")?;
    let linked = inner
        .engine
        .link(participant, &number, &call.caller()?.actor())
        .await?
        .ok_or_else(unknown)?;
    let answer = LinkJson {
        pseudonym: participant.to_string(),
        joined: linked.joined.map(|joined| joined.to_string()),
        cancelled: ids(&linked.cancelled),
    };
    Ok(Json(answer).into_response())
}

pub(super) async fn protect(inner: &Arc<Inner>, call: &Call) -> Result<Response, Problem> {
    let mut fields = Fields::of(bindeledd_fields::parse(&call.body)?, "")?;
    let person = fields.need_read("nationalId", NATIONAL_ID, |raw| NationalId::parse(raw).ok())?;
    let Some(Value::Bool(protected)) = fields.take("protected") else {
        let expected = "true to set address protection, false to lift it";
        return Err(fields.error(InputCode::Invalid, "protected", expected).into());
    };
    fields.finish("nationalId and protected")?;
    let by = call.caller()?.actor();
    let participant = inner.engine.protect(&person, protected, &by).await?;
    let answer = ProtectionJson {
        pseudonym: participant.to_string(),
        protected,
    };
    Ok(Json(answer).into_response())
}

fn named(call: &Call) -> Result<ParticipantRef, Problem> {
    call.param("ref")
}

/// One who was erased looks like one who never was.
fn unknown() -> Problem {
    Problem::not_found("there is no such participant")
}

/// An erasure that was asked for.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "ErasureAnswer")]
pub(crate) struct ErasureAnswerJson<'a> {
    cancelled: Vec<String>,
    sending: Vec<String>,
    senders: Vec<&'a str>,
    /// The parties that hold something beyond the hub's reach.
    held_by: Vec<HeldByJson<'a>>,
    was_protected: bool,
    #[schemars(extend("enum" = [PENDING, DONE]))]
    scrubbed: &'static str,
}

#[derive(Serialize, JsonSchema)]
#[schemars(inline)]
struct HeldByJson<'a> {
    party: &'a str,
    #[schemars(schema_with = "codes::categories")]
    categories: Vec<&'static str>,
    messages: usize,
    #[schemars(schema_with = "codes::time")]
    newest: String,
}

/// An erasure that was.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Erasure")]
pub(crate) struct ErasureJson {
    #[schemars(schema_with = "codes::time")]
    erased_at: String,
    #[schemars(extend("enum" = [PENDING, DONE]))]
    scrubbed: &'static str,
}

/// A participant with another number.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "LinkAnswer")]
pub(crate) struct LinkJson {
    #[serde(rename = "ref")]
    pseudonym: String,
    /// The participant that the number was of before; null where there was none.
    joined: Option<String>,
    cancelled: Vec<String>,
}

/// A person's address protection.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "ProtectionAnswer")]
pub(crate) struct ProtectionJson {
    #[serde(rename = "ref")]
    pseudonym: String,
    protected: bool,
}

impl<'a> ErasureAnswerJson<'a> {
    fn of(answer: &'a ErasureAnswer) -> Self {
        let held = answer.held_by.iter().map(|held| HeldByJson {
            party: held.party.as_str(),
            categories: held.categories.codes(),
            messages: held.messages,
            newest: time::local_rfc3339(held.newest),
        });
        Self {
            cancelled: ids(&answer.cancelled),
            sending: ids(&answer.sending),
            senders: answer.senders.iter().map(PartyId::as_str).collect(),
            held_by: held.collect(),
            was_protected: answer.was_protected,
            scrubbed: scrubbed(answer.scrubbed),
        }
    }
}
