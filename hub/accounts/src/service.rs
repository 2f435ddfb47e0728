//! The service: the order of the steps of a sign-in.

use std::error::Error;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use bindeledd_core::account::{
    Account, DisplayName, EndedWhy, LoginName, PasswordError, Roles, SecondFactor, Session, check_password,
};
use bindeledd_core::audit::Actor;
use bindeledd_core::{AccountId, PartyId, SessionId};
use bindeledd_engine::ports::{
    self, Added, Begun, Changed, Credentials, Entropy, IssuerSession, LinkFor, LinkedIdentity, NewAccount, NewLink,
    NewSession, RefusedWhy, RolesFor, SecretsVersion, Shown, StoreError,
};
use bindeledd_texts::problem::{Detail, Next};
use jiff::{SignedDuration, Timestamp};

use crate::challenge::{Challenges, Purpose};
use crate::hashing::{HashError, Hashing};
use crate::secret::{Challenge, RecoveryCode, Token, token_hash, totp_secret};
use crate::totp;
use crate::unknown::Unknown;

/// Life of a link for setting a password.
const LINK_LIFE: SignedDuration = SignedDuration::from_mins(15);
/// Path of the page that a link opens. The token follows it.
pub const SET_UP: &str = "/console/set-up";
/// Recovery codes of an account.
const RECOVERY_CODES: usize = 10;

/// The parts of the service.
pub struct Parts {
    /// Store of the accounts.
    pub store: Arc<dyn ports::Accounts>,
    /// Store of participants' own pages.
    pub own_pages: Arc<dyn ports::OwnPages>,
    /// Randomness.
    pub entropy: Arc<dyn Entropy>,
    /// Name of the hub in an authenticator app.
    pub issuer: String,
}

/// Persons who sign in. A cheap handle.
#[derive(Clone)]
pub struct Accounts(pub(crate) Arc<Inner>);

pub(crate) struct Inner {
    pub(crate) store: Arc<dyn ports::Accounts>,
    pub(crate) own_pages: Arc<dyn ports::OwnPages>,
    pub(crate) entropy: Arc<dyn Entropy>,
    issuer: String,
    pub(crate) hashing: Hashing,
    pub(crate) challenges: Challenges,
    unknown: Unknown,
}

/// A person who gets an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
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
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetupLink {
    /// Token of the link.
    pub token: Token,
    /// Time when the link stops working.
    pub expires_at: Timestamp,
}

impl SetupLink {
    /// Returns the address of the page that the link opens, where the console has this base address.
    #[must_use]
    pub fn address(&self, console: &str) -> String {
        format!("{}{SET_UP}/{}", console.trim_end_matches('/'), self.token.reveal())
    }
}

/// The next step of a sign-in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// The person shows the second factor.
    SecondFactorNeeded {
        /// Token of this sign-in.
        challenge: Challenge,
    },
    /// The person enrols a second factor.
    EnrolNeeded {
        /// Token of this sign-in.
        challenge: Challenge,
        /// Address for a QR code, with the secret.
        uri: String,
        /// Secret in base32, for typing it.
        secret: String,
    },
    /// The login name or the password is wrong, or the account has to wait. The answer does not tell which.
    Refused {
        /// Time before the next attempt.
        wait: Option<Duration>,
    },
}

/// A person who has just signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedIn {
    /// Token of the session.
    pub token: Token,
    /// Account.
    pub account: Account,
    /// Session.
    pub session: Session,
}

/// The outcome of beginning a session.
pub(crate) enum Admitted {
    /// The person has signed in.
    Done(Box<SignedIn>),
    /// The second factor is wrong, or was used before.
    Used,
    /// The account is disabled, or its secrets have changed meanwhile.
    Changed,
}

/// The outcome of showing a second factor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Finished {
    /// The person has signed in.
    Signed(Box<SignedIn>),
    /// The code is wrong or was used before, or the account has to wait.
    Refused {
        /// Time before the next attempt.
        wait: Option<Duration>,
    },
    /// The sign-in is over: the person begins anew.
    Over,
}

/// A second factor that a person is enrolling. `Debug` does not print it.
#[derive(Clone, PartialEq, Eq)]
pub struct Enrolling {
    /// Address for a QR code, with the secret.
    pub uri: String,
    /// Secret in base32, for typing it.
    pub secret: String,
}

impl fmt::Debug for Enrolling {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Enrolling(…)")
    }
}

/// The outcome of enrolling a second factor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Enrolled {
    /// The person has signed in.
    Signed {
        /// Person who has signed in.
        signed: Box<SignedIn>,
        /// Recovery codes, which nobody can read again.
        recovery: Vec<RecoveryCode>,
    },
    /// The code is wrong, or the account has to wait.
    Refused {
        /// Time before the next attempt.
        wait: Option<Duration>,
    },
    /// The sign-in is over: the person begins anew.
    Over,
}

/// The person behind a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signed {
    /// Account, with its roles of now.
    pub account: Account,
    /// Session.
    pub session: Session,
}

/// The outcome of a person's change of their password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PasswordChange {
    /// The password is changed, and every other session has ended.
    Done,
    /// The old password is wrong, or the account has to wait.
    Refused {
        /// Time before the next attempt.
        wait: Option<Duration>,
    },
}

/// Reason why the service did not do as asked. `Display` is the English text.
#[derive(Debug)]
pub enum AccountsError {
    /// Too many persons sign in at once. Nothing was done.
    Busy,
    /// Another account has the login name.
    LoginTaken,
    /// There is no such account.
    UnknownAccount,
    /// There is no such party.
    UnknownParty,
    /// Nobody could administer after the change.
    LastAdministrator,
    /// The link was used, is too old, or never worked.
    LinkOver,
    /// The new password breaks a rule.
    Password(PasswordError),
    /// A password could not be hashed.
    Hashing,
    /// The store failed.
    Store(StoreError),
}

impl AccountsError {
    /// Returns the code, with a page in `docs/errors`; `None` for an error of the store, which has a code of its own.
    #[must_use]
    pub const fn code(&self) -> Option<&'static str> {
        match self {
            Self::Busy => Some("BL-1109"),
            Self::LoginTaken => Some("BL-1201"),
            Self::UnknownAccount => Some("BL-1107"),
            Self::UnknownParty => Some("BL-1104"),
            Self::LastAdministrator => Some("BL-1202"),
            Self::LinkOver => Some("BL-1203"),
            Self::Password(_) => Some("BL-1204"),
            Self::Hashing => Some("BL-1205"),
            Self::Store(_) => None,
        }
    }

    /// Returns the text for the person.
    #[must_use]
    pub const fn detail(&self) -> Detail {
        match self {
            Self::Busy => Detail::AccountsBusy,
            Self::LoginTaken => Detail::LoginTaken,
            Self::UnknownAccount => Detail::NoAccount,
            Self::UnknownParty => Detail::NoParty,
            Self::LastAdministrator => Detail::LastAdministrator,
            Self::LinkOver => Detail::LinkOver,
            Self::Password(_) => Detail::PasswordRefused,
            Self::Hashing => Detail::PasswordUnchecked,
            Self::Store(_) => Detail::AccountsFailed,
        }
    }

    /// Returns the action for the person to take.
    #[must_use]
    pub const fn what_to_do(&self) -> Next {
        match self {
            Self::Busy => Next::AgainInAMoment,
            Self::LoginTaken => Next::OtherLogin,
            Self::UnknownAccount => Next::ListAccounts,
            Self::UnknownParty => Next::AddPartyFirst,
            Self::LastAdministrator => Next::OtherAdministrator,
            Self::LinkOver => Next::NewLink,
            Self::Password(_) => Next::OtherPassword,
            Self::Hashing => Next::AgainOrCode,
            Self::Store(_) => Next::TryLater,
        }
    }
}

impl fmt::Display for AccountsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.detail().fmt(f)
    }
}

impl Error for AccountsError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Password(error) => Some(error),
            Self::Store(error) => Some(error),
            Self::Busy
            | Self::LoginTaken
            | Self::UnknownAccount
            | Self::UnknownParty
            | Self::LastAdministrator
            | Self::LinkOver
            | Self::Hashing => None,
        }
    }
}

impl From<StoreError> for AccountsError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<HashError> for AccountsError {
    fn from(error: HashError) -> Self {
        match error {
            HashError::Busy => Self::Busy,
            HashError::Failed => Self::Hashing,
        }
    }
}

fn added(added: Added) -> Result<(), AccountsError> {
    match added {
        Added::Done => Ok(()),
        Added::LoginTaken => Err(AccountsError::LoginTaken),
        Added::UnknownParty => Err(AccountsError::UnknownParty),
        Added::LinkOver => Err(AccountsError::LinkOver),
    }
}

fn changed(changed: Changed) -> Result<(), AccountsError> {
    match changed {
        Changed::Done => Ok(()),
        Changed::UnknownAccount => Err(AccountsError::UnknownAccount),
        Changed::UnknownParty => Err(AccountsError::UnknownParty),
        Changed::LastAdministrator => Err(AccountsError::LastAdministrator),
    }
}

impl Accounts {
    /// Makes the service.
    #[must_use]
    pub fn new(parts: Parts) -> Self {
        Self(Arc::new(Inner {
            store: parts.store,
            own_pages: parts.own_pages,
            entropy: parts.entropy,
            issuer: parts.issuer,
            hashing: Hashing::new(),
            challenges: Challenges::default(),
            unknown: Unknown::default(),
        }))
    }

    fn new_link(&self, now: Timestamp) -> (SetupLink, NewLink) {
        let (token, hash) = Token::new(&*self.0.entropy);
        let expires_at = now.checked_add(LINK_LIFE).unwrap_or(Timestamp::MAX);
        (SetupLink { token, expires_at }, NewLink { hash, expires_at })
    }

    /// Adds an account. Returns the link by which the person sets the password.
    ///
    /// # Errors
    /// [`AccountsError::LoginTaken`]; [`AccountsError::UnknownParty`]; when the store fails.
    pub async fn add(
        &self,
        person: Person,
        by: &Actor,
        now: Timestamp,
    ) -> Result<(AccountId, SetupLink), AccountsError> {
        let (link, new_link) = self.new_link(now);
        let new = self.account_of(person);
        added(self.0.store.add_account(&new, new_link, by, now).await?)?;
        Ok((new.id, link))
    }

    fn account_of(&self, person: Person) -> NewAccount {
        NewAccount {
            // A random id: the log's readers do not learn from it when the account was made.
            id: AccountId(self.0.entropy.uuid_v4()),
            login: person.login,
            name: person.name,
            roles: person.roles,
            party: person.party,
        }
    }

    /// Returns every account, by login name.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn list(&self) -> Result<Vec<Account>, AccountsError> {
        Ok(self.0.store.accounts().await?)
    }

    /// Returns the account of a login name.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn find(&self, login: &LoginName) -> Result<Option<Account>, AccountsError> {
        Ok(self.0.store.credentials(login).await?.map(|found| found.account))
    }

    /// Returns the account with this id.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn get(&self, account: AccountId) -> Result<Option<Account>, AccountsError> {
        Ok(self.0.store.credentials_of(account).await?.map(|found| found.account))
    }

    /// Disables an account: its sessions end, and nobody signs in with it.
    ///
    /// # Errors
    /// [`AccountsError::UnknownAccount`]; [`AccountsError::LastAdministrator`] for a person; when the store fails.
    pub async fn disable(&self, account: AccountId, by: &Actor, now: Timestamp) -> Result<(), AccountsError> {
        changed(self.0.store.set_disabled(account, true, by, now).await?)?;
        self.0.challenges.forget(account);
        Ok(())
    }

    /// Enables a disabled account.
    ///
    /// # Errors
    /// [`AccountsError::UnknownAccount`]; when the store fails.
    pub async fn enable(&self, account: AccountId, by: &Actor, now: Timestamp) -> Result<(), AccountsError> {
        changed(self.0.store.set_disabled(account, false, by, now).await?)
    }

    /// Gives an account other roles, at once for its sessions too. `false` if its roles are no longer those that the change
    /// began from: somebody was first.
    ///
    /// # Errors
    /// [`AccountsError::UnknownAccount`]; [`AccountsError::UnknownParty`]; [`AccountsError::LastAdministrator`] for a
    /// person; when the store fails.
    pub async fn set_roles(
        &self,
        account: AccountId,
        asked: &RolesFor,
        was: Option<&RolesFor>,
        by: &Actor,
        now: Timestamp,
    ) -> Result<bool, AccountsError> {
        match self.0.store.set_roles(account, asked, was, by, now).await? {
            Some(done) => changed(done).map(|()| true),
            None => Ok(false),
        }
    }

    /// Removes the password, the second factor and the sessions of an account. Returns the link by which the person
    /// sets a new password.
    ///
    /// # Errors
    /// [`AccountsError::UnknownAccount`]; when the store fails.
    pub async fn reset(&self, account: AccountId, by: &Actor, now: Timestamp) -> Result<SetupLink, AccountsError> {
        let (link, new_link) = self.new_link(now);
        changed(self.0.store.reset_account(account, new_link, by, now).await?)?;
        self.0.challenges.forget(account);
        Ok(link)
    }

    /// Returns the sessions of an account of the last 90 days, the newest first.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn sessions(&self, account: AccountId) -> Result<Vec<Session>, AccountsError> {
        Ok(self.0.store.sessions(account).await?)
    }

    /// Returns the identities of the accounts, the oldest first. They name an issuer, and never the person there.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn identities(&self) -> Result<Vec<LinkedIdentity>, AccountsError> {
        Ok(self.0.store.identities().await?)
    }

    /// Returns the newest session of each account that signed in during the last 90 days.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn last_sessions(&self) -> Result<Vec<Session>, AccountsError> {
        Ok(self.0.store.last_sessions().await?)
    }

    /// Ends a session of an account. `false` if it has no such session, or if the session has ended.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn end_session(
        &self,
        account: AccountId,
        session: SessionId,
        by: &Actor,
        now: Timestamp,
    ) -> Result<bool, AccountsError> {
        let why = EndedWhy::Revoked;
        Ok(self.0.store.end_session(account, session, why, by, now).await?)
    }

    /// Ends every session of an account. Returns the number of sessions that were open.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn sign_out_everywhere(
        &self,
        account: AccountId,
        by: &Actor,
        now: Timestamp,
    ) -> Result<usize, AccountsError> {
        Ok(self.0.store.end_sessions(account, by, now).await?)
    }

    /// Makes the link by which the first administrator's account is made, in place of an earlier one. `None` if
    /// somebody can administer.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn first_administrator_link(&self, now: Timestamp) -> Result<Option<SetupLink>, AccountsError> {
        let (link, new_link) = self.new_link(now);
        Ok(self.0.store.put_first_link(new_link).await?.then_some(link))
    }

    /// Returns the purpose of a link, and does not use it. `None` if the link does not work, or no longer.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn link(&self, token: &str, now: Timestamp) -> Result<Option<LinkFor>, AccountsError> {
        match token_hash(token) {
            Some(hash) => Ok(self.0.store.account_link(&hash, now).await?),
            None => Ok(None),
        }
    }

    /// Uses an account's link: sets the password, and goes on with the second factor.
    ///
    /// # Errors
    /// [`AccountsError::LinkOver`]; [`AccountsError::Password`]; [`AccountsError::Busy`]; when the store fails.
    pub async fn set_up(&self, token: &str, password: &str, now: Timestamp) -> Result<Step, AccountsError> {
        let hash = token_hash(token).ok_or(AccountsError::LinkOver)?;
        let Some(LinkFor::Account(account)) = self.0.store.account_link(&hash, now).await? else {
            return Err(AccountsError::LinkOver);
        };
        let password = self.new_password(password, &account.login).await?;
        let used = self.0.store.use_link(&hash, &password, now).await?;
        let id = used.ok_or(AccountsError::LinkOver)?;
        self.0.challenges.forget(id);
        let found = self.0.store.credentials_of(id).await?;
        Ok(self.next(&found.ok_or(AccountsError::LinkOver)?, None, now))
    }

    /// Uses the link for the first administrator: makes the account, and goes on with the second factor.
    ///
    /// # Errors
    /// [`AccountsError::LinkOver`]; [`AccountsError::LoginTaken`]; [`AccountsError::Password`];
    /// [`AccountsError::Busy`]; when the store fails.
    pub async fn set_up_first(
        &self,
        token: &str,
        person: Person,
        password: &str,
        now: Timestamp,
    ) -> Result<Step, AccountsError> {
        let hash = token_hash(token).ok_or(AccountsError::LinkOver)?;
        let works = self.0.store.account_link(&hash, now).await? == Some(LinkFor::FirstAdministrator);
        // The link's account administers, or the next start would make the same link once more.
        if !works || !person.roles.may_administer() {
            return Err(AccountsError::LinkOver);
        }
        let password = self.new_password(password, &person.login).await?;
        let new = self.account_of(person);
        added(self.0.store.use_first_link(&hash, &new, &password, now).await?)?;
        let found = self.0.store.credentials_of(new.id).await?;
        Ok(self.next(&found.ok_or(AccountsError::UnknownAccount)?, None, now))
    }

    async fn new_password(&self, password: &str, login: &LoginName) -> Result<String, AccountsError> {
        check_password(password, login).map_err(AccountsError::Password)?;
        let mut salt = [0; 16];
        self.0.entropy.fill(&mut salt);
        Ok(self.0.hashing.hash(password, salt).await?)
    }

    /// Begins a sign-in. An unknown login name costs the same work as a wrong password, and has the same answer.
    ///
    /// # Errors
    /// [`AccountsError::Busy`]; when the store fails.
    pub async fn sign_in(&self, login: &str, password: &str, now: Timestamp) -> Result<Step, AccountsError> {
        let found = match LoginName::parse(login) {
            Ok(login) => self.0.store.credentials(&login).await?,
            Err(_) => None,
        };
        let Some(found) = found else {
            return self.sign_in_unknown(login, password, now).await;
        };
        let id = found.account.id;
        if let Some(wait) = self.0.store.begin_attempt(id, now).await? {
            return Ok(Step::Refused { wait: Some(wait) });
        }
        let is_right = match self.0.hashing.is_right(password, found.password.clone()).await {
            Ok(is_right) => is_right,
            Err(error) => {
                // The hub failed, not the person.
                self.0.store.pass_attempt(id).await?;
                return Err(error.into());
            }
        };
        let why = match (is_right, found.account.is_disabled()) {
            (true, false) => {
                self.0.store.pass_attempt(id).await?;
                return Ok(self.next(&found, None, now));
            }
            (true, true) => RefusedWhy::Disabled,
            (false, _) => RefusedWhy::Password,
        };
        let wait = self.0.store.refuse_attempt(id, why, now).await?;
        Ok(Step::Refused { wait })
    }

    async fn sign_in_unknown(&self, login: &str, password: &str, now: Timestamp) -> Result<Step, AccountsError> {
        let login = login.trim().to_ascii_lowercase();
        // The store takes the same steps as for an account, so that the time does not tell whether there is one.
        let wait = self.0.unknown.begin(&login, now);
        self.0.store.attempt_unknown(wait.is_none()).await?;
        if wait.is_some() {
            return Ok(Step::Refused { wait });
        }
        let checked = self.0.hashing.is_right(password, None).await;
        if checked.is_err() {
            self.0.unknown.pass(&login);
        }
        self.0.store.attempt_unknown(true).await?;
        checked?;
        Ok(Step::Refused {
            wait: self.0.unknown.wait(&login, now),
        })
    }

    /// Asks for the second factor, or for its enrolment.
    pub(crate) fn next(&self, found: &Credentials, at: Option<IssuerSession>, now: Timestamp) -> Step {
        let challenge = Challenge::new(&*self.0.entropy);
        let account = (found.account.id, found.version);
        if found.totp.is_some() {
            self.0.challenges.put(&challenge, account, (Purpose::Show, at), now);
            return Step::SecondFactorNeeded { challenge };
        }
        let secret = totp_secret(&*self.0.entropy);
        let purpose = Purpose::Enrol(secret);
        self.0.challenges.put(&challenge, account, (purpose, at), now);
        Step::EnrolNeeded {
            challenge,
            uri: totp::uri(&secret, &self.0.issuer, found.account.login.as_str()),
            secret: totp::base32(&secret),
        }
    }

    /// Ends a sign-in with the second factor: a code of six digits, or a recovery code.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn finish(&self, challenge: &Challenge, code: &str, now: Timestamp) -> Result<Finished, AccountsError> {
        let Some(waiting) = self.0.challenges.attempt(challenge, now) else {
            return Ok(Finished::Over);
        };
        let found = self.0.store.credentials_of(waiting.account).await?;
        let (
            Purpose::Show,
            Some(Credentials {
                account,
                totp: Some(secret),
                version,
                ..
            }),
        ) = (waiting.purpose, found)
        else {
            return Ok(Finished::Over);
        };
        if version != waiting.version {
            return Ok(Finished::Over);
        }
        if let Some(wait) = self.0.store.begin_attempt(account.id, now).await? {
            return Ok(Finished::Refused { wait: Some(wait) });
        }
        let shown = match totp::matching(&secret, code, now) {
            Some(step) => Some(Shown::Totp { step }),
            None => RecoveryCode::parse(code).map(|code| Shown::Recovery(code.hash(account.id))),
        };
        let admitted = match shown {
            Some(shown) => {
                let checked = (account.clone(), version);
                self.begin(checked, shown, waiting.at_issuer, now).await?
            }
            None => Admitted::Used,
        };
        match admitted {
            Admitted::Done(signed) => {
                self.0.challenges.take(challenge);
                Ok(Finished::Signed(signed))
            }
            Admitted::Used => {
                let wait = self.0.store.refuse_attempt(account.id, RefusedWhy::Code, now).await?;
                Ok(Finished::Refused { wait })
            }
            Admitted::Changed => Ok(Finished::Over),
        }
    }

    /// Returns what the person enters in the app, while a sign-in awaits the enrolment of a second factor. `None` if it is
    /// over.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn enrolling(&self, challenge: &Challenge, now: Timestamp) -> Result<Option<Enrolling>, AccountsError> {
        let Some(waiting) = self.0.challenges.look(challenge, now) else {
            return Ok(None);
        };
        let Purpose::Enrol(secret) = waiting.purpose else {
            return Ok(None);
        };
        let found = self.0.store.credentials_of(waiting.account).await?;
        Ok(found.map(|found| Enrolling {
            uri: totp::uri(&secret, &self.0.issuer, found.account.login.as_str()),
            secret: totp::base32(&secret),
        }))
    }

    /// Ends a sign-in with the enrolment of a second factor. Returns the recovery codes, once.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn enrol(&self, challenge: &Challenge, code: &str, now: Timestamp) -> Result<Enrolled, AccountsError> {
        let Some(waiting) = self.0.challenges.attempt(challenge, now) else {
            return Ok(Enrolled::Over);
        };
        let found = self.0.store.credentials_of(waiting.account).await?;
        let (
            Purpose::Enrol(secret),
            Some(Credentials {
                account,
                totp: None,
                version,
                ..
            }),
        ) = (waiting.purpose, found)
        else {
            return Ok(Enrolled::Over);
        };
        if version != waiting.version {
            return Ok(Enrolled::Over);
        }
        if let Some(wait) = self.0.store.begin_attempt(account.id, now).await? {
            return Ok(Enrolled::Refused { wait: Some(wait) });
        }
        let Some(step) = totp::matching(&secret, code, now) else {
            let wait = self.0.store.refuse_attempt(account.id, RefusedWhy::Code, now).await?;
            return Ok(Enrolled::Refused { wait });
        };
        let recovery: Vec<_> = (0..RECOVERY_CODES)
            .map(|_| RecoveryCode::new(&*self.0.entropy))
            .collect();
        let shown = Shown::Enrolled {
            secret: secret.to_vec(),
            step,
            recovery: recovery.iter().map(|code| code.hash(account.id)).collect(),
        };
        let account = Account {
            second_factor: SecondFactor::Totp,
            ..account
        };
        let checked = (account, version);
        let Admitted::Done(signed) = self.begin(checked, shown, waiting.at_issuer, now).await? else {
            return Ok(Enrolled::Over);
        };
        self.0.challenges.take(challenge);
        Ok(Enrolled::Signed { signed, recovery })
    }

    /// Begins a session of a person who was checked against a version of the account's secrets.
    pub(crate) async fn begin(
        &self,
        (account, version): (Account, SecretsVersion),
        shown: Shown,
        at_issuer: Option<IssuerSession>,
        now: Timestamp,
    ) -> Result<Admitted, AccountsError> {
        let (token, hash) = Token::new(&*self.0.entropy);
        let new = NewSession {
            account: account.id,
            id: SessionId(self.0.entropy.uuid_v4()),
            token: hash,
            shown,
            at_issuer,
            version,
        };
        // The store lets a second factor work once: of two calls at the same time, one begins a session.
        Ok(match self.0.store.begin_session(&new, now).await? {
            Begun::Done(session) => Admitted::Done(Box::new(SignedIn {
                token,
                account,
                session,
            })),
            Begun::Used => Admitted::Used,
            Begun::Changed => Admitted::Changed,
        })
    }

    /// Returns the person behind a session's token; `None` if the session is over or the account is disabled. Notes the
    /// request at most once a minute.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn session(&self, token: &str, now: Timestamp) -> Result<Option<Signed>, AccountsError> {
        let Some(mut signed) = self.look_at_session(token, now).await? else {
            return Ok(None);
        };
        if signed.session.slides(now) {
            self.0.store.slide_session(signed.session.id, now).await?;
            signed.session.seen_at = now;
        }
        Ok(Some(signed))
    }

    /// Returns the person of a session token as [`Accounts::session`] does, for a request that a page makes by itself.
    /// Such a request does not prolong the session.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn look_at_session(&self, token: &str, now: Timestamp) -> Result<Option<Signed>, AccountsError> {
        let Some(hash) = token_hash(token) else {
            return Ok(None);
        };
        let found = self.0.store.session(&hash).await?;
        let open = found.filter(|(account, session)| !account.is_disabled() && session.is_open(now));
        Ok(open.map(|(account, session)| Signed { account, session }))
    }

    /// Returns the person whose session time alone has ended, not long ago. The token opens nothing any longer: a form that
    /// was posted with it may be kept for the person, who signs in again to see it.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn lapsed(&self, token: &str, now: Timestamp) -> Result<Option<Account>, AccountsError> {
        let Some(hash) = token_hash(token) else {
            return Ok(None);
        };
        let found = self.0.store.session(&hash).await?;
        let lapsed = found.filter(|(account, session)| !account.is_disabled() && session.has_lapsed(now));
        Ok(lapsed.map(|(account, _)| account))
    }

    /// Ends the session of a token. A token without an open session changes nothing.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn sign_out(&self, token: &str, now: Timestamp) -> Result<(), AccountsError> {
        let Some(hash) = token_hash(token) else {
            return Ok(());
        };
        if let Some((account, session)) = self.0.store.session(&hash).await?
            && session.is_open(now)
        {
            let by = Actor::Person(account.id);
            let why = EndedWhy::SignedOut;
            self.0.store.end_session(account.id, session.id, why, &by, now).await?;
        }
        Ok(())
    }

    /// Changes the password of a person who is signed in. Every other session of theirs ends.
    ///
    /// # Errors
    /// [`AccountsError::Password`]; [`AccountsError::Busy`]; when the store fails.
    pub async fn set_password(
        &self,
        signed: &Signed,
        old: &str,
        new: &str,
        now: Timestamp,
    ) -> Result<PasswordChange, AccountsError> {
        let id = signed.account.id;
        check_password(new, &signed.account.login).map_err(AccountsError::Password)?;
        let found = self.0.store.credentials_of(id).await?;
        let found = found.ok_or(AccountsError::UnknownAccount)?;
        if let Some(wait) = self.0.store.begin_attempt(id, now).await? {
            return Ok(PasswordChange::Refused { wait: Some(wait) });
        }
        let version = found.version;
        let is_right = self.0.hashing.is_right(old, found.password).await;
        if !matches!(is_right, Ok(false)) {
            self.0.store.pass_attempt(id).await?;
        }
        if !is_right? {
            let wait = self.0.store.refuse_attempt(id, RefusedWhy::Password, now).await?;
            return Ok(PasswordChange::Refused { wait });
        }
        let hash = self.new_password(new, &signed.account.login).await?;
        let set = (hash.as_str(), version);
        if !self.0.store.set_password(id, set, signed.session.id, now).await? {
            // Somebody reset the account meanwhile, so that the old password is wrong by now.
            return Ok(PasswordChange::Refused { wait: None });
        }
        self.0.challenges.forget(id);
        Ok(PasswordChange::Done)
    }
}
