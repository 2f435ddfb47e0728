//! The JSON of the API, made by hand from the core's types, so that the wire stays while the core moves.

mod audit_event;
mod consent;
mod participant;
mod party;

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bindeledd_core::alert::{Alert, Severity};
use bindeledd_core::contract::{Receipt, ReceiptStatus};
use bindeledd_core::delivery::{Cause, End, State};
use bindeledd_core::guard::Finding;
use bindeledd_core::{DeliveryId, PartyId};
use bindeledd_engine::ports::{
    AcceptedDelivery, AcceptedMessage, AuditRow, DeliveryView, ItemAside, MessageView, ReceiptOutcome, WithdrawalAnswer,
};
use bindeledd_engine::{DocumentAnswer, InboxItem, PartyTest};
use serde::Serialize;
use serde_json::value::RawValue;
use serde_json::{Value, json};

pub(crate) use audit_event::audit_events;
pub(crate) use consent::{ConsentJson, GrantJson, NotWritten, WaitingJson, place_shown, remains};
pub(crate) use participant::{disclosure_json, export_json};
pub(crate) use party::{Held, LARGEST_IMPORT, party_json, public_party_json, read_import, read_party};

#[derive(Serialize)]
pub(crate) struct Reason<'a> {
    code: &'a str,
    text: &'a str,
}

impl<'a> Reason<'a> {
    fn of(cause: Option<&'a Cause>) -> Option<Self> {
        cause.map(|c| Self {
            code: &c.code,
            text: &c.text,
        })
    }
}

/// What became of a document.
pub(crate) fn document_answer(answer: &DocumentAnswer) -> Value {
    match answer {
        DocumentAnswer::Accepted { messages, left_out } => {
            json!({ "messages": messages.iter().map(accepted).collect::<Vec<_>>(), "leftOut": left_out })
        }
        DocumentAnswer::Receipt { receipt, outcome } => {
            json!({ "messages": [], "receipt": receipt_json(receipt, outcome) })
        }
        DocumentAnswer::Nothing(why) => json!({ "messages": [], "nothing": why }),
    }
}

fn accepted(message: &AcceptedMessage) -> Value {
    let delivery = |d: &AcceptedDelivery| {
        let mut delivery = json!({
            "id": d.id.to_string(), "to": d.to.to_string(), "state": d.state, "withheld": d.withheld.codes(),
        });
        if !d.would_need().is_empty() {
            delivery["wouldNeed"] = d.would_need().codes().into();
        }
        if let Some(cause) = &d.cause {
            delivery["reason"] = json!({ "code": cause.code, "text": cause.text });
        }
        delivery
    };
    let mut answer = json!({
        "id": message.id.to_string(), "kind": message.kind.code(),
        "deliveries": message.deliveries.iter().map(delivery).collect::<Vec<_>>(),
    });
    if !message.flags.is_empty() {
        answer["flags"] = flags_json(&message.flags);
    }
    answer
}

/// What the guard found in free texts: where and what.
pub(crate) fn flags_json(flags: &[Finding]) -> Value {
    let one = |f: &Finding| json!({ "path": f.path, "what": f.what.code() });
    flags.iter().map(one).collect()
}

fn receipt_json(receipt: &Receipt, outcome: &ReceiptOutcome) -> Value {
    let status = match receipt.status {
        ReceiptStatus::Ok => "ok",
        ReceiptStatus::Refused => "refused",
        ReceiptStatus::Partial => "partial",
        ReceiptStatus::Unknown => "unknown",
    };
    let settled = matches!(outcome, ReceiptOutcome::Settled(_));
    json!({ "status": status, "refersTo": receipt.refers_to, "settled": settled })
}

/// Who looks at a message, which settles what is shown of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Viewer {
    Operator,
    Sender,
    Receiver(PartyId),
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct MessageJson<'a> {
    id: String,
    kind: &'static str,
    from: &'a str,
    accepted_at: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    participant: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    flags: Option<Value>,
    deliveries: Vec<DeliveryJson<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct DeliveryJson<'a> {
    id: String,
    to: String,
    state: &'static str,
    attempts: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    due: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    withheld: Option<Vec<&'static str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    would_need: Option<Vec<&'static str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<Reason<'a>>,
    changed_at: String,
}

impl<'a> MessageJson<'a> {
    /// What `viewer` may know of a message; none where that is nothing.
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
            participant: (*viewer == Viewer::Operator).then(|| message.participant.to_string()),
            flags: (!matches!(viewer, Viewer::Receiver(_)) && !message.flags.is_empty())
                .then(|| flags_json(&message.flags)),
            deliveries: shown.into_iter().map(|d| DeliveryJson::of(d, viewer)).collect(),
        })
    }
}

/// A receiver sees its own delivery once something of it was, or may come to be, in its hands: that a message was stopped
/// because nobody consented is not for it to know.
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
            reason: Reason::of(delivery.cause.as_ref()).filter(|_| !is_receiver),
            changed_at: delivery.changed_at.to_string(),
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct InboxJson {
    delivery: String,
    media_type: String,
    document: Box<RawValue>,
}

impl InboxJson {
    pub(crate) fn of(item: &InboxItem) -> Self {
        Self {
            delivery: item.delivery.to_string(),
            media_type: item.media_type.clone(),
            document: raw_document(&item.media_type, &item.body),
        }
    }
}

fn is_json(media_type: &str) -> bool {
    let media = media_type
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase();
    media == "application/json" || media.ends_with("+json")
}

/// A document inside JSON: itself, digit for digit, where it is JSON, else its bytes in base64.
fn raw_document(media_type: &str, body: &[u8]) -> Box<RawValue> {
    let itself = || serde_json::from_slice::<Box<RawValue>>(body).ok();
    let in_base64 = || serde_json::value::to_raw_value(&json!({ "base64": STANDARD.encode(body) })).ok();
    let found = is_json(media_type).then(itself).flatten().or_else(in_base64);
    found.unwrap_or_else(|| RawValue::NULL.to_owned())
}

pub(crate) fn document_json(media_type: &str, body: &[u8]) -> Value {
    let itself = is_json(media_type).then(|| serde_json::from_slice(body).ok()).flatten();
    itself.unwrap_or_else(|| json!({ "base64": STANDARD.encode(body) }))
}

pub(crate) fn ids(deliveries: &[DeliveryId]) -> Vec<String> {
    deliveries.iter().map(ToString::to_string).collect()
}

/// The answer to a withdrawal.
pub(crate) fn withdrawal_json(answer: &WithdrawalAnswer, remains: &[GrantJson<'_>]) -> Value {
    let told: BTreeSet<&PartyId> = answer.notified.iter().map(|between| &between.to).collect();
    json!({
        "cancelled": ids(&answer.cancelled), "sending": ids(&answer.sending), "handedOver": ids(&answer.handed_over),
        "notified": told.into_iter().map(PartyId::as_str).collect::<Vec<_>>(), "remains": remains,
    })
}

/// Something that was fetched and set aside.
pub(crate) fn item_json(item: &ItemAside) -> Value {
    json!({
        "mailbox": item.key.mailbox.0, "id": item.id, "sender": item.sender, "code": item.cause.code, "text": item.cause.text,
        "at": item.at.to_string(),
    })
}

/// An alert; who it is about is for the operator alone.
pub(crate) fn alert_json(alert: &Alert, to_operator: bool) -> Value {
    let severity = match alert.kind.severity() {
        Severity::Now => "now",
        Severity::CanWait => "can-wait",
    };
    let mut value = json!({
        "id": alert.id.to_string(), "kind": alert.kind.code(), "severity": severity, "raisedAt": alert.raised_at.to_string(),
        "times": alert.times, "lastAt": alert.last_at.to_string(),
        "text": alert.kind.text(), "whatToDo": alert.kind.what_to_do(),
    });
    let mut set = |name: &str, text: Option<String>| {
        if let Some(text) = text {
            value[name] = text.into();
        }
    };
    set("message", alert.message.map(|id| id.to_string()));
    set("delivery", alert.delivery.map(|id| id.to_string()));
    set("party", alert.party.as_ref().map(ToString::to_string));
    set(
        "participant",
        alert.participant.filter(|_| to_operator).map(|id| id.to_string()),
    );
    set("code", alert.code.clone());
    set("endedAt", alert.ended_at.map(|at| at.to_string()));
    value
}

pub(crate) fn audit_json(row: &AuditRow) -> Value {
    let detail = serde_json::from_str(&row.detail).unwrap_or_else(|_| Value::from(row.detail.as_str()));
    let hash: String = row.hash.iter().map(|byte| format!("{byte:02x}")).collect();
    json!({
        "seq": row.seq, "at": row.at.to_string(), "action": row.action, "actor": row.actor, "detail": detail, "hash": hash,
    })
}

pub(crate) fn test_json(test: &PartyTest) -> Value {
    json!({ "ok": test.ok, "findings": test.findings })
}
