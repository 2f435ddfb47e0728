//! Messages, alerts and items as operators and parties see them.

use async_trait::async_trait;
use bindeledd_core::alert::{Alert, AlertKind, AlertStanding};
use bindeledd_core::delivery::Cause;
use bindeledd_core::{AlertId, Kind, MessageId, ParticipantRef, PartyId};
use jiff::Timestamp;

use super::error::StoreError;
use super::mailboxes::ItemKey;
use super::message_view::MessageView;
use super::search::{ErrorCount, ErrorFilter, Hit, StateCount};
use super::timeline::Timeline;

/// An item that was set aside, as operators see it. It never contains content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemAside {
    /// Key of the item.
    pub key: ItemKey,
    /// Id of the item in the mailbox.
    pub id: String,
    /// Sender, as the transport names it.
    pub sender: String,
    /// Reason.
    pub cause: Cause,
    /// Time when the item was set aside.
    pub at: Timestamp,
}

/// Selects the messages to list, newest first. All conditions hold at once.
#[derive(Debug, Clone, Default)]
pub struct MessageFilter {
    /// Sender or receiver.
    pub party: Option<PartyId>,
    /// Pseudonym of the participant.
    pub participant: Option<ParticipantRef>,
    /// Name of a state. Only messages with a delivery in that state are listed.
    pub state: Option<String>,
    /// Kind.
    pub kind: Option<Kind>,
    /// Code of a cause. Only messages with a delivery that has this cause are listed.
    pub code: Option<String>,
    /// Earliest time of acceptance.
    pub since: Option<Timestamp>,
    /// Time after the latest time of acceptance.
    pub until: Option<Timestamp>,
    /// The sender's reference.
    pub reference: Option<String>,
    /// Any id by which the hub knows a message: its own, a delivery's, a conversation's, or one that a receiver or a
    /// transport uses.
    pub external_id: Option<String>,
    /// Whether `party` itself asks. A message to it is then listed only if its receiver may know of it.
    pub only_shown: bool,
    /// Last message of the page before. Only older messages are listed.
    pub before: Option<MessageId>,
    /// Only newer messages than this one are listed: those that are nearest to it, if there are more than the limit.
    pub after: Option<MessageId>,
    /// Maximum number of messages to list, at most 500.
    pub limit: usize,
}

/// Selects the alerts to list, newest first.
#[derive(Debug, Clone, Default)]
pub struct AlertFilter {
    /// Kind.
    pub kind: Option<AlertKind>,
    /// Only alerts that this party may see; `None` for every alert.
    pub party: Option<PartyId>,
    /// State; `None` for every state.
    pub state: Option<AlertStanding>,
    /// Last alert of the page before. Only older alerts are listed.
    pub before: Option<AlertId>,
    /// Maximum number of alerts to list, at most 500.
    pub limit: usize,
}

/// Numbers of alerts that are not closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct AlertCounts {
    /// Open alerts that an operator has to act on today.
    pub open_now: u64,
    /// Taken alerts that an operator has to act on today.
    pub taken_now: u64,
    /// Open alerts that can wait.
    pub open_can_wait: u64,
    /// Taken alerts that can wait.
    pub taken_can_wait: u64,
}

/// Messages, alerts and items as people see them: states and reasons, never content.
#[async_trait]
pub trait Views: Send + Sync {
    /// Returns the states of a message.
    async fn message(&self, id: MessageId) -> Result<Option<MessageView>, StoreError>;
    /// Returns the way of a message, step by step.
    async fn timeline(&self, id: MessageId) -> Result<Option<Timeline>, StoreError>;
    /// Returns messages, newest first.
    async fn messages(&self, filter: &MessageFilter) -> Result<Vec<MessageView>, StoreError>;
    /// Returns the number of deliveries of the selected messages in each state, in the order of the states. The
    /// filter's `state`, `before`, `after` and `limit` do not count.
    async fn message_counts(&self, filter: &MessageFilter) -> Result<Vec<StateCount>, StoreError>;
    /// Returns the causes of deliveries that did not go well, by code and receiver, the most frequent first.
    async fn errors(&self, filter: &ErrorFilter) -> Result<Vec<ErrorCount>, StoreError>;
    /// Finds the things that have this id, of any kind, at most [`FIND_AT_MOST`](super::search::FIND_AT_MOST).
    async fn find(&self, text: &str) -> Result<Vec<Hit>, StoreError>;
    /// Returns an alert.
    async fn alert(&self, id: AlertId) -> Result<Option<Alert>, StoreError>;
    /// Returns alerts, newest first.
    async fn alerts(&self, filter: &AlertFilter) -> Result<Vec<Alert>, StoreError>;
    /// Returns the numbers of alerts that are not closed, by urgency.
    async fn alert_counts(&self) -> Result<AlertCounts, StoreError>;
    /// Returns items that were set aside, newest first.
    async fn items_aside(&self, limit: usize) -> Result<Vec<ItemAside>, StoreError>;
}
