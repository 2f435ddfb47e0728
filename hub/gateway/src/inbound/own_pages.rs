//! One-time codes for participants' own pages. A party makes one, and hands it over in person.

use std::sync::Arc;

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use bindeledd_core::ParticipantRef;
use bindeledd_http::{Call, Caller, Problem};
use bindeledd_texts::problem::Detail;
use schemars::JsonSchema;
use serde::Serialize;

use super::api::codes;
use super::state::Inner;
use super::users;

/// Path of a participant's own page.
const OWN_PAGE: &str = "/meg";

pub(super) async fn hand_over(inner: &Arc<Inner>, call: &Call) -> Result<Response, Problem> {
    // A code shows what its party sees, and the operator is no party.
    let Caller::Party(party) = call.caller()? else {
        return Err(Problem::forbidden(Detail::CodeByParty));
    };
    let participant: ParticipantRef = call.param("ref")?;
    let made = inner.accounts.hand_over(participant, party, inner.engine.now()).await;
    let made = made.map_err(|error| users::problem(error, None))?;
    // Somebody unknown, protected, or with nothing left for the party: the answer does not tell which.
    let made = made.ok_or_else(|| Problem::not_found(Detail::NoParticipant))?;
    let answer = OwnCodeJson {
        code: made.code.written(),
        expires_at: made.expires_at.to_string(),
        address: inner
            .console
            .as_deref()
            .map(|base| format!("{}{OWN_PAGE}", base.trim_end_matches('/'))),
    };
    Ok((StatusCode::CREATED, Json(answer)).into_response())
}

/// One-time code for a participant's own page. The hub never shows it again.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "OwnPageCode")]
pub(crate) struct OwnCodeJson {
    /// Code, to be handed over in person.
    code: String,
    /// Time when the code stops working, unless it was used before.
    #[schemars(schema_with = "codes::time")]
    expires_at: String,
    /// Address of the page; left out where the hub does not know its own.
    #[serde(skip_serializing_if = "Option::is_none")]
    address: Option<String>,
}
