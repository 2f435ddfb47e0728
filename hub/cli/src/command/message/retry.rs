//! `bindeledd message retry`

use bindeledd_texts::cli::message::Message;
use bindeledd_texts::{Lang, Text as _};
use clap::Args;
use serde_json::{Value, json};
use uuid::Uuid;

use super::list::Filters;
use super::touched;
use crate::caller::{Hub, HubArguments};
use crate::command::{cell, number, rows, uuid};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Output;
use crate::shared::Shared;

/// Sends deliveries once more: those of one message, or a selection in two steps.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  bindeledd message retry 0190b7a0-1111-7222-8333-444455556666\n  \
    bindeledd message retry --preview --party fjellvik --state failed\n  \
    bindeledd message retry --token 5b1f0c5211114a00800000000000007a --reason \"the receiver's outage is over\" --one-first\n  \
    bindeledd message retry --runs"
)]
pub(crate) struct Arguments {
    #[command(flatten)]
    hub: HubArguments,
    #[command(flatten)]
    what: What,
    /// The reason, without names of persons; it stands in the audit log
    #[arg(long, value_name = "TEXT", value_parser = crate::command::reason, requires = "token")]
    reason: Option<String>,
    /// Send one delivery first, and the others once it has arrived
    #[arg(long, requires = "token")]
    one_first: bool,
    #[command(flatten)]
    filters: Filters,
}

/// The one thing to do.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
struct What {
    /// The id of the message
    #[arg(value_parser = uuid, conflicts_with = "Filters")]
    message: Option<Uuid>,
    /// Show the effect that a retry of the selected deliveries would have now, at most 1,000
    #[arg(long)]
    preview: bool,
    /// Start exactly the retry of the preview with this token
    #[arg(long, requires = "reason", conflicts_with = "Filters")]
    token: Option<String>,
    /// List the runs since the hub started
    #[arg(long, conflicts_with = "Filters")]
    runs: bool,
    /// Show the progress of a run
    #[arg(long, value_name = "RUN", value_parser = uuid, conflicts_with = "Filters")]
    run: Option<Uuid>,
    /// Stop a run
    #[arg(long, value_name = "RUN", value_parser = uuid, conflicts_with = "Filters")]
    stop: Option<Uuid>,
}

pub(crate) fn run(arguments: &Arguments, shared: &Shared, output: Output) -> Result<Exit, Failure> {
    let hub = Hub::open(&arguments.hub, shared)?;
    let (what, lang) = (&arguments.what, output.lang());
    if let Some(message) = what.message {
        let answer = hub.post(&format!("/v1/messages/{message}/retry"), &json!({}))?;
        output.result(&answer, || touched(&answer, |count| Message::WaitAgain { count }, lang));
    } else if let Some(token) = &what.token {
        let start = json!({"token": token, "reason": arguments.reason, "oneFirst": arguments.one_first});
        let run = hub.post("/v1/admin/retries", &start)?;
        output.result(&run, || lines(&run, lang));
    } else if let Some(id) = what.run {
        let run = hub.get(&format!("/v1/admin/retries/{id}"))?;
        output.result(&run, || lines(&run, lang));
    } else if let Some(id) = what.stop {
        let run = hub.post(&format!("/v1/admin/retries/{id}/stop"), &json!({}))?;
        output.result(&run, || lines(&run, lang));
    } else if what.runs {
        let answer = hub.get("/v1/admin/retries")?;
        output.result(&answer, || {
            let runs: Vec<_> = rows(&answer, "runs").iter().map(|run| lines(run, lang)).collect();
            if runs.is_empty() {
                Message::NoRuns.text(lang)
            } else {
                runs.join("\n")
            }
        });
    } else {
        let query = arguments.filters.query();
        let path = format!("/v1/admin/retries/preview?{}", query.trim_start_matches('&'));
        let preview = hub.post(&path, &Value::Object(arguments.filters.names()))?;
        output.result(&preview, || previewed(&preview, lang));
    }
    Ok(Exit::Done)
}

/// Formats a run.
fn lines(run: &Value, lang: Lang) -> String {
    let line = Message::Run {
        run: format!("{} {}", cell(run, "id"), cell(run, "status")),
        done: cell(run, "done"),
        total: cell(run, "total"),
        left: cell(run, "left"),
        changed: number(rows(run, "leftOut").len()),
        failed: number(rows(run, "failed").len()),
    };
    line.text(lang)
}

/// A function that heads a group of deliveries with their number.
type Heading = fn(u64) -> Message;

/// Formats a preview: the three groups, and the command that starts the retry.
fn previewed(preview: &Value, lang: Lang) -> String {
    let mut text = String::new();
    let mut line = |indent: &str, message: Message, code: String| {
        text.push_str(&format!("{indent}{}{code}\n", message.text(lang)));
    };
    let groups: [(&str, Heading); 3] = [
        ("goes", |count| Message::WouldGo { count }),
        ("blocked", |count| Message::BlockedNow { count }),
        ("tooLate", |count| Message::TooLate { count }),
    ];
    for (group, heading) in groups {
        let deliveries = rows(preview, group);
        line("", heading(number(deliveries.len())), String::new());
        for delivery in deliveries {
            let code = Some(cell(delivery, "code")).filter(|code| !code.is_empty());
            let of = Message::DeliveriesOf {
                message: cell(delivery, "message"),
                party: cell(delivery, "to"),
                state: cell(delivery, "state"),
            };
            line("  ", of, code.map(|code| format!(", {code}")).unwrap_or_default());
        }
    }
    if preview["isMore"] == true {
        line("", Message::RetryInParts, String::new());
    }
    let (until, token) = (cell(preview, "until"), cell(preview, "token"));
    text + &Message::StartRetry { until, token }.text(lang)
}
