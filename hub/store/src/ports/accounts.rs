//! The accounts of persons who sign in.

use std::time::Duration;

use async_trait::async_trait;
use bindeledd_core::account::{Account, EndedWhy, LoginName, Session};
use bindeledd_core::audit::Actor;
use bindeledd_core::{AccountId, SessionId};
use bindeledd_engine::ports::{
    Accounts, Added, Begun, Changed, Credentials, Identity, IssuerSession, LinkFor, Linked, LinkedIdentity, NewAccount,
    NewLink, NewSession, RefusedWhy, RolesFor, SecretHash, SecretsVersion, StoreError,
};
use jiff::Timestamp;

use crate::commands::{account, issuer};
use crate::sqlite::store::SqliteStore;

#[async_trait]
impl Accounts for SqliteStore {
    async fn add_account(
        &self,
        new: &NewAccount,
        link: NewLink,
        by: &Actor,
        now: Timestamp,
    ) -> Result<Added, StoreError> {
        let (new, by) = (new.clone(), by.clone());
        self.write(move |tx| account::add(tx, &new, link, &by, now)).await
    }

    async fn accounts(&self) -> Result<Vec<Account>, StoreError> {
        self.read(account::all).await
    }

    async fn credentials(&self, login: &LoginName) -> Result<Option<Credentials>, StoreError> {
        let login = login.clone();
        self.read(move |db| account::by_login(db, &login)).await
    }

    async fn credentials_of(&self, account: AccountId) -> Result<Option<Credentials>, StoreError> {
        self.read(move |db| account::by_id(db, account)).await
    }

    async fn identities(&self) -> Result<Vec<LinkedIdentity>, StoreError> {
        self.read(issuer::identities).await
    }

    async fn last_sessions(&self) -> Result<Vec<Session>, StoreError> {
        self.read(account::last_sessions).await
    }

    async fn set_disabled(
        &self,
        account: AccountId,
        disabled: bool,
        by: &Actor,
        now: Timestamp,
    ) -> Result<Changed, StoreError> {
        let by = by.clone();
        self.write_first(move |tx| account::set_disabled(tx, account, disabled, &by, now))
            .await
    }

    async fn set_roles(
        &self,
        account: AccountId,
        asked: &RolesFor,
        was: Option<&RolesFor>,
        by: &Actor,
        now: Timestamp,
    ) -> Result<Option<Changed>, StoreError> {
        let (asked, was, by) = (asked.clone(), was.cloned(), by.clone());
        self.write_first(move |tx| account::set_roles(tx, account, (&asked, was.as_ref()), &by, now))
            .await
    }

    async fn reset_account(
        &self,
        account: AccountId,
        link: NewLink,
        by: &Actor,
        now: Timestamp,
    ) -> Result<Changed, StoreError> {
        let by = by.clone();
        self.write_first(move |tx| account::reset(tx, account, link, &by, now))
            .await
    }

    async fn put_first_link(&self, link: NewLink) -> Result<bool, StoreError> {
        self.write(move |tx| account::put_first_link(tx, link)).await
    }

    async fn account_link(&self, hash: &SecretHash, now: Timestamp) -> Result<Option<LinkFor>, StoreError> {
        let hash = *hash;
        self.read(move |db| account::link(db, &hash, now)).await
    }

    async fn use_link(
        &self,
        hash: &SecretHash,
        password: &str,
        now: Timestamp,
    ) -> Result<Option<AccountId>, StoreError> {
        let (hash, password) = (*hash, password.to_owned());
        self.write(move |tx| account::use_link(tx, &hash, &password, now)).await
    }

    async fn identified(&self, identity: &Identity) -> Result<Option<Credentials>, StoreError> {
        let identity = identity.clone();
        self.read(move |db| issuer::identified(db, &identity)).await
    }

    async fn link_identity(
        &self,
        hash: &SecretHash,
        identity: &Identity,
        now: Timestamp,
    ) -> Result<Linked, StoreError> {
        let (hash, identity) = (*hash, identity.clone());
        self.write(move |tx| issuer::link(tx, &hash, &identity, now)).await
    }

    async fn end_issuer_sessions(&self, ended: &IssuerSession, now: Timestamp) -> Result<usize, StoreError> {
        let ended = ended.clone();
        self.write_first(move |tx| issuer::end_sessions(tx, &ended, now)).await
    }

    async fn use_first_link(
        &self,
        hash: &SecretHash,
        new: &NewAccount,
        password: &str,
        now: Timestamp,
    ) -> Result<Added, StoreError> {
        let (hash, new, password) = (*hash, new.clone(), password.to_owned());
        self.write(move |tx| account::use_first_link(tx, &hash, &new, &password, now))
            .await
    }

    async fn set_password(
        &self,
        account: AccountId,
        (password, version): (&str, SecretsVersion),
        keep: SessionId,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let password = password.to_owned();
        self.write_first(move |tx| account::set_password(tx, (account, version), &password, keep, now))
            .await
    }

    async fn begin_attempt(&self, account: AccountId, now: Timestamp) -> Result<Option<Duration>, StoreError> {
        self.write_first(move |tx| account::begin_attempt(tx, account, now))
            .await
    }

    async fn pass_attempt(&self, account: AccountId) -> Result<(), StoreError> {
        self.write_first(move |tx| account::pass_attempt(tx, account)).await
    }

    async fn attempt_unknown(&self, is_counted: bool) -> Result<(), StoreError> {
        self.write_first(move |tx| account::attempt_unknown(tx, is_counted))
            .await
    }

    async fn refuse_attempt(
        &self,
        account: AccountId,
        why: RefusedWhy,
        now: Timestamp,
    ) -> Result<Option<Duration>, StoreError> {
        self.write_first(move |tx| account::refuse_attempt(tx, account, why, now))
            .await
    }

    async fn begin_session(&self, new: &NewSession, now: Timestamp) -> Result<Begun, StoreError> {
        let new = new.clone();
        self.write_first(move |tx| account::begin_session(tx, &new, now)).await
    }

    async fn session(&self, token: &SecretHash) -> Result<Option<(Account, Session)>, StoreError> {
        let token = *token;
        self.read(move |db| account::session(db, &token)).await
    }

    async fn slide_session(&self, session: SessionId, now: Timestamp) -> Result<(), StoreError> {
        self.write_first(move |tx| account::slide(tx, session, now)).await
    }

    async fn end_session(
        &self,
        account: AccountId,
        session: SessionId,
        why: EndedWhy,
        by: &Actor,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let by = by.clone();
        self.write_first(move |tx| account::end(tx, (account, session), why, &by, now))
            .await
    }

    async fn end_sessions(&self, account: AccountId, by: &Actor, now: Timestamp) -> Result<usize, StoreError> {
        let by = by.clone();
        self.write_first(move |tx| account::end_all(tx, account, None, EndedWhy::Revoked, &by, now))
            .await
    }

    async fn sessions(&self, account: AccountId) -> Result<Vec<Session>, StoreError> {
        self.read(move |db| account::sessions(db, account)).await
    }
}
