//! The store's master keys, read and changed while the hub runs. No answer ever contains a key.

use std::sync::Arc;

use axum::Json;
use axum::response::{IntoResponse, Response};
use bindeledd_engine::ports::{MasterKeyRing, MasterKeys, Switched};
use bindeledd_http::{Call, Problem};
use bindeledd_texts::Text as _;
use bindeledd_texts::problem::Detail;
use schemars::JsonSchema;
use serde::Serialize;

use super::requests::{self, Rotation};
use super::state::Inner;

/// Master keys of the store, by their ids.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "KeyRing")]
pub(crate) struct KeyRingJson {
    /// Place that master keys come from; null where the hub was not told.
    source: Option<String>,
    /// Ids of the master keys that open the store, the newest last.
    masters: Vec<String>,
    /// Number of the key that wraps participants' keys, from 1. Each change of it counts one up.
    wrapping: u32,
    /// Number of participants' keys that an earlier key still wraps.
    to_rewrap: u64,
    /// Id of the new master key, in the answer to a change.
    #[serde(skip_serializing_if = "Option::is_none")]
    key: Option<String>,
    /// Place where the earlier master key is kept, in the answer to a change.
    #[serde(skip_serializing_if = "Option::is_none")]
    earlier: Option<String>,
    /// Next step for a person, where the hub can not change the key itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    what_to_do: Option<String>,
}

impl KeyRingJson {
    fn of(ring: &MasterKeyRing, keys: Option<&dyn MasterKeys>) -> Self {
        Self {
            source: keys.map(MasterKeys::source),
            masters: ring.masters.iter().map(ToString::to_string).collect(),
            wrapping: ring.wrapping,
            to_rewrap: ring.to_rewrap,
            key: None,
            earlier: None,
            what_to_do: None,
        }
    }
}

pub(super) async fn show(inner: &Arc<Inner>, _: &Call) -> Result<Response, Problem> {
    let ring = inner.engine.key_ring().await?;
    Ok(Json(KeyRingJson::of(&ring, inner.master_keys.as_deref())).into_response())
}

pub(super) async fn rotate(inner: &Arc<Inner>, call: &Call) -> Result<Response, Problem> {
    let keys = keys(inner)?;
    let Rotation { rewrap } = requests::read_or_default(&call.body)?;
    let rotated = inner
        .engine
        .rotate(keys, rewrap.unwrap_or(false), &call.caller()?.actor())
        .await?;
    let mut answer = KeyRingJson::of(&rotated.ring, Some(keys));
    answer.key = Some(rotated.key.0);
    match rotated.switched {
        Switched::Done { earlier } => answer.earlier = Some(earlier),
        Switched::ByHand { what } => answer.what_to_do = Some(what.text(inner.web.language(&call.headers))),
    }
    Ok(Json(answer).into_response())
}

pub(super) async fn retire(inner: &Arc<Inner>, call: &Call) -> Result<Response, Problem> {
    let keys = keys(inner)?;
    let ring = inner.engine.retire(keys, &call.caller()?.actor()).await?;
    Ok(Json(KeyRingJson::of(&ring, Some(keys))).into_response())
}

fn keys(inner: &Inner) -> Result<&dyn MasterKeys, Problem> {
    let keys = inner.master_keys.as_deref();
    keys.ok_or_else(|| Problem::key_not_changed(Detail::NoMasterKeySource))
}
