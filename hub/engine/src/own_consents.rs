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
use crate::ports::{KnownName, MailboxReader, NewConsent, WaitingGrant, WithdrawalAnswer, WithdrawalPreview};

/// Participants and waiting grants by which a list finds participants whom nobody follows up.
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
        let rows = store.follow_ups(party, now).await?;
        let mut participants: BTreeSet<ParticipantRef> = rows.iter().map(|row| row.participant).collect();
        if leads(by, party) {
            // Nobody may follow some of them up.
            let whole = MailboxReader {
                party: party.clone(),
                person: by.id,
                leads: true,
            };
            let (named, _) = store.followed(&whole, now, AT_MOST).await?;
            let waiting = store.waiting_grants(Some(party), AT_MOST, now).await?;
            participants.extend(named.iter().map(|one| one.participant));
            participants.extend(waiting.iter().map(|of| of.participant));
        }
        let mut found = Vec::new();
        for participant in participants {
            found.extend(self.own_consents_among(participant, &rows, by).await?);
        }
        Ok(found)
    }

    /// Returns what one participant has said yes to with the party of a person, as [`Engine::own_consents`] does, without a
    /// bound. `None` if the person neither follows the participant up nor leads the team.
    ///
    /// # Errors
    /// As [`Engine::own_consents`].
    pub async fn own_consents_of(
        &self,
        participant: ParticipantRef,
        by: &Account,
    ) -> Result<Option<OwnConsents>, EngineError> {
        let rows = self.inner.store.follow_ups(mailbox_of(by)?, self.now()).await?;
        self.own_consents_among(participant, &rows, by).await
    }

    /// Reads one participant. `rows` are those of the whole mailbox. Name and waiting grants are the participant's own, so
    /// that no bound of a list hides them behind those of others.
    async fn own_consents_among(
        &self,
        participant: ParticipantRef,
        rows: &[FollowUp],
        by: &Account,
    ) -> Result<Option<OwnConsents>, EngineError> {
        let (party, now, store) = (mailbox_of(by)?, self.now(), &self.inner.store);
        let of = rows.iter().filter(|row| row.participant == participant);
        let followed_by: Vec<_> = of.copied().collect();
        let may_see = sees_content(by, party, &followed_by, now);
        if !(may_see || leads(by, party)) {
            return Ok(None);
        }
        let ledger = store.ledger(participant).await?.seen_by_party(party);
        if ledger.grants.is_empty() {
            return Ok(None);
        }
        let mut waiting = store.waiting_grants_of(participant, now).await?;
        waiting.retain(|of| of.grant.from == *party || of.grant.to == *party);
        let followed = store.followed_one(party, participant, now).await?;
        Ok(Some(OwnConsents {
            participant,
            name: followed.and_then(|one| one.name),
            followed_by,
            may_see,
            ledger,
            waiting,
        }))
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
