//! `bindeledd plugin inspect`

use bindeledd_host::{Host, HostOptions, Inspection};
use bindeledd_texts::cli::plugin::Plugin;
use bindeledd_texts::{Lang, Text as _};
use clap::Args;
use serde_json::{Value, json};

use crate::adapter::{self, as_path, host_failure};
use crate::command::number;
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
                Failure::new(
                    Exit::Failed,
                    "BL-3001",
                    Plugin::NoAdapter {
                        adapter: loaded.id.to_string(),
                    },
                )
                .next(Plugin::NameFile)
            })?
        }
    };
    output.result(&to_json(&inspection), || human(&inspection, output.lang()));
    Ok(Exit::Done)
}

/// Formats an inspection as JSON.
pub(super) fn to_json(inspection: &Inspection) -> Value {
    json!({
        "path": inspection.path.display().to_string(), "bytes": inspection.bytes, "sha256": inspection.sha256.to_string(),
        "contract": inspection.contract, "exports": inspection.exports, "manifest": inspection.manifest,
    })
}

fn human(inspection: &Inspection, lang: Lang) -> String {
    let manifest = &inspection.manifest;
    let needs = &manifest.needs;
    let list = |items: &[String]| {
        if items.is_empty() {
            Plugin::Nothing.text(lang)
        } else {
            items.join(", ")
        }
    };
    let formats: Vec<_> = manifest
        .formats
        .iter()
        .map(|f| format!("{} ({})", f.media_type, f.description))
        .collect();
    let inspected = Plugin::Inspected {
        name: format!("{} {}: {}", manifest.id, manifest.version, manifest.description),
        file: inspection.path.display().to_string(),
        bytes: number(inspection.bytes),
        sha256: inspection.sha256.to_string(),
        contract: inspection.contract.to_string(),
        formats: list(&formats),
        reads: list(&manifest.reads),
        writes: list(&manifest.writes),
        endpoint: list(&needs.endpoint),
        party: list(&needs.party),
        credentials: list(&needs.credentials),
    };
    let mut text = inspected.text(lang);
    if manifest.entered_by_hand {
        text.push('\n');
        text.push_str(&Plugin::ByHand.text(lang));
    }
    text
}
