//! Pushes of alerts to the people on duty, by mail and webhook. `core::alert` decides when a push is due.
//!
//! A push has no content: no sender, participant, party or number. The store records a push after its target took it. A
//! push that a stop interrupts is sent after the next start; after a crash it may be sent twice, with the same number.

use std::sync::Arc;
use std::time::Duration;

use bindeledd_core::alert::{AlertKind, AlertStanding, Severity};
use bindeledd_core::{AlertId, backoff};
use jiff::Timestamp;

use crate::inner::Inner;
use crate::ports::{PushError, PushNotice, PushableAlert, StoreError};
use crate::settings::{PushSettings, PushTarget};

/// Time between two searches for due pushes.
const EVERY: Duration = Duration::from_secs(2);
/// Maximum number of alerts of one search.
const AT_ONCE: usize = 50;
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
        inner.spawn(run(Arc::clone(inner), Arc::clone(&settings), target.clone()));
    }
}

/// The failures of one target in a row.
#[derive(Default)]
struct Failing {
    times: u32,
    not_before: Timestamp,
}

async fn run(inner: Arc<Inner>, settings: Arc<PushSettings>, target: PushTarget) {
    let mut stop = inner.stop.subscribe();
    let mut failing = Failing::default();
    // An alert of the run before may be open although the target works.
    let mut is_told = true;
    loop {
        tokio::select! {
            () = inner.clock.sleep(EVERY) => {}
            _ = stop.wait_for(|stopped| *stopped) => return,
        }
        let now = inner.clock.now();
        if now < failing.not_before && failing.times > 0 {
            continue;
        }
        let mut stop = inner.stop.subscribe();
        let until_the_end = async {
            // `inner` holds the sender of this channel, so that only a stop ends the wait.
            let _ = stop.wait_for(|stopped| *stopped).await;
            tokio::time::sleep(AT_THE_END).await;
        };
        let pushed = tokio::select! {
            pushed = round(&inner, &settings, &target) => pushed,
            () = until_the_end => return,
        };
        match pushed {
            Err(error) => tracing::warn!(%error, "the store did not answer; pushes are tried again"),
            Ok(None) => {}
            Ok(Some(Ok(()))) => {
                failing = Failing::default();
                if std::mem::take(&mut is_told) {
                    inner.cause_over(AlertKind::PushesFail, &code(&target), None).await;
                }
            }
            Ok(Some(Err(error))) => {
                failing.times = failing.times.saturating_add(1);
                let wait = backoff::wait(failing.times, inner.entropy.number(), None);
                failing.not_before = inner.after(now, wait);
                tracing::warn!(target_name = %target.name, %error, times = failing.times, code = "BL-6024", "alerts were not pushed; they are tried again");
                if failing.times == MANY {
                    is_told = true;
                    let raised = inner.raise(AlertKind::PushesFail, &code(&target), None, now).await;
                    if let Err(error) = raised {
                        tracing::warn!(%error, "an alert could not be kept");
                    }
                }
            }
        }
    }
}

fn code(target: &PushTarget) -> String {
    format!("BL-6024 alert_targets.{}", target.name)
}

/// Pushes the alerts that are due. `None` if there are none.
async fn round(
    inner: &Inner,
    settings: &PushSettings,
    target: &PushTarget,
) -> Result<Option<Result<(), PushError>>, StoreError> {
    let now = inner.clock.now();
    let mut alerts = Vec::new();
    for severity in Severity::ALL {
        if severity > target.least {
            continue;
        }
        if let Some(due) = settings.rule.due(severity, now) {
            let found = inner.store.due_pushes(&target.name, severity, &due, AT_ONCE).await?;
            let is_due = |alert: &PushableAlert| due.include(AlertStanding::Open, alert.raised_at, alert.last);
            alerts.extend(found.into_iter().filter(is_due));
        }
    }
    if alerts.is_empty() {
        return Ok(None);
    }
    let mut failed = None;
    for some in alerts.chunks(target.pusher.at_once().max(1)) {
        let notices: Vec<_> = some.iter().map(|alert| notice(alert, settings)).collect();
        let sent = tokio::time::timeout(AT_MOST, target.pusher.push(&notices)).await;
        match sent.unwrap_or(Err(PushError::Away("it did not answer in time"))) {
            Ok(()) => {
                let ids: Vec<_> = some.iter().map(|alert| alert.id).collect();
                record(inner, target, &ids, now).await?;
            }
            // A target that refuses one push may take the next.
            Err(error @ PushError::Refused(_)) => failed = Some(error),
            Err(error) => return Ok(Some(Err(error))),
        }
    }
    Ok(Some(failed.map_or(Ok(()), Err)))
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

/// Records pushes. A push must not be sent twice only because the store could not be reached for a moment.
async fn record(inner: &Inner, target: &PushTarget, alerts: &[AlertId], now: Timestamp) -> Result<(), StoreError> {
    let mut attempts = 0;
    while let Err(error) = inner.store.record_pushes(&target.name, alerts, now).await {
        attempts += 1;
        if inner.stopping() {
            return Err(error);
        }
        tokio::time::sleep(backoff::wait(attempts, inner.entropy.number(), None)).await;
    }
    Ok(())
}
