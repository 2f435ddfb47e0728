//! How the hub is.

use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use bindeledd_engine::ports::StoreError;
use serde_json::json;
use tokio::sync::Mutex;
use tokio::time::Instant;

use super::Inner;
use super::metrics::Figures;
use super::problem::Problem;

pub(super) fn healthz() -> Response {
    Json(json!({ "status": "ok" })).into_response()
}

/// What the store said last, and when. It is asked by a commit, which anyone may cause, so that it is asked once a second at most.
#[derive(Debug, Default)]
pub(crate) struct Readiness(Mutex<Option<(Instant, Option<Unready>)>>);

/// Why nothing can be taken in.
#[derive(Debug, Clone, Copy)]
enum Unready {
    Full,
    Differs,
    Away,
    Damaged,
}

const ASKED_EVERY: Duration = Duration::from_secs(1);

pub(super) async fn readyz(inner: &Arc<Inner>) -> Result<Response, Problem> {
    // Whoever comes meanwhile waits for the same answer.
    let mut last = inner.readiness.0.lock().await;
    let unready = match *last {
        Some((at, unready)) if at.elapsed() < ASKED_EVERY => unready,
        _ => {
            let unready = inner.engine.store().ready().await.err().map(|error| match error {
                StoreError::Full => Unready::Full,
                StoreError::Damaged(_) => Unready::Damaged,
                StoreError::LogDiffers(_) => Unready::Differs,
                StoreError::Away(_) | StoreError::OverBudget(_) | StoreError::LedgerDiffers => Unready::Away,
            });
            *last = Some((Instant::now(), unready));
            unready
        }
    };
    drop(last);
    match unready {
        None => Ok(Json(json!({ "status": "ready" })).into_response()),
        Some(Unready::Differs) => Err(StoreError::LogDiffers(String::new()).into()),
        Some(unready) => Err(Problem::not_ready(match unready {
            Unready::Full => "the store's disk is full: nothing is taken in, and withdrawals go on",
            Unready::Away | Unready::Differs => "the store does not answer",
            Unready::Damaged => "the store holds something that can not be read",
        })),
    }
}

pub(super) fn openapi(inner: &Inner) -> Response {
    ([(CONTENT_TYPE, "application/json")], inner.openapi.clone()).into_response()
}

pub(super) async fn metrics(inner: &Arc<Inner>) -> Result<Response, Problem> {
    let store = inner.engine.store();
    let (counts, stored) = (store.counts().await?, store.stored().await?);
    let figures = Figures {
        deliveries: &counts,
        stored: (
            stored.iter().map(|(_, bytes)| bytes).sum(),
            stored.iter().map(|(_, bytes)| *bytes).max().unwrap_or(0),
        ),
        has_room: store.has_room(),
        held: inner.limits.held(),
    };
    Ok((
        [(CONTENT_TYPE, "text/plain; version=0.0.4")],
        inner.metrics.text(&figures),
    )
        .into_response())
}
