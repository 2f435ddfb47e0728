//! `bindeledd key rotate`

use bindeledd_texts::Text as _;
use bindeledd_texts::cli::common::Common;
use bindeledd_texts::cli::hub::Hub as HubText;
use clap::Args;
use serde_json::json;

use super::told;
use crate::caller::{Hub, HubArguments};
use crate::command::cell;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Output;
use crate::shared::Shared;

/// Change to a new master key while the hub runs. If the key is in a file, the hub makes a new key, which replaces the
/// old one there. If the key comes from the environment or from systemd, the new key is the one that [master_key] names
/// as the next. The old key still opens the store until `bindeledd key retire`, and older backups for ever. After a
/// stop, run this command again to continue.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  bindeledd key rotate --rewrap\n  bindeledd key retire")]
pub(crate) struct Arguments {
    #[command(flatten)]
    hub: HubArguments,
    /// Also make a new wrapping key, and wrap every participant's key under it, in small batches while messages flow
    #[arg(long)]
    rewrap: bool,
}

pub(crate) fn run(arguments: &Arguments, shared: &Shared, output: Output) -> Result<Exit, Failure> {
    let hub = Hub::open(&arguments.hub, shared)?;
    let answer = hub.post("/v1/admin/key/rotate", &json!({ "rewrap": arguments.rewrap }))?;
    let lang = output.lang();
    output.result(&answer, || {
        let next = match cell(&answer, "earlier").as_str() {
            "" => cell(&answer, "whatToDo"),
            earlier => {
                let earlier = earlier.to_owned();
                HubText::CopyKeys { earlier }.text(lang)
            }
        };
        let key = HubText::NewMasterKey {
            key: cell(&answer, "key"),
        };
        let next = Common::NextStep { next };
        [key.text(lang), told(&answer, lang), next.text(lang)].join("\n")
    });
    Ok(Exit::Done)
}
