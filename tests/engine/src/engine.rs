//! The engine for tests, with scripted adapters, courier and clock.

use std::sync::Arc;
use std::time::Duration;

use bindeledd_core::alert::AlertKind;
use bindeledd_core::delivery::{Cause, State};
use bindeledd_core::{Category, DeliveryId, MessageId, NationalId, ParticipantRef, PartyId};
use bindeledd_engine::ports::{
    AcceptedDelivery, AcceptedMessage, Accounts, Actor, Adapters, AlertFilter, AuditRow, DeliveryView, MessageView,
    OwnPages, Scope, WithdrawalAnswer,
};
use bindeledd_engine::{DocumentAnswer, Engine, EngineError, MailSettings, Parts, PushSettings, Settings};
use bindeledd_store::{AlertRules, AuditOptions, Budgets, SqliteOptions, SqliteStore};
use serde_json::Value;

use crate::adapters::ScriptedAdapters;
use crate::clock::{Dice, ManualClock};
use crate::courier::{ScriptedCourier, Sent};
use crate::parties::{self, GP, KARI, MAILBOX, PROVIDER, READER, SPECIALIST, consent, party_id};
use crate::versions::VersionedAdapters;

/// Time limit for reaching a state. States are reached in milliseconds; a busy machine needs longer.
const SOON: Duration = Duration::from_secs(120);
const LOOK_EVERY: Duration = Duration::from_millis(2);

/// An engine over a real store in a folder of its own, with scripted adapters, courier and clock.
///
/// Time passes only by [`TestEngine::advance`]. The parties and Kari's consents exist from the start.
pub struct TestEngine {
    /// The clock.
    pub clock: Arc<ManualClock>,
    /// The adapters.
    pub adapters: Arc<ScriptedAdapters>,
    /// The courier, which records everything that leaves.
    pub courier: Arc<ScriptedCourier>,
    settings: Settings,
    push: Option<PushSettings>,
    mail: Option<MailSettings>,
    engine: Option<Engine>,
    /// The adapters in several versions; `None` if they never switch.
    versions: Option<Arc<VersionedAdapters>>,
    store: std::sync::Weak<SqliteStore>,
    folder: tempfile::TempDir,
    /// Kari, the participant.
    pub kari: ParticipantRef,
}

impl TestEngine {
    /// Makes an engine with the usual settings.
    pub async fn new() -> Self {
        Self::with(Settings::default()).await
    }

    /// Makes an engine with these settings.
    pub async fn with(settings: Settings) -> Self {
        Self::that_pushes(settings, None).await
    }

    /// Makes an engine that pushes alerts.
    pub async fn that_pushes(settings: Settings, push: Option<PushSettings>) -> Self {
        Self::that_tells(settings, push, None).await
    }

    /// Makes an engine that sends mails to parties and persons.
    pub async fn that_mails(mail: MailSettings) -> Self {
        Self::that_tells(Settings::default(), None, Some(mail)).await
    }

    /// Makes an engine whose adapters have several versions.
    pub async fn that_switches() -> (Self, Arc<VersionedAdapters>) {
        let scripted: Arc<ScriptedAdapters> = Arc::default();
        let versions = Arc::new(VersionedAdapters::new(Arc::clone(&scripted)));
        let test = Self::made((Settings::default(), None, None), scripted, Some(Arc::clone(&versions))).await;
        (test, versions)
    }

    async fn that_tells(settings: Settings, push: Option<PushSettings>, mail: Option<MailSettings>) -> Self {
        Self::made((settings, push, mail), Arc::default(), None).await
    }

    async fn made(
        (settings, push, mail): (Settings, Option<PushSettings>, Option<MailSettings>),
        adapters: Arc<ScriptedAdapters>,
        versions: Option<Arc<VersionedAdapters>>,
    ) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut test = Self {
            clock: Arc::default(),
            adapters,
            versions,
            courier: Arc::default(),
            settings,
            push,
            mail,
            engine: None,
            store: std::sync::Weak::new(),
            folder,
            kari: ParticipantRef(uuid::Uuid::nil()),
        };
        test.start().await;
        let engine = test.engine().clone();
        for party in parties::parties() {
            engine.put_party(party, &Actor::Operator).await.unwrap();
        }
        for (n, (from, to)) in (1..).zip([
            (PROVIDER, GP),
            (PROVIDER, SPECIALIST),
            (PROVIDER, READER),
            (GP, PROVIDER),
            (MAILBOX, PROVIDER),
        ]) {
            let all = [
                Category::Progress,
                Category::Goals,
                Category::Meeting,
                Category::Dialogue,
            ];
            let registered = engine
                .register_consent(consent(n, from, to, &all), &Actor::Operator)
                .await;
            test.kari = registered.unwrap().participant;
        }
        test
    }

    async fn start(&mut self) {
        let store = Arc::new(SqliteStore::open(self.options()).unwrap());
        self.store = Arc::downgrade(&store);
        let adapters: Arc<dyn Adapters> = match &self.versions {
            Some(versions) => {
                versions.begin_anew();
                Arc::<VersionedAdapters>::clone(versions)
            }
            None => Arc::<ScriptedAdapters>::clone(&self.adapters),
        };
        let parts = Parts {
            store,
            adapters,
            courier: Arc::<ScriptedCourier>::clone(&self.courier),
            clock: Arc::<ManualClock>::clone(&self.clock),
            entropy: Arc::new(Dice),
            mail: self.mail.clone(),
            push: self.push.clone(),
            settings: self.settings.clone(),
        };
        self.engine = Some(Engine::start(parts).await.unwrap());
    }

    fn options(&self) -> SqliteOptions {
        SqliteOptions {
            path: self.folder.path().join("hub.db"),
            master_key: [7; 32].into(),
            entropy: Arc::new(Dice),
            retention_days: 90,
            audit: AuditOptions::default(),
            alerts: AlertRules::default(),
            budgets: Budgets::default(),
        }
    }

    /// Returns the folder of the store.
    #[must_use]
    pub fn folder(&self) -> &std::path::Path {
        self.folder.path()
    }

    /// Returns the engine itself.
    #[must_use]
    pub fn engine(&self) -> &Engine {
        self.engine.as_ref().unwrap()
    }

    /// Returns the store, as the port of the accounts.
    #[must_use]
    pub fn accounts(&self) -> Arc<dyn Accounts> {
        self.store.upgrade().unwrap()
    }

    /// Returns the store, as the port of participants' own pages.
    #[must_use]
    pub fn own_pages(&self) -> Arc<dyn OwnPages> {
        self.store.upgrade().unwrap()
    }

    /// Stops the hub at once, whatever is in flight, and starts a new one over the same store.
    pub async fn restart(&mut self) {
        self.stop_for(Duration::ZERO).await;
    }

    /// Stops the hub at once, lets time pass, and starts a new one over the same store.
    pub async fn stop_for(&mut self, time: Duration) {
        let engine = self.engine.take().unwrap();
        engine.stop(Duration::ZERO).await;
        drop(engine);
        let store = self.store.clone();
        eventually("the store is closed", async || {
            (store.strong_count() == 0).then_some(())
        })
        .await;
        self.advance(time);
        self.start().await;
    }

    /// Lets time pass.
    pub fn advance(&self, by: Duration) {
        self.clock.advance(by);
    }

    /// Sends a message from a party.
    ///
    /// # Errors
    /// The engine's errors.
    pub async fn try_accept(&self, from: &str, message: &Value) -> Result<AcceptedMessage, EngineError> {
        assert!(parties::is_draft(message), "no message: {message}");
        let body = message.to_string().into_bytes();
        match self.engine().accept_message(&party_id(from), &body).await? {
            DocumentAnswer::Accepted { mut messages, .. } => Ok(messages.remove(0)),
            other => panic!("not accepted: {other:?}"),
        }
    }

    /// Sends a message from the provider, which must be accepted.
    pub async fn accept(&self, message: &Value) -> AcceptedMessage {
        self.try_accept(PROVIDER, message).await.unwrap()
    }

    /// Sends a message from the provider to one party, and returns the delivery.
    pub async fn deliver(&self, message: &Value) -> DeliveryId {
        let AcceptedMessage { deliveries, .. } = self.accept(message).await;
        let [AcceptedDelivery { id, .. }] = deliveries.as_slice() else {
            panic!("not one delivery: {deliveries:?}")
        };
        *id
    }

    /// Sends a document from a party's system.
    ///
    /// # Errors
    /// The engine's errors.
    pub async fn document(&self, from: &str, body: &[u8]) -> Result<DocumentAnswer, EngineError> {
        self.engine()
            .accept_document(&party_id(from), "application/json", body)
            .await
    }

    /// Withdraws all of Kari's consents.
    pub async fn withdraw(&self) -> WithdrawalAnswer {
        let answer = self.engine().withdraw(self.kari, Scope::Everything, &Actor::Operator);
        answer.await.unwrap()
    }

    /// Returns a message as the operator sees it.
    pub async fn message(&self, id: MessageId) -> MessageView {
        self.engine().views().message(id).await.unwrap().unwrap()
    }

    /// Returns a delivery as the operator sees it.
    pub async fn delivery(&self, id: DeliveryId) -> DeliveryView {
        let filter = bindeledd_engine::ports::MessageFilter {
            limit: 500,
            ..Default::default()
        };
        let messages = self.engine().views().messages(&filter).await.unwrap();
        let mut deliveries = messages.into_iter().flat_map(|message| message.deliveries);
        deliveries.find(|delivery| delivery.id == id).unwrap()
    }

    /// Returns the name of a delivery's state.
    pub async fn state(&self, id: DeliveryId) -> &'static str {
        self.delivery(id).await.state.name()
    }

    /// Returns the code of a delivery's cause; empty without a cause.
    pub async fn code(&self, id: DeliveryId) -> String {
        let cause: Option<Cause> = self.delivery(id).await.cause;
        cause.map(|cause| cause.code).unwrap_or_default()
    }

    /// Waits until a delivery is in a state.
    pub async fn until(&self, id: DeliveryId, state: &str) {
        let looked = async || (self.state(id).await == state).then_some(());
        eventually(&format!("{id} is {state}"), looked).await;
    }

    /// Waits until a delivery waits for a retry after this many attempts.
    pub async fn until_attempts(&self, id: DeliveryId, attempts: u32) {
        let looked = async || {
            let state = self.delivery(id).await.state;
            (matches!(state, State::Waiting(_)) && state.attempts() == attempts).then_some(())
        };
        eventually(&format!("{id} waits after {attempts} attempts"), looked).await;
    }

    /// Returns the sendings that began, in order.
    #[must_use]
    pub fn sent(&self) -> Vec<Sent> {
        self.courier.sent()
    }

    /// Returns the deliveries of the sendings that began, in order.
    #[must_use]
    pub fn sent_deliveries(&self) -> Vec<DeliveryId> {
        self.sent().into_iter().map(|sent| sent.delivery).collect()
    }

    /// Waits until `many` sendings have begun, and returns all of them.
    pub async fn until_sent(&self, many: usize) -> Vec<Sent> {
        let looked = async || Some(self.sent()).filter(|sent| sent.len() >= many);
        eventually(&format!("{many} are sent"), looked).await
    }

    /// Returns every alert's kind and code, oldest first: those that a party may see, or all.
    pub async fn alerts(&self, seen_by: Option<&str>) -> Vec<(AlertKind, String)> {
        let filter = AlertFilter {
            party: seen_by.map(party_id),
            limit: 500,
            ..AlertFilter::default()
        };
        let alerts = self.engine().views().alerts(&filter).await.unwrap();
        let mut told: Vec<_> = alerts
            .into_iter()
            .map(|a| (a.kind, a.code.unwrap_or_default()))
            .collect();
        told.reverse();
        told
    }

    /// Waits for an alert of this kind while time passes, and returns its code.
    pub async fn until_alert(&self, kind: AlertKind) -> String {
        let looked = async || {
            self.advance(Duration::from_secs(1));
            let found = self.alerts(None).await;
            found.into_iter().find(|(k, _)| *k == kind).map(|(_, code)| code)
        };
        eventually(&format!("{kind:?} is told"), looked).await
    }

    /// Returns every row of the audit log.
    pub async fn audit(&self) -> Vec<AuditRow> {
        self.engine().audit().audit(1, 100_000).await.unwrap()
    }

    /// Counts the audit rows of an action.
    pub async fn audited(&self, action: &str) -> usize {
        self.audit().await.iter().filter(|row| row.action == action).count()
    }

    /// Waits until `look` returns a value.
    pub async fn eventually<T>(&self, what: &str, look: impl AsyncFnMut() -> Option<T>) -> T {
        eventually(what, look).await
    }

    /// Returns the id of a party.
    #[must_use]
    pub fn party(&self, raw: &str) -> PartyId {
        party_id(raw)
    }

    /// Returns Kari's number.
    #[must_use]
    pub fn number(&self) -> NationalId {
        NationalId::parse(KARI).unwrap()
    }
}

async fn eventually<T>(what: &str, mut look: impl AsyncFnMut() -> Option<T>) -> T {
    let waiting = async {
        loop {
            if let Some(found) = look().await {
                return found;
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
    };
    match tokio::time::timeout(SOON, waiting).await {
        Ok(found) => found,
        Err(_) => panic!("not in time: {what}"),
    }
}
