//! The configured adapters, and the implementation of the engine's port.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use bindeledd_core::contract::{
    Context, Document, InboxAnswer, InboxAsk, Manifest, On2xx, Outcome, Reading, Refusal, Request, Response, Settlement,
};
use bindeledd_core::{AdapterId, InputError, Message, Minimised, PartyId, WithdrawalNotice};
use bindeledd_engine::ports::{AdapterFault, Adapters, CallLimits, ListedAdapter, Standing};
use bindeledd_texts::FileFault;
use serde::Serialize;
use serde_json::Value;
use tokio::time::{Instant, timeout};
use wasmtime::{Engine, Store};

use crate::cache::{Cache, CompiledCache};
use crate::call::{self, Failure};
use crate::decode::decoded;
use crate::guest::Live;
use crate::inbox;
use crate::input_source::{InputSource, Known};
use crate::limits::{Limits, Meter, SHADOW_PLACES};
use crate::load::{self, Version};
use crate::places::Places;
use crate::quarantine::Task;
use crate::reply;
use crate::settings;
use crate::shadow::{Calls, Shadows};
use crate::wire::{Answering, DocumentIn, HeaderIn};
use crate::{HostError, Inspection, Sha256};

/// An adapter in configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PinnedAdapter {
    /// Name that endpoints use for the adapter. Versions of one adapter have different names.
    pub id: AdapterId,
    /// Path of the file.
    pub path: PathBuf,
    /// Required digest of the file; `None` if the operator does not pin it.
    pub sha256: Option<Sha256>,
}

/// Function that is called once when a version is quarantined.
pub type QuarantineHook = Arc<dyn Fn(&AdapterId) + Send + Sync>;

/// The options of a host.
#[derive(Clone, Default)]
pub struct HostOptions {
    /// Adapters.
    pub plugins: Vec<PinnedAdapter>,
    /// Place for compiled adapters. If `None`, adapters are compiled at every start.
    pub cache: Option<CompiledCache>,
    /// Limits of a call.
    pub limits: Limits,
    /// Function that is called when a version is quarantined.
    pub on_quarantine: Option<QuarantineHook>,
}

impl fmt::Debug for HostOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HostOptions")
            .field("plugins", &self.plugins)
            .field("limits", &self.limits)
            .finish_non_exhaustive()
    }
}

/// An installed adapter and its current state.
#[derive(Debug, Clone, PartialEq)]
pub struct Installed {
    /// Name that endpoints use for the adapter.
    pub id: AdapterId,
    /// Facts about the adapter's file.
    pub inspection: Inspection,
    /// Whether the adapter is quarantined.
    pub set_aside: bool,
}

/// The host of the adapters, with one version of each. Every call runs in an instance of its own. A clone shares the places, the
/// versions and their records.
#[derive(Clone)]
pub struct Host {
    engine: Engine,
    cache: Option<Arc<Cache>>,
    limits: Limits,
    pub(crate) versions: BTreeMap<AdapterId, Arc<Version>>,
    /// Adapters whose version in use could not be loaded.
    pub(crate) aside: BTreeSet<AdapterId>,
    places: Arc<Places>,
    known: Arc<Known>,
    pub(crate) shadows: Arc<Shadows>,
    began: Instant,
    on_quarantine: Option<QuarantineHook>,
}

impl fmt::Debug for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Host")
            .field("versions", &self.versions)
            .field("limits", &self.limits)
            .finish_non_exhaustive()
    }
}

impl Host {
    /// Loads every adapter: checks its file, compiles the file or takes the compiled form from the cache, and asks for
    /// the manifest.
    ///
    /// # Errors
    /// The error of the first adapter that can not be used, or the reason why no adapter can run here.
    pub fn new(options: HostOptions) -> Result<Self, HostError> {
        let mut host = Self {
            engine: load::engine(&options.limits)?,
            cache: options.cache.as_ref().map(Cache::open).transpose()?.map(Arc::new),
            places: Arc::new(Places::new(&options.limits)),
            limits: options.limits,
            versions: BTreeMap::new(),
            aside: BTreeSet::new(),
            known: Arc::default(),
            shadows: Arc::default(),
            began: Instant::now(),
            on_quarantine: options.on_quarantine,
        };
        for plugin in options.plugins {
            if host.versions.contains_key(&plugin.id) || host.aside.contains(&plugin.id) {
                return Err(HostError::Twice(plugin.id));
            }
            match host.load(&plugin.path, plugin.sha256) {
                Ok(version) => {
                    host.versions.insert(plugin.id, Arc::new(version));
                }
                // One adapter on which the compiler dies does not keep the hub from starting.
                Err(error @ HostError::Compiler { .. }) => {
                    tracing::error!(adapter = %plugin.id, code = error.code(), "{error}");
                    host.aside.insert(plugin.id);
                }
                Err(error) => return Err(error),
            }
        }
        Ok(host)
    }

    /// Adds a file that configuration does not name, for a trial. Returns the id by which it can be called.
    ///
    /// # Errors
    /// When the file can not be used.
    pub fn load_file(&mut self, path: &Path) -> Result<AdapterId, HostError> {
        let version = self.load(path, None)?;
        let id = load::name_of(path).ok_or_else(|| HostError::Unfit {
            path: path.to_owned(),
            what: FileFault::NoId.into(),
        })?;
        self.versions.insert(id.clone(), Arc::new(version));
        Ok(id)
    }

    /// Returns the facts about a file.
    ///
    /// # Errors
    /// An error if the file is no adapter that this hub can use.
    pub fn inspect(&self, path: &Path) -> Result<Inspection, HostError> {
        self.load(path, None).map(|version| version.inspection)
    }

    /// Returns the adapters, by id.
    #[must_use]
    pub fn installed(&self) -> Vec<Installed> {
        let installed = |(id, version): (&AdapterId, &Arc<Version>)| Installed {
            id: id.clone(),
            inspection: version.inspection.clone(),
            set_aside: version.record().is_set_aside(),
        };
        self.versions.iter().map(installed).collect()
    }

    /// Returns a host for a version in the shadow: with places of its own, and without a word about its failures.
    pub(crate) fn for_shadow(&self, adapter: &AdapterId, version: Arc<Version>) -> Self {
        let limits = Limits {
            instances: SHADOW_PLACES,
            instances_per_party: SHADOW_PLACES,
            wait: Duration::ZERO,
            ..self.limits.clone()
        };
        Self {
            versions: [(adapter.clone(), version)].into(),
            aside: BTreeSet::new(),
            places: Arc::new(Places::new(&limits)),
            shadows: Arc::default(),
            on_quarantine: None,
            limits,
            ..self.clone()
        }
    }

    pub(crate) fn load(&self, path: &Path, pinned: Option<Sha256>) -> Result<Version, HostError> {
        Version::load(&self.engine, self.cache.as_deref(), &self.limits, path, pinned)
    }

    fn version(&self, adapter: &AdapterId) -> Result<&Version, AdapterFault> {
        match self.versions.get(adapter) {
            Some(version) => Ok(version),
            None if self.aside.contains(adapter) => Err(AdapterFault::NotLoaded(adapter.to_string())),
            None => Err(AdapterFault::Unknown(adapter.to_string())),
        }
    }

    /// Calls an adapter with `ask`, and checks its answer with `check`.
    async fn call<W, T>(
        &self,
        adapter: &AdapterId,
        question: Question<'_>,
        ask: impl FnOnce(&Live<'_>, &mut Store<Meter>) -> wasmtime::Result<W>,
        check: impl FnOnce(W, &Manifest) -> Result<T, Failure>,
    ) -> Result<T, AdapterFault> {
        let version = self.version(adapter)?;
        let input_bytes = question.context.len() + question.input.iter().map(|part| part.len()).sum::<usize>();
        if input_bytes > self.limits.input_bytes {
            // The sender caused this failure, not the adapter, so that the record does not count it.
            return Err(Failure::Limit(self.limits.input_words()).of(adapter));
        }
        let source = self.known.of(question.source);
        {
            let record = version.record();
            if record.is_set_aside() {
                return Err(AdapterFault::Quarantined(adapter.to_string()));
            }
            if let Some(left) = record.rests(question.task, &source, self.began.elapsed()) {
                return Err(AdapterFault::Resting {
                    adapter: adapter.to_string(),
                    seconds: u32::try_from(left.as_secs()).unwrap_or(u32::MAX).max(1),
                });
            }
        }
        let place = self.places.take(question.source, input_bytes);
        let Ok(Some(_place)) = timeout(self.limits.wait, place).await else {
            return Err(AdapterFault::Busy);
        };
        let (answer, took) = version.watch.run(input_bytes, || {
            call::in_fresh_instance(&version.guest, &self.limits, input_bytes, ask)
                .and_then(|raw| check(raw, &version.inspection.manifest))
        });
        if took > self.limits.slow {
            let ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
            tracing::warn!(%adapter, task = question.task.name(), ms, input_bytes, "an adapter call took long");
        }
        match answer {
            Ok(answer) => {
                if question.counts {
                    version.record().success(question.task, &source);
                }
                Ok(answer)
            }
            Err(failure) => Err(self.failed(adapter, version, &question, &source, failure)),
        }
    }

    /// Lets an adapter write content that may leave; the types in the port's functions guarantee that it may. A kind
    /// that the adapter does not declare is not written. The adapter is still called, since its refusal tells the
    /// reason, and no failure is counted.
    async fn written(
        &self,
        adapter: &AdapterId,
        content: &Message,
        context: &Context,
    ) -> Result<Result<Request, Refusal>, AdapterFault> {
        let (json, context_json) = (to_json(&content.to_json()), self.context(adapter, context)?);
        let input = [json.as_bytes()];
        let question = Question {
            task: Task::Write,
            source: content.from.as_str(),
            input: &input,
            context: &context_json,
            counts: true,
        };
        let kind = content.draft.kind().code();
        let is_declared = declares(&self.version(adapter)?.inspection.manifest.writes, kind);
        let question = Question {
            counts: is_declared,
            ..question
        };
        let ask = |guest: &Live<'_>, store: &mut Store<Meter>| guest.write(store, &json, &context_json);
        let answer = self.call(adapter, question, ask, reply::written).await;
        match answer {
            Err(fault) if fault.is_transient() => Err(fault),
            Ok(Err(refusal)) => Ok(Err(refusal)),
            Ok(Ok(_)) | Err(_) if !is_declared => {
                let adapter = adapter.to_string();
                Err(AdapterFault::WriteUndeclared { adapter, kind })
            }
            answer => answer,
        }
    }

    /// Returns the JSON of a context: its settings are an object, with the defaults of the adapter's schema filled in.
    fn context(&self, adapter: &AdapterId, context: &Context) -> Result<String, AdapterFault> {
        let defaults = &self.version(adapter)?.defaults;
        let has = |settings: &Value| defaults.keys().all(|name| settings.get(name).is_some());
        if context.settings.is_object() && has(&context.settings) {
            return Ok(to_json(context));
        }
        let mut settings = defaults.clone();
        if let Value::Object(own) = &context.settings {
            settings.extend(own.clone());
        }
        let settings = Value::Object(settings);
        Ok(to_json(&Context {
            settings,
            ..context.clone()
        }))
    }

    /// Returns the settlement of a plain success, if the manifest says what one means.
    fn plain_success(&self, adapter: &AdapterId, response: &Response) -> Result<Option<Settlement>, AdapterFault> {
        let settled = match self.version(adapter)?.inspection.manifest.on2xx {
            On2xx::Ask => return Ok(None),
            On2xx::Delivered => Settlement::Delivered,
            On2xx::AwaitingReceipt => Settlement::AwaitingReceipt(Vec::new()),
        };
        let is_plain = response.settle_by_status() == Settlement::Delivered;
        Ok(is_plain.then_some(settled))
    }

    /// Accepts only a document of a format that the adapter declares. A document of another format says nothing about the adapter,
    /// and does not count. A media type is compared without its parameters. An adapter that reads nothing says so itself.
    fn only_its_formats(&self, adapter: &AdapterId, media_type: &str) -> Result<(), AdapterFault> {
        let manifest = &self.version(adapter)?.inspection.manifest;
        let formats = &manifest.formats;
        let essence = |media_type: &str| {
            media_type
                .split(';')
                .next()
                .unwrap_or_default()
                .trim()
                .to_ascii_lowercase()
        };
        let given = essence(media_type);
        if manifest.reads.is_empty()
            || formats.is_empty()
            || given.is_empty()
            || formats.iter().any(|format| essence(&format.media_type) == given)
        {
            return Ok(());
        }
        let mut formats: Vec<&str> = formats.iter().map(|format| format.media_type.as_str()).collect();
        formats.dedup();
        Err(AdapterFault::OtherFormat {
            adapter: adapter.to_string(),
            formats: formats.join(", "),
        })
    }

    /// Accepts only a reading with declared kinds. An undeclared kind is counted neither against the sender of the
    /// document nor against the adapter, so that documents of others need not wait.
    fn only_declared(&self, adapter: &AdapterId, reading: Reading) -> Result<Reading, AdapterFault> {
        let Reading::Messages { messages, .. } = &reading else {
            return Ok(reading);
        };
        let reads = &self.version(adapter)?.inspection.manifest.reads;
        let mut kinds = messages.iter().map(|message| message.kind().code());
        let Some(kind) = kinds.find(|kind| !declares(reads, kind)) else {
            return Ok(reading);
        };
        let adapter = adapter.to_string();
        let fault = AdapterFault::ReadUndeclared { adapter, kind };
        tracing::warn!(code = fault.code(), "{fault}");
        Err(fault)
    }

    fn failed(
        &self,
        adapter: &AdapterId,
        version: &Version,
        question: &Question<'_>,
        source: &InputSource,
        failure: Failure,
    ) -> AdapterFault {
        let fault = failure.of(adapter);
        let task = question.task.name();
        tracing::warn!(code = fault.code(), task, source = question.source, "{fault}");
        if !question.counts {
            return fault;
        }
        let now = self.began.elapsed();
        let change = version.record().failure(question.task, source, question.input, now);
        if change.rests {
            tracing::warn!(%adapter, source = question.source, "a sender made an adapter fail too often; its next ones wait");
        }
        if change.set_aside {
            tracing::error!(%adapter, "an adapter failed too often and was set aside; its messages wait");
            if let Some(notify) = &self.on_quarantine {
                notify(adapter);
            }
        }
        fault
    }
}

/// The facts about a call, for the record.
struct Question<'a> {
    task: Task,
    /// Party that the input comes from.
    source: &'a str,
    /// Input without the context, which tells one input from another. The context differs in each call by its time.
    input: &'a [&'a [u8]],
    context: &'a str,
    /// Whether the outcome counts in the record. The outcome does not count if the adapter does not declare the kind.
    counts: bool,
}

/// Returns whether a manifest declares a kind.
fn declares(declared: &[String], kind: &str) -> bool {
    declared.iter().any(|declared| declared == kind)
}

/// Serialises a type of the contract. This can not fail, because the keys of its maps are texts.
fn to_json(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

#[async_trait]
impl Calls for Host {
    async fn read(
        &self,
        adapter: &AdapterId,
        document: Document<'_>,
        context: &Context,
    ) -> Result<Reading, AdapterFault> {
        Adapters::read(self, adapter, document, context).await
    }

    async fn wrote(
        &self,
        adapter: &AdapterId,
        content: &Message,
        context: &Context,
    ) -> Result<Result<Request, Refusal>, AdapterFault> {
        self.written(adapter, content, context).await
    }
}

#[async_trait]
impl Adapters for Host {
    fn know(&self, parties: HashMap<PartyId, Standing>) {
        self.known.set(parties);
    }

    fn reset(&self, adapter: &AdapterId) -> Result<bool, AdapterFault> {
        let mut record = self.version(adapter)?.record();
        let was_set_aside = record.is_set_aside();
        record.reset();
        Ok(was_set_aside)
    }

    fn listed(&self) -> Vec<ListedAdapter> {
        let listed = |installed: Installed| ListedAdapter {
            id: installed.id,
            manifest: installed.inspection.manifest,
            sha256: installed.inspection.sha256.0,
            set_aside: installed.set_aside,
        };
        self.installed().into_iter().map(listed).collect()
    }

    fn limits(&self) -> Option<CallLimits> {
        let bytes = |bytes: usize| u64::try_from(bytes).unwrap_or(u64::MAX);
        Some(CallLimits {
            memory_bytes: bytes(self.limits.memory_bytes),
            fuel: self.limits.fuel,
            fuel_per_byte: self.limits.fuel_per_byte,
            input_bytes: bytes(self.limits.input_bytes),
            output_bytes: bytes(self.limits.output_bytes),
        })
    }

    fn entered_by_hand(&self) -> BTreeSet<AdapterId> {
        let by_hand = self
            .versions
            .iter()
            .filter(|(_, v)| v.inspection.manifest.entered_by_hand);
        by_hand.map(|(id, _)| id.clone()).collect()
    }

    fn sha256(&self, adapter: &AdapterId) -> Option<[u8; 32]> {
        self.versions.get(adapter).map(|version| version.inspection.sha256.0)
    }

    async fn manifest(&self, adapter: &AdapterId) -> Result<Manifest, AdapterFault> {
        // The manifest was read when the file was loaded, and can not change.
        self.version(adapter).map(|version| version.inspection.manifest.clone())
    }

    async fn settings_faults(&self, adapter: &AdapterId, settings: &Value) -> Result<Vec<InputError>, AdapterFault> {
        let version = self.version(adapter)?;
        Ok(settings::faults(&version.inspection.manifest.settings, settings))
    }

    async fn read(
        &self,
        adapter: &AdapterId,
        document: Document<'_>,
        context: &Context,
    ) -> Result<Reading, AdapterFault> {
        let context_json = self.context(adapter, context)?;
        let input = [document.media_type.as_bytes(), document.body];
        let question = Question {
            task: Task::Read,
            source: &context.party.id,
            input: &input,
            context: &context_json,
            counts: true,
        };
        self.only_its_formats(adapter, document.media_type)?;
        let body = decoded(document.media_type, document.body);
        let given = DocumentIn {
            media_type: document.media_type,
            body: body.content(),
        };
        let answer = self
            .call(
                adapter,
                question,
                |guest, store| guest.read(store, (given, document.body), &context_json),
                reply::reading,
            )
            .await
            .and_then(|reading| self.only_declared(adapter, reading));
        self.shadows.read(adapter, document, context, &answer);
        answer
    }

    async fn acknowledge(
        &self,
        adapter: &AdapterId,
        outcome: &Outcome,
        origin: &Value,
        context: &Context,
    ) -> Result<Option<Request>, AdapterFault> {
        let (outcome, origin, context_json) = (to_json(outcome), to_json(origin), self.context(adapter, context)?);
        let input = [outcome.as_bytes(), origin.as_bytes()];
        let question = Question {
            task: Task::Acknowledge,
            source: &context.party.id,
            input: &input,
            context: &context_json,
            counts: true,
        };
        let ask =
            |guest: &Live<'_>, store: &mut Store<Meter>| guest.acknowledge(store, (&outcome, &origin), &context_json);
        self.call(adapter, question, ask, reply::request_or_none).await
    }

    async fn write(
        &self,
        adapter: &AdapterId,
        message: &Minimised<Message>,
        context: &Context,
    ) -> Result<Result<Request, Refusal>, AdapterFault> {
        let answer = self.written(adapter, message.content(), context).await;
        self.shadows.wrote(adapter, message.content(), context, &answer);
        answer
    }

    async fn write_notice(
        &self,
        adapter: &AdapterId,
        notice: &WithdrawalNotice,
        context: &Context,
    ) -> Result<Result<Request, Refusal>, AdapterFault> {
        let answer = self.written(adapter, notice.content(), context).await;
        self.shadows.wrote(adapter, notice.content(), context, &answer);
        answer
    }

    async fn settle(
        &self,
        adapter: &AdapterId,
        response: &Response,
        context: &Context,
    ) -> Result<Settlement, AdapterFault> {
        if let Some(settled) = self.plain_success(adapter, response)? {
            return Ok(settled);
        }
        let context_json = self.context(adapter, context)?;
        let headers = headers(response);
        let input = parts(response);
        let question = Question {
            task: Task::Settle,
            source: &context.party.id,
            input: &input,
            context: &context_json,
            counts: true,
        };
        let body = decoded(response.header("content-type").unwrap_or_default(), &response.body);
        let given = Answering {
            status: response.status,
            headers: &headers,
            body: body.content(),
            bytes: &response.body,
        };
        self.call(
            adapter,
            question,
            |guest, store| guest.settle(store, &given, &context_json),
            reply::settlement,
        )
        .await
    }

    async fn ask(
        &self,
        adapter: &AdapterId,
        what: &InboxAsk,
        context: &Context,
    ) -> Result<Option<Request>, AdapterFault> {
        let (context_json, asked) = (self.context(adapter, context)?, inbox::input(what));
        let input = [&*asked];
        let question = Question {
            task: Task::Ask,
            source: &context.party.id,
            input: &input,
            context: &context_json,
            counts: true,
        };
        let ask = |guest: &Live<'_>, store: &mut Store<Meter>| {
            inbox::asking(what, |step| guest.prepare(store, step, &context_json))
        };
        self.call(adapter, question, ask, reply::request_or_none).await
    }

    async fn answered(
        &self,
        adapter: &AdapterId,
        what: &InboxAsk,
        response: &Response,
        context: &Context,
    ) -> Result<InboxAnswer, AdapterFault> {
        let (context_json, asked) = (self.context(adapter, context)?, inbox::input(what));
        let headers = headers(response);
        let mut input = parts(response);
        input.push(&asked);
        let question = Question {
            task: Task::Answered,
            source: &context.party.id,
            input: &input,
            context: &context_json,
            counts: true,
        };
        let body = decoded(response.header("content-type").unwrap_or_default(), &response.body);
        let given = Answering {
            status: response.status,
            headers: &headers,
            body: body.content(),
            bytes: &response.body,
        };
        let ask = |guest: &Live<'_>, store: &mut Store<Meter>| {
            inbox::asking(what, |step| guest.interpret(store, step, &given, &context_json))
        };
        self.call(adapter, question, ask, reply::inbox_answer).await
    }
}

fn headers(response: &Response) -> Vec<HeaderIn<'_>> {
    let headers = response.headers.iter();
    headers.map(|(name, value)| HeaderIn { name, value }).collect()
}

/// Returns the parts of a response that tell it from another.
fn parts(response: &Response) -> Vec<&[u8]> {
    let headers = response.headers.iter();
    let headers = headers.flat_map(|(name, value)| [name.as_bytes(), value.as_bytes()]);
    std::iter::once(&*response.body).chain(headers).collect()
}
