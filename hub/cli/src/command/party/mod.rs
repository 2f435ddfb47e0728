//! `bindeledd party …`

mod add;
mod entered;
mod history;
mod import;
mod key;
mod list;
mod pause;
mod print;
mod resume;
mod roll_back;
mod show;
mod suspend;
mod test;
mod unsuspend;

use bindeledd_texts::cli::common::Common;
use bindeledd_texts::cli::party::Party as Words;
use bindeledd_texts::{Lang, Text as _};
use clap::{Args, Subcommand};
use serde_json::{Value, json};

use super::cell;
use crate::caller::{Hub, HubArguments};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Output;
use crate::shared::Shared;

/// `bindeledd party`
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Add or change a party
    Add(Box<add::Arguments>),
    /// Add or change many parties from a CSV or JSON file: all of them, or none
    Import(import::Arguments),
    /// List the parties
    List(list::Arguments),
    /// Test whether the hub could deliver to a party now
    #[command(after_help = "Example:\n  bindeledd party test fjellvik-legekontor")]
    Test(Named),
    /// Show a party: its state, and the reason and the end of its pause
    #[command(after_help = "Example:\n  bindeledd party show fjellvik-legekontor")]
    Show(Named),
    /// Hold deliveries to a party. The party may still call the hub: after a theft, use `suspend`
    Pause(pause::Arguments),
    /// Resume deliveries to a paused party
    #[command(after_help = "Example:\n  bindeledd party resume her:8142952")]
    Resume(Named),
    /// Refuse every credential of a party, and hold deliveries to it: after a theft
    #[command(
        after_help = "Example:\n  bindeledd party suspend nordvik-aft\n  bindeledd party key revoke nordvik-aft --all\n\n\
        Its keys, tokens and certificates are refused (BL-6022), even on open connections; deliveries to it wait.\n\
        The answer comes once nothing to it can begin to leave. `party pause` only holds deliveries back."
    )]
    Suspend(Named),
    /// Accept a suspended party again, and deliver what waited for it
    #[command(after_help = "Example:\n  bindeledd party unsuspend nordvik-aft")]
    Unsuspend(Named),
    /// Show who changed a party, when, and each changed field
    History(history::Arguments),
    /// Bring the set-up of an earlier version of a party back
    RollBack(roll_back::Arguments),
    /// Fetch the documents in a party's inbox into files, to be printed
    Print(print::Arguments),
    /// Report that printed or fetched documents are entered, posted or handed over
    Entered(entered::Arguments),
    /// A party's keys: list them, make one, revoke one or all
    Key(key::Arguments),
}

/// One party.
#[derive(Debug, Args)]
pub(crate) struct Named {
    #[command(flatten)]
    hub: HubArguments,
    /// The party: its id, org:<number> or her:<id>
    #[arg(value_parser = super::party_name)]
    party: bindeledd_core::PartyName,
}

impl Named {
    /// Posts to an address below the party's own.
    fn post(&self, shared: &Shared, action: &str) -> Result<Value, Failure> {
        self.post_body(shared, action, &json!({}))
    }

    /// Posts a body to an address below the party's own.
    fn post_body(&self, shared: &Shared, action: &str, body: &Value) -> Result<Value, Failure> {
        Hub::open(&self.hub, shared)?.post(&format!("/v1/admin/parties/{}/{action}", self.party), body)
    }

    /// Reads the party.
    fn get(&self, shared: &Shared) -> Result<Value, Failure> {
        Hub::open(&self.hub, shared)?.get(&format!("/v1/admin/parties/{}", self.party))
    }
}

/// Returns a party's state in words, with the reason and the end of its pause.
fn state(party: &Value, lang: Lang) -> String {
    let is = |name: &str| party.get(name).and_then(Value::as_bool) == Some(true);
    let state = match (is("suspended"), is("paused")) {
        (true, true) => Words::SuspendedPaused.text(lang),
        (true, false) => Words::Suspended.text(lang),
        (false, true) => Words::Paused.text(lang),
        (false, false) => Common::Open.text(lang),
    };
    let Some(pause) = party.get("pause") else {
        return state;
    };
    let (why, until) = (cell(pause, "reason"), cell(pause, "until"));
    let told = if until.is_empty() {
        Words::For { state, why }
    } else {
        Words::ForUntil { state, why, until }
    };
    told.text(lang)
}

impl Command {
    /// Runs the command.
    pub(crate) fn run(self, shared: &Shared, output: Output) -> Result<Exit, Failure> {
        match self {
            Self::Add(arguments) => add::run(&arguments, shared, output),
            Self::Import(arguments) => import::run(&arguments, shared, output),
            Self::List(arguments) => list::run(&arguments, shared, output),
            Self::Test(named) => test::run(&named, shared, output),
            Self::Show(named) => show::run(&named, shared, output),
            Self::Pause(arguments) => pause::run(&arguments, shared, output),
            Self::Resume(named) => resume::run(&named, shared, output),
            Self::History(arguments) => history::run(&arguments, shared, output),
            Self::RollBack(arguments) => roll_back::run(&arguments, shared, output),
            Self::Print(arguments) => print::run(&arguments, shared, output),
            Self::Entered(arguments) => entered::run(&arguments, shared, output),
            Self::Suspend(named) => suspend::run(&named, shared, output),
            Self::Unsuspend(named) => unsuspend::run(&named, shared, output),
            Self::Key(arguments) => key::run(arguments, shared, output),
        }
    }
}
