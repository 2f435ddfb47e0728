//! The reading of a document, and the outcome of the messages in it.

use crate::category::{Category, CategorySet};
use crate::message::Draft;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::request::Refusal;

/// The result of reading a native document.
#[derive(Debug, Clone, PartialEq)]
pub enum Reading {
    /// Messages to move.
    Messages {
        /// The messages.
        messages: Vec<Draft>,
        /// Parts of the document that the messages leave out, in plain Norwegian: attachments by name.
        left_out: Vec<String>,
        /// Facts that `acknowledge` needs to answer the sender's system.
        origin: Value,
        /// True if the sender's system asked for a receipt.
        wants_receipt: bool,
    },
    /// A receipt for something that the hub sent.
    Receipt(Receipt),
    /// The adapter understood the document, and it has nothing to move; the text says why.
    Nothing(String),
    /// The document is not for the hub; the refusal says why, and names the remedy.
    Refused(Refusal),
}

impl Reading {
    /// Makes a reading of one message, with nothing left out and no receipt asked for.
    #[must_use]
    pub fn one(draft: Draft) -> Self {
        Self::Messages {
            messages: vec![draft],
            left_out: Vec::new(),
            origin: Value::Null,
            wants_receipt: false,
        }
    }

    /// Returns the JSON of the contract's `messages` case; `None` for the other cases.
    #[must_use]
    pub fn messages_json(&self) -> Option<MessagesJson> {
        match self {
            Self::Messages {
                messages,
                left_out,
                origin,
                wants_receipt,
            } => Some(MessagesJson {
                messages: messages.iter().map(Draft::to_json).collect(),
                left_out: left_out.clone(),
                origin: origin.clone(),
                wants_receipt: *wants_receipt,
            }),
            Self::Receipt(_) | Self::Nothing(_) | Self::Refused(_) => None,
        }
    }
}

/// A reading with messages, as it crosses the contract.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct MessagesJson {
    /// Messages. The hub sets `id`, `from` and `corrects` itself and ignores them here.
    #[cfg_attr(
        feature = "schemas",
        schemars(with = "Vec<crate::schema::Envelope>", length(min = 1, max = 100))
    )]
    pub messages: Vec<Value>,
    /// Parts of the document that the messages leave out, in plain Norwegian.
    #[serde(default)]
    #[cfg_attr(feature = "schemas", schemars(length(max = 100)))]
    pub left_out: Vec<String>,
    /// Facts that `acknowledge` needs to answer the sender's system.
    #[serde(default)]
    pub origin: Value,
    /// True if the sender's system asked for a receipt.
    #[serde(default)]
    pub wants_receipt: bool,
}

/// A receipt for something that the hub sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Receipt {
    /// The receiver's answer.
    pub status: ReceiptStatus,
    /// Id of the document that the receipt is about.
    #[cfg_attr(feature = "schemas", schemars(length(min = 1, max = 500)))]
    pub refers_to: String,
    /// Scheme of that id.
    #[serde(default = "msgid")]
    pub scheme: String,
    /// Errors, in the receiver's own words.
    #[serde(default)]
    #[cfg_attr(feature = "schemas", schemars(length(max = 100)))]
    pub errors: Vec<ReceiptError>,
}

fn msgid() -> String {
    "msgid".into()
}

/// The receiver's answer in a receipt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum ReceiptStatus {
    /// The receiver's system has the document. It does not mean that a person read it.
    Ok,
    /// The receiver's system refused the document.
    Refused,
    /// The receiver's system has the document, with an error in a part.
    Partial,
    /// Any other status, and every word that is none of these; the delivery goes on waiting.
    #[serde(other)]
    Unknown,
}

/// One error that a receiver found.
//
// `Debug` leaves the text out: the receiver's words may be about a person.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct ReceiptError {
    /// Code, such as `E21`.
    pub code: String,
    /// Meaning of the code, in the receiver's own words.
    pub text: String,
}

impl std::fmt::Debug for ReceiptError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ReceiptError")
            .field("code", &self.code)
            .finish_non_exhaustive()
    }
}

/// The outcome of a document, for the answer to its sender.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Outcome {
    /// Messages that the document led to.
    #[serde(default)]
    pub messages: Vec<MessageOutcome>,
    /// Reason why the hub refused a readable document, in plain Norwegian. Then there are no messages.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refused: Option<String>,
}

/// The outcome of one message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct MessageOutcome {
    /// Id of the message in the hub.
    pub id: String,
    /// Kind of the message.
    pub kind: String,
    /// Deliveries of the message.
    pub deliveries: Vec<DeliveryOutcome>,
    /// Findings in free texts, by field and never with the text. The message was accepted all the same.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub flags: Vec<Flag>,
    /// The findings of `flags`, in plain Norwegian for a person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remark: Option<String>,
}

/// A finding in a free text: something that does not belong there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct Flag {
    /// Path of the field, such as `body.text`.
    pub path: String,
    /// `diagnosis-code` or `identity-number`; others may come.
    pub what: String,
}

/// The outcome of one delivery.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct DeliveryOutcome {
    /// Receiver, or `circle`.
    pub to: String,
    /// State, such as `waiting` or `blocked`.
    pub state: String,
    /// Categories that were withheld; the sender may know them.
    #[serde(default)]
    pub withheld: Vec<String>,
    /// For a blocked delivery: the categories that a consent would have to cover. Only this sender may know them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub would_need: Vec<String>,
    /// For a blocked delivery: the reason.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

impl Outcome {
    /// Returns true if every delivery is blocked.
    #[must_use]
    pub fn all_blocked(&self) -> bool {
        self.messages
            .iter()
            .flat_map(|m| &m.deliveries)
            .all(|d| d.state == "blocked")
    }

    /// Returns the categories that consents would have to cover for the blocked deliveries.
    #[must_use]
    pub fn would_need(&self) -> CategorySet {
        let deliveries = self.messages.iter().flat_map(|m| &m.deliveries);
        let codes = deliveries.flat_map(|d| &d.would_need);
        codes.filter_map(|code| Category::parse(code)).collect()
    }

    /// Returns the remarks about free texts, in plain Norwegian.
    #[must_use]
    pub fn remarks(&self) -> Vec<&str> {
        self.messages.iter().filter_map(|m| m.remark.as_deref()).collect()
    }

    /// Returns true if at least one delivery is blocked.
    #[must_use]
    pub fn some_blocked(&self) -> bool {
        self.messages
            .iter()
            .flat_map(|m| &m.deliveries)
            .any(|d| d.state == "blocked")
    }
}
