//! `bindeledd alert list`

use clap::{Args, ValueEnum};

use super::super::{cell, rows, slug};
use super::life;
use crate::caller::{Hub, HubArguments};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Output;
use crate::shared::Shared;

/// State of the alerts to list.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum State {
    /// Nobody has taken it
    Open,
    /// Somebody has taken it
    Taken,
    /// It is closed
    Closed,
    /// Every state
    All,
}

impl State {
    /// Returns the part of the query.
    const fn asked(self) -> &'static str {
        match self {
            Self::Open => "&state=open",
            Self::Taken => "&state=taken",
            Self::Closed => "&state=closed",
            Self::All => "",
        }
    }
}

/// List the alerts that need a person's attention, newest first, with the action to take.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  bindeledd alert list --limit 10")]
pub(crate) struct Arguments {
    #[command(flatten)]
    hub: HubArguments,
    /// Only alerts of this kind
    #[arg(long, value_name = "KIND", value_parser = slug)]
    kind: Option<String>,
    /// Only alerts in this state
    #[arg(long, value_enum, default_value_t = State::Open, value_name = "STATE")]
    state: State,
    /// Maximum number of rows to list
    #[arg(long, default_value_t = 50, value_name = "N")]
    limit: u16,
    /// Only alerts that were raised before the alert with this id, to continue a list
    #[arg(long, value_name = "ID")]
    before: Option<uuid::Uuid>,
}

pub(crate) fn run(arguments: &Arguments, shared: &Shared, output: Output) -> Result<Exit, Failure> {
    let hub = Hub::open(&arguments.hub, shared)?;
    let kind = arguments
        .kind
        .as_ref()
        .map(|kind| format!("&kind={kind}"))
        .unwrap_or_default();
    let before = arguments.before.map(|id| format!("&before={id}")).unwrap_or_default();
    let answer = hub.get(&format!(
        "/v1/admin/alerts?limit={}{}{kind}{before}",
        arguments.limit,
        arguments.state.asked()
    ))?;
    output.result(&answer, || {
        let alerts = rows(&answer, "alerts").iter().map(|alert| {
            let get = |name| cell(alert, name);
            let about: Vec<_> = ["message", "delivery", "party", "phone", "participant", "code"]
                .into_iter()
                .filter(|name| alert.get(*name).is_some_and(|value| !value.is_null()))
                .map(|name| format!("{name} {}", get(name)))
                .collect();
            let (text, next) = (get("text"), get("whatToDo"));
            let often = match alert["times"].as_u64() {
                Some(times) if times > 1 => format!(", {times} times until {}", get("lastAt")),
                Some(_) | None => String::new(),
            };
            let over = match alert.get("endedAt") {
                Some(_) => format!(", over at {}", get("endedAt")),
                None => String::new(),
            };
            format!(
                "{} {}{often}{over} {} {}\n  {text}\n  {}{}\n  next: {next}",
                get("id"),
                get("raisedAt"),
                get("severity"),
                get("kind"),
                about.join(", "),
                life(alert)
            )
        });
        let mut alerts: Vec<_> = alerts.collect();
        if alerts.len() == usize::from(arguments.limit)
            && let Some(last) = rows(&answer, "alerts").last()
        {
            alerts.push(format!("there may be more: --before {}", cell(last, "id")));
        }
        if alerts.is_empty() {
            "no alerts".to_owned()
        } else {
            alerts.join("\n")
        }
    });
    Ok(Exit::Done)
}
