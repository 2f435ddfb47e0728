//! `bindeledd user sign-out`

use bindeledd_texts::cli::user::User;
use clap::Args;
use serde_json::json;
use uuid::Uuid;

use super::{Named, cell};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Output;
use crate::shared::Shared;

/// End the sessions of an account, or one of them. The person may sign in again; `user disable` prevents that.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  bindeledd user sign-out kari.nordmann\n  \
    bindeledd user sign-out kari.nordmann --session 5b1f0c52-1111-4a00-8000-00000000007a")]
pub(crate) struct Arguments {
    #[command(flatten)]
    named: Named,
    /// The id of one session, from `user sessions`
    #[arg(long, value_name = "ID", value_parser = crate::command::uuid)]
    session: Option<Uuid>,
}

pub(crate) fn run(arguments: &Arguments, shared: &Shared, output: Output) -> Result<Exit, Failure> {
    let body = arguments
        .session
        .map_or_else(|| json!({}), |session| json!({ "session": session.to_string() }));
    let answer = arguments.named.post(shared, "sign-out", &body)?;
    let count = cell(&answer, "ended");
    output.told(&answer, &User::Ended { count });
    Ok(Exit::Done)
}
