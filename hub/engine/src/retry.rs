//! Retries by filter: a preview, its token, and the run that does exactly the previewed deliveries.
//!
//! Previews and runs are in memory, and bounded. A restart forgets them; the deliveries and their audit rows stay.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bindeledd_core::MessageId;
use bindeledd_core::delivery::{End, State};
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use crate::engine::Engine;
use crate::error::EngineError;
use crate::inner::Inner;
use crate::ports::{Actor, Candidate, ReplayPreview, Replayed, Selection, Why};

/// Time for which a preview's token holds.
const HOLDS: SignedDuration = SignedDuration::from_mins(10);
/// Time between two looks at the first delivery of a run.
const LOOK: Duration = Duration::from_millis(250);
/// Maximum number of previews in memory. The oldest one leaves first.
const PREVIEWS: usize = 32;
/// Maximum number of runs in memory. The oldest one that is over leaves first.
const RUNS: usize = 20;

/// Previews and runs of the hub.
#[derive(Debug, Default)]
pub(crate) struct Retries(Mutex<Held>);

#[derive(Debug, Default)]
struct Held {
    previews: VecDeque<Kept>,
    runs: VecDeque<Run>,
}

/// A preview whose token was not used.
#[derive(Debug)]
struct Kept {
    by: Actor,
    preview: RetryPreview,
}

impl Kept {
    fn is(&self, token: &str, by: &Actor, now: Timestamp) -> bool {
        self.preview.token == token && self.by == *by && self.preview.until > now
    }
}

#[derive(Debug)]
struct Run {
    token: String,
    /// Actor that stopped it.
    stopped_by: Option<Actor>,
    told: RetryRun,
}

/// A preview of a retry, with the token that starts exactly this retry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RetryPreview {
    /// Token. It starts one run, for the actor that asked for the preview.
    pub token: String,
    /// Time until which the token holds.
    pub until: Timestamp,
    /// Effect of the retry.
    pub effect: ReplayPreview,
}

/// State of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RunStatus {
    /// The run goes on.
    Running,
    /// The first delivery is sent, and the others wait for it.
    WaitsForFirst,
    /// Every delivery was dealt with.
    Done,
    /// Somebody ended the run early.
    Stopped {
        /// Actor.
        by: Actor,
    },
    /// The first delivery did not arrive, which ended the run.
    FirstFailed,
    /// The hub stopped in the middle of the run.
    Interrupted,
}

impl RunStatus {
    /// Codes of every state.
    pub const CODES: [&'static str; 6] = [
        "running",
        "waits-for-first",
        "done",
        "stopped",
        "first-failed",
        "interrupted",
    ];

    /// Returns the code on the wire.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::WaitsForFirst => "waits-for-first",
            Self::Done => "done",
            Self::Stopped { .. } => "stopped",
            Self::FirstFailed => "first-failed",
            Self::Interrupted => "interrupted",
        }
    }

    /// Returns whether the run is over.
    #[must_use]
    pub const fn is_over(&self) -> bool {
        match self {
            Self::Running | Self::WaitsForFirst => false,
            Self::Done | Self::Stopped { .. } | Self::FirstFailed | Self::Interrupted => true,
        }
    }
}

/// The order of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// One delivery goes first. The others go once it has arrived; if it does not, the run stops.
    OneFirst,
    /// All go at once.
    All,
}

/// A run of a retry, and its progress.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RetryRun {
    /// Id of the run. Its audit rows have it.
    pub id: Uuid,
    /// Actor that started it.
    pub by: Actor,
    /// Reason for it.
    pub reason: String,
    /// Time of its beginning.
    pub began_at: Timestamp,
    /// Number of deliveries.
    pub total: usize,
    /// Number of deliveries that wait to be sent once more.
    pub done: usize,
    /// Deliveries that were left out, since they changed after the preview or may no longer be sent.
    pub left_out: Vec<Candidate>,
    /// Deliveries that the store could not change.
    pub failed: Vec<Candidate>,
    /// State.
    pub status: RunStatus,
}

impl RetryRun {
    /// Returns the number of deliveries that the run has not dealt with.
    #[must_use]
    pub const fn left(&self) -> usize {
        self.total
            .saturating_sub(self.done)
            .saturating_sub(self.left_out.len())
            .saturating_sub(self.failed.len())
    }
}

impl Retries {
    fn held(&self) -> MutexGuard<'_, Held> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn keep(&self, preview: Kept, now: Timestamp) {
        let mut held = self.held();
        held.previews.retain(|kept| kept.preview.until > now);
        if held.previews.len() >= PREVIEWS {
            held.previews.pop_front();
        }
        held.previews.push_back(preview);
    }

    /// Takes a preview by its token; the run if the token has started one.
    fn take(&self, token: &str, by: &Actor, now: Timestamp) -> Option<Result<Kept, RetryRun>> {
        let mut held = self.held();
        if let Some(run) = held.runs.iter().find(|run| run.token == token && run.told.by == *by) {
            return Some(Err(run.told.clone()));
        }
        let place = held.previews.iter().position(|kept| kept.is(token, by, now))?;
        held.previews.remove(place).map(Ok)
    }

    fn begin(&self, token: String, told: RetryRun) {
        let mut held = self.held();
        if held.runs.len() >= RUNS {
            let over = held.runs.iter().position(|run| run.told.status.is_over());
            held.runs.remove(over.unwrap_or(0));
        }
        held.runs.push_back(Run {
            token,
            stopped_by: None,
            told,
        });
    }

    /// Changes a run; `None` if the run is no longer known.
    fn with<T>(&self, id: Uuid, change: impl FnOnce(&mut Run) -> T) -> Option<T> {
        let mut held = self.held();
        held.runs.iter_mut().find(|run| run.told.id == id).map(change)
    }
}

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
    inner.wake_all_anew();
    goes
}

fn told(inner: &Inner, run: Uuid, status: RunStatus) {
    inner.retries.with(run, |run| run.told.status = status);
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

#[cfg(test)]
mod tests {
    use bindeledd_core::{DeliveryId, Kind, Target};

    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn kept(token: &str, until: i64) -> Kept {
        Kept {
            by: Actor::Operator,
            preview: RetryPreview {
                token: token.into(),
                until: at(until),
                effect: ReplayPreview::default(),
            },
        }
    }

    fn candidate() -> Candidate {
        Candidate {
            message: MessageId(Uuid::nil()),
            kind: Kind::Question,
            accepted_at: at(0),
            delivery: DeliveryId(Uuid::nil()),
            to: Target::Circle,
            state: "failed",
            code: None,
            changed_at: at(0),
        }
    }

    fn run(n: u128) -> RetryRun {
        RetryRun {
            id: Uuid::from_u128(n),
            by: Actor::Operator,
            reason: "an outage is over".into(),
            began_at: at(0),
            total: 3,
            done: 1,
            left_out: Vec::new(),
            failed: vec![candidate()],
            status: RunStatus::Running,
        }
    }

    #[test]
    fn a_token_holds_once_for_its_actor_and_for_its_time() {
        let retries = Retries::default();
        retries.keep(kept("a", 600), at(0));
        assert!(retries.take("a", &Actor::Hub, at(1)).is_none());
        assert!(retries.take("b", &Actor::Operator, at(1)).is_none());
        assert!(retries.take("a", &Actor::Operator, at(600)).is_none());
        assert!(matches!(retries.take("a", &Actor::Operator, at(599)), Some(Ok(_))));
        assert!(retries.take("a", &Actor::Operator, at(599)).is_none());
        retries.begin("a".into(), run(1));
        let again = retries.take("a", &Actor::Operator, at(9_999));
        assert!(matches!(again, Some(Err(told)) if told.id == Uuid::from_u128(1)));
        assert!(retries.take("a", &Actor::Hub, at(1)).is_none());
    }

    #[test]
    fn previews_and_runs_are_bounded() {
        let retries = Retries::default();
        for n in 0..100 {
            retries.keep(kept(&n.to_string(), 600), at(0));
        }
        assert_eq!(retries.held().previews.len(), PREVIEWS);
        assert!(retries.take("0", &Actor::Operator, at(1)).is_none());
        retries.keep(kept("later", 2_000), at(700));
        assert_eq!(retries.held().previews.len(), 1, "those that are over leave");
        for n in 0..100 {
            retries.begin(n.to_string(), run(n));
        }
        assert_eq!(retries.held().runs.len(), RUNS);
    }

    #[test]
    fn what_is_left_is_what_was_not_dealt_with() {
        assert_eq!(run(1).left(), 1);
    }
}
