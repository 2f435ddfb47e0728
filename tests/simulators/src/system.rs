//! The simulated system: one variant for each kind.

use std::sync::Arc;

use serde_json::Value;

use crate::Problem;
use crate::gp::GpSystem;
use crate::hub::Hub;
use crate::judged::{Answer, FollowUp, Judged};
use crate::nav_measure::NavSystem;
use crate::options::Kind;
use crate::serve::Incoming;
use crate::{provider, specialist};

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
