//! `bindeledd audit list`

use bindeledd_texts::Text as _;
use bindeledd_texts::cli::audit::Audit;
use clap::Args;

use crate::caller::{Hub, HubArguments};
use crate::command::{cell, rows};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{Output, table};
use crate::shared::Shared;

/// List the rows of the audit log, oldest first. Each row has the hash of its entry in the log's tree.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  bindeledd audit list --from 1 --limit 20")]
pub(crate) struct Arguments {
    #[command(flatten)]
    hub: HubArguments,
    /// The number of the first row
    #[arg(long, default_value_t = 1, value_name = "N")]
    from: u64,
    /// Maximum number of rows to list
    #[arg(long, default_value_t = 100, value_name = "N")]
    limit: u16,
}

pub(crate) fn run(arguments: &Arguments, shared: &Shared, output: Output) -> Result<Exit, Failure> {
    let hub = Hub::open(&arguments.hub, shared)?;
    let answer = hub.get(&format!(
        "/v1/admin/audit?from={}&limit={}",
        arguments.from, arguments.limit
    ))?;
    output.result(&answer, || {
        let row = |row| {
            ["seq", "at", "action", "actor", "detail"]
                .map(|name| cell(row, name))
                .to_vec()
        };
        table(
            &Audit::Heading.text(output.lang()),
            &rows(&answer, "rows").iter().map(row).collect::<Vec<_>>(),
        )
    });
    Ok(Exit::Done)
}
