//! `bindeledd party key revoke`

use bindeledd_texts::Text as _;
use bindeledd_texts::cli::party::Party;
use clap::Args;
use serde_json::json;

use super::super::Named;
use super::keys;
use crate::caller::Hub;
use crate::command::{cell, rows};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Output;
use crate::shared::Shared;

/// Revoke keys of a party, at once and for good.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  bindeledd party key revoke nordvik-aft 3f9a0c1d22e84b07\n  bindeledd party key revoke nordvik-aft --all\n\n\
    After a theft, use `party suspend` first: it refuses tokens and certificates too."
)]
pub(super) struct Arguments {
    #[command(flatten)]
    named: Named,
    /// The ids of the keys, from `party key list`
    #[arg(value_name = "KEY-ID", value_parser = key_id, required_unless_present = "all")]
    keys: Vec<String>,
    /// All keys of the party
    #[arg(long, conflicts_with = "keys")]
    all: bool,
}

fn key_id(raw: &str) -> Result<String, String> {
    let is_id = raw.len() == 16 && raw.bytes().all(|b| b.is_ascii_hexdigit());
    let wrong = || "a key's id has 16 hexadecimal digits; `bindeledd party key list` prints it".to_owned();
    is_id.then(|| raw.to_ascii_lowercase()).ok_or_else(wrong)
}

pub(super) fn run(revoke: &Arguments, shared: &Shared, output: Output) -> Result<Exit, Failure> {
    let body = if revoke.all {
        json!({ "all": true })
    } else {
        json!({ "keys": revoke.keys })
    };
    let path = format!("/v1/admin/parties/{}/keys/revoke", revoke.named.party);
    let answer = Hub::open(&revoke.named.hub, shared)?.post(&path, &body)?;
    let lang = output.lang();
    output.result(&answer, || {
        let left = match rows(&answer, "keys") {
            [] => Party::NoKeyLeft.text(lang),
            _ => format!("{}\n{}", Party::StillHas.text(lang), keys(&answer, lang)),
        };
        let revoked = Party::Revoked {
            count: cell(&answer, "revoked"),
            party: revoke.named.party.to_string(),
        };
        format!("{}; {left}", revoked.text(lang))
    });
    Ok(Exit::Done)
}
