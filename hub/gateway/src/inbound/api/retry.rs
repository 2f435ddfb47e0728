//! Answers about retries.

use bindeledd_engine::ports::{Candidate, RETRY_AT_MOST};
use bindeledd_engine::{RetryPreview, RetryRun, RunStatus};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Serialize;

use super::codes;

/// Effect that a retry would have now, with the token that does exactly that.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "RetryPreview")]
pub(crate) struct PreviewJson<'a> {
    /// Token that starts the retry once, for the caller of the preview.
    token: &'a str,
    /// Time until which the token holds.
    #[schemars(schema_with = "codes::time")]
    until: String,
    /// Deliveries that would be sent once more.
    goes: Vec<CandidateJson<'a>>,
    /// Deliveries that no consent covers now.
    blocked: Vec<CandidateJson<'a>>,
    /// Deliveries whose content is no longer kept.
    too_late: Vec<CandidateJson<'a>>,
    /// True if the selection has more deliveries than these.
    is_more: bool,
}

#[derive(Serialize, JsonSchema)]
#[schemars(inline)]
struct CandidateJson<'a> {
    /// Id of the message.
    message: String,
    /// Id of the delivery.
    delivery: String,
    /// Id of the receiving party.
    to: String,
    /// State of the delivery.
    #[schemars(schema_with = "codes::state")]
    state: &'static str,
    /// Stable code of the reason against it, or of its present cause.
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<&'a str>,
}

impl<'a> PreviewJson<'a> {
    pub(crate) fn of(preview: &'a RetryPreview) -> Self {
        let all = |candidates: &'a [Candidate]| candidates.iter().map(CandidateJson::of).collect();
        Self {
            token: &preview.token,
            until: preview.until.to_string(),
            goes: all(&preview.effect.goes),
            blocked: all(&preview.effect.blocked),
            too_late: all(&preview.effect.too_late),
            is_more: preview.effect.is_more,
        }
    }
}

impl<'a> CandidateJson<'a> {
    fn of(candidate: &'a Candidate) -> Self {
        Self {
            message: candidate.message.to_string(),
            delivery: candidate.delivery.to_string(),
            to: candidate.to.to_string(),
            state: candidate.state,
            code: candidate.code.as_deref(),
        }
    }
}

/// Runs of retries. The hub keeps each for 90 days.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "RetryRuns")]
pub(crate) struct RunsJson<'a> {
    /// Runs, newest first, at most 20.
    pub(crate) runs: Vec<RunJson<'a>>,
}

/// Run of a retry, with its progress.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "RetryRun")]
pub(crate) struct RunJson<'a> {
    /// Id of the run; its audit rows have it.
    id: String,
    /// Actor that started it.
    by: String,
    /// Reason for it.
    reason: &'a str,
    /// Time of its beginning.
    #[schemars(schema_with = "codes::time")]
    began_at: String,
    /// State of the run.
    #[schemars(schema_with = "status")]
    status: &'static str,
    /// Number of deliveries in the run.
    #[schemars(range(max = RETRY_AT_MOST))]
    total: usize,
    /// Number of deliveries that wait to be sent once more.
    done: usize,
    /// Number of deliveries that were not dealt with.
    left: usize,
    /// Ids of the deliveries that the store could not change.
    failed: Vec<String>,
    /// Ids of the deliveries that were left out, since they changed after the preview or may no longer be sent.
    left_out: Vec<String>,
}

fn status(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "enum": RunStatus::CODES })
}

fn ids(candidates: &[Candidate]) -> Vec<String> {
    candidates
        .iter()
        .map(|candidate| candidate.delivery.to_string())
        .collect()
}

impl<'a> RunJson<'a> {
    pub(crate) fn of(run: &'a RetryRun) -> Self {
        Self {
            id: run.id.to_string(),
            by: run.by.to_string(),
            reason: &run.reason,
            began_at: run.began_at.to_string(),
            status: run.status.code(),
            total: run.total,
            done: run.done,
            left: run.left(),
            failed: ids(&run.failed),
            left_out: ids(&run.left_out),
        }
    }
}
