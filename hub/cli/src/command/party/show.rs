//! `bindeledd party show`

use bindeledd_texts::cli::common::Common;
use bindeledd_texts::cli::party::Party;
use bindeledd_texts::{Lang, Text as _};
use serde_json::Value;

use super::{Named, state};
use crate::command::cell;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Output;
use crate::shared::Shared;

pub(crate) fn run(named: &Named, shared: &Shared, output: Output) -> Result<Exit, Failure> {
    let answer = named.get(shared)?;
    output.result(&answer, || lines(&answer, output.lang()));
    Ok(Exit::Done)
}

/// Formats a party, one fact on each line.
fn lines(party: &Value, lang: Lang) -> String {
    let mut text = format!(
        "{} ({}, {})",
        cell(party, "id"),
        cell(party, "name"),
        cell(party, "kind")
    );
    let state = state(party, lang);
    text.push_str(&format!("\n  {}", Common::State { state }.text(lang)));
    let mut line = |fact: Party| text.push_str(&format!("\n  {}", fact.text(lang)));
    if let Some(pause) = party.get("pause") {
        line(Party::PausedBy {
            by: cell(pause, "by"),
            since: cell(pause, "since"),
        });
    }
    match party.get("endpoint") {
        Some(endpoint) => {
            line(Party::Format {
                adapter: cell(endpoint, "adapter"),
            });
            match cell(endpoint, "address") {
                address if address.is_empty() => line(Party::ItFetches),
                address => line(Party::SentTo { address }),
            }
        }
        None => line(Party::ItFetches),
    }
    text
}
