//! `bindeledd party list`

use bindeledd_texts::Text as _;
use bindeledd_texts::cli::party::Party;
use clap::Args;
use serde_json::Value;

use crate::caller::{Hub, HubArguments};
use crate::command::{cell, rows};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{Output, table};
use crate::shared::Shared;

/// List the parties, and how the hub reaches each.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  bindeledd party list")]
pub(crate) struct Arguments {
    #[command(flatten)]
    hub: HubArguments,
}

pub(crate) fn run(arguments: &Arguments, shared: &Shared, output: Output) -> Result<Exit, Failure> {
    let answer = Hub::open(&arguments.hub, shared)?.get("/v1/admin/parties")?;
    let lang = output.lang();
    output.result(&answer, || {
        let row = |party: &Value| {
            let endpoint = party.get("endpoint").unwrap_or(&Value::Null);
            let address = Some(cell(endpoint, "address"))
                .filter(|a| !a.is_empty())
                .unwrap_or_else(|| Party::Fetches.text(lang));
            vec![
                cell(party, "id"),
                cell(party, "kind"),
                cell(party, "name"),
                cell(endpoint, "adapter"),
                address,
                super::state(party, lang),
            ]
        };
        table(
            &Party::Columns.text(lang),
            &rows(&answer, "parties").iter().map(row).collect::<Vec<_>>(),
        )
    });
    Ok(Exit::Done)
}
