//! The operator's commands on a participant: withdraw on their behalf, erase, link another number, protect.
//!
//! A national identity number occurs only in a body, since intermediaries log URLs.

use std::sync::Arc;

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use bindeledd_core::withdrawal::Scope;
use bindeledd_core::{ParticipantRef, PartyId, time};
use bindeledd_engine::ports::{ErasureAnswer, Scrubbed};
use bindeledd_http::{Call, Problem};
use bindeledd_texts::problem::Detail;
use schemars::JsonSchema;
use serde::Serialize;

use super::api::{WithdrawalJson, WithdrawalPreviewJson, codes, ids, remains};
use super::consents::scope_of;
use super::requests::{self, LinkRequest, ProtectionRequest};
use super::state::Inner;

pub(super) async fn withdraw(inner: &Arc<Inner>, call: &Call) -> Result<Response, Problem> {
    let participant = named(call)?;
    let request = requests::read_or_default(&call.body)?;
    let scope = scope_of(inner, request, Scope::Everything)?;
    // A withdrawal without a consent on file still counts: an earlier consent may be registered later.
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

pub(super) async fn preview_withdrawal(inner: &Arc<Inner>, call: &Call) -> Result<Response, Problem> {
    let participant = named(call)?;
    let request = requests::read_or_default(&call.body)?;
    let scope = scope_of(inner, request, Scope::Everything)?;
    if inner.engine.national_id(participant).await?.is_none() {
        return Err(unknown());
    }
    let actor = call.caller()?.actor();
    let preview = inner.engine.preview_withdrawal(participant, &scope, &actor).await?;
    let consents = inner.engine.consents_of(participant).await?;
    let remaining: Vec<_> = consents.iter().flat_map(|consent| remains(consent, None)).collect();
    Ok(Json(WithdrawalPreviewJson::of(&preview, &remaining)).into_response())
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
    let erasure = erasure.ok_or_else(|| Problem::not_found(Detail::NoErasure))?;
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
    let LinkRequest { national_id } = requests::read(&call.body)?;
    let linked = inner
        .engine
        .link(participant, &national_id, &call.caller()?.actor())
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
    let ProtectionRequest { national_id, protected } = requests::read(&call.body)?;
    let by = call.caller()?.actor();
    let participant = inner.engine.protect(&national_id, protected, &by).await?;
    let answer = ProtectionJson {
        pseudonym: participant.to_string(),
        protected,
    };
    Ok(Json(answer).into_response())
}

fn named(call: &Call) -> Result<ParticipantRef, Problem> {
    call.param("ref")
}

/// An erased participant is answered like an unknown one.
fn unknown() -> Problem {
    Problem::not_found(Detail::NoParticipant)
}

/// Outcome of an erasure that was asked for.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "ErasureAnswer")]
pub(crate) struct ErasureAnswerJson<'a> {
    /// Ids of the deliveries that the erasure cancelled.
    cancelled: Vec<String>,
    /// Ids of the deliveries whose bytes may be on the wire.
    sending: Vec<String>,
    /// Ids of the parties that sent messages about the participant: their own systems have them.
    senders: Vec<&'a str>,
    /// Parties that may have got messages about the participant, which the hub can not erase.
    held_by: Vec<HeldByJson<'a>>,
    /// True if the participant had address protection.
    was_protected: bool,
    /// State of the destroyed content on disk: `pending` until it has left, then `done`.
    #[schemars(extend("enum" = [PENDING, DONE]))]
    scrubbed: &'static str,
}

/// Party that got content about an erased participant.
#[derive(Serialize, JsonSchema)]
#[schemars(inline)]
struct HeldByJson<'a> {
    /// Id of the party.
    party: &'a str,
    /// Data categories that it got.
    #[schemars(schema_with = "codes::categories")]
    categories: Vec<&'static str>,
    /// Number of messages that it got.
    messages: usize,
    /// Time of the newest of them.
    #[schemars(schema_with = "codes::time")]
    newest: String,
}

/// Erasure of a participant in the past.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Erasure")]
pub(crate) struct ErasureJson {
    /// Time of the erasure.
    #[schemars(schema_with = "codes::time")]
    erased_at: String,
    /// State of the destroyed content on disk: `pending` until it has left, then `done`.
    #[schemars(extend("enum" = [PENDING, DONE]))]
    scrubbed: &'static str,
}

/// Outcome of linking another number to a participant.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "LinkAnswer")]
pub(crate) struct LinkJson {
    /// Pseudonym of the participant.
    #[serde(rename = "ref")]
    pseudonym: String,
    /// Pseudonym of the participant that had the number before and is now joined; null where there was none.
    joined: Option<String>,
    /// Ids of the deliveries that the change cancelled.
    cancelled: Vec<String>,
}

/// Address protection of a person after the change.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "ProtectionAnswer")]
pub(crate) struct ProtectionJson {
    /// Pseudonym of the participant.
    #[serde(rename = "ref")]
    pseudonym: String,
    /// True if the person has address protection now.
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
