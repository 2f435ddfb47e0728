//! Inboxes that parties fetch from.

use std::collections::BTreeSet;

use async_trait::async_trait;
use bindeledd_core::delivery::{ByHand, Cause, Taker};
use bindeledd_core::notice::Told;
use bindeledd_core::{AdapterId, DeliveryId, PartyId, Released};
use jiff::Timestamp;

use super::deliveries::Frozen;
use super::error::StoreError;
use bindeledd_core::audit::Actor;

/// The taking of a delivery out of an inbox, and by whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    /// The inbox's party.
    pub party: PartyId,
    /// That party itself, or the operator in its stead.
    pub by: Actor,
    /// The adapters whose documents a person enters in the receiver's system.
    pub entered_by_hand: BTreeSet<AdapterId>,
    /// The party's adapter now, for a document of which nobody wrote down which one wrote it.
    pub adapter: Option<AdapterId>,
}

impl Taken {
    /// Taken by the party itself, where no adapter's documents are entered by hand.
    #[must_use]
    pub fn by_itself(party: PartyId) -> Self {
        Self {
            by: Actor::Party(party.clone()),
            party,
            entered_by_hand: BTreeSet::new(),
            adapter: None,
        }
    }

    /// Whether it is the receiver that takes it.
    #[must_use]
    pub fn taker(&self) -> Taker {
        match &self.by {
            Actor::Party(party) if *party == self.party => Taker::Receiver,
            Actor::Party(_) | Actor::Operator | Actor::Hub => Taker::Operator,
        }
    }
}

/// The outcome of taking a delivery out of an inbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Acknowledged {
    /// The receiver has it.
    Delivered,
    /// A person has it, who still has to enter it or hand it over.
    WithPerson,
    /// There is no such delivery in that inbox.
    Nothing,
}

/// The deliveries that wait for a party, and the newest mail about them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailStatus {
    /// The party.
    pub party: PartyId,
    /// The newest delivery that waits for it; none where nothing waits.
    pub newest: Option<DeliveryId>,
    /// The delivery of its last mail; none where its address is new.
    pub told: Option<Told>,
}

/// Inboxes that parties fetch from, and the mails that say so.
#[async_trait]
pub trait Inbox: Send + Sync {
    /// Deliveries to `party` that lie in its inbox, oldest first: those that wait, and those that it fetched and has not
    /// acknowledged.
    async fn inbox(&self, party: &PartyId, now: Timestamp, limit: usize) -> Result<Vec<DeliveryId>, StoreError>;
    /// Decides again over a delivery that was handed over to an inbox and gives its frozen bytes once more; the cause where
    /// nothing covers it any longer, and it is then ended.
    async fn reread(&self, delivery: DeliveryId, now: Timestamp)
    -> Result<Result<Released<Frozen>, Cause>, StoreError>;
    /// A delivery was taken out of its party's inbox; nothing where it is not one of that party's that was handed over. Twice is
    /// once.
    async fn acknowledge(&self, delivery: DeliveryId, by: &Taken, now: Timestamp) -> Result<Acknowledged, StoreError>;
    /// A person says what became of a delivery that they took; `false` where it is not with a person. Twice is once.
    async fn by_hand(
        &self,
        party: &PartyId,
        delivery: DeliveryId,
        said: ByHand,
        by: &Actor,
        now: Timestamp,
    ) -> Result<bool, StoreError>;
    /// For each of `parties`, the newest that waits for it and the newest mail about it.
    async fn mail_status(&self, parties: &[PartyId]) -> Result<Vec<MailStatus>, StoreError>;
    /// A mail told a party that something waits; `of` is the newest delivery that waited.
    async fn record_mail_sent(&self, party: &PartyId, of: DeliveryId, now: Timestamp) -> Result<(), StoreError>;
}
