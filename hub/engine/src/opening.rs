//! Break-glass: a person asks to see the content of one message, a second person approves, and the content is open for
//! some minutes. Off unless the operator's settings switch it on. Nobody but persons asks or answers.

use bindeledd_core::account::Acting;
use bindeledd_core::opening::{Look, NotAsked, Opening};
use bindeledd_core::{AccessReason, AccountId, MessageId, OpeningId, ParticipantRef};
use bindeledd_texts::problem::Detail;

use crate::engine::Engine;
use crate::error::EngineError;
use crate::not_opened::OpeningError;
use crate::ports::{NewOpening, NotOpened, OpenedMessage, OpeningAnswer, OpeningFilter, OpeningView, StoreError};

impl Engine {
    /// Returns whether the operator's settings allow break-glass.
    #[must_use]
    pub fn has_break_glass(&self) -> bool {
        self.inner.settings.break_glass
    }

    /// Asks to see the content of a message. A person who has a request for it that is not over gets that one.
    ///
    /// # Errors
    /// [`OpeningError`] while break-glass is off, for a machine, for a person with too many requests, and for content
    /// that no receiver may have; [`EngineError::NotAllowed`] for a person without the right; when the store fails.
    pub async fn ask_to_open(
        &self,
        message: MessageId,
        reason: &AccessReason,
        by: Acting<'_>,
    ) -> Result<Opening, EngineError> {
        let by = self.person(by)?;
        let new = NewOpening {
            id: OpeningId(self.inner.entropy.uuid_v4()),
            message,
            reason: reason.clone(),
        };
        let asked = self.inner.store.ask_to_open(&new, by, self.now()).await?;
        asked.map_err(why_not)
    }

    /// Answers a request as a second person.
    ///
    /// # Errors
    /// [`OpeningError`] while break-glass is off, for a machine, for somebody who is no second person, and for a request
    /// that is over; when the store fails.
    pub async fn answer_opening(
        &self,
        id: OpeningId,
        answer: OpeningAnswer,
        by: Acting<'_>,
    ) -> Result<Opening, EngineError> {
        let by = self.person(by)?;
        let answered = self.inner.store.answer_opening(id, answer, by, self.now()).await?;
        answered.map_err(why_not)
    }

    /// Ends a request that the person made.
    ///
    /// # Errors
    /// As [`Self::answer_opening`].
    pub async fn end_opening(&self, id: OpeningId, by: Acting<'_>) -> Result<Opening, EngineError> {
        let by = self.person(by)?;
        let ended = self.inner.store.end_opening(id, by, self.now()).await?;
        ended.map_err(why_not)
    }

    /// Returns the content of a message under an approval, for the person who asked. Each reading has an audit row of its
    /// own, and stands on the participant's page.
    ///
    /// # Errors
    /// As [`Self::ask_to_open`].
    pub async fn read_opening(&self, id: OpeningId, by: Acting<'_>) -> Result<OpenedMessage, EngineError> {
        let by = self.person(by)?;
        self.inner.clock_is_right()?;
        let read = self.inner.store.read_opening(id, by, self.now()).await?;
        read.map_err(why_not)
    }

    /// Returns a request as it is now.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn opening(&self, id: OpeningId) -> Result<Option<OpeningView>, StoreError> {
        self.inner.store.opening(id, self.now()).await
    }

    /// Returns requests as they are now, newest first.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn openings(&self, filter: &OpeningFilter) -> Result<Vec<OpeningView>, StoreError> {
        self.inner.store.openings(filter, self.now()).await
    }

    /// Returns every look at content about a participant, newest first. `None` if there is no such participant.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn looks(&self, participant: ParticipantRef) -> Result<Option<Vec<Look>>, StoreError> {
        self.inner.store.looks(participant).await
    }

    /// Returns the person behind a request, while break-glass is on.
    fn person(&self, by: Acting<'_>) -> Result<AccountId, EngineError> {
        let person = match by {
            Acting::Person(account) => account.id,
            Acting::Operator | Acting::Party(_) | Acting::Hub => return Err(OpeningError::PersonsOnly.into()),
        };
        match self.has_break_glass() {
            true => Ok(person),
            false => Err(OpeningError::Off.into()),
        }
    }
}

fn why_not(why: NotOpened) -> EngineError {
    let refused = match why {
        NotOpened::Unknown => {
            return EngineError::NotFound {
                what: Detail::NoOpening,
            };
        }
        NotOpened::Asking(NotAsked::NoRight) => {
            return EngineError::NotAllowed {
                what: Detail::AskerNoRole,
            };
        }
        NotOpened::Halted => {
            return EngineError::Store(StoreError::LogDiffers("nothing is opened meanwhile".into()));
        }
        NotOpened::Asking(NotAsked::TooMany) => OpeningError::TooMany,
        NotOpened::Answering(why) => OpeningError::NotSecond(why),
        NotOpened::Over(state) => OpeningError::Over(state),
        NotOpened::NotCovered(reason) => OpeningError::NotCovered(reason),
        NotOpened::ContentGone => OpeningError::ContentGone,
    };
    refused.into()
}

impl From<OpeningError> for EngineError {
    fn from(error: OpeningError) -> Self {
        Self::Opening(error)
    }
}
