//! The steps that all systems share: a request is judged, and may be answered, taken and followed up.

use std::sync::Arc;

use serde_json::Value;

use crate::Problem;
use crate::gp::{GpSystem, Letter};
use crate::hub::{Hub, Said};
use crate::nav_measure::{NavSystem, Taken};
use crate::options::Kind;
use crate::serve::Incoming;
use crate::{provider, specialist};

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

/// The simulated system.
#[derive(Debug)]
pub(crate) enum System {
    Gp(Arc<GpSystem>),
    Provider,
    Specialist,
    Nav,
    NavMeasure(Arc<NavSystem>),
}

impl System {
    pub(crate) fn new(kind: &Kind) -> Result<Self, Problem> {
        Ok(match kind {
            Kind::Gp(gp) => Self::Gp(Arc::new(GpSystem::new(gp.clone())?)),
            Kind::Provider => Self::Provider,
            Kind::Specialist => Self::Specialist,
            // A mail server does not have a system behind HTTP either.
            Kind::Nav { .. } | Kind::Smtp => Self::Nav,
            Kind::NavMeasure => Self::NavMeasure(Arc::default()),
        })
    }

    /// Returns the stream that a request asks for, if the system has one.
    pub(crate) fn stream(&self, incoming: &Incoming) -> Option<axum::response::Response> {
        match self {
            Self::Gp(gp) => gp.stream(incoming),
            Self::Provider | Self::Specialist | Self::Nav | Self::NavMeasure(_) => None,
        }
    }

    /// Judges a request without changing any state, since a valid request may still not be taken.
    pub(crate) fn judge(&self, incoming: &Incoming) -> Judged {
        match self {
            Self::Gp(gp) => gp.judge(incoming),
            Self::Provider => provider::judge(incoming),
            Self::Specialist => specialist::judge(incoming),
            Self::Nav => Judged::question(Answer::empty(404)),
            Self::NavMeasure(nav) => nav.judge(incoming),
        }
    }

    /// Makes the system's permanent refusal.
    pub(crate) fn refusal(&self) -> Answer {
        match self {
            Self::Gp(_) => crate::gp::refusal(),
            Self::Provider | Self::Nav => provider::refusal(),
            Self::Specialist => specialist::refusal(),
            Self::NavMeasure(_) => crate::nav_measure::refusal(),
        }
    }

    /// Follows up a taken document.
    pub(crate) fn follow_up(&self, follow_up: FollowUp, hub: Option<&Arc<Hub>>) {
        match (self, follow_up) {
            (Self::Gp(gp), FollowUp::Letter { transport_id, letter }) => gp.took(transport_id, letter, hub),
            (Self::NavMeasure(nav), FollowUp::Nav(taken)) => nav.took(*taken, hub),
            // A system follows up only judgements that it made.
            (Self::Gp(_) | Self::Provider | Self::Specialist | Self::Nav | Self::NavMeasure(_), _) => {}
        }
    }

    /// Sends something to the hub.
    pub(crate) async fn send(&self, order: Value, hub: &Arc<Hub>) -> Result<Value, Problem> {
        match self {
            Self::Gp(gp) => gp.send(order, hub).await,
            Self::Provider | Self::Nav => provider::send(order, hub).await,
            Self::Specialist => specialist::send(order, hub).await,
            Self::NavMeasure(nav) => nav.send(order, hub).await,
        }
    }
}

/// Describes the result of a sending in an answer of the control port.
pub(crate) fn sent(id: &str, said: &Said) -> Value {
    serde_json::json!({"id": id, "status": said.status, "answer": said.body})
}
