//! The versions of adapters: list, install, use, take back, remove.

use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use bindeledd_core::adapter_life::Chosen;
use bindeledd_core::audit::reason_of_act;
use bindeledd_core::{AdapterId, InputCode};
use bindeledd_engine::{AdapterChange, AdapterLifeError, AdapterLine, AdapterUpload, EngineError, ShadowWish};
use bindeledd_http::{Call, Problem};
use bindeledd_texts::problem::Detail;

use super::api::{AdapterInstalledJson, AdapterRemovedJson, AdapterShadowJson, AdapterSwitchedJson, AdaptersJson};
use super::requests::{self, AdapterBackRequest, AdapterRemovalRequest, AdapterShadowRequest, AdapterUseRequest};
use super::state::Inner;

fn named(call: &Call) -> Result<AdapterId, Problem> {
    let nobody = || EngineError::NotFound {
        what: Detail::NoAdapterOfName,
    };
    call.param("id").map_err(|_| nobody().into())
}

fn find(line: &AdapterLine, text: &str) -> Result<Chosen, EngineError> {
    line.find(text).ok_or_else(|| {
        let adapter = line.id.to_string();
        AdapterLifeError::NoVersion { adapter }.into()
    })
}

pub(super) async fn list(inner: &Arc<Inner>, _: &Call) -> Result<Response, Problem> {
    let lines = inner.engine.adapter_lines().await?;
    Ok(Json(AdaptersJson::of(&lines)).into_response())
}

pub(super) async fn install(inner: &Arc<Inner>, call: &Call) -> Result<Response, Problem> {
    let adapter = named(call)?;
    let expected = "a line of 5 to 300 characters, without names and identity numbers of persons";
    let why = call.query.get("reason", InputCode::Invalid, expected, |raw| {
        reason_of_act(raw).map(str::to_owned)
    })?;
    let upload = AdapterUpload {
        adapter: adapter.clone(),
        bytes: call.body.to_vec(),
        signed_by: None,
        why,
    };
    let installed = inner.engine.install_adapter(upload, &call.caller()?.actor()).await?;
    let status = if installed.is_new {
        StatusCode::CREATED
    } else {
        StatusCode::OK
    };
    let answer = AdapterInstalledJson::of(adapter.to_string(), &installed);
    Ok((status, Json(answer)).into_response())
}

pub(super) async fn take_into_use(inner: &Arc<Inner>, call: &Call) -> Result<Response, Problem> {
    let adapter = named(call)?;
    let request: AdapterUseRequest = requests::read(&call.body)?;
    let line = inner.engine.adapter_line(&adapter).await?;
    let change = AdapterChange {
        to: Some(find(&line, &request.version)?),
        seen: request.in_use.map(|seen| find(&line, &seen)).transpose()?,
        grant: request.grant,
        why: request.reason,
    };
    switch(inner, call, &adapter, change).await
}

pub(super) async fn roll_back(inner: &Arc<Inner>, call: &Call) -> Result<Response, Problem> {
    let adapter = named(call)?;
    let request: AdapterBackRequest = requests::read_or_default(&call.body)?;
    let line = inner.engine.adapter_line(&adapter).await?;
    let change = AdapterChange {
        to: None,
        seen: request.in_use.map(|seen| find(&line, &seen)).transpose()?,
        grant: false,
        why: request.reason,
    };
    switch(inner, call, &adapter, change).await
}

async fn switch(
    inner: &Arc<Inner>,
    call: &Call,
    adapter: &AdapterId,
    change: AdapterChange,
) -> Result<Response, Problem> {
    let by = call.caller()?.actor();
    let switching = inner.engine.change_adapter(adapter, change, &by).await?;
    let line = inner.engine.adapter_line(adapter).await?;
    let answer = AdapterSwitchedJson {
        adapter: adapter.to_string(),
        version: line.version_of(switching.to).unwrap_or_default().to_owned(),
        in_use: switching.to.to_string(),
        switched: !switching.changes_nothing(),
        from: switching.from.map(|from| from.to_string()),
    };
    Ok(Json(answer).into_response())
}

pub(super) async fn remove(inner: &Arc<Inner>, call: &Call) -> Result<Response, Problem> {
    let adapter = named(call)?;
    let request: AdapterRemovalRequest = requests::read(&call.body)?;
    let line = inner.engine.adapter_line(&adapter).await?;
    let Some(sha256) = find(&line, &request.version)?.digest() else {
        // The version of the configuration leaves with its section there.
        let adapter = adapter.to_string();
        return Err(EngineError::from(AdapterLifeError::NoVersion { adapter }).into());
    };
    let by = call.caller()?.actor();
    inner
        .engine
        .remove_adapter(&adapter, sha256, request.reason, &by)
        .await?;
    let answer = AdapterRemovedJson {
        adapter: adapter.to_string(),
        sha256: sha256.to_string(),
    };
    Ok(Json(answer).into_response())
}

/// Longest time of a shadow if the request names none, in minutes.
const A_DAY: u32 = 24 * 60;

pub(super) async fn shadow(inner: &Arc<Inner>, call: &Call) -> Result<Response, Problem> {
    let adapter = named(call)?;
    let request: AdapterShadowRequest = requests::read(&call.body)?;
    let line = inner.engine.adapter_line(&adapter).await?;
    let Some(version) = find(&line, &request.version)?.digest() else {
        let adapter = adapter.to_string();
        return Err(EngineError::from(AdapterLifeError::NoVersion { adapter }).into());
    };
    let wish = ShadowWish {
        version,
        lasts: Duration::from_secs(u64::from(request.minutes.unwrap_or(A_DAY)) * 60),
        most: request.documents.map(u64::from),
        why: request.reason,
    };
    inner
        .engine
        .shadow_adapter(&adapter, wish, &call.caller()?.actor())
        .await?;
    report(inner, &adapter)
}

pub(super) async fn end_shadow(inner: &Arc<Inner>, call: &Call) -> Result<Response, Problem> {
    let adapter = named(call)?;
    inner.engine.end_shadow(&adapter, &call.caller()?.actor()).await?;
    report(inner, &adapter)
}

pub(super) async fn shadow_report(inner: &Arc<Inner>, call: &Call) -> Result<Response, Problem> {
    report(inner, &named(call)?)
}

fn report(inner: &Arc<Inner>, adapter: &AdapterId) -> Result<Response, Problem> {
    let report = inner.engine.shadow_report(adapter).ok_or(EngineError::NotFound {
        what: Detail::AdapterNoShadow,
    })?;
    Ok(Json(AdapterShadowJson::of(adapter.to_string(), report)).into_response())
}

pub(super) async fn file(inner: &Arc<Inner>, call: &Call) -> Result<Response, Problem> {
    let adapter = named(call)?;
    let version: Chosen = call.param("version")?;
    let file = inner.engine.adapter_file(&adapter, version).await?;
    Ok(([(CONTENT_TYPE, "application/wasm")], file).into_response())
}
