//! `bindeledd plugin install`

use std::fs;
use std::path::PathBuf;

use bindeledd_core::AdapterId;
use bindeledd_files::Access;
use bindeledd_host::{Host, HostOptions, Inspection, Sha256};
use bindeledd_texts::cli::plugin::Plugin;
use clap::Args;
use serde_json::json;

use super::live;
use crate::adapter::{host_failure, limits_for_a_file};
use crate::caller::HubArguments;
use crate::command::{cannot_make, init};
use crate::config::Configuration;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Output;
use crate::shared::Shared;

/// Copy an adapter into the hub's folder, and pin its digest in bindeledd.toml. The hub uses it from its next start. With
/// `--running`, a running hub gets it beside its other versions, and `plugin use` takes it into use.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  bindeledd plugin install target/plugins/gp-dialogmelding.wasm\n  \
    bindeledd plugin install new.wasm --id gp-dialogmelding@0.2.0\n\n\
    Several versions can be installed: an endpoint names the one that it uses."
)]
pub(crate) struct Arguments {
    /// The component's file
    file: PathBuf,
    /// The name in the configuration [default: the adapter's own name]
    #[arg(long, value_parser = adapter_id)]
    id: Option<AdapterId>,
    /// Install it in the running hub, beside the versions there, instead of in the configuration
    #[arg(long)]
    running: bool,
    #[command(flatten)]
    hub: HubArguments,
}

fn adapter_id(raw: &str) -> Result<AdapterId, String> {
    AdapterId::parse(raw).ok_or_else(|| "write a name like gp-dialogmelding or gp-dialogmelding@0.2.0".to_owned())
}

pub(crate) fn run(arguments: &Arguments, shared: &Shared, output: Output) -> Result<Exit, Failure> {
    if arguments.running {
        return live::install((&arguments.file, arguments.id.as_ref()), &arguments.hub, shared, output);
    }
    let configuration = shared.configuration()?;
    let limits = limits_for_a_file(shared);
    let host = Host::new(HostOptions {
        limits,
        ..HostOptions::default()
    })
    .map_err(host_failure)?;
    let inspection = host.inspect(&arguments.file).map_err(host_failure)?;
    let own_name = || {
        AdapterId::parse(&inspection.manifest.id)
            .ok_or_else(|| Failure::new(Exit::Refused, "BL-6011", Plugin::NoUsableName).next(Plugin::NameWithId))
    };
    let id = arguments.id.clone().map_or_else(own_name, Ok)?;
    let installed = install(&configuration, &id, arguments, &inspection)?;
    let json = json!({ "id": id.as_str(), "sha256": inspection.sha256.to_string(), "installed": installed });
    let (adapter, version) = (id.to_string(), inspection.manifest.version);
    let text = if installed {
        Plugin::Pinned { adapter, version }
    } else {
        Plugin::WasPinned { adapter, version }
    };
    output.told(&json, &text);
    Ok(Exit::Done)
}

/// Installs an adapter. Returns whether anything changed.
fn install(
    configuration: &Configuration,
    id: &AdapterId,
    arguments: &Arguments,
    inspection: &Inspection,
) -> Result<bool, Failure> {
    let sha256 = inspection.sha256.to_string();
    match configuration.settings.adapters.get(id.as_str()) {
        Some(there) if there.sha256.eq_ignore_ascii_case(&sha256) => return Ok(false),
        Some(_) => {
            return Err(taken(
                id,
                &configuration.file.display().to_string(),
                &inspection.manifest.version,
            ));
        }
        None => {}
    }
    let relative = format!("plugins/{id}.wasm");
    let target = configuration.path(&relative);
    let failed = |error: std::io::Error| cannot_make(&target, Plugin::LetWrite, error);
    let bytes = fs::read(&arguments.file).map_err(failed)?;
    if Sha256::of(&bytes) != inspection.sha256 {
        let what = Plugin::Changed {
            file: arguments.file.display().to_string(),
        };
        return Err(Failure::new(Exit::Refused, "BL-6011", what).next(Plugin::RunAgain));
    }
    let there = fs::read(&target).unwrap_or_default();
    // No configuration names this file. If it has the same bytes, or a prefix of them, an interrupted attempt left it.
    if target.exists() && !bytes.starts_with(&there) {
        return Err(taken(id, &target.display().to_string(), &inspection.manifest.version));
    }
    if there != bytes {
        if let Some(folder) = target.parent() {
            bindeledd_files::folder(folder, Access::Open).map_err(failed)?;
        }
        bindeledd_files::replace(&target, &bytes, Access::Open).map_err(failed)?;
    }
    let not_pinned = |error: std::io::Error| {
        let what = Plugin::CanNotBeChanged {
            file: configuration.file.display().to_string(),
        };
        Failure::new(Exit::Failed, "BL-6008", what)
            .next(Plugin::LetWriteAndInstall)
            .because(error)
    };
    let mut text = fs::read(&configuration.file).map_err(not_pinned)?;
    text.extend_from_slice(init::adapter_section(id, &relative, &inspection.sha256).as_bytes());
    bindeledd_files::edit(&configuration.file, &text).map_err(not_pinned)?;
    Ok(true)
}

fn taken(id: &AdapterId, place: &str, version: &str) -> Failure {
    let adapter = id.to_string();
    let what = Plugin::HasOther {
        place: place.to_owned(),
        adapter: adapter.clone(),
    };
    let version = version.to_owned();
    Failure::new(Exit::Refused, "BL-6011", what).next(Plugin::Beside { adapter, version })
}
