//! Messages and the states of their deliveries.

use std::sync::Arc;

use axum::Json;
use axum::response::{IntoResponse, Response};
use bindeledd_core::{DeliveryId, MessageId};
use bindeledd_engine::ports::MessageView;
use bindeledd_http::{Call, Caller, Problem};
use bindeledd_texts::problem::Detail;

use super::api::{DeliveriesJson, MessageJson, Viewer, ids};
use super::search;
use super::state::Inner;

pub(super) async fn get(inner: &Arc<Inner>, call: &Call) -> Result<Response, Problem> {
    let message = find(inner, call).await?;
    let viewer = match call.caller()? {
        Caller::Operator => Viewer::Operator,
        Caller::Party(party) if *party == message.from => Viewer::Sender,
        Caller::Party(party) => Viewer::Receiver(party.clone()),
    };
    MessageJson::of(&message, &viewer)
        .map(|m| Json(m).into_response())
        .ok_or_else(unknown)
}

pub(super) async fn retry(inner: &Arc<Inner>, call: &Call) -> Result<Response, Problem> {
    let message = own(inner, call).await?;
    Ok(deliveries(&inner.engine.retry(message, &call.caller()?.actor()).await?))
}

pub(super) async fn cancel(inner: &Arc<Inner>, call: &Call) -> Result<Response, Problem> {
    let message = own(inner, call).await?;
    Ok(deliveries(
        &inner.engine.cancel(message, &call.caller()?.actor()).await?,
    ))
}

pub(super) async fn list(inner: &Arc<Inner>, call: &Call) -> Result<Response, Problem> {
    search::listed(inner, &search::filter(inner, call)?).await
}

/// Another party's message is answered like a missing one.
fn unknown() -> Problem {
    Problem::not_found(Detail::NoMessage)
}

async fn find(inner: &Inner, call: &Call) -> Result<MessageView, Problem> {
    let id = call.param::<MessageId>("id")?;
    inner.engine.views().message(id).await?.ok_or_else(unknown)
}

/// Returns the id of the caller's own message; the operator may name any message.
async fn own(inner: &Inner, call: &Call) -> Result<MessageId, Problem> {
    let message = find(inner, call).await?;
    match call.caller()? {
        Caller::Operator => Ok(message.id),
        Caller::Party(party) if *party == message.from => Ok(message.id),
        // The message's receiver knows of the message but may not control it. For any other party the message does not exist.
        Caller::Party(party) => Err(match MessageJson::of(&message, &Viewer::Receiver(party.clone())) {
            Some(_) => Problem::forbidden(Detail::ForSender),
            None => unknown(),
        }),
    }
}

fn deliveries(deliveries: &[DeliveryId]) -> Response {
    let answer = DeliveriesJson {
        deliveries: ids(deliveries),
    };
    Json(answer).into_response()
}
