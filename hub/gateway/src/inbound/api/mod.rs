//! The JSON types of the API. They are made from the core's types, so that the wire format is stable while the core changes. The
//! schemas of the OpenAPI document are derived from them.

mod adapter;
mod audit_event;
pub(crate) mod codes;
mod consent;
mod participant;
mod party;
mod party_version;
mod push;
mod retry;
mod search;
mod timeline;

use std::collections::BTreeSet;

use bindeledd_core::alert::{Alert, AlertStanding, AlertState, ClosingWord};
use bindeledd_core::contract::{Receipt, ReceiptStatus};
use bindeledd_core::delivery::{Cause, End, State};
use bindeledd_core::{DeliveryId, PartyId};
use bindeledd_engine::ports::{
    AcceptedDelivery, AcceptedMessage, AuditRow, DeliveryView, ItemAside, MessageView, ReceiptOutcome, TargetPushes,
    WithdrawalAnswer, WithdrawalPreview,
};
use bindeledd_engine::{Directory, DocumentAnswer, FaultSide, InboxItem, PartyTest, StepResult, TestStep, TestedStep};
use bindeledd_http::json::{FlagJson, flags_json, in_base64, is_json};
use bindeledd_texts::{Lang, alert as texts};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;
use serde_json::value::RawValue;

pub(crate) use adapter::{
    AdapterInstalledJson, AdapterRemovedJson, AdapterShadowJson, AdapterSwitchedJson, AdaptersJson,
};
pub(crate) use audit_event::audit_events;
pub(crate) use consent::{
    AgreedJson, ConsentJson, GrantJson, NotWritten, ParticipantRefJson, WaitingJson, place_shown, remains, ways,
};
pub(crate) use participant::{DisclosureJson, DisclosuresJson, LookJson, export_json};
pub(crate) use party::{PartyJson, PublicPartyJson};
pub(crate) use party_version::{PartyVersionsJson, RolledBackJson};
pub(crate) use push::PushJson;
pub(crate) use retry::{PreviewJson, RunJson, RunsJson};
pub(crate) use search::{
    CountJson, CountsJson, ErrorJson, ErrorsJson, FlowJson, FlowsJson, HitJson, HitsJson, PartyMessagesJson,
};
pub(crate) use timeline::TimelineJson;

/// Reason for the state of a delivery.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Reason")]
pub(crate) struct Reason<'a> {
    /// Stable code, such as BL-2001, with a page in the documentation.
    code: &'a str,
    /// Text for a person: the reason, and the next step.
    text: &'a str,
}

impl<'a> Reason<'a> {
    fn of(cause: Option<&'a Cause>) -> Option<Self> {
        cause.map(|c| Self {
            code: &c.code,
            text: &c.text,
        })
    }

    /// The reason as the operator may see it.
    fn for_operator(cause: Option<&'a Cause>) -> Option<Self> {
        cause.map(|c| Self {
            code: &c.code,
            text: c.without_the_receivers_words(),
        })
    }
}

/// Outcome of a document: accepted messages, a settled receipt, or nothing.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "DocumentAnswer")]
pub(crate) struct DocumentAnswerJson<'a> {
    /// Messages that the hub read out of the document and accepted.
    messages: Vec<AcceptedMessageJson<'a>>,
    /// Parts of the document that the messages leave out, in Norwegian.
    #[serde(skip_serializing_if = "Option::is_none")]
    left_out: Option<&'a [String]>,
    /// Reason why the document carries no message, such as that it only confirms that something was sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    nothing: Option<&'a str>,
    /// Receipt that the document was, where it was one.
    #[serde(skip_serializing_if = "Option::is_none")]
    receipt: Option<ReceiptJson<'a>>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(inline)]
struct AcceptedMessageJson<'a> {
    /// Id of the message in this hub.
    id: String,
    /// Kind of message.
    #[schemars(schema_with = "codes::kind")]
    kind: &'static str,
    /// Deliveries of the message, one for each receiver.
    deliveries: Vec<AcceptedDeliveryJson<'a>>,
    /// Findings of the guard in free texts. Flagged texts are carried all the same.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    flags: Vec<FlagJson>,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(inline)]
struct AcceptedDeliveryJson<'a> {
    /// Id of the delivery.
    id: String,
    /// Id of the receiving party, or `circle` for a message to the whole circle that reached nobody.
    to: String,
    /// State of the delivery at acceptance.
    #[schemars(schema_with = "codes::state")]
    state: &'static str,
    /// Data categories that no consent lets the receiver have. The hub leaves them out.
    #[schemars(schema_with = "codes::categories")]
    withheld: Vec<&'static str>,
    /// Data categories that consents would have to cover, where none covers the delivery.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schemars(schema_with = "codes::categories")]
    would_need: Vec<&'static str>,
    /// Reason for the state.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<Reason<'a>>,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(inline)]
struct ReceiptJson<'a> {
    /// Status that the receiver gave the document.
    #[schemars(extend("enum" = ["ok", "refused", "partial", "unknown"]))]
    status: &'static str,
    /// Id that the receipt gives the answered document.
    refers_to: &'a str,
    /// True if the receipt settled a delivery.
    settled: bool,
}

impl<'a> DocumentAnswerJson<'a> {
    pub(crate) fn of(answer: &'a DocumentAnswer) -> Self {
        let mut json = Self {
            messages: Vec::new(),
            left_out: None,
            nothing: None,
            receipt: None,
        };
        match answer {
            DocumentAnswer::Accepted { messages, left_out } => {
                json.messages = messages.iter().map(AcceptedMessageJson::of).collect();
                json.left_out = Some(left_out);
            }
            DocumentAnswer::Receipt { receipt, outcome } => json.receipt = Some(ReceiptJson::of(receipt, outcome)),
            DocumentAnswer::Nothing(why) => json.nothing = Some(why),
        }
        json
    }
}

impl<'a> AcceptedMessageJson<'a> {
    fn of(message: &'a AcceptedMessage) -> Self {
        Self {
            id: message.id.to_string(),
            kind: message.kind.code(),
            deliveries: message.deliveries.iter().map(AcceptedDeliveryJson::of).collect(),
            flags: flags_json(&message.flags),
        }
    }
}

impl<'a> AcceptedDeliveryJson<'a> {
    fn of(delivery: &'a AcceptedDelivery) -> Self {
        Self {
            id: delivery.id.to_string(),
            to: delivery.to.to_string(),
            state: delivery.state,
            withheld: delivery.withheld.codes(),
            would_need: delivery.would_need().codes(),
            reason: Reason::of(delivery.cause.as_ref()),
        }
    }
}

impl<'a> ReceiptJson<'a> {
    fn of(receipt: &'a Receipt, outcome: &ReceiptOutcome) -> Self {
        Self {
            status: match receipt.status {
                ReceiptStatus::Ok => "ok",
                ReceiptStatus::Refused => "refused",
                ReceiptStatus::Partial => "partial",
                ReceiptStatus::Unknown => "unknown",
            },
            refers_to: &receipt.refers_to,
            settled: matches!(outcome, ReceiptOutcome::Settled(_)),
        }
    }
}

/// The reader of a message, which decides the part that is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Viewer {
    Operator,
    Sender,
    Receiver(PartyId),
    /// The participant, in the export of everything that the hub holds.
    Participant,
}

/// Message with its deliveries, as the caller may see them. Never its content.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Message")]
pub(crate) struct MessageJson<'a> {
    /// Id of the message in this hub.
    id: String,
    /// Kind of message.
    #[schemars(schema_with = "codes::kind")]
    kind: &'static str,
    /// Id of the sending party.
    from: &'a str,
    /// Time at which the hub accepted it.
    #[schemars(schema_with = "codes::time")]
    accepted_at: String,
    /// Pseudonym of the participant; for the operator alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    participant: Option<String>,
    /// Findings of the guard in free texts; for the sender and the operator.
    #[serde(skip_serializing_if = "Option::is_none")]
    flags: Option<Vec<FlagJson>>,
    /// Deliveries that the caller may see.
    deliveries: Vec<DeliveryJson<'a>>,
}

/// List of messages.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Messages")]
pub(crate) struct MessagesJson<'a> {
    /// Messages, newest first.
    pub(crate) messages: Vec<MessageJson<'a>>,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(inline)]
struct DeliveryJson<'a> {
    /// Id of the delivery.
    id: String,
    /// Id of the receiving party, or `circle` for a message to the whole circle that reached nobody.
    to: String,
    /// State of the delivery.
    #[schemars(schema_with = "codes::state")]
    state: &'static str,
    /// Number of attempts so far.
    attempts: u32,
    /// Time of the next attempt, where the delivery waits.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "codes::time")]
    due: Option<String>,
    /// Data categories that the hub leaves out.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "codes::categories")]
    withheld: Option<Vec<&'static str>>,
    /// Data categories that consents would have to cover, where none covers the delivery.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "codes::categories")]
    would_need: Option<Vec<&'static str>>,
    /// Reason for the state.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<Reason<'a>>,
    /// Time of the last change of state.
    #[schemars(schema_with = "codes::time")]
    changed_at: String,
}

/// Deliveries that a command changed.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Deliveries")]
pub(crate) struct DeliveriesJson {
    /// Ids of the deliveries.
    pub(crate) deliveries: Vec<String>,
}

impl<'a> MessageJson<'a> {
    /// The part of a message that `viewer` may know; none where that is nothing.
    pub(crate) fn of(message: &'a MessageView, viewer: &Viewer) -> Option<Self> {
        let shown: Vec<_> = message.deliveries.iter().filter(|d| is_shown(d, viewer)).collect();
        if matches!(viewer, Viewer::Receiver(_)) && shown.is_empty() {
            return None;
        }
        Some(Self {
            id: message.id.to_string(),
            kind: message.kind.code(),
            from: message.from.as_str(),
            accepted_at: message.accepted_at.to_string(),
            participant: matches!(viewer, Viewer::Operator | Viewer::Participant)
                .then(|| message.participant.to_string()),
            flags: (!matches!(viewer, Viewer::Receiver(_)) && !message.flags.is_empty())
                .then(|| flags_json(&message.flags)),
            deliveries: shown.into_iter().map(|d| DeliveryJson::of(d, viewer)).collect(),
        })
    }
}

/// Returns whether a reader may see a delivery. A receiver sees its own delivery once the receiver has, or may get, part of its
/// content. The receiver must not learn of a message that was blocked for lack of consent.
fn is_shown(delivery: &DeliveryView, viewer: &Viewer) -> bool {
    let Viewer::Receiver(party) = viewer else { return true };
    let own = matches!(&delivery.to, bindeledd_core::Target::Party(to) if to == party);
    let reached = match &delivery.state {
        State::Waiting(_)
        | State::Reserved(_)
        | State::Sending(_)
        | State::AwaitingReceipt(_)
        | State::WithPerson(_) => true,
        State::Ended(ended) => match ended.how {
            End::Delivered | End::Refused => true,
            End::Blocked => false,
            End::Cancelled | End::Expired | End::Failed => ended.attempts > 0,
        },
    };
    own && reached
}

impl<'a> DeliveryJson<'a> {
    fn of(delivery: &'a DeliveryView, viewer: &Viewer) -> Self {
        let due = match &delivery.state {
            State::Waiting(waiting) => Some(waiting.due.to_string()),
            State::Reserved(_)
            | State::Sending(_)
            | State::AwaitingReceipt(_)
            | State::WithPerson(_)
            | State::Ended(_) => None,
        };
        let is_receiver = matches!(viewer, Viewer::Receiver(_));
        let is_blocked = matches!(&delivery.state, State::Ended(ended) if ended.how == End::Blocked);
        Self {
            id: delivery.id.to_string(),
            to: delivery.to.to_string(),
            state: delivery.state.name(),
            attempts: delivery.state.attempts(),
            due: due.filter(|_| !is_receiver),
            withheld: (!is_receiver).then(|| delivery.withheld.codes()),
            would_need: (is_blocked && !is_receiver).then(|| delivery.withheld.codes()),
            reason: match viewer {
                Viewer::Receiver(_) => None,
                Viewer::Operator => Reason::for_operator(delivery.cause.as_ref()),
                Viewer::Sender | Viewer::Participant => Reason::of(delivery.cause.as_ref()),
            },
            changed_at: delivery.changed_at.to_string(),
        }
    }
}

/// Items that wait for a party that fetches.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Inbox")]
pub(crate) struct InboxJson {
    /// Items, oldest first.
    pub(crate) items: Vec<InboxItemJson>,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(inline)]
pub(crate) struct InboxItemJson {
    /// Id of the delivery, by which the item is acknowledged.
    delivery: String,
    /// Media type of the document.
    media_type: String,
    /// Document in the receiver's format: JSON as it is, anything else as `{"base64": …}`.
    #[schemars(schema_with = "codes::any")]
    document: Box<RawValue>,
}

impl InboxItemJson {
    pub(crate) fn of(item: &InboxItem) -> Self {
        Self {
            delivery: item.delivery.to_string(),
            media_type: item.media_type.clone(),
            document: raw_document(&item.media_type, &item.body),
        }
    }
}

/// Returns a document for use inside JSON: byte for byte if the document is JSON, else in base64.
fn raw_document(media_type: &str, body: &[u8]) -> Box<RawValue> {
    let itself = || serde_json::from_slice::<Box<RawValue>>(body).ok();
    let encoded = || serde_json::value::to_raw_value(&in_base64(body)).ok();
    let found = is_json(media_type).then(itself).flatten().or_else(encoded);
    found.unwrap_or_else(|| RawValue::NULL.to_owned())
}

pub(crate) fn ids(deliveries: &[DeliveryId]) -> Vec<String> {
    deliveries.iter().map(ToString::to_string).collect()
}

/// Outcome of a withdrawal.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "WithdrawalAnswer")]
pub(crate) struct WithdrawalJson<'a> {
    /// Ids of the deliveries that the withdrawal cancelled.
    cancelled: Vec<String>,
    /// Ids of the deliveries whose bytes may be on the wire.
    sending: Vec<String>,
    /// Ids of the deliveries that were handed over before.
    handed_over: Vec<String>,
    /// Ids of the parties that got something under the grants. The hub tells each of them.
    notified: Vec<&'a str>,
    /// Grants that still hold, because they rest on a legal duty.
    remains: &'a [GrantJson<'a>],
}

impl<'a> WithdrawalJson<'a> {
    pub(crate) fn of(answer: &'a WithdrawalAnswer, remains: &'a [GrantJson<'a>]) -> Self {
        let notified: BTreeSet<&PartyId> = answer.notified.iter().map(|between| &between.to).collect();
        Self {
            cancelled: ids(&answer.cancelled),
            sending: ids(&answer.sending),
            handed_over: ids(&answer.handed_over),
            notified: notified.into_iter().map(PartyId::as_str).collect(),
            remains,
        }
    }
}

/// Effect that a withdrawal would have now.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "WithdrawalPreview")]
pub(crate) struct WithdrawalPreviewJson<'a> {
    /// Grants that would end, wholly or in part.
    ends: Vec<EndingJson<'a>>,
    /// Ids of the deliveries that it would cancel.
    cancelled: Vec<String>,
    /// Ids of the deliveries whose bytes may be on the wire.
    sending: Vec<String>,
    /// Ids of the deliveries that were handed over before.
    handed_over: Vec<String>,
    /// Ids of the parties that the hub would tell.
    notified: Vec<&'a str>,
    /// Grants that would still hold, because they rest on a legal duty.
    remains: &'a [GrantJson<'a>],
}

/// Grant that would end.
#[derive(Serialize, JsonSchema)]
#[schemars(inline)]
struct EndingJson<'a> {
    /// Id of the sender.
    from: &'a str,
    /// Id of the receiver.
    to: &'a str,
    /// Categories that would end.
    categories: Vec<&'static str>,
}

impl<'a> WithdrawalPreviewJson<'a> {
    pub(crate) fn of(preview: &'a WithdrawalPreview, remains: &'a [GrantJson<'a>]) -> Self {
        let ends = preview.ends.iter().map(|(between, categories)| EndingJson {
            from: between.from.as_str(),
            to: between.to.as_str(),
            categories: categories.codes(),
        });
        let answer = WithdrawalJson::of(&preview.answer, remains);
        Self {
            ends: ends.collect(),
            // Nothing is released before the withdrawal itself, which stops a reserved delivery or finds it on the wire.
            cancelled: [ids(&preview.answer.cancelled), ids(&preview.answer.reserved)].concat(),
            sending: answer.sending,
            handed_over: answer.handed_over,
            notified: answer.notified,
            remains,
        }
    }
}

/// Items that the hub fetched from mailboxes and set aside.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Fetched")]
pub(crate) struct FetchedJson<'a> {
    /// Items, newest first.
    pub(crate) items: Vec<ItemJson<'a>>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(inline)]
pub(crate) struct ItemJson<'a> {
    /// Mailbox that the item was fetched from.
    mailbox: &'a str,
    /// Id of the item in its mailbox.
    id: &'a str,
    /// Sender of the item, as the mailbox names it.
    sender: &'a str,
    /// Stable code of the reason, with a page in the documentation.
    code: &'a str,
    /// Text for a person: the reason, and the next step.
    text: &'a str,
    /// Time at which the hub set it aside.
    #[schemars(schema_with = "codes::time")]
    at: String,
}

impl<'a> ItemJson<'a> {
    pub(crate) fn of(item: &'a ItemAside) -> Self {
        Self {
            mailbox: &item.key.mailbox.0,
            id: &item.id,
            sender: &item.sender,
            code: &item.cause.code,
            text: &item.cause.text,
            at: item.at.to_string(),
        }
    }
}

/// List of alerts.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Alerts")]
pub(crate) struct AlertsJson<'a> {
    /// Alerts, newest first.
    pub(crate) alerts: Vec<AlertJson<'a>>,
}

/// Alert with its pushes.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "AlertShown")]
pub(crate) struct AlertShownJson<'a> {
    /// The alert.
    pub(crate) alert: AlertJson<'a>,
}

/// Alert after an act.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "AlertActed")]
pub(crate) struct AlertActedJson<'a> {
    /// The alert, as it is now.
    pub(crate) alert: AlertJson<'a>,
}

/// Alert about one episode.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(inline)]
pub(crate) struct AlertJson<'a> {
    /// Id of the alert.
    id: String,
    /// Kind of alert.
    #[schemars(schema_with = "codes::alert_kind")]
    kind: &'static str,
    /// Urgency: `now`, or `can-wait` until the next working day.
    #[schemars(extend("enum" = ["now", "can-wait"]))]
    severity: &'static str,
    /// Time at which it was raised.
    #[schemars(schema_with = "codes::time")]
    raised_at: String,
    /// Number of occurrences in the same episode.
    #[schemars(range(min = 1))]
    times: u32,
    /// Time of the last occurrence.
    #[schemars(schema_with = "codes::time")]
    last_at: String,
    /// Text for a person.
    text: &'static str,
    /// Next step for a person.
    what_to_do: &'static str,
    /// Id of the message that it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<String>,
    /// Id of the delivery that it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    delivery: Option<String>,
    /// Id of the party that it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    party: Option<&'a str>,
    /// Telephone number of that party, if somebody has to call it.
    #[serde(skip_serializing_if = "Option::is_none")]
    phone: Option<String>,
    /// Pseudonym of the participant that it is about; for the operator alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    participant: Option<String>,
    /// Code that tells more, such as BL-4003.
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<&'a str>,
    /// Time at which the episode ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "codes::time")]
    ended_at: Option<String>,
    /// State of the alert; for the operator alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("enum" = AlertStanding::ALL.map(AlertStanding::code)))]
    state: Option<&'static str>,
    /// Actor that took or closed it: `operator`, `hub` or a person; for the operator alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    state_by: Option<String>,
    /// Time at which it was taken or closed; for the operator alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "codes::time")]
    state_at: Option<String>,
    /// Word of the person who closed it; for the operator alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    word: Option<&'a str>,
    /// Pushes to each target that got one or that a push failed for; for the operator alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pushes: Option<Vec<PushJson>>,
}

impl<'a> AlertJson<'a> {
    pub(crate) fn of(alert: &'a Alert, to_operator: bool, lang: Lang) -> Self {
        Self {
            id: alert.id.to_string(),
            kind: alert.kind.code(),
            severity: alert.kind.severity().code(),
            raised_at: alert.raised_at.to_string(),
            times: alert.times,
            last_at: alert.last_at.to_string(),
            text: texts::text(alert.kind).text(lang),
            what_to_do: texts::what_to_do(alert.kind).text(lang),
            message: alert.message.map(|id| id.to_string()),
            delivery: alert.delivery.map(|id| id.to_string()),
            party: alert.party.as_ref().map(PartyId::as_str),
            phone: None,
            participant: alert.participant.filter(|_| to_operator).map(|id| id.to_string()),
            code: alert.code.as_deref(),
            ended_at: alert.ended_at.map(|at| at.to_string()),
            state: None,
            state_by: None,
            state_at: None,
            word: None,
            pushes: None,
        }
    }

    /// Adds the telephone number of the party, as the caller may see it.
    pub(crate) fn with_phone(mut self, alert: &Alert, directory: &Directory, to_operator: bool) -> Self {
        if let Some(party) = alert.party.as_ref().filter(|_| alert.kind.asks_for_a_call())
            && let Some(party) = directory.get(party)
        {
            let own = party.phone.as_deref().filter(|_| to_operator);
            self.phone = own.or(party.as_others_see_it().phone).map(str::to_owned);
        }
        self
    }

    /// Adds the pushes of the alert, among those of several alerts.
    pub(crate) fn with_pushes(mut self, alert: &Alert, pushes: &[TargetPushes], now: Timestamp) -> Self {
        let own = pushes.iter().filter(|pushes| pushes.alert == alert.id);
        self.pushes = Some(own.map(|pushes| PushJson::of(pushes, now)).collect());
        self
    }

    /// Returns an alert with its state, for the operator.
    pub(crate) fn with_state(alert: &'a Alert, lang: Lang) -> Self {
        let (by, at, word) = match &alert.state {
            AlertState::Open => (None, None, None),
            AlertState::Taken { by, at } => (Some(by), Some(at), None),
            AlertState::Closed { by, at, word } => (Some(by), Some(at), word.as_ref()),
        };
        Self {
            state: Some(alert.state.standing().code()),
            state_by: by.map(ToString::to_string),
            state_at: at.map(ToString::to_string),
            word: word.map(ClosingWord::as_str),
            ..Self::of(alert, true, lang)
        }
    }
}

/// Rows of the audit log.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Audit")]
pub(crate) struct AuditJson<'a> {
    /// Rows: oldest first, or newest first with a filter.
    pub(crate) rows: Vec<AuditRowJson<'a>>,
}

/// Row of the audit log.
#[derive(Serialize, JsonSchema)]
#[schemars(inline)]
pub(crate) struct AuditRowJson<'a> {
    /// Number of the row, from 1.
    seq: u64,
    /// Time of the act.
    #[schemars(schema_with = "codes::time")]
    at: String,
    /// Action that was taken.
    action: &'a str,
    /// Actor: `operator`, `hub`, `party:` with an id, or `person:` with the id of an account.
    actor: &'a str,
    /// Details of the action, by its kind; never personal data.
    #[schemars(schema_with = "codes::any")]
    detail: Value,
    /// Hash of the row's entry in the log, in hexadecimal.
    hash: String,
}

impl<'a> AuditRowJson<'a> {
    pub(crate) fn of(row: &'a AuditRow) -> Self {
        Self {
            seq: row.seq,
            at: row.at.to_string(),
            action: &row.action,
            actor: &row.actor,
            detail: serde_json::from_str(&row.detail).unwrap_or_else(|_| Value::from(row.detail.as_str())),
            hash: row.hash.iter().map(|byte| format!("{byte:02x}")).collect(),
        }
    }
}

/// Result of a test of the way to a party.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "PartyTest")]
pub(crate) struct TestJson {
    /// True if a delivery would get through now.
    ok: bool,
    /// Findings of the test, for a person.
    findings: Vec<String>,
    /// Steps of the test, in order.
    steps: Vec<StepJson>,
}

/// Step of a test.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(inline)]
struct StepJson {
    /// The tested thing.
    #[schemars(extend("enum" = TestStep::ALL.map(TestStep::code)))]
    step: &'static str,
    /// Result of the step.
    #[schemars(extend("enum" = ["well", "fault", "not-tried"]))]
    result: &'static str,
    /// Side of the fault.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("enum" = FaultSide::ALL.map(FaultSide::code)))]
    whose: Option<&'static str>,
    /// The fault, for a person.
    #[serde(skip_serializing_if = "Option::is_none")]
    what: Option<String>,
    /// Duration of the step, in milliseconds.
    millis: u64,
}

impl TestJson {
    pub(crate) fn of(test: &PartyTest, lang: Lang) -> Self {
        Self {
            ok: test.ok,
            findings: test.findings.iter().map(|finding| finding.text(lang)).collect(),
            steps: test.steps.iter().map(|step| StepJson::of(step, lang)).collect(),
        }
    }
}

impl StepJson {
    fn of(tested: &TestedStep, lang: Lang) -> Self {
        let (result, whose, what) = match &tested.result {
            StepResult::Well => ("well", None, None),
            StepResult::Fault { whose, what } => ("fault", Some(whose.code()), Some(what.text(lang))),
            StepResult::NotTried => ("not-tried", None, None),
        };
        Self {
            step: tested.step.code(),
            result,
            whose,
            what,
            millis: u64::try_from(tested.took.as_millis()).unwrap_or(0),
        }
    }
}
