//! How the hub is.

use std::sync::Arc;

use axum::Json;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use bindeledd_core::clock::Trust;
use bindeledd_core::time;
use bindeledd_engine::ClockState;
use serde_json::{Value, json};

use super::Inner;
use super::call::Call;
use super::problem::Problem;
use crate::strict::{self, Fields};

pub(super) fn healthz() -> Response {
    Json(json!({ "status": "ok" })).into_response()
}

pub(super) async fn readyz(inner: &Arc<Inner>) -> Result<Response, Problem> {
    inner.engine.clock_is_right()?;
    inner.engine.store().ready().await?;
    Ok(Json(json!({ "status": "ready" })).into_response())
}

pub(super) fn clock(inner: &Inner) -> Response {
    Json(clock_json(&inner.engine.clock_state())).into_response()
}

pub(super) async fn accept_clock(inner: &Arc<Inner>, call: &Call) -> Result<Response, Problem> {
    let mut fields = Fields::of(strict::parse(&call.body)?, "")?;
    let expected = "a sentence of 5 to 300 characters, without names of people";
    let reason = fields.need_read("reason", expected, |raw| {
        let raw = raw.trim();
        (5..=300).contains(&raw.chars().count()).then(|| raw.to_owned())
    })?;
    fields.finish("reason")?;
    let state = inner.engine.accept_clock(&reason, &call.caller()?.actor()).await?;
    Ok(Json(clock_json(&state)).into_response())
}

fn clock_json(state: &ClockState) -> Value {
    let (is_right, off) = match state.trust {
        Trust::Right => (true, 0),
        Trust::Behind(by) => (false, -by.as_secs()),
        Trust::Ahead(by) => (false, by.as_secs()),
    };
    json!({
        "right": is_right, "offBySeconds": off, "machine": time::local_rfc3339(state.machine),
        "hub": time::local_rfc3339(state.hub),
    })
}

pub(super) fn openapi(inner: &Inner) -> Response {
    ([(CONTENT_TYPE, "application/json")], inner.openapi.clone()).into_response()
}

pub(super) async fn metrics(inner: &Arc<Inner>) -> Result<Response, Problem> {
    let counts = inner.engine.store().counts().await?;
    Ok((
        [(CONTENT_TYPE, "text/plain; version=0.0.4")],
        inner.metrics.text(&counts),
    )
        .into_response())
}
