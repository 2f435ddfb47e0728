//! The reading of a document, and the outcome of its messages.

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
        /// The parts of the document that the messages leave out, in plain Norwegian: attachments by name.
        left_out: Vec<String>,
        /// The facts that an answer to the sender's system needs.
        origin: Value,
        /// Whether the sender's system asked for a receipt.
        wants_receipt: bool,
    },
    /// A receipt for something that the hub sent.
    Receipt(Receipt),
    /// Understood, and nothing in it to move; says why.
    Nothing(String),
    /// Not for the hub; says why and what to do instead.
    Refused(Refusal),
}

impl Reading {
    /// One message, with nothing left out and no receipt asked for.
    #[must_use]
    pub fn one(draft: Draft) -> Self {
        Self::Messages {
            messages: vec![draft],
            left_out: Vec::new(),
            origin: Value::Null,
            wants_receipt: false,
        }
    }

    /// The JSON of the contract's `messages` case; `None` for the other cases.
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
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct MessagesJson {
    /// The messages. The hub sets `id`, `from` and `corrects` itself and ignores them here.
    #[cfg_attr(
        feature = "schemas",
        schemars(with = "Vec<crate::schema::Envelope>", length(min = 1, max = 100))
    )]
    pub messages: Vec<Value>,
    /// The parts of the document that the messages leave out, in plain Norwegian.
    #[serde(default)]
    #[cfg_attr(feature = "schemas", schemars(length(max = 100)))]
    pub left_out: Vec<String>,
    /// The facts that `acknowledge` needs to answer the sender's system.
    #[serde(default)]
    pub origin: Value,
    /// Whether the sender's system asked for a receipt.
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
    /// The id of the document that it is about.
    #[cfg_attr(feature = "schemas", schemars(length(min = 1, max = 500)))]
    pub refers_to: String,
    /// The scheme of that id.
    #[serde(default = "msgid")]
    pub scheme: String,
    /// The errors, in the receiver's own words.
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
    /// The receiver's system has it. Not that a person read it.
    Ok,
    /// The receiver's system refused it.
    Refused,
    /// It has it, with an error in a part.
    Partial,
    /// A status that nobody knows; the delivery goes on waiting.
    Unknown,
}

/// One error that a receiver found.
//
// `Debug` leaves the text out: the receiver's words may be about a person.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct ReceiptError {
    /// The code, such as `E21`.
    pub code: String,
    /// Its meaning, in the receiver's own words.
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
    /// The messages that came of it.
    #[serde(default)]
    pub messages: Vec<MessageOutcome>,
    /// The reason why the hub took none of it although it could be read, in plain Norwegian for a person. There are no messages
    /// then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refused: Option<String>,
}

/// The outcome of one message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct MessageOutcome {
    /// Its id in the hub.
    pub id: String,
    /// Its kind.
    pub kind: String,
    /// Its deliveries.
    pub deliveries: Vec<DeliveryOutcome>,
    /// Findings in its free texts, by field and never with the text. The message was accepted all the same.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub flags: Vec<Flag>,
    /// The same as `flags`, in plain Norwegian for a person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remark: Option<String>,
}

/// A finding in a free text: something that does not belong there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct Flag {
    /// The field's path, such as `body.text`.
    pub path: String,
    /// `diagnosis-code` or `identity-number`; there may come to be others.
    pub what: String,
}

/// The outcome of one delivery.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct DeliveryOutcome {
    /// The receiver, or `circle`.
    pub to: String,
    /// The state, such as `waiting` or `blocked`.
    pub state: String,
    /// The categories that were held back; the sender may know.
    #[serde(default)]
    pub withheld: Vec<String>,
    /// For a blocked delivery: the categories that a consent would have to cover, for this sender alone to know.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub would_need: Vec<String>,
    /// For a blocked delivery: the reason.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

impl Outcome {
    /// Whether no delivery at all goes anywhere.
    #[must_use]
    pub fn all_blocked(&self) -> bool {
        self.messages
            .iter()
            .flat_map(|m| &m.deliveries)
            .all(|d| d.state == "blocked")
    }

    /// The categories that consents would have to cover for the blocked deliveries.
    #[must_use]
    pub fn would_need(&self) -> CategorySet {
        let deliveries = self.messages.iter().flat_map(|m| &m.deliveries);
        let codes = deliveries.flat_map(|d| &d.would_need);
        codes.filter_map(|code| Category::parse(code)).collect()
    }

    /// The remarks about its free texts, in plain Norwegian.
    #[must_use]
    pub fn remarks(&self) -> Vec<&str> {
        self.messages.iter().filter_map(|m| m.remark.as_deref()).collect()
    }

    /// Whether some delivery goes nowhere.
    #[must_use]
    pub fn some_blocked(&self) -> bool {
        self.messages
            .iter()
            .flat_map(|m| &m.deliveries)
            .any(|d| d.state == "blocked")
    }
}
