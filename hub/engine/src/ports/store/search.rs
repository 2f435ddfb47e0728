//! The search for messages: counts, causes, and things by any id.

use bindeledd_core::{DeliveryId, MessageId, PartyId};
use jiff::Timestamp;

/// Number up to which deliveries are counted. Beyond it, a count only says that there are more.
pub const COUNT_AT_MOST: u64 = 10_000;
/// Maximum number of hits of a search by id.
pub const FIND_AT_MOST: usize = 20;

/// Number of deliveries in one state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StateCount {
    /// Name of the state.
    pub state: &'static str,
    /// Number of deliveries, at most [`COUNT_AT_MOST`].
    pub n: u64,
    /// Whether there are more deliveries than `n`.
    pub is_over: bool,
}

/// Selects the deliveries whose causes are counted.
#[derive(Debug, Clone)]
pub struct ErrorFilter {
    /// Earliest time of a delivery's last change.
    pub since: Timestamp,
    /// Time after the latest change; `None` for no bound.
    pub until: Option<Timestamp>,
    /// Receiver.
    pub party: Option<PartyId>,
}

/// Number of deliveries to one receiver with one cause. Receipts to senders' systems count as well.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ErrorCount {
    /// Code of the cause.
    pub code: String,
    /// Receiver; `None` for a circle that reached nobody.
    pub party: Option<PartyId>,
    /// Number of deliveries.
    pub n: u64,
    /// Number of these deliveries that are tried again.
    pub waiting: u64,
    /// Time of the newest change.
    pub newest_at: Timestamp,
}

/// A thing that has an id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    /// Kind of id.
    pub what: FoundAs,
    /// Id of the found thing in this hub.
    pub id: String,
    /// Message to show; `None` if the thing belongs to no message.
    pub message: Option<MessageId>,
    /// Delivery that the id names.
    pub delivery: Option<DeliveryId>,
}

/// Kind of an id that was searched for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum FoundAs {
    /// Id of a message.
    Message,
    /// Id of a delivery.
    Delivery,
    /// Reference that a sender gave its message.
    Reference,
    /// Name of a conversation.
    Conversation,
    /// Id that a receiver's system or a transport uses for a delivery or a receipt.
    ExternalId,
    /// Id of an item that the hub fetched from a mailbox.
    Item,
    /// Pseudonym of a participant.
    Participant,
    /// Id of a consent.
    Consent,
    /// Id of an alert.
    Alert,
    /// Id or organisation number of a party.
    Party,
}

impl FoundAs {
    /// Every kind.
    pub const ALL: [Self; 10] = [
        Self::Message,
        Self::Delivery,
        Self::Reference,
        Self::Conversation,
        Self::ExternalId,
        Self::Item,
        Self::Participant,
        Self::Consent,
        Self::Alert,
        Self::Party,
    ];

    /// Returns the code on the wire.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Message => "message",
            Self::Delivery => "delivery",
            Self::Reference => "reference",
            Self::Conversation => "conversation",
            Self::ExternalId => "external-id",
            Self::Item => "item",
            Self::Participant => "participant",
            Self::Consent => "consent",
            Self::Alert => "alert",
            Self::Party => "party",
        }
    }
}
