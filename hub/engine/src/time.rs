//! The hub's time: the machine's calendar clock, as far as it is trusted.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bindeledd_core::AlertId;
use bindeledd_core::alert::{Alert, AlertKind};
use bindeledd_core::clock::{Reading, Timekeeper, Told, Trust};
use jiff::{SignedDuration, Timestamp};

use crate::engine::{Engine, Inner};
use crate::error::EngineError;
use crate::ports::{AcceptedClock, Actor, Clock, Sleep, StoreError, Uptime};

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

    pub(crate) fn look(&self) -> Told {
        let mut keeper = self.keeper.lock().unwrap_or_else(PoisonError::into_inner);
        keeper.look(reading(&*self.machine))
    }

    /// Returns whether the machine's clock is trusted. If not, nothing is released, and no timed work is done.
    pub(crate) fn is_right(&self) -> bool {
        self.look().trust == Trust::Right
    }

    fn accept(&self) -> Timestamp {
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

impl Engine {
    /// Returns the state of the machine's clock.
    #[must_use]
    pub fn clock_state(&self) -> ClockState {
        let Told { now, trust } = self.inner.kept.look();
        ClockState {
            machine: self.inner.kept.machine.now(),
            hub: now,
            trust,
        }
    }

    /// Checks that the machine's clock is trusted.
    ///
    /// # Errors
    /// [`EngineError::Clock`] if the clock is not trusted.
    pub fn clock_is_right(&self) -> Result<(), EngineError> {
        self.inner.clock_is_right()
    }

    /// Accepts the machine's clock as right, on the operator's word, such as after a long stop. The acceptance and its
    /// reason are on disk before the hub uses the clock.
    ///
    /// # Errors
    /// [`EngineError::Conflict`] if the clock is already trusted; an error if the store fails.
    pub async fn accept_clock(&self, reason: &str, by: &Actor) -> Result<ClockState, EngineError> {
        let before = self.clock_state();
        if before.trust == Trust::Right {
            let what = "the machine's clock is believed: there is nothing to accept".into();
            return Err(EngineError::Conflict { what });
        }
        let accepted = AcceptedClock {
            reason: reason.to_owned(),
            hub: before.hub,
            machine: before.machine,
        };
        self.inner.store.accept_clock(&accepted, by).await?;
        self.inner.kept.accept();
        tracing::warn!("the machine's clock was accepted; the hub goes on by it");
        self.inner.wake_all();
        Ok(self.clock_state())
    }
}

impl Inner {
    pub(crate) fn clock_is_right(&self) -> Result<(), EngineError> {
        let what = match self.kept.look().trust {
            Trust::Right => return Ok(()),
            Trust::Behind(by) => format!("the machine's clock is {} behind where it should be", span(by)),
            Trust::Ahead(by) => format!("the machine's clock is {} ahead of where it should be", span(by)),
        };
        Err(EngineError::Clock { what })
    }

    /// Reports a clock that is not trusted, once for each episode. Returns whether the clock is trusted.
    pub(crate) async fn watch_clock(&self, is_reported: &mut bool) -> bool {
        let Err(error) = self.clock_is_right() else {
            if std::mem::take(is_reported) {
                tracing::info!("the machine's clock is right again");
            }
            return true;
        };
        if !*is_reported {
            tracing::error!(
                code = error.code(),
                "{error}: nothing is released, expired or deleted; see `bindeledd clock show`"
            );
            *is_reported = self.raise_clock(error.code()).await.is_ok();
        }
        false
    }

    async fn raise_clock(&self, code: &str) -> Result<(), StoreError> {
        let now = self.clock.now();
        let alert = Alert {
            id: AlertId(self.entropy.uuid_v7(now)),
            kind: AlertKind::ClockWrong,
            raised_at: now,
            participant: None,
            message: None,
            delivery: None,
            party: None,
            code: Some(code.to_owned()),
            times: 1,
            last_at: now,
            ended_at: None,
        };
        self.store.raise(&alert).await
    }
}

/// Formats a difference in days where there are some, else in minutes.
fn span(by: SignedDuration) -> String {
    match by.as_hours() / 24 {
        0 => format!("{} minutes", by.as_mins()),
        days => format!("{days} days"),
    }
}
