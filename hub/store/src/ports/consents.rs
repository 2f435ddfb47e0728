//! Participants' consents and withdrawals.

use async_trait::async_trait;
use bindeledd_core::audit::Actor;
use bindeledd_core::consent::{Consent, Ledger};
use bindeledd_core::withdrawal::Asker;
use bindeledd_core::{AccountId, CategorySet, ConsentId, ParticipantRef, PartyId};
use bindeledd_engine::ports::{
    Confirming, Consents, NewConsent, NotRegistered, Scope, StoreError, WaitingGrant, WithdrawalAnswer,
    WithdrawalPreview,
};
use jiff::Timestamp;

use crate::commands::withdraw::Withdrawn;
use crate::commands::{consent, register, request, waits, withdraw};
use crate::sqlite::store::{SqliteStore, to_store_error};

#[async_trait]
impl Consents for SqliteStore {
    async fn register_consent_of(
        &self,
        consent: NewConsent,
        (by, follows): (&Actor, Option<AccountId>),
        now: Timestamp,
    ) -> Result<Result<Consent, NotRegistered>, StoreError> {
        let prepared = register::prepare(&self.vault, consent).map_err(|f| to_store_error(&f))?;
        let by = by.clone();
        self.write(move |tx| {
            let registered = register::register(tx, &prepared, (&by, follows), now)?;
            if let Ok(consent) = &registered {
                request::registered_otherwise(tx, consent.id, &by, now)?;
            }
            Ok(registered)
        })
        .await
    }

    async fn consent(&self, id: ConsentId) -> Result<Option<Consent>, StoreError> {
        self.read(move |db| consent::one(db, id)).await
    }

    async fn consents_of(&self, participant: ParticipantRef) -> Result<Vec<Consent>, StoreError> {
        self.read(move |db| consent::of(db, participant)).await
    }

    async fn confirm_consent(&self, what: &Confirming, by: &Actor, now: Timestamp) -> Result<usize, StoreError> {
        let (what, by) = (what.clone(), by.clone());
        self.write(move |tx| register::confirm(tx, &what, &by, now)).await
    }

    async fn waiting_grants(
        &self,
        party: Option<&PartyId>,
        limit: usize,
        now: Timestamp,
    ) -> Result<Vec<WaitingGrant>, StoreError> {
        let party = party.cloned();
        self.read(move |db| waits::list(db, party.as_ref(), limit, now)).await
    }

    async fn waiting_grants_of(
        &self,
        participant: ParticipantRef,
        now: Timestamp,
    ) -> Result<Vec<WaitingGrant>, StoreError> {
        self.read(move |db| waits::of(db, participant, now)).await
    }

    async fn granted_to(&self, party: &PartyId) -> Result<CategorySet, StoreError> {
        let party = party.clone();
        self.read(move |db| consent::granted_to(db, &party)).await
    }

    async fn ledger(&self, participant: ParticipantRef) -> Result<Ledger, StoreError> {
        self.read(move |db| consent::ledger(db, participant, None)).await
    }

    async fn withdraw_for(
        &self,
        participant: ParticipantRef,
        (scope, why): (&Scope, Option<&str>),
        (asker, by): (&Asker, &Actor),
        now: Timestamp,
    ) -> Result<WithdrawalAnswer, StoreError> {
        let (said, why) = (scope.clone(), why.map(str::to_owned));
        let (side, by) = (asker.clone(), by.clone());
        let withdrawn =
            self.write_first(move |tx| withdraw::withdraw(tx, participant, (&said, why.as_deref()), (&side, &by), now));
        match withdrawn.await? {
            Withdrawn::Now(answer) => Ok(answer),
            Withdrawn::Before { registered } => {
                let (scope, by) = (scope.clone(), asker.clone());
                self.read(move |db| withdraw::too_late_for(db, participant, &scope, &by, (now, registered)))
                    .await
            }
        }
    }

    async fn preview_withdrawal(
        &self,
        participant: ParticipantRef,
        scope: &Scope,
        asker: &Asker,
        now: Timestamp,
    ) -> Result<WithdrawalPreview, StoreError> {
        let (scope, asker) = (scope.clone(), asker.clone());
        self.read(move |db| withdraw::preview(db, participant, &scope, &asker, now))
            .await
    }

    async fn drain(&self, participant: ParticipantRef, now: Timestamp) -> Result<usize, StoreError> {
        self.write_first(move |tx| withdraw::drain(tx, participant, now)).await
    }
}
