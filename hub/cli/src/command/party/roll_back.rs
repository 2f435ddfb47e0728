//! `bindeledd party roll-back`

use bindeledd_texts::Text as _;
use bindeledd_texts::cli::party::Party;
use clap::Args;
use serde_json::{Map, Value, json};

use super::Named;
use super::history::changes;
use crate::caller::Hub;
use crate::command::{cell, reason, rows};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Output;
use crate::shared::Shared;

/// Bring the set-up of an earlier version of a party back. It is checked as any other change of the party.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  \
    bindeledd party roll-back fjellvik-legekontor --to 2 --reason \"the new address does not answer\"\n\n\
    The versions and their numbers: bindeledd party history fjellvik-legekontor\n\
    The old set-up becomes a new version. It neither pauses the party nor resumes it, and ends no suspension.\n\
    With --from, the hub refuses (BL-1162) if somebody has changed the party since that version.")]
pub(crate) struct Arguments {
    #[command(flatten)]
    named: Named,
    /// The number of the version to bring back, from `party history`
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    to: u32,
    /// The number of the newest version that you saw [default: the newest one now]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    from: Option<u32>,
    /// The reason, for the audit log, without names of persons
    #[arg(long, value_name = "TEXT", value_parser = reason)]
    reason: Option<String>,
}

pub(crate) fn run(arguments: &Arguments, shared: &Shared, output: Output) -> Result<Exit, Failure> {
    let Arguments { named, to, .. } = arguments;
    let hub = Hub::open(&named.hub, shared)?;
    let path = format!("/v1/admin/parties/{}", named.party);
    let newest = |answer: &Value| rows(answer, "versions").first().cloned().unwrap_or_default();
    let versions = format!("{path}/versions?limit=1");
    let from = match arguments.from {
        Some(from) => json!(from),
        None => newest(&hub.get(&versions)?)["version"].clone(),
    };
    let mut body = Map::new();
    body.insert("to".to_owned(), json!(to));
    body.insert("from".to_owned(), from.clone());
    if let Some(reason) = &arguments.reason {
        body.insert("reason".to_owned(), json!(reason));
    }
    let answer = hub.post(&format!("{path}/rollback"), &Value::Object(body))?;
    // It is done: the changed fields are only told.
    let made = hub.get(&versions).map(|answer| newest(&answer)).unwrap_or_default();
    let lang = output.lang();
    output.result(&answer, || {
        let (party, version) = (named.party.to_string(), cell(&answer, "version"));
        if answer.get("version") == Some(&from) {
            return Party::SameSetUp { party, version }.text(lang);
        }
        let to = to.to_string();
        let mut lines = vec![Party::IsRolledBack { party, to, version }.text(lang)];
        lines.extend(changes(&made, lang));
        let notes = answer
            .get("party")
            .map(|party| rows(party, "notes"))
            .unwrap_or_default();
        lines.extend(notes.iter().filter_map(Value::as_str).map(str::to_owned));
        lines.join("\n")
    });
    Ok(Exit::Done)
}
