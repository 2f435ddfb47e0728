//! `bindeledd party history`

use bindeledd_texts::cli::party::Party;
use bindeledd_texts::{Lang, Text as _};
use clap::Args;
use serde_json::Value;

use super::Named;
use crate::caller::Hub;
use crate::command::{cell, rows};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Output;
use crate::shared::Shared;

/// Show who changed a party, when, and each changed field, newest first.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  bindeledd party history fjellvik-legekontor\n\n\
    Each change of a party's set-up makes a version. `party roll-back` brings an earlier one back.")]
pub(crate) struct Arguments {
    #[command(flatten)]
    named: Named,
    /// Maximum number of versions to show
    #[arg(long, default_value_t = 50, value_name = "N")]
    limit: u16,
    /// Only versions before the version with this number, to continue a list
    #[arg(long, value_name = "N")]
    before: Option<u32>,
}

pub(crate) fn run(arguments: &Arguments, shared: &Shared, output: Output) -> Result<Exit, Failure> {
    let Arguments { named, limit, before } = arguments;
    let before = before.map(|before| format!("&before={before}")).unwrap_or_default();
    let path = format!("/v1/admin/parties/{}/versions?limit={limit}{before}", named.party);
    let answer = Hub::open(&named.hub, shared)?.get(&path)?;
    let lang = output.lang();
    output.result(&answer, || {
        let versions = rows(&answer, "versions").iter().map(|version| told(version, lang));
        versions.collect::<Vec<_>>().join("\n")
    });
    Ok(Exit::Done)
}

/// Returns the lines about a version.
fn told(version: &Value, lang: Lang) -> String {
    let get = |name| cell(version, name);
    let has = |name: &str| version.get(name).is_some();
    let (number, at, by) = (get("version"), get("madeAt"), get("madeBy"));
    let heading = match has("madeAt") {
        true => Party::Version {
            version: number,
            at,
            by,
        },
        false => Party::OldVersion { version: number },
    };
    let mut lines = vec![heading.text(lang)];
    if has("backTo") {
        let version = get("backTo");
        lines.push(Party::BroughtBack { version }.text(lang));
    }
    if has("reason") {
        let reason = get("reason");
        lines.push(Party::ReasonGiven { reason }.text(lang));
    }
    lines.extend(changes(version, lang));
    lines.join("\n")
}

/// Returns a line for each changed field of a version.
pub(super) fn changes(version: &Value, lang: Lang) -> Vec<String> {
    let value = |change: &Value, name: &str| match change.get(name) {
        Some(_) => cell(change, name),
        None => Party::EmptyField.text(lang),
    };
    let line = |change: &Value| {
        let (from, to) = (value(change, "from"), value(change, "to"));
        format!("  {}: {from} -> {to}", cell(change, "field"))
    };
    rows(version, "changes").iter().map(line).collect()
}
