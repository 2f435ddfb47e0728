//! Consents: registration, confirmation, and withdrawal. Once a withdrawal is answered, no sending begins under the
//! withdrawn grants.

use std::time::Duration;

use bindeledd_core::confirm::{Confirmer, RestsOn, may_confirm};
use bindeledd_core::consent::{Basis, Consent, Evidence, Ledger, is_given};
use bindeledd_core::delivery::State;
use bindeledd_core::request::SIGNED_IN_YES;
use bindeledd_core::withdrawal::{Asker, Scope, may_withdraw};
use bindeledd_core::{AccountId, ConsentId, ParticipantRef, PartyId};
use bindeledd_texts::problem::Detail;

use crate::engine::Engine;
use crate::error::EngineError;
use crate::ports::{Actor, Confirming, NewConsent, NotRegistered, WaitingGrant, WithdrawalAnswer, WithdrawalPreview};

/// Longest wait of a withdrawal for reservations. A release is valid for a second at most, so that every earlier
/// release is void by then.
const DRAIN_AT_MOST: Duration = Duration::from_secs(2);
const DRAIN_LOOKS_EVERY: Duration = Duration::from_millis(2);

impl Engine {
    /// Registers a consent. A grant of another sender than the registrar stays inactive until that sender confirms it,
    /// or until the operator sets the sender to trust this registrar. Registrations by the operator count as confirmed,
    /// except grants that the document marks as not confirmed.
    ///
    /// # Errors
    /// [`EngineError::NotAllowed`] if the caller is no registrar; [`EngineError::UnknownParty`];
    /// [`EngineError::NotYetGiven`] if the consent's date lies ahead; [`EngineError::Conflict`] if a consent with other
    /// content has the id; [`EngineError::ErasedBefore`] if the consent was erased.
    pub async fn register_consent(&self, consent: NewConsent, by: &Actor) -> Result<Consent, EngineError> {
        let registrar = match by {
            Actor::Operator | Actor::Hub => None,
            // Nobody but the participant widens, and no page registers a consent for the operator.
            Actor::Person(_) | Actor::Participant(_) | Actor::SignedParticipant => {
                let what = Detail::ByRegistrar;
                return Err(EngineError::NotAllowed { what });
            }
            Actor::Party(registrar) => Some(registrar),
        };
        self.registered(consent, registrar, (by, None)).await
    }

    /// Registers a consent for a registrar, or for the operator. `follows` goes on with the participant in the registrar's
    /// mailbox, if nobody does.
    pub(crate) async fn registered(
        &self,
        consent: NewConsent,
        registrar: Option<&PartyId>,
        (by, follows): (&Actor, Option<AccountId>),
    ) -> Result<Consent, EngineError> {
        if registrar.is_some() && consent.evidence.kind == SIGNED_IN_YES {
            let what = Detail::EvidenceOfOwnPage;
            return Err(EngineError::NotAllowed { what });
        }
        let consent = self.checked(consent, registrar)?;
        let id = consent.id;
        let registered = self
            .inner
            .store
            .register_consent_of(consent, (by, follows), self.now())
            .await?;
        registered.map_err(|why| match why {
            NotRegistered::Taken => EngineError::Conflict {
                what: Detail::ConsentDiffers {
                    consent: id.to_string(),
                },
            },
            NotRegistered::Erased => EngineError::ErasedBefore,
        })
    }

    /// Checks a consent that a registrar, or the operator, registers, and marks the grants that are confirmed by it.
    pub(crate) fn checked(
        &self,
        mut consent: NewConsent,
        registrar: Option<&PartyId>,
    ) -> Result<NewConsent, EngineError> {
        if !is_given(consent.given_at, self.now()) {
            return Err(EngineError::NotYetGiven);
        }
        let directory = self.directory();
        let parties = consent.grants.iter().enumerate().flat_map(|(i, g)| {
            [
                (format!("grants[{i}].from"), &g.from),
                (format!("grants[{i}].to"), &g.to),
            ]
        });
        let controller = ("controller".to_owned(), &consent.controller);
        for (path, party) in parties.chain([controller]) {
            if directory.get(party).is_none() {
                return Err(EngineError::UnknownParty {
                    name: party.to_string(),
                    path,
                });
            }
        }
        match registrar {
            // A registration by the operator counts as confirmed, except grants that the document itself marks as
            // unconfirmed.
            None => {}
            Some(registrar) => {
                if !directory.get(registrar).is_some_and(|p| p.registrar) {
                    let what = Detail::MayNotRegister {
                        party: registrar.to_string(),
                    };
                    return Err(EngineError::NotAllowed { what });
                }
                for grant in &mut consent.grants {
                    let trusts = directory.get(&grant.from).is_some_and(|p| p.trusts.contains(registrar));
                    grant.confirmed = grant.confirmed && (grant.from == *registrar || trusts);
                }
                // The caller wrote the controller into the document, so that the name of the controller proves nothing
                // about the caller.
                if consent.grants.iter().any(|g| matches!(g.basis, Basis::Duty { .. })) {
                    let what = Detail::DutyByOperator;
                    return Err(EngineError::NotAllowed { what });
                }
            }
        }
        Ok(consent)
    }

    /// Returns a consent.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn consent(&self, id: ConsentId) -> Result<Option<Consent>, EngineError> {
        Ok(self.inner.store.consent(id).await?)
    }

    /// Confirms grants of `sender` in a consent that another party registered; only those to `receiver` if it is given.
    /// The sender itself may confirm, and so may a registrar that the sender trusts. The operator may confirm with
    /// evidence of the sender's word; the hub stores a reference to that evidence. Returns the number of grants that
    /// waited.
    ///
    /// # Errors
    /// [`EngineError::NotAllowed`] for every other caller; [`EngineError::NoEvidence`] for the operator without
    /// evidence; when the store fails.
    pub async fn confirm_consent(
        &self,
        consent: &Consent,
        (sender, receiver): (&PartyId, Option<&PartyId>),
        evidence: Option<Evidence>,
        by: &Actor,
    ) -> Result<usize, EngineError> {
        let confirmer = match by {
            Actor::Party(party) => Confirmer::Party(party.clone()),
            // A confirmation is the sender's word, and never the participant's.
            Actor::Participant(_) | Actor::SignedParticipant => {
                let what = Detail::MayNotConfirm {
                    sender: sender.to_string(),
                };
                return Err(EngineError::NotAllowed { what });
            }
            Actor::Person(_) | Actor::Operator | Actor::Hub => Confirmer::Operator,
        };
        self.confirmed(consent, (sender, receiver), evidence, (&confirmer, by))
            .await
    }

    /// Confirms on behalf of this side, with this actor in the audit log.
    pub(crate) async fn confirmed(
        &self,
        consent: &Consent,
        (sender, receiver): (&PartyId, Option<&PartyId>),
        evidence: Option<Evidence>,
        (confirmer, by): (&Confirmer, &Actor),
    ) -> Result<usize, EngineError> {
        let directory = self.directory();
        let trusted = directory.get(sender).map_or(&[][..], |party| &party.trusts);
        let Some(rests_on) = may_confirm(confirmer, sender, &consent.registrar, trusted) else {
            let what = Detail::MayNotConfirm {
                sender: sender.to_string(),
            };
            return Err(EngineError::NotAllowed { what });
        };
        if rests_on == RestsOn::Evidence && evidence.is_none() {
            return Err(EngineError::NoEvidence);
        }
        let what = Confirming {
            consent: consent.id,
            sender: sender.clone(),
            receiver: receiver.cloned(),
            rests_on,
            evidence,
        };
        Ok(self.inner.store.confirm_consent(&what, by, self.now()).await?)
    }

    /// Returns the grants that wait for a confirmation, at most `limit`: those that `party` sends or has registered, or
    /// all if `party` is `None`.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn waiting_grants(
        &self,
        party: Option<&PartyId>,
        limit: usize,
    ) -> Result<Vec<WaitingGrant>, EngineError> {
        Ok(self.inner.store.waiting_grants(party, limit, self.now()).await?)
    }

    /// Returns the grants of a participant that wait for a confirmation; none of a protected person.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn waiting_grants_of(&self, participant: ParticipantRef) -> Result<Vec<WaitingGrant>, EngineError> {
        Ok(self.inner.store.waiting_grants_of(participant, self.now()).await?)
    }

    /// Returns the effect that a withdrawal would have now, and withdraws nothing. The preview shows only the exchanges
    /// that `by` may see.
    ///
    /// # Errors
    /// [`EngineError::NotAllowed`] if the scope covers only exchanges between other parties; when the store fails.
    pub async fn preview_withdrawal(
        &self,
        participant: ParticipantRef,
        scope: &Scope,
        by: &Actor,
    ) -> Result<WithdrawalPreview, EngineError> {
        self.previewed(participant, scope, &by.asker()).await
    }

    /// Returns the effect that a withdrawal on behalf of this side would have now.
    pub(crate) async fn previewed(
        &self,
        participant: ParticipantRef,
        scope: &Scope,
        asker: &Asker,
    ) -> Result<WithdrawalPreview, EngineError> {
        let store = &self.inner.store;
        may(asker, scope, &store.ledger(participant).await?)?;
        let preview = store.preview_withdrawal(participant, scope, asker, self.now()).await?;
        Ok(preview.seen_by(asker))
    }

    /// Withdraws, and returns once no sending can begin under the withdrawn grants. Waiting deliveries are cancelled,
    /// and reserved deliveries are sent or stopped. The answer names the deliveries on the wire. It shows only the
    /// exchanges that `by` may see.
    ///
    /// # Errors
    /// [`EngineError::NotAllowed`] if the scope covers only exchanges between other parties;
    /// [`EngineError::NotSettled`]; an error of the store, see
    /// [`StoreError::was_done`](crate::ports::StoreError::was_done). The caller may repeat the call in each case.
    pub async fn withdraw(
        &self,
        participant: ParticipantRef,
        scope: Scope,
        by: &Actor,
    ) -> Result<WithdrawalAnswer, EngineError> {
        self.withdrawn(participant, (scope, None), (&by.asker(), by)).await
    }

    /// Withdraws as [`Engine::withdraw`] does, for a reason that the audit log keeps.
    ///
    /// # Errors
    /// As for [`Engine::withdraw`].
    pub async fn withdraw_because(
        &self,
        participant: ParticipantRef,
        scope: Scope,
        why: &str,
        by: &Actor,
    ) -> Result<WithdrawalAnswer, EngineError> {
        self.withdrawn(participant, (scope, Some(why)), (&by.asker(), by)).await
    }

    /// Withdraws on behalf of this side, with this actor in the audit log.
    pub(crate) async fn withdrawn(
        &self,
        participant: ParticipantRef,
        (scope, why): (Scope, Option<&str>),
        (asker, by): (&Asker, &Actor),
    ) -> Result<WithdrawalAnswer, EngineError> {
        let inner = &self.inner;
        may(asker, &scope, &inner.store.ledger(participant).await?)?;
        let mut answer = inner
            .store
            .withdraw_for(participant, (&scope, why), (asker, by), inner.clock.now())
            .await?;
        let mut reserved = std::mem::take(&mut answer.reserved);
        let drained = tokio::time::timeout(DRAIN_AT_MOST, async {
            while !reserved.is_empty() {
                inner.store.drain(participant, inner.clock.now()).await?;
                let states = inner.store.states(&reserved).await?;
                reserved.retain(|delivery| {
                    let state = states.iter().find(|(d, _)| d == delivery).map(|(_, s)| s);
                    match state {
                        Some(State::Reserved(_)) => true,
                        Some(State::Sending(_)) => {
                            answer.sending.push(*delivery);
                            false
                        }
                        Some(State::AwaitingReceipt(_) | State::WithPerson(_)) => {
                            answer.handed_over.push(*delivery);
                            false
                        }
                        Some(State::Ended(ended)) if ended.how == bindeledd_core::delivery::End::Delivered => {
                            answer.handed_over.push(*delivery);
                            false
                        }
                        Some(State::Ended(_) | State::Waiting(_)) | None => {
                            answer.cancelled.push(*delivery);
                            false
                        }
                    }
                });
                if !reserved.is_empty() {
                    tokio::time::sleep(DRAIN_LOOKS_EVERY).await;
                }
            }
            Ok::<_, EngineError>(())
        })
        .await;
        drained.map_err(|_| EngineError::NotSettled {
            what: Detail::WithdrawalNotSettled,
        })??;
        // A commit hands over the documents of an inbox request. They leave in the response that follows the commit.
        inner
            .starting
            .settled(answer.sending.iter().chain(&answer.handed_over))
            .await;
        // A cancelled delivery may have been the head of its conversation.
        inner.wake_all();
        Ok(answer.seen_by(asker))
    }
}

/// Checks that `asker` may ask for this withdrawal at all.
fn may(asker: &Asker, scope: &Scope, on_file: &Ledger) -> Result<(), EngineError> {
    if may_withdraw(asker, scope, on_file) {
        return Ok(());
    }
    Err(EngineError::NotAllowed {
        what: Detail::MayNotWithdraw,
    })
}
