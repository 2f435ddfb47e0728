//! A machine's clock that the engine does not believe: the engine tells it and waits, and an operator accepts the clock.

use bindeledd_core::alert::AlertKind;
use bindeledd_core::clock::Trust;
use bindeledd_texts::problem::Detail;
use jiff::SignedDuration;

use crate::engine::Engine;
use crate::error::EngineError;
use crate::inner::Inner;
use crate::ports::{AcceptedClock, Actor};
use crate::time::ClockState;

impl Engine {
    /// Returns the state of the machine's clock.
    #[must_use]
    pub fn clock_state(&self) -> ClockState {
        self.inner.kept.state()
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
            let what = Detail::NothingToAccept;
            return Err(EngineError::Conflict { what });
        }
        let accepted = AcceptedClock {
            reason: reason.to_owned(),
            hub: before.hub,
            machine: before.machine,
        };
        self.inner.store.accept_clock(&accepted, by).await?;
        self.inner.kept.accept();
        self.inner.cause_over(AlertKind::ClockWrong, "", None).await;
        tracing::warn!("the machine's clock was accepted; the hub goes on by it");
        self.inner.wake_all();
        Ok(self.clock_state())
    }
}

impl Inner {
    pub(crate) fn clock_is_right(&self) -> Result<(), EngineError> {
        let what = match self.kept.look().trust {
            Trust::Right => return Ok(()),
            Trust::Behind(by) => match span(by) {
                Span::Minutes(minutes) => Detail::ClockBehindMinutes { minutes },
                Span::Days(days) => Detail::ClockBehindDays { days },
            },
            Trust::Ahead(by) => match span(by) {
                Span::Minutes(minutes) => Detail::ClockAheadMinutes { minutes },
                Span::Days(days) => Detail::ClockAheadDays { days },
            },
        };
        Err(EngineError::Clock { what })
    }

    /// Reports a clock that is not trusted, once for each episode. Returns whether the clock is trusted.
    pub(crate) async fn watch_clock(&self, is_reported: &mut bool) -> bool {
        let Err(error) = self.clock_is_right() else {
            if std::mem::take(is_reported) {
                tracing::info!("the machine's clock is right again");
                self.cause_over(AlertKind::ClockWrong, "", None).await;
            }
            return true;
        };
        if !*is_reported {
            tracing::error!(
                code = error.code(),
                "{error}: nothing is released, expired or deleted; see `bindeledd clock show`"
            );
            let raised = self.raise(AlertKind::ClockWrong, error.code(), None, self.clock.now());
            *is_reported = raised.await.is_ok();
        }
        false
    }
}

/// A difference in days where there are some, else in minutes.
enum Span {
    Minutes(u64),
    Days(u64),
}

fn span(by: SignedDuration) -> Span {
    match by.as_hours() / 24 {
        0 => Span::Minutes(by.as_mins().unsigned_abs()),
        days => Span::Days(days.unsigned_abs()),
    }
}
