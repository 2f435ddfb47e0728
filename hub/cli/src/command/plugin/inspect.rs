//! `bindeledd plugin inspect`

use bindeledd_host::{Host, HostOptions, Inspection};
use clap::Args;
use serde_json::{Value, json};

use crate::adapter::{self, as_path, host_failure};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Output;
use crate::shared::Shared;

/// Inspect a file before it is installed: its digest, its contract, the formats and kinds that it reads and writes,
/// and its needs of an endpoint.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  bindeledd plugin inspect target/plugins/gp-dialogmelding.wasm")]
pub(crate) struct Arguments {
    /// The adapter: a .wasm file, or its name
    adapter: String,
}

pub(crate) fn run(arguments: &Arguments, shared: &Shared, output: Output) -> Result<Exit, Failure> {
    let inspection = match as_path(&arguments.adapter) {
        Some(path) => {
            let limits = adapter::limits_for_a_file(shared);
            let host = Host::new(HostOptions {
                limits,
                ..HostOptions::default()
            })
            .map_err(host_failure)?;
            host.inspect(&path).map_err(host_failure)?
        }
        None => {
            let loaded = adapter::load(&arguments.adapter, shared)?;
            let found = loaded
                .host
                .installed()
                .into_iter()
                .find(|installed| installed.id == loaded.id);
            found.map(|installed| installed.inspection).ok_or_else(|| {
                Failure::new(Exit::Failed, "BL-3001", format!("there is no adapter `{}`", loaded.id))
                    .next("name a .wasm file")
            })?
        }
    };
    output.result(&to_json(&inspection), || human(&inspection));
    Ok(Exit::Done)
}

/// Formats an inspection as JSON.
pub(super) fn to_json(inspection: &Inspection) -> Value {
    json!({
        "path": inspection.path.display().to_string(), "bytes": inspection.bytes, "sha256": inspection.sha256.to_string(),
        "contract": inspection.contract, "exports": inspection.exports, "manifest": inspection.manifest,
    })
}

fn human(inspection: &Inspection) -> String {
    let manifest = &inspection.manifest;
    let needs = &manifest.needs;
    let list = |items: &[String]| {
        if items.is_empty() {
            "nothing".to_owned()
        } else {
            items.join(", ")
        }
    };
    let formats: Vec<_> = manifest
        .formats
        .iter()
        .map(|f| format!("{} ({})", f.media_type, f.description))
        .collect();
    format!(
        "{} {}: {}\n  file      {}\n  size      {} bytes\n  sha256    {}\n  contract  {}\n  formats   {}\n  reads     {}\n  \
         writes    {}\n  needs     endpoint: {}; party: {}; credentials: {}{}",
        manifest.id,
        manifest.version,
        manifest.description,
        inspection.path.display(),
        inspection.bytes,
        inspection.sha256,
        inspection.contract,
        list(&formats),
        list(&manifest.reads),
        list(&manifest.writes),
        list(&needs.endpoint),
        list(&needs.party),
        list(&needs.credentials),
        if manifest.entered_by_hand {
            "\n  by hand   a person enters its documents, if the endpoint has no address"
        } else {
            ""
        },
    )
}
