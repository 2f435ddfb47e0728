//! Retries by filter: a preview, its token, and the run that does exactly the previewed deliveries. The store keeps each step
//! of a run, so that a restart repeats none.

use std::sync::Arc;
use std::time::Duration;

use bindeledd_core::delivery::{End, State};
use bindeledd_core::{DeliveryId, backoff};
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use crate::engine::Engine;
use crate::error::EngineError;
use crate::inner::Inner;
use crate::ports::{
    Actor, Candidate, MessageView, NewRun, Order, ReplayPreview, Replayed, RetryRun, RunEnd, Selection, StoreError,
    Subject, Subjects, Why,
};
use crate::retries::{Kept, RetryPreview};

/// Time for which a preview's token holds.
const HOLDS: SignedDuration = SignedDuration::from_mins(10);
/// Time between two looks at the first delivery of a run.
const LOOK: Duration = Duration::from_millis(250);
/// Age up to which a run goes on after a start of the hub.
const GOES_ON: SignedDuration = SignedDuration::from_hours(1);
/// Number of failures of the store in a row after which the run leaves a message alone.
const TRIES: u32 = 5;
/// Maximum number of runs in a list.
const RUNS: usize = 20;

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
        self.inner.retries.preview(token, by, self.now())
    }

    /// Returns the run that a token of this actor has started.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn retry_run_of(&self, token: &str, by: &Actor) -> Result<Option<RetryRun>, EngineError> {
        Ok(self.inner.store.run_of_token(token, by).await?)
    }

    /// Starts the run of a preview. A token that was used returns its run, and does nothing more.
    ///
    /// # Errors
    /// [`EngineError::PreviewOver`] if the token is unknown, too old or another actor's; an error when the store fails.
    pub async fn retry_previewed(
        &self,
        token: &str,
        reason: &str,
        order: Order,
        by: &Actor,
    ) -> Result<RetryRun, EngineError> {
        let inner = &self.inner;
        let now = self.now();
        let Some(preview) = self.retry_preview(token, by) else {
            return self.retry_run_of(token, by).await?.ok_or(EngineError::PreviewOver);
        };
        let new = NewRun {
            id: inner.entropy.uuid_v7(now),
            token: preview.token,
            by: by.clone(),
            reason: reason.to_owned(),
            began_at: now,
            order,
            goes: preview.effect.goes,
        };
        // Two requests with one token get the same run, whichever is first.
        let id = inner.store.begin_run(&new).await?;
        inner.retries.used(token);
        inner.go_on_with(id);
        tell(inner);
        self.retry_run(id).await?.ok_or(EngineError::PreviewOver)
    }

    /// Returns the newest runs, newest first.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn retry_runs(&self) -> Result<Vec<RetryRun>, EngineError> {
        Ok(self.inner.store.runs(RUNS).await?)
    }

    /// Returns the runs that are not over, the newest first.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn retry_runs_under_way(&self) -> Result<Vec<RetryRun>, EngineError> {
        Ok(self.inner.store.runs_under_way().await?)
    }

    /// Returns a run; `None` if there is none.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn retry_run(&self, id: Uuid) -> Result<Option<RetryRun>, EngineError> {
        Ok(self.inner.store.run(id).await?)
    }

    /// Returns the deliveries that a run has not dealt with, for a new preview.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn left_of_retry(&self, id: Uuid) -> Result<Vec<DeliveryId>, EngineError> {
        Ok(self.inner.store.left_of_run(id).await?)
    }

    /// Stops a run after its present message. Deliveries that wait already go on. `None` if there is no such run.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn stop_retry(&self, id: Uuid, by: &Actor) -> Result<Option<RetryRun>, EngineError> {
        self.inner.store.stop_run(id, by).await?;
        self.retry_run(id).await
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

impl Inner {
    /// Goes on with the runs that the last stop of the hub interrupted. A run that began long ago ends instead: its
    /// preview shows nothing that still holds.
    pub(crate) async fn go_on_with_runs(self: &Arc<Self>) -> Result<(), StoreError> {
        let now = self.clock.now();
        for (run, began_at) in self.store.resume_runs().await? {
            if now.duration_since(began_at) < GOES_ON {
                self.go_on_with(run);
            } else {
                self.store.end_run(run, RunEnd::Interrupted).await?;
            }
        }
        Ok(())
    }

    /// Works on a run, unless a task does so already.
    fn go_on_with(self: &Arc<Self>, run: Uuid) {
        if self.retries.work_on(run) {
            self.spawn(work(Arc::clone(self), run));
        }
    }
}

/// Works through a run until it is over or the hub stops. The next start of the hub then goes on with it.
async fn work(inner: Arc<Inner>, run: Uuid) {
    let mut failures = 0;
    let mut stop = inner.stop.subscribe();
    while !inner.stopping() {
        let wait = match step(&inner, run, failures).await {
            Ok(Next::Step) => {
                failures = 0;
                continue;
            }
            Ok(Next::Wait) => LOOK,
            Ok(Next::Over) => break,
            Err(error) => {
                failures += 1;
                tracing::warn!(%error, %run, failures, "a step of a retry failed; it is tried again");
                backoff::wait(failures, inner.entropy.number(), None)
            }
        };
        tokio::select! {
            () = tokio::time::sleep(wait) => {}
            _ = stop.wait_for(|stopped| *stopped) => {}
        }
    }
    inner.retries.leave(run);
}

/// What comes after a step of a run.
enum Next {
    Step,
    /// The first delivery has not arrived yet.
    Wait,
    Over,
}

/// Does one step of a run: message by message, the oldest first. Everything that it needs to know is in the store.
async fn step(inner: &Inner, id: Uuid, failures: u32) -> Result<Next, StoreError> {
    let store = &inner.store;
    let Some(run) = store.next_of_run(id).await? else {
        return Ok(Next::Over);
    };
    if run.stopped_by.is_some() {
        return over(inner, id, RunEnd::Stopped).await;
    }
    if let Some((first, before)) = &run.first {
        return match has_arrived(store.message(first.message).await?, first, *before) {
            None => Ok(Next::Wait),
            Some(false) => over(inner, id, RunEnd::FirstFailed).await,
            Some(true) => {
                store.first_arrived(id).await?;
                tell(inner);
                Ok(Next::Step)
            }
        };
    }
    let Some(message) = run.next.first().map(|next| next.message) else {
        return over(inner, id, RunEnd::Done).await;
    };
    let why = Why {
        run: id,
        reason: run.reason,
    };
    // A first delivery that is left out tells nothing, and the next one is the first.
    let replayed = store
        .replay_as_previewed(message, &run.next, &run.by, &why, inner.clock.now())
        .await;
    if let Err(error) = replayed {
        if failures < TRIES {
            return Err(error);
        }
        tracing::warn!(%error, %message, run = %id, "a message of a retry could not be sent once more");
        store.fail_in_run(id, &run.next).await?;
    }
    tell(inner);
    inner.wake_all_anew();
    Ok(Next::Step)
}

async fn over(inner: &Inner, run: Uuid, how: RunEnd) -> Result<Next, StoreError> {
    inner.store.end_run(run, how).await?;
    tell(inner);
    Ok(Next::Over)
}

/// Tells those who look at a run that it has changed.
fn tell(inner: &Inner) {
    let runs = Subjects::default().and(Subject::Runs);
    inner.store.feed().changed(runs, Vec::new());
}

/// Returns whether the receiver has the first delivery of a run; `None` while that is not known. A failed attempt means
/// that it has not.
fn has_arrived(message: Option<MessageView>, first: &Candidate, before: u32) -> Option<bool> {
    let mut deliveries = message?.deliveries.into_iter();
    match deliveries.find(|delivery| delivery.id == first.delivery)?.state {
        State::Reserved(_) | State::Sending(_) => None,
        State::Waiting(waiting) => (waiting.attempts > before).then_some(false),
        State::AwaitingReceipt(_) | State::WithPerson(_) => Some(true),
        State::Ended(ended) => Some(ended.how == End::Delivered),
    }
}
