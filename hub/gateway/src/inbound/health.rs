//! The hub's state: liveness, readiness, clock and metrics.

use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use bindeledd_core::clock::Trust;
use bindeledd_core::time;
use bindeledd_engine::ClockState;
use bindeledd_engine::ports::StoreError;
use bindeledd_http::{Call, Problem};
use bindeledd_texts::problem::Detail;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;
use tokio::time::Instant;

use super::api::codes;
use super::metrics::Figures;
use super::requests::{self, ClockAcceptance};
use super::state::{Inner, Unready};

pub(super) async fn healthz(_: &Arc<Inner>, _: &Call) -> Result<Response, Problem> {
    Ok(Json(json!({ "status": "ok" })).into_response())
}

const ASKED_EVERY: Duration = Duration::from_secs(1);

pub(super) async fn readyz(inner: &Arc<Inner>, _: &Call) -> Result<Response, Problem> {
    inner.engine.clock_is_right()?;
    // Requests that come meanwhile wait for the same answer.
    let mut last = inner.readiness.0.lock().await;
    let unready = match *last {
        Some((at, unready)) if at.elapsed() < ASKED_EVERY => unready,
        _ => {
            let unready = inner.engine.health().ready().await.err().map(|error| match error {
                StoreError::Full => Unready::Full,
                StoreError::Damaged(_) => Unready::Damaged,
                StoreError::LogDiffers(_) => Unready::Differs,
                StoreError::Away(_)
                | StoreError::Unwitnessed(_)
                | StoreError::Unknown(_)
                | StoreError::OverBudget(_)
                | StoreError::LedgerDiffers => Unready::Away,
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
            Unready::Full => Detail::NotReadyFull,
            Unready::Away | Unready::Differs => Detail::StoreSilent,
            Unready::Damaged => Detail::StoreDamaged,
        })),
    }
}

pub(super) async fn clock(inner: &Arc<Inner>, _: &Call) -> Result<Response, Problem> {
    Ok(Json(ClockJson::of(&inner.engine.clock_state())).into_response())
}

pub(super) async fn accept_clock(inner: &Arc<Inner>, call: &Call) -> Result<Response, Problem> {
    let ClockAcceptance { reason } = requests::read(&call.body)?;
    let state = inner.engine.accept_clock(&reason, &call.caller()?.actor()).await?;
    Ok(Json(ClockJson::of(&state)).into_response())
}

/// State of the machine's clock.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Clock")]
pub(crate) struct ClockJson {
    /// True if the hub believes the machine's clock.
    right: bool,
    /// Difference between the machine's clock and the hub's, in seconds; negative where the machine is behind.
    off_by_seconds: i64,
    /// Time by the machine's clock.
    #[schemars(schema_with = "codes::time")]
    machine: String,
    /// Time that the hub goes by.
    #[schemars(schema_with = "codes::time")]
    hub: String,
}

impl ClockJson {
    fn of(state: &ClockState) -> Self {
        let (right, off_by_seconds) = match state.trust {
            Trust::Right => (true, 0),
            Trust::Behind(by) => (false, -by.as_secs()),
            Trust::Ahead(by) => (false, by.as_secs()),
        };
        Self {
            right,
            off_by_seconds,
            machine: time::local_rfc3339(state.machine),
            hub: time::local_rfc3339(state.hub),
        }
    }
}

pub(super) async fn openapi(inner: &Arc<Inner>, _: &Call) -> Result<Response, Problem> {
    Ok(([(CONTENT_TYPE, "application/json")], inner.openapi.clone()).into_response())
}

pub(super) async fn metrics(inner: &Arc<Inner>, _: &Call) -> Result<Response, Problem> {
    let store = inner.engine.health();
    let (counts, stored) = (store.counts().await?, store.stored().await?);
    let figures = Figures {
        deliveries: &counts,
        stored: (
            stored.iter().map(|(_, bytes)| bytes).sum(),
            stored.iter().map(|(_, bytes)| *bytes).max().unwrap_or(0),
        ),
        has_room: store.has_room(),
        second_place: store.second_place(),
        held: inner.web.limits.held(),
    };
    Ok((
        [(CONTENT_TYPE, "text/plain; version=0.0.4")],
        figures.text(&inner.web.traffic),
    )
        .into_response())
}
