//! What a document turned out to be, and what became of it.

use crate::category::{Category, CategorySet};
use crate::message::Draft;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::request::Refusal;

/// What a native document turned out to be.
#[derive(Debug, Clone, PartialEq)]
pub enum Reading {
    /// Messages to move.
    Messages {
        /// The messages.
        messages: Vec<Draft>,
        /// What was in the document and is not in the messages, in plain Norwegian: attachments by name.
        left_out: Vec<String>,
        /// What an answer to the sender's system needs.
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
    pub fn messages_json(&self) -> Option<Value> {
        match self {
            Self::Messages {
                messages,
                left_out,
                origin,
                wants_receipt,
            } => Some(json!({
                "messages": messages.iter().map(Draft::to_json).collect::<Vec<_>>(),
                "leftOut": left_out, "origin": origin, "wantsReceipt": wants_receipt,
            })),
            Self::Receipt(_) | Self::Nothing(_) | Self::Refused(_) => None,
        }
    }
}

/// A receipt for something that the hub sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Receipt {
    /// What it says.
    pub status: ReceiptStatus,
    /// The id that it names.
    pub refers_to: String,
    /// Whose id that is.
    #[serde(default = "msgid")]
    pub scheme: String,
    /// What was wrong, as the receiver said it.
    #[serde(default)]
    pub errors: Vec<ReceiptError>,
}

fn msgid() -> String {
    "msgid".into()
}

/// What a receipt says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
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

/// One thing that a receiver found wrong. It shows the code; the receiver's words may be about a person.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReceiptError {
    /// The code, such as `E21`.
    pub code: String,
    /// What it means, as the receiver said it.
    pub text: String,
}

impl std::fmt::Debug for ReceiptError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ReceiptError")
            .field("code", &self.code)
            .finish_non_exhaustive()
    }
}

/// What became of a document, for the answer to its sender.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Outcome {
    /// The messages that it became.
    #[serde(default)]
    pub messages: Vec<MessageOutcome>,
    /// Why the hub took none of it although it could be read, in plain Norwegian for a person. There are no messages then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refused: Option<String>,
}

/// What became of one message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MessageOutcome {
    /// Its id in the hub.
    pub id: String,
    /// Its kind.
    pub kind: String,
    /// Where it goes.
    pub deliveries: Vec<DeliveryOutcome>,
    /// What its free texts have that does not belong in them: by field, never the text. It was accepted all the same.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub flags: Vec<Flag>,
    /// What `flags` say, in plain Norwegian for a person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remark: Option<String>,
}

/// What does not belong in a free text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Flag {
    /// The field's path, such as `body.text`.
    pub path: String,
    /// `diagnosis-code` or `identity-number`; there may come to be others.
    pub what: String,
}

/// What became of one delivery.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DeliveryOutcome {
    /// The receiver, or `circle`.
    pub to: String,
    /// The state, such as `waiting` or `blocked`.
    pub state: String,
    /// What was held back, by category; the sender may know.
    #[serde(default)]
    pub withheld: Vec<String>,
    /// Where it is blocked: the categories that a consent would have to cover, for this sender alone to know.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub would_need: Vec<String>,
    /// Why, where it is blocked.
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

    /// What consents would have to cover for the deliveries that are blocked.
    #[must_use]
    pub fn would_need(&self) -> CategorySet {
        let deliveries = self.messages.iter().flat_map(|m| &m.deliveries);
        let codes = deliveries.flat_map(|d| &d.would_need);
        codes.filter_map(|code| Category::parse(code)).collect()
    }

    /// What is to be said of its free texts, in plain Norwegian; empty where nothing is.
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
