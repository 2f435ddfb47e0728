//! `bindeledd party pause`

use bindeledd_texts::cli::party::Party;
use clap::Args;
use jiff::Timestamp;
use serde_json::{Map, Value};

use super::Named;
use crate::command::{cell, moment_ahead, reason};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Output;
use crate::shared::Shared;

/// Hold deliveries to a party. The party may still call the hub: after a theft, use `suspend`.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  bindeledd party pause fjellvik-legekontor\n  \
    bindeledd party pause fjellvik-legekontor --reason \"they move their server\" --until 8h")]
pub(crate) struct Arguments {
    #[command(flatten)]
    named: Named,
    /// The reason, without names of persons; it goes into the audit log
    #[arg(long, value_name = "TEXT", value_parser = reason)]
    reason: Option<String>,
    /// The end of the pause: a time (RFC 3339), a day, or a time from now such as 8h. Without it, `resume` ends the pause
    #[arg(long, value_name = "TIME", value_parser = moment_ahead, requires = "reason")]
    until: Option<Timestamp>,
}

pub(crate) fn run(arguments: &Arguments, shared: &Shared, output: Output) -> Result<Exit, Failure> {
    let given = [
        ("reason", arguments.reason.clone()),
        ("until", arguments.until.map(|at| at.to_string())),
    ];
    let given = given
        .into_iter()
        .filter_map(|(name, value)| Some((name.to_owned(), value?.into())));
    let body: Map<String, Value> = given.collect();
    let answer = arguments.named.post_body(shared, "pause", &Value::Object(body))?;
    let party = arguments.named.party.to_string();
    let until = answer
        .get("pause")
        .map(|pause| cell(pause, "until"))
        .unwrap_or_default();
    let told = if until.is_empty() {
        Party::IsPaused { party }
    } else {
        Party::IsPausedUntil { party, until }
    };
    output.told(&answer, &told);
    Ok(Exit::Done)
}
