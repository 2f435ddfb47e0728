//! Mails to the persons of a mailbox, and the hand-overs that they are told of.

use async_trait::async_trait;
use bindeledd_core::audit::Actor;
use bindeledd_core::notice::EmailAddress;
use bindeledd_core::notice::person::{MailedPerson, PersonMail, WaitingIn};
use bindeledd_core::{AccountId, DeliveryId, HandOverId, ParticipantRef, PartyId};
use bindeledd_engine::ports::{Changed, HandOver, HandOverShown, Notices, PersonMailChange, StoreError};
use jiff::Timestamp;

use crate::commands::{hand_over, letter_list, person_mail};
use crate::sqlite::store::SqliteStore;

#[async_trait]
impl Notices for SqliteStore {
    async fn mailed_persons(&self) -> Result<Vec<MailedPerson>, StoreError> {
        self.read(person_mail::persons).await
    }

    async fn waiting_in(&self, party: &PartyId, now: Timestamp) -> Result<WaitingIn, StoreError> {
        let party = party.clone();
        self.read(move |db| person_mail::waiting_in(db, &party, now)).await
    }

    async fn person_mail(&self, person: AccountId) -> Result<PersonMail, StoreError> {
        self.read(move |db| person_mail::of(db, person)).await
    }

    async fn set_person_mail(
        &self,
        person: AccountId,
        change: &PersonMailChange,
        by: &Actor,
        now: Timestamp,
    ) -> Result<Changed, StoreError> {
        let (change, by) = (change.clone(), by.clone());
        self.write(move |tx| person_mail::set(tx, person, &change, &by, now))
            .await
    }

    async fn record_person_mail(
        &self,
        person: AccountId,
        to: &EmailAddress,
        of: Option<DeliveryId>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let to = to.clone();
        self.write(move |tx| person_mail::record_sent(tx, (person, &to), of, now))
            .await
    }

    async fn person_looked(&self, person: AccountId, now: Timestamp) -> Result<(), StoreError> {
        // Most pages are not the first one after a mail, and write nothing.
        let last = self.read(move |db| person_mail::of(db, person)).await?.last;
        if last.is_none_or(|last| last.looked_at.is_some()) {
            return Ok(());
        }
        self.write(move |tx| person_mail::looked(tx, person, now)).await
    }

    async fn unseen_hand_overs(
        &self,
        person: AccountId,
        party: &PartyId,
        now: Timestamp,
        limit: usize,
    ) -> Result<Vec<HandOver>, StoreError> {
        let party = party.clone();
        self.read(move |db| letter_list::unseen_hand_overs(db, person, &party, now, limit))
            .await
    }

    async fn hand_overs_seen(&self, person: AccountId, party: &PartyId, seen: &[HandOverId]) -> Result<(), StoreError> {
        let (party, seen) = (party.clone(), seen.to_vec());
        self.write(move |tx| hand_over::seen(tx, person, &party, &seen)).await
    }

    async fn hand_overs_about(
        &self,
        participant: ParticipantRef,
        parties: &[PartyId],
        limit: usize,
    ) -> Result<Vec<HandOverShown>, StoreError> {
        let parties = parties.to_vec();
        self.read(move |db| hand_over::about(db, participant, &parties, limit))
            .await
    }
}
