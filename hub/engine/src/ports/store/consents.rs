//! Consents: registered, confirmed, withdrawn.

use std::collections::BTreeMap;

use async_trait::async_trait;
use bindeledd_core::confirm::RestsOn;
use bindeledd_core::consent::{Consent, Evidence, GivenBy, Grant, Ledger, Period};
use bindeledd_core::withdrawal::{Asker, Between, Scope};
use bindeledd_core::{CategorySet, ConsentId, DeliveryId, NationalId, ParticipantRef, PartyId};
use jiff::Timestamp;

use super::error::StoreError;
use bindeledd_core::audit::Actor;

/// A consent to register. The store finds or makes the participant.
#[derive(Debug, Clone)]
pub struct NewConsent {
    /// Its id: the caller's, or a new one. The same id and content twice is the same consent.
    pub id: ConsentId,
    /// Whose.
    pub participant: NationalId,
    /// When it was given.
    pub given_at: Timestamp,
    /// The one who gave it.
    pub given_by: GivenBy,
    /// The controller of the processing.
    pub controller: PartyId,
    /// The party that registers it.
    pub registrar: PartyId,
    /// The evidence that it was given.
    pub evidence: Evidence,
    /// The version of the text.
    pub text_version: String,
    /// When it holds.
    pub period: Period,
    /// Its grants; the registrar has settled `confirmed` already.
    pub grants: Vec<Grant>,
}

/// The part of a consent that is confirmed: the grants of one sender, to one receiver or to all.
#[derive(Debug, Clone)]
pub struct Confirming {
    /// The consent.
    pub consent: ConsentId,
    /// The sender of the grants.
    pub sender: PartyId,
    /// Only what goes to this party.
    pub receiver: Option<PartyId>,
    /// The ground that it rests on; it follows from who confirms.
    pub rests_on: RestsOn,
    /// The evidence of the sender's word.
    pub evidence: Option<Evidence>,
}

/// A grant that waits for its sender's confirmation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WaitingGrant {
    /// Its consent.
    pub consent: ConsentId,
    /// The one that it belongs to.
    pub participant: ParticipantRef,
    /// The party that registered it.
    pub registrar: PartyId,
    /// Its place in the consent, from 0.
    pub index: u16,
    /// The grant, with what nobody has taken back of it.
    pub grant: Grant,
}

/// Why a consent was not registered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotRegistered {
    /// Its id is taken by other content.
    Taken,
    /// It was registered before, and erased with its participant.
    Erased,
}

/// The deliveries that a withdrawal stopped, and those that it could not stop.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct WithdrawalAnswer {
    /// Deliveries that waited and are cancelled.
    pub cancelled: Vec<DeliveryId>,
    /// Deliveries that were reserved when it was committed; the engine waits until each is sending or stopped, and names it
    /// there. Empty in the answer to the participant.
    pub reserved: Vec<DeliveryId>,
    /// Deliveries whose bytes may be on the wire.
    pub sending: Vec<DeliveryId>,
    /// Deliveries that were handed over before.
    pub handed_over: Vec<DeliveryId>,
    /// The parties that got something under it, with its senders; each of them is told.
    pub notified: Vec<Between>,
    /// From whom to whom each of the deliveries goes.
    pub between: BTreeMap<DeliveryId, Between>,
}

impl WithdrawalAnswer {
    /// How many deliveries it names; one that stands in two lists counts twice.
    #[must_use]
    pub const fn named(&self) -> usize {
        self.cancelled.len() + self.reserved.len() + self.sending.len() + self.handed_over.len()
    }

    /// The part of it that `asker` may see.
    #[must_use]
    pub fn seen_by(mut self, asker: &Asker) -> Self {
        self.between.retain(|_, between| asker.sees(between));
        for list in [
            &mut self.cancelled,
            &mut self.reserved,
            &mut self.sending,
            &mut self.handed_over,
        ] {
            list.retain(|delivery| self.between.contains_key(delivery));
        }
        self.notified.retain(|between| asker.sees(between));
        self
    }
}

/// Participants' consents and withdrawals.
#[async_trait]
pub trait Consents: Send + Sync {
    /// Registers a consent. The same id with the same content gives the first answer again.
    async fn register_consent(
        &self,
        consent: NewConsent,
        by: &Actor,
        now: Timestamp,
    ) -> Result<Result<Consent, NotRegistered>, StoreError>;
    /// One consent.
    async fn consent(&self, id: ConsentId) -> Result<Option<Consent>, StoreError>;
    /// A participant's consents, newest first.
    async fn consents_of(&self, participant: ParticipantRef) -> Result<Vec<Consent>, StoreError>;
    /// Confirms grants of one sender in a consent that wait; gives how many. Who may was settled before.
    async fn confirm_consent(&self, what: &Confirming, by: &Actor, now: Timestamp) -> Result<usize, StoreError>;
    /// The grants that wait for a confirmation, at most `limit`: those that `party` sends or has registered, or everybody's. What
    /// was taken back waits no longer, and nothing of a protected person does.
    async fn waiting_grants(
        &self,
        party: Option<&PartyId>,
        limit: usize,
        now: Timestamp,
    ) -> Result<Vec<WaitingGrant>, StoreError>;
    /// Every category that some grant lets go to a party, whoever sends it and whoever it is about; what was withdrawn as a whole
    /// is left out.
    async fn granted_to(&self, party: &PartyId) -> Result<CategorySet, StoreError>;
    /// Everything on file about consent for a participant.
    async fn ledger(&self, participant: ParticipantRef) -> Result<Ledger, StoreError>;
    /// Withdraws: one transaction that ends the grants, cancels what waits, and names the rest; in it is decided who is told, and
    /// word of it queued as a control delivery to each. It reaches as far as the right of `by`
    /// ([`said`](bindeledd_core::withdrawal::said)); its answer names everything. Answer the participant only when [`Consents::drain`] has come to nothing.
    async fn withdraw(
        &self,
        participant: ParticipantRef,
        scope: &Scope,
        by: &Actor,
        now: Timestamp,
    ) -> Result<WithdrawalAnswer, StoreError>;
    /// How many releases for this participant are reserved under grants that no longer hold. Those past their deadline are
    /// voided first, in the same ordering that [`Deliveries::begin_sending`](super::Deliveries::begin_sending) goes through.
    async fn drain(&self, participant: ParticipantRef, now: Timestamp) -> Result<usize, StoreError>;
}
