//! The permission to begin a sending. The permission is valid for a short time, which runs from before the store is
//! asked for the sending.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;

use super::world::{Clock, Uptime};

/// Time within which a sending must begin. A withdrawal waits a tenth longer, so that no sending begins after the
/// withdrawal is answered.
pub const BEGIN_WITHIN: Duration = Duration::from_millis(1800);

/// Whether a sending has begun, and whether it still may begin. All clones share this state.
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
    /// Whether the sending can no longer begin. A sending that has already begun goes on, but is not repeated.
    over: bool,
}

impl Start {
    /// Makes a permission. Call this before asking the store whether the sending may begin, since the time of the
    /// permission runs from here.
    #[must_use]
    pub fn new(clock: &Arc<dyn Clock>, within: Duration) -> Self {
        Self(Arc::new(Shared {
            phase: watch::Sender::new(Phase::default()),
            asked: clock.uptime(),
            within,
            clock: Arc::clone(clock),
        }))
    }

    /// Begins the sending. The caller calls this each time before bytes go to the socket, and sends nothing if it
    /// returns `false`. The clock is read here because the timers of a process that was stopped all expire at once, in
    /// no useful order.
    #[must_use]
    pub fn begin(&self) -> bool {
        let mut allowed = false;
        self.0.phase.send_if_modified(|phase| {
            phase.over |= self.left().is_zero();
            allowed = !phase.over;
            phase.begun |= allowed;
            true
        });
        allowed
    }

    /// Makes sure that the sending never begins; `false` if the sending has begun.
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

    /// Ends the permission. No further byte goes to the socket, not even in a repetition.
    pub fn close(&self) {
        self.0.phase.send_modify(|phase| phase.over = true);
    }

    /// Returns the time left to begin.
    #[must_use]
    pub fn left(&self) -> Duration {
        self.0.within.saturating_sub(self.0.clock.uptime().since(self.0.asked))
    }

    /// Returns whether the sending has begun.
    #[must_use]
    pub fn has_begun(&self) -> bool {
        self.0.phase.borrow().begun
    }

    /// Waits until the sending has begun or can no longer begin.
    pub async fn decided(&self) {
        let mut phase = self.0.phase.subscribe();
        // `self` holds the sender of this channel, so that the channel can not close.
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
