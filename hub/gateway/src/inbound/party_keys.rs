//! A party's keys, and whether it is let in: listed, revoked, suspended. What is done holds from the answer on.

use std::sync::Arc;

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use bindeledd_core::{InputCode, InputError, PartyId};
use bindeledd_engine::ports::{KeyHash, key_id};
use serde_json::{Value, json};

use super::Inner;
use super::admin::{named, party_answer, unknown};
use super::auth::{KnownKey, make_key};
use super::call::Call;
use super::problem::Problem;
use crate::strict::{self, Fields};

pub(super) async fn new_key(inner: &Arc<Inner>, call: &Call) -> Result<Response, Problem> {
    let party = named(inner, call)?;
    let mut random = [0; 32];
    random[..16].copy_from_slice(inner.engine.random_id().as_bytes());
    random[16..].copy_from_slice(inner.engine.random_id().as_bytes());
    let (key, hash) = make_key(&random);
    inner.engine.put_key(&party, hash, &call.caller()?.actor()).await?;
    inner.refresh_keys().await?;
    Ok((StatusCode::CREATED, Json(json!({ "key": key, "id": key_id(&hash) }))).into_response())
}

pub(super) fn list(inner: &Inner, call: &Call) -> Result<Response, Problem> {
    let party = named(inner, call)?;
    Ok(Json(json!({ "keys": keys_json(&inner.keys.of(&party)) })).into_response())
}

/// Revokes keys by their ids, or all of them. An id that the party has not stops the others too, since somebody meant another.
pub(super) async fn revoke(inner: &Arc<Inner>, call: &Call) -> Result<Response, Problem> {
    let party = named(inner, call)?;
    let has = inner.keys.of(&party);
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
    inner.refresh_keys().await?;
    let left = keys_json(&inner.keys.of(&party));
    Ok(Json(json!({ "revoked": revoked, "keys": left })).into_response())
}

pub(super) async fn suspend(inner: &Arc<Inner>, call: &Call, suspended: bool) -> Result<Response, Problem> {
    let party: PartyId = named(inner, call)?;
    let by = call.caller()?.actor();
    if !inner.engine.suspend(&party, suspended, &by).await? {
        return Err(unknown());
    }
    Ok(party_answer(inner, &party)?.into_response())
}

fn keys_json(keys: &[(KeyHash, Arc<KnownKey>)]) -> Vec<Value> {
    let key = |(hash, known): &(KeyHash, Arc<KnownKey>)| {
        let mut value = json!({ "id": key_id(hash), "addedAt": known.added_at.to_string() });
        if let Some(used) = known.used() {
            value["lastUsed"] = used.to_string().into();
        }
        value
    };
    keys.iter().map(key).collect()
}

enum Revocation {
    All,
    Keys(Vec<String>),
}

fn read_revocation(body: &[u8]) -> Result<Revocation, InputError> {
    let expected = "a list of keys' ids, of 16 hexadecimal digits each";
    let mut fields = Fields::of(strict::parse(body)?, "")?;
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
