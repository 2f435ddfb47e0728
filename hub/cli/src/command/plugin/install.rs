//! `bindeledd plugin install`

use std::fs;
use std::io::Write as _;
use std::path::PathBuf;

use bindeledd_core::AdapterId;
use bindeledd_host::{Host, HostOptions, Inspection};
use clap::Args;
use serde_json::json;

use crate::adapter::{host_failure, limits_for_a_file};
use crate::command::{Shared, init};
use crate::config::Configuration;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Output;

/// Copy an adapter into the hub's folder and pin its digest in bindeledd.toml. The hub uses it from its next start.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  bindeledd plugin install target/plugins/gp-dialogmelding.wasm\n  \
    bindeledd plugin install new.wasm --id gp-dialogmelding@0.2.0\n\n\
    Versions stand side by side: an endpoint names the one that it uses."
)]
pub(crate) struct Arguments {
    /// The component's file
    file: PathBuf,
    /// The name in the configuration [default: the one that the adapter gives itself]
    #[arg(long, value_parser = adapter_id)]
    id: Option<AdapterId>,
}

fn adapter_id(raw: &str) -> Result<AdapterId, String> {
    AdapterId::parse(raw).ok_or_else(|| "write a name like gp-dialogmelding or gp-dialogmelding@0.2.0".to_owned())
}

pub(crate) fn run(arguments: &Arguments, shared: &Shared, output: Output) -> Result<Exit, Failure> {
    let configuration = shared.configuration()?;
    let limits = limits_for_a_file(shared);
    let host = Host::new(HostOptions {
        limits,
        ..HostOptions::default()
    })
    .map_err(host_failure)?;
    let inspection = host.inspect(&arguments.file).map_err(host_failure)?;
    let own_name = || {
        AdapterId::parse(&inspection.manifest.id).ok_or_else(|| {
            Failure::new(Exit::Refused, "BL-6011", "the adapter gives itself no usable name").next("name it with --id")
        })
    };
    let id = arguments.id.clone().map_or_else(own_name, Ok)?;
    let installed = install(&configuration, &id, arguments, &inspection)?;
    let json = json!({ "id": id.as_str(), "sha256": inspection.sha256.to_string(), "installed": installed });
    output.result(&json, || {
        let done = if installed {
            "is pinned; the hub uses it from its next start"
        } else {
            "was pinned already"
        };
        format!("{id} {} {done}", inspection.manifest.version)
    });
    Ok(Exit::Done)
}

/// Whether there was something to do.
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
    let failed = |error: std::io::Error| {
        Failure::new(Exit::Failed, "BL-6008", format!("{} can not be made", target.display()))
            .next("let this user write to the hub's folder")
            .because(error)
    };
    let same_file = target.exists() && fs::canonicalize(&target).ok() == fs::canonicalize(&arguments.file).ok();
    if target.exists() && !same_file {
        return Err(taken(id, &target.display().to_string(), &inspection.manifest.version));
    }
    if !same_file {
        if let Some(folder) = target.parent() {
            fs::create_dir_all(folder).map_err(failed)?;
        }
        fs::copy(&arguments.file, &target).map_err(failed)?;
    }
    let mut file = fs::OpenOptions::new()
        .append(true)
        .open(&configuration.file)
        .map_err(failed)?;
    file.write_all(init::adapter_section(id, &relative, &inspection.sha256).as_bytes())
        .map_err(failed)?;
    file.sync_all().map_err(failed)?;
    Ok(true)
}

fn taken(id: &AdapterId, place: &str, version: &str) -> Failure {
    Failure::new(Exit::Refused, "BL-6011", format!("{place} has another `{id}`"))
        .next(format!("install this one beside it: `--id {id}@{version}`"))
}
