//! State that the engine's tasks and its handle share.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;

use bindeledd_core::PartyId;
use jiff::Timestamp;
use tokio::sync::{Notify, watch};
use tokio::task::JoinSet;

use crate::directory::Directory;
use crate::ports::{Adapters, Clock, Courier, Entropy, MailboxName, ReleaseInput, Store, StoreError};
use crate::pump_handle::PumpHandle;
use crate::retries::Retries;
use crate::settings::{MailSettings, PushSettings, Settings};
use crate::starting::Starting;
use crate::strangers::Strangers;
use crate::time::KeptClock;
use crate::verify::Verifications;

pub(crate) struct Inner {
    pub(crate) store: Arc<dyn Store>,
    pub(crate) adapters: Arc<dyn Adapters>,
    pub(crate) courier: Arc<dyn Courier>,
    /// Clock of the hub.
    pub(crate) clock: Arc<dyn Clock>,
    /// The same clock, with the trust in the machine's clock.
    pub(crate) kept: Arc<KeptClock>,
    pub(crate) entropy: Arc<dyn Entropy>,
    pub(crate) mail: Option<MailSettings>,
    pub(crate) push: Option<PushSettings>,
    pub(crate) settings: Settings,
    pub(crate) directory: RwLock<Arc<Directory>>,
    pub(crate) pumps: Mutex<HashMap<PartyId, PumpHandle>>,
    pub(crate) starting: Arc<Starting>,
    pub(crate) fetchers: Mutex<HashSet<MailboxName>>,
    pub(crate) answers: Notify,
    pub(crate) strangers: Strangers,
    pub(crate) retries: Retries,
    pub(crate) verifications: Verifications,
    /// Held while the versions of an adapter change.
    pub(crate) switching: tokio::sync::Mutex<()>,
    pub(crate) stop: watch::Sender<bool>,
    pub(crate) tasks: Mutex<JoinSet<()>>,
}

impl Inner {
    pub(crate) fn directory(&self) -> Arc<Directory> {
        Arc::clone(&self.directory.read().unwrap_or_else(PoisonError::into_inner))
    }

    pub(crate) async fn reload_directory(&self) -> Result<(), StoreError> {
        let fresh = Arc::new(Directory::new(self.store.parties().await?));
        self.adapters.know(fresh.standings());
        *self.directory.write().unwrap_or_else(PoisonError::into_inner) = fresh;
        Ok(())
    }

    /// Ends the pauses that have come to their end, and lets their deliveries go on.
    pub(crate) async fn end_pauses(&self) -> Result<(), StoreError> {
        let over = self.store.end_pauses(self.clock.now()).await?;
        if over.is_empty() {
            return Ok(());
        }
        self.reload_directory().await?;
        for party in &over {
            self.wake(party);
        }
        Ok(())
    }

    pub(crate) fn stopping(&self) -> bool {
        *self.stop.borrow()
    }

    /// Runs a task of the engine. A panic in the task stops the engine, so that no caller waits for the task in vain.
    pub(crate) fn spawn(self: &Arc<Self>, task: impl Future<Output = ()> + Send + 'static) {
        struct Guard(Arc<Inner>);
        impl Drop for Guard {
            fn drop(&mut self) {
                if std::thread::panicking() {
                    tracing::error!("a task of the engine died; the hub stops");
                    self.0.stop.send_replace(true);
                }
            }
        }
        let guard = Guard(Arc::clone(self));
        let mut tasks = self.tasks.lock().unwrap_or_else(PoisonError::into_inner);
        tasks.spawn(async move {
            let _guard = guard;
            task.await;
        });
    }

    pub(crate) fn fetcher_ended(&self, name: &MailboxName) {
        let mut fetchers = self.fetchers.lock().unwrap_or_else(PoisonError::into_inner);
        fetchers.remove(name);
    }

    /// Returns whether a fetcher that was about to end goes on. `false` if another fetcher of the same mailbox has
    /// begun.
    pub(crate) fn begin_again(&self, name: &MailboxName, awaited: Result<bool, StoreError>) -> bool {
        let mut fetchers = self.fetchers.lock().unwrap_or_else(PoisonError::into_inner);
        // If the store does not answer, the fetcher goes on and asks again.
        awaited.unwrap_or(true) && fetchers.insert(name.clone())
    }

    /// Wakes the pump of a party, since a delivery may be due.
    pub(crate) fn wake(&self, party: &PartyId) {
        if let Some(pump) = self.pumps.lock().unwrap_or_else(PoisonError::into_inner).get(party) {
            pump.wake();
        }
    }

    /// Gives a newly accepted delivery to the pump of its receiver.
    pub(crate) fn offer(&self, input: ReleaseInput) {
        let pumps = self.pumps.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(pump) = pumps.get(&input.party) {
            pump.offer(input);
        }
    }

    pub(crate) fn wake_all(&self) {
        for pump in self.pumps.lock().unwrap_or_else(PoisonError::into_inner).values() {
            pump.wake();
        }
    }

    /// Wakes every pump after deliveries were put back to be sent, failed ones included.
    pub(crate) fn wake_all_anew(&self) {
        for pump in self.pumps.lock().unwrap_or_else(PoisonError::into_inner).values() {
            pump.wake_anew();
        }
    }

    pub(crate) fn after(&self, now: Timestamp, wait: Duration) -> Timestamp {
        now.checked_add(wait).unwrap_or(Timestamp::MAX)
    }
}
