//! Participants' own pages: one-time codes, PINs and sessions.

use async_trait::async_trait;
use bindeledd_core::audit::Actor;
use bindeledd_core::opening::Look;
use bindeledd_core::own_page::{AtLevel, OwnCode, OwnSession};
use bindeledd_core::{NationalId, OwnCodeId, ParticipantRef, PartyId, SessionId};
use bindeledd_engine::ports::{NewOwnCode, NewOwnSession, OwnPages, PinTry, SecretHash, StoreError};
use jiff::Timestamp;

use crate::commands::{look, own_page};
use crate::sqlite::store::SqliteStore;

#[async_trait]
impl OwnPages for SqliteStore {
    async fn make_own_code(
        &self,
        new: &NewOwnCode,
        by: &Actor,
        now: Timestamp,
    ) -> Result<Option<Timestamp>, StoreError> {
        let (new, by) = (new.clone(), by.clone());
        self.write(move |tx| own_page::make(tx, &new, &by, now)).await
    }

    async fn use_own_code(
        &self,
        code: &OwnCode,
        session: &NewOwnSession,
        now: Timestamp,
    ) -> Result<Option<OwnSession>, StoreError> {
        let (code, session) = (code.clone(), session.clone());
        self.write_first(move |tx| own_page::use_code(tx, &code, &session, now))
            .await
    }

    async fn set_own_pin(&self, session: SessionId, pin: &str, now: Timestamp) -> Result<bool, StoreError> {
        let pin = pin.to_owned();
        self.write_first(move |tx| own_page::set_pin(tx, session, &pin, now))
            .await
    }

    async fn begin_pin_try(&self, code: &OwnCode, now: Timestamp) -> Result<Option<PinTry>, StoreError> {
        let code = code.clone();
        self.write_first(move |tx| own_page::begin_try(tx, &code, now)).await
    }

    async fn pass_pin_try(
        &self,
        code: OwnCodeId,
        session: &NewOwnSession,
        now: Timestamp,
    ) -> Result<Option<OwnSession>, StoreError> {
        let session = session.clone();
        self.write_first(move |tx| own_page::pass_try(tx, code, &session, now))
            .await
    }

    async fn fail_pin_try(&self, code: OwnCodeId, now: Timestamp) -> Result<(), StoreError> {
        self.write_first(move |tx| own_page::fail_try(tx, code, now)).await
    }

    async fn begin_own_session(
        &self,
        number: &NationalId,
        by: &AtLevel,
        session: &NewOwnSession,
        now: Timestamp,
    ) -> Result<Option<OwnSession>, StoreError> {
        let (lookup, by, session) = (self.vault.lookup(number), by.clone(), session.clone());
        self.write_first(move |tx| own_page::begin_at_issuer(tx, &lookup, &by, &session, now))
            .await
    }

    async fn own_session(&self, token: &SecretHash) -> Result<Option<OwnSession>, StoreError> {
        let token = *token;
        self.read(move |db| own_page::session(db, &token)).await
    }

    async fn slide_own_session(&self, session: SessionId, now: Timestamp) -> Result<(), StoreError> {
        self.write_first(move |tx| own_page::slide(tx, session, now)).await
    }

    async fn end_own_session(&self, session: SessionId, now: Timestamp) -> Result<bool, StoreError> {
        self.write_first(move |tx| own_page::leave(tx, session, now)).await
    }

    async fn looks_with(&self, participant: ParticipantRef, party: &PartyId) -> Result<Vec<Look>, StoreError> {
        let party = party.clone();
        self.read(move |db| look::of_party(db, participant, &party)).await
    }
}
