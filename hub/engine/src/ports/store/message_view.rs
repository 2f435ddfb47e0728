//! A message with its deliveries, as people see it: states and reasons, never content.

use bindeledd_core::delivery::{Cause, State};
use bindeledd_core::guard::Finding;
use bindeledd_core::{CategorySet, DeliveryId, Kind, MessageId, ParticipantRef, PartyId, Target};
use jiff::Timestamp;

/// A message as operators and its sender see it: states and reasons, never content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MessageView {
    /// Id of the message.
    pub id: MessageId,
    /// Kind.
    pub kind: Kind,
    /// Sender.
    pub from: PartyId,
    /// Pseudonym of the participant.
    pub participant: ParticipantRef,
    /// Time of acceptance.
    pub accepted_at: Timestamp,
    /// Findings of the guard in the message's free texts, for its sender and the operator.
    pub flags: Vec<Finding>,
    /// Deliveries.
    pub deliveries: Vec<DeliveryView>,
}

/// A delivery as operators and the sender see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeliveryView {
    /// Id of the delivery.
    pub id: DeliveryId,
    /// Receiver.
    pub to: Target,
    /// State.
    pub state: State,
    /// Categories that are withheld.
    pub withheld: CategorySet,
    /// Cause of the delivery's state.
    pub cause: Option<Cause>,
    /// Time of the delivery's last change.
    pub changed_at: Timestamp,
}
