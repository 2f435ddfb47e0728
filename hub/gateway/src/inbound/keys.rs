//! The store's keys: looked at, and changed while messages flow. No key is ever in an answer.

use std::sync::Arc;

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use bindeledd_core::{InputCode, InputError};
use bindeledd_engine::RotateError;
use bindeledd_engine::ports::{KeyRing, MasterKeys, Switched};
use serde_json::{Value, json};

use super::Inner;
use super::call::Call;
use super::problem::Problem;
use crate::strict::{self, Fields};

pub(super) async fn show(inner: &Inner) -> Result<Response, Problem> {
    let ring = inner.engine.key_ring().await?;
    Ok(Json(ring_json(&ring, inner.options.master_keys.as_deref())).into_response())
}

pub(super) async fn rotate(inner: &Arc<Inner>, call: &Call) -> Result<Response, Problem> {
    let keys = keys(inner)?;
    let rewrap = read_rewrap(&call.body)?;
    let rotated = inner.engine.rotate(keys, rewrap, &call.caller()?.actor()).await?;
    let mut answer = ring_json(&rotated.ring, Some(keys));
    answer["key"] = rotated.key.0.into();
    match rotated.switched {
        Switched::Done { earlier } => answer["earlier"] = earlier.into(),
        Switched::ByHand { what } => answer["whatToDo"] = what.into(),
    }
    Ok(Json(answer).into_response())
}

pub(super) async fn retire(inner: &Arc<Inner>, call: &Call) -> Result<Response, Problem> {
    let keys = keys(inner)?;
    let ring = inner.engine.retire(keys, &call.caller()?.actor()).await?;
    Ok(Json(ring_json(&ring, Some(keys))).into_response())
}

/// Whether participants' keys are wrapped anew as well.
fn read_rewrap(body: &[u8]) -> Result<bool, Problem> {
    if body.iter().all(u8::is_ascii_whitespace) {
        return Ok(false);
    }
    let mut fields = Fields::of(strict::parse(body)?, "")?;
    let rewrap = match fields.take("rewrap") {
        None => false,
        Some(Value::Bool(rewrap)) => rewrap,
        Some(_) => return Err(InputError::new(InputCode::Invalid, "rewrap", "true or false").into()),
    };
    fields.finish("rewrap, or nothing")?;
    Ok(rewrap)
}

fn keys(inner: &Inner) -> Result<&dyn MasterKeys, Problem> {
    let keys = inner.options.master_keys.as_deref();
    keys.ok_or_else(|| not_now("this hub was not told where its master keys come from"))
}

fn ring_json(ring: &KeyRing, keys: Option<&dyn MasterKeys>) -> Value {
    let masters: Vec<_> = ring.masters.iter().map(ToString::to_string).collect();
    json!({
        "source": keys.map(MasterKeys::source), "masters": masters, "wrapping": ring.wrapping, "toRewrap": ring.to_rewrap,
    })
}

fn not_now(what: &str) -> Problem {
    Problem::new(StatusCode::CONFLICT, "BL-6017", what)
        .what_to_do("see the error's page; the hub goes on with the keys that it has")
}

impl From<RotateError> for Problem {
    fn from(error: RotateError) -> Self {
        match error {
            RotateError::Keys(what) => {
                tracing::warn!(code = "BL-6017", what, "the master key was not changed");
                not_now(&what)
            }
            RotateError::Store(error) => error.into(),
        }
    }
}
