//! Participants' own pages: one-time codes, PINs and sessions. The store keeps hashes and digests alone.

use async_trait::async_trait;
use bindeledd_core::audit::Actor;
use bindeledd_core::opening::Look;
use bindeledd_core::own_page::{AtLevel, OwnCode, OwnSession};
use bindeledd_core::{NationalId, OwnCodeId, ParticipantRef, PartyId, SessionId};
use jiff::Timestamp;

use super::accounts::SecretHash;
use super::error::StoreError;

/// A new code. `Debug` does not print the code.
#[derive(Debug, Clone)]
pub struct NewOwnCode {
    /// Id.
    pub id: OwnCodeId,
    /// Code.
    pub code: OwnCode,
    /// Participant.
    pub participant: ParticipantRef,
    /// Party that hands the code over.
    pub party: PartyId,
}

/// A session that begins.
#[derive(Debug, Clone)]
pub struct NewOwnSession {
    /// Id.
    pub id: SessionId,
    /// Hash of its token.
    pub token: SecretHash,
}

/// A try with a PIN that has begun, and counts as wrong until it ends.
#[derive(Clone, PartialEq, Eq)]
pub struct PinTry {
    /// Code.
    pub code: OwnCodeId,
    /// Hash of the PIN.
    pub pin: String,
}

/// Participants' own pages.
#[async_trait]
pub trait OwnPages: Send + Sync {
    /// Keeps a new code, in place of an unused one of the same party. Returns the time when it stops working; `None` if
    /// the party has no part in a consent of the participant, or if the person is unknown or protected.
    async fn make_own_code(
        &self,
        new: &NewOwnCode,
        by: &Actor,
        now: Timestamp,
    ) -> Result<Option<Timestamp>, StoreError>;
    /// Uses a code, and begins a session. Earlier codes of the same party open nothing afterwards. `None` if the code is
    /// unknown, was used, or is too old, or if there is nothing to show.
    async fn use_own_code(
        &self,
        code: &OwnCode,
        session: &NewOwnSession,
        now: Timestamp,
    ) -> Result<Option<OwnSession>, StoreError>;
    /// Sets the PIN of the code that a session began with. `false` if the code has one, or has ended.
    async fn set_own_pin(&self, session: SessionId, pin: &str, now: Timestamp) -> Result<bool, StoreError>;
    /// Begins a try with a PIN, and counts it. `None` if the code was never used, has no PIN, or admits no try.
    async fn begin_pin_try(&self, code: &OwnCode, now: Timestamp) -> Result<Option<PinTry>, StoreError>;
    /// Ends a try with the right PIN, and begins a session. `None` if the code has ended meanwhile, or if there is
    /// nothing to show.
    async fn pass_pin_try(
        &self,
        code: OwnCodeId,
        session: &NewOwnSession,
        now: Timestamp,
    ) -> Result<Option<OwnSession>, StoreError>;
    /// Ends a try with a wrong PIN. The last try ends the code.
    async fn fail_pin_try(&self, code: OwnCodeId, now: Timestamp) -> Result<(), StoreError>;
    /// Begins a session of the participant with this number, whom an issuer has named. `None` if there is nothing to show:
    /// the person is unknown or protected, or has no consent on file. The number is looked up, and kept nowhere.
    async fn begin_own_session(
        &self,
        number: &NationalId,
        by: &AtLevel,
        session: &NewOwnSession,
        now: Timestamp,
    ) -> Result<Option<OwnSession>, StoreError>;
    /// Returns the session of a token, open or not.
    async fn own_session(&self, token: &SecretHash) -> Result<Option<OwnSession>, StoreError>;
    /// Notes a request in a session.
    async fn slide_own_session(&self, session: SessionId, now: Timestamp) -> Result<(), StoreError>;
    /// Ends a session that the participant leaves. `false` if it has ended.
    async fn end_own_session(&self, session: SessionId, now: Timestamp) -> Result<bool, StoreError>;
    /// Returns the looks at messages that a party sent or received about a participant, newest first.
    async fn looks_with(&self, participant: ParticipantRef, party: &PartyId) -> Result<Vec<Look>, StoreError>;
}
