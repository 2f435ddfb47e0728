//! `bindeledd user …`

mod add;
mod disable;
mod enable;
mod list;
mod reset;
mod roles;
mod sessions;
mod show;
mod sign_out;

use bindeledd_core::account::{LoginName, Role};
use bindeledd_core::{AccountId, PartyId};
use bindeledd_texts::cli::common::Common;
use bindeledd_texts::cli::user::{self as texts, State};
use bindeledd_texts::{Lang, Text as _};
use clap::{Args, Subcommand};
use serde_json::{Value, json};

use super::{cell, rows};
use crate::caller::{Hub, HubArguments};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Output;
use crate::shared::Shared;

/// `bindeledd user`
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Give a person an account, and print the link by which the person sets the password
    Add(add::Arguments),
    /// List the accounts
    List(list::Arguments),
    /// Show an account
    #[command(after_help = "Example:\n  bindeledd user show kari.nordmann")]
    Show(Named),
    /// Disable an account: its sessions end, and nobody signs in with it
    #[command(after_help = "Example:\n  bindeledd user disable kari.nordmann")]
    Disable(Named),
    /// Enable a disabled account
    #[command(after_help = "Example:\n  bindeledd user enable kari.nordmann")]
    Enable(Named),
    /// Remove the password, the second factor and the sessions of an account, and print a new link
    #[command(after_help = "Example:\n  bindeledd user reset kari.nordmann\n\n\
        Use it for a person who has lost the password or the second factor.\n\
        The link works once, and for 15 minutes. Hand it to the person over a safe way.")]
    Reset(Named),
    /// Give an account other roles, at once for its sessions too
    Roles(roles::Arguments),
    /// List the sessions of an account, the newest first
    #[command(after_help = "Example:\n  bindeledd user sessions kari.nordmann")]
    Sessions(Named),
    /// End the sessions of an account, or one of them
    SignOut(sign_out::Arguments),
}

impl Command {
    /// Runs the command.
    pub(crate) fn run(self, shared: &Shared, output: Output) -> Result<Exit, Failure> {
        match self {
            Self::Add(arguments) => add::run(&arguments, shared, output),
            Self::List(arguments) => list::run(&arguments, shared, output),
            Self::Show(named) => show::run(&named, shared, output),
            Self::Disable(named) => disable::run(&named, shared, output),
            Self::Enable(named) => enable::run(&named, shared, output),
            Self::Reset(named) => reset::run(&named, shared, output),
            Self::Roles(arguments) => roles::run(&arguments, shared, output),
            Self::Sessions(named) => sessions::run(&named, shared, output),
            Self::SignOut(arguments) => sign_out::run(&arguments, shared, output),
        }
    }
}

/// One account.
#[derive(Debug, Args)]
pub(crate) struct Named {
    #[command(flatten)]
    hub: HubArguments,
    /// The account: its login name or its id
    #[arg(value_name = "USER", value_parser = user)]
    user: User,
}

/// An account, as the command line names it.
#[derive(Debug, Clone)]
enum User {
    Login(LoginName),
    Id(AccountId),
}

fn user(raw: &str) -> Result<User, String> {
    match AccountId::parse(raw) {
        Some(id) => Ok(User::Id(id)),
        None => LoginName::parse(raw)
            .map(User::Login)
            .map_err(|error| error.to_string()),
    }
}

impl Named {
    /// Returns the hub, and the account's path in it.
    fn open(&self, shared: &Shared) -> Result<(Hub, String), Failure> {
        let hub = Hub::open(&self.hub, shared)?;
        let id = match &self.user {
            User::Id(id) => id.to_string(),
            User::Login(login) => cell(&look_up(&hub, login)?, "id"),
        };
        Ok((hub, format!("/v1/admin/users/{id}")))
    }

    /// Reads an address below the account's own.
    fn get(&self, shared: &Shared, below: &str) -> Result<Value, Failure> {
        let (hub, path) = self.open(shared)?;
        hub.get(&format!("{path}{below}"))
    }

    /// Posts to an address below the account's own.
    fn post(&self, shared: &Shared, action: &str, body: &Value) -> Result<Value, Failure> {
        let (hub, path) = self.open(shared)?;
        hub.post(&format!("{path}/{action}"), body)
    }
}

/// Looks an account up. The login name may be an e-mail address, and stands in no address of a request.
fn look_up(hub: &Hub, login: &LoginName) -> Result<Value, Failure> {
    hub.post("/v1/admin/users/lookup", &json!({ "login": login.as_str() }))
}

/// The roles of an account.
#[derive(Debug, Args)]
struct RoleArguments {
    /// A role of the console: viewer, operator, auditor, administrator; or of a party's mailbox: mailbox-user, team-leader
    #[arg(long = "role", value_name = "ROLE", required = true, value_parser = role)]
    roles: Vec<Role>,
    /// The party of the mailbox, for roles of a mailbox
    #[arg(long, value_name = "PARTY", value_parser = party)]
    party: Option<PartyId>,
}

fn role(raw: &str) -> Result<Role, String> {
    let known = || Role::ALL.iter().map(|role| role.code()).collect::<Vec<_>>().join(", ");
    Role::parse(raw).ok_or_else(|| format!("write one of {}", known()))
}

fn party(raw: &str) -> Result<PartyId, String> {
    PartyId::parse(raw).map_err(|_| "write the party's id, as `bindeledd party list` prints it".to_owned())
}

impl RoleArguments {
    /// Adds the roles to the body of a request.
    fn add_to(&self, body: &mut Value) {
        let codes: Vec<_> = self.roles.iter().map(|role| role.code()).collect();
        body["roles"] = json!(codes);
        if let Some(party) = &self.party {
            body["party"] = json!(party.as_str());
        }
    }
}

/// Formats an account, one fact on each line.
fn lines(user: &Value, lang: Lang) -> String {
    let mut text = format!("{} ({})", cell(user, "login"), cell(user, "name"));
    text.push_str(&format!("\n  id: {}", cell(user, "id")));
    let mut line = |fact: Option<String>| {
        if let Some(fact) = fact {
            text.push_str(&format!("\n  {fact}"));
        }
    };
    let given = |name: &str| Some(cell(user, name)).filter(|value| !value.is_empty());
    line(given("roles").map(|roles| texts::User::Roles { roles }.text(lang)));
    line(given("party").map(|party| texts::User::Party { party }.text(lang)));
    let state = state(user).text(lang);
    line(Some(Common::State { state }.text(lang)));
    line(given("secondFactor").map(|kind| texts::User::SecondFactor { kind }.text(lang)));
    line(given("passwordSetAt").map(|at| texts::User::PasswordSet { at }.text(lang)));
    let (at, by) = (cell(user, "madeAt"), cell(user, "madeBy"));
    line(Some(texts::User::Made { at, by }.text(lang)));
    text
}

/// Returns whether the person can sign in, in a word or two.
fn state(user: &Value) -> State {
    let has = |name: &str| user.get(name).is_some_and(|value| !value.is_null());
    match (has("disabledAt"), has("passwordSetAt")) {
        (true, _) => State::Disabled {
            since: cell(user, "disabledAt"),
        },
        (false, false) => State::NoPassword,
        (false, true) => State::Active,
    }
}

/// Prints an account that was changed.
fn print(user: &Value, output: Output) -> Exit {
    output.result(user, || lines(user, output.lang()));
    Exit::Done
}

/// Prints a link by which a person sets the password. Only the link is printed to standard output.
fn print_link(answer: &Value, link: &Value, output: Output) -> Exit {
    let address = Some(cell(link, "address")).filter(|address| !address.is_empty());
    output.result(answer, || address.clone().unwrap_or_else(|| cell(link, "token")));
    if !output.is_json() {
        let (until, lang) = (cell(link, "expiresAt"), output.lang());
        if address.is_some() {
            output.remark(&texts::User::LinkOnce { until }.text(lang));
        } else {
            output.remark(&texts::User::TokenOnce { until }.text(lang));
            output.remark(&texts::User::NoConsole.text(lang));
        }
    }
    Exit::Done
}
