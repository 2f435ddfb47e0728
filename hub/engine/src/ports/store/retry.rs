//! A replay of a selection: first a preview, then exactly its deliveries.

use bindeledd_core::{DeliveryId, Kind, MessageId, Target};
use jiff::Timestamp;
use uuid::Uuid;

use super::views::MessageFilter;

/// Maximum number of deliveries of one preview.
pub const RETRY_AT_MOST: usize = 1_000;

/// The deliveries that a preview is about.
#[derive(Debug, Clone)]
pub enum Selection {
    /// Deliveries of messages that one of these filters selects. A filter's `state` and `code` count for each delivery.
    Filters(Vec<MessageFilter>),
    /// These deliveries.
    Deliveries(Vec<DeliveryId>),
}

/// A delivery of a preview.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// Message.
    pub message: MessageId,
    /// Kind of the message.
    pub kind: Kind,
    /// Time when the hub accepted the message.
    pub accepted_at: Timestamp,
    /// Delivery.
    pub delivery: DeliveryId,
    /// Receiver.
    pub to: Target,
    /// Name of its state.
    pub state: &'static str,
    /// Code of the reason against it, or of its present cause.
    pub code: Option<String>,
    /// Time of its last change. A later change takes it out of the replay.
    pub changed_at: Timestamp,
}

/// The effect that a replay of a selection would have, newest message first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReplayPreview {
    /// Deliveries that would be sent.
    pub goes: Vec<Candidate>,
    /// Deliveries that no grant covers now.
    pub blocked: Vec<Candidate>,
    /// Deliveries whose content is no longer kept.
    pub too_late: Vec<Candidate>,
    /// Whether the selection has more deliveries than a preview may have.
    pub is_more: bool,
}

impl ReplayPreview {
    /// Returns the number of deliveries.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.goes.len() + self.blocked.len() + self.too_late.len()
    }

    /// Returns whether there is no delivery.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// Reason of a replay, for its audit rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Why {
    /// Id of the run.
    pub run: Uuid,
    /// Reason, without names of persons.
    pub reason: String,
}

/// The effect of a replay as previewed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Replayed {
    /// Deliveries that wait now.
    pub goes: Vec<DeliveryId>,
    /// Deliveries that have changed since the preview, or that may no longer be sent.
    pub left_out: Vec<Candidate>,
}
