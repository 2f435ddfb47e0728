//! Time and chance as the machine gives them.

use bindeledd_engine::ports::{Clock, Entropy};
use jiff::Timestamp;
use ring::rand::{SecureRandom as _, SystemRandom};

/// The machine's clock.
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
}

/// The machine's randomness.
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
            // Ids and keys that can be foreseen are worse than no hub; what was acknowledged is on disk.
            tracing::error!("the system gives no randomness; the hub stops");
            std::process::abort();
        }
    }
}
