//! Consents in the mailbox of a party, for its persons: the party's own exchanges, and the acts on them. A person acts for the
//! party, with the rights of the party and no others, and is the actor of the audit row.

use std::collections::BTreeSet;

use bindeledd_core::account::Account;
use bindeledd_core::audit::Actor;
use bindeledd_core::confirm::Confirmer;
use bindeledd_core::consent::{Consent, Ledger};
use bindeledd_core::follow_up::{FollowUp, leads, sees_content};
use bindeledd_core::withdrawal::{Asker, Scope};
use bindeledd_core::{ConsentId, ParticipantRef, PartyId};
use bindeledd_texts::problem::Detail;

use crate::engine::Engine;
use crate::error::EngineError;
use crate::letters::mailbox_of;
use crate::ports::{KnownName, NewConsent, WaitingGrant, WithdrawalAnswer, WithdrawalPreview};

/// Participants and waiting grants of a list.
const AT_MOST: usize = 200;

/// The exchanges of a party that a participant has said yes to, for a person of its mailbox.
#[derive(Debug, Clone, PartialEq)]
pub struct OwnConsents {
    /// Participant.
    pub participant: ParticipantRef,
    /// Name of the participant, from what the party sent or may have.
    pub name: Option<KnownName>,
    /// Persons who follow the participant up.
    pub followed_by: Vec<FollowUp>,
    /// Whether the person who asks follows the participant up. Others see names and deadlines alone.
    pub may_see: bool,
    /// The party's own exchanges.
    pub ledger: Ledger,
    /// Grants of these exchanges that wait for a confirmation.
    pub waiting: Vec<WaitingGrant>,
}

impl Engine {
    /// Returns what participants have said yes to with the party of a person: those whom the person follows up, and for a
    /// team leader every one.
    ///
    /// # Errors
    /// [`EngineError::NotAllowed`] for a person without a mailbox; when the store fails.
    pub async fn own_consents(&self, by: &Account) -> Result<Vec<OwnConsents>, EngineError> {
        let (party, now, store) = (mailbox_of(by)?, self.now(), &self.inner.store);
        let named = store.followed(party, now, AT_MOST).await?;
        let rows = store.follow_ups(party, now).await?;
        let waiting = store.waiting_grants(Some(party), AT_MOST, now).await?;
        let mut participants: BTreeSet<ParticipantRef> = named.iter().map(|one| one.participant).collect();
        participants.extend(rows.iter().map(|row| row.participant));
        participants.extend(waiting.iter().map(|of| of.participant));
        let leads = leads(by, party);
        let mut found = Vec::new();
        for participant in participants {
            let of = rows.iter().filter(|row| row.participant == participant);
            let followed_by: Vec<_> = of.copied().collect();
            let may_see = sees_content(by, party, &followed_by, now);
            if !(may_see || leads) {
                continue;
            }
            let ledger = store.ledger(participant).await?.seen_by_party(party);
            if ledger.grants.is_empty() {
                continue;
            }
            let waiting = waiting.iter().filter(|of| of.participant == participant);
            let is_own = |of: &&WaitingGrant| of.grant.from == *party || of.grant.to == *party;
            found.push(OwnConsents {
                participant,
                name: named
                    .iter()
                    .find(|one| one.participant == participant)
                    .and_then(|one| one.name.clone()),
                followed_by,
                may_see,
                ledger,
                waiting: waiting.filter(is_own).cloned().collect(),
            });
        }
        Ok(found)
    }

    /// Returns a consent in which the party of a person has a part, as parties may see it. `None` for any other.
    ///
    /// # Errors
    /// As [`Engine::own_consents`].
    pub async fn own_consent(&self, id: ConsentId, by: &Account) -> Result<Option<Consent>, EngineError> {
        let party = mailbox_of(by)?;
        let found = self.inner.store.consent(id).await?;
        let is_own = |consent: &Consent| {
            let mut grants = consent.grants.iter();
            consent.registrar == *party || grants.any(|grant| grant.from == *party || grant.to == *party)
        };
        Ok(found.filter(is_own).map(Consent::seen_by_parties))
    }

    /// Registers a consent for the party of a person, about the party's own exchanges. The person becomes the contact person
    /// of the participant if nobody is. The same consent again is the first one.
    ///
    /// # Errors
    /// As [`Engine::register_consent`] for the party itself.
    pub async fn register_own_consent(&self, consent: NewConsent, by: &Account) -> Result<Consent, EngineError> {
        let party = mailbox_of(by)?;
        let mut grants = consent.grants.iter();
        let is_own = consent.registrar == *party && grants.all(|g| g.from == *party || g.to == *party);
        if !is_own {
            let what = Detail::MayNotRegister {
                party: party.to_string(),
            };
            return Err(EngineError::NotAllowed { what });
        }
        let actor = Actor::Person(by.id);
        self.registered(consent, Some(party), (&actor, Some(by.id))).await
    }

    /// Confirms grants of the party of a person, to one receiver or to all. Returns the number of grants that waited.
    ///
    /// # Errors
    /// [`EngineError::NotFound`] for a person who neither follows the participant up nor leads the team; as
    /// [`Engine::confirm_consent`].
    pub async fn confirm_own_consent(
        &self,
        consent: &Consent,
        receiver: Option<&PartyId>,
        by: &Account,
    ) -> Result<usize, EngineError> {
        let party = mailbox_of(by)?;
        if !leads(by, party) {
            self.must_follow_up(consent.participant, by).await?;
        }
        let confirmer = Confirmer::Party(party.clone());
        self.confirmed(consent, (party, receiver), None, (&confirmer, &Actor::Person(by.id)))
            .await
    }

    /// Returns the effect that a withdrawal for the party of a person would have now.
    ///
    /// # Errors
    /// [`EngineError::NotFound`] for a person who does not follow the participant up; as [`Engine::preview_withdrawal`].
    pub async fn preview_own_withdrawal(
        &self,
        participant: ParticipantRef,
        scope: &Scope,
        by: &Account,
    ) -> Result<WithdrawalPreview, EngineError> {
        let asker = Asker::Party(mailbox_of(by)?.clone());
        self.must_follow_up(participant, by).await?;
        let preview = self.previewed(participant, scope, &asker).await?;
        // A protected person looks to the party as if everything had been withdrawn already.
        match self.inner.store.ledger(participant).await?.protected {
            true => Ok(WithdrawalPreview::default()),
            false => Ok(preview),
        }
    }

    /// Withdraws for the party of a person, who has been told by the participant. No reason is asked.
    ///
    /// # Errors
    /// [`EngineError::NotFound`] for a person who does not follow the participant up; as [`Engine::withdraw`].
    pub async fn withdraw_own(
        &self,
        participant: ParticipantRef,
        scope: Scope,
        by: &Account,
    ) -> Result<WithdrawalAnswer, EngineError> {
        let asker = Asker::Party(mailbox_of(by)?.clone());
        self.must_follow_up(participant, by).await?;
        self.withdrawn(participant, (scope, None), (&asker, &Actor::Person(by.id)))
            .await
    }

    /// Returns the persons who follow a participant up in the mailbox of a person's party.
    ///
    /// # Errors
    /// As [`Engine::own_consents`].
    pub async fn followers(&self, participant: ParticipantRef, by: &Account) -> Result<Vec<FollowUp>, EngineError> {
        let mut rows = self.inner.store.follow_ups(mailbox_of(by)?, self.now()).await?;
        rows.retain(|row| row.participant == participant);
        Ok(rows)
    }

    async fn must_follow_up(&self, participant: ParticipantRef, by: &Account) -> Result<(), EngineError> {
        if self.follows_up(participant, by).await? {
            return Ok(());
        }
        Err(EngineError::NotFound {
            what: Detail::NoParticipant,
        })
    }
}
