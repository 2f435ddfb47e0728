//! Sign-in of persons whom an issuer names.
//!
//! An issuer names a person, and gives no account and no role: an account has an identity because the person opened the link of
//! the account and signed in at the issuer.

use bindeledd_engine::ports::{Credentials, Identity, IssuerSession, Linked, RefusedWhy, Shown};
use jiff::Timestamp;

use crate::secret::token_hash;
use crate::service::{Accounts, AccountsError, Admitted, SignedIn, Step};

/// The strength of a sign-in at an issuer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Strength {
    /// The issuer asked for both factors, as the hub requires.
    BothFactors,
    /// The issuer's sign-in stands for the password alone, and the hub asks for its own second factor.
    FirstFactor,
    /// The sign-in is weaker or older than the hub requires.
    TooWeak,
}

/// A person whom an issuer has named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// Person.
    pub identity: Identity,
    /// Session at the issuer.
    pub session: IssuerSession,
    /// Strength of the sign-in.
    pub strength: Strength,
}

/// The outcome of a sign-in at an issuer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AtIssuer {
    /// The person has signed in.
    Signed(Box<SignedIn>),
    /// The hub's own second factor follows.
    Next(Step),
    /// No account has the identity, or the account is disabled.
    Unknown,
    /// The sign-in is weaker or older than the hub requires.
    TooWeak,
    /// Another account has the identity.
    Taken,
    /// The link does not work, or no longer.
    LinkOver,
}

impl Accounts {
    /// Signs a person in whom an issuer has named.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn sign_in_at_issuer(&self, named: Named, now: Timestamp) -> Result<AtIssuer, AccountsError> {
        match self.0.store.identified(&named.identity).await? {
            Some(found) => self.admit(found, named, now).await,
            None => Ok(AtIssuer::Unknown),
        }
    }

    /// Uses an account's link: the account has the person's identity from now on, and the person is signed in. A sign-in
    /// that is too weak changes nothing.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn set_up_at_issuer(&self, token: &str, named: Named, now: Timestamp) -> Result<AtIssuer, AccountsError> {
        let Some(hash) = token_hash(token) else {
            return Ok(AtIssuer::LinkOver);
        };
        if named.strength == Strength::TooWeak {
            return Ok(AtIssuer::TooWeak);
        }
        let id = match self.0.store.link_identity(&hash, &named.identity, now).await? {
            Linked::Done(id) => id,
            Linked::LinkOver => return Ok(AtIssuer::LinkOver),
            Linked::Taken => return Ok(AtIssuer::Taken),
        };
        match self.0.store.credentials_of(id).await? {
            Some(found) => self.admit(found, named, now).await,
            None => Ok(AtIssuer::Unknown),
        }
    }

    async fn admit(&self, found: Credentials, named: Named, now: Timestamp) -> Result<AtIssuer, AccountsError> {
        let id = found.account.id;
        if found.account.is_disabled() {
            self.0.store.refuse_attempt(id, RefusedWhy::Disabled, now).await?;
            return Ok(AtIssuer::Unknown);
        }
        match named.strength {
            Strength::TooWeak => {
                self.0.store.refuse_attempt(id, RefusedWhy::Weak, now).await?;
                Ok(AtIssuer::TooWeak)
            }
            Strength::FirstFactor => Ok(AtIssuer::Next(self.next(&found, Some(named.session), now))),
            Strength::BothFactors => {
                let checked = (found.account, found.version);
                let admitted = self.begin(checked, Shown::AtIssuer, Some(named.session), now).await?;
                Ok(match admitted {
                    Admitted::Done(signed) => AtIssuer::Signed(signed),
                    Admitted::Used | Admitted::Changed => AtIssuer::Unknown,
                })
            }
        }
    }

    /// Ends the sessions that began with a session at an issuer, after the issuer has ended that one. Returns the number of
    /// sessions that were open.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn end_issuer_sessions(&self, ended: &IssuerSession, now: Timestamp) -> Result<usize, AccountsError> {
        Ok(self.0.store.end_issuer_sessions(ended, now).await?)
    }
}
