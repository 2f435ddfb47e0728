//! The accounts of persons who sign in: listed, made and changed by the operator.

use std::sync::Arc;

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use bindeledd_accounts::{AccountsError, RolesFor, SetupLink};
use bindeledd_core::account::{Account, Role, Session};
use bindeledd_core::{AccountId, PartyId};
use bindeledd_engine::EngineError;
use bindeledd_engine::ports::PersonMailChange;
use bindeledd_http::{Call, Problem, listed_code};
use jiff::Timestamp;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Serialize;

use super::api::codes;
use super::requests::{self, NewUserRequest, SignOutRequest, UserLookup, UserRolesRequest};
use super::state::Inner;

pub(super) async fn list(inner: &Arc<Inner>, _: &Call) -> Result<Response, Problem> {
    let accounts = inner.accounts.list().await.map_err(|error| problem(error, None))?;
    let users = accounts.iter().map(UserJson::of).collect();
    Ok(Json(UsersJson { users }).into_response())
}

pub(super) async fn add(inner: &Arc<Inner>, call: &Call) -> Result<Response, Problem> {
    let new: NewUserRequest = requests::read(&call.body)?;
    let (party, email) = (new.party.clone(), new.email.clone());
    let (by, now) = (call.caller()?.actor(), inner.engine.now());
    let added = inner.accounts.add(new.into(), &by, now).await;
    let (id, link) = added.map_err(|error| problem(error, party.as_ref()))?;
    if email.is_some() {
        let change = PersonMailChange { email, is_off: None };
        inner.engine.set_person_mail(id, &change, &by).await?;
    }
    let account = find(inner, id).await?;
    let answer = NewUserJson {
        user: UserJson::of(&account),
        link: SetUpLinkJson::of(&link, inner.console.as_deref()),
    };
    Ok((StatusCode::CREATED, Json(answer)).into_response())
}

pub(super) async fn look_up(inner: &Arc<Inner>, call: &Call) -> Result<Response, Problem> {
    let UserLookup { login } = requests::read(&call.body)?;
    let found = inner
        .accounts
        .find(&login)
        .await
        .map_err(|error| problem(error, None))?;
    let account = found.ok_or_else(|| problem(AccountsError::UnknownAccount, None))?;
    Ok(Json(UserJson::of(&account)).into_response())
}

pub(super) async fn get(inner: &Arc<Inner>, call: &Call) -> Result<Response, Problem> {
    answer(inner, call.param("id")?).await
}

pub(super) async fn disable(inner: &Arc<Inner>, call: &Call) -> Result<Response, Problem> {
    let (id, by, now) = (call.param("id")?, call.caller()?.actor(), inner.engine.now());
    let done = inner.accounts.disable(id, &by, now).await;
    done.map_err(|error| problem(error, None))?;
    answer(inner, id).await
}

pub(super) async fn enable(inner: &Arc<Inner>, call: &Call) -> Result<Response, Problem> {
    let (id, by, now) = (call.param("id")?, call.caller()?.actor(), inner.engine.now());
    let done = inner.accounts.enable(id, &by, now).await;
    done.map_err(|error| problem(error, None))?;
    answer(inner, id).await
}

pub(super) async fn set_roles(inner: &Arc<Inner>, call: &Call) -> Result<Response, Problem> {
    let (id, by, now) = (call.param("id")?, call.caller()?.actor(), inner.engine.now());
    let UserRolesRequest { roles, party } = requests::read(&call.body)?;
    let asked = RolesFor { roles, party };
    let done = inner.accounts.set_roles(id, &asked, None, &by, now).await;
    done.map_err(|error| problem(error, asked.party.as_ref()))?;
    answer(inner, id).await
}

pub(super) async fn reset(inner: &Arc<Inner>, call: &Call) -> Result<Response, Problem> {
    let (id, by, now) = (call.param("id")?, call.caller()?.actor(), inner.engine.now());
    let link = inner.accounts.reset(id, &by, now).await;
    let link = link.map_err(|error| problem(error, None))?;
    Ok(Json(SetUpLinkJson::of(&link, inner.console.as_deref())).into_response())
}

pub(super) async fn sessions(inner: &Arc<Inner>, call: &Call) -> Result<Response, Problem> {
    let account = find(inner, call.param("id")?).await?;
    let sessions = inner.accounts.sessions(account.id).await;
    let sessions = sessions.map_err(|error| problem(error, None))?;
    let now = inner.engine.now();
    let sessions = sessions.iter().map(|session| SessionJson::of(session, now)).collect();
    Ok(Json(SessionsJson { sessions }).into_response())
}

/// Ends sessions of an account. A session that has ended before is no fault: it is over, as asked.
pub(super) async fn sign_out(inner: &Arc<Inner>, call: &Call) -> Result<Response, Problem> {
    let account = find(inner, call.param("id")?).await?;
    let SignOutRequest { session } = requests::read_or_default(&call.body)?;
    let (by, now) = (call.caller()?.actor(), inner.engine.now());
    let ended = match session {
        None => inner.accounts.sign_out_everywhere(account.id, &by, now).await,
        Some(session) => {
            let ended = inner.accounts.end_session(account.id, session, &by, now).await;
            ended.map(usize::from)
        }
    };
    let ended = ended.map_err(|error| problem(error, None))?;
    Ok(Json(SignedOutJson { ended }).into_response())
}

async fn find(inner: &Inner, id: AccountId) -> Result<Account, Problem> {
    let found = inner.accounts.get(id).await.map_err(|error| problem(error, None))?;
    found.ok_or_else(|| problem(AccountsError::UnknownAccount, None))
}

async fn answer(inner: &Inner, id: AccountId) -> Result<Response, Problem> {
    Ok(Json(UserJson::of(&find(inner, id).await?)).into_response())
}

/// Returns the problem for an error of the accounts; `party` is the party that the request names.
pub(super) fn problem(error: AccountsError, party: Option<&PartyId>) -> Problem {
    let (code, what_to_do) = (error.code(), error.what_to_do());
    match (error, code) {
        (AccountsError::Store(error), _) => error.into(),
        (AccountsError::UnknownParty, _) => EngineError::UnknownParty {
            name: party.map(ToString::to_string).unwrap_or_default(),
            path: "party".into(),
        }
        .into(),
        (error, code) => {
            let code = code.unwrap_or("BL-5002");
            let status = listed_code(code).and_then(|listed| StatusCode::from_u16(listed.status).ok());
            let status = status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            Problem::new(status, code, error.detail()).what_to_do(what_to_do)
        }
    }
}

/// Accounts of persons.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Users")]
pub(crate) struct UsersJson<'a> {
    /// Accounts, by login name.
    users: Vec<UserJson<'a>>,
}

/// Account of a person who signs in.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "User")]
pub(crate) struct UserJson<'a> {
    /// Id of the account, by which the audit log names the person.
    id: String,
    /// Name that the person signs in with.
    login: &'a str,
    /// Name that pages show.
    name: &'a str,
    /// Roles.
    #[schemars(schema_with = "roles")]
    roles: Vec<&'static str>,
    /// Id of the party whose mailbox the person uses.
    #[serde(skip_serializing_if = "Option::is_none")]
    party: Option<&'a str>,
    /// Time when the account was made.
    #[schemars(schema_with = "codes::time")]
    made_at: String,
    /// Actor that made the account.
    made_by: String,
    /// Time since when the account is disabled.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "codes::time")]
    disabled_at: Option<String>,
    /// Time when the password was set; left out until the person has set one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "codes::time")]
    password_set_at: Option<String>,
    /// Second factor: `none` until the person has enrolled one.
    #[schemars(extend("enum" = ["none", "totp"]))]
    second_factor: &'static str,
}

impl<'a> UserJson<'a> {
    fn of(account: &'a Account) -> Self {
        Self {
            id: account.id.to_string(),
            login: account.login.as_str(),
            name: account.name.as_str(),
            roles: account.roles.codes().collect(),
            party: account.party.as_ref().map(PartyId::as_str),
            made_at: account.made_at.to_string(),
            made_by: account.made_by.to_string(),
            disabled_at: account.disabled_at.map(|at| at.to_string()),
            password_set_at: account.password_set_at.map(|at| at.to_string()),
            second_factor: account.second_factor.code(),
        }
    }
}

/// New account, with the link for its password.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "AddedUser")]
pub(crate) struct NewUserJson<'a> {
    /// Account.
    user: UserJson<'a>,
    /// Link by which the person sets the password.
    link: SetUpLinkJson,
}

/// Link by which a person sets the password, once. The hub never shows it again.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "SetUpLink")]
pub(crate) struct SetUpLinkJson {
    /// Address of the link; left out where the hub serves no console.
    #[serde(skip_serializing_if = "Option::is_none")]
    address: Option<String>,
    /// Token of the link.
    token: String,
    /// Time when the link stops working.
    #[schemars(schema_with = "codes::time")]
    expires_at: String,
}

impl SetUpLinkJson {
    fn of(link: &SetupLink, console: Option<&str>) -> Self {
        Self {
            address: console.map(|base| link.address(base)),
            token: link.token.reveal().to_owned(),
            expires_at: link.expires_at.to_string(),
        }
    }
}

/// Sessions of an account.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "UserSessions")]
pub(crate) struct SessionsJson {
    /// Sessions of the last 90 days, the newest first.
    sessions: Vec<SessionJson>,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(inline)]
struct SessionJson {
    /// Id of the session. It opens nothing.
    id: String,
    /// True if the session is open.
    is_open: bool,
    /// Time of the sign-in.
    #[schemars(schema_with = "codes::time")]
    began_at: String,
    /// Time of the last request, at most a minute behind.
    #[schemars(schema_with = "codes::time")]
    seen_at: String,
    /// Time when the session is over unless a request comes before it.
    #[schemars(schema_with = "codes::time")]
    expires_at: String,
    /// Time when somebody ended the session.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "codes::time")]
    ended_at: Option<String>,
    /// Reason of that end.
    #[serde(skip_serializing_if = "Option::is_none")]
    ended_why: Option<&'static str>,
}

impl SessionJson {
    fn of(session: &Session, now: Timestamp) -> Self {
        Self {
            id: session.id.to_string(),
            is_open: session.is_open(now),
            began_at: session.began_at.to_string(),
            seen_at: session.seen_at.to_string(),
            expires_at: session.expires_at().to_string(),
            ended_at: session.ended.map(|(at, _)| at.to_string()),
            ended_why: session.ended.map(|(_, why)| why.code()),
        }
    }
}

/// Outcome of a sign-out.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "SignedOut")]
pub(crate) struct SignedOutJson {
    /// Number of sessions that were open, and have ended.
    ended: usize,
}

fn roles(_: &mut SchemaGenerator) -> Schema {
    let codes: Vec<_> = Role::ALL.iter().map(|role| role.code()).collect();
    json_schema!({ "type": "array", "items": { "enum": codes } })
}
