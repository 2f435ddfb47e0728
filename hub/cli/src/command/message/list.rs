//! `bindeledd message list`

use bindeledd_core::delivery::Cause;
use bindeledd_texts::Text as _;
use bindeledd_texts::cli::message::Message;
use clap::Args;
use jiff::Timestamp;
use serde_json::{Map, Value};
use uuid::Uuid;

use super::lines;
use crate::caller::{Hub, HubArguments};
use crate::command::{moment, party_name, query, rows, slug, uuid};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Output;
use crate::shared::Shared;

/// List messages, newest first: states and reasons, never content.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  bindeledd message list --state blocked\n  bindeledd message list --party nordvik-aft --limit 5\n  \
    bindeledd message list --since 24h --code BL-4002\n  bindeledd message list --external-id 5b1f0c52-1111-4a00-8000-00000000007a"
)]
pub(crate) struct Arguments {
    #[command(flatten)]
    hub: HubArguments,
    #[command(flatten)]
    filters: Filters,
    /// Only messages that were accepted before the message with this id
    #[arg(long, value_name = "MESSAGE", value_parser = uuid)]
    before: Option<Uuid>,
    /// Maximum number of rows to list
    #[arg(long, default_value_t = 50, value_name = "N")]
    limit: u16,
}

/// Selects messages. All conditions hold at once.
#[derive(Debug, Args)]
pub(crate) struct Filters {
    /// Only messages from or to this party
    #[arg(long, value_parser = party_name)]
    party: Option<bindeledd_core::PartyName>,
    /// Only messages with a delivery in this state: waiting, sending, awaiting-receipt, with-a-person, delivered,
    /// refused, blocked, …
    #[arg(long, value_parser = slug)]
    state: Option<String>,
    /// Only messages of this kind
    #[arg(long, value_parser = slug)]
    kind: Option<String>,
    /// Only messages about this participant, by pseudonym
    #[arg(long, value_name = "REF", value_parser = uuid)]
    participant: Option<Uuid>,
    /// Only messages with a delivery that has this code as its cause, such as BL-4002
    #[arg(long, value_parser = error_code)]
    code: Option<String>,
    /// Only messages that were accepted at this time or later: RFC 3339, a day, or a time ago such as 30m, 24h or 7d
    #[arg(long, value_name = "TIME", value_parser = moment)]
    since: Option<Timestamp>,
    /// Only messages that were accepted before this time
    #[arg(long, value_name = "TIME", value_parser = moment)]
    until: Option<Timestamp>,
    /// Only messages to which their sender gave this reference
    #[arg(long, value_name = "TEXT")]
    reference: Option<String>,
    /// Only messages with this id: of a delivery, a conversation, a receipt, a receiver's system or a transport
    #[arg(long, value_name = "ID")]
    external_id: Option<String>,
}

impl Filters {
    /// Returns the conditions as parts of a query. Each begins with `&`.
    pub(crate) fn query(&self) -> String {
        query([
            ("party", self.party.as_ref().map(ToString::to_string)),
            ("state", self.state.clone()),
            ("kind", self.kind.clone()),
            ("code", self.code.clone()),
            ("participant", self.participant.map(|id| id.to_string())),
            ("since", self.since.map(|at| at.to_string())),
            ("until", self.until.map(|at| at.to_string())),
        ])
    }

    /// Returns the names that somebody else made. They may hold personal data, and so stand in no address.
    pub(crate) fn names(&self) -> Map<String, Value> {
        let names = [("reference", &self.reference), ("externalId", &self.external_id)];
        let names = names.into_iter();
        names
            .filter_map(|(name, value)| Some((name.to_owned(), value.as_deref()?.into())))
            .collect()
    }
}

/// Parses the code of a cause.
fn error_code(raw: &str) -> Result<String, String> {
    if Cause::is_code(raw) {
        Ok(raw.to_owned())
    } else {
        Err("a code is BL- and four digits, such as BL-4002".to_owned())
    }
}

pub(crate) fn run(arguments: &Arguments, shared: &Shared, output: Output) -> Result<Exit, Failure> {
    let hub = Hub::open(&arguments.hub, shared)?;
    let before = arguments.before.map(|id| format!("&before={id}")).unwrap_or_default();
    let query = format!("limit={}{}{before}", arguments.limit, arguments.filters.query());
    let names = arguments.filters.names();
    let answer = if names.is_empty() {
        hub.get(&format!("/v1/admin/messages?{query}"))?
    } else {
        hub.post(&format!("/v1/admin/messages/search?{query}"), &Value::Object(names))?
    };
    let lang = output.lang();
    output.result(&answer, || {
        let messages: Vec<_> = rows(&answer, "messages")
            .iter()
            .map(|message| lines(message, lang))
            .collect();
        if messages.is_empty() {
            Message::None.text(lang)
        } else {
            messages.join("\n")
        }
    });
    Ok(Exit::Done)
}
