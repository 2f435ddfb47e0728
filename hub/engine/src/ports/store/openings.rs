//! Break-glass: requests to see the content of one message, the content that they open, and looks at content.

use async_trait::async_trait;
use bindeledd_core::audit::Actor;
use bindeledd_core::opening::{Look, NotAsked, NotDecided, Opening, OpeningState};
use bindeledd_core::{
    AccessReason, AccountId, ContentAccess, DeliveryId, Message, MessageId, Minimised, Opened, OpeningId,
    ParticipantRef, PartyId, Reason,
};
use jiff::Timestamp;

use super::error::StoreError;

/// A request to open the content of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewOpening {
    /// Id.
    pub id: OpeningId,
    /// Message.
    pub message: MessageId,
    /// Reason.
    pub reason: AccessReason,
}

/// The answer of a second person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OpeningAnswer {
    /// The person approves.
    Approve,
    /// The person refuses, or takes an approval back.
    Refuse,
}

/// Reason why the store did not do as a person asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotOpened {
    /// There is no such message or request, or the request is another person's.
    Unknown,
    /// The hub no longer has the content, or its participant was erased.
    ContentGone,
    /// No grant lets any receiver have the message now, for this reason.
    NotCovered(Reason),
    /// The audit log differs from the log that the hub wrote. Nothing is opened then.
    Halted,
    /// The person can not ask.
    Asking(NotAsked),
    /// The person can not answer.
    Answering(NotDecided),
    /// The request is in a state that this does not fit.
    Over(OpeningState),
}

/// Selects requests, newest first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OpeningFilter {
    /// Message; `None` for every message.
    pub message: Option<MessageId>,
    /// Sender of the message; `None` for every sender.
    pub sender: Option<PartyId>,
    /// Whether only requests that are not over are listed.
    pub is_open: bool,
    /// Maximum number.
    pub limit: usize,
}

/// A request as persons see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpeningView {
    /// Request, as it is now.
    pub opening: Opening,
    /// Sender of the message.
    pub sender: PartyId,
}

/// The content of a message, opened for the person who asked. The type has no `Debug`, so that logs can not contain it.
pub struct OpenedMessage {
    /// Request, as it is now.
    pub opening: Opening,
    /// Number of the audit row of this reading.
    pub audit_row: std::num::NonZeroU64,
    /// The message as each receiver may have it now. At least one.
    pub parts: Vec<Opened<Minimised<Message>>>,
}

/// Requests to open content, and looks at content.
#[async_trait]
pub trait Openings: Send + Sync {
    /// Keeps a request. A person who has one for the message that is not over gets that one again, and nothing is
    /// written.
    async fn ask_to_open(
        &self,
        new: &NewOpening,
        by: AccountId,
        now: Timestamp,
    ) -> Result<Result<Opening, NotOpened>, StoreError>;
    /// Keeps the answer of a second person. The same answer of the same person again writes nothing.
    async fn answer_opening(
        &self,
        id: OpeningId,
        answer: OpeningAnswer,
        by: AccountId,
        now: Timestamp,
    ) -> Result<Result<Opening, NotOpened>, StoreError>;
    /// Ends a request of this person.
    async fn end_opening(
        &self,
        id: OpeningId,
        by: AccountId,
        now: Timestamp,
    ) -> Result<Result<Opening, NotOpened>, StoreError>;
    /// Opens the content for the person who asked. One transaction decides about each receiver and writes the audit row
    /// and the look. Each reading writes both anew.
    async fn read_opening(
        &self,
        id: OpeningId,
        by: AccountId,
        now: Timestamp,
    ) -> Result<Result<OpenedMessage, NotOpened>, StoreError>;
    /// Returns a request as it is now; `None` if there is no such request.
    async fn opening(&self, id: OpeningId, now: Timestamp) -> Result<Option<OpeningView>, StoreError>;
    /// Returns requests as they are now, newest first.
    async fn openings(&self, filter: &OpeningFilter, now: Timestamp) -> Result<Vec<OpeningView>, StoreError>;
    /// Records that documents in a party's inbox are opened for the operator, with the reason: one audit row, and a look
    /// at each message. The access opens those documents.
    async fn open_inbox(
        &self,
        party: &PartyId,
        deliveries: &[DeliveryId],
        reason: &AccessReason,
        by: &Actor,
        now: Timestamp,
    ) -> Result<ContentAccess, StoreError>;
    /// Returns every look at content about a participant, newest first; `None` if there is no such participant.
    async fn looks(&self, participant: ParticipantRef) -> Result<Option<Vec<Look>>, StoreError>;
}
