//! `bindeledd message …`

mod cancel;
mod errors;
mod find;
mod list;
mod retry;
mod send;
mod show;
mod timeline;

use bindeledd_texts::cause;
use bindeledd_texts::cli::message::Message;
use bindeledd_texts::{Lang, Text as _};
use clap::{Args, Subcommand};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{cell, number, rows};
use crate::caller::{Hub, HubArguments};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Output;
use crate::shared::Shared;

/// `bindeledd message`
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Send a message, or a document in a party's own format
    Send(send::Arguments),
    /// Show the state of a message
    #[command(after_help = "Example:\n  bindeledd message show 0190b7a0-1111-7222-8333-444455556666")]
    Show(Named),
    /// Show the way of a message, step by step: decisions, attempts, receipts, and what comes next
    #[command(after_help = "Example:\n  bindeledd message timeline 0190b7a0-1111-7222-8333-444455556666")]
    Timeline(Named),
    /// List messages, newest first
    List(list::Arguments),
    /// Find a message, a participant, a consent, an alert or a party by any id
    Find(find::Arguments),
    /// Count causes by code and receiver
    Errors(errors::Arguments),
    /// Send deliveries once more that ended without being delivered; the hub decides anew about each
    Retry(Box<retry::Arguments>),
    /// Cancel the waiting deliveries of a message
    #[command(after_help = "Example:\n  bindeledd message cancel 0190b7a0-1111-7222-8333-444455556666")]
    Cancel(Named),
}

/// One message.
#[derive(Debug, Args)]
pub(crate) struct Named {
    #[command(flatten)]
    hub: HubArguments,
    /// The id of the message
    #[arg(value_parser = super::uuid)]
    message: Uuid,
}

impl Named {
    fn post(&self, shared: &Shared, action: &str) -> Result<Value, Failure> {
        Hub::open(&self.hub, shared)?.post(&format!("/v1/messages/{}/{action}", self.message), &json!({}))
    }
}

impl Command {
    /// Runs the command.
    pub(crate) fn run(self, shared: &Shared, output: Output) -> Result<Exit, Failure> {
        match self {
            Self::Send(arguments) => send::run(&arguments, shared, output),
            Self::Show(named) => show::run(&named, shared, output),
            Self::Timeline(named) => timeline::run(&named, shared, output),
            Self::List(arguments) => list::run(&arguments, shared, output),
            Self::Find(arguments) => find::run(&arguments, shared, output),
            Self::Errors(arguments) => errors::run(&arguments, shared, output),
            Self::Retry(arguments) => retry::run(&arguments, shared, output),
            Self::Cancel(named) => cancel::run(&named, shared, output),
        }
    }
}

/// Formats a message and its deliveries, one on each line.
fn lines(message: &Value, lang: Lang) -> String {
    let some = |name: &str| Some(cell(message, name)).filter(|text| !text.is_empty());
    let from = some("from").map(|party| Message::From { party }.text(lang));
    let at = some("acceptedAt").map(|at| Message::Accepted { at }.text(lang));
    let mut text = format!(
        "{} {}{}{}",
        cell(message, "id"),
        cell(message, "kind"),
        from.unwrap_or_default(),
        at.unwrap_or_default()
    );
    for delivery in rows(message, "deliveries") {
        let (party, state) = (cell(delivery, "to"), cell(delivery, "state"));
        text.push_str(&format!("\n  {}", Message::To { party, state }.text(lang)));
        let withheld = cell(delivery, "withheld");
        let needed = cell(delivery, "wouldNeed");
        if !needed.is_empty() {
            text.push_str(&Message::WouldNeed { categories: needed }.text(lang));
        } else if !withheld.is_empty() {
            text.push_str(&Message::HeldBack { categories: withheld }.text(lang));
        }
        if let Some(reason) = delivery.get("reason").filter(|reason| !reason.is_null()) {
            let why = cause::shown(&cell(reason, "text"), lang);
            text.push_str(&format!("\n    {} {why}", cell(reason, "code")));
        }
        if cell(delivery, "state") == "with-a-person" {
            let (party, delivery) = (cell(delivery, "to"), cell(delivery, "id"));
            text.push_str(&format!("\n    {}", Message::WhenDone { party, delivery }.text(lang)));
        }
    }
    for flag in rows(message, "flags") {
        let (what, path) = (cell(flag, "what"), cell(flag, "path"));
        text.push_str(&format!("\n  {}", Message::Flag { what, path }.text(lang)));
    }
    text
}

/// Names the deliveries that an action changed.
fn touched(answer: &Value, what: fn(u64) -> Message, lang: Lang) -> String {
    let ids: Vec<_> = rows(answer, "deliveries")
        .iter()
        .filter_map(Value::as_str)
        .map(|id| format!("\n  {id}"))
        .collect();
    what(number(ids.len())).text(lang) + &ids.concat()
}
