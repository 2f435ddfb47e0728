//! Participants on their own pages: a sign-in at an issuer, or a one-time code with a PIN for coming back; and the session.
//! Nobody here has an account.

use bindeledd_core::audit::Actor;
use bindeledd_core::own_page::{AtLevel, OwnCode, OwnSession, Pin};
use bindeledd_core::{NationalId, OwnCodeId, ParticipantRef, PartyId, SessionId};
use bindeledd_engine::ports::{NewOwnCode, NewOwnSession};
use jiff::Timestamp;

use crate::secret::{Token, token_hash};
use crate::service::{Accounts, AccountsError};

/// A code that a party hands over in person. `Debug` does not print the code.
#[derive(Debug, Clone)]
pub struct HandedOver {
    /// Code.
    pub code: OwnCode,
    /// Time when it stops working.
    pub expires_at: Timestamp,
}

/// A participant whose session has just begun.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnSignedIn {
    /// Token of the session.
    pub token: Token,
    /// Session.
    pub session: OwnSession,
}

impl Accounts {
    /// Makes a code for a participant's own page, in place of an unused one of the same party. `None` if the party has no
    /// part in a consent of the participant, or if the person is unknown or protected: the answer does not tell which.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn hand_over(
        &self,
        participant: ParticipantRef,
        party: &PartyId,
        now: Timestamp,
    ) -> Result<Option<HandedOver>, AccountsError> {
        let mut random = [0; 8];
        self.0.entropy.fill(&mut random);
        let new = NewOwnCode {
            id: OwnCodeId(self.0.entropy.uuid_v4()),
            code: OwnCode::of(random),
            participant,
            party: party.clone(),
        };
        let by = Actor::Party(party.clone());
        let made = self.0.own_pages.make_own_code(&new, &by, now).await?;
        Ok(made.map(|expires_at| HandedOver {
            code: new.code,
            expires_at,
        }))
    }

    fn new_own_session(&self) -> (Token, NewOwnSession) {
        let (token, hash) = Token::new(&*self.0.entropy);
        let id = SessionId(self.0.entropy.uuid_v4());
        (token, NewOwnSession { id, token: hash })
    }

    /// Opens a participant's own page by a code, and by the PIN once the code was used. `None` for a code that is
    /// unknown, too old, or used, for a wrong PIN, and where there is nothing to show: the answer does not tell which.
    ///
    /// # Errors
    /// [`AccountsError::Busy`]; when the store fails.
    pub async fn open_own_page(
        &self,
        code: &str,
        pin: &str,
        now: Timestamp,
    ) -> Result<Option<OwnSignedIn>, AccountsError> {
        let inner = &self.0;
        let (token, new) = self.new_own_session();
        let code = OwnCode::parse(code);
        if pin.trim().is_empty() {
            let Some(code) = code else { return Ok(None) };
            let begun = inner.own_pages.use_own_code(&code, &new, now).await?;
            return Ok(begun.map(|session| OwnSignedIn { token, session }));
        }
        let tried = match &code {
            Some(code) => inner.own_pages.begin_pin_try(code, now).await?,
            None => None,
        };
        // Without a code the same work is done, so that the time does not tell whether there is one.
        let hash = tried.as_ref().map(|tried| tried.pin.clone());
        let is_right = inner.hashing.is_right(pin.trim(), hash).await?;
        let Some(tried) = tried else { return Ok(None) };
        if !is_right {
            inner.own_pages.fail_pin_try(tried.code, now).await?;
            return Ok(None);
        }
        let begun = inner.own_pages.pass_pin_try(tried.code, &new, now).await?;
        Ok(begun.map(|session| OwnSignedIn { token, session }))
    }

    /// Opens the own page of the participant with this number, whom an issuer has named. `None` where there is nothing to
    /// show, for whichever reason: then no session begins.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn open_own_page_at_issuer(
        &self,
        number: &NationalId,
        by: &AtLevel,
        now: Timestamp,
    ) -> Result<Option<OwnSignedIn>, AccountsError> {
        let (token, new) = self.new_own_session();
        let begun = self.0.own_pages.begin_own_session(number, by, &new, now).await?;
        Ok(begun.map(|session| OwnSignedIn { token, session }))
    }

    /// Sets the PIN with which the participant of a session comes back. `false` if there is one already, or if the code
    /// no longer works.
    ///
    /// # Errors
    /// [`AccountsError::Busy`]; when the store fails.
    pub async fn choose_pin(&self, session: &OwnSession, pin: &Pin, now: Timestamp) -> Result<bool, AccountsError> {
        let inner = &self.0;
        let mut salt = [0; 16];
        inner.entropy.fill(&mut salt);
        let hash = inner.hashing.hash(pin.reveal(), salt).await?;
        Ok(inner.own_pages.set_own_pin(session.id, &hash, now).await?)
    }

    /// Returns the open session of a token, and notes the request in it.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn own_session(&self, token: &str, now: Timestamp) -> Result<Option<OwnSession>, AccountsError> {
        let Some(hash) = token_hash(token) else {
            return Ok(None);
        };
        let found = self.0.own_pages.own_session(&hash).await?;
        let Some(mut session) = found.filter(|session| session.is_open(now)) else {
            return Ok(None);
        };
        if session.slides(now) {
            self.0.own_pages.slide_own_session(session.id, now).await?;
            session.seen_at = now;
        }
        Ok(Some(session))
    }

    /// Ends a session that its participant leaves.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn leave_own_page(&self, session: &OwnSession, now: Timestamp) -> Result<(), AccountsError> {
        self.0.own_pages.end_own_session(session.id, now).await?;
        Ok(())
    }
}
