//! `bindeledd participant erase`

use bindeledd_texts::cli::participant::Participant;
use bindeledd_texts::{Lang, Text as _};
use clap::Args;
use serde_json::{Value, json};
use uuid::Uuid;

use super::Who;
use crate::caller::{Hub, HubArguments};
use crate::command::{cell, number, rows};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Output;
use crate::shared::Shared;

/// Destroy a participant's key, so that nothing sealed under it opens, and remove the data about them. The audit log
/// keeps its rows, which hold a pseudonym, and still verifies. The answer names the parties that hold data in their
/// own systems, which the hub can not reach.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  \
    bindeledd participant erase 7c9d3a52-6f0e-4b1a-9c55-2f8c1b7e4d10 --for-good\n\n\
    An older backup still opens as long as its key exists. After a restore the participant is erased\n\
    again before anything is delivered.")]
pub(crate) struct Arguments {
    #[command(flatten)]
    hub: HubArguments,
    #[command(flatten)]
    who: Who,
    /// Confirm the erasure: it can not be undone
    #[arg(long, required = true)]
    for_good: bool,
}

pub(crate) fn run(arguments: &Arguments, shared: &Shared, output: Output) -> Result<Exit, Failure> {
    let hub = Hub::open(&arguments.hub, shared)?;
    let participant = arguments.who.find(&hub)?;
    let path = format!("/v1/admin/participants/{participant}/erase");
    let answer = hub.post(&path, &json!({}))?;
    output.result(&answer, || human(&participant, &answer, output.lang()));
    Ok(Exit::Done)
}

fn human(participant: &Uuid, answer: &Value, lang: Lang) -> String {
    let count = |name| number(rows(answer, name).len());
    let mut lines = vec![
        Participant::Erased {
            cancelled: count("cancelled"),
            sending: count("sending"),
        }
        .text(lang),
    ];
    if cell(answer, "scrubbed") != "done" {
        let participant = participant.to_string();
        lines.push(Participant::NotScrubbed { participant }.text(lang));
    }
    if count("heldBy") + count("senders") > 0 {
        lines.push(Participant::Others.text(lang));
    }
    for held in rows(answer, "heldBy") {
        let held = Participant::HeldBy {
            party: cell(held, "party"),
            messages: cell(held, "messages"),
            categories: cell(held, "categories"),
            newest: cell(held, "newest"),
        };
        lines.push(format!("  {}", held.text(lang)));
    }
    let senders = cell(answer, "senders");
    if !senders.is_empty() {
        lines.push(format!("  {}", Participant::SentBy { senders }.text(lang)));
    }
    if answer.get("wasProtected") == Some(&Value::Bool(true)) {
        lines.push(Participant::WasProtected.text(lang));
    }
    lines.join("\n")
}
