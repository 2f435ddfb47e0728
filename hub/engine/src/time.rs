//! The hub's time: the machine's calendar clock, as far as it is trusted.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bindeledd_core::clock::{HubTime, Reading, Timekeeper, Trust};
use jiff::{SignedDuration, Timestamp};

use crate::ports::{Clock, Sleep, Uptime};

/// A clock that does not jump with the machine's clock. All time in the engine comes from this clock.
pub(crate) struct KeptClock {
    machine: Arc<dyn Clock>,
    keeper: Mutex<Timekeeper>,
}

impl KeptClock {
    pub(crate) fn start(machine: Arc<dyn Clock>, newest: Option<Timestamp>) -> Self {
        let keeper = Timekeeper::start(reading(&*machine), newest);
        Self {
            machine,
            keeper: Mutex::new(keeper),
        }
    }

    pub(crate) fn look(&self) -> HubTime {
        let mut keeper = self.keeper.lock().unwrap_or_else(PoisonError::into_inner);
        keeper.look(reading(&*self.machine))
    }

    /// Returns whether the machine's clock is trusted. If not, nothing is released, and no timed work is done.
    pub(crate) fn is_right(&self) -> bool {
        self.look().trust == Trust::Right
    }

    pub(crate) fn state(&self) -> ClockState {
        let HubTime { now, trust } = self.look();
        ClockState {
            machine: self.machine.now(),
            hub: now,
            trust,
        }
    }

    pub(crate) fn accept(&self) -> Timestamp {
        let mut keeper = self.keeper.lock().unwrap_or_else(PoisonError::into_inner);
        let reading = reading(&*self.machine);
        keeper.accept(reading);
        reading.wall
    }
}

impl Clock for KeptClock {
    fn now(&self) -> Timestamp {
        self.look().now
    }

    fn uptime(&self) -> Uptime {
        self.machine.uptime()
    }

    fn sleep(&self, wait: Duration) -> Sleep<'_> {
        self.machine.sleep(wait)
    }
}

fn reading(clock: &dyn Clock) -> Reading {
    Reading {
        wall: clock.now(),
        up: SignedDuration::try_from(clock.uptime().0).unwrap_or(SignedDuration::MAX),
    }
}

/// The state of the machine's clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClockState {
    /// Calendar clock of the machine.
    pub machine: Timestamp,
    /// Time of the hub.
    pub hub: Timestamp,
    /// Trust in the machine's clock.
    pub trust: Trust,
}
