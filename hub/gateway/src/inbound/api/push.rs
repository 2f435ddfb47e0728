//! Pushes of an alert, as the operator sees them. They have names of targets in the configuration, and no address.

use bindeledd_engine::ports::TargetPushes;
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

use super::codes;

/// Pushes of an alert to one target.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(inline)]
pub(crate) struct PushJson {
    /// Name of the target in the configuration.
    target: String,
    /// Number of pushes that the target took.
    pushes: u32,
    /// Time of the last of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "codes::time")]
    pushed_at: Option<String>,
    /// Tries that failed since then.
    #[serde(skip_serializing_if = "Option::is_none")]
    failed: Option<FailedPushJson>,
}

/// Tries of a push that failed.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(inline)]
struct FailedPushJson {
    /// Number of tries.
    #[schemars(range(min = 1))]
    tries: u32,
    /// Time of the last try.
    #[schemars(schema_with = "codes::time")]
    at: String,
    /// Code that the target answered: an HTTP status, or the code of a mail server. Missing if the target could not be reached.
    #[serde(skip_serializing_if = "Option::is_none")]
    answer: Option<u16>,
    /// Earliest time of the next try. Missing if the hub has given up.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "codes::time")]
    next_at: Option<String>,
}

impl PushJson {
    pub(crate) fn of(pushes: &TargetPushes, now: Timestamp) -> Self {
        Self {
            target: pushes.target.clone(),
            pushes: pushes.last.map_or(0, |last| last.times),
            pushed_at: pushes.last.map(|last| last.at.to_string()),
            failed: pushes.failed.map(|failed| FailedPushJson {
                tries: failed.times,
                at: failed.at.to_string(),
                answer: failed.answer,
                next_at: failed
                    .next
                    .filter(|_| !failed.is_given_up(pushes.raised_at, now))
                    .map(|next| next.to_string()),
            }),
        }
    }
}
