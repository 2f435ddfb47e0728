//! `bindeledd alert list`

use bindeledd_texts::cli::common::{About, Common, Pushes};
use bindeledd_texts::{Lang, Text as _};
use clap::{Args, ValueEnum};
use serde_json::Value;

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
        let lang = output.lang();
        let alerts = rows(&answer, "alerts").iter().map(|alert| shown(alert, lang));
        let mut alerts: Vec<_> = alerts.collect();
        if alerts.len() == usize::from(arguments.limit)
            && let Some(last) = rows(&answer, "alerts").last()
        {
            let id = cell(last, "id");
            alerts.push(Common::More { id }.text(lang));
        }
        if alerts.is_empty() {
            Common::NoAlerts.text(lang)
        } else {
            alerts.join("\n")
        }
    });
    Ok(Exit::Done)
}

/// Function that names an object of an alert.
type Named = fn(String) -> About;

/// Writes an alert in lines.
pub(super) fn shown(alert: &Value, lang: Lang) -> String {
    let get = |name| cell(alert, name);
    let has = |name: &str| alert.get(name).is_some_and(|value| !value.is_null());
    let about: [(&str, Named); 6] = [
        ("message", |id| About::Message { id }),
        ("delivery", |id| About::Delivery { id }),
        ("party", |id| About::Party { id }),
        ("phone", |number| About::Phone { number }),
        ("participant", |id| About::Participant { id }),
        ("code", |code| About::Code { code }),
    ];
    let about = about.into_iter().filter(|(name, _)| has(name));
    let about: Vec<_> = about.map(|(name, named)| named(get(name)).text(lang)).collect();
    let (text, next) = (get("text"), get("whatToDo"));
    let often = match alert["times"].as_u64() {
        Some(times) if times > 1 => {
            let last = get("lastAt");
            Common::Often { times, last }.text(lang)
        }
        Some(_) | None => String::new(),
    };
    let over = if has("endedAt") {
        let at = get("endedAt");
        Common::Over { at }.text(lang)
    } else {
        String::new()
    };
    let alert_lines = format!(
        "{} {}{often}{over} {} {}\n  {text}\n  {}{}\n  {}",
        get("id"),
        get("raisedAt"),
        get("severity"),
        get("kind"),
        about.join(", "),
        life(alert, lang),
        Common::NextStep { next }.text(lang)
    );
    let mut lines = vec![alert_lines];
    lines.extend(rows(alert, "pushes").iter().flat_map(|push| pushed(push, lang)));
    lines.join("\n  ")
}

/// Writes the pushes to one target: those that it took, and the tries that failed since then.
fn pushed(push: &Value, lang: Lang) -> Vec<String> {
    let target = || cell(push, "target");
    let mut lines = Vec::new();
    if let Some(at) = push["pushedAt"].as_str() {
        let (times, at) = (push["pushes"].as_u64().unwrap_or(1), at.to_owned());
        lines.push(
            Pushes::Taken {
                target: target(),
                times,
                at,
            }
            .text(lang),
        );
    }
    if let Some(failed) = push.get("failed") {
        let (tries, at) = (failed["tries"].as_u64().unwrap_or(1), cell(failed, "at"));
        let answer = match failed["answer"].as_u64() {
            Some(code) => Pushes::Answered { code }.text(lang),
            None => Pushes::Unreached.text(lang),
        };
        let next = match failed["nextAt"].as_str() {
            Some(at) => Pushes::Again { at: at.to_owned() }.text(lang),
            None => Pushes::GivenUp.text(lang),
        };
        let target = target();
        lines.push(
            Pushes::Failed {
                target,
                tries,
                at,
                answer,
                next,
            }
            .text(lang),
        );
    }
    lines
}
