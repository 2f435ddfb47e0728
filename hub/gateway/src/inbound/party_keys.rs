//! A party's keys and its suspension. A change takes effect before it is answered.

use std::sync::Arc;

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use bindeledd_core::PartyId;
use bindeledd_engine::ports::{KeyHash, key_id};
use bindeledd_http::{Call, KnownKey, Problem, make_key};
use bindeledd_texts::problem::Detail;
use schemars::JsonSchema;
use serde::Serialize;

use super::admin::{named, party_answer, unknown};
use super::requests::{self, Revocation};
use super::state::Inner;

pub(super) async fn new_key(inner: &Arc<Inner>, call: &Call) -> Result<Response, Problem> {
    let party = named(inner, call)?;
    let mut random = [0; 32];
    random[..16].copy_from_slice(inner.engine.random_id().as_bytes());
    random[16..].copy_from_slice(inner.engine.random_id().as_bytes());
    let (key, hash) = make_key(&random);
    inner.engine.put_key(&party, hash, &call.caller()?.actor()).await?;
    inner.web.refresh_keys().await?;
    let answer = NewKeyJson { key, id: key_id(&hash) };
    Ok((StatusCode::CREATED, Json(answer)).into_response())
}

pub(super) async fn list(inner: &Arc<Inner>, call: &Call) -> Result<Response, Problem> {
    let party = named(inner, call)?;
    let keys = keys_json(&inner.web.callers.keys.of(&party));
    Ok(Json(KeysJson { keys }).into_response())
}

/// Revokes keys by their ids, or all of them. If the party lacks one of the ids, no key is revoked, since that id is probably a
/// mistake.
pub(super) async fn revoke(inner: &Arc<Inner>, call: &Call) -> Result<Response, Problem> {
    let party = named(inner, call)?;
    let has = inner.web.callers.keys.of(&party);
    let found = match requests::read(&call.body)? {
        Revocation::All { .. } => has.into_iter().map(|(hash, _)| hash).collect(),
        Revocation::Keys { keys } => {
            let find = |id: &String| {
                let hash = has.iter().map(|(hash, _)| *hash).find(|hash| key_id(hash) == *id);
                hash.ok_or_else(|| Problem::not_found(Detail::NoPartyKey))
            };
            keys.iter().map(find).collect::<Result<Vec<KeyHash>, _>>()?
        }
    };
    let revoked = inner
        .engine
        .revoke_keys(&party, &found, &call.caller()?.actor())
        .await?;
    inner.web.refresh_keys().await?;
    let keys = keys_json(&inner.web.callers.keys.of(&party));
    Ok(Json(RevocationAnswerJson { revoked, keys }).into_response())
}

pub(super) async fn suspend(inner: &Arc<Inner>, call: &Call) -> Result<Response, Problem> {
    set_suspended(inner, call, true).await
}

pub(super) async fn unsuspend(inner: &Arc<Inner>, call: &Call) -> Result<Response, Problem> {
    set_suspended(inner, call, false).await
}

async fn set_suspended(inner: &Inner, call: &Call, suspended: bool) -> Result<Response, Problem> {
    let party: PartyId = named(inner, call)?;
    let by = call.caller()?.actor();
    if !inner.engine.suspend(&party, suspended, &by).await? {
        return Err(unknown());
    }
    party_answer(inner, &party).await
}

/// New key of a party.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Key")]
pub(crate) struct NewKeyJson {
    /// Key itself. The hub never shows it again.
    key: String,
    /// Id of the key, for listing and revoking.
    id: String,
}

/// Keys of a party.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Keys")]
pub(crate) struct KeysJson {
    /// Keys, by their ids.
    keys: Vec<KeyJson>,
}

/// Outcome of a revocation.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "RevocationAnswer")]
pub(crate) struct RevocationAnswerJson {
    /// Number of keys that were revoked.
    revoked: usize,
    /// Keys that are left.
    keys: Vec<KeyJson>,
}

/// Key by its id; never the key itself.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(inline)]
struct KeyJson {
    /// Id of the key.
    id: String,
    /// Time at which the key was made.
    added_at: String,
    /// Time of the last use since the hub started.
    #[serde(skip_serializing_if = "Option::is_none")]
    last_used: Option<String>,
}

fn keys_json(keys: &[(KeyHash, Arc<KnownKey>)]) -> Vec<KeyJson> {
    let key = |(hash, known): &(KeyHash, Arc<KnownKey>)| KeyJson {
        id: key_id(hash),
        added_at: known.added_at.to_string(),
        last_used: known.used().map(|used| used.to_string()),
    };
    keys.iter().map(key).collect()
}
