//! The life cycle of adapters: install a version, take it into use, take that back, remove it.
//!
//! The store decides and keeps; the adapters switch after its commit. One switch goes on at a time, so that both have the same
//! order. If the hub stops in between, the next start brings the adapters to the state of the store.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use bindeledd_core::AdapterId;
use bindeledd_core::adapter_life::{
    AdapterDigest, AdapterNeeds, Chosen, NotInstalled, NotRemoved, NotSwitched, Switching,
};
use bindeledd_core::alert::AlertKind;
use bindeledd_texts::problem::Detail;

use crate::adapter_fault::AdapterLifeError;
use crate::engine::Engine;
use crate::error::EngineError;
use crate::inner::Inner;
use crate::ports::{
    Actor, AdapterFacts, AdapterKeeper, AdapterSwitch, Adapters, ConfiguredAdapter, KeepFault, KeptAdapter,
    NewAdapterVersion, StoreError, SwitchOrder, on_behalf_of,
};

/// An adapter with its versions, as the operator sees it.
#[derive(Debug, Clone, PartialEq)]
pub struct AdapterLine {
    /// Adapter.
    pub id: AdapterId,
    /// Version that configuration names.
    pub configured: Option<ConfiguredAdapter>,
    /// Everything on file.
    pub facts: AdapterFacts,
    /// Version in use; `None` if the adapter has none.
    pub in_use: Option<Chosen>,
    /// Version that a way back leads to.
    pub before: Option<Chosen>,
    /// Needs of each installed version that wait for a grant.
    pub waits: BTreeMap<AdapterDigest, AdapterNeeds>,
    /// Whether the version in use could not be loaded.
    pub not_loaded: bool,
}

impl AdapterLine {
    /// Returns the newest switch.
    #[must_use]
    pub fn switched(&self) -> Option<&AdapterSwitch> {
        self.facts.switches.last()
    }

    /// Returns the version of a choice, as a manifest names it.
    #[must_use]
    pub fn version_of(&self, chosen: Chosen) -> Option<&str> {
        match chosen {
            Chosen::Configured => self.configured.as_ref().map(|c| c.manifest.version.as_str()),
            Chosen::Installed(digest) => {
                let version = self.facts.versions.iter().find(|v| v.new.sha256 == digest);
                version.map(|v| v.new.version.as_str())
            }
        }
    }

    /// Finds a version by its text: `configured`, a digest or the beginning of one, or a version. The newest installed version of
    /// that name counts.
    #[must_use]
    pub fn find(&self, text: &str) -> Option<Chosen> {
        if let Some(chosen) = Chosen::parse(text) {
            return Some(chosen);
        }
        let mut newest_first = self.facts.versions.iter().rev();
        let installed = newest_first
            .clone()
            .find(|v| v.new.version == text)
            .or_else(|| newest_first.find(|v| text.len() >= 8 && v.new.sha256.to_string().starts_with(text)));
        let configured = || self.configured.as_ref().filter(|c| c.manifest.version == text);
        match installed {
            Some(version) => Some(Chosen::Installed(version.new.sha256)),
            None => configured().map(|_| Chosen::Configured),
        }
    }
}

/// A file to install.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AdapterUpload {
    /// Adapter.
    pub adapter: AdapterId,
    /// File.
    pub bytes: Vec<u8>,
    /// Signer of the file; `None` for a file without a checked signature.
    pub signed_by: Option<String>,
    /// Reason.
    pub why: Option<String>,
}

/// A version that was installed, or had been.
#[derive(Debug, Clone, PartialEq)]
pub struct InstalledAdapter {
    /// The version.
    pub kept: KeptAdapter,
    /// Whether it is new.
    pub is_new: bool,
    /// Needs that wait for a grant.
    pub waits: AdapterNeeds,
}

/// A wish to change the version in use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AdapterChange {
    /// Version to use; `None` for the way back to the version before.
    pub to: Option<Chosen>,
    /// Version in use that the caller saw; `None` if the caller takes any.
    pub seen: Option<Chosen>,
    /// Whether further needs are granted with it.
    pub grant: bool,
    /// Reason.
    pub why: Option<String>,
}

impl Engine {
    /// Returns every adapter with its versions.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn adapter_lines(&self) -> Result<Vec<AdapterLine>, EngineError> {
        let inner = &self.inner;
        let mut facts = inner.store.adapter_facts().await?;
        let listed: BTreeSet<_> = inner.adapters.listed().into_iter().map(|listed| listed.id).collect();
        let aside = inner.adapters.keeper().map(AdapterKeeper::aside).unwrap_or_default();
        for id in listed.iter().chain(&aside) {
            facts.entry(id.clone()).or_default();
        }
        let lines = facts.into_iter().map(|(id, facts)| inner.line(id, facts, &aside));
        // An adapter whose last version was removed is no adapter.
        Ok(lines
            .filter(|line| listed.contains(&line.id) || !line.facts.versions.is_empty() || line.not_loaded)
            .collect())
    }

    /// Returns one adapter with its versions.
    ///
    /// # Errors
    /// [`EngineError::NotFound`] if there is no such adapter; an error if the store fails.
    pub async fn adapter_line(&self, adapter: &AdapterId) -> Result<AdapterLine, EngineError> {
        let found = self.adapter_lines().await?.into_iter().find(|line| line.id == *adapter);
        found.ok_or(EngineError::NotFound {
            what: Detail::NoAdapterOfName,
        })
    }

    /// Installs a version beside the others. It is compiled, and not yet in use.
    ///
    /// # Errors
    /// The reason why it is not installed; nothing has changed then.
    pub async fn install_adapter(&self, upload: AdapterUpload, by: &Actor) -> Result<InstalledAdapter, EngineError> {
        let (engine, actor) = (self.clone(), by.clone());
        whole(by, async move { engine.install(upload, &actor).await }).await
    }

    async fn install(&self, upload: AdapterUpload, by: &Actor) -> Result<InstalledAdapter, EngineError> {
        let inner = &self.inner;
        let _one = inner.switching.lock().await;
        let AdapterUpload {
            adapter,
            bytes,
            signed_by,
            why,
        } = upload;
        let id = adapter.clone();
        let kept = inner.blocking(move |keeper| keeper.keep(&id, &bytes)).await?;
        let kept = kept.map_err(|fault| AdapterLifeError::of_fault(fault, &adapter))?;
        let facts = inner.store.adapter_facts().await?.remove(&adapter).unwrap_or_default();
        let was_there = facts.versions.iter().any(|version| version.new.sha256 == kept.sha256);
        let line = inner.line(adapter.clone(), facts, &BTreeSet::new());
        let refused = |error: AdapterLifeError| {
            if !was_there {
                inner.forget(&adapter, kept.sha256, false);
            }
            EngineError::AdapterLife(error)
        };
        let expected = line.configured.as_ref().map(|c| c.manifest.id.as_str());
        let expected = expected.unwrap_or_else(|| adapter.as_str().split('@').next().unwrap_or_default());
        if kept.manifest.id != expected {
            return Err(refused(AdapterLifeError::OtherId {
                adapter: adapter.to_string(),
                found: kept.manifest.id.clone(),
            }));
        }
        let needs = AdapterNeeds::of(&kept.manifest);
        let new = NewAdapterVersion {
            adapter: adapter.clone(),
            sha256: kept.sha256,
            version: kept.manifest.version.clone(),
            contract: kept.contract.clone(),
            bytes: kept.bytes,
            needs: needs.clone(),
            signed_by,
            why,
        };
        let installed = match inner.store.install_adapter(&new, by, self.now()).await {
            Ok(installed) => installed,
            Err(error) => {
                // If it is unknown whether the row was written, the file stays: the next start removes it if no row names it.
                if error.was_done() == crate::ports::WasDone::No && !was_there {
                    inner.forget(&adapter, kept.sha256, false);
                }
                return Err(error.into());
            }
        };
        let is_new = installed.map_err(|not| {
            let NotInstalled::TooMany = not;
            refused(AdapterLifeError::TooMany {
                adapter: adapter.to_string(),
            })
        })?;
        let allowed = line
            .facts
            .versions(line.configured.as_ref().map(|c| AdapterNeeds::of(&c.manifest)))
            .allowed();
        Ok(InstalledAdapter {
            waits: needs.beyond(&allowed),
            is_new,
            kept,
        })
    }

    /// Changes the version in use. Calls that run end on the version on which they began, and a delivery is settled by the version
    /// that wrote it.
    ///
    /// # Errors
    /// The reason why the version in use stays.
    pub async fn change_adapter(
        &self,
        adapter: &AdapterId,
        change: AdapterChange,
        by: &Actor,
    ) -> Result<Switching, EngineError> {
        let (engine, id, actor) = (self.clone(), adapter.clone(), by.clone());
        whole(by, async move { engine.change(&id, change, &actor).await }).await
    }

    async fn change(&self, adapter: &AdapterId, change: AdapterChange, by: &Actor) -> Result<Switching, EngineError> {
        let inner = &self.inner;
        let _one = inner.switching.lock().await;
        let line = self.adapter_line(adapter).await?;
        let of_adapter = || adapter.to_string();
        let to = change.to.or(line.before);
        // A version that can not be loaded is never taken into use: the store hears of it only if the adapters can follow.
        if let Some(Chosen::Installed(sha256)) = to
            && line.facts.versions.iter().any(|version| version.new.sha256 == sha256)
            && inner
                .adapters
                .keeper()
                .is_some_and(|keeper| !keeper.is_loaded(adapter, sha256))
        {
            let id = adapter.clone();
            let loaded = inner.blocking(move |keeper| keeper.load(&id, sha256)).await?;
            loaded.map_err(|fault| AdapterLifeError::of_fault(fault, adapter))?;
        }
        let order = SwitchOrder {
            adapter: adapter.clone(),
            to: change.to,
            seen: change.seen,
            grant: change.grant,
            configured: line.configured.as_ref().map(|c| AdapterNeeds::of(&c.manifest)),
            why: change.why,
        };
        let switching = match inner.store.switch_adapter(&order, by, self.now()).await? {
            Ok(switching) => switching,
            Err(not) => return Err(not_switched(not, &line).into()),
        };
        if switching.changes_nothing() && !line.not_loaded {
            return Ok(switching);
        }
        let keeper = inner
            .adapters
            .keeper()
            .ok_or(AdapterLifeError::NoVersion { adapter: of_adapter() })?;
        keeper
            .choose(adapter, switching.to)
            .map_err(|fault| AdapterLifeError::of_fault(fault, adapter))?;
        tracing::info!(%adapter, version = %switching.to, "a version of an adapter was taken into use");
        for code in [format!("BL-3005 {adapter}"), format!("BL-3032 {adapter}")] {
            inner.cause_over(AlertKind::AdapterQuarantined, &code, None).await;
        }
        inner.wake_users_of(adapter);
        Ok(switching)
    }

    /// Removes a version that is not in use.
    ///
    /// # Errors
    /// The reason why it stays.
    pub async fn remove_adapter(
        &self,
        adapter: &AdapterId,
        sha256: AdapterDigest,
        why: Option<String>,
        by: &Actor,
    ) -> Result<(), EngineError> {
        let (engine, id, actor) = (self.clone(), adapter.clone(), by.clone());
        whole(by, async move { engine.remove(&id, sha256, why, &actor).await }).await
    }

    async fn remove(
        &self,
        adapter: &AdapterId,
        sha256: AdapterDigest,
        why: Option<String>,
        by: &Actor,
    ) -> Result<(), EngineError> {
        let inner = &self.inner;
        let _one = inner.switching.lock().await;
        let adapter_name = || adapter.to_string();
        let removed = inner
            .store
            .remove_adapter(adapter, sha256, why.as_deref(), by, self.now())
            .await?;
        let others = removed.map_err(|not| match not {
            NotRemoved::Unknown => AdapterLifeError::NoVersion {
                adapter: adapter_name(),
            },
            NotRemoved::InUse => AdapterLifeError::InUse {
                adapter: adapter_name(),
            },
        })?;
        inner.forget(adapter, sha256, others);
        Ok(())
    }
}

/// Lets an act come to its end even if its caller leaves: the adapters must follow the store.
async fn whole<T: Send + 'static>(
    by: &Actor,
    act: impl Future<Output = Result<T, EngineError>> + Send + 'static,
) -> Result<T, EngineError> {
    let done = tokio::spawn(on_behalf_of(by.clone(), act)).await;
    done.map_err(|error| StoreError::Away(Some(Box::new(error))))?
}

fn not_switched(not: NotSwitched, line: &AdapterLine) -> AdapterLifeError {
    let adapter = line.id.to_string();
    match not {
        NotSwitched::Unknown => AdapterLifeError::NoVersion { adapter },
        NotSwitched::NothingBefore => AdapterLifeError::NothingBefore { adapter },
        NotSwitched::NeedsGrant(needs) => AdapterLifeError::NeedsGrant {
            adapter,
            needs: needs.to_string(),
        },
        NotSwitched::Meanwhile => {
            let in_use = line.in_use.unwrap_or(Chosen::Configured);
            let version = line.version_of(in_use).unwrap_or_default();
            AdapterLifeError::Meanwhile {
                version: format!("{version} ({in_use})"),
                by: line
                    .switched()
                    .map_or_else(|| Actor::Hub.to_string(), |s| s.by.to_string()),
                at: line.switched().map(|s| s.at.to_string()).unwrap_or_default(),
                adapter,
            }
        }
    }
}

impl Inner {
    /// Returns the adapters with this one fixed at the version in use, for several calls that belong together.
    pub(crate) fn adapters_now(&self, adapter: &AdapterId) -> Arc<dyn Adapters> {
        let fixed = self.adapters.fixed(adapter, None);
        fixed.unwrap_or_else(|| Arc::clone(&self.adapters))
    }

    /// Returns the adapters with this one fixed at the version that wrote something, as long as it is installed.
    pub(crate) fn adapters_that_wrote(&self, adapter: &AdapterId, sha256: Option<[u8; 32]>) -> Arc<dyn Adapters> {
        let fixed = self.adapters.fixed(adapter, sha256);
        fixed.unwrap_or_else(|| Arc::clone(&self.adapters))
    }

    fn line(&self, id: AdapterId, facts: AdapterFacts, aside: &BTreeSet<AdapterId>) -> AdapterLine {
        let configured = self.adapters.keeper().and_then(|keeper| keeper.configured(&id));
        let versions = facts.versions(configured.as_ref().map(|c| AdapterNeeds::of(&c.manifest)));
        let waits = versions.installed.keys();
        let waits = waits.map(|digest| (*digest, versions.waits_for(Chosen::Installed(*digest))));
        AdapterLine {
            in_use: versions.in_use(),
            before: versions.before(),
            waits: waits.filter(|(_, needs)| !needs.is_empty()).collect(),
            not_loaded: aside.contains(&id),
            configured,
            facts,
            id,
        }
    }

    fn forget(&self, adapter: &AdapterId, sha256: AdapterDigest, keeps_file: bool) {
        if let Some(keeper) = self.adapters.keeper() {
            keeper.forget(adapter, sha256, keeps_file);
        }
    }

    /// Runs slow work of the keeper on a thread of its own.
    pub(crate) async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce(&dyn AdapterKeeper) -> Result<T, KeepFault> + Send + 'static,
    ) -> Result<Result<T, KeepFault>, EngineError> {
        let adapters = Arc::clone(&self.adapters);
        let done = tokio::task::spawn_blocking(move || match adapters.keeper() {
            Some(keeper) => work(keeper),
            None => Err(KeepFault::Missing),
        });
        done.await
            .map_err(|error| StoreError::Away(Some(Box::new(error))).into())
    }

    fn wake_users_of(&self, adapter: &AdapterId) {
        for party in self.directory().iter() {
            let endpoint = party.endpoint.as_ref();
            if endpoint.is_some_and(|endpoint| endpoint.adapter == *adapter) {
                self.wake(&party.id);
            }
        }
    }
}
