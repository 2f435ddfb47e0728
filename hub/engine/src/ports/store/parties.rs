//! Parties.

use async_trait::async_trait;
use bindeledd_core::audit::Actor;
use bindeledd_core::{Party, PartyId, Revision, VersionNumber};
use jiff::Timestamp;

use super::error::StoreError;
use super::keys::KeyHash;

/// An act of a person on a party.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PartyAct {
    /// Pauses the party's endpoint.
    Pause {
        /// End of the pause; `None` if a person ends it.
        until: Option<Timestamp>,
    },
    /// Resumes the party's endpoint.
    Resume,
    /// Suspends the party.
    Suspend,
    /// Lifts the suspension.
    Unsuspend,
    /// Adds a hashed API key.
    AddKey {
        /// Hash of the key.
        key: KeyHash,
        /// Number of keys that the party has. With another number, somebody else was first.
        keys: u64,
    },
    /// Removes API keys for good.
    RevokeKeys(Vec<KeyHash>),
}

/// The outcome of an act on a party.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ActOutcome {
    /// It is done.
    Done,
    /// Somebody else was first: there was nothing to do.
    Already,
    /// There is no such party.
    Unknown,
}

/// A pause on file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pause {
    /// Actor that paused the party.
    pub by: Actor,
    /// Time.
    pub at: Timestamp,
    /// Reason.
    pub why: String,
    /// End of the pause; `None` if a person ends it.
    pub until: Option<Timestamp>,
}

/// Deliveries that wait for a party.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Backlog {
    /// Party.
    pub party: PartyId,
    /// Number of deliveries.
    pub waiting: u64,
    /// Time of acceptance of the oldest message among them; `None` for notices alone.
    pub oldest: Option<Timestamp>,
}

/// A version of a party's set-up.
#[derive(Debug, Clone, PartialEq)]
pub struct PartyVersion {
    /// Number.
    pub number: VersionNumber,
    /// Time and actor of the change that made it; `None` for a party that is older than its versions.
    pub made: Option<(Timestamp, Actor)>,
    /// Version whose set-up it brought back.
    pub back_to: Option<VersionNumber>,
    /// Reason.
    pub why: Option<String>,
    /// The party as it was set up. A version knows no pause and no suspension: both are false here.
    pub party: Party,
}

/// A change of a party by a caller that saw one of its versions.
#[derive(Debug, Clone, PartialEq)]
pub struct PartyRevision {
    /// The party as it is to be set up. Pause and suspension stay as they are.
    pub party: Party,
    /// Version that the caller saw. Nothing changes if the party has a newer one.
    pub built_on: VersionNumber,
    /// Version whose set-up the change brings back.
    pub back_to: Option<VersionNumber>,
    /// Reason, for the audit log.
    pub why: Option<String>,
}

/// The stored parties.
#[async_trait]
pub trait Parties: Send + Sync {
    /// Adds or changes a party.
    async fn put_party(&self, party: &Party, by: &Actor, now: Timestamp) -> Result<(), StoreError> {
        self.put_parties(std::slice::from_ref(party), by, now).await
    }
    /// Adds or changes parties: all of them, or none. Every change of a set-up makes a version.
    async fn put_parties(&self, parties: &[Party], by: &Actor, now: Timestamp) -> Result<(), StoreError>;
    /// Changes the set-up of a party as a caller saw it; `None` if there is no such party.
    async fn revise_party(
        &self,
        revision: &PartyRevision,
        by: &Actor,
        now: Timestamp,
    ) -> Result<Option<Revision>, StoreError>;
    /// Returns at most `limit` versions of a party, newest first, from before a version.
    async fn party_versions(
        &self,
        party: &PartyId,
        before: Option<VersionNumber>,
        limit: usize,
    ) -> Result<Vec<PartyVersion>, StoreError>;
    /// Returns every party.
    async fn parties(&self) -> Result<Vec<Party>, StoreError>;
    /// Pauses or resumes a party's endpoint; `false` if there is no such party.
    async fn set_paused(&self, party: &PartyId, paused: bool, by: &Actor, now: Timestamp) -> Result<bool, StoreError>;
    /// Suspends a party, or lifts the suspension; `false` if there is no such party. [`Parties::put_party`] leaves the
    /// suspension as it is.
    async fn set_suspended(
        &self,
        party: &PartyId,
        suspended: bool,
        by: &Actor,
        now: Timestamp,
    ) -> Result<bool, StoreError>;
    /// Acts on a party for a reason, which the audit log keeps. Nothing changes where somebody else was first.
    async fn act_on_party(
        &self,
        party: &PartyId,
        act: (&PartyAct, &str),
        by: &Actor,
        now: Timestamp,
    ) -> Result<ActOutcome, StoreError>;
    /// Returns the deliveries that wait, for each party that has any.
    async fn backlog(&self) -> Result<Vec<Backlog>, StoreError>;
    /// Returns the pause of a party; `None` if it is not paused, or if its pause has no reason on file.
    async fn pause_of(&self, party: &PartyId) -> Result<Option<Pause>, StoreError>;
    /// Ends the pauses that have come to their end. Returns the parties that go on.
    async fn end_pauses(&self, now: Timestamp) -> Result<Vec<PartyId>, StoreError>;
}
