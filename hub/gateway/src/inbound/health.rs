//! How the hub is.

use std::sync::Arc;

use axum::Json;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use serde_json::json;

use super::Inner;
use super::problem::Problem;

pub(super) fn healthz() -> Response {
    Json(json!({ "status": "ok" })).into_response()
}

pub(super) async fn readyz(inner: &Arc<Inner>) -> Result<Response, Problem> {
    inner.engine.store().ready().await?;
    Ok(Json(json!({ "status": "ready" })).into_response())
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
