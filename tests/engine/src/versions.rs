//! The scripted adapters in several versions. Each version writes its own digest into the path of its requests.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use bindeledd_core::adapter_life::{AdapterDigest, Chosen};
use bindeledd_core::contract::{
    Context, Document, InboxAnswer, InboxAsk, Manifest, Outcome, Reading, Refusal, Request, Response, Settlement,
};
use bindeledd_core::{AdapterId, Message, Minimised, WithdrawalNotice};
use bindeledd_engine::ports::{
    AdapterFault, AdapterKeeper, Adapters, ConfiguredAdapter, KeepFault, KeptAdapter, ListedAdapter,
};
use serde_json::Value;

use crate::adapters::{ScriptedAdapters, manifest};

/// Digest of the version that configuration names.
pub const CONFIGURED: AdapterDigest = AdapterDigest([1; 32]);

/// Returns the digest of a scripted file, which is its first byte.
#[must_use]
pub const fn digest_of(file: u8) -> AdapterDigest {
    AdapterDigest([file; 32])
}

/// The adapter `obedient` in several versions. A file is one byte; `x` is no adapter, and `f` finds a full disk. The version `2`
/// writes a kind more than the others.
#[derive(Debug)]
pub struct VersionedAdapters {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    scripted: Arc<ScriptedAdapters>,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    files: BTreeSet<AdapterDigest>,
    loaded: BTreeSet<AdapterDigest>,
    broken: BTreeSet<AdapterDigest>,
    /// Version in use; `None` if the adapter is set aside.
    now: Option<AdapterDigest>,
    settled: Vec<AdapterDigest>,
}

/// The adapters, fixed at one version.
struct AtVersion {
    shared: Arc<Shared>,
    version: Option<AdapterDigest>,
}

impl VersionedAdapters {
    pub(crate) fn new(scripted: Arc<ScriptedAdapters>) -> Self {
        let state = State {
            files: BTreeSet::new(),
            loaded: BTreeSet::new(),
            broken: BTreeSet::new(),
            now: Some(CONFIGURED),
            settled: Vec::new(),
        };
        Self {
            shared: Arc::new(Shared {
                scripted,
                state: Mutex::new(state),
            }),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.shared.state()
    }

    /// Forgets what a process forgets when it ends. Files stay.
    pub(crate) fn begin_anew(&self) {
        let mut state = self.state();
        state.loaded.clear();
        state.now = Some(CONFIGURED);
    }

    /// Makes a file unusable from now on.
    pub fn break_file(&self, version: AdapterDigest) {
        self.state().broken.insert(version);
    }

    /// Returns the files that are kept.
    #[must_use]
    pub fn files(&self) -> BTreeSet<AdapterDigest> {
        self.state().files.clone()
    }

    /// Adds a file that no installed version names, as an interrupted installation does.
    pub fn leave_file(&self, version: AdapterDigest) {
        self.state().files.insert(version);
    }

    /// Returns the version in use; `None` if the adapter is set aside.
    #[must_use]
    pub fn now(&self) -> Option<AdapterDigest> {
        self.state().now
    }

    /// Returns the versions that interpreted a receiver's answer, in order.
    #[must_use]
    pub fn settled(&self) -> Vec<AdapterDigest> {
        self.state().settled.clone()
    }

    fn at_now(&self) -> AtVersion {
        AtVersion {
            shared: Arc::clone(&self.shared),
            version: self.now(),
        }
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn manifest_of(version: AdapterDigest) -> Manifest {
    let mut manifest = manifest();
    manifest.version = format!("0.{}.0", version.0[0]);
    if version == digest_of(b'2') {
        manifest.needs.credentials.push("archive".into());
    }
    manifest
}

impl AdapterKeeper for VersionedAdapters {
    fn configured(&self, adapter: &AdapterId) -> Option<ConfiguredAdapter> {
        (adapter.as_str() == "obedient").then(|| ConfiguredAdapter {
            sha256: CONFIGURED,
            manifest: manifest_of(CONFIGURED),
        })
    }

    fn keep(&self, _: &AdapterId, bytes: &[u8]) -> Result<KeptAdapter, KeepFault> {
        let file = bytes.first().copied().unwrap_or(b'x');
        match file {
            b'x' => Err(KeepFault::File {
                code: "BL-3012",
                what: "no component".to_owned().into(),
            }),
            b'f' => Err(KeepFault::Disk("no space left".to_owned().into())),
            file => {
                let sha256 = digest_of(file);
                let mut state = self.state();
                state.files.insert(sha256);
                state.loaded.insert(sha256);
                Ok(KeptAdapter {
                    sha256,
                    bytes: 1,
                    contract: "0.1".into(),
                    manifest: manifest_of(sha256),
                })
            }
        }
    }

    fn load(&self, _: &AdapterId, sha256: AdapterDigest) -> Result<(), KeepFault> {
        let mut state = self.state();
        if !state.files.contains(&sha256) || state.broken.contains(&sha256) {
            return Err(KeepFault::Disk("the file is damaged".to_owned().into()));
        }
        state.loaded.insert(sha256);
        Ok(())
    }

    fn is_loaded(&self, _: &AdapterId, sha256: AdapterDigest) -> bool {
        self.state().loaded.contains(&sha256)
    }

    fn choose(&self, _: &AdapterId, version: Chosen) -> Result<(), KeepFault> {
        let mut state = self.state();
        let sha256 = version.digest().unwrap_or(CONFIGURED);
        if sha256 != CONFIGURED && !state.loaded.contains(&sha256) {
            return Err(KeepFault::Missing);
        }
        state.now = Some(sha256);
        Ok(())
    }

    fn set_aside(&self, _: &AdapterId) {
        self.state().now = None;
    }

    fn aside(&self) -> BTreeSet<AdapterId> {
        let obedient = AdapterId::parse("obedient").filter(|_| self.now().is_none());
        obedient.into_iter().collect()
    }

    fn forget(&self, _: &AdapterId, sha256: AdapterDigest, keeps_file: bool) {
        let mut state = self.state();
        state.loaded.remove(&sha256);
        if !keeps_file {
            state.files.remove(&sha256);
        }
    }

    fn tidy(&self, installed: &BTreeSet<AdapterDigest>) {
        self.state().files.retain(|file| installed.contains(file));
    }
}

/// Passes each call on to the version that is in use at that moment.
#[async_trait]
impl Adapters for VersionedAdapters {
    fn listed(&self) -> Vec<ListedAdapter> {
        self.at_now().listed()
    }

    fn sha256(&self, adapter: &AdapterId) -> Option<[u8; 32]> {
        self.at_now().sha256(adapter)
    }

    fn fixed(&self, _: &AdapterId, sha256: Option<[u8; 32]>) -> Option<Arc<dyn Adapters>> {
        let state = self.state();
        let wrote = sha256.map(AdapterDigest);
        let wrote = wrote.filter(|wrote| *wrote == CONFIGURED || state.loaded.contains(wrote));
        Some(Arc::new(AtVersion {
            shared: Arc::clone(&self.shared),
            version: wrote.or(state.now),
        }))
    }

    fn keeper(&self) -> Option<&dyn AdapterKeeper> {
        Some(self)
    }

    async fn manifest(&self, adapter: &AdapterId) -> Result<Manifest, AdapterFault> {
        self.at_now().manifest(adapter).await
    }

    async fn read(
        &self,
        adapter: &AdapterId,
        document: Document<'_>,
        context: &Context,
    ) -> Result<Reading, AdapterFault> {
        self.at_now().read(adapter, document, context).await
    }

    async fn acknowledge(
        &self,
        adapter: &AdapterId,
        outcome: &Outcome,
        origin: &Value,
        context: &Context,
    ) -> Result<Option<Request>, AdapterFault> {
        self.at_now().acknowledge(adapter, outcome, origin, context).await
    }

    async fn write(
        &self,
        adapter: &AdapterId,
        message: &Minimised<Message>,
        context: &Context,
    ) -> Result<Result<Request, Refusal>, AdapterFault> {
        self.at_now().write(adapter, message, context).await
    }

    async fn write_notice(
        &self,
        adapter: &AdapterId,
        notice: &WithdrawalNotice,
        context: &Context,
    ) -> Result<Result<Request, Refusal>, AdapterFault> {
        self.at_now().write_notice(adapter, notice, context).await
    }

    async fn settle(
        &self,
        adapter: &AdapterId,
        response: &Response,
        context: &Context,
    ) -> Result<Settlement, AdapterFault> {
        self.at_now().settle(adapter, response, context).await
    }

    async fn ask(
        &self,
        adapter: &AdapterId,
        what: &InboxAsk,
        context: &Context,
    ) -> Result<Option<Request>, AdapterFault> {
        self.at_now().ask(adapter, what, context).await
    }

    async fn answered(
        &self,
        adapter: &AdapterId,
        what: &InboxAsk,
        response: &Response,
        context: &Context,
    ) -> Result<InboxAnswer, AdapterFault> {
        self.at_now().answered(adapter, what, response, context).await
    }
}

impl AtVersion {
    fn version(&self, adapter: &AdapterId) -> Result<AdapterDigest, AdapterFault> {
        self.version.ok_or_else(|| AdapterFault::NotLoaded(adapter.to_string()))
    }

    /// Marks what a version writes by its digest.
    fn marked(
        &self,
        adapter: &AdapterId,
        written: Result<Result<Request, Refusal>, AdapterFault>,
    ) -> Result<Result<Request, Refusal>, AdapterFault> {
        let version = self.version(adapter)?;
        let mark = |mut request: Request| {
            request.path = format!("/in/{version}");
            request
        };
        written.map(|written| written.map(mark))
    }
}

#[async_trait]
impl Adapters for AtVersion {
    fn listed(&self) -> Vec<ListedAdapter> {
        let listed = |listed: ListedAdapter| {
            let version = self.version?;
            Some(ListedAdapter {
                manifest: manifest_of(version),
                sha256: version.0,
                ..listed
            })
        };
        let all = self.shared.scripted.listed().into_iter();
        all.filter_map(listed).collect()
    }

    fn sha256(&self, _: &AdapterId) -> Option<[u8; 32]> {
        self.version.map(|version| version.0)
    }

    async fn manifest(&self, adapter: &AdapterId) -> Result<Manifest, AdapterFault> {
        self.shared.scripted.manifest(adapter).await?;
        self.version(adapter).map(manifest_of)
    }

    async fn read(
        &self,
        adapter: &AdapterId,
        document: Document<'_>,
        context: &Context,
    ) -> Result<Reading, AdapterFault> {
        self.version(adapter)?;
        self.shared.scripted.read(adapter, document, context).await
    }

    async fn acknowledge(
        &self,
        adapter: &AdapterId,
        outcome: &Outcome,
        origin: &Value,
        context: &Context,
    ) -> Result<Option<Request>, AdapterFault> {
        self.version(adapter)?;
        let scripted = &self.shared.scripted;
        scripted.acknowledge(adapter, outcome, origin, context).await
    }

    async fn write(
        &self,
        adapter: &AdapterId,
        message: &Minimised<Message>,
        context: &Context,
    ) -> Result<Result<Request, Refusal>, AdapterFault> {
        let written = self.shared.scripted.write(adapter, message, context).await;
        self.marked(adapter, written)
    }

    async fn write_notice(
        &self,
        adapter: &AdapterId,
        notice: &WithdrawalNotice,
        context: &Context,
    ) -> Result<Result<Request, Refusal>, AdapterFault> {
        let written = self.shared.scripted.write_notice(adapter, notice, context).await;
        self.marked(adapter, written)
    }

    async fn settle(
        &self,
        adapter: &AdapterId,
        response: &Response,
        context: &Context,
    ) -> Result<Settlement, AdapterFault> {
        let version = self.version(adapter)?;
        self.shared.state().settled.push(version);
        self.shared.scripted.settle(adapter, response, context).await
    }

    async fn ask(
        &self,
        adapter: &AdapterId,
        what: &InboxAsk,
        context: &Context,
    ) -> Result<Option<Request>, AdapterFault> {
        self.version(adapter)?;
        self.shared.scripted.ask(adapter, what, context).await
    }

    async fn answered(
        &self,
        adapter: &AdapterId,
        what: &InboxAsk,
        response: &Response,
        context: &Context,
    ) -> Result<InboxAnswer, AdapterFault> {
        self.version(adapter)?;
        self.shared.scripted.answered(adapter, what, response, context).await
    }
}
