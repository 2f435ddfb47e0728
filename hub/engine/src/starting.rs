//! Which sendings may start any moment in this process: released, and no byte sent yet.
//!
//! A withdrawal is answered only when each sending that it found under way has begun or come to nothing, so that no send
//! begins after the answer. What remains: a process that is paused between its last check and the write to the socket.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use bindeledd_core::DeliveryId;
use tokio::sync::watch;

#[derive(Debug, Default)]
pub(crate) struct Starting {
    entries: Mutex<HashMap<DeliveryId, watch::Sender<bool>>>,
}

impl Starting {
    /// Before the step to `sending` is asked for: from now on a withdrawal may have to wait for this one.
    pub(crate) fn enter(&self, delivery: DeliveryId) -> Entered<'_> {
        self.lock().insert(delivery, watch::channel(false).0);
        Entered {
            starting: self,
            delivery,
        }
    }

    /// Waits until none of `deliveries` can begin any more: each has begun, or is no longer entered.
    pub(crate) async fn settled(&self, deliveries: &[DeliveryId], at_most: Duration) {
        let waits: Vec<_> = {
            let entries = self.lock();
            deliveries
                .iter()
                .filter_map(|d| entries.get(d).map(watch::Sender::subscribe))
                .collect()
        };
        let all = async {
            for mut wait in waits {
                // An error means that the entry is gone: the sending is over.
                let _ = wait.wait_for(|begun| *begun).await;
            }
        };
        let _ = tokio::time::timeout(at_most, all).await;
    }

    /// Waits until none that is entered now can begin any more.
    pub(crate) async fn all_settled(&self, at_most: Duration) {
        let entered: Vec<_> = self.lock().keys().copied().collect();
        self.settled(&entered, at_most).await;
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<DeliveryId, watch::Sender<bool>>> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A delivery that may start; leaves when dropped.
pub(crate) struct Entered<'a> {
    starting: &'a Starting,
    delivery: DeliveryId,
}

impl Entered<'_> {
    /// Its first byte is on its way.
    pub(crate) fn begun(&self) {
        if let Some(entry) = self.starting.lock().get(&self.delivery) {
            entry.send_replace(true);
        }
    }
}

impl Drop for Entered<'_> {
    fn drop(&mut self) {
        self.starting.lock().remove(&self.delivery);
    }
}
