//! The task that gathers changes and tells them to the listeners of the feed.

use std::sync::Arc;
use std::time::Duration;

use crate::inner::Inner;

/// Time for which changes are gathered.
const GATHER: Duration = Duration::from_secs(1);

/// Gathers changes, and tells the listeners once a second at most.
pub(crate) async fn run(inner: Arc<Inner>) {
    let mut stop = inner.stop.subscribe();
    let feed = inner.store.feed();
    loop {
        tokio::select! {
            () = feed.dirty() => {}
            _ = stop.wait_for(|stopped| *stopped) => break,
        }
        tokio::select! {
            () = inner.clock.sleep(GATHER) => {}
            _ = stop.wait_for(|stopped| *stopped) => break,
        }
        feed.publish();
    }
    feed.close();
}
