//! Pushes of alerts to the people on duty, by mail and webhook. `core::alert` decides when a push is due.
//!
//! A push has no content: no sender, participant, party or number. The store records a push after its target took it. A
//! push that a stop interrupts is sent after the next start; after a crash it may be sent twice, with the same number.
//!
//! Each push is chosen when the one before is over: those without a failed try first. So a push that a target refuses, or
//! that it never answers, holds up no other one.

use std::sync::Arc;
use std::time::Duration;

use bindeledd_core::alert::{AlertKind, AlertStanding, DuePushes, FailedPush, Severity, TryFailed};
use bindeledd_core::backoff;
use jiff::Timestamp;

use crate::inner::Inner;
use crate::ports::{PushError, PushNotice, PushableAlert, StoreError};
use crate::settings::{PushSettings, PushTarget};

/// Time between two searches for due pushes.
const EVERY: Duration = Duration::from_secs(2);
/// Longest time that one push may take.
const AT_MOST: Duration = Duration::from_secs(60);
/// Time that a push under way gets when the hub stops.
const AT_THE_END: Duration = Duration::from_secs(5);
/// Number of failures in a row after which an alert is raised.
const MANY: u32 = 5;

/// Starts a task for each target, so that no target waits for another.
pub(crate) fn start(inner: &Arc<Inner>) {
    let Some(settings) = inner.push.clone().map(Arc::new) else {
        return;
    };
    for target in &settings.targets {
        let task = Task {
            inner: Arc::clone(inner),
            settings: Arc::clone(&settings),
            target: target.clone(),
            failures: 0,
            unreached: 0,
            not_before: Timestamp::MIN,
            // An alert of the run before may be open although the target works.
            is_told: true,
        };
        inner.spawn(task.run());
    }
}

/// The pushes to one target.
struct Task {
    inner: Arc<Inner>,
    settings: Arc<PushSettings>,
    target: PushTarget,
    /// Failures in a row.
    failures: u32,
    /// Failures in a row to reach the target, or of a target that takes no push now.
    unreached: u32,
    /// Time before which a target that could not be reached gets new alerts that can not wait, and nothing else.
    not_before: Timestamp,
    /// Whether an alert about the target may be open.
    is_told: bool,
}

impl Task {
    async fn run(mut self) {
        let inner = Arc::clone(&self.inner);
        let mut stop = inner.stop.subscribe();
        loop {
            tokio::select! {
                () = inner.clock.sleep(EVERY) => {}
                _ = stop.wait_for(|stopped| *stopped) => return,
            }
            let mut stop = inner.stop.subscribe();
            let until_the_end = async {
                // `inner` holds the sender of this channel, so that only a stop ends the wait.
                let _ = stop.wait_for(|stopped| *stopped).await;
                tokio::time::sleep(AT_THE_END).await;
            };
            let pushed = tokio::select! {
                pushed = self.push_all() => pushed,
                () = until_the_end => return,
            };
            if let Err(error) = pushed {
                tracing::warn!(%error, "the store did not answer; pushes are tried again");
            }
        }
    }

    /// Pushes the alerts that are due, and those that come meanwhile.
    async fn push_all(&mut self) -> Result<(), StoreError> {
        while !self.inner.stopping() {
            let now = self.inner.clock.now();
            let alerts = self.next(now).await?;
            if alerts.is_empty() {
                break;
            }
            let notices: Vec<_> = alerts.iter().map(|alert| notice(alert, &self.settings)).collect();
            let sent = tokio::time::timeout(AT_MOST, self.target.pusher.push(&notices)).await;
            match sent.unwrap_or(Err(PushError::Away("it did not answer in time"))) {
                Ok(()) => self.taken(&alerts, now).await?,
                Err(error) => self.failed(&alerts, &error).await?,
            }
        }
        Ok(())
    }

    /// Returns the alerts of the next push: those that can not wait before the others.
    async fn next(&self, now: Timestamp) -> Result<Vec<PushableAlert>, StoreError> {
        let at_once = self.target.pusher.at_once().max(1);
        let mut alerts = Vec::new();
        for severity in Severity::ALL
            .into_iter()
            .filter(|severity| *severity <= self.target.least)
        {
            let Some(due) = self.due(severity, now) else { continue };
            let room = at_once - alerts.len();
            let found = self
                .inner
                .store
                .due_pushes(&self.target.name, severity, &due, room)
                .await?;
            let is_due =
                |alert: &PushableAlert| due.include(AlertStanding::Open, alert.raised_at, alert.last, alert.failed);
            alerts.extend(found.into_iter().filter(is_due));
            if alerts.len() >= at_once {
                break;
            }
        }
        Ok(alerts)
    }

    /// Returns the alerts of an urgency that are due. An alert that can not wait does not wait until a target that could
    /// not be reached is tried again.
    fn due(&self, severity: Severity, now: Timestamp) -> Option<DuePushes> {
        let due = self.settings.rule.due(severity, now)?;
        if self.unreached == 0 || now >= self.not_before {
            return Some(due);
        }
        (severity == Severity::Now).then(|| due.untried())
    }

    async fn taken(&mut self, alerts: &[PushableAlert], now: Timestamp) -> Result<(), StoreError> {
        let ids: Vec<_> = alerts.iter().map(|alert| alert.id).collect();
        let name = self.target.name.clone();
        let inner = Arc::clone(&self.inner);
        kept(&inner, || inner.store.record_pushes(&name, &ids, now)).await?;
        (self.failures, self.unreached) = (0, 0);
        // A push that waits to be tried again shows that the target does not take everything.
        if self.is_told && inner.store.failed_pushes(Some(&name), 1).await?.is_empty() {
            self.is_told = false;
            inner.cause_over(AlertKind::PushesFail, &self.code(), None).await;
        }
        Ok(())
    }

    async fn failed(&mut self, alerts: &[PushableAlert], error: &PushError) -> Result<(), StoreError> {
        let inner = Arc::clone(&self.inner);
        // The push may have taken long.
        let now = inner.clock.now();
        let failed = |alert: &PushableAlert| {
            let tried = FailedPush::after(alert.failed, error.how(), inner.entropy.number(), now);
            (alert.id, tried)
        };
        let failed: Vec<_> = alerts.iter().map(failed).collect();
        let name = self.target.name.clone();
        kept(&inner, || inner.store.record_failed_pushes(&name, &failed, now)).await?;
        self.failures = self.failures.saturating_add(1);
        match error.how() {
            TryFailed::Refused(_) => self.unreached = 0,
            TryFailed::NotNow(_) | TryFailed::Unreached => {
                self.unreached = self.unreached.saturating_add(1);
                let wait = backoff::wait(self.unreached, inner.entropy.number(), None);
                self.not_before = inner.after(now, wait);
            }
        }
        let times = self.failures;
        tracing::warn!(target_name = %name, %error, times, code = "BL-6024", "alerts were not pushed; they are tried again");
        if times == MANY {
            self.is_told = true;
            let raised = inner.raise(AlertKind::PushesFail, &self.code(), None, now).await;
            if let Err(error) = raised {
                tracing::warn!(%error, "an alert could not be kept");
            }
        }
        Ok(())
    }

    fn code(&self) -> String {
        format!("BL-6024 alert_targets.{}", self.target.name)
    }
}

fn notice(alert: &PushableAlert, settings: &PushSettings) -> PushNotice {
    PushNotice {
        alert: alert.id,
        kind: alert.kind,
        raised_at: alert.raised_at,
        number: alert.last.map_or(0, |last| last.times).saturating_add(1),
        link: settings.link.as_deref().map(|link| format!("{link}{}", alert.id)),
    }
}

/// Keeps the result of a push. A push must not be sent twice only because the store could not be reached for a moment.
async fn kept<F: Future<Output = Result<(), StoreError>>>(
    inner: &Inner,
    mut keep: impl FnMut() -> F,
) -> Result<(), StoreError> {
    let mut attempts = 0;
    while let Err(error) = keep().await {
        attempts += 1;
        if inner.stopping() {
            return Err(error);
        }
        tokio::time::sleep(backoff::wait(attempts, inner.entropy.number(), None)).await;
    }
    Ok(())
}
