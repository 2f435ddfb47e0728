//! Answers of the search for messages.

use bindeledd_engine::ports::{COUNT_AT_MOST, ErrorCount, FoundAs, Hit, PairFlow, StateCount};
use jiff::SignedDuration;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Serialize;

use super::{MessageJson, codes};

/// Numbers of deliveries by state.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "MessageCounts")]
pub(crate) struct CountsJson {
    /// Every state, in the order of a delivery's way.
    pub(crate) counts: Vec<CountJson>,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(inline)]
pub(crate) struct CountJson {
    /// State of the deliveries.
    #[schemars(schema_with = "codes::state")]
    state: &'static str,
    /// Number of deliveries, counted up to 10,000.
    #[schemars(range(max = COUNT_AT_MOST))]
    deliveries: u64,
    /// True if there are more deliveries than were counted.
    is_over: bool,
}

impl CountJson {
    pub(crate) const fn of(count: &StateCount) -> Self {
        Self {
            state: count.state,
            deliveries: count.n,
            is_over: count.is_over,
        }
    }
}

/// Causes of deliveries that did not go well.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "DeliveryErrors")]
pub(crate) struct ErrorsJson<'a> {
    /// Causes by code and receiver, the most frequent first.
    pub(crate) errors: Vec<ErrorJson<'a>>,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(inline)]
pub(crate) struct ErrorJson<'a> {
    /// Stable code of the cause, with a page in the documentation.
    code: &'a str,
    /// Id of the receiving party; left out for a message to the whole circle that reached nobody.
    #[serde(skip_serializing_if = "Option::is_none")]
    party: Option<&'a str>,
    /// Number of deliveries with this cause.
    deliveries: u64,
    /// Number of these deliveries that are tried again by themselves.
    waiting: u64,
    /// Time of the newest change of such a delivery.
    #[schemars(schema_with = "codes::time")]
    newest_at: String,
}

impl<'a> ErrorJson<'a> {
    pub(crate) fn of(error: &'a ErrorCount) -> Self {
        Self {
            code: &error.code,
            party: error.party.as_ref().map(bindeledd_core::PartyId::as_str),
            deliveries: error.n,
            waiting: error.waiting,
            newest_at: error.newest_at.to_string(),
        }
    }
}

/// Things that have an id.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Hits")]
pub(crate) struct HitsJson<'a> {
    /// Things with the id, at most 20.
    pub(crate) hits: Vec<HitJson<'a>>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(inline)]
pub(crate) struct HitJson<'a> {
    /// Kind of the id.
    #[schemars(schema_with = "found_as")]
    what: &'static str,
    /// Id of the found thing in this hub.
    id: &'a str,
    /// Id of the message to read.
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<String>,
    /// Id of the delivery that has the id.
    #[serde(skip_serializing_if = "Option::is_none")]
    delivery: Option<String>,
}

fn found_as(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "enum": FoundAs::ALL.map(FoundAs::code) })
}

impl<'a> HitJson<'a> {
    pub(crate) fn of(hit: &'a Hit) -> Self {
        Self {
            what: hit.what.code(),
            id: &hit.id,
            message: hit.message.map(|id| id.to_string()),
            delivery: hit.delivery.map(|id| id.to_string()),
        }
    }
}

/// Page of a party's own messages.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "PartyMessages")]
pub(crate) struct PartyMessagesJson<'a> {
    /// Messages that the party sent or may know of, newest first.
    pub(crate) messages: Vec<MessageJson<'a>>,
    /// Value of `before` for the next page; left out on the last page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) next: Option<String>,
}

/// Figures of the flow, by pair of parties.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "MessageFlow")]
pub(crate) struct FlowsJson<'a> {
    /// Pairs of parties, the largest first, at most 500.
    pub(crate) pairs: Vec<FlowJson<'a>>,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(inline)]
pub(crate) struct FlowJson<'a> {
    /// Id of the sending party.
    from: &'a str,
    /// Id of the receiving party.
    to: &'a str,
    /// Number of new deliveries.
    sent: u64,
    /// Number of deliveries that no consent covers.
    blocked: u64,
    /// Number of deliveries that the receiver got.
    delivered: u64,
    /// Number of deliveries that were refused, expired or failed.
    not_delivered: u64,
    /// Time from acceptance within which half of these deliveries arrived, in milliseconds; left out if none arrived. It is
    /// estimated from classes of times.
    #[serde(skip_serializing_if = "Option::is_none")]
    median_ms: Option<u64>,
    /// Time from acceptance within which 95 of 100 of these deliveries arrived, in milliseconds; left out if none arrived.
    #[serde(skip_serializing_if = "Option::is_none")]
    percentile95_ms: Option<u64>,
}

impl<'a> FlowJson<'a> {
    pub(crate) fn of(pair: &'a PairFlow) -> Self {
        let millis = |span: SignedDuration| u64::try_from(span.as_millis()).unwrap_or(0);
        Self {
            from: pair.from.as_str(),
            to: pair.to.as_str(),
            sent: pair.flow.sent,
            blocked: pair.flow.blocked,
            delivered: pair.flow.delivered,
            not_delivered: pair.flow.bad,
            median_ms: pair.flow.latency(500).map(millis),
            percentile95_ms: pair.flow.latency(950).map(millis),
        }
    }
}
