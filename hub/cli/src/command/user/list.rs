//! `bindeledd user list`

use bindeledd_texts::Text as _;
use bindeledd_texts::cli::user::User;
use clap::Args;
use serde_json::Value;

use super::{cell, rows, state};
use crate::caller::{Hub, HubArguments};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{Output, table};
use crate::shared::Shared;

/// List the accounts, by login name.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  bindeledd user list")]
pub(crate) struct Arguments {
    #[command(flatten)]
    hub: HubArguments,
}

pub(crate) fn run(arguments: &Arguments, shared: &Shared, output: Output) -> Result<Exit, Failure> {
    let answer = Hub::open(&arguments.hub, shared)?.get("/v1/admin/users")?;
    output.result(&answer, || {
        let lang = output.lang();
        let row = |user: &Value| {
            let columns = ["login", "name", "roles", "party"];
            let mut row = columns.map(|name| cell(user, name)).to_vec();
            row.push(state(user).text(lang));
            row
        };
        let users: Vec<_> = rows(&answer, "users").iter().map(row).collect();
        if users.is_empty() {
            return User::Nobody.text(lang);
        }
        table(&User::Columns.text(lang), &users)
    });
    Ok(Exit::Done)
}
