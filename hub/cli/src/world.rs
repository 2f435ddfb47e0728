//! Time and randomness from the machine.

use std::time::Duration;

use bindeledd_engine::ports::{Clock, Entropy, Uptime};
use jiff::Timestamp;
use ring::rand::{SecureRandom as _, SystemRandom};
use rustix::time::{ClockId, clock_gettime};

/// Clock that goes on while the machine sleeps, if the system has such a clock.
#[cfg(target_os = "linux")]
const UP: ClockId = ClockId::Boottime;
#[cfg(not(target_os = "linux"))]
const UP: ClockId = ClockId::Monotonic;

/// The clock of the machine: calendar time and uptime.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        #[expect(
            clippy::disallowed_methods,
            reason = "this is the clock that everything else is given"
        )]
        Timestamp::now()
    }

    fn uptime(&self) -> Uptime {
        let up = clock_gettime(UP);
        let (seconds, nanos) = (u64::try_from(up.tv_sec), u32::try_from(up.tv_nsec));
        Uptime(Duration::new(seconds.unwrap_or(0), nanos.unwrap_or(0)))
    }
}

/// The operating system's source of randomness.
#[derive(Debug, Clone)]
pub(crate) struct SystemEntropy(SystemRandom);

impl SystemEntropy {
    pub(crate) fn new() -> Self {
        Self(SystemRandom::new())
    }
}

impl Entropy for SystemEntropy {
    fn fill(&self, bytes: &mut [u8]) {
        if self.0.fill(bytes).is_err() {
            // A stopped hub is better than predictable ids and keys. Acknowledged messages are on disk.
            tracing::error!("the system gives no randomness; the hub stops");
            std::process::abort();
        }
    }
}
