//! Retries by filter: preview, start, progress, stop.

use std::sync::Arc;

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use bindeledd_engine::ports::Selection;
use bindeledd_engine::{Order, RetryRun};
use bindeledd_http::{Call, PathValue, Problem};
use bindeledd_texts::problem::Detail;
use uuid::Uuid;

use super::api::{PreviewJson, RunJson, RunsJson};
use super::requests::{self, RetryStart};
use super::search;
use super::state::Inner;

/// The id of a run.
struct RunId(Uuid);

impl PathValue for RunId {
    const ABSENT: Detail = Detail::NoRun;

    fn read(raw: &str) -> Option<Self> {
        Uuid::try_parse(raw).ok().map(Self)
    }
}

pub(super) async fn preview(inner: &Arc<Inner>, call: &Call) -> Result<Response, Problem> {
    let selection = Selection::Filters(vec![search::named(inner, call)?]);
    let preview = inner.engine.preview_retry(&selection, &call.caller()?.actor()).await?;
    Ok(Json(PreviewJson::of(&preview)).into_response())
}

pub(super) async fn start(inner: &Arc<Inner>, call: &Call) -> Result<Response, Problem> {
    let RetryStart {
        token,
        reason,
        one_first,
    } = requests::read(&call.body)?;
    let order = if one_first { Order::OneFirst } else { Order::All };
    let run = inner
        .engine
        .retry_previewed(&token, &reason, order, &call.caller()?.actor())
        .await?;
    Ok((StatusCode::ACCEPTED, Json(RunJson::of(&run))).into_response())
}

pub(super) async fn list(inner: &Arc<Inner>, _: &Call) -> Result<Response, Problem> {
    let runs = inner.engine.retry_runs().await?;
    let answer = RunsJson {
        runs: runs.iter().map(RunJson::of).collect(),
    };
    Ok(Json(answer).into_response())
}

pub(super) async fn get(inner: &Arc<Inner>, call: &Call) -> Result<Response, Problem> {
    let RunId(id) = call.param("id")?;
    answer(inner.engine.retry_run(id).await?)
}

pub(super) async fn stop(inner: &Arc<Inner>, call: &Call) -> Result<Response, Problem> {
    let RunId(id) = call.param("id")?;
    answer(inner.engine.stop_retry(id, &call.caller()?.actor()).await?)
}

fn answer(run: Option<RetryRun>) -> Result<Response, Problem> {
    let run = run.ok_or_else(|| Problem::not_found(Detail::NoRun))?;
    Ok(Json(RunJson::of(&run)).into_response())
}
