//! Messages, alerts and items as operators and parties see them.

use async_trait::async_trait;
use bindeledd_core::alert::{Alert, AlertKind};
use bindeledd_core::delivery::{Cause, State};
use bindeledd_core::guard::Finding;
use bindeledd_core::{AlertId, CategorySet, DeliveryId, Kind, MessageId, ParticipantRef, PartyId, Target};
use jiff::Timestamp;

use super::error::StoreError;
use super::mailboxes::ItemKey;

/// An item that was set aside, as operators see it; never content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemAside {
    /// Which.
    pub key: ItemKey,
    /// The mailbox's own id of it.
    pub id: String,
    /// Its sender, as the transport says.
    pub sender: String,
    /// Why.
    pub cause: Cause,
    /// When.
    pub at: Timestamp,
}

/// A message as operators and its sender see it: states and reasons, never content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MessageView {
    /// Its id.
    pub id: MessageId,
    /// Its kind.
    pub kind: Kind,
    /// Its sender.
    pub from: PartyId,
    /// Whom it is about.
    pub participant: ParticipantRef,
    /// When it was accepted.
    pub accepted_at: Timestamp,
    /// The guard's findings in its free texts: for its sender and the operator.
    pub flags: Vec<Finding>,
    /// Its deliveries.
    pub deliveries: Vec<DeliveryView>,
}

/// A delivery as operators and the sender see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeliveryView {
    /// Its id.
    pub id: DeliveryId,
    /// To whom.
    pub to: Target,
    /// Where it is.
    pub state: State,
    /// The categories that are held back.
    pub withheld: CategorySet,
    /// Why it is where it is.
    pub cause: Option<Cause>,
    /// When it last changed.
    pub changed_at: Timestamp,
}

/// The filter of a list of messages. Newest first.
#[derive(Debug, Clone, Default)]
pub struct MessageFilter {
    /// Sent by or to this party.
    pub party: Option<PartyId>,
    /// About this participant.
    pub participant: Option<ParticipantRef>,
    /// With a delivery in this state.
    pub state: Option<String>,
    /// Of this kind.
    pub kind: Option<Kind>,
    /// Accepted before this one.
    pub before: Option<MessageId>,
    /// At most so many; the store caps it at 500.
    pub limit: usize,
}

/// The filter of a list of alerts. Newest first.
#[derive(Debug, Clone, Default)]
pub struct AlertFilter {
    /// Of this kind.
    pub kind: Option<AlertKind>,
    /// That this party may see: about its own messages, or granted to it.
    pub party: Option<PartyId>,
    /// Raised before this one.
    pub before: Option<AlertId>,
    /// At most so many; the store caps it at 500.
    pub limit: usize,
}

/// Messages, alerts and items as people see them: states and reasons, never content.
#[async_trait]
pub trait Views: Send + Sync {
    /// A message's states.
    async fn message(&self, id: MessageId) -> Result<Option<MessageView>, StoreError>;
    /// Messages, newest first.
    async fn messages(&self, filter: &MessageFilter) -> Result<Vec<MessageView>, StoreError>;
    /// Alerts, newest first.
    async fn alerts(&self, filter: &AlertFilter) -> Result<Vec<Alert>, StoreError>;
    /// Items that were set aside, newest first.
    async fn items_aside(&self, limit: usize) -> Result<Vec<ItemAside>, StoreError>;
}
