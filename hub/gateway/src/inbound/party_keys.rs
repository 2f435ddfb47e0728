//! A party's keys, and whether it is let in: listed, revoked, suspended. What is done holds from the answer on.

use std::sync::Arc;

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use bindeledd_core::{InputCode, InputError, PartyId};
use bindeledd_engine::ports::{KeyHash, key_id};
use bindeledd_fields::Fields;
use bindeledd_http::{Call, KnownKey, Problem, make_key};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use super::admin::{named, party_answer, unknown};
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

/// Revokes keys by their ids, or all of them. An id that the party has not stops the others too, since somebody meant another.
pub(super) async fn revoke(inner: &Arc<Inner>, call: &Call) -> Result<Response, Problem> {
    let party = named(inner, call)?;
    let has = inner.web.callers.keys.of(&party);
    let found = match read_revocation(&call.body)? {
        Revocation::All => has.into_iter().map(|(hash, _)| hash).collect(),
        Revocation::Keys(ids) => {
            let find = |id: &String| {
                let hash = has.iter().map(|(hash, _)| *hash).find(|hash| key_id(hash) == *id);
                hash.ok_or_else(|| Problem::not_found("the party has no key with that id; nothing was revoked"))
            };
            ids.iter().map(find).collect::<Result<Vec<KeyHash>, _>>()?
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
    Ok(party_answer(inner, &party)?.into_response())
}

/// A new key, which is shown this once.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Key")]
pub(crate) struct NewKeyJson {
    key: String,
    id: String,
}

/// A party's keys.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Keys")]
pub(crate) struct KeysJson {
    keys: Vec<KeyJson>,
}

/// How many keys were revoked, and the keys that are left.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "RevocationAnswer")]
pub(crate) struct RevocationAnswerJson {
    revoked: usize,
    keys: Vec<KeyJson>,
}

/// A key by its id, never itself.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(inline)]
struct KeyJson {
    id: String,
    added_at: String,
    /// The time of its last use since the hub started.
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

enum Revocation {
    All,
    Keys(Vec<String>),
}

fn read_revocation(body: &[u8]) -> Result<Revocation, InputError> {
    let expected = "a list of keys' ids, of 16 hexadecimal digits each";
    let mut fields = Fields::of(bindeledd_fields::parse(body)?, "")?;
    let (keys, all) = (fields.take("keys"), fields.take("all"));
    fields.finish("keys or all")?;
    match (keys, all) {
        (None, Some(Value::Bool(true))) => Ok(Revocation::All),
        (Some(Value::Array(keys)), None) if !keys.is_empty() => {
            let is_id = |id: &&str| id.len() == 16 && id.bytes().all(|b| b.is_ascii_hexdigit());
            let ids = keys
                .iter()
                .map(|key| key.as_str().filter(is_id).map(str::to_ascii_lowercase));
            let ids: Option<Vec<_>> = ids.collect();
            ids.map(Revocation::Keys)
                .ok_or_else(|| InputError::new(InputCode::Invalid, "keys", expected))
        }
        (None, None) => Err(InputError::new(InputCode::Missing, "keys", expected)),
        _ => Err(InputError::new(
            InputCode::Invalid,
            "keys",
            "either keys, or all as true",
        )),
    }
}
