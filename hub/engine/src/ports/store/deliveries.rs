//! Deliveries: from waiting to settled.

use std::sync::Arc;

use async_trait::async_trait;
use bindeledd_core::consent::Ledger;
use bindeledd_core::contract::{Receipt, Reference, References, Request};
use bindeledd_core::delivery::settle::Outcome;
use bindeledd_core::delivery::{Cause, State, WaitingStep};
use bindeledd_core::{AdapterId, CategorySet, DeliveryId, Message, PartyId, Released, WithdrawalNotice};
use jiff::Timestamp;

use super::attempts::Attempt;
use super::error::StoreError;

/// The bytes that an adapter wrote, frozen at the first release. Every attempt sends the same bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frozen {
    /// Adapter that wrote the bytes and interprets the response; `None` for the hub's own JSON in an inbox.
    pub adapter: Option<AdapterId>,
    /// SHA-256 of that adapter's file; `None` for the hub's own JSON, and for bytes that are older than this field.
    pub adapter_sha256: Option<[u8; 32]>,
    /// Request to send.
    pub request: Request,
}

/// The input of a release.
#[derive(Debug, Clone)]
pub struct ReleaseInput {
    /// Id of the delivery.
    pub delivery: DeliveryId,
    /// Receiver.
    pub party: PartyId,
    /// State of the delivery.
    pub state: State,
    /// Time when the delivery expires.
    pub expires_at: Timestamp,
    /// Message to write; `None` for a control notice and for frozen bytes.
    pub to_write: Option<ToWrite>,
    /// Withdrawal notice to write.
    pub notice: Option<Box<WithdrawalNotice>>,
}

/// A message to write for the first time.
#[derive(Debug, Clone)]
pub struct ToWrite {
    /// Whole message, unsealed.
    pub message: Arc<Message>,
    /// Ledger of the participant.
    pub ledger: Ledger,
    /// Ids of the messages that this message refers to, as the receiver knows them.
    pub references: References,
}

/// The outcome of an attempt to reserve.
#[derive(Debug)]
pub enum ReserveOutcome {
    /// The delivery is reserved. Its bytes may be sent once [`Deliveries::begin_sending`] allows it.
    Reserved(Released<Frozen>),
    /// The delivery does not wait, is not due or not the head of its conversation, or its endpoint is paused.
    NotNow,
    /// The bytes were frozen meanwhile, or fewer categories may be sent than were written. The caller loads the
    /// delivery again.
    Changed,
    /// No grant covers the delivery any longer. The same transaction ended it as `cancelled`.
    Stopped(Cause),
}

/// The outcome of a receipt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReceiptOutcome {
    /// The receipt settled this delivery.
    Settled(DeliveryId),
    /// The receipt refers to this delivery, but changed nothing: the delivery was settled before, or the status is
    /// unknown.
    Nothing(DeliveryId),
    /// The receipt refers to nothing that was sent to its sender. An alert was raised.
    Strange,
}

/// Deliveries to parties: due, released, settled.
#[async_trait]
pub trait Deliveries: Send + Sync {
    /// Returns deliveries to `party` that may be released now: those that wait, are due, and head their conversations.
    /// The delivery that is due longest comes first.
    async fn due(&self, party: &PartyId, now: Timestamp, limit: usize) -> Result<Vec<DeliveryId>, StoreError>;
    /// Returns the due time of the next head of a conversation to `party`; `None` if no delivery waits.
    async fn next_due(&self, party: &PartyId) -> Result<Option<Timestamp>, StoreError>;
    /// Returns the input of a release.
    async fn release_input(&self, delivery: DeliveryId) -> Result<Option<ReleaseInput>, StoreError>;
    /// Decides again and reserves, in one transaction. `written` holds newly written bytes and their categories (empty
    /// for a notice); `None` if the bytes are frozen already.
    async fn reserve(
        &self,
        delivery: DeliveryId,
        written: Option<(Frozen, CategorySet)>,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<ReserveOutcome, StoreError>;
    /// Changes a delivery from reserved to sending. On `false` the deadline has passed or a withdrawal came first, and
    /// nothing may be sent.
    async fn begin_sending(&self, delivery: DeliveryId, now: Timestamp) -> Result<bool, StoreError>;
    /// Settles a sending, and records the attempt. A failure raises an alert, as in [`Deliveries::move_waiting`].
    /// `false` if the delivery was not sending; only an audit row then records the outcome.
    async fn settle(
        &self,
        delivery: DeliveryId,
        outcome: Outcome,
        attempt: Attempt,
        now: Timestamp,
    ) -> Result<bool, StoreError>;
    /// Applies a step to a waiting delivery. If the delivery fails, the same transaction alerts the operator and the
    /// sender ([`NotDelivered`](bindeledd_core::alert::NotDelivered)). `false` if the delivery does not wait.
    async fn move_waiting(&self, delivery: DeliveryId, step: WaitingStep, now: Timestamp) -> Result<bool, StoreError>;
    /// Applies a receipt from `party`. The receipt can settle only a delivery to that same party.
    async fn receipt(&self, party: &PartyId, receipt: &Receipt, now: Timestamp) -> Result<ReceiptOutcome, StoreError>;
    /// Returns deliveries to `party` that wait for a receipt, with their external ids, oldest first. `after` is the
    /// last delivery of the page before.
    async fn awaiting(
        &self,
        party: &PartyId,
        after: Option<DeliveryId>,
        limit: usize,
    ) -> Result<Vec<(DeliveryId, Vec<Reference>)>, StoreError>;
    /// Returns the current state of each of `deliveries`. The engine needs these states once a withdrawal has drained.
    async fn states(&self, deliveries: &[DeliveryId]) -> Result<Vec<(DeliveryId, State)>, StoreError>;
}
