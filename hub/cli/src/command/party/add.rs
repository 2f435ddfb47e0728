//! `bindeledd party add`

use std::path::PathBuf;

use bindeledd_texts::Text as _;
use bindeledd_texts::cli::party::Party;
use clap::Args;
use serde_json::{Map, Value, json};

use crate::caller::{Hub, HubArguments};
use crate::command::{read_file, refused_json, rows, slug};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Output;
use crate::shared::Shared;

/// Add or change a party, from a file or from arguments. A value that is not given is empty afterwards.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  bindeledd party add fjellvik-legekontor.json\n  \
    bindeledd party add --id nordvik-aft --name \"Nordvik Arbeid og Kompetanse\" --kind aft-provider \\\n    \
    --org-number 915933149 --adapter provider-json --registrar\n\n\
    A party with an adapter and no address fetches its documents, in its own format, from its inbox.")]
pub(crate) struct Arguments {
    #[command(flatten)]
    hub: HubArguments,
    /// The file of the party as JSON; - for standard input
    #[arg(required_unless_present = "id", conflicts_with = "id")]
    file: Option<PathBuf>,
    /// Id of the party in the hub
    #[arg(long, requires = "name", requires = "kind", value_parser = slug)]
    id: Option<String>,
    /// Name of the party
    #[arg(long)]
    name: Option<String>,
    /// The kind of party: aft-provider, gp, specialist-service, nav-office, …
    #[arg(long, value_parser = slug)]
    kind: Option<String>,
    /// The name that others see, if the party's own name would reveal an illness
    #[arg(long, value_name = "NAME")]
    public_label: Option<String>,
    /// The telephone number that others see beside that name; it must not be listed under the party's own name
    #[arg(long, value_name = "NUMBER")]
    public_phone: Option<String>,
    /// The organisation that the party is a unit of
    #[arg(long, value_name = "PARTY", value_parser = slug)]
    part_of: Option<String>,
    /// Organisation number of the party
    #[arg(long, value_name = "NUMBER")]
    org_number: Option<String>,
    /// HER-id of the party
    #[arg(long, value_name = "ID")]
    her_id: Option<u32>,
    /// The address for mail, without content, about documents in the party's inbox
    #[arg(long, value_name = "ADDRESS", conflicts_with = "address")]
    notify_email: Option<String>,
    /// Let the party register consents
    #[arg(long)]
    registrar: bool,
    /// A registrar that this party trusts for its grants
    #[arg(long = "trust", value_name = "PARTY", value_parser = slug)]
    trusts: Vec<String>,
    /// The adapter for the party's format
    #[arg(long, value_name = "ADAPTER")]
    adapter: Option<String>,
    /// The address for documents to the party
    #[arg(long, value_name = "URL", requires = "adapter")]
    address: Option<String>,
    /// The name of the credential in the configuration for requests to the party
    #[arg(long, value_name = "NAME", requires = "adapter")]
    credential: Option<String>,
    /// A setting of the adapter, as NAME=VALUE; VALUE may be JSON
    #[arg(long = "setting", value_name = "NAME=VALUE", requires = "adapter", value_parser = setting)]
    settings: Vec<(String, Value)>,
    /// The hub's own HER-id in documents to and from the party
    #[arg(long, value_name = "ID", requires = "adapter")]
    endpoint_her_id: Option<u32>,
    /// The hub's own organisation number in documents to and from the party
    #[arg(long, value_name = "NUMBER", requires = "adapter")]
    endpoint_org_number: Option<String>,
}

/// Parses a value that is JSON or a plain text.
fn given(value: &str) -> Result<Value, String> {
    match bindeledd_core::json::parse(value.as_bytes()) {
        Ok(value) => Ok(value),
        // A value that begins like an object or a list must be valid JSON.
        Err(error) if value.trim_start().starts_with(['{', '[']) => Err(error.to_string()),
        Err(_) => Ok(value.into()),
    }
}

fn setting(raw: &str) -> Result<(String, Value), String> {
    let (name, value) = raw.split_once('=').ok_or("write NAME=VALUE")?;
    Ok((name.to_owned(), given(value)?))
}

pub(crate) fn run(arguments: &Arguments, shared: &Shared, output: Output) -> Result<Exit, Failure> {
    let party = match &arguments.file {
        Some(file) => bindeledd_core::json::parse(&read_file(file)?)
            .map_err(|error| refused_json(file, error, Party::WritePartyAsHelp))?,
        None => arguments.to_json(),
    };
    let answer = Hub::open(&arguments.hub, shared)?.post("/v1/admin/parties", &party)?;
    output.result(&answer, || {
        let id = answer
            .get("id")
            .or_else(|| party.get("id"))
            .and_then(Value::as_str)
            .unwrap_or_default();
        let notes: String = rows(&answer, "notes")
            .iter()
            .filter_map(Value::as_str)
            .map(|note| format!("\n{note}"))
            .collect();
        let there = Party::There { party: id.to_owned() };
        there.text(output.lang()) + &notes
    });
    Ok(Exit::Done)
}

impl Arguments {
    fn to_json(&self) -> Value {
        let mut party = Map::new();
        let mut put = |name: &str, value: Value| {
            if !value.is_null() {
                party.insert(name.to_owned(), value);
            }
        };
        put("id", json!(self.id));
        put("name", json!(self.name));
        put("kind", json!(self.kind));
        put("publicLabel", json!(self.public_label));
        put("publicPhone", json!(self.public_phone));
        put("partOf", json!(self.part_of));
        put("orgNumber", json!(self.org_number));
        put("herId", json!(self.her_id));
        put(
            "notify",
            self.notify_email
                .as_ref()
                .map_or(Value::Null, |email| json!({ "email": email })),
        );
        put("registrar", json!(self.registrar));
        put("trusts", json!(self.trusts));
        if let Some(adapter) = &self.adapter {
            let settings: Map<_, _> = self.settings.iter().cloned().collect();
            let endpoint = json!({
                "adapter": adapter, "address": self.address, "credential": self.credential, "settings": settings,
                "herId": self.endpoint_her_id, "orgNumber": self.endpoint_org_number,
            });
            let Value::Object(mut endpoint) = endpoint else {
                return Value::Object(party);
            };
            endpoint.retain(|_, value| !value.is_null());
            party.insert("endpoint".to_owned(), Value::Object(endpoint));
        }
        Value::Object(party)
    }
}
