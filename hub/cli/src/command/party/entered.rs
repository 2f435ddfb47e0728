//! `bindeledd party entered`

use bindeledd_core::delivery::ByHand;
use clap::Args;
use clap::builder::PossibleValuesParser;
use serde_json::json;
use uuid::Uuid;

use crate::caller::{Hub, HubArguments};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Output;
use crate::shared::Shared;

/// Report what happened to documents that a person took out of a party's inbox: they are then delivered, or have
/// failed.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  bindeledd party entered nav-nordvik 0190b7a0-1111-7222-8333-444455556666\n\n\
    Printed deliveries are with-a-person until then, and so are those to be entered in the receiver's own system. After\n\
    `--how not-possible` a delivery has failed: its sender is alerted, and `message retry` sends it once more."
)]
pub(crate) struct Arguments {
    #[command(flatten)]
    hub: HubArguments,
    /// The party: its id, org:<number> or her:<id>
    #[arg(value_parser = crate::command::party_name)]
    party: bindeledd_core::PartyName,
    /// The ids of the deliveries, from `party print` or `message show`
    #[arg(required = true, value_parser = crate::command::uuid)]
    deliveries: Vec<Uuid>,
    /// Outcome of these deliveries
    #[arg(long, default_value = "entered", value_parser = PossibleValuesParser::new(ByHand::ALL.map(ByHand::code)))]
    how: String,
}

pub(crate) fn run(arguments: &Arguments, shared: &Shared, output: Output) -> Result<Exit, Failure> {
    let hub = Hub::open(&arguments.hub, shared)?;
    let Arguments {
        party, deliveries, how, ..
    } = arguments;
    for delivery in deliveries {
        hub.post(
            &format!("/v1/parties/{party}/inbox/{delivery}/entered"),
            &json!({ "how": how }),
        )?;
    }
    let ids: Vec<_> = deliveries.iter().map(Uuid::to_string).collect();
    let answer = json!({ "party": party.to_string(), "deliveries": ids, "how": how });
    output.result(&answer, || {
        let state = match ByHand::parse(how) {
            Some(ByHand::NotPossible) => "failed",
            Some(_) | None => "delivered",
        };
        let lines = deliveries.iter().map(|delivery| format!("{delivery}: {state}"));
        lines.collect::<Vec<_>>().join("\n")
    });
    Ok(Exit::Done)
}
