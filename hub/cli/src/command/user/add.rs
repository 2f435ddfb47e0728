//! `bindeledd user add`

use bindeledd_core::account::LoginName;
use clap::Args;
use serde_json::{Value, json};

use super::{RoleArguments, print_link};
use crate::caller::{Hub, HubArguments};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Output;
use crate::shared::Shared;

/// Give a person an account, and print the link by which the person sets the password. The first administrator gets an
/// account in this way too.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  bindeledd user add kari.nordmann --name \"Kari Nordmann\" --role administrator\n  \
    bindeledd user add ola --name \"Ola\" --role operator --role auditor\n  \
    bindeledd user add eva --name \"Eva\" --role mailbox-user --party nordvik-aft --email eva@nordvik.example\n\n\
    The link works once, and for 15 minutes; `bindeledd user reset` makes a new one.\n\
    The person sets a password and a second factor by it. Only the link is printed to standard output."
)]
pub(crate) struct Arguments {
    #[command(flatten)]
    hub: HubArguments,
    /// The name that the person signs in with: 3 to 64 of a-z, 0-9 and . _ - @ +
    #[arg(value_parser = login)]
    login: LoginName,
    /// The name that pages show
    #[arg(long)]
    name: String,
    #[command(flatten)]
    roles: RoleArguments,
    /// The address that gets a mail without content when something waits for a person of a mailbox
    #[arg(long)]
    email: Option<String>,
}

fn login(raw: &str) -> Result<LoginName, String> {
    LoginName::parse(raw).map_err(|error| error.to_string())
}

pub(crate) fn run(arguments: &Arguments, shared: &Shared, output: Output) -> Result<Exit, Failure> {
    let mut body = json!({ "login": arguments.login.as_str(), "name": arguments.name });
    arguments.roles.add_to(&mut body);
    if let Some(email) = &arguments.email {
        body["email"] = email.as_str().into();
    }
    let answer = Hub::open(&arguments.hub, shared)?.post("/v1/admin/users", &body)?;
    let link = answer.get("link").unwrap_or(&Value::Null);
    Ok(print_link(&answer, link, output))
}
