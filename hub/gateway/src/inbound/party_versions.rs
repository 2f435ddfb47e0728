//! Earlier versions of a party, and going back to one.

use std::sync::Arc;

use axum::Json;
use axum::response::{IntoResponse, Response};
use bindeledd_core::{InputCode, VersionNumber};
use bindeledd_http::{Call, Problem};

use super::admin::{named, unknown};
use super::api::{PartyVersionsJson, RolledBackJson};
use super::requests::{self, RollBackRequest};
use super::state::Inner;

pub(super) async fn list(inner: &Arc<Inner>, call: &Call) -> Result<Response, Problem> {
    let party = named(inner, call)?;
    let expected = "the number of a version, from 1";
    let before = call
        .query
        .get("before", InputCode::Invalid, expected, VersionNumber::parse)?;
    let limit = call.limit()?;
    // The last version of the page is compared with the one before it.
    let versions = inner.engine.party_versions(&party, before, limit + 1).await?;
    Ok(Json(PartyVersionsJson::of(&versions, limit)).into_response())
}

pub(super) async fn roll_back(inner: &Arc<Inner>, call: &Call) -> Result<Response, Problem> {
    let id = named(inner, call)?;
    let request: RollBackRequest = requests::read(&call.body)?;
    let by = call.caller()?.actor();
    let version = inner.engine.roll_back(&id, &request.into(), &by).await?;
    let note = inner.engine.told_of_kinds(&id).await.ok().flatten();
    let directory = inner.engine.directory();
    let party = directory.get(&id).ok_or_else(unknown)?;
    let note = note.map(|note| note.text(inner.web.language(&call.headers)));
    Ok(Json(RolledBackJson::of(version, party, note)).into_response())
}
