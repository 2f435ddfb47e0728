//! `bindeledd participant erase`

use clap::Args;
use serde_json::{Value, json};
use uuid::Uuid;

use super::Who;
use crate::caller::{Hub, HubArguments};
use crate::command::{cell, rows};
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
    output.result(&answer, || human(&participant, &answer));
    Ok(Exit::Done)
}

fn human(participant: &Uuid, answer: &Value) -> String {
    let count = |name| rows(answer, name).len();
    let mut text = format!(
        "erased: {} deliveries cancelled, {} on the wire already",
        count("cancelled"),
        count("sending")
    );
    if cell(answer, "scrubbed") != "done" {
        text.push_str(&format!(
            "\nnot gone from the disk yet, since something holds an old snapshot of the store (a backup, a shell); ask again with\n  \
             bindeledd participant erasure {participant}"
        ));
    }
    if count("heldBy") + count("senders") > 0 {
        text.push_str("\nwhat others have in systems of their own is theirs to answer for:");
    }
    for held in rows(answer, "heldBy") {
        text.push_str(&format!(
            "\n  {} got {} messages about {}, the newest {}",
            cell(held, "party"),
            cell(held, "messages"),
            cell(held, "categories"),
            cell(held, "newest")
        ));
    }
    let senders = cell(answer, "senders");
    if !senders.is_empty() {
        text.push_str(&format!("\n  sent by {senders}"));
    }
    if answer.get("wasProtected") == Some(&Value::Bool(true)) {
        text.push_str("\nthe person was under address protection, which the hub has forgotten too: set it again if they come back");
    }
    text
}
