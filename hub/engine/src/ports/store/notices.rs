//! Mails to the persons of a mailbox, and the hand-overs that they are told of.

use async_trait::async_trait;
use bindeledd_core::account::DisplayName;
use bindeledd_core::audit::Actor;
use bindeledd_core::notice::EmailAddress;
use bindeledd_core::notice::person::{MailedPerson, PersonMail, WaitingIn};
use bindeledd_core::{AccountId, DeliveryId, HandOverId, ParticipantRef, PartyId};
use jiff::Timestamp;

use super::accounts::Changed;
use super::error::StoreError;
use super::letters::KnownName;

/// A change of the mails to a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonMailChange {
    /// Address; `None` removes it.
    pub email: Option<EmailAddress>,
    /// Whether the mails are switched off; `None` leaves it as it is.
    pub is_off: Option<bool>,
}

/// A person became the contact person for a participant, or began to stand in: a line for the others of the mailbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HandOver {
    /// Id.
    pub id: HandOverId,
    /// Participant.
    pub participant: ParticipantRef,
    /// Name of the participant, from what the party sent or may have.
    pub name: Option<KnownName>,
    /// Person who began.
    pub person: AccountId,
    /// Person who made the change.
    pub by: AccountId,
    /// Time of the change.
    pub at: Timestamp,
    /// End of a stand-in; `None` for the contact person.
    pub until: Option<Timestamp>,
}

/// A hand-over as the participant learns of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HandOverShown {
    /// Party.
    pub party: PartyId,
    /// Time of the change.
    pub at: Timestamp,
    /// Whether somebody began to stand in.
    pub is_stand_in: bool,
    /// Name of the person who began, while that person is the contact person.
    pub contact: Option<DisplayName>,
}

/// Mails to the persons of a mailbox, and the hand-overs that they are told of.
#[async_trait]
pub trait Notices: Send + Sync {
    /// Returns the persons of all mailboxes whose accounts are not disabled, each with the mails to the person.
    async fn mailed_persons(&self) -> Result<Vec<MailedPerson>, StoreError>;
    /// Returns the things that wait in a party's mailbox.
    async fn waiting_in(&self, party: &PartyId, now: Timestamp) -> Result<WaitingIn, StoreError>;
    /// Returns the mails to a person.
    async fn person_mail(&self, person: AccountId) -> Result<PersonMail, StoreError>;
    /// Changes the mails to a person. A new address has been told of nothing.
    async fn set_person_mail(
        &self,
        person: AccountId,
        change: &PersonMailChange,
        by: &Actor,
        now: Timestamp,
    ) -> Result<Changed, StoreError>;
    /// Records that a mail was sent to a person at this address; `of` is the newest delivery that waited for the person at that
    /// time. An address that the person got meanwhile has been told of nothing.
    async fn record_person_mail(
        &self,
        person: AccountId,
        to: &EmailAddress,
        of: Option<DeliveryId>,
        now: Timestamp,
    ) -> Result<(), StoreError>;
    /// Records that a person opened the mailbox. Only the first time after a mail is kept.
    async fn person_looked(&self, person: AccountId, now: Timestamp) -> Result<(), StoreError>;
    /// Returns the hand-overs that a person of a party's mailbox has not seen, the newest first.
    async fn unseen_hand_overs(
        &self,
        person: AccountId,
        party: &PartyId,
        now: Timestamp,
        limit: usize,
    ) -> Result<Vec<HandOver>, StoreError>;
    /// Records that a person of a party's mailbox has seen hand-overs.
    async fn hand_overs_seen(&self, person: AccountId, party: &PartyId, seen: &[HandOverId]) -> Result<(), StoreError>;
    /// Returns the hand-overs of these parties about a participant, the newest first; `limit` of each party.
    async fn hand_overs_about(
        &self,
        participant: ParticipantRef,
        parties: &[PartyId],
        limit: usize,
    ) -> Result<Vec<HandOverShown>, StoreError>;
}
