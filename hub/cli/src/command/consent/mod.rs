//! `bindeledd consent …`

mod asked;
mod confirm;
mod decide;
mod form;
mod register;
mod show;
mod waiting;
mod withdraw;

use bindeledd_texts::cli::consent::Consent;
use bindeledd_texts::{Lang, Text as _};
use clap::{Args, Subcommand};
use serde_json::Value;
use uuid::Uuid;

use super::{cell, rows};
use crate::caller::HubArguments;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Output;
use crate::shared::Shared;

/// `bindeledd consent`
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Register a consent
    Register(register::Arguments),
    /// Print the page that a participant reads and signs
    Form(form::Arguments),
    /// Show a consent
    Show(show::Arguments),
    /// Withdraw a consent, or a part of it
    Withdraw(withdraw::Arguments),
    /// Decide what consents permit, without a hub
    Decide(decide::Arguments),
    /// Confirm grants that another party registered
    Confirm(confirm::Arguments),
    /// List the grants that wait for a confirmation
    Waiting(waiting::Arguments),
    /// List the drafted consents that wait for the participant's answer
    Asked(asked::Arguments),
}

/// One consent.
#[derive(Debug, Args)]
pub(crate) struct Named {
    #[command(flatten)]
    hub: HubArguments,
    /// The id of the consent
    #[arg(value_parser = super::uuid)]
    consent: Uuid,
}

impl Command {
    /// Runs the command.
    pub(crate) fn run(self, shared: &Shared, output: Output) -> Result<Exit, Failure> {
        match self {
            Self::Register(arguments) => register::run(&arguments, shared, output),
            Self::Form(arguments) => form::run(&arguments, shared, output),
            Self::Show(arguments) => show::run(&arguments, shared, output),
            Self::Withdraw(arguments) => withdraw::run(&arguments, shared, output),
            Self::Decide(arguments) => decide::run(&arguments, output),
            Self::Confirm(arguments) => confirm::run(&arguments, shared, output),
            Self::Waiting(arguments) => waiting::run(&arguments, shared, output),
            Self::Asked(arguments) => asked::run(&arguments, shared, output),
        }
    }
}

/// Formats a consent for a person.
fn lines(consent: &Value, lang: Lang) -> String {
    let participant = consent.get("participant").map(|p| cell(p, "ref")).unwrap_or_default();
    let head = Consent::Head {
        id: cell(consent, "id"),
        status: cell(consent, "status"),
        participant,
    };
    let mut text = head.text(lang);
    for grant in rows(consent, "grants") {
        let basis = match grant.get("basis") {
            Some(Value::Object(duty)) => {
                let reference = duty.get("duty").and_then(Value::as_str).unwrap_or_default().to_owned();
                Consent::Duty { reference }.text(lang)
            }
            _ => String::new(),
        };
        let confirmed = grant.get("confirmed").and_then(Value::as_bool) != Some(false);
        text.push_str(&format!(
            "\n  {} -> {}: {} ({}{basis}){}",
            cell(grant, "from"),
            cell(grant, "to"),
            cell(grant, "categories"),
            cell(grant, "purpose"),
            if confirmed {
                String::new()
            } else {
                Consent::Awaits.text(lang)
            },
        ));
    }
    for missing in rows(consent, "notWritten") {
        let missing = Consent::GetsNo {
            party: cell(missing, "to"),
            kinds: cell(missing, "kinds"),
        };
        text.push_str(&format!("\n  {}", missing.text(lang)));
    }
    for waiting in rows(consent, "waiting") {
        let waiting = Consent::WaitsFor {
            party: cell(waiting, "from"),
            next: cell(waiting, "whatToDo"),
        };
        text.push_str(&format!("\n  {}", waiting.text(lang)));
    }
    text
}
