//! Time and randomness.

use std::pin::Pin;
use std::time::Duration;

use jiff::Timestamp;
use uuid::Uuid;

/// A clock.
pub trait Clock: Send + Sync + 'static {
    /// Returns the calendar time, which a person or a service may set.
    fn now(&self) -> Timestamp;

    /// Returns the uptime of the machine. Nobody can set it, and it runs on while the process or the machine sleeps.
    fn uptime(&self) -> Uptime;

    /// Waits for a duration. The engine's tasks wait by this clock, so that a test moves all of them with one clock.
    fn sleep(&self, wait: Duration) -> Sleep<'_> {
        Box::pin(tokio::time::sleep(wait))
    }
}

/// A wait.
pub type Sleep<'clock> = Pin<Box<dyn Future<Output = ()> + Send + 'clock>>;

/// A reading of the monotonic clock. Only the difference of two readings means something, on one machine between two
/// starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Uptime(pub Duration);

impl Uptime {
    /// Returns the time since an earlier reading.
    #[must_use]
    pub fn since(self, earlier: Self) -> Duration {
        self.0.saturating_sub(earlier.0)
    }
}

/// A source of unpredictable randomness.
pub trait Entropy: Send + Sync + 'static {
    /// Fills `bytes`.
    fn fill(&self, bytes: &mut [u8]);

    /// Returns a random number.
    fn number(&self) -> u64 {
        let mut bytes = [0; 8];
        self.fill(&mut bytes);
        u64::from_le_bytes(bytes)
    }

    /// Returns a UUIDv7. The UUID begins with the time, so that rows with it as their key are appended.
    fn uuid_v7(&self, now: Timestamp) -> Uuid {
        let mut random = [0; 10];
        self.fill(&mut random);
        let ms = u64::try_from(now.as_millisecond()).unwrap_or(0);
        uuid::Builder::from_unix_timestamp_millis(ms, &random).into_uuid()
    }

    /// Returns a random UUID (version 4), for an id that must not reveal its time.
    fn uuid_v4(&self) -> Uuid {
        let mut random = [0; 16];
        self.fill(&mut random);
        uuid::Builder::from_random_bytes(random).into_uuid()
    }
}
