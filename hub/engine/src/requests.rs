//! Requests: a party sends a drafted consent to the participant's own page, and the participant, who signed in at level high, says
//! yes to all of it, to some, or no. A yes is registered for the party as a signed paper is.

use std::collections::BTreeSet;

use bindeledd_core::account::Account;
use bindeledd_core::consent::GivenBy;
use bindeledd_core::follow_up::{FollowUp, leads, sees_content};
use bindeledd_core::own_page::{OwnSession, OwnWay};
use bindeledd_core::request::{ConsentRequest, RequestEvent, RequestOver, RequestState, evidence};
use bindeledd_core::{ConsentId, ParticipantRef, PartyId};
use bindeledd_texts::problem::Detail;
use jiff::Timestamp;

use crate::engine::Engine;
use crate::error::EngineError;
use crate::letters::mailbox_of;
use crate::ports::{AnswerRefused, KnownName, NewConsent, NewRequest, NotSent, RequestAnswer};

/// Requests of a party that a list shows at most.
const AT_MOST: usize = 500;
/// Answers that the inbox tells of at most.
const UNSEEN_AT_MOST: usize = 50;

/// A request of a party, for a person of its mailbox.
#[derive(Debug, Clone, PartialEq)]
pub struct OwnRequest {
    /// Request.
    pub request: ConsentRequest,
    /// Name of the participant, from what the party sent or may have.
    pub name: Option<KnownName>,
    /// Persons who follow the participant up.
    pub followed_by: Vec<FollowUp>,
    /// Whether the person who asks sent it, or follows the participant up. Others see names and deadlines alone.
    pub may_see: bool,
}

/// An answer to a request that a person has not seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeenAnswer {
    /// Request.
    pub id: ConsentId,
    /// Participant.
    pub participant: ParticipantRef,
    /// Name of the participant.
    pub name: Option<KnownName>,
    /// Time of the answer.
    pub at: Timestamp,
}

/// The answer of a participant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OwnAnswer {
    /// Yes, to the boxes with these numbers, counted from 0.
    Yes(BTreeSet<usize>),
    /// No.
    No,
}

impl OwnAnswer {
    const fn event(&self) -> RequestEvent {
        match self {
            Self::Yes(_) => RequestEvent::Yes,
            Self::No => RequestEvent::No,
        }
    }
}

impl Engine {
    /// Sends a request for the party of a person, about the party's own exchanges. The same request again is the first one.
    ///
    /// # Errors
    /// [`EngineError::NotAllowed`] for a person without a mailbox, for a party that may not register, and for exchanges of others;
    /// [`EngineError::UnknownParty`]; when the store fails.
    pub async fn send_own_request(
        &self,
        new: NewRequest,
        by: &Account,
    ) -> Result<Result<ConsentRequest, NotSent>, EngineError> {
        let party = mailbox_of(by)?;
        let directory = self.directory();
        let mut grants = new.grants.iter();
        let is_own = new.party == *party && new.sent_by == by.id && grants.all(|g| g.from == *party || g.to == *party);
        if !is_own || !directory.get(party).is_some_and(|own| own.registrar) {
            let what = Detail::MayNotRegister {
                party: party.to_string(),
            };
            return Err(EngineError::NotAllowed { what });
        }
        for (n, grant) in new.grants.iter().enumerate() {
            for (side, id) in [("from", &grant.from), ("to", &grant.to)] {
                if directory.get(id).is_none() {
                    return Err(EngineError::UnknownParty {
                        name: id.to_string(),
                        path: format!("grants[{n}].{side}"),
                    });
                }
            }
        }
        Ok(self.inner.store.send_request(&new, self.now()).await?)
    }

    /// Returns the requests of a person's party that wait or ended within 30 days, newest first: those that the person sent, those to participants whom the person
    /// follows up, and for a team leader every one.
    ///
    /// # Errors
    /// [`EngineError::NotAllowed`] for a person without a mailbox; when the store fails.
    pub async fn own_requests(&self, by: &Account) -> Result<Vec<OwnRequest>, EngineError> {
        let (party, now) = (mailbox_of(by)?, self.now());
        let all = self.inner.store.requests_of(party, AT_MOST, now).await?;
        let rows = self.inner.store.follow_ups(party, now).await?;
        let mut found = Vec::new();
        for request in all {
            found.extend(self.own_request_among(request, &rows, by).await?);
        }
        Ok(found)
    }

    /// Returns one request of a person's party, as [`Engine::own_requests`] does. `None` for any other.
    ///
    /// # Errors
    /// As [`Engine::own_requests`].
    pub async fn own_request(&self, id: ConsentId, by: &Account) -> Result<Option<OwnRequest>, EngineError> {
        let (party, now) = (mailbox_of(by)?, self.now());
        let found = self.inner.store.request(id, now).await?;
        let Some(request) = found.filter(|request| request.party == *party) else {
            return Ok(None);
        };
        let rows = self.inner.store.follow_ups(party, now).await?;
        self.own_request_among(request, &rows, by).await
    }

    async fn own_request_among(
        &self,
        request: ConsentRequest,
        rows: &[FollowUp],
        by: &Account,
    ) -> Result<Option<OwnRequest>, EngineError> {
        let (party, now) = (mailbox_of(by)?, self.now());
        let of = rows.iter().filter(|row| row.participant == request.participant);
        let followed_by: Vec<_> = of.copied().collect();
        // Somebody who hands the participant over sees no more of it than any other.
        let is_sender = request.sent_by == by.id && followed_by.is_empty();
        let may_see = is_sender || sees_content(by, party, &followed_by, now);
        if !(may_see || leads(by, party)) {
            return Ok(None);
        }
        let followed = self.inner.store.followed_one(party, request.participant, now).await?;
        Ok(Some(OwnRequest {
            name: followed.and_then(|one| one.name),
            followed_by,
            may_see,
            request,
        }))
    }

    /// Returns the requests of a party that wait, newest first; those of every party if `party` is `None`.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn waiting_requests(
        &self,
        party: Option<&PartyId>,
        at_most: usize,
    ) -> Result<Vec<ConsentRequest>, EngineError> {
        let of_party = party.map(|party| vec![party.clone()]);
        let parties = of_party.unwrap_or_else(|| self.directory().iter().map(|party| party.id.clone()).collect());
        let mut waiting = Vec::new();
        for party in &parties {
            let all = self.inner.store.requests_of(party, AT_MOST, self.now()).await?;
            waiting.extend(all.into_iter().filter(|request| request.state.is_waiting()));
        }
        waiting.sort_by_key(|request| std::cmp::Reverse((request.sent_at, request.id)));
        waiting.truncate(at_most);
        Ok(waiting)
    }

    /// Takes a request of a person's party back. `None` for a request that [`Engine::own_request`] does not show.
    ///
    /// # Errors
    /// As [`Engine::own_requests`].
    pub async fn withdraw_own_request(
        &self,
        id: ConsentId,
        by: &Account,
    ) -> Result<Option<Result<RequestState, RequestOver>>, EngineError> {
        if self.own_request(id, by).await?.is_none() {
            return Ok(None);
        }
        let party = mailbox_of(by)?;
        Ok(self
            .inner
            .store
            .withdraw_request(id, (party, by.id), self.now())
            .await?)
    }

    /// Returns the answers to requests that a person is told of and has not seen, newest first.
    ///
    /// # Errors
    /// As [`Engine::own_requests`].
    pub async fn unseen_answers(&self, by: &Account) -> Result<Vec<SeenAnswer>, EngineError> {
        let (party, now, store) = (mailbox_of(by)?, self.now(), &self.inner.store);
        let mut found = Vec::new();
        for one in store.unseen_answers((by.id, party), UNSEEN_AT_MOST).await? {
            let followed = store.followed_one(party, one.participant, now).await?;
            found.push(SeenAnswer {
                id: one.id,
                participant: one.participant,
                name: followed.and_then(|one| one.name),
                at: one.at,
            });
        }
        Ok(found)
    }

    /// Records that a person has seen answers.
    ///
    /// # Errors
    /// As [`Engine::own_requests`].
    pub async fn answers_seen(&self, by: &Account, seen: &[ConsentId]) -> Result<(), EngineError> {
        let seen = seen.get(..UNSEEN_AT_MOST.min(seen.len())).unwrap_or_default();
        Ok(self.inner.store.answers_seen((by.id, mailbox_of(by)?), seen).await?)
    }

    /// Returns the requests to the participant of a session, newest first. A session by a code learns of those of its own party
    /// alone, and no page shows it their text.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn requests_to(&self, session: &OwnSession) -> Result<Vec<ConsentRequest>, EngineError> {
        let mut all = self.inner.store.requests_to(session.participant, self.now()).await?;
        if let Some(party) = session.party() {
            all.retain(|request| request.party == *party);
        }
        Ok(all)
    }

    /// Answers a request for the participant of a session. A yes is registered for the party that asked, by the same rules as a
    /// paper: a grant of another sender waits for that sender, unless it trusts the party. The same answer again is the first one.
    ///
    /// # Errors
    /// [`EngineError::NotAllowed`] for a session by a code; when the store fails.
    pub async fn answer_request(
        &self,
        session: &OwnSession,
        (id, sha256): (ConsentId, &str),
        answer: &OwnAnswer,
    ) -> Result<Result<ConsentRequest, AnswerRefused>, EngineError> {
        let (OwnWay::Issuer(by), now) = (&session.way, self.now()) else {
            return Err(EngineError::NotAllowed {
                what: Detail::ByRegistrar,
            });
        };
        let mut to = self.requests_to(session).await?.into_iter();
        let Some(request) = to.find(|request| request.id == id) else {
            return Ok(Err(AnswerRefused::Unknown));
        };
        // A consent that was answered needs no party that still may register.
        match request.state.apply(answer.event(), now) {
            Err(RequestOver(over)) => return Ok(Err(AnswerRefused::Over(over))),
            Ok(after) if after == request.state => return Ok(Ok(request)),
            Ok(_) => {}
        }
        let Some(text) = request.asked.shown(sha256) else {
            return Ok(Err(AnswerRefused::OtherText));
        };
        let yes = match answer {
            OwnAnswer::No => None,
            OwnAnswer::Yes(ticks) => {
                let Some(participant) = self.inner.store.national_id(session.participant).await? else {
                    return Ok(Err(AnswerRefused::Unknown));
                };
                let new = NewConsent {
                    id,
                    participant,
                    given_at: now,
                    given_by: GivenBy::Participant,
                    controller: request.party.clone(),
                    registrar: request.party.clone(),
                    evidence: evidence(by, text, now),
                    text_version: request.asked.text_version.clone(),
                    period: request.asked.period,
                    grants: request.asked.ticked(ticks),
                };
                match self.may_register_now(new, &request) {
                    Some(consent) => Some(consent),
                    None => return Ok(Err(AnswerRefused::NotNow)),
                }
            }
        };
        let answer = RequestAnswer {
            id,
            participant: session.participant,
            sha256: sha256.to_owned(),
            yes,
        };
        Ok(self.inner.store.answer_request(&answer, by, now).await?)
    }

    /// Returns the consent of a yes as it is registered; `None` if the party can not register it now.
    fn may_register_now(&self, consent: NewConsent, request: &ConsentRequest) -> Option<NewConsent> {
        let directory = self.directory();
        let is_there = directory.get(&request.party).is_some_and(|party| !party.suspended);
        is_there
            .then(|| self.checked(consent, Some(&request.party)).ok())
            .flatten()
    }
}
