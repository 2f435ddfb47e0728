//! Measures calls by the wall clock. A long call makes room for other tasks, and a slow call is logged.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use tokio::runtime::{Handle, RuntimeFlavor};
use tokio::time::Instant;

/// Size of input in bytes from which a call counts as long.
pub(crate) const LARGE_INPUT: usize = 256 * 1024;
/// Mean time from which every call of a version counts as long.
const LONG: Duration = Duration::from_millis(2);

/// The time that the calls of one version take.
#[derive(Debug, Default)]
pub(crate) struct Watch {
    /// Moving mean of a call's time, in microseconds.
    mean: AtomicU64,
}

impl Watch {
    /// Runs `call` in this thread. Before a call that may be long, the thread's other tasks move to another thread.
    /// Returns the result with the time that the call took.
    pub(crate) fn run<T>(&self, input_bytes: usize, call: impl FnOnce() -> T) -> (T, Duration) {
        let began = Instant::now();
        let is_long = input_bytes >= LARGE_INPUT || u128::from(self.mean.load(Relaxed)) >= LONG.as_micros();
        let answer = if is_long && can_hand_over() {
            tokio::task::block_in_place(call)
        } else {
            call()
        };
        let took = began.elapsed();
        self.note(took);
        (answer, took)
    }

    fn note(&self, took: Duration) {
        let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        let mean = self.mean.load(Relaxed);
        // Of two calls at the same moment, one may not be counted. For a mean that does not matter.
        self.mean.store(mean - mean / 8 + micros / 8, Relaxed);
    }
}

fn can_hand_over() -> bool {
    Handle::try_current().is_ok_and(|handle| handle.runtime_flavor() == RuntimeFlavor::MultiThread)
}
