//! Requests that wait for an answer on the participant's own page.

use async_trait::async_trait;
use bindeledd_core::own_page::AtLevel;
use bindeledd_core::request::{ConsentRequest, RequestOver, RequestState};
use bindeledd_core::{AccountId, ConsentId, ParticipantRef, PartyId};
use bindeledd_engine::ports::{AnswerRefused, NewRequest, NotSent, RequestAnswer, Requests, StoreError, UnseenAnswer};
use jiff::Timestamp;

use crate::commands::{register, request};
use crate::sqlite::store::{SqliteStore, to_store_error};

#[async_trait]
impl Requests for SqliteStore {
    async fn send_request(
        &self,
        new: &NewRequest,
        now: Timestamp,
    ) -> Result<Result<ConsentRequest, NotSent>, StoreError> {
        let prepared = request::prepare(&self.vault, new.clone()).map_err(|f| to_store_error(&f))?;
        self.write(move |tx| request::send(tx, &prepared, now)).await
    }

    async fn withdraw_request(
        &self,
        id: ConsentId,
        (party, by): (&PartyId, AccountId),
        now: Timestamp,
    ) -> Result<Option<Result<RequestState, RequestOver>>, StoreError> {
        let party = party.clone();
        self.write_first(move |tx| request::withdraw(tx, id, (&party, by), now))
            .await
    }

    async fn answer_request(
        &self,
        answer: &RequestAnswer,
        by: &AtLevel,
        now: Timestamp,
    ) -> Result<Result<ConsentRequest, AnswerRefused>, StoreError> {
        let (answer, by) = (answer.clone(), by.clone());
        let yes = answer
            .yes
            .clone()
            .map(|consent| register::prepare(&self.vault, consent));
        let yes = yes.transpose().map_err(|f| to_store_error(&f))?;
        self.write(move |tx| request::answer(tx, (&answer, yes.as_ref()), &by, now))
            .await
    }

    async fn request(&self, id: ConsentId, now: Timestamp) -> Result<Option<ConsentRequest>, StoreError> {
        self.read(move |db| request::one(db, id, now)).await
    }

    async fn requests_to(
        &self,
        participant: ParticipantRef,
        now: Timestamp,
    ) -> Result<Vec<ConsentRequest>, StoreError> {
        self.read(move |db| request::to(db, participant, now)).await
    }

    async fn requests_of(
        &self,
        party: &PartyId,
        at_most: usize,
        now: Timestamp,
    ) -> Result<Vec<ConsentRequest>, StoreError> {
        let party = party.clone();
        self.read(move |db| request::of_party(db, &party, at_most, now)).await
    }

    async fn unseen_answers(
        &self,
        (person, party): (AccountId, &PartyId),
        at_most: usize,
    ) -> Result<Vec<UnseenAnswer>, StoreError> {
        let party = party.clone();
        self.read(move |db| request::unseen(db, (person, &party), at_most))
            .await
    }

    async fn answers_seen(&self, (person, party): (AccountId, &PartyId), seen: &[ConsentId]) -> Result<(), StoreError> {
        let (party, seen) = (party.clone(), seen.to_vec());
        self.write(move |tx| request::seen(tx, (person, &party), &seen)).await
    }
}
