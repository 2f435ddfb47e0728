//! The store's keys: looked at, and changed while messages flow. No key is ever in an answer.

use std::sync::Arc;

use axum::Json;
use axum::response::{IntoResponse, Response};
use bindeledd_core::{InputCode, InputError};
use bindeledd_engine::ports::{MasterKeyRing, MasterKeys, Switched};
use bindeledd_fields::Fields;
use bindeledd_http::{Call, Problem};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use super::state::Inner;

/// The store's keys by their ids.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "KeyRing")]
pub(crate) struct KeyRingJson {
    /// Where master keys come from; null where the hub was not told.
    source: Option<String>,
    masters: Vec<String>,
    wrapping: u32,
    to_rewrap: u64,
    /// The new key's id, where it was just changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    key: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    earlier: Option<String>,
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
    let rewrap = read_rewrap(&call.body)?;
    let rotated = inner.engine.rotate(keys, rewrap, &call.caller()?.actor()).await?;
    let mut answer = KeyRingJson::of(&rotated.ring, Some(keys));
    answer.key = Some(rotated.key.0);
    match rotated.switched {
        Switched::Done { earlier } => answer.earlier = Some(earlier),
        Switched::ByHand { what } => answer.what_to_do = Some(what),
    }
    Ok(Json(answer).into_response())
}

pub(super) async fn retire(inner: &Arc<Inner>, call: &Call) -> Result<Response, Problem> {
    let keys = keys(inner)?;
    let ring = inner.engine.retire(keys, &call.caller()?.actor()).await?;
    Ok(Json(KeyRingJson::of(&ring, Some(keys))).into_response())
}

/// Whether participants' keys are wrapped anew as well.
fn read_rewrap(body: &[u8]) -> Result<bool, Problem> {
    if body.iter().all(u8::is_ascii_whitespace) {
        return Ok(false);
    }
    let mut fields = Fields::of(bindeledd_fields::parse(body)?, "")?;
    let rewrap = match fields.take("rewrap") {
        None => false,
        Some(Value::Bool(rewrap)) => rewrap,
        Some(_) => return Err(InputError::new(InputCode::Invalid, "rewrap", "true or false").into()),
    };
    fields.finish("rewrap, or nothing")?;
    Ok(rewrap)
}

fn keys(inner: &Inner) -> Result<&dyn MasterKeys, Problem> {
    let keys = inner.master_keys.as_deref();
    keys.ok_or_else(|| Problem::key_not_changed("this hub was not told where its master keys come from"))
}
