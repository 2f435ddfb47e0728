//! Requests to see the content of messages. A key reads their states; only persons on the console ask and answer.

use std::sync::Arc;

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use bindeledd_core::MessageId;
use bindeledd_engine::ports::{OpeningFilter, OpeningView};
use bindeledd_http::{Call, Problem};
use schemars::JsonSchema;
use serde::Serialize;

use super::api::codes;
use super::requests::{self, OpeningRequest};
use super::state::Inner;

/// Requests to see content.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Openings")]
pub(crate) struct OpeningsJson {
    /// Requests, newest first.
    openings: Vec<OpeningJson>,
}

/// Request to see the content of one message.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Opening")]
pub(crate) struct OpeningJson {
    /// Id.
    id: String,
    /// Id of the message.
    message: String,
    /// Id of the message's sender.
    sender: String,
    /// Id of the account of the person who asks.
    asked_by: String,
    /// Time of the request.
    #[schemars(schema_with = "codes::time")]
    asked_at: String,
    /// State.
    #[schemars(extend("enum" = ["asked", "approved", "open", "refused", "lapsed", "ended"]))]
    state: &'static str,
    /// Time when time alone ends the state; absent where the request is over.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "codes::time")]
    until: Option<String>,
    /// Reason.
    reason: String,
}

impl OpeningJson {
    fn of(view: &OpeningView) -> Self {
        let opening = &view.opening;
        Self {
            id: opening.id.to_string(),
            message: opening.message.to_string(),
            sender: view.sender.to_string(),
            asked_by: opening.asked_by.to_string(),
            asked_at: opening.asked_at.to_string(),
            state: opening.state.code(),
            until: opening.state.until().map(|at| at.to_string()),
            reason: opening.reason.as_str().to_owned(),
        }
    }
}

pub(super) async fn list(inner: &Arc<Inner>, call: &Call) -> Result<Response, Problem> {
    let filter = OpeningFilter {
        limit: call.limit()?,
        ..OpeningFilter::default()
    };
    let found = inner.engine.openings(&filter).await?;
    let openings = found.iter().map(OpeningJson::of).collect();
    Ok(Json(OpeningsJson { openings }).into_response())
}

/// Asks to see the content of a message. No caller of the API is a person, so that the engine refuses each.
pub(super) async fn ask(inner: &Arc<Inner>, call: &Call) -> Result<Response, Problem> {
    let message: MessageId = call.param("id")?;
    let OpeningRequest { reason } = requests::read(&call.body)?;
    inner
        .engine
        .ask_to_open(message, &reason, call.caller()?.acting())
        .await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}
