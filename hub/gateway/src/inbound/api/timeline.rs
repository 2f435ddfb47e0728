//! The way of a message, step by step.

use bindeledd_core::delivery::next::Next;
use bindeledd_core::{GrantRef, PartyId, Target};
use bindeledd_engine::ports::{
    Answered, AttemptResult, AttemptView, DeliveryView, ReadBy, ReleaseView, SendFailure, Timeline, Way,
};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Serialize;

use super::{MessageJson, Viewer, codes};

/// Way of a message, step by step, as the operator may see it.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Timeline")]
pub(crate) struct TimelineJson<'a> {
    /// Message with the states of its deliveries.
    message: MessageJson<'a>,
    /// Adapter that read the document; left out for the hub's own JSON, and where an older hub accepted the message.
    #[serde(skip_serializing_if = "Option::is_none")]
    read_by: Option<AdapterJson>,
    /// Time when the message expires.
    #[schemars(schema_with = "codes::time")]
    expires_at: String,
    /// Id of the message that this one answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    in_reply_to: Option<String>,
    /// Id of the message that this one corrects.
    #[serde(skip_serializing_if = "Option::is_none")]
    corrects: Option<String>,
    /// Ids of the messages that correct this one, oldest first.
    corrected_by: Vec<String>,
    /// Way of each delivery, in the order of the message's deliveries.
    ways: Vec<WayJson<'a>>,
}

/// Adapter, with the digest of its file.
#[derive(Serialize, JsonSchema)]
#[schemars(inline)]
struct AdapterJson {
    /// Name of the adapter in configuration.
    adapter: String,
    /// SHA-256 of the adapter's file, in hexadecimal.
    #[serde(skip_serializing_if = "Option::is_none")]
    sha256: Option<String>,
}

impl AdapterJson {
    fn of(adapter: &impl ToString, sha256: Option<&[u8; 32]>) -> Self {
        Self {
            adapter: adapter.to_string(),
            sha256: sha256.map(|sum| sum.iter().map(|byte| format!("{byte:02x}")).collect()),
        }
    }
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(inline)]
struct WayJson<'a> {
    /// Id of the delivery.
    delivery: String,
    /// Id of the receiving party, or `circle` for a message to the whole circle that reached nobody.
    to: &'a str,
    /// Data categories that the newest decision permits.
    #[schemars(schema_with = "codes::categories")]
    permitted: Vec<&'static str>,
    /// Decisions that released the delivery, oldest first.
    releases: Vec<ReleaseJson>,
    /// Attempts to send it, oldest first. They leave with the message's content.
    attempts: Vec<AttemptJson<'a>>,
    /// Time at which a receipt, an acknowledgement or a person's report settled it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "codes::time")]
    receipt_at: Option<String>,
    /// Next thing that happens by itself.
    next: NextJson,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(inline)]
struct ReleaseJson {
    /// Time of the decision.
    #[schemars(schema_with = "codes::time")]
    at: String,
    /// True if the bytes may have left under this decision.
    may_have_left: bool,
    /// Data categories in the bytes.
    #[schemars(schema_with = "codes::categories")]
    categories: Vec<&'static str>,
    /// Grants that permit them; none for a receipt.
    grants: Vec<UsedGrantJson>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(inline)]
struct UsedGrantJson {
    /// Id of the consent.
    consent: String,
    /// Version of the consent.
    version: u32,
    /// Place of the grant in the consent, from 0.
    grant: u16,
}

impl UsedGrantJson {
    fn of(grant: &GrantRef) -> Self {
        Self {
            consent: grant.consent.to_string(),
            version: grant.version,
            grant: grant.index,
        }
    }
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(inline)]
struct AttemptJson<'a> {
    /// Number of the attempt, from 1.
    number: u32,
    /// Time at which the sending began.
    #[schemars(schema_with = "codes::time")]
    began_at: String,
    /// Milliseconds until the answer; left out where the hub stopped before it.
    #[serde(skip_serializing_if = "Option::is_none")]
    took_ms: Option<u64>,
    /// Result of the attempt.
    #[schemars(schema_with = "result")]
    result: &'static str,
    /// HTTP status of the answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<u16>,
    /// Kind of the failure to get an answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "failure")]
    failure: Option<&'static str>,
    /// Stable code of the cause, with a page in the documentation.
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<&'a str>,
    /// Adapter that wrote the bytes; left out for the hub's own JSON.
    #[serde(skip_serializing_if = "Option::is_none")]
    written_by: Option<AdapterJson>,
}

fn result(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "enum": AttemptResult::ALL.map(AttemptResult::code) })
}

fn failure(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "enum": SendFailure::ALL.map(SendFailure::code) })
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(inline)]
struct NextJson {
    /// Kind of the next thing.
    #[schemars(extend("enum" = Next::CODES))]
    what: &'static str,
    /// Earliest time of the next attempt.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "codes::time")]
    at: Option<String>,
    /// Time when the waiting ends.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "codes::time")]
    ends_at: Option<String>,
}

impl<'a> TimelineJson<'a> {
    /// Returns the way of a message for the operator.
    pub(crate) fn of(timeline: &'a Timeline) -> Option<Self> {
        let views = &timeline.message.deliveries;
        Some(Self {
            message: MessageJson::of(&timeline.message, &Viewer::Operator)?,
            read_by: timeline
                .read_by
                .as_ref()
                .map(|ReadBy { adapter, sha256 }| AdapterJson::of(adapter, sha256.as_ref())),
            expires_at: timeline.expires_at.to_string(),
            in_reply_to: timeline.in_reply_to.map(|id| id.to_string()),
            corrects: timeline.corrects.map(|id| id.to_string()),
            corrected_by: timeline.corrected_by.iter().map(ToString::to_string).collect(),
            ways: timeline
                .ways
                .iter()
                .zip(views)
                .map(|(way, view)| WayJson::of(way, view))
                .collect(),
        })
    }
}

impl<'a> WayJson<'a> {
    fn of(way: &'a Way, view: &'a DeliveryView) -> Self {
        Self {
            delivery: way.delivery.to_string(),
            to: match &view.to {
                Target::Party(party) => PartyId::as_str(party),
                Target::Circle => "circle",
            },
            permitted: way.permitted.codes(),
            releases: way.releases.iter().map(ReleaseJson::of).collect(),
            attempts: way.attempts.iter().map(AttemptJson::of).collect(),
            receipt_at: way.receipt_at.map(|at| at.to_string()),
            next: NextJson {
                what: way.next.code(),
                at: way.next.at().map(|at| at.to_string()),
                ends_at: way.next.ends_at().map(|at| at.to_string()),
            },
        }
    }
}

impl ReleaseJson {
    fn of(release: &ReleaseView) -> Self {
        Self {
            at: release.at.to_string(),
            may_have_left: release.may_have_left,
            categories: release.categories.codes(),
            grants: release.grants.iter().map(UsedGrantJson::of).collect(),
        }
    }
}

impl<'a> AttemptJson<'a> {
    fn of(attempt: &'a AttemptView) -> Self {
        Self {
            number: attempt.number,
            began_at: attempt.began_at.to_string(),
            took_ms: attempt.took.and_then(|took| u64::try_from(took.as_millis()).ok()),
            result: attempt.result.code(),
            status: Answered::status(attempt.answer),
            failure: attempt.answer.failure().map(SendFailure::code),
            code: attempt.code.as_deref(),
            written_by: attempt
                .adapter
                .as_ref()
                .map(|adapter| AdapterJson::of(adapter, attempt.adapter_sha256.as_ref())),
        }
    }
}
