//! `bindeledd user roles`

use clap::Args;
use serde_json::json;

use super::{Named, RoleArguments, print};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Output;
use crate::shared::Shared;

/// Give an account other roles, in place of those that it has. They hold at once for its sessions too.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  bindeledd user roles kari.nordmann --role operator --role auditor\n  \
    bindeledd user roles eva --role team-leader --party nordvik-aft\n\n\
    An account has roles of the console or of one party's mailbox, not both. An administrator manages accounts and the hub;\n\
    to act on messages or to read the audit log, the same person needs the role operator or auditor too."
)]
pub(crate) struct Arguments {
    #[command(flatten)]
    named: Named,
    #[command(flatten)]
    roles: RoleArguments,
}

pub(crate) fn run(arguments: &Arguments, shared: &Shared, output: Output) -> Result<Exit, Failure> {
    let mut body = json!({});
    arguments.roles.add_to(&mut body);
    Ok(print(&arguments.named.post(shared, "roles", &body)?, output))
}
