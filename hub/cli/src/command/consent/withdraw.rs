//! `bindeledd consent withdraw`

use clap::Args;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::caller::{Hub, HubArguments};
use crate::command::{Shared, party_name, rows, slug, uuid};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Output;

/// Take a consent back for the participant: all of it, everything with one party, or one exchange. The answer comes when no
/// sending under it can begin any more, and says what could not be stopped.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  \
    bindeledd consent withdraw 0b0f7b5e-6a53-4c36-9d3e-0b6f2f1f6a01\n  \
    bindeledd consent withdraw 0b0f7b5e-6a53-4c36-9d3e-0b6f2f1f6a01 --party fjellvik-legekontor\n  \
    bindeledd consent withdraw 0b0f7b5e-6a53-4c36-9d3e-0b6f2f1f6a01 \\\n    \
    --from spesialist --to nordvik-aft --category function")]
pub(crate) struct Arguments {
    #[command(flatten)]
    hub: HubArguments,
    /// The consent's id
    #[arg(value_parser = uuid)]
    consent: Uuid,
    /// Everything to and from this party
    #[arg(long, value_parser = party_name, conflicts_with_all = ["from", "to"])]
    party: Option<bindeledd_core::PartyName>,
    /// One exchange: its sender
    #[arg(long, value_parser = party_name, requires = "to")]
    from: Option<bindeledd_core::PartyName>,
    /// One exchange: its receiver
    #[arg(long, value_parser = party_name, requires = "from")]
    to: Option<bindeledd_core::PartyName>,
    /// One exchange: for this purpose
    #[arg(long, requires = "from", value_parser = slug)]
    purpose: Option<String>,
    /// One exchange: these categories of it alone
    #[arg(long = "category", requires = "from", value_delimiter = ',', value_parser = slug, value_name = "CATEGORY")]
    categories: Vec<String>,
}

pub(crate) fn run(arguments: &Arguments, shared: &Shared, output: Output) -> Result<Exit, Failure> {
    let mut scope = Map::new();
    let mut put = |name: &str, value: Option<String>| value.map(|value| scope.insert(name.to_owned(), value.into()));
    put("party", arguments.party.as_ref().map(ToString::to_string));
    put("from", arguments.from.as_ref().map(ToString::to_string));
    put("to", arguments.to.as_ref().map(ToString::to_string));
    put("purpose", arguments.purpose.clone());
    if !arguments.categories.is_empty() {
        scope.insert("categories".to_owned(), json!(arguments.categories));
    }
    let path = format!("/v1/consents/{}/withdraw", arguments.consent);
    let answer = Hub::open(&arguments.hub, shared)?.post(&path, &Value::Object(scope))?;
    output.result(&answer, || {
        let count = |name| rows(&answer, name).len();
        let mut text = format!(
            "withdrawn: {} deliveries cancelled, {} on the wire already, {} handed over before",
            count("cancelled"),
            count("sending"),
            count("handedOver")
        );
        if count("remains") > 0 {
            text.push_str(&format!(
                "\n{} grants rest on law or contract and remain",
                count("remains")
            ));
        }
        text
    });
    Ok(Exit::Done)
}
