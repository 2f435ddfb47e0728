//! Timed work: expiry, receipts that never came, reservations past their deadline, retention.

use std::sync::Arc;
use std::time::Duration;

use crate::inner::Inner;

/// Time between two sweeps.
const EVERY: Duration = Duration::from_secs(1);

pub(crate) async fn run(inner: Arc<Inner>) {
    let mut stop = inner.stop.subscribe();
    let mut is_reported = false;
    loop {
        tokio::select! {
            () = inner.clock.sleep(EVERY) => {}
            _ = stop.wait_for(|stopped| *stopped) => return,
        }
        // Timed work can not be undone, so that it needs a trusted clock.
        if !inner.watch_clock(&mut is_reported).await {
            continue;
        }
        if let Err(error) = inner.end_pauses().await {
            tracing::warn!(%error, "pauses that are over could not be ended; it is tried again");
        }
        match inner.store.sweep(inner.clock.now()).await {
            Ok(0) => {}
            Ok(touched) => {
                tracing::debug!(touched, "swept");
                inner.wake_all();
            }
            Err(error) => tracing::warn!(%error, "the store did not answer the sweep; it is tried again"),
        }
    }
}
