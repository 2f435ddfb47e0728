//! The accounts of persons who sign in, their links for setting a password, and their sessions.

use std::time::Duration;

use async_trait::async_trait;
use bindeledd_core::account::{Account, DisplayName, EndedWhy, LoginName, Roles, Session};
use bindeledd_core::audit::Actor;
use bindeledd_core::{AccountId, PartyId, SessionId};
use jiff::Timestamp;

use super::error::StoreError;

/// The SHA-256 of a token or a recovery code. The store never has the token itself.
pub type SecretHash = [u8; 32];

/// A new account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAccount {
    /// Id.
    pub id: AccountId,
    /// Login name.
    pub login: LoginName,
    /// Name on pages.
    pub name: DisplayName,
    /// Roles.
    pub roles: Roles,
    /// Party, for roles of a mailbox.
    pub party: Option<PartyId>,
}

/// A link by which a person sets a password, once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NewLink {
    /// Hash of the link's token.
    pub hash: SecretHash,
    /// Time when the link stops working.
    pub expires_at: Timestamp,
}

/// The purpose of a link that still works.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LinkFor {
    /// A person sets the password of this account.
    Account(Box<Account>),
    /// A person makes the first administrator's account.
    FirstAdministrator,
}

/// The outcome of a new account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Added {
    /// The account was made.
    Done,
    /// Another account has the login name.
    LoginTaken,
    /// There is no such party.
    UnknownParty,
    /// The link does not work, or no longer.
    LinkOver,
}

/// Roles, with the party that they are for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RolesFor {
    /// Roles.
    pub roles: Roles,
    /// Party, for roles of a mailbox.
    pub party: Option<PartyId>,
}

/// The outcome of a change of an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Changed {
    /// The account is as asked.
    Done,
    /// There is no such account.
    UnknownAccount,
    /// There is no such party.
    UnknownParty,
    /// Nobody could administer after the change.
    LastAdministrator,
}

/// Version of an account's secrets. It rises with each change of the password, the second factor and the identities, and
/// when the account is disabled or enabled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SecretsVersion(pub i64);

/// The secrets of an account, for a sign-in. `Debug` does not print them.
#[derive(Clone)]
pub struct Credentials {
    /// Account.
    pub account: Account,
    /// Hash of the password, in the PHC form; none until the person has set one.
    pub password: Option<String>,
    /// Secret of the second factor; none until it is enrolled.
    pub totp: Option<Vec<u8>>,
    /// Last step whose code was accepted.
    pub totp_step: u64,
    /// Version of the secrets.
    pub version: SecretsVersion,
}

impl std::fmt::Debug for Credentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Credentials")
            .field("account", &self.account.id)
            .finish_non_exhaustive()
    }
}

/// A person as an issuer names them. `Debug` does not print the person.
#[derive(Clone, PartialEq, Eq)]
pub struct Identity {
    /// Issuer.
    pub issuer: String,
    /// Claim that has the name.
    pub claim: String,
    /// Name.
    pub value: String,
}

impl std::fmt::Debug for Identity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Identity({}, …)", self.issuer)
    }
}

/// A session at an issuer: that of a sign-in, or the sessions that the issuer ends. `Debug` does not print the person.
#[derive(Clone, PartialEq, Eq)]
pub struct IssuerSession {
    /// Issuer.
    pub issuer: String,
    /// Person, as the claim `sub` names them; a sign-in always has it.
    pub subject: Option<String>,
    /// Id of the session, in the claim `sid`.
    pub session: Option<String>,
}

impl std::fmt::Debug for IssuerSession {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "IssuerSession({}, …)", self.issuer)
    }
}

/// An identity that an account has. The store keeps no name of the person at the issuer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkedIdentity {
    /// Account.
    pub account: AccountId,
    /// Issuer.
    pub issuer: String,
    /// Time since which the account has it.
    pub since: Timestamp,
}

/// The outcome of linking an identity to an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Linked {
    /// The account has the identity.
    Done(AccountId),
    /// The link does not work, or no longer.
    LinkOver,
    /// Another account has the identity.
    Taken,
}

/// The second factor that a person showed.
#[derive(Clone, PartialEq, Eq)]
pub enum Shown {
    /// A code of this step.
    Totp {
        /// Step of the code.
        step: u64,
    },
    /// A recovery code, which is used up by it.
    Recovery(SecretHash),
    /// Nothing more: the person's issuer asked for both factors.
    AtIssuer,
    /// A code of a secret that is new: the account has it from now on.
    Enrolled {
        /// Secret.
        secret: Vec<u8>,
        /// Step of the code.
        step: u64,
        /// Hashes of the recovery codes.
        recovery: Vec<SecretHash>,
    },
}

/// A session to begin.
#[derive(Clone, PartialEq, Eq)]
pub struct NewSession {
    /// Account.
    pub account: AccountId,
    /// Id.
    pub id: SessionId,
    /// Hash of the session's token.
    pub token: SecretHash,
    /// Second factor that the person showed.
    pub shown: Shown,
    /// Session at the issuer that named the person; none after a password.
    pub at_issuer: Option<IssuerSession>,
    /// Version of the secrets that the person was checked against.
    pub version: SecretsVersion,
}

/// The outcome of beginning a session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Begun {
    /// The session has begun.
    Done(Session),
    /// The second factor was used before.
    Used,
    /// The account is disabled, or its secrets have changed since the person was checked.
    Changed,
}

/// Reason why an attempt to sign in failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RefusedWhy {
    /// The password is wrong.
    Password,
    /// The code is wrong.
    Code,
    /// The account is disabled.
    Disabled,
    /// The sign-in at the issuer is weaker or older than the hub requires.
    Weak,
}

impl RefusedWhy {
    /// Returns the code in the audit log.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::Code => "code",
            Self::Disabled => "disabled",
            Self::Weak => "weak",
        }
    }
}

/// The accounts.
#[async_trait]
pub trait Accounts: Send + Sync {
    /// Adds an account, with a link by which the person sets the password.
    async fn add_account(
        &self,
        new: &NewAccount,
        link: NewLink,
        by: &Actor,
        now: Timestamp,
    ) -> Result<Added, StoreError>;
    /// Returns every account, by login name.
    async fn accounts(&self) -> Result<Vec<Account>, StoreError>;
    /// Returns an account with its secrets, by its login name.
    async fn credentials(&self, login: &LoginName) -> Result<Option<Credentials>, StoreError>;
    /// Returns an account with its secrets, by its id.
    async fn credentials_of(&self, account: AccountId) -> Result<Option<Credentials>, StoreError>;
    /// Disables an account and ends its sessions, or enables it.
    async fn set_disabled(
        &self,
        account: AccountId,
        disabled: bool,
        by: &Actor,
        now: Timestamp,
    ) -> Result<Changed, StoreError>;
    /// Gives an account other roles. `None` if its roles are neither those that the change began from nor those asked for:
    /// somebody was first.
    async fn set_roles(
        &self,
        account: AccountId,
        asked: &RolesFor,
        was: Option<&RolesFor>,
        by: &Actor,
        now: Timestamp,
    ) -> Result<Option<Changed>, StoreError>;
    /// Removes the password, the second factor and the waits of an account, ends its sessions, and makes a new link in
    /// place of earlier ones.
    async fn reset_account(
        &self,
        account: AccountId,
        link: NewLink,
        by: &Actor,
        now: Timestamp,
    ) -> Result<Changed, StoreError>;
    /// Makes the link for the first administrator, in place of an earlier one. `false` if somebody can administer.
    async fn put_first_link(&self, link: NewLink) -> Result<bool, StoreError>;
    /// Returns the purpose of a link; `None` if it does not work, or no longer.
    async fn account_link(&self, hash: &SecretHash, now: Timestamp) -> Result<Option<LinkFor>, StoreError>;
    /// Uses an account's link: sets the password. `None` if the link does not work, or no longer.
    async fn use_link(
        &self,
        hash: &SecretHash,
        password: &str,
        now: Timestamp,
    ) -> Result<Option<AccountId>, StoreError>;
    /// Returns the account that has an identity, with its secrets.
    async fn identified(&self, identity: &Identity) -> Result<Option<Credentials>, StoreError>;
    /// Returns the identities of the accounts, the oldest first.
    async fn identities(&self) -> Result<Vec<LinkedIdentity>, StoreError>;
    /// Returns the newest session of each account that has one: the last sign-in, as long as sessions are kept.
    async fn last_sessions(&self) -> Result<Vec<Session>, StoreError>;
    /// Uses an account's link: the account has the identity from now on.
    async fn link_identity(&self, hash: &SecretHash, identity: &Identity, now: Timestamp)
    -> Result<Linked, StoreError>;
    /// Ends the open sessions that began with a session at an issuer. Returns their number.
    async fn end_issuer_sessions(&self, ended: &IssuerSession, now: Timestamp) -> Result<usize, StoreError>;
    /// Uses the link for the first administrator: makes the account, with its password.
    async fn use_first_link(
        &self,
        hash: &SecretHash,
        new: &NewAccount,
        password: &str,
        now: Timestamp,
    ) -> Result<Added, StoreError>;
    /// Sets the password of an account, and ends its other sessions. `false` if its secrets have changed since this version,
    /// or if the session to keep is over.
    async fn set_password(
        &self,
        account: AccountId,
        (password, version): (&str, SecretsVersion),
        keep: SessionId,
        now: Timestamp,
    ) -> Result<bool, StoreError>;
    /// Begins an attempt to sign in, which counts as failed. Returns the wait, if the account has to wait.
    async fn begin_attempt(&self, account: AccountId, now: Timestamp) -> Result<Option<Duration>, StoreError>;
    /// Takes back the failure that an attempt counted as.
    async fn pass_attempt(&self, account: AccountId) -> Result<(), StoreError>;
    /// Costs what a step of an attempt costs, for a login name that nobody has. A step of an attempt that has to wait
    /// is not counted.
    async fn attempt_unknown(&self, is_counted: bool) -> Result<(), StoreError>;
    /// Records that an attempt failed. Returns the wait before the next attempt.
    async fn refuse_attempt(
        &self,
        account: AccountId,
        why: RefusedWhy,
        now: Timestamp,
    ) -> Result<Option<Duration>, StoreError>;
    /// Begins a session, and forgets the failed attempts. It compares the version of the secrets in its transaction.
    async fn begin_session(&self, new: &NewSession, now: Timestamp) -> Result<Begun, StoreError>;
    /// Returns the session of a token, open or not, with its account.
    async fn session(&self, token: &SecretHash) -> Result<Option<(Account, Session)>, StoreError>;
    /// Notes a request in a session.
    async fn slide_session(&self, session: SessionId, now: Timestamp) -> Result<(), StoreError>;
    /// Ends a session of an account. `false` if it has no such session, or if the session has ended.
    async fn end_session(
        &self,
        account: AccountId,
        session: SessionId,
        why: EndedWhy,
        by: &Actor,
        now: Timestamp,
    ) -> Result<bool, StoreError>;
    /// Ends every session of an account. Returns the number of sessions that were open.
    async fn end_sessions(&self, account: AccountId, by: &Actor, now: Timestamp) -> Result<usize, StoreError>;
    /// Returns the sessions of an account, the newest first.
    async fn sessions(&self, account: AccountId) -> Result<Vec<Session>, StoreError>;
}
