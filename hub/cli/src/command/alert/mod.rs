//! `bindeledd alert …`

mod list;

use bindeledd_texts::cli::common::Common;
use bindeledd_texts::{Lang, Text as _};
use clap::{Args, Subcommand};
use serde_json::{Value, json};
use uuid::Uuid;

use super::cell;
use crate::caller::{Hub, HubArguments};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Output;
use crate::shared::Shared;

/// `bindeledd alert`
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// List alerts, newest first
    List(list::Arguments),
    /// Show an alert, with its pushes
    #[command(after_help = "Example:\n  bindeledd alert show 0190b7a0-1111-7222-8333-444455556666")]
    Show(Named),
    /// Take an alert, so that others see who acts on it
    #[command(after_help = "Example:\n  bindeledd alert take 0190b7a0-1111-7222-8333-444455556666")]
    Take(Named),
    /// Give back an alert that was taken
    #[command(after_help = "Example:\n  bindeledd alert release 0190b7a0-1111-7222-8333-444455556666")]
    Release(Named),
    /// Close an alert, with a word about the action that was taken
    #[command(
        after_help = "Example:\n  bindeledd alert close 0190b7a0-1111-7222-8333-444455556666 --word \"the practice is back\""
    )]
    Close(Closing),
    /// Open a closed alert again
    #[command(after_help = "Example:\n  bindeledd alert reopen 0190b7a0-1111-7222-8333-444455556666")]
    Reopen(Named),
}

/// One alert.
#[derive(Debug, Args)]
pub(crate) struct Named {
    #[command(flatten)]
    hub: HubArguments,
    /// The id of the alert
    #[arg(value_parser = super::uuid)]
    alert: Uuid,
}

/// The closing of an alert.
#[derive(Debug, Args)]
pub(crate) struct Closing {
    /// The action that was taken, without names of persons: it stays in the audit log
    #[arg(long, value_name = "TEXT")]
    word: String,
    #[command(flatten)]
    named: Named,
}

impl Named {
    fn show(&self, shared: &Shared, output: Output) -> Result<Exit, Failure> {
        let answer = Hub::open(&self.hub, shared)?.get(&format!("/v1/admin/alerts/{}", self.alert))?;
        output.result(&answer, || list::shown(&answer["alert"], output.lang()));
        Ok(Exit::Done)
    }

    fn act(&self, action: &str, body: &Value, shared: &Shared, output: Output) -> Result<Exit, Failure> {
        let path = format!("/v1/admin/alerts/{}/{action}", self.alert);
        let answer = Hub::open(&self.hub, shared)?.post(&path, body)?;
        output.result(&answer, || {
            let (now, lang) = (&answer["alert"], output.lang());
            let alert = format!("{} {}", cell(now, "kind"), cell(now, "id"));
            let state = cell(now, "state");
            Common::IsNow { alert, state }.text(lang) + &life(now, lang)
        });
        Ok(Exit::Done)
    }
}

impl Command {
    /// Runs the command.
    pub(crate) fn run(self, shared: &Shared, output: Output) -> Result<Exit, Failure> {
        let nothing = json!({});
        match self {
            Self::List(arguments) => list::run(&arguments, shared, output),
            Self::Show(named) => named.show(shared, output),
            Self::Take(named) => named.act("take", &nothing, shared, output),
            Self::Release(named) => named.act("release", &nothing, shared, output),
            Self::Close(closing) => closing
                .named
                .act("close", &json!({ "word": closing.word }), shared, output),
            Self::Reopen(named) => named.act("reopen", &nothing, shared, output),
        }
    }
}

/// Returns the actor that took or closed an alert, with the time and the word; empty for an open alert.
fn life(alert: &Value, lang: Lang) -> String {
    let (by, at, word) = (cell(alert, "stateBy"), cell(alert, "stateAt"), cell(alert, "word"));
    if by.is_empty() {
        return String::new();
    }
    let word = if word.is_empty() {
        String::new()
    } else {
        format!(": {word}")
    };
    let state = cell(alert, "state");
    Common::StateBy { state, by, at }.text(lang) + &word
}
