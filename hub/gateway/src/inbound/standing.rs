//! What the operator does to a participant as a whole: withdraw on their behalf, erase, link another number, protect.
//!
//! A national identity number stands in a body only: addresses are logged by whatever lies between.

use std::sync::Arc;

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use bindeledd_core::withdrawal::Scope;
use bindeledd_core::{InputCode, NationalId, ParticipantRef, PartyId, time};
use bindeledd_engine::ports::{ErasureAnswer, Scrubbed};
use serde_json::{Value, json};

use super::Inner;
use super::api::{ids, remains, withdrawal_json};
use super::call::Call;
use super::consents::scope_of;
use super::problem::Problem;
use crate::strict::{self, Fields};

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
    Ok(Json(withdrawal_json(&answer, &remaining)).into_response())
}

pub(super) async fn erase(inner: &Arc<Inner>, call: &Call) -> Result<Response, Problem> {
    let erased = inner.engine.erase(named(call)?, &call.caller()?.actor()).await?;
    let answer = erased.ok_or_else(unknown)?;
    let status = match answer.scrubbed {
        Scrubbed::Done => StatusCode::OK,
        Scrubbed::Pending => StatusCode::ACCEPTED,
    };
    Ok((status, Json(erasure_json(&answer))).into_response())
}

pub(super) async fn erasure(inner: &Arc<Inner>, call: &Call) -> Result<Response, Problem> {
    let erasure = inner.engine.erasure(named(call)?).await?;
    let erasure = erasure.ok_or_else(|| Problem::not_found("there is no such erasure"))?;
    let answer = json!({
        "erasedAt": time::local_rfc3339(erasure.erased_at), "scrubbed": scrubbed(erasure.scrubbed),
    });
    Ok(Json(answer).into_response())
}

const fn scrubbed(scrubbed: Scrubbed) -> &'static str {
    match scrubbed {
        Scrubbed::Pending => "pending",
        Scrubbed::Done => "done",
    }
}

pub(super) async fn link(inner: &Arc<Inner>, call: &Call) -> Result<Response, Problem> {
    let participant = named(call)?;
    let mut fields = Fields::of(strict::parse(&call.body)?, "")?;
    let number = fields.need_read("nationalId", NATIONAL_ID, |raw| NationalId::parse(raw).ok())?;
    fields.finish("nationalId")?;
    let linked = inner
        .engine
        .link(participant, &number, &call.caller()?.actor())
        .await?
        .ok_or_else(unknown)?;
    let joined = linked.joined.map(|joined| joined.to_string());
    let answer = json!({
        "ref": participant.to_string(), "joined": joined, "cancelled": ids(&linked.cancelled),
    });
    Ok(Json(answer).into_response())
}

pub(super) async fn protect(inner: &Arc<Inner>, call: &Call) -> Result<Response, Problem> {
    let mut fields = Fields::of(strict::parse(&call.body)?, "")?;
    let person = fields.need_read("nationalId", NATIONAL_ID, |raw| NationalId::parse(raw).ok())?;
    let Some(Value::Bool(protected)) = fields.take("protected") else {
        let expected = "true to set address protection, false to lift it";
        return Err(fields.error(InputCode::Invalid, "protected", expected).into());
    };
    fields.finish("nationalId and protected")?;
    let by = call.caller()?.actor();
    let participant = inner.engine.protect(&person, protected, &by).await?;
    Ok(Json(json!({ "ref": participant.to_string(), "protected": protected })).into_response())
}

fn named(call: &Call) -> Result<ParticipantRef, Problem> {
    call.id("ref", ParticipantRef::parse, "participant")
}

/// One who was erased looks like one who never was.
fn unknown() -> Problem {
    Problem::not_found("there is no such participant")
}

fn erasure_json(answer: &ErasureAnswer) -> Value {
    let held = answer.held_by.iter().map(|held| {
        json!({
            "party": held.party.as_str(), "categories": held.categories.codes(), "messages": held.messages,
            "newest": time::local_rfc3339(held.newest),
        })
    });
    json!({
        "cancelled": ids(&answer.cancelled), "sending": ids(&answer.sending),
        "senders": answer.senders.iter().map(PartyId::as_str).collect::<Vec<_>>(), "heldBy": held.collect::<Vec<_>>(),
        "wasProtected": answer.was_protected, "scrubbed": scrubbed(answer.scrubbed),
    })
}
