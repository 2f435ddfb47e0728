//! Receivers that fetch.

use std::sync::Arc;

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use bindeledd_core::DeliveryId;
use serde::Serialize;

use super::Inner;
use super::api::InboxJson;
use super::call::Call;
use super::problem::Problem;

#[derive(Serialize)]
struct Inbox {
    items: Vec<InboxJson>,
}

pub(super) async fn list(inner: &Arc<Inner>, call: &Call) -> Result<Response, Problem> {
    let limit = call.query.limit(50, 200)?;
    let items = inner
        .engine
        .inbox(call.path_party()?, limit, &call.caller()?.actor())
        .await?;
    Ok(Json(Inbox {
        items: items.iter().map(InboxJson::of).collect(),
    })
    .into_response())
}

pub(super) async fn acknowledge(inner: &Arc<Inner>, call: &Call) -> Result<Response, Problem> {
    let nothing = || {
        Problem::new(
            StatusCode::NOT_FOUND,
            "BL-4007",
            "no such delivery was handed over to this party",
        )
        .what_to_do("acknowledge the delivery's id, as the inbox gave it")
    };
    let delivery = DeliveryId::parse(call.param("delivery")).ok_or_else(nothing)?;
    let by = call.caller()?.actor();
    match inner.engine.acknowledge(call.path_party()?, delivery, &by).await? {
        true => Ok(StatusCode::NO_CONTENT.into_response()),
        false => Err(nothing()),
    }
}
