//! The engine as a whole: its parts, its tasks, and the cheap handle for callers.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;

use bindeledd_core::alert::{Alert, AlertKind};
use bindeledd_core::audit::AuditAction;
use bindeledd_core::{AdapterId, AlertId, CategorySet, DeliveryId, Kind};
use bindeledd_core::{MessageId, Party, PartyId};
use bindeledd_texts::Said;
use bindeledd_texts::endpoint::Endpoint;
use jiff::Timestamp;
use tokio::sync::{Notify, watch};

use crate::directory::Directory;
use crate::error::EngineError;
use crate::inner::Inner;
use crate::ports::{
    ActOutcome, Actor, Adapters, ApiKey, Audit, Backlog, Clock, Courier, Entropy, Feed, Glance, Health, KeyHash,
    Listener, PartyAct, Pause, Store, StoreError, Topic, Views,
};
use crate::retries::Retries;
use crate::settings::{MailSettings, PushSettings, Settings};
use crate::strangers::Strangers;
use crate::time::KeptClock;
use crate::verify::Verifications;
use crate::{adapter_start, answers, feed, mail, push, sweep};

/// The parts of an engine.
pub struct Parts {
    /// Store.
    pub store: Arc<dyn Store>,
    /// Adapters.
    pub adapters: Arc<dyn Adapters>,
    /// Carries released bytes.
    pub courier: Arc<dyn Courier>,
    /// Clock of the machine.
    pub clock: Arc<dyn Clock>,
    /// Source of randomness.
    pub entropy: Arc<dyn Entropy>,
    /// Mail to parties that fetch; `None` if no mail is sent.
    pub mail: Option<MailSettings>,
    /// Pushes of alerts; `None` if nothing is pushed.
    pub push: Option<PushSettings>,
    /// Settings.
    pub settings: Settings,
}

/// The engine. A clone is another handle to the same engine.
#[derive(Clone)]
pub struct Engine {
    pub(crate) inner: Arc<Inner>,
}

impl Engine {
    /// Starts the engine: recovers interrupted work, and begins to deliver.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn start(parts: Parts) -> Result<Self, StoreError> {
        // The first write would be a new trace of time. The clock is therefore checked against the old trace before.
        let kept = Arc::new(KeptClock::start(parts.clock, parts.store.newest_trace().await?));
        let recovered = parts.store.recover(kept.now()).await?;
        let directory = Arc::new(Directory::new(parts.store.parties().await?));
        tracing::info!(recovered, parties = directory.iter().count(), "engine starts");
        let entropy = Arc::clone(&parts.entropy);
        let new_id = || AlertId(entropy.uuid_v4());
        adapter_start::take_up(&parts.store, &parts.adapters, (kept.now(), new_id)).await?;
        parts.adapters.know(directory.standings());
        let inner = Arc::new(Inner {
            store: parts.store,
            adapters: parts.adapters,
            courier: parts.courier,
            clock: Arc::<KeptClock>::clone(&kept),
            kept,
            entropy: parts.entropy,
            mail: parts.mail,
            push: parts.push,
            settings: parts.settings,
            directory: RwLock::new(Arc::clone(&directory)),
            pumps: Mutex::default(),
            starting: Arc::default(),
            fetchers: Mutex::default(),
            answers: Notify::new(),
            strangers: Strangers::default(),
            retries: Retries::default(),
            verifications: Verifications::default(),
            switching: tokio::sync::Mutex::default(),
            stop: watch::channel(false).0,
            tasks: Mutex::default(),
        });
        for party in directory.iter() {
            if party.id.is_reserved() {
                tracing::warn!(party = %party.id, "this party's id has a meaning of its own since; add it under another one, and move its consents");
            }
            inner.ensure_pump(party);
            inner.ensure_fetcher(party);
        }
        inner.spawn(answers::run(Arc::clone(&inner)));
        inner.spawn(sweep::run(Arc::clone(&inner)));
        inner.spawn(mail::run(Arc::clone(&inner)));
        inner.spawn(feed::run(Arc::clone(&inner)));
        push::start(&inner);
        inner.go_on_with_runs().await?;
        let engine = Self { inner };
        engine.look_at_endpoints(&directory).await;
        Ok(engine)
    }

    /// Returns the current parties.
    #[must_use]
    pub fn directory(&self) -> Arc<Directory> {
        self.inner.directory()
    }

    /// Returns the messages, alerts and items, for reading.
    #[must_use]
    pub fn views(&self) -> &dyn Views {
        &*self.inner.store
    }

    /// Returns the audit log, for reading.
    #[must_use]
    pub fn audit(&self) -> &dyn Audit {
        &*self.inner.store
    }

    /// Returns figures about what waits.
    #[must_use]
    pub fn glance(&self) -> &dyn Glance {
        &*self.inner.store
    }

    /// Returns the health of the store, and its size.
    #[must_use]
    pub fn health(&self) -> &dyn Health {
        &*self.inner.store
    }

    /// Begins to listen to topics of the feed.
    #[must_use]
    pub fn listen(&self, topics: Vec<Topic>) -> Listener {
        let clock = Arc::clone(&self.inner.clock);
        Listener::new(self.inner.store.feed(), clock, topics)
    }

    /// Returns the number of the feed's newest tick, and whether anybody listens. With a listener, every change
    /// makes a tick within a second.
    #[must_use]
    pub fn tick(&self) -> (u64, bool) {
        let feed: Arc<Feed> = self.inner.store.feed();
        (feed.tick(), feed.is_heard())
    }

    /// Ends every listener to the feed, so that their streams end.
    pub fn close_feed(&self) {
        self.inner.store.feed().close();
    }

    /// Returns the adapters, for questions about them.
    #[must_use]
    pub fn adapters(&self) -> &Arc<dyn Adapters> {
        &self.inner.adapters
    }

    /// Returns the hub's time.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.inner.clock.now()
    }

    /// Returns a new random id.
    #[must_use]
    pub fn random_id(&self) -> uuid::Uuid {
        self.inner.entropy.uuid_v4()
    }

    /// Adds or changes a party. Its adapter must be configured, and the endpoint must have everything that the adapter
    /// needs.
    ///
    /// # Errors
    /// [`EngineError::Conflict`] if the endpoint lacks something that its adapter needs; [`EngineError::UnknownParty`]
    /// if the party is part of, or trusts, a party that the hub does not know.
    pub async fn put_party(&self, party: Party, by: &Actor) -> Result<(), EngineError> {
        self.fits(&party, &HashSet::new()).await?;
        self.store_parties(vec![party], by).await
    }

    /// Stores parties that were checked before: all of them or none.
    pub(crate) async fn store_parties(&self, parties: Vec<Party>, by: &Actor) -> Result<(), EngineError> {
        if parties.is_empty() {
            return Ok(());
        }
        self.inner.store.put_parties(&parties, by, self.now()).await?;
        self.take_up(&parties).await
    }

    /// Takes up parties as the store has them now.
    pub(crate) async fn take_up(&self, parties: &[Party]) -> Result<(), EngineError> {
        self.inner.reload_directory().await?;
        for party in parties {
            self.inner.ensure_pump(party);
            self.inner.ensure_fetcher(party);
            self.inner.wake(&party.id);
        }
        Ok(())
    }

    /// Returns the kinds of message that these categories cover and that the party's adapter does not write. Messages
    /// of these kinds would fail. Empty for a party without an adapter, which gets the hub's own JSON.
    ///
    /// # Errors
    /// An error if the party's adapter is missing.
    pub async fn not_written(&self, to: &PartyId, covered: CategorySet) -> Result<Vec<Kind>, EngineError> {
        let party = self.directory().get(to).cloned();
        let Some(endpoint) = party.as_ref().and_then(|party| party.endpoint.as_ref()) else {
            return Ok(Vec::new());
        };
        let writes = self.inner.adapters.manifest(&endpoint.adapter).await?.writes;
        let is_missing = |kind: &Kind| {
            covered.contains(kind.spec().category) && !writes.iter().any(|declared| declared == kind.code())
        };
        Ok(Kind::by_parties().filter(is_missing).collect())
    }

    /// Returns a text that names the kinds that grants to a party cover and its adapter does not write; `None` if the
    /// adapter writes all of them.
    ///
    /// # Errors
    /// An error if the store fails, or if the party's adapter is missing.
    pub async fn told_of_kinds(&self, party: &PartyId) -> Result<Option<Said>, EngineError> {
        let covered = self.inner.store.granted_to(party).await?;
        let kinds: Vec<_> = self
            .not_written(party, covered)
            .await?
            .into_iter()
            .map(Kind::code)
            .collect();
        Ok((!kinds.is_empty()).then(|| {
            let kinds = kinds.join(", ");
            Endpoint::NotWritten { kinds }.into()
        }))
    }

    /// Returns every hashed API key, with its party.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn keys(&self) -> Result<Vec<ApiKey>, StoreError> {
        self.inner.store.keys().await
    }

    /// Adds a hashed API key for a party.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn put_key(&self, party: &PartyId, key: KeyHash, by: &Actor) -> Result<(), EngineError> {
        Ok(self.inner.store.put_key(party, key, by, self.now()).await?)
    }

    /// Removes API keys of a party. Returns the number of keys that existed.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn revoke_keys(&self, party: &PartyId, keys: &[KeyHash], by: &Actor) -> Result<usize, EngineError> {
        Ok(self.inner.store.revoke_keys(party, keys, by, self.now()).await?)
    }

    /// Suspends a party, or lifts the suspension; `false` if there is no such party. Once this returns, no sending to a
    /// suspended party can begin: every earlier release has begun to send or is over.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn suspend(&self, party: &PartyId, suspended: bool, by: &Actor) -> Result<bool, EngineError> {
        let inner = &self.inner;
        let known = inner.store.set_suspended(party, suspended, by, self.now()).await?;
        inner.reload_directory().await?;
        if known && suspended {
            tokio::time::sleep(inner.settings.release).await;
            inner.starting.all_settled().await;
        }
        inner.wake(party);
        Ok(known)
    }

    /// Pauses or resumes a party's endpoint; `false` if there is no such party. Deliveries under way are finished, and
    /// waiting deliveries wait.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn pause(&self, party: &PartyId, paused: bool, by: &Actor) -> Result<bool, EngineError> {
        let known = self.inner.store.set_paused(party, paused, by, self.now()).await?;
        self.inner.reload_directory().await?;
        self.inner.wake(party);
        Ok(known)
    }

    /// Acts on a party for a reason. A suspension ends as [`Engine::suspend`] does.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn act_on_party(
        &self,
        party: &PartyId,
        act: &PartyAct,
        why: &str,
        by: &Actor,
    ) -> Result<ActOutcome, EngineError> {
        let inner = &self.inner;
        let outcome = inner.store.act_on_party(party, (act, why), by, self.now()).await?;
        inner.reload_directory().await?;
        if *act == PartyAct::Suspend && outcome == ActOutcome::Done {
            tokio::time::sleep(inner.settings.release).await;
            inner.starting.all_settled().await;
        }
        inner.wake(party);
        Ok(outcome)
    }

    /// Returns the deliveries that wait, for each party that has any.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn backlog(&self) -> Result<Vec<Backlog>, EngineError> {
        Ok(self.inner.store.backlog().await?)
    }

    /// Returns the pause of a party, with its reason; `None` if it has none on file.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn pause_of(&self, party: &PartyId) -> Result<Option<Pause>, EngineError> {
        Ok(self.inner.store.pause_of(party).await?)
    }

    /// Ends the quarantine of an adapter, and the rest of the senders that made it fail. Returns whether the adapter
    /// was quarantined.
    ///
    /// # Errors
    /// An error if no adapter has this name, or if the store could not record the action.
    pub async fn reset_adapter(&self, adapter: &AdapterId, by: &Actor) -> Result<bool, EngineError> {
        self.inner.adapters.manifest(adapter).await?;
        // The audit row comes first: no action may happen without its row.
        let detail = serde_json::json!({"adapter": adapter.as_str()});
        self.inner
            .store
            .note(AuditAction::AdapterReset, by, &detail, self.now())
            .await?;
        let was_set_aside = self.inner.adapters.reset(adapter)?;
        let code = format!("BL-3005 {adapter}");
        self.inner.cause_over(AlertKind::AdapterQuarantined, &code, None).await;
        for party in self.directory().iter() {
            if party
                .endpoint
                .as_ref()
                .is_some_and(|endpoint| endpoint.adapter == *adapter)
            {
                self.inner.wake(&party.id);
            }
        }
        Ok(was_set_aside)
    }

    /// Raises an alert about the hub itself, and writes an audit row about its cause: both or neither.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn raise(
        &self,
        alert: &Alert,
        action: AuditAction,
        detail: &serde_json::Value,
    ) -> Result<(), StoreError> {
        self.inner.store.raise_and_note(alert, action, detail).await
    }

    /// Sends once more every delivery of a message that ended without being delivered. The hub decides anew about each.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn retry(&self, message: MessageId, by: &Actor) -> Result<Vec<DeliveryId>, EngineError> {
        let deliveries = self.inner.store.replay(message, by, self.now()).await?;
        self.inner.wake_all();
        Ok(deliveries)
    }

    /// Cancels the waiting deliveries of a message.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn cancel(&self, message: MessageId, by: &Actor) -> Result<Vec<DeliveryId>, EngineError> {
        Ok(self.inner.store.cancel(message, by, self.now()).await?)
    }

    /// Completes when a task of the engine has died, which ends the hub.
    pub async fn died(&self) {
        let mut stop = self.inner.stop.subscribe();
        // `stop()` sets the flag, and so does the death of a task.
        let _ = stop.wait_for(|stopped| *stopped).await;
    }

    /// Stops releases, waits until `deadline` for the sendings under way, and returns.
    pub async fn stop(&self, deadline: Duration) {
        self.inner.stop.send_replace(true);
        self.inner.wake_all();
        self.inner.answers.notify_waiters();
        let mut tasks = std::mem::take(&mut *self.inner.tasks.lock().unwrap_or_else(PoisonError::into_inner));
        let drained = tokio::time::timeout(deadline, async { while tasks.join_next().await.is_some() {} }).await;
        if drained.is_err() {
            tracing::warn!(
                "some sendings were still under way at the deadline; they are sent again after the next start"
            );
        }
    }
}
