//! `bindeledd plugin shadow`

use bindeledd_texts::Text as _;
use bindeledd_texts::cli::plugin::Plugin;
use clap::Args;
use serde_json::{Value, json};

use super::live::{body, id, split};
use crate::caller::{Hub, HubArguments};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{Output, table};
use crate::shared::Shared;

/// Let a version of an adapter run in the shadow of the one in use. It gets the same documents at the same moment; its output is
/// compared and thrown away. The report has counts and paths of differences, and never a value.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  bindeledd plugin shadow gp-dialogmelding@0.2.0 --for 1h --documents 500\n  \
    bindeledd plugin shadow report gp-dialogmelding\n  bindeledd plugin shadow end gp-dialogmelding"
)]
pub(crate) struct Arguments {
    /// The adapter and its version; or `report` or `end`, with the adapter behind it
    what: String,
    /// The adapter, after `report` or `end`
    adapter: Option<String>,
    /// The longest time: minutes, hours or days, such as 90m, 1h or 2d [default: 1d]
    #[arg(long = "for", value_name = "TIME", value_parser = minutes)]
    lasts: Option<u32>,
    /// The number of documents after which it ends
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    documents: Option<u32>,
    /// The reason, for the audit log
    #[arg(long)]
    reason: Option<String>,
    #[command(flatten)]
    hub: HubArguments,
}

fn minutes(raw: &str) -> Result<u32, String> {
    let wrong = || "write minutes, hours or days, up to a week, such as 90m, 1h or 2d".to_owned();
    let unit = raw.chars().last().ok_or_else(wrong)?;
    let each = match unit {
        'm' => 1,
        'h' => 60,
        'd' => 24 * 60,
        _ => return Err(wrong()),
    };
    let number: u32 = raw[..raw.len() - 1].parse().map_err(|_| wrong())?;
    let minutes = number.checked_mul(each).ok_or_else(wrong)?;
    (1..=7 * 24 * 60)
        .contains(&minutes)
        .then_some(minutes)
        .ok_or_else(wrong)
}

pub(crate) fn run(arguments: &Arguments, shared: &Shared, output: Output) -> Result<Exit, Failure> {
    let hub = Hub::open(&arguments.hub, shared)?;
    let answer = match (arguments.what.as_str(), &arguments.adapter) {
        ("report", Some(adapter)) => hub.get(&format!("/v1/admin/adapters/{}/shadow", id(adapter)?))?,
        ("end", Some(adapter)) => hub.post(&format!("/v1/admin/adapters/{}/shadow/end", id(adapter)?), &json!({}))?,
        (version, _) => {
            let (adapter, version) = split(version)?;
            let body = body(&[
                ("version", version.into()),
                ("minutes", arguments.lasts.into()),
                ("documents", arguments.documents.into()),
                ("reason", arguments.reason.clone().into()),
            ]);
            hub.post(&format!("/v1/admin/adapters/{adapter}/shadow"), &body)?
        }
    };
    output.result(&answer, || report(&answer, output));
    Ok(Exit::Done)
}

fn report(answer: &Value, output: Output) -> String {
    let lang = output.lang();
    let text = |name: &str| answer[name].as_str().unwrap_or_default().to_owned();
    let short = |name: &str| text(name).chars().take(12).collect::<String>();
    let count = |name: &str| answer[name].as_u64().unwrap_or_default();
    let state = match answer["endedBy"].as_str() {
        None => Plugin::ShadowRuns { until: text("until") },
        Some(by) => Plugin::ShadowEnded { by: by.to_owned() },
    };
    let counts = Plugin::ShadowCounts {
        adapter: text("adapter"),
        version: short("version"),
        beside: short("beside"),
        state: state.text(lang),
        documents: count("documents"),
        same: count("same"),
        different: count("different"),
        dropped: count("dropped"),
    };
    let mut lines = counts.text(lang);
    let rows: Vec<Vec<String>> = ["faults", "paths"]
        .into_iter()
        .filter_map(|name| answer[name].as_object())
        .flatten()
        .map(|(path, count)| vec![count.to_string(), path.clone()])
        .collect();
    if !rows.is_empty() {
        lines.push('\n');
        lines.push_str(&table(&Plugin::ShadowColumns.text(lang), &rows));
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_has_a_unit_and_is_at_most_a_week() {
        assert_eq!(
            [minutes("90m"), minutes("1h"), minutes("7d")],
            [Ok(90), Ok(60), Ok(10_080)]
        );
        for raw in ["", "1", "0m", "8d", "h", "1.5h", "-1h", "1å", "99999999999h"] {
            assert!(minutes(raw).is_err(), "{raw}");
        }
    }
}
