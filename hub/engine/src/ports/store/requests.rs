//! Requests: drafted consents that wait for an answer on the participant's own page.

use std::fmt;

use async_trait::async_trait;
use bindeledd_core::consent::{Grant, Period};
use bindeledd_core::form::{Language, Line};
use bindeledd_core::own_page::AtLevel;
use bindeledd_core::request::{ConsentRequest, RequestOver, RequestState};
use bindeledd_core::{AccountId, ConsentId, NationalId, ParticipantRef, PartyId};
use jiff::Timestamp;

use super::consents::NewConsent;
use super::error::StoreError;

/// A request to send. The store finds or makes the participant. `Debug` prints none of its text.
#[derive(Clone)]
pub struct NewRequest {
    /// Id: that of the draft. The same id with the same content is the same request.
    pub id: ConsentId,
    /// National id of the participant.
    pub participant: NationalId,
    /// Party that asks.
    pub party: PartyId,
    /// Person who sends it.
    pub sent_by: AccountId,
    /// Grants that the participant is asked for.
    pub grants: Vec<Grant>,
    /// Period in which the consent would be valid.
    pub period: Period,
    /// Version of the text.
    pub text_version: String,
    /// Text in each language.
    pub texts: Vec<(Language, Vec<Line>)>,
    /// State of a new request.
    pub state: RequestState,
}

impl fmt::Debug for NewRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NewRequest")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

/// Reason why a request was not sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotSent {
    /// A request with other content, or a registered consent, has the id.
    Taken,
    /// The id was that of somebody who was erased.
    Erased,
    /// So many requests of the party wait for the participant already.
    TooMany,
}

/// The answer of a participant.
#[derive(Debug, Clone)]
pub struct RequestAnswer {
    /// Request.
    pub id: ConsentId,
    /// Participant of the session.
    pub participant: ParticipantRef,
    /// Digest of the text that the page showed.
    pub sha256: String,
    /// The consent of a yes; `None` for a no.
    pub yes: Option<NewConsent>,
}

/// Reason why an answer changed nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AnswerRefused {
    /// The participant has no such request, or is protected.
    Unknown,
    /// The request is over, in this state.
    Over(RequestState),
    /// The page showed another text than that of the request.
    OtherText,
    /// The yes is wider than the question, or empty.
    NotAsked,
    /// The consent was registered otherwise.
    Taken,
    /// The party can not register the consent now: it lost the right, or a party of the consent is gone. Decided by the engine.
    NotNow,
}

/// A request with the time of an answer that a person has not seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnseenAnswer {
    /// Request.
    pub id: ConsentId,
    /// Participant.
    pub participant: ParticipantRef,
    /// Time of the answer.
    pub at: Timestamp,
}

/// Requests that wait for an answer on the participant's own page.
#[async_trait]
pub trait Requests: Send + Sync {
    /// Keeps a request. The same request again is the first one, and nothing is written.
    async fn send_request(
        &self,
        new: &NewRequest,
        now: Timestamp,
    ) -> Result<Result<ConsentRequest, NotSent>, StoreError>;
    /// Takes a request of the party back. `None` if the party has no such request.
    async fn withdraw_request(
        &self,
        id: ConsentId,
        of: (&PartyId, AccountId),
        now: Timestamp,
    ) -> Result<Option<Result<RequestState, RequestOver>>, StoreError>;
    /// Keeps the answer of a participant who signed in at this level. A yes registers the consent in the same transaction, by the
    /// same command as a registration on paper. Those who follow the participant up at the party are told, or else the sender. The
    /// same answer again is the first one.
    async fn answer_request(
        &self,
        answer: &RequestAnswer,
        by: &AtLevel,
        now: Timestamp,
    ) -> Result<Result<ConsentRequest, AnswerRefused>, StoreError>;
    /// Returns a request as it is now.
    async fn request(&self, id: ConsentId, now: Timestamp) -> Result<Option<ConsentRequest>, StoreError>;
    /// Returns the requests to a participant as they are now, newest first; none of a protected person.
    async fn requests_to(&self, participant: ParticipantRef, now: Timestamp)
    -> Result<Vec<ConsentRequest>, StoreError>;
    /// Returns the requests of a party as they are now, newest first: those that wait, and those that ended within 30 days.
    async fn requests_of(
        &self,
        party: &PartyId,
        at_most: usize,
        now: Timestamp,
    ) -> Result<Vec<ConsentRequest>, StoreError>;
    /// Returns the answers that a person has not seen, newest first.
    async fn unseen_answers(&self, of: (AccountId, &PartyId), at_most: usize) -> Result<Vec<UnseenAnswer>, StoreError>;
    /// Records that a person has seen answers.
    async fn answers_seen(&self, of: (AccountId, &PartyId), seen: &[ConsentId]) -> Result<(), StoreError>;
}
