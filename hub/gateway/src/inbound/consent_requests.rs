//! Drafted consents that wait for the participant's answer on the own page. A person of a mailbox sends them, and no key does.

use std::sync::Arc;

use axum::Json;
use axum::response::{IntoResponse, Response};
use bindeledd_core::request::{ConsentRequest, RequestState};
use bindeledd_core::time;
use bindeledd_http::{Call, Problem};
use schemars::JsonSchema;
use serde::Serialize;

use super::api::ParticipantRefJson;
use super::state::Inner;

pub(super) async fn waiting(inner: &Arc<Inner>, call: &Call) -> Result<Response, Problem> {
    let limit = call.limit()?;
    let found = inner.engine.waiting_requests(call.caller()?.party(), limit).await?;
    let answer = ConsentRequestsJson {
        requests: found.iter().filter_map(ConsentRequestJson::of).collect(),
    };
    Ok(Json(answer).into_response())
}

/// Drafted consents that wait for the participant's answer.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "ConsentRequests")]
pub(crate) struct ConsentRequestsJson<'a> {
    /// Requests of the caller; of every party for the operator.
    requests: Vec<ConsentRequestJson<'a>>,
}

/// Drafted consent that waits for the participant's answer.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(inline)]
struct ConsentRequestJson<'a> {
    /// Id, which the consent of a yes gets.
    #[schemars(extend("format" = "uuid"))]
    id: String,
    /// Participant who is asked.
    participant: ParticipantRefJson,
    /// Id of the party that asks.
    party: &'a str,
    /// Time when it was sent.
    #[schemars(extend("format" = "date-time"))]
    sent_at: String,
    /// Time when it lapses.
    #[schemars(extend("format" = "date-time"))]
    until: String,
}

impl<'a> ConsentRequestJson<'a> {
    /// Returns the row of a request that waits.
    fn of(request: &'a ConsentRequest) -> Option<Self> {
        let RequestState::Waiting { until } = request.state else {
            return None;
        };
        Some(Self {
            id: request.id.to_string(),
            participant: ParticipantRefJson::of(request.participant),
            party: request.party.as_str(),
            sent_at: time::local_rfc3339(request.sent_at),
            until: time::local_rfc3339(until),
        })
    }
}
