//! Time and chance.

use std::pin::Pin;
use std::time::Duration;

use jiff::Timestamp;
use uuid::Uuid;

/// Tells the time.
pub trait Clock: Send + Sync + 'static {
    /// Now, by the calendar: somebody may set it.
    fn now(&self) -> Timestamp;

    /// How long the machine has been up: nobody sets it, and it goes on while the process or the machine sleeps.
    fn uptime(&self) -> Uptime;

    /// Waits for so long. The tasks of the engine wait by their clock, so that a test moves all of them with one clock.
    fn sleep(&self, wait: Duration) -> Sleep<'_> {
        Box::pin(tokio::time::sleep(wait))
    }
}

/// A wait.
pub type Sleep<'clock> = Pin<Box<dyn Future<Output = ()> + Send + 'clock>>;

/// A reading of the clock that nobody sets. Only differences say something, and only on one machine between two starts of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Uptime(pub Duration);

impl Uptime {
    /// What has passed since an earlier reading.
    #[must_use]
    pub fn since(self, earlier: Self) -> Duration {
        self.0.saturating_sub(earlier.0)
    }
}

/// Draws randomness that nobody can foresee.
pub trait Entropy: Send + Sync + 'static {
    /// Fills `bytes`.
    fn fill(&self, bytes: &mut [u8]);

    /// A random number.
    fn number(&self) -> u64 {
        let mut bytes = [0; 8];
        self.fill(&mut bytes);
        u64::from_le_bytes(bytes)
    }

    /// A UUIDv7: its time first, so that rows with it as their key are appended.
    fn uuid_v7(&self, now: Timestamp) -> Uuid {
        let mut random = [0; 10];
        self.fill(&mut random);
        let ms = u64::try_from(now.as_millisecond()).unwrap_or(0);
        uuid::Builder::from_unix_timestamp_millis(ms, &random).into_uuid()
    }

    /// A random UUID (version 4), for what must not tell its time.
    fn uuid_v4(&self) -> Uuid {
        let mut random = [0; 16];
        self.fill(&mut random);
        uuid::Builder::from_random_bytes(random).into_uuid()
    }
}
