//! Deliveries: from waiting to settled.

use std::sync::Arc;

use async_trait::async_trait;
use bindeledd_core::consent::Ledger;
use bindeledd_core::contract::{Receipt, Reference, References, Request};
use bindeledd_core::delivery::settle::Outcome;
use bindeledd_core::delivery::{Cause, State, WaitingStep};
use bindeledd_core::{AdapterId, CategorySet, DeliveryId, Message, PartyId, Released, WithdrawalNotice};
use jiff::Timestamp;

use super::error::StoreError;

/// Bytes as an adapter wrote them, frozen at the first release: every attempt sends the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frozen {
    /// The adapter that wrote them and settles their response; none for the hub's own JSON in an inbox.
    pub adapter: Option<AdapterId>,
    /// The SHA-256 of that adapter's file; none for the hub's own JSON, and for what was frozen before this was kept.
    pub adapter_sha256: Option<[u8; 32]>,
    /// The request.
    pub request: Request,
}

/// Everything that a release needs.
#[derive(Debug, Clone)]
pub struct ReleaseInput {
    /// The delivery.
    pub delivery: DeliveryId,
    /// To whom.
    pub party: PartyId,
    /// Where it is.
    pub state: State,
    /// When it stops being of use.
    pub expires_at: Timestamp,
    /// The message to write; none for a control notice and for frozen bytes.
    pub to_write: Option<ToWrite>,
    /// Word of a withdrawal that is to be written.
    pub notice: Option<Box<WithdrawalNotice>>,
}

/// A message that is to be written for the first time.
#[derive(Debug, Clone)]
pub struct ToWrite {
    /// The whole message, unsealed.
    pub message: Arc<Message>,
    /// The ledger of consents.
    pub ledger: Ledger,
    /// Its references, in the receiver's own ids.
    pub references: References,
}

/// The outcome of an attempt to reserve.
#[derive(Debug)]
pub enum ReserveOutcome {
    /// Reserved; the bytes may be sent once [`Deliveries::begin_sending`] has said so.
    Reserved(Released<Frozen>),
    /// It is not waiting, not due, not the head of its conversation, or its endpoint is paused.
    NotNow,
    /// It was to be written and is frozen already, or the permission is narrower than what was written: load it again.
    Changed,
    /// Nothing covers it any longer: it was ended `cancelled` in the same transaction.
    Stopped(Cause),
}

/// The outcome of a receipt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReceiptOutcome {
    /// It settled this delivery.
    Settled(DeliveryId),
    /// It named one, and changed nothing: it was settled before, or the status is unknown.
    Nothing(DeliveryId),
    /// It names nothing that was sent to that party; an alert was raised.
    Strange,
}

/// Deliveries on their way to a party: due, released, settled.
#[async_trait]
pub trait Deliveries: Send + Sync {
    /// Deliveries to `party` that may be released now: waiting, due, at the head of their conversations. Oldest due first.
    async fn due(&self, party: &PartyId, now: Timestamp, limit: usize) -> Result<Vec<DeliveryId>, StoreError>;
    /// When the next delivery to `party` is due that is at the head of its conversation; none where nothing waits.
    async fn next_due(&self, party: &PartyId) -> Result<Option<Timestamp>, StoreError>;
    /// The input of a release.
    async fn release_input(&self, delivery: DeliveryId) -> Result<Option<ReleaseInput>, StoreError>;
    /// Decides again and reserves: one transaction. `written` is what was written just now and with which categories (none for a
    /// notice); none where the delivery is frozen already.
    async fn reserve(
        &self,
        delivery: DeliveryId,
        written: Option<(Frozen, CategorySet)>,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<ReserveOutcome, StoreError>;
    /// From reserved to sending; `false` where the deadline has passed or a withdrawal came first, and nothing may be sent.
    async fn begin_sending(&self, delivery: DeliveryId, now: Timestamp) -> Result<bool, StoreError>;
    /// Settles a sending, and tells of one that came to nothing, as [`Deliveries::move_waiting`] does. `false` where the delivery
    /// was not sending; only an audit row tells of that.
    async fn settle(&self, delivery: DeliveryId, outcome: Outcome, now: Timestamp) -> Result<bool, StoreError>;
    /// Moves a waiting delivery. In the same transaction the operator and its sender are told where it came to nothing
    /// ([`NotDelivered`](bindeledd_core::alert::NotDelivered)). `false` where it does not wait.
    async fn move_waiting(&self, delivery: DeliveryId, step: WaitingStep, now: Timestamp) -> Result<bool, StoreError>;
    /// A receipt from `party`. Only a delivery to that same party is settled by it.
    async fn receipt(&self, party: &PartyId, receipt: &Receipt, now: Timestamp) -> Result<ReceiptOutcome, StoreError>;
    /// Deliveries to `party` that wait for a receipt, with the ids that they have in its world, oldest first, from after one.
    async fn awaiting(
        &self,
        party: &PartyId,
        after: Option<DeliveryId>,
        limit: usize,
    ) -> Result<Vec<(DeliveryId, Vec<Reference>)>, StoreError>;
    /// For each of `deliveries`, whether its bytes may be on the wire or beyond, or it was stopped: a withdrawal asks again
    /// after the drain.
    async fn states(&self, deliveries: &[DeliveryId]) -> Result<Vec<(DeliveryId, State)>, StoreError>;
}
