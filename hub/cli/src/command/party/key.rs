//! `bindeledd party key …`

use bindeledd_core::PartyName;
use clap::{Args, Subcommand};
use serde_json::{Value, json};

use super::Named;
use crate::caller::{Hub, HubArguments};
use crate::command::{Shared, cell, rows};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{Output, table};

/// A party's keys: list them, make one, revoke one or all. `party key <party>` alone makes one, as `party key new <party>` does.
#[derive(Debug, Args)]
#[command(
    args_conflicts_with_subcommands = true,
    subcommand_negates_reqs = true,
    after_help = "Example:\n  bindeledd party key new nordvik-aft > nordvik-aft.key\n  bindeledd party key list nordvik-aft\n  \
    bindeledd party key revoke nordvik-aft 3f9a0c1d22e84b07\n  bindeledd party key revoke nordvik-aft --all\n\n\
    The hub keeps the key's hash alone. A key's id is the beginning of that hash: it names the key and tells nothing of it.\n\
    A new key works beside those that the party has; a revoked one is nobody's from the answer on."
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
    /// List a party's keys: id, when it was made, and when it was last used since the hub started
    #[command(after_help = "Example:\n  bindeledd party key list nordvik-aft")]
    List(Named),
    /// Make a new key for a party and print it, once
    #[command(after_help = "Example:\n  bindeledd party key new nordvik-aft > nordvik-aft.key")]
    New(Named),
    /// Revoke keys of a party, at once and for good
    Revoke(Revoke),
}

#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  bindeledd party key revoke nordvik-aft 3f9a0c1d22e84b07\n  bindeledd party key revoke nordvik-aft --all\n\n\
    After a theft: `party suspend` first, which refuses tokens and certificates too."
)]
struct Revoke {
    #[command(flatten)]
    named: Named,
    /// The keys, by the ids that `party key list` prints
    #[arg(value_name = "KEY-ID", value_parser = key_id, required_unless_present = "all")]
    keys: Vec<String>,
    /// Every key that the party has
    #[arg(long, conflicts_with = "keys")]
    all: bool,
}

fn key_id(raw: &str) -> Result<String, String> {
    let is_id = raw.len() == 16 && raw.bytes().all(|b| b.is_ascii_hexdigit());
    let wrong = || "a key's id has 16 hexadecimal digits; `bindeledd party key list` prints it".to_owned();
    is_id.then(|| raw.to_ascii_lowercase()).ok_or_else(wrong)
}

pub(crate) fn run(arguments: Arguments, shared: &Shared, output: Output) -> Result<Exit, Failure> {
    match (arguments.command, arguments.party) {
        (Some(Command::List(named)), _) => list(&named, shared, output),
        (Some(Command::New(named)), _) => new(&named, shared, output),
        (Some(Command::Revoke(revoke)), _) => revoke_keys(&revoke, shared, output),
        (None, Some(party)) => {
            let hub = arguments.hub;
            new(&Named { hub, party }, shared, output)
        }
        (None, None) => Err(Failure::new(Exit::Usage, "BL-1002", "no party is named").next("see --help")),
    }
}

fn new(named: &Named, shared: &Shared, output: Output) -> Result<Exit, Failure> {
    let answer = named.post(shared, "keys")?;
    // The key alone, so that it can be put into a file as it is.
    output.result(&answer, || cell(&answer, "key"));
    if !output.is_json() {
        let id = cell(&answer, "id");
        output.remark(&format!(
            "this key (id {id}) is shown once; hand it to the party over a safe way"
        ));
    }
    Ok(Exit::Done)
}

fn list(named: &Named, shared: &Shared, output: Output) -> Result<Exit, Failure> {
    let answer = Hub::open(&named.hub, shared)?.get(&format!("/v1/admin/parties/{}/keys", named.party))?;
    output.result(&answer, || keys(&answer));
    Ok(Exit::Done)
}

fn revoke_keys(revoke: &Revoke, shared: &Shared, output: Output) -> Result<Exit, Failure> {
    let body = if revoke.all {
        json!({ "all": true })
    } else {
        json!({ "keys": revoke.keys })
    };
    let path = format!("/v1/admin/parties/{}/keys/revoke", revoke.named.party);
    let answer = Hub::open(&revoke.named.hub, shared)?.post(&path, &body)?;
    output.result(&answer, || {
        let left = match rows(&answer, "keys") {
            [] => "it has no key any more".to_owned(),
            _ => format!("it still has\n{}", keys(&answer)),
        };
        format!(
            "{} revoked for {}; {left}",
            cell(&answer, "revoked"),
            revoke.named.party
        )
    });
    Ok(Exit::Done)
}

fn keys(answer: &Value) -> String {
    let row = |key: &Value| {
        let used = Some(cell(key, "lastUsed")).filter(|used| !used.is_empty());
        let used = used.unwrap_or_else(|| "(not since the hub started)".into());
        vec![cell(key, "id"), cell(key, "addedAt"), used]
    };
    let keys: Vec<_> = rows(answer, "keys").iter().map(row).collect();
    table(&["KEY", "MADE", "LAST USED"], &keys)
}
