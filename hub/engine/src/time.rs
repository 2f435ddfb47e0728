//! The hub's time: the machine's calendar clock as far as it is believed.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bindeledd_core::alert::{Alert, AlertKind};
use bindeledd_core::audit::AuditAction;
use bindeledd_core::clock::{Reading, Timekeeper, Told, Trust};
use bindeledd_core::{AlertId, time};
use jiff::{SignedDuration, Timestamp};

use crate::engine::{Engine, Inner};
use crate::error::EngineError;
use crate::ports::{Actor, Clock, Sleep, StoreError, Uptime};

/// A clock that does not jump with the machine's. Everything in the engine takes its time from here.
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

    /// Whether the machine's clock is believed: otherwise nothing is released, and nothing that time alone brings about is done.
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

/// How the machine's clock is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClockState {
    /// The machine's calendar clock.
    pub machine: Timestamp,
    /// The hub's time.
    pub hub: Timestamp,
    /// What is held of the machine's clock.
    pub trust: Trust,
}

impl Engine {
    /// How the machine's clock is.
    #[must_use]
    pub fn clock_state(&self) -> ClockState {
        let Told { now, trust } = self.inner.kept.look();
        ClockState {
            machine: self.inner.kept.machine.now(),
            hub: now,
            trust,
        }
    }

    /// Whether the machine's clock is believed.
    ///
    /// # Errors
    /// [`EngineError::Clock`] where it is not.
    pub fn clock_is_right(&self) -> Result<(), EngineError> {
        self.inner.clock_is_right()
    }

    /// An operator says that the machine's clock is right, as after a long stop. That it was accepted, and why, is on disk
    /// before it holds.
    ///
    /// # Errors
    /// [`EngineError::Conflict`] where there is nothing to accept; when the store could not.
    pub async fn accept_clock(&self, reason: &str, by: &Actor) -> Result<ClockState, EngineError> {
        let before = self.clock_state();
        if before.trust == Trust::Right {
            let what = "the machine's clock is believed: there is nothing to accept".into();
            return Err(EngineError::Conflict { what });
        }
        let detail = serde_json::json!({
            "reason": reason, "hub": time::local_rfc3339(before.hub), "machine": time::local_rfc3339(before.machine),
        });
        let store = &self.inner.store;
        store
            .note(AuditAction::ClockAccepted, by, &detail, before.machine)
            .await?;
        store.trace(before.machine).await?;
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

    /// Tells of a clock that is not believed, once for as long as it lasts. Gives whether it is believed.
    pub(crate) async fn watch_clock(&self, told: &mut bool) -> bool {
        let Err(error) = self.clock_is_right() else {
            if std::mem::take(told) {
                tracing::info!("the machine's clock is right again");
            }
            return true;
        };
        if !*told {
            tracing::error!(
                code = error.code(),
                "{error}: nothing is released, expired or deleted; see `bindeledd clock show`"
            );
            *told = self.raise_clock(error.code()).await.is_ok();
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

/// Days where there are some, else minutes.
fn span(by: SignedDuration) -> String {
    match by.as_hours() / 24 {
        0 => format!("{} minutes", by.as_mins()),
        days => format!("{days} days"),
    }
}
