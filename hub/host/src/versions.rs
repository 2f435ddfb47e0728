//! Versions side by side: the hot switch, and the files of installed versions.
//!
//! A switch replaces the whole [`Host`], whose clone shares everything but the map of versions. A call takes one host and keeps
//! it, so that it sees one version; a call under way ends on the old one.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fs;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use arc_swap::ArcSwap;
use async_trait::async_trait;
use bindeledd_core::adapter_life::{AdapterDigest, Chosen};
use bindeledd_core::contract::{
    Context, Document, InboxAnswer, InboxAsk, Manifest, Outcome, Reading, Refusal, Request, Response, Settlement,
};
use bindeledd_core::{AdapterId, InputError, Message, Minimised, PartyId, WithdrawalNotice};
use bindeledd_engine::ports::{
    AdapterFault, AdapterKeeper, Adapters, CallLimits, ConfiguredAdapter, KeepFault, KeptAdapter, ListedAdapter,
    ShadowEnd, ShadowOrder, ShadowReport, Standing,
};
use bindeledd_files::Access;
use bindeledd_texts::Said;
use serde_json::Value;

use crate::load::Version;
use crate::{Host, HostError, HostOptions, Inspection, Sha256};

/// The adapters of a running hub, whose versions switch while it runs.
#[derive(Debug)]
pub struct LiveHost {
    current: ArcSwap<Host>,
    configured: BTreeMap<AdapterId, Arc<Version>>,
    installed: Mutex<BTreeMap<(AdapterId, AdapterDigest), Arc<Version>>>,
    /// Folder of the files of installed versions.
    folder: PathBuf,
}

impl LiveHost {
    /// Loads the adapters of the configuration, as [`Host::new`] does. Installed versions come with [`AdapterKeeper::load`].
    ///
    /// # Errors
    /// As for [`Host::new`].
    pub fn new(options: HostOptions, folder: PathBuf) -> Result<Self, HostError> {
        let host = Host::new(options)?;
        Ok(Self {
            configured: host.versions.clone(),
            current: ArcSwap::from_pointee(host),
            installed: Mutex::default(),
            folder,
        })
    }

    fn installed(&self) -> MutexGuard<'_, BTreeMap<(AdapterId, AdapterDigest), Arc<Version>>> {
        self.installed.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn path(&self, sha256: AdapterDigest) -> PathBuf {
        self.folder.join(format!("{sha256}.wasm"))
    }

    /// Returns a loaded version by its digest.
    fn find(&self, adapter: &AdapterId, sha256: AdapterDigest) -> Option<Arc<Version>> {
        if let Some(installed) = self.installed().get(&(adapter.clone(), sha256)) {
            return Some(Arc::clone(installed));
        }
        let configured = self.configured.get(adapter);
        configured
            .filter(|version| version.inspection.sha256.0 == sha256.0)
            .cloned()
    }

    /// Replaces the host by a clone with another version of an adapter; `None` sets the adapter aside.
    fn put(&self, adapter: &AdapterId, version: Option<&Arc<Version>>) {
        self.current.rcu(|now| now.with(adapter, version));
    }

    fn load_file(&self, adapter: &AdapterId, sha256: AdapterDigest) -> Result<Inspection, HostError> {
        let version = self.current.load().load(&self.path(sha256), Some(Sha256(sha256.0)))?;
        let inspection = version.inspection.clone();
        self.installed().insert((adapter.clone(), sha256), Arc::new(version));
        Ok(inspection)
    }
}

impl Host {
    /// Returns a clone with another version of an adapter; `None` sets the adapter aside.
    fn with(&self, adapter: &AdapterId, version: Option<&Arc<Version>>) -> Self {
        let mut host = self.clone();
        match version {
            Some(version) => {
                host.aside.remove(adapter);
                host.versions.insert(adapter.clone(), Arc::clone(version));
            }
            None => {
                host.versions.remove(adapter);
                host.aside.insert(adapter.clone());
            }
        }
        host
    }
}

fn of_host(error: &HostError) -> KeepFault {
    match error {
        HostError::Unreadable { .. } => KeepFault::Disk(error.words().into()),
        error => KeepFault::File {
            code: error.code(),
            what: match error.cause() {
                Some(cause) => Said::joined(vec![error.words().into(), cause]),
                None => error.words().into(),
            },
        },
    }
}

impl AdapterKeeper for LiveHost {
    fn configured(&self, adapter: &AdapterId) -> Option<ConfiguredAdapter> {
        let inspection = &self.configured.get(adapter)?.inspection;
        Some(ConfiguredAdapter {
            sha256: AdapterDigest(inspection.sha256.0),
            manifest: inspection.manifest.clone(),
        })
    }

    fn keep(&self, adapter: &AdapterId, bytes: &[u8]) -> Result<KeptAdapter, KeepFault> {
        let sha256 = AdapterDigest(Sha256::of(bytes).0);
        let disk = |error: std::io::Error| KeepFault::Disk(Said::of_error(&error));
        let file = self.path(sha256);
        let was_there = file.exists();
        bindeledd_files::folder(&self.folder, Access::Private).map_err(disk)?;
        bindeledd_files::replace(&file, bytes, Access::Private).map_err(disk)?;
        match self.load_file(adapter, sha256) {
            Ok(inspection) => Ok(KeptAdapter {
                sha256,
                bytes: u64::try_from(inspection.bytes).unwrap_or(u64::MAX),
                contract: inspection.contract,
                manifest: inspection.manifest,
            }),
            Err(error) => {
                // A file that can not be used is nobody's. If its removal fails, the next start removes it.
                if !was_there {
                    let _ = fs::remove_file(&file);
                }
                Err(of_host(&error))
            }
        }
    }

    fn load(&self, adapter: &AdapterId, sha256: AdapterDigest) -> Result<(), KeepFault> {
        self.load_file(adapter, sha256)
            .map(|_| ())
            .map_err(|error| of_host(&error))
    }

    fn is_loaded(&self, adapter: &AdapterId, sha256: AdapterDigest) -> bool {
        self.installed().contains_key(&(adapter.clone(), sha256))
    }

    fn choose(&self, adapter: &AdapterId, version: Chosen) -> Result<(), KeepFault> {
        let found = match version {
            Chosen::Configured => self.configured.get(adapter).cloned(),
            Chosen::Installed(sha256) => self.installed().get(&(adapter.clone(), sha256)).cloned(),
        };
        let found = found.ok_or(KeepFault::Missing)?;
        found.record().reset();
        self.put(adapter, Some(&found));
        self.end_shadow(adapter, ShadowEnd::Switch);
        Ok(())
    }

    fn set_aside(&self, adapter: &AdapterId) {
        self.put(adapter, None);
    }

    fn aside(&self) -> BTreeSet<AdapterId> {
        self.current.load().aside.clone()
    }

    fn file(&self, adapter: &AdapterId, version: Chosen) -> Result<Vec<u8>, KeepFault> {
        let path = match version {
            Chosen::Configured => self
                .configured
                .get(adapter)
                .map(|version| version.inspection.path.clone()),
            Chosen::Installed(sha256) => {
                let is_there = self.installed().contains_key(&(adapter.clone(), sha256));
                is_there.then(|| self.path(sha256))
            }
        };
        fs::read(path.ok_or(KeepFault::Missing)?).map_err(|error| KeepFault::Disk(Said::of_error(&error)))
    }

    fn shadow(&self, adapter: &AdapterId, order: &ShadowOrder) -> Result<(), KeepFault> {
        // A version of its own, so that the record of its failures is never that of a version in use.
        let version = self
            .current
            .load()
            .load(&self.path(order.version), Some(Sha256(order.version.0)));
        let version = version.map_err(|error| of_host(&error))?;
        let now = self.current.load();
        let report = ShadowReport {
            version: order.version,
            beside: order.beside,
            began: order.now,
            until: order.now.checked_add(order.lasts).unwrap_or(order.now),
            most: order.most,
            documents: 0,
            same: 0,
            different: 0,
            dropped: 0,
            faults: BTreeMap::new(),
            paths: BTreeMap::new(),
            ended: None,
        };
        let host = now.for_shadow(adapter, Arc::new(version));
        now.shadows.begin(adapter, Box::new(host), (order.lasts, report));
        Ok(())
    }

    fn end_shadow(&self, adapter: &AdapterId, why: ShadowEnd) -> bool {
        self.current.load().shadows.end(adapter, why)
    }

    fn shadow_report(&self, adapter: &AdapterId) -> Option<ShadowReport> {
        self.current.load().shadows.report(adapter)
    }

    fn forget(&self, adapter: &AdapterId, sha256: AdapterDigest, keeps_file: bool) {
        self.installed().remove(&(adapter.clone(), sha256));
        if !keeps_file && let Err(error) = fs::remove_file(self.path(sha256)) {
            tracing::warn!(%error, %adapter, "the file of a removed version is still there; the next start removes it");
        }
    }

    fn tidy(&self, installed: &BTreeSet<AdapterDigest>) {
        let Ok(entries) = fs::read_dir(&self.folder) else {
            return;
        };
        for path in entries.flatten().map(|entry| entry.path()) {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            let digest = name.strip_suffix(".wasm").and_then(AdapterDigest::parse);
            let is_left_over = name.ends_with(".wasm.new") || digest.is_some_and(|digest| !installed.contains(&digest));
            if is_left_over && let Err(error) = fs::remove_file(&path) {
                tracing::warn!(%error, path = %path.display(), "a file that no installed version names could not be removed");
            }
        }
    }
}

#[async_trait]
impl Adapters for LiveHost {
    fn know(&self, parties: HashMap<PartyId, Standing>) {
        self.current.load().know(parties);
    }

    fn reset(&self, adapter: &AdapterId) -> Result<bool, AdapterFault> {
        self.current.load().reset(adapter)
    }

    fn listed(&self) -> Vec<ListedAdapter> {
        self.current.load().listed()
    }

    fn limits(&self) -> Option<CallLimits> {
        self.current.load().limits()
    }

    fn entered_by_hand(&self) -> BTreeSet<AdapterId> {
        self.current.load().entered_by_hand()
    }

    fn sha256(&self, adapter: &AdapterId) -> Option<[u8; 32]> {
        self.current.load().sha256(adapter)
    }

    fn fixed(&self, adapter: &AdapterId, sha256: Option<[u8; 32]>) -> Option<Arc<dyn Adapters>> {
        let now = self.current.load_full();
        let other = sha256.filter(|sha256| now.sha256(adapter) != Some(*sha256));
        match other.and_then(|sha256| self.find(adapter, AdapterDigest(sha256))) {
            Some(version) => Some(Arc::new(now.with(adapter, Some(&version)))),
            None => Some(now),
        }
    }

    fn keeper(&self) -> Option<&dyn AdapterKeeper> {
        Some(self)
    }

    async fn manifest(&self, adapter: &AdapterId) -> Result<Manifest, AdapterFault> {
        self.current.load_full().manifest(adapter).await
    }

    async fn settings_faults(&self, adapter: &AdapterId, settings: &Value) -> Result<Vec<InputError>, AdapterFault> {
        self.current.load_full().settings_faults(adapter, settings).await
    }

    async fn read(
        &self,
        adapter: &AdapterId,
        document: Document<'_>,
        context: &Context,
    ) -> Result<Reading, AdapterFault> {
        self.current.load_full().read(adapter, document, context).await
    }

    async fn acknowledge(
        &self,
        adapter: &AdapterId,
        outcome: &Outcome,
        origin: &Value,
        context: &Context,
    ) -> Result<Option<Request>, AdapterFault> {
        let now = self.current.load_full();
        now.acknowledge(adapter, outcome, origin, context).await
    }

    async fn write(
        &self,
        adapter: &AdapterId,
        message: &Minimised<Message>,
        context: &Context,
    ) -> Result<Result<Request, Refusal>, AdapterFault> {
        self.current.load_full().write(adapter, message, context).await
    }

    async fn write_notice(
        &self,
        adapter: &AdapterId,
        notice: &WithdrawalNotice,
        context: &Context,
    ) -> Result<Result<Request, Refusal>, AdapterFault> {
        self.current.load_full().write_notice(adapter, notice, context).await
    }

    async fn settle(
        &self,
        adapter: &AdapterId,
        response: &Response,
        context: &Context,
    ) -> Result<Settlement, AdapterFault> {
        self.current.load_full().settle(adapter, response, context).await
    }

    async fn ask(
        &self,
        adapter: &AdapterId,
        what: &InboxAsk,
        context: &Context,
    ) -> Result<Option<Request>, AdapterFault> {
        self.current.load_full().ask(adapter, what, context).await
    }

    async fn answered(
        &self,
        adapter: &AdapterId,
        what: &InboxAsk,
        response: &Response,
        context: &Context,
    ) -> Result<InboxAnswer, AdapterFault> {
        self.current
            .load_full()
            .answered(adapter, what, response, context)
            .await
    }
}
