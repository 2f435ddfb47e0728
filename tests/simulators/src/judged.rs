//! Judging a request: its answer, and the follow-up after it was taken.

use std::sync::Arc;

use serde_json::Value;

use crate::letter::Letter;

/// An answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) media_type: &'static str,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn json(status: u16, body: &Value) -> Self {
        Self {
            status,
            media_type: "application/json",
            body: body.to_string().into_bytes(),
        }
    }

    pub(crate) fn empty(status: u16) -> Self {
        Self {
            status,
            media_type: "application/json",
            body: Vec::new(),
        }
    }
}

/// A system's judgement of a request.
#[derive(Debug)]
pub(crate) struct Judged {
    pub(crate) answer: Answer,
    pub(crate) ids: Vec<(&'static str, String)>,
    /// Document inside the transport's wrapping.
    pub(crate) document: Option<String>,
    /// True if the request is an arriving document. Other requests are answered but not recorded.
    pub(crate) arrives: bool,
    pub(crate) follow_up: Option<FollowUp>,
}

/// The action after a document was taken.
#[derive(Debug)]
pub(crate) enum FollowUp {
    /// Stores a letter under the transport's id, and sends its receipt.
    Letter { transport_id: String, letter: Arc<Letter> },
    /// Stores a document in Nav's system for the measures, and answers it.
    Nav(Box<Taken>),
}

/// A document that the system took, and must store and answer.
#[derive(Debug)]
pub(crate) enum Taken {
    /// A proposal.
    Proposal { person: String, document: Value },
    /// A withdrawal of a proposal by its sender.
    Withdrawal { id: String },
    /// An activity card.
    Card { id: String, message: String },
}

impl Judged {
    pub(crate) fn question(answer: Answer) -> Self {
        Self {
            answer,
            ids: Vec::new(),
            document: None,
            arrives: false,
            follow_up: None,
        }
    }

    pub(crate) fn arrival(answer: Answer, ids: Vec<(&'static str, String)>) -> Self {
        Self {
            answer,
            ids,
            document: None,
            arrives: true,
            follow_up: None,
        }
    }
}
