//! Clocks and randomness for tests.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use bindeledd_engine::ports::{Clock, Entropy, Sleep, Uptime};
use jiff::{SignedDuration, Timestamp};
use ring::rand::{SecureRandom as _, SystemRandom};
use tokio::sync::watch;

/// The machine's own clock.
#[derive(Debug, Default)]
pub struct Now;

impl Clock for Now {
    #[expect(clippy::disallowed_methods, reason = "the tests' own clock")]
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }

    #[expect(clippy::disallowed_methods, reason = "the tests' own clock")]
    fn uptime(&self) -> Uptime {
        static FIRST: std::sync::OnceLock<std::time::Instant> = std::sync::OnceLock::new();
        Uptime(FIRST.get_or_init(std::time::Instant::now).elapsed())
    }
}

/// The machine's clock, shifted by the test.
#[derive(Debug, Default)]
pub struct Shifted(AtomicI64);

impl Shifted {
    /// Moves the time forward by this number of seconds.
    pub fn forward(&self, seconds: i64) {
        self.0.fetch_add(seconds, Ordering::SeqCst);
    }
}

impl Clock for Shifted {
    fn now(&self) -> Timestamp {
        Now.now() + SignedDuration::from_secs(self.0.load(Ordering::SeqCst))
    }

    fn uptime(&self) -> Uptime {
        let shift = u64::try_from(self.0.load(Ordering::SeqCst)).unwrap_or(0);
        Uptime(Now.uptime().0 + Duration::from_secs(shift))
    }
}

/// A clock that stands still until a test moves it. A task that waits for a time wakes when the clock reaches that time.
#[derive(Debug)]
pub struct ManualClock {
    passed: watch::Sender<Duration>,
    /// Milliseconds by which the calendar clock was set forward or back.
    set_by: AtomicI64,
}

impl Default for ManualClock {
    fn default() -> Self {
        Self {
            passed: watch::channel(Duration::ZERO).0,
            set_by: AtomicI64::new(0),
        }
    }
}

impl ManualClock {
    /// Returns the time at which every test begins.
    #[must_use]
    pub fn begin() -> Timestamp {
        Timestamp::from_second(1_790_000_000).unwrap()
    }

    /// Lets time pass on both clocks.
    pub fn advance(&self, by: Duration) {
        self.passed.send_modify(|passed| *passed += by);
    }

    /// Sets the calendar clock forward or back, without letting time pass.
    pub fn set_by(&self, by: SignedDuration) {
        let ms = i64::try_from(by.as_millis()).unwrap();
        self.set_by.fetch_add(ms, Ordering::SeqCst);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        let passed = SignedDuration::try_from(*self.passed.borrow()).unwrap();
        Self::begin() + passed + SignedDuration::from_millis(self.set_by.load(Ordering::SeqCst))
    }

    fn uptime(&self) -> Uptime {
        Uptime(*self.passed.borrow())
    }

    fn sleep(&self, wait: Duration) -> Sleep<'_> {
        let mut passed = self.passed.subscribe();
        let until = *passed.borrow() + wait;
        Box::pin(async move {
            // `self` holds the sender, so that the channel can not close.
            let _ = passed.wait_for(|passed| *passed >= until).await;
        })
    }
}

/// The system's randomness.
#[derive(Debug, Default)]
pub struct Dice;

impl Entropy for Dice {
    fn fill(&self, bytes: &mut [u8]) {
        SystemRandom::new().fill(bytes).unwrap();
    }
}
