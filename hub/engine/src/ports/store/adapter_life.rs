//! The installed versions of adapters, and the version in use. The rules are in `core::adapter_life`.

use std::collections::BTreeMap;

use async_trait::async_trait;
use bindeledd_core::AdapterId;
use bindeledd_core::adapter_life::{
    AdapterDigest, AdapterNeeds, AdapterVersions, Chosen, InstalledVersion, NotInstalled, NotRemoved, NotSwitched,
    Switch, Switching,
};
use bindeledd_core::audit::Actor;
use jiff::Timestamp;

use super::error::StoreError;

/// A version to install.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAdapterVersion {
    /// Adapter.
    pub adapter: AdapterId,
    /// Digest of the file.
    pub sha256: AdapterDigest,
    /// Version, as the manifest names it.
    pub version: String,
    /// Contract that the file was built for.
    pub contract: String,
    /// Size of the file.
    pub bytes: u64,
    /// Needs.
    pub needs: AdapterNeeds,
    /// Signer of the file; `None` for a file without a checked signature.
    pub signed_by: Option<String>,
    /// Reason of the installation.
    pub why: Option<String>,
}

/// An installed version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredAdapterVersion {
    /// The version.
    pub new: NewAdapterVersion,
    /// Time of the installation.
    pub at: Timestamp,
    /// Actor that installed it.
    pub by: Actor,
    /// Time when it was first taken into use; `None` if it never was.
    pub granted_at: Option<Timestamp>,
}

/// A switch of the version in use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AdapterSwitch {
    /// Version that was in use from then on.
    pub to: Chosen,
    /// Whether it was a way back.
    pub back: bool,
    /// Time.
    pub at: Timestamp,
    /// Actor.
    pub by: Actor,
    /// Reason.
    pub why: Option<String>,
}

/// Everything on file about one adapter's versions.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AdapterFacts {
    /// Installed versions, oldest first.
    pub versions: Vec<StoredAdapterVersion>,
    /// Switches, oldest first.
    pub switches: Vec<AdapterSwitch>,
}

impl AdapterFacts {
    /// Returns the versions for a decision. `configured` has the needs of the version that configuration names.
    #[must_use]
    pub fn versions(&self, configured: Option<AdapterNeeds>) -> AdapterVersions {
        let installed = |version: &StoredAdapterVersion| {
            let installed = InstalledVersion {
                needs: version.new.needs.clone(),
                is_granted: version.granted_at.is_some(),
            };
            (version.new.sha256, installed)
        };
        let switch = |switch: &AdapterSwitch| Switch {
            to: switch.to,
            back: switch.back,
        };
        AdapterVersions {
            configured,
            installed: self.versions.iter().map(installed).collect(),
            switches: self.switches.iter().map(switch).collect(),
        }
    }
}

/// A wish to change the version in use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SwitchOrder {
    /// Adapter.
    pub adapter: AdapterId,
    /// Version to use; `None` for the way back to the version before.
    pub to: Option<Chosen>,
    /// Version in use that the caller saw; `None` if the caller takes any.
    pub seen: Option<Chosen>,
    /// Whether the operator grants further needs with it.
    pub grant: bool,
    /// Needs of the version that configuration names; `None` if it names none.
    pub configured: Option<AdapterNeeds>,
    /// Reason.
    pub why: Option<String>,
}

/// The installed versions of adapters.
#[async_trait]
pub trait AdapterLife: Send + Sync {
    /// Returns everything on file, by adapter.
    async fn adapter_facts(&self) -> Result<BTreeMap<AdapterId, AdapterFacts>, StoreError>;
    /// Enters a version. `false` if it was installed already.
    async fn install_adapter(
        &self,
        new: &NewAdapterVersion,
        by: &Actor,
        now: Timestamp,
    ) -> Result<Result<bool, NotInstalled>, StoreError>;
    /// Changes the version in use. A version that is in use already stays, and nothing is written.
    async fn switch_adapter(
        &self,
        order: &SwitchOrder,
        by: &Actor,
        now: Timestamp,
    ) -> Result<Result<Switching, NotSwitched>, StoreError>;
    /// Removes a version. Returns whether any adapter still has a version with this digest.
    async fn remove_adapter(
        &self,
        adapter: &AdapterId,
        sha256: AdapterDigest,
        why: Option<&str>,
        by: &Actor,
        now: Timestamp,
    ) -> Result<Result<bool, NotRemoved>, StoreError>;
}
