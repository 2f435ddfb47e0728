//! `bindeledd plugin reset`

use bindeledd_texts::cli::plugin::Plugin;
use clap::Args;
use serde_json::json;

use crate::caller::{Hub, HubArguments};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Output;
use crate::shared::Shared;

/// End the quarantine of an adapter in a running hub, without a restart. The adapter's waiting messages go on, and
/// senders that rested are accepted again. Look at the log first: the same fault makes the adapter fail again.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  bindeledd plugin reset gp-dialogmelding")]
pub(crate) struct Arguments {
    /// The adapter's name, as in `plugin list`
    adapter: String,
    #[command(flatten)]
    hub: HubArguments,
}

pub(crate) fn run(arguments: &Arguments, shared: &Shared, output: Output) -> Result<Exit, Failure> {
    let id = bindeledd_core::AdapterId::parse(&arguments.adapter).ok_or_else(|| {
        let what = Plugin::NoName {
            adapter: arguments.adapter.clone(),
        };
        Failure::new(Exit::Refused, "BL-3001", what).next(Plugin::ListNames)
    })?;
    let path = format!("/v1/admin/adapters/{id}/reset");
    let answer = Hub::open(&arguments.hub, shared)?.post(&path, &json!({}))?;
    let adapter = id.to_string();
    let text = if answer["wasSetAside"] == true {
        Plugin::InUseAgain { adapter }
    } else {
        Plugin::WasInUse { adapter }
    };
    output.told(&answer, &text);
    Ok(Exit::Done)
}
