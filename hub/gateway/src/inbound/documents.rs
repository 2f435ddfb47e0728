//! Accepts documents and messages.

use std::sync::Arc;

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use bindeledd_core::{InputCode, PartyId, PartyName};
use bindeledd_engine::DocumentAnswer;
use bindeledd_http::{Call, Caller, Problem};
use bindeledd_texts::problem::Detail;

use super::api::DocumentAnswerJson;
use super::state::Inner;

pub(super) async fn post_document(inner: &Arc<Inner>, call: &Call) -> Result<Response, Problem> {
    let media_type = call
        .media_type()
        .filter(|m| m.len() <= 200)
        .unwrap_or("application/octet-stream");
    let answer = inner
        .engine
        .accept_document(call.path_party()?, media_type, &call.body)
        .await?;
    Ok(accepted(&answer))
}

pub(super) async fn post_message(inner: &Arc<Inner>, call: &Call) -> Result<Response, Problem> {
    let sender = sender(inner, call)?;
    let answer = inner.engine.accept_message(&sender, &call.body).await?;
    Ok(accepted(&answer))
}

/// Returns the sender: the calling party, or the party that the operator names.
fn sender(inner: &Inner, call: &Call) -> Result<PartyId, Problem> {
    let expected = "a party that the hub knows";
    let named = call.query.get("from", InputCode::Invalid, expected, |raw| {
        let name = PartyName::parse(raw).ok()?;
        inner.engine.directory().resolve(&name).map(|party| party.id.clone())
    })?;
    match (call.caller()?, named) {
        (Caller::Party(own), None) => Ok(own.clone()),
        (Caller::Party(own), Some(named)) if named == *own => Ok(named),
        (Caller::Party(_), Some(_)) => Err(Problem::forbidden(Detail::OtherFrom)),
        (Caller::Operator, Some(named)) => Ok(named),
        (Caller::Operator, None) => Err(Problem::forbidden(Detail::FromWhom)),
    }
}

fn accepted(answer: &DocumentAnswer) -> Response {
    (StatusCode::ACCEPTED, Json(DocumentAnswerJson::of(answer))).into_response()
}
