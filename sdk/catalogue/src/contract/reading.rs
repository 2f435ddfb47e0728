//! What a document turned out to be, and what became of it.

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

    /// Whether some delivery goes nowhere.
    #[must_use]
    pub fn some_blocked(&self) -> bool {
        self.messages
            .iter()
            .flat_map(|m| &m.deliveries)
            .any(|d| d.state == "blocked")
    }
}
