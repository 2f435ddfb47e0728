//! Retries by filter: a preview, its token, and the run that does exactly the previewed deliveries.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use bindeledd_core::MessageId;
use bindeledd_core::delivery::{End, State};
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use crate::engine::Engine;
use crate::error::EngineError;
use crate::inner::Inner;
use crate::ports::{Actor, Candidate, ReplayPreview, Replayed, Selection, Subject, Subjects, Why};
use crate::retries::{Kept, Order, RetryPreview, RetryRun, RunStatus};

/// Time for which a preview's token holds.
const HOLDS: SignedDuration = SignedDuration::from_mins(10);
/// Time between two looks at the first delivery of a run.
const LOOK: Duration = Duration::from_millis(250);

impl Engine {
    /// Returns the effect that a retry of a selection would have now, with a token that does exactly that.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn preview_retry(&self, selection: &Selection, by: &Actor) -> Result<RetryPreview, EngineError> {
        let inner = &self.inner;
        let (now, effect) = (self.now(), self.retry_effect(selection).await?);
        let preview = RetryPreview {
            token: inner.entropy.uuid_v4().simple().to_string(),
            until: now.checked_add(HOLDS).unwrap_or(Timestamp::MAX),
            effect,
        };
        let kept = Kept {
            by: by.clone(),
            preview: preview.clone(),
        };
        inner.retries.keep(kept, now);
        Ok(preview)
    }

    /// Returns the effect that a retry of a selection would have now, without a token.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn retry_effect(&self, selection: &Selection) -> Result<ReplayPreview, EngineError> {
        self.inner.clock_is_right()?;
        Ok(self.inner.store.replay_preview(selection, self.now()).await?)
    }

    /// Returns the preview that a token would start; `None` if the token is unknown, used, too old or another actor's.
    #[must_use]
    pub fn retry_preview(&self, token: &str, by: &Actor) -> Option<RetryPreview> {
        let held = self.inner.retries.held();
        let kept = held.previews.iter().find(|kept| kept.is(token, by, self.now()));
        kept.map(|kept| kept.preview.clone())
    }

    /// Returns the run that a token of this actor has started.
    #[must_use]
    pub fn retry_run_of(&self, token: &str, by: &Actor) -> Option<RetryRun> {
        let held = self.inner.retries.held();
        let run = held.runs.iter().find(|run| run.token == token && run.told.by == *by);
        run.map(|run| run.told.clone())
    }

    /// Starts the run of a preview. A token that was used returns its run, and does nothing more.
    ///
    /// # Errors
    /// [`EngineError::PreviewOver`] if the token is unknown, too old or another actor's.
    pub fn retry_previewed(
        &self,
        token: &str,
        reason: &str,
        order: Order,
        by: &Actor,
    ) -> Result<RetryRun, EngineError> {
        let inner = &self.inner;
        let now = self.now();
        let kept = match inner.retries.take(token, by, now) {
            None => return Err(EngineError::PreviewOver),
            Some(Err(run)) => return Ok(run),
            Some(Ok(kept)) => kept,
        };
        let run = RetryRun {
            id: inner.entropy.uuid_v7(now),
            by: by.clone(),
            reason: reason.to_owned(),
            began_at: now,
            total: kept.preview.effect.goes.len(),
            done: 0,
            left_out: Vec::new(),
            failed: Vec::new(),
            status: RunStatus::Running,
        };
        inner.retries.begin(kept.preview.token, run.clone());
        inner.spawn(work(Arc::clone(inner), run.clone(), kept.preview.effect.goes, order));
        Ok(run)
    }

    /// Returns the newest runs, newest first.
    #[must_use]
    pub fn retry_runs(&self) -> Vec<RetryRun> {
        let held = self.inner.retries.held();
        held.runs.iter().rev().map(|run| run.told.clone()).collect()
    }

    /// Returns a run; `None` if it is no longer known.
    #[must_use]
    pub fn retry_run(&self, id: Uuid) -> Option<RetryRun> {
        self.inner.retries.with(id, |run| run.told.clone())
    }

    /// Stops a run after its present message. Deliveries that wait already go on. `None` if the run is no longer known.
    #[must_use]
    pub fn stop_retry(&self, id: Uuid, by: &Actor) -> Option<RetryRun> {
        self.inner.retries.with(id, |run| {
            if !run.told.status.is_over() {
                run.stopped_by.get_or_insert_with(|| by.clone());
            }
            run.told.clone()
        })
    }

    /// Sends one delivery once more, unless it has changed since somebody saw it. The hub decides anew about it.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn retry_seen(&self, seen: &Candidate, reason: &str, by: &Actor) -> Result<Replayed, EngineError> {
        let inner = &self.inner;
        inner.clock_is_right()?;
        let (now, why) = (self.now(), self.why(reason));
        let seen = std::slice::from_ref(seen);
        let message = seen[0].message;
        let replayed = inner.store.replay_as_previewed(message, seen, by, &why, now).await?;
        inner.wake_all_anew();
        Ok(replayed)
    }

    /// Cancels one waiting delivery, unless it has changed since somebody saw it. Returns whether it was cancelled.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn cancel_seen(&self, seen: &Candidate, reason: &str, by: &Actor) -> Result<bool, EngineError> {
        let why = self.why(reason);
        Ok(self.inner.store.cancel_as_seen(seen, by, &why, self.now()).await?)
    }

    fn why(&self, reason: &str) -> Why {
        Why {
            run: self.inner.entropy.uuid_v7(self.now()),
            reason: reason.to_owned(),
        }
    }
}

/// Works through a run, message by message, the oldest first.
async fn work(inner: Arc<Inner>, run: RetryRun, goes: Vec<Candidate>, order: Order) {
    let mut messages: BTreeMap<MessageId, Vec<Candidate>> = BTreeMap::new();
    for candidate in goes {
        messages.entry(candidate.message).or_default().push(candidate);
    }
    let why = Why {
        run: run.id,
        reason: run.reason.clone(),
    };
    let mut waits_for_first = order == Order::OneFirst && run.total > 1;
    for (message, candidates) in messages {
        let mut rest = candidates.as_slice();
        while waits_for_first && let Some((first, others)) = rest.split_at_checked(1) {
            if let Some(status) = ended(&inner, run.id) {
                return told(&inner, run.id, status);
            }
            rest = others;
            let before = attempts(&inner, &first[0]).await;
            // A first delivery that was left out tells nothing, and the next one is the first.
            if replay(&inner, &run, message, first, &why).await {
                told(&inner, run.id, RunStatus::WaitsForFirst);
                if let Err(status) = arrived(&inner, run.id, &first[0], before).await {
                    return told(&inner, run.id, status);
                }
                told(&inner, run.id, RunStatus::Running);
                waits_for_first = false;
            }
        }
        if rest.is_empty() {
            continue;
        }
        if let Some(status) = ended(&inner, run.id) {
            return told(&inner, run.id, status);
        }
        replay(&inner, &run, message, rest, &why).await;
    }
    told(&inner, run.id, RunStatus::Done);
}

/// Sends deliveries of one message once more, and counts them. Returns whether one waits now.
async fn replay(inner: &Inner, run: &RetryRun, message: MessageId, candidates: &[Candidate], why: &Why) -> bool {
    let now = inner.clock.now();
    let store = &inner.store;
    let replayed = store.replay_as_previewed(message, candidates, &run.by, why, now).await;
    if let Err(error) = &replayed {
        tracing::warn!(%error, %message, run = %run.id, "a message of a retry could not be sent once more");
    }
    let goes = replayed.as_ref().is_ok_and(|replayed| !replayed.goes.is_empty());
    inner.retries.with(run.id, |run| match replayed {
        Ok(replayed) => {
            run.told.done += replayed.goes.len();
            run.told.left_out.extend(replayed.left_out);
        }
        Err(_) => run.told.failed.extend(candidates.iter().cloned()),
    });
    tell(inner);
    inner.wake_all_anew();
    goes
}

fn told(inner: &Inner, run: Uuid, status: RunStatus) {
    inner.retries.with(run, |run| run.told.status = status);
    tell(inner);
}

/// Tells those who look at a run that it has changed.
fn tell(inner: &Inner) {
    let runs = Subjects::default().and(Subject::Runs);
    inner.store.feed().changed(runs, Vec::new());
}

/// Returns the status of a run that has to end now.
fn ended(inner: &Inner, run: Uuid) -> Option<RunStatus> {
    if inner.stopping() {
        return Some(RunStatus::Interrupted);
    }
    let stopped = inner.retries.with(run, |run| run.stopped_by.clone());
    match stopped {
        Some(None) => None,
        Some(Some(by)) => Some(RunStatus::Stopped { by }),
        None => Some(RunStatus::Interrupted),
    }
}

/// Returns the state of a delivery; `None` if the store is away for a moment.
async fn state(inner: &Inner, of: &Candidate) -> Option<State> {
    let message = inner.store.message(of.message).await.ok().flatten()?;
    let mut deliveries = message.deliveries.into_iter();
    deliveries
        .find(|delivery| delivery.id == of.delivery)
        .map(|delivery| delivery.state)
}

async fn attempts(inner: &Inner, of: &Candidate) -> u32 {
    state(inner, of).await.map_or(0, |state| state.attempts())
}

/// Waits until the receiver has the first delivery of a run. A failed attempt ends the run.
async fn arrived(inner: &Inner, run: Uuid, first: &Candidate, before: u32) -> Result<(), RunStatus> {
    loop {
        if let Some(status) = ended(inner, run) {
            return Err(status);
        }
        match state(inner, first).await {
            None | Some(State::Reserved(_) | State::Sending(_)) => {}
            Some(State::Waiting(waiting)) if waiting.attempts > before => return Err(RunStatus::FirstFailed),
            Some(State::Waiting(_)) => {}
            Some(State::AwaitingReceipt(_) | State::WithPerson(_)) => return Ok(()),
            Some(State::Ended(ended)) if ended.how == End::Delivered => return Ok(()),
            Some(State::Ended(_)) => return Err(RunStatus::FirstFailed),
        }
        tokio::time::sleep(LOOK).await;
    }
}
