//! The versions of adapters in a running hub: `plugin install --running`, `list --running`, `use`, `rollback` and `remove`.

use std::path::{Path, PathBuf};

use bindeledd_core::AdapterId;
use bindeledd_host::{Host, HostOptions};
use bindeledd_texts::Text as _;
use bindeledd_texts::cli::plugin::Plugin;
use clap::Args;
use serde_json::Value;

use super::replay;
use crate::adapter::{host_failure, limits_for_a_file};
use crate::caller::{Hub, HubArguments};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{Output, table};
use crate::shared::Shared;

/// Take a version of an adapter into use in a running hub, without a pause. Calls that run end on the version before, and a
/// delivery is settled by the version that wrote it.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  bindeledd plugin use gp-dialogmelding@0.2.0 --reason \"the receiver's new form\"\n  \
    bindeledd plugin use gp-dialogmelding@configured"
)]
pub(crate) struct UseArguments {
    /// The adapter and its version: a version, the beginning of a digest, or `configured`
    version: String,
    /// Allow what the version needs beyond what was allowed before
    #[arg(long)]
    grant: bool,
    /// Replay the samples of this folder on both versions first, and switch only if no output differs
    #[arg(long, value_name = "FOLDER")]
    replay: Option<PathBuf>,
    /// Switch although outputs of samples differ
    #[arg(long, requires = "replay")]
    accept_differences: bool,
    /// The version that is in use now, as you saw it [default: the one that the hub names at the start of this command]
    #[arg(long, value_name = "VERSION")]
    in_use: Option<String>,
    /// The reason, for the audit log
    #[arg(long)]
    reason: Option<String>,
    #[command(flatten)]
    hub: HubArguments,
}

/// Take the version of an adapter before into use again. Each further call leads one version further back.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  bindeledd plugin rollback gp-dialogmelding --reason \"its documents are refused\"")]
pub(crate) struct RollbackArguments {
    /// The adapter's name
    adapter: String,
    /// The version that is in use now, as you saw it [default: the one that the hub names at the start of this command]
    #[arg(long, value_name = "VERSION")]
    in_use: Option<String>,
    /// The reason, for the audit log
    #[arg(long)]
    reason: Option<String>,
    #[command(flatten)]
    hub: HubArguments,
}

/// Remove a version of an adapter that is not in use from a running hub.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  bindeledd plugin remove gp-dialogmelding@0.1.0")]
pub(crate) struct RemoveArguments {
    /// The adapter and its version
    version: String,
    /// The reason, for the audit log
    #[arg(long)]
    reason: Option<String>,
    #[command(flatten)]
    hub: HubArguments,
}

/// Splits `adapter@version`. A name may itself have a version, so that the last part counts.
pub(super) fn split(raw: &str) -> Result<(AdapterId, &str), Failure> {
    let parts = raw.rsplit_once('@').filter(|(_, version)| !version.is_empty());
    let named = parts.and_then(|(adapter, version)| Some((AdapterId::parse(adapter)?, version)));
    named.ok_or_else(|| {
        let what = Plugin::NoVersionNamed {
            adapter: raw.to_owned(),
        };
        Failure::new(Exit::Refused, "BL-3040", what).next(Plugin::NameVersion)
    })
}

pub(super) fn id(raw: &str) -> Result<AdapterId, Failure> {
    AdapterId::parse(raw).ok_or_else(|| {
        let adapter = raw.to_owned();
        Failure::new(Exit::Refused, "BL-3001", Plugin::NoName { adapter }).next(Plugin::ListNames)
    })
}

/// Returns the version in use, so that a switch by somebody else in between is noticed.
fn in_use(hub: &Hub, adapter: &AdapterId, said: Option<&String>) -> Result<Value, Failure> {
    if let Some(said) = said {
        return Ok(said.clone().into());
    }
    let all = hub.get("/v1/admin/adapters")?;
    let found = all["adapters"].as_array().into_iter().flatten();
    let found = found.into_iter().find(|found| found["id"] == adapter.as_str());
    Ok(found.map_or(Value::Null, |found| found["inUse"].clone()))
}

pub(super) fn body(fields: &[(&str, Value)]) -> Value {
    let given = fields.iter().filter(|(_, value)| !value.is_null());
    given
        .map(|(name, value)| ((*name).to_owned(), value.clone()))
        .collect::<serde_json::Map<_, _>>()
        .into()
}

/// Returns the digest of a version that is named otherwise; `None` for one that the hub has to judge.
fn digest_of(all: &Value, adapter: &AdapterId, named: &str) -> Option<String> {
    let mut adapters = all["adapters"].as_array()?.iter();
    let versions = adapters.find(|found| found["id"] == adapter.as_str())?["versions"].as_array()?;
    let is_named = |version: &&Value| {
        let digest = version["sha256"].as_str().unwrap_or_default();
        version["version"] == named || (named.len() >= 8 && digest.starts_with(named))
    };
    let version = versions.iter().rev().find(is_named)?;
    match version["configured"] == true {
        true => Some("configured".to_owned()),
        false => version["sha256"].as_str().map(str::to_owned),
    }
}

fn told(answer: &Value, output: Output) -> Exit {
    let text = |name: &str| answer[name].as_str().unwrap_or_default().to_owned();
    let (adapter, version, digest) = (text("adapter"), text("version"), text("inUse"));
    let digest = digest.chars().take(12).collect();
    let what = if answer["switched"] == true {
        Plugin::NowInUse {
            adapter,
            version,
            digest,
        }
    } else {
        Plugin::VersionWasInUse {
            adapter,
            version,
            digest,
        }
    };
    output.told(answer, &what);
    Exit::Done
}

pub(crate) fn take_into_use(arguments: &UseArguments, shared: &Shared, output: Output) -> Result<Exit, Failure> {
    let (adapter, version) = split(&arguments.version)?;
    let hub = Hub::open(&arguments.hub, shared)?;
    let seen = in_use(&hub, &adapter, arguments.in_use.as_ref())?;
    if let Some(folder) = &arguments.replay {
        let all = hub.get("/v1/admin/adapters")?;
        let digest = |named: &str| digest_of(&all, &adapter, named).unwrap_or_else(|| named.to_owned());
        let (before, after) = (digest(seen.as_str().unwrap_or("configured")), digest(version));
        let (count, differing) = replay::replay(folder, (&hub, shared), &adapter, (&before, &after))?;
        if !differing.is_empty() && !arguments.accept_differences {
            output.result(&replay::to_json(count, &differing), || replay::lines(&differing));
            let what = Plugin::SamplesDiffer {
                different: u64::try_from(differing.len()).unwrap_or(u64::MAX),
                samples: u64::try_from(count).unwrap_or(u64::MAX),
            };
            return Err(Failure::new(Exit::Refused, "BL-3049", what).next(Plugin::AcceptDifferences));
        }
    }
    let body = body(&[
        ("version", version.into()),
        ("inUse", seen),
        ("grant", arguments.grant.then_some(true).into()),
        ("reason", arguments.reason.clone().into()),
    ]);
    let answer = hub.post(&format!("/v1/admin/adapters/{adapter}/use"), &body)?;
    Ok(told(&answer, output))
}

pub(crate) fn roll_back(arguments: &RollbackArguments, shared: &Shared, output: Output) -> Result<Exit, Failure> {
    let adapter = id(&arguments.adapter)?;
    let hub = Hub::open(&arguments.hub, shared)?;
    let seen = in_use(&hub, &adapter, arguments.in_use.as_ref())?;
    let body = body(&[("inUse", seen), ("reason", arguments.reason.clone().into())]);
    let answer = hub.post(&format!("/v1/admin/adapters/{adapter}/rollback"), &body)?;
    Ok(told(&answer, output))
}

pub(crate) fn remove(arguments: &RemoveArguments, shared: &Shared, output: Output) -> Result<Exit, Failure> {
    let (adapter, version) = split(&arguments.version)?;
    let hub = Hub::open(&arguments.hub, shared)?;
    let body = body(&[("version", version.into()), ("reason", arguments.reason.clone().into())]);
    let answer = hub.post(&format!("/v1/admin/adapters/{adapter}/remove"), &body)?;
    let what = Plugin::Removed {
        adapter: adapter.to_string(),
        version: version.to_owned(),
    };
    output.told(&answer, &what);
    Ok(Exit::Done)
}

/// Installs a file in a running hub, beside the versions there. Without a name, the file is asked for its own here.
pub(crate) fn install(
    (file, name): (&Path, Option<&AdapterId>),
    hub: &HubArguments,
    shared: &Shared,
    output: Output,
) -> Result<Exit, Failure> {
    let bytes = crate::command::read_file(file)?;
    let adapter = match name {
        Some(name) => name.clone(),
        None => {
            let options = HostOptions {
                limits: limits_for_a_file(shared),
                ..HostOptions::default()
            };
            let host = Host::new(options).map_err(host_failure)?;
            let inspection = host.inspect(file).map_err(host_failure)?;
            AdapterId::parse(&inspection.manifest.id)
                .ok_or_else(|| Failure::new(Exit::Refused, "BL-6011", Plugin::NoUsableName).next(Plugin::NameWithId))?
        }
    };
    let path = format!("/v1/admin/adapters/{adapter}/versions");
    let answer = Hub::open(hub, shared)?.post_bytes(&path, "application/wasm", bytes)?;
    let text = |name: &str| answer[name].as_str().unwrap_or_default().to_owned();
    let (adapter, version) = (adapter.to_string(), text("version"));
    let what = match (&answer["installed"], &answer["waitsFor"]) {
        (Value::Bool(true), Value::Object(needs)) => Plugin::InstalledWaits {
            adapter,
            version,
            needs: needs_line(needs),
        },
        (Value::Bool(true), _) => Plugin::InstalledBeside { adapter, version },
        _ => Plugin::WasInstalled { adapter, version },
    };
    output.told(&answer, &what);
    Ok(Exit::Done)
}

fn needs_line(needs: &serde_json::Map<String, Value>) -> String {
    let words = |list: &Value| {
        let words = list.as_array().into_iter().flatten().filter_map(Value::as_str);
        words.collect::<Vec<_>>().join(", ")
    };
    let lines = needs.iter().map(|(name, list)| (name, words(list)));
    let lines: Vec<_> = lines
        .filter(|(_, words)| !words.is_empty())
        .map(|(name, words)| format!("{name} {words}"))
        .collect();
    lines.join("; ")
}

/// Lists the versions of a running hub.
pub(crate) fn list(hub: &HubArguments, shared: &Shared, output: Output) -> Result<Exit, Failure> {
    let answer = Hub::open(hub, shared)?.get("/v1/admin/adapters")?;
    let lang = output.lang();
    let text = |value: &Value, name: &str| value[name].as_str().unwrap_or_default().to_owned();
    let mut rows = Vec::new();
    for adapter in answer["adapters"].as_array().into_iter().flatten() {
        for version in adapter["versions"].as_array().into_iter().flatten() {
            let state = match (version["inUse"] == true, &version["waitsFor"]) {
                (true, _) if adapter["notLoaded"] == true => Plugin::StateNotLoaded.text(lang),
                (true, _) => Plugin::StateInUse.text(lang),
                (false, Value::Object(needs)) => Plugin::StateWaits {
                    needs: needs_line(needs),
                }
                .text(lang),
                (false, _) => Plugin::Ready.text(lang),
            };
            let from = if version["configured"] == true {
                Plugin::FromConfiguration.text(lang)
            } else {
                text(version, "installedAt").chars().take(16).collect()
            };
            let digest = text(version, "sha256").chars().take(12).collect();
            rows.push(vec![text(adapter, "id"), text(version, "version"), digest, from, state]);
        }
    }
    output.result(&answer, || table(&Plugin::LiveColumns.text(lang), &rows));
    Ok(Exit::Done)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_version_is_the_part_behind_the_last_at() {
        let (adapter, version) = split("gp-dialogmelding@0.2.0").unwrap();
        assert_eq!((adapter.as_str(), version), ("gp-dialogmelding", "0.2.0"));
        let (adapter, version) = split("gp@0.2.0@configured").unwrap();
        assert_eq!((adapter.as_str(), version), ("gp@0.2.0", "configured"));
        for raw in ["gp", "gp@", "@0.2.0", ""] {
            assert!(split(raw).is_err(), "{raw}");
        }
    }

    #[test]
    fn a_body_has_only_what_was_given() {
        assert_eq!(body(&[("a", Value::Null), ("b", 1.into())]), json!({"b": 1}));
    }
}
