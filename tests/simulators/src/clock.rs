//! The time. Simulators are not part of the hub, and read the machine's clocks only here.

#![expect(
    clippy::disallowed_methods,
    reason = "a simulator is a system of its own; this is its clock"
)]

use std::time::{Instant, SystemTime, UNIX_EPOCH};

/// The moment at which a simulator started.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Clock(Instant);

/// A point in time on both clocks.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Now {
    /// Nanoseconds since the simulator's start; never goes backwards.
    pub(crate) monotonic_nanos: u64,
    /// Microseconds since 1970, comparable across processes.
    pub(crate) unix_micros: u64,
}

impl Clock {
    pub(crate) fn start() -> Self {
        Self(Instant::now())
    }

    pub(crate) fn now(&self) -> Now {
        let wall = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Now {
            monotonic_nanos: u64::try_from(self.0.elapsed().as_nanos()).unwrap_or(u64::MAX),
            unix_micros: u64::try_from(wall.as_micros()).unwrap_or(u64::MAX),
        }
    }
}

/// Returns the current time for a document.
pub(crate) fn timestamp() -> jiff::Timestamp {
    jiff::Timestamp::now()
}

/// Returns the current time for deadlines.
pub(crate) fn instant() -> Instant {
    Instant::now()
}
