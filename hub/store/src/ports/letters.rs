//! The mailboxes of parties.

use async_trait::async_trait;
use bindeledd_core::delivery::State;
use bindeledd_core::follow_up::{Answering, Change, FollowUp, NotChanged};
use bindeledd_core::{AccountId, DeliveryId, ParticipantRef, PartyId};
use bindeledd_engine::ports::{
    AnsweredBefore, Followed, Letter, LetterList, Letters, MailboxReader, NotShown, Occasion, StoreError, Taken,
};
use jiff::Timestamp;
use uuid::Uuid;

use crate::commands::{follow_up, letter, letter_list};
use crate::sqlite::store::SqliteStore;

#[async_trait]
impl Letters for SqliteStore {
    async fn letters(&self, of: &MailboxReader, now: Timestamp, limit: usize) -> Result<LetterList, StoreError> {
        let of = of.clone();
        self.read(move |db| letter_list::list(db, &of, now, limit)).await
    }

    async fn letters_waiting(
        &self,
        of: &MailboxReader,
        with_waiting: bool,
        now: Timestamp,
        limit: usize,
    ) -> Result<usize, StoreError> {
        let of = of.clone();
        self.read(move |db| letter_list::waiting(db, &of, with_waiting, now, limit))
            .await
    }

    async fn letter_state(
        &self,
        party: &PartyId,
        delivery: DeliveryId,
        by: AccountId,
        now: Timestamp,
    ) -> Result<Option<State>, StoreError> {
        let party = party.clone();
        self.read(move |db| letter::state(db, (&party, delivery), by, now))
            .await
    }

    async fn read_letter(
        &self,
        delivery: DeliveryId,
        (by, occasion): (AccountId, Occasion),
        taken: &Taken,
        now: Timestamp,
    ) -> Result<Result<Letter, NotShown>, StoreError> {
        let taken = taken.clone();
        self.write(move |tx| letter::read(tx, delivery, (by, occasion), &taken, now))
            .await
    }

    async fn begin_answer(
        &self,
        delivery: DeliveryId,
        new: &Answering,
    ) -> Result<Result<Timestamp, AnsweredBefore>, StoreError> {
        let new = *new;
        self.write(move |tx| letter::begin_answer(tx, delivery, &new)).await
    }

    async fn drop_answer(&self, delivery: DeliveryId, reference: Uuid) -> Result<(), StoreError> {
        self.write_always(move |tx| letter::drop_answer(tx, delivery, reference))
            .await
    }

    async fn followed(
        &self,
        of: &MailboxReader,
        now: Timestamp,
        limit: usize,
    ) -> Result<(Vec<Followed>, bool), StoreError> {
        let of = of.clone();
        self.read(move |db| letter_list::followed(db, &of, now, limit)).await
    }

    async fn followed_one(
        &self,
        party: &PartyId,
        participant: ParticipantRef,
        now: Timestamp,
    ) -> Result<Option<Followed>, StoreError> {
        let party = party.clone();
        self.read(move |db| letter_list::followed_one(db, &party, participant, now))
            .await
    }

    async fn follow_ups(&self, party: &PartyId, now: Timestamp) -> Result<Vec<FollowUp>, StoreError> {
        let party = party.clone();
        self.read(move |db| Ok(follow_up::holding(follow_up::of_party(db, &party)?, now)))
            .await
    }

    async fn change_follow_up(
        &self,
        party: &PartyId,
        participant: ParticipantRef,
        change: Change,
        by: AccountId,
        now: Timestamp,
    ) -> Result<Result<bool, NotChanged>, StoreError> {
        let party = party.clone();
        self.write(move |tx| follow_up::change(tx, (&party, participant), change, by, now))
            .await
    }
}
