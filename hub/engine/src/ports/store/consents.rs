//! Consents: registration, confirmation, withdrawal.

use std::collections::BTreeMap;

use async_trait::async_trait;
use bindeledd_core::audit::Actor;
use bindeledd_core::confirm::RestsOn;
use bindeledd_core::consent::{Consent, Evidence, GivenBy, Grant, Ledger, Period};
use bindeledd_core::withdrawal::{Asker, Between, Scope};
use bindeledd_core::{AccountId, CategorySet, ConsentId, DeliveryId, MessageId, NationalId, ParticipantRef, PartyId};
use jiff::Timestamp;

use super::error::StoreError;

/// A consent to register. The store finds or makes the participant.
#[derive(Debug, Clone)]
pub struct NewConsent {
    /// Id of the consent: the caller's, or a new one. The same id with the same content is the same consent.
    pub id: ConsentId,
    /// National id of the participant.
    pub participant: NationalId,
    /// Time when the consent was given.
    pub given_at: Timestamp,
    /// Person who gave the consent.
    pub given_by: GivenBy,
    /// Controller of the processing.
    pub controller: PartyId,
    /// Party that registers the consent.
    pub registrar: PartyId,
    /// Evidence that the consent was given.
    pub evidence: Evidence,
    /// Version of the text that the participant signed.
    pub text_version: String,
    /// Period in which the consent is valid.
    pub period: Period,
    /// Grants of the consent. The engine has already set `confirmed`.
    pub grants: Vec<Grant>,
}

/// The part of a consent that is confirmed: the grants of one sender, to one receiver or to all.
#[derive(Debug, Clone)]
pub struct Confirming {
    /// Id of the consent.
    pub consent: ConsentId,
    /// Sender of the grants.
    pub sender: PartyId,
    /// Receiver of the grants; `None` for every receiver.
    pub receiver: Option<PartyId>,
    /// Ground of the confirmation, which depends on the actor that confirms.
    pub rests_on: RestsOn,
    /// Evidence of the sender's word.
    pub evidence: Option<Evidence>,
}

/// A grant that waits for its sender's confirmation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WaitingGrant {
    /// Id of the grant's consent.
    pub consent: ConsentId,
    /// Pseudonym of the participant.
    pub participant: ParticipantRef,
    /// Party that registered the consent.
    pub registrar: PartyId,
    /// Index of the grant in its consent, from 0.
    pub index: u16,
    /// Time since which it waits: that of the registration.
    pub since: Timestamp,
    /// Messages that are blocked because it waits, and whose alert nobody has closed: the newest to each receiver. Only the
    /// operator may learn of them.
    pub blocked: Vec<MessageId>,
    /// Grant, with its categories that are not withdrawn.
    pub grant: Grant,
}

/// Reason why a consent was not registered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotRegistered {
    /// A consent with other content has the same id.
    Taken,
    /// The consent was registered before, and was erased with its participant.
    Erased,
}

/// The deliveries that a withdrawal stopped, and those that it could not stop.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct WithdrawalAnswer {
    /// Deliveries that waited and are cancelled.
    pub cancelled: Vec<DeliveryId>,
    /// Deliveries that were reserved at the commit. The engine waits until each is sending or stopped, and then moves
    /// it to the list of that state. Empty in the answer to the caller.
    pub reserved: Vec<DeliveryId>,
    /// Deliveries whose bytes may be on the wire.
    pub sending: Vec<DeliveryId>,
    /// Deliveries that were handed over before the withdrawal.
    pub handed_over: Vec<DeliveryId>,
    /// Parties that got data under the withdrawn grants, with the senders of that data. Each party gets a notice.
    pub notified: Vec<Between>,
    /// Sender and receiver of each delivery in the lists.
    pub between: BTreeMap<DeliveryId, Between>,
}

impl WithdrawalAnswer {
    /// Returns the number of deliveries in the lists. A delivery in two lists counts twice.
    #[must_use]
    pub const fn named(&self) -> usize {
        self.cancelled.len() + self.reserved.len() + self.sending.len() + self.handed_over.len()
    }

    /// Returns the part of the answer that `asker` may see.
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

/// The effect that a withdrawal would have now. Nothing is written for it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct WithdrawalPreview {
    /// Grants that would end, wholly or in part: sender, receiver, and the categories that would end.
    pub ends: Vec<(Between, CategorySet)>,
    /// Deliveries that it would stop, and those that it would come too late for.
    pub answer: WithdrawalAnswer,
}

impl WithdrawalPreview {
    /// Returns the part of the preview that `asker` may see.
    #[must_use]
    pub fn seen_by(mut self, asker: &Asker) -> Self {
        self.ends.retain(|(between, _)| asker.sees(between));
        Self {
            answer: self.answer.seen_by(asker),
            ..self
        }
    }
}

/// Participants' consents and withdrawals.
#[async_trait]
pub trait Consents: Send + Sync {
    /// Registers a consent. The same id with the same content returns the first answer again.
    async fn register_consent(
        &self,
        consent: NewConsent,
        by: &Actor,
        now: Timestamp,
    ) -> Result<Result<Consent, NotRegistered>, StoreError> {
        self.register_consent_of(consent, (by, None), now).await
    }
    /// Registers a consent as [`Consents::register_consent`] does. The same transaction makes a person the contact person
    /// in the registrar's mailbox, if there is none ([`begin`](bindeledd_core::follow_up::begin)).
    async fn register_consent_of(
        &self,
        consent: NewConsent,
        by: (&Actor, Option<AccountId>),
        now: Timestamp,
    ) -> Result<Result<Consent, NotRegistered>, StoreError>;
    /// Returns a consent.
    async fn consent(&self, id: ConsentId) -> Result<Option<Consent>, StoreError>;
    /// Returns a participant's consents, newest first.
    async fn consents_of(&self, participant: ParticipantRef) -> Result<Vec<Consent>, StoreError>;
    /// Confirms the waiting grants of one sender in a consent, and returns their number. The engine has checked the
    /// right to confirm.
    async fn confirm_consent(&self, what: &Confirming, by: &Actor, now: Timestamp) -> Result<usize, StoreError>;
    /// Returns the grants that wait for a confirmation, at most `limit`: those that `party` sends or has registered, or
    /// all if `party` is `None`. Withdrawn grants and grants of a protected person do not wait.
    async fn waiting_grants(
        &self,
        party: Option<&PartyId>,
        limit: usize,
        now: Timestamp,
    ) -> Result<Vec<WaitingGrant>, StoreError>;
    /// Returns the grants of a participant that wait for a confirmation; none of a protected person.
    async fn waiting_grants_of(
        &self,
        participant: ParticipantRef,
        now: Timestamp,
    ) -> Result<Vec<WaitingGrant>, StoreError>;
    /// Returns every category that some grant permits to a party, from any sender about any participant. Consents that
    /// were withdrawn as a whole are left out.
    async fn granted_to(&self, party: &PartyId) -> Result<CategorySet, StoreError>;
    /// Returns all facts on file about a participant's consents.
    async fn ledger(&self, participant: ParticipantRef) -> Result<Ledger, StoreError>;
    /// Withdraws in one transaction: ends the grants, cancels waiting deliveries, and names the other deliveries. The
    /// transaction also queues a notice to each party that has to be told. The withdrawal reaches as far as the right
    /// of `by` ([`said`](bindeledd_core::withdrawal::said)), and the answer names all its deliveries. The participant
    /// may be answered only once [`Consents::drain`] returns 0.
    async fn withdraw(
        &self,
        participant: ParticipantRef,
        scope: &Scope,
        by: &Actor,
        now: Timestamp,
    ) -> Result<WithdrawalAnswer, StoreError> {
        self.withdraw_because(participant, (scope, None), by, now).await
    }
    /// Withdraws as [`Consents::withdraw`] does, for a reason that the audit log keeps.
    async fn withdraw_because(
        &self,
        participant: ParticipantRef,
        what: (&Scope, Option<&str>),
        by: &Actor,
        now: Timestamp,
    ) -> Result<WithdrawalAnswer, StoreError> {
        self.withdraw_for(participant, what, (&by.asker(), by), now).await
    }
    /// Withdraws as [`Consents::withdraw_because`] does, on behalf of this side, with this actor in the audit log.
    async fn withdraw_for(
        &self,
        participant: ParticipantRef,
        what: (&Scope, Option<&str>),
        by: (&Asker, &Actor),
        now: Timestamp,
    ) -> Result<WithdrawalAnswer, StoreError>;
    /// Returns the effect that [`Consents::withdraw`] would have now, and writes nothing.
    async fn preview_withdrawal(
        &self,
        participant: ParticipantRef,
        scope: &Scope,
        asker: &Asker,
        now: Timestamp,
    ) -> Result<WithdrawalPreview, StoreError>;
    /// Returns the number of releases for this participant that are still reserved under ended grants. Releases past
    /// their deadline are voided first. The store serialises this call with
    /// [`Deliveries::begin_sending`](super::Deliveries::begin_sending).
    async fn drain(&self, participant: ParticipantRef, now: Timestamp) -> Result<usize, StoreError>;
}
