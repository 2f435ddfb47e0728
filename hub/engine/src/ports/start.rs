//! The leave to begin a sending: good for a short time, counted from before the store was asked for it.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;

use super::world::{Clock, Uptime};

/// A sending begins within this time or never. A withdrawal waits a tenth longer, so that nothing begins after its answer.
pub const BEGIN_WITHIN: Duration = Duration::from_millis(1800);

/// Whether a sending has begun, and whether it still may. All handles are of the same one.
#[derive(Clone)]
pub struct Start(Arc<Shared>);

struct Shared {
    phase: watch::Sender<Phase>,
    asked: Uptime,
    within: Duration,
    clock: Arc<dyn Clock>,
}

#[derive(Debug, Clone, Copy, Default)]
struct Phase {
    begun: bool,
    /// It does not begin any more; what has begun goes on, and is not sent anew.
    over: bool,
}

impl Start {
    /// To be made before the store is asked whether the sending may begin: its time runs from here.
    #[must_use]
    pub fn new(clock: &Arc<dyn Clock>, within: Duration) -> Self {
        Self(Arc::new(Shared {
            phase: watch::Sender::new(Phase::default()),
            asked: clock.uptime(),
            within,
            clock: Arc::clone(clock),
        }))
    }

    /// Asked at the place that hands the bytes to the socket, each time anew. `false`: nothing may be handed over. The clock
    /// is read here because a process that was stopped wakes with every timer over, and its order says nothing.
    #[must_use]
    pub fn begin(&self) -> bool {
        let mut may = false;
        self.0.phase.send_if_modified(|phase| {
            phase.over |= self.left().is_zero();
            may = !phase.over;
            phase.begun |= may;
            true
        });
        may
    }

    /// Makes sure that it never begins; `false` where it has.
    #[must_use]
    pub fn abandon(&self) -> bool {
        let mut abandoned = false;
        self.0.phase.send_if_modified(|phase| {
            abandoned = !phase.begun;
            phase.over |= abandoned;
            true
        });
        abandoned
    }

    /// From here on nothing is handed to the socket that was not before.
    pub fn close(&self) {
        self.0.phase.send_modify(|phase| phase.over = true);
    }

    /// How much of its time is left.
    #[must_use]
    pub fn left(&self) -> Duration {
        self.0.within.saturating_sub(self.0.clock.uptime().since(self.0.asked))
    }

    /// Whether it has begun.
    #[must_use]
    pub fn has_begun(&self) -> bool {
        self.0.phase.borrow().begun
    }

    /// Waits until it has begun or is over.
    pub async fn decided(&self) {
        let mut phase = self.0.phase.subscribe();
        // The sender is in `self`, so that it can not go away.
        let _ = phase.wait_for(|phase| phase.begun || phase.over).await;
    }
}

impl fmt::Debug for Start {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Start").field(&*self.0.phase.borrow()).finish()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU64, Ordering};

    use jiff::Timestamp;

    use super::*;

    #[derive(Default)]
    struct Stopwatch(AtomicU64);

    impl Clock for Stopwatch {
        fn now(&self) -> Timestamp {
            Timestamp::UNIX_EPOCH
        }

        fn uptime(&self) -> Uptime {
            Uptime(Duration::from_millis(self.0.load(Ordering::SeqCst)))
        }
    }

    fn start() -> (Start, Arc<Stopwatch>) {
        let watch = Arc::new(Stopwatch(AtomicU64::new(5_000)));
        let clock: Arc<dyn Clock> = Arc::<Stopwatch>::clone(&watch);
        (Start::new(&clock, BEGIN_WITHIN), watch)
    }

    #[test]
    fn what_was_abandoned_never_begins_and_what_has_begun_is_not_abandoned() {
        let (abandoned, _) = start();
        assert!(abandoned.abandon());
        assert!(!abandoned.begin() && !abandoned.has_begun());
        let (begun, _) = start();
        assert!(begun.begin() && begun.has_begun());
        assert!(!begun.abandon());
        assert!(begun.begin(), "a request that was refused for its token is sent anew");
    }

    #[test]
    fn nothing_begins_once_its_time_is_over_whatever_the_timers_say() {
        let (late, watch) = start();
        watch.0.fetch_add(1_799, Ordering::SeqCst);
        assert_eq!(late.left(), Duration::from_millis(1));
        watch.0.fetch_add(1, Ordering::SeqCst);
        assert!(!late.begin() && !late.has_begun());
        let (again, watch) = start();
        assert!(again.begin());
        watch.0.fetch_add(1_800, Ordering::SeqCst);
        assert!(!again.begin(), "nor is it sent anew");
    }

    #[test]
    fn nothing_is_sent_anew_once_a_withdrawal_has_looked() {
        let (start, _) = start();
        assert!(start.begin());
        start.close();
        assert!(!start.begin());
    }

    #[test]
    fn a_clock_that_goes_back_leaves_no_more_time_than_there_was() {
        let (start, watch) = start();
        watch.0.store(0, Ordering::SeqCst);
        assert_eq!(start.left(), BEGIN_WITHIN);
    }
}
