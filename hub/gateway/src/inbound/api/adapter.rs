//! Adapters and their versions as JSON.

use std::collections::BTreeMap;

use bindeledd_core::adapter_life::{AdapterNeeds, Chosen};
use bindeledd_engine::ports::{ShadowEnd, ShadowReport};
use bindeledd_engine::{AdapterLine, InstalledAdapter};
use schemars::JsonSchema;
use serde::Serialize;

/// Adapters, by name.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Adapters")]
pub(crate) struct AdaptersJson {
    /// Adapters, of the configuration and installed ones.
    adapters: Vec<AdapterJson>,
}

/// Adapter with its versions.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Adapter")]
pub(crate) struct AdapterJson {
    /// Name that endpoints use.
    id: String,
    /// Version in use: a digest, or `configured` for the file that configuration names. Left out if no version is in use.
    #[serde(skip_serializing_if = "Option::is_none")]
    in_use: Option<String>,
    /// Version that a way back leads to; left out if there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    before: Option<String>,
    /// Newest switch; left out if there was none.
    #[serde(skip_serializing_if = "Option::is_none")]
    switched: Option<SwitchedJson>,
    /// True if the version in use could not be loaded. Its messages wait.
    not_loaded: bool,
    /// Versions, that of the configuration first, then the oldest first.
    versions: Vec<AdapterVersionJson>,
}

/// Switch of the version in use.
#[derive(Serialize, JsonSchema)]
#[schemars(inline)]
struct SwitchedJson {
    /// Time.
    at: String,
    /// Actor: `operator`, or a person's account.
    by: String,
    /// Reason.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    /// True if the version before was taken back.
    back: bool,
}

/// Version of an adapter.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(inline)]
struct AdapterVersionJson {
    /// Version, as the adapter names it.
    version: String,
    /// SHA-256 of the file.
    sha256: String,
    /// Contract that it was built for.
    contract: String,
    /// True if configuration names this file.
    configured: bool,
    /// True if it is in use.
    in_use: bool,
    /// Time of the installation; left out for the version of the configuration.
    #[serde(skip_serializing_if = "Option::is_none")]
    installed_at: Option<String>,
    /// Actor that installed it.
    #[serde(skip_serializing_if = "Option::is_none")]
    installed_by: Option<String>,
    /// Reason of the installation.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    /// Signer of the file.
    #[serde(skip_serializing_if = "Option::is_none")]
    signed_by: Option<String>,
    /// Needs.
    needs: NeedsJson,
    /// Needs that wait for a grant; left out if none do.
    #[serde(skip_serializing_if = "Option::is_none")]
    waits_for: Option<NeedsJson>,
}

/// Needs of a version.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "AdapterNeeds")]
struct NeedsJson {
    /// Kinds that it reads.
    reads: Vec<String>,
    /// Kinds that it writes.
    writes: Vec<String>,
    /// Identities that the hub needs on the wire.
    endpoint: Vec<String>,
    /// Identities that a party needs.
    party: Vec<String>,
    /// Credential slots that its requests may name.
    credentials: Vec<String>,
}

/// Version that is installed beside the others.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "AdapterInstalled")]
pub(crate) struct AdapterInstalledJson {
    /// Name of the adapter.
    adapter: String,
    /// Version, as the adapter names it.
    version: String,
    /// SHA-256 of the file.
    sha256: String,
    /// Contract that it was built for.
    contract: String,
    /// False if this version was installed already.
    installed: bool,
    /// Needs that wait for a grant; left out if none do.
    #[serde(skip_serializing_if = "Option::is_none")]
    waits_for: Option<NeedsJson>,
}

/// Version of an adapter that is in use after a switch.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "AdapterSwitched")]
pub(crate) struct AdapterSwitchedJson {
    /// Name of the adapter.
    pub(crate) adapter: String,
    /// Version in use, as the adapter names it.
    pub(crate) version: String,
    /// Version in use: a digest, or `configured`.
    pub(crate) in_use: String,
    /// Version in use before; left out if there was none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) from: Option<String>,
    /// False if it was in use already.
    pub(crate) switched: bool,
}

/// Version of an adapter that was removed.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "AdapterRemoved")]
pub(crate) struct AdapterRemovedJson {
    /// Name of the adapter.
    pub(crate) adapter: String,
    /// SHA-256 of the removed file.
    pub(crate) sha256: String,
}

/// Report of a version in the shadow of the one in use. It has counts and paths, and never a value.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "AdapterShadow")]
pub(crate) struct AdapterShadowJson {
    /// Name of the adapter.
    adapter: String,
    /// SHA-256 of the version in the shadow.
    version: String,
    /// Version in use that it is compared with: a digest, or `configured`.
    beside: String,
    /// Time when it began.
    began: String,
    /// Time when it ends at the latest.
    until: String,
    /// True while it runs.
    runs: bool,
    /// Reason of the end: `time`, `documents`, `person` or `switch`.
    #[serde(skip_serializing_if = "Option::is_none")]
    ended_by: Option<&'static str>,
    /// Number of compared documents.
    documents: u64,
    /// Number of documents with the same output.
    same: u64,
    /// Number of documents with another output.
    different: u64,
    /// Number of documents that were not compared, since the shadow was busy.
    dropped: u64,
    /// Failures of the shadow where the version in use gave another answer, by their code.
    faults: BTreeMap<String, u64>,
    /// Number of differing documents by task and path.
    paths: BTreeMap<String, u64>,
}

impl AdapterShadowJson {
    pub(crate) fn of(adapter: String, report: ShadowReport) -> Self {
        Self {
            adapter,
            version: report.version.to_string(),
            beside: report.beside.to_string(),
            began: report.began.to_string(),
            until: report.until.to_string(),
            runs: report.ended.is_none(),
            ended_by: report.ended.map(ShadowEnd::code),
            documents: report.documents,
            same: report.same,
            different: report.different,
            dropped: report.dropped,
            faults: report.faults,
            paths: report.paths,
        }
    }
}

impl NeedsJson {
    fn of(needs: &AdapterNeeds) -> Self {
        let list = |set: &std::collections::BTreeSet<String>| set.iter().cloned().collect();
        Self {
            reads: list(&needs.reads),
            writes: list(&needs.writes),
            endpoint: list(&needs.endpoint),
            party: list(&needs.party),
            credentials: list(&needs.credentials),
        }
    }

    fn unless_empty(needs: &AdapterNeeds) -> Option<Self> {
        (!needs.is_empty()).then(|| Self::of(needs))
    }
}

impl AdaptersJson {
    pub(crate) fn of(lines: &[AdapterLine]) -> Self {
        Self {
            adapters: lines.iter().map(AdapterJson::of).collect(),
        }
    }
}

impl AdapterJson {
    fn of(line: &AdapterLine) -> Self {
        let configured = line.configured.as_ref().map(|configured| AdapterVersionJson {
            version: configured.manifest.version.clone(),
            sha256: configured.sha256.to_string(),
            contract: configured.manifest.contract.clone(),
            configured: true,
            in_use: line.in_use == Some(Chosen::Configured),
            installed_at: None,
            installed_by: None,
            reason: None,
            signed_by: None,
            needs: NeedsJson::of(&AdapterNeeds::of(&configured.manifest)),
            waits_for: None,
        });
        let installed = line.facts.versions.iter().map(|version| AdapterVersionJson {
            version: version.new.version.clone(),
            sha256: version.new.sha256.to_string(),
            contract: version.new.contract.clone(),
            configured: false,
            in_use: line.in_use == Some(Chosen::Installed(version.new.sha256)),
            installed_at: Some(version.at.to_string()),
            installed_by: Some(version.by.to_string()),
            reason: version.new.why.clone(),
            signed_by: version.new.signed_by.clone(),
            needs: NeedsJson::of(&version.new.needs),
            waits_for: line.waits.get(&version.new.sha256).map(NeedsJson::of),
        });
        Self {
            id: line.id.to_string(),
            in_use: line.in_use.map(|version| version.to_string()),
            before: line.before.map(|version| version.to_string()),
            switched: line.switched().map(|switch| SwitchedJson {
                at: switch.at.to_string(),
                by: switch.by.to_string(),
                reason: switch.why.clone(),
                back: switch.back,
            }),
            not_loaded: line.not_loaded,
            versions: configured.into_iter().chain(installed).collect(),
        }
    }
}

impl AdapterInstalledJson {
    pub(crate) fn of(adapter: String, installed: &InstalledAdapter) -> Self {
        Self {
            adapter,
            version: installed.kept.manifest.version.clone(),
            sha256: installed.kept.sha256.to_string(),
            contract: installed.kept.contract.clone(),
            installed: installed.is_new,
            waits_for: NeedsJson::unless_empty(&installed.waits),
        }
    }
}
