//! Inboxes that parties fetch from.

use std::collections::BTreeSet;

use async_trait::async_trait;
use bindeledd_core::audit::Actor;
use bindeledd_core::delivery::{ByHand, Cause, Taker};
use bindeledd_core::notice::LastMail;
use bindeledd_core::{AdapterId, DeliveryId, PartyId, Released};
use jiff::Timestamp;

use super::deliveries::Frozen;
use super::error::StoreError;

/// A delivery is taken out of an inbox: the facts that the store needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    /// Party of the inbox.
    pub party: PartyId,
    /// The actor that takes the delivery.
    pub by: Actor,
    /// The side that the actor takes it for.
    pub taker: Taker,
    /// Adapters whose documents a person enters in the receiver's system.
    pub entered_by_hand: BTreeSet<AdapterId>,
    /// Current adapter of the party, used for a document without a recorded adapter.
    pub adapter: Option<AdapterId>,
}

impl Taken {
    /// Makes a value for the party itself, with no adapter whose documents are entered by hand.
    #[must_use]
    pub fn by_itself(party: PartyId) -> Self {
        Self {
            by: Actor::Party(party.clone()),
            taker: Taker::Receiver,
            party,
            entered_by_hand: BTreeSet::new(),
            adapter: None,
        }
    }
}

/// The outcome of taking a delivery out of an inbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Acknowledged {
    /// The receiver has the delivery.
    Delivered,
    /// A person has the document, and still has to enter it or hand it over.
    WithPerson,
    /// There is no such delivery in the inbox.
    Nothing,
}

/// The deliveries that wait for a party, and the newest mail about them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailStatus {
    /// Party.
    pub party: PartyId,
    /// Newest delivery that waits for the party; `None` if nothing waits.
    pub newest: Option<DeliveryId>,
    /// Delivery of the last mail to the party; `None` if its address is new.
    pub last_mail: Option<LastMail>,
}

/// Inboxes that parties fetch from, and the mails about them.
#[async_trait]
pub trait Inbox: Send + Sync {
    /// Returns the deliveries in the inbox of `party`, oldest first: those that wait, and those that the party fetched
    /// and has not acknowledged.
    async fn inbox(&self, party: &PartyId, now: Timestamp, limit: usize) -> Result<Vec<DeliveryId>, StoreError>;
    /// Decides again about a delivery that was handed over to an inbox, and returns its frozen bytes. If no grant
    /// covers the delivery any longer, it ends, and the cause is returned.
    async fn reread(&self, delivery: DeliveryId, now: Timestamp)
    -> Result<Result<Released<Frozen>, Cause>, StoreError>;
    /// Acknowledges a delivery that was taken out of its party's inbox. [`Acknowledged::Nothing`] if the inbox never
    /// handed it over. A repetition does not change the delivery. Each time that the operator takes it, the same
    /// transaction writes an audit row.
    async fn acknowledge(&self, delivery: DeliveryId, by: &Taken, now: Timestamp) -> Result<Acknowledged, StoreError>;
    /// Records a person's answer about a delivery that they took; `false` if the delivery is not with a person. A
    /// repetition changes nothing.
    async fn by_hand(
        &self,
        party: &PartyId,
        delivery: DeliveryId,
        said: ByHand,
        by: &Actor,
        now: Timestamp,
    ) -> Result<bool, StoreError>;
    /// Returns the newest waiting delivery and the newest mail of each of `parties`.
    async fn mail_status(&self, parties: &[PartyId]) -> Result<Vec<MailStatus>, StoreError>;
    /// Records that a mail was sent to a party; `of` is the newest delivery that waited at that time.
    async fn record_mail_sent(&self, party: &PartyId, of: DeliveryId, now: Timestamp) -> Result<(), StoreError>;
}
