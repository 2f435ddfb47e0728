//! `bindeledd party key …`

mod list;
mod new;
mod revoke;

use bindeledd_core::PartyName;
use bindeledd_texts::cli::party::Party;
use bindeledd_texts::{Lang, Text as _};
use clap::{Args, Subcommand};
use serde_json::Value;

use super::Named;
use crate::caller::HubArguments;
use crate::command::{cell, rows};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{Output, table};
use crate::shared::Shared;

/// A party's keys: list them, make one, revoke one or all. `party key <party>` alone makes one, as `party key new <party>` does.
#[derive(Debug, Args)]
#[command(
    args_conflicts_with_subcommands = true,
    subcommand_negates_reqs = true,
    after_help = "Example:\n  bindeledd party key new nordvik-aft > nordvik-aft.key\n  bindeledd party key list nordvik-aft\n  \
    bindeledd party key revoke nordvik-aft 3f9a0c1d22e84b07\n  bindeledd party key revoke nordvik-aft --all\n\n\
    The hub keeps the key's hash alone. A key's id is the beginning of that hash: it names the key and tells nothing of it.\n\
    A new key works beside the party's other keys; a revoked one is refused from the answer on."
)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    hub: HubArguments,
    /// The party: its id, org:<number> or her:<id>
    #[arg(value_parser = crate::command::party_name, required = true)]
    party: Option<PartyName>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// List a party's keys: id, time of making, and last use since the hub started
    #[command(after_help = "Example:\n  bindeledd party key list nordvik-aft")]
    List(Named),
    /// Make a new key for a party, and print it once
    #[command(after_help = "Example:\n  bindeledd party key new nordvik-aft > nordvik-aft.key")]
    New(Named),
    /// Revoke keys of a party, at once and for good
    Revoke(revoke::Arguments),
}

pub(crate) fn run(arguments: Arguments, shared: &Shared, output: Output) -> Result<Exit, Failure> {
    match (arguments.command, arguments.party) {
        (Some(Command::List(named)), _) => list::run(&named, shared, output),
        (Some(Command::New(named)), _) => new::run(&named, shared, output),
        (Some(Command::Revoke(revoke)), _) => revoke::run(&revoke, shared, output),
        (None, Some(party)) => {
            let hub = arguments.hub;
            new::run(&Named { hub, party }, shared, output)
        }
        (None, None) => Err(Failure::new(Exit::Usage, "BL-1002", Party::NoneNamed).next(Party::SeeHelp)),
    }
}

fn keys(answer: &Value, lang: Lang) -> String {
    let row = |key: &Value| {
        let used = Some(cell(key, "lastUsed")).filter(|used| !used.is_empty());
        let used = used.unwrap_or_else(|| Party::NotUsed.text(lang));
        vec![cell(key, "id"), cell(key, "addedAt"), used]
    };
    let keys: Vec<_> = rows(answer, "keys").iter().map(row).collect();
    table(&Party::KeyColumns.text(lang), &keys)
}
