//! Previews and runs of retries, in memory and bounded. A restart forgets them; the deliveries and their audit rows stay.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use uuid::Uuid;

use crate::ports::{Actor, Candidate, ReplayPreview};

/// Maximum number of previews in memory. The oldest one leaves first.
const PREVIEWS: usize = 32;
/// Maximum number of runs in memory. The oldest one that is over leaves first.
const RUNS: usize = 20;

/// Previews and runs of the hub.
#[derive(Debug, Default)]
pub(crate) struct Retries(Mutex<Held>);

#[derive(Debug, Default)]
pub(crate) struct Held {
    pub(crate) previews: VecDeque<Kept>,
    pub(crate) runs: VecDeque<Run>,
}

/// A preview whose token was not used.
#[derive(Debug)]
pub(crate) struct Kept {
    pub(crate) by: Actor,
    pub(crate) preview: RetryPreview,
}

impl Kept {
    pub(crate) fn is(&self, token: &str, by: &Actor, now: Timestamp) -> bool {
        self.preview.token == token && self.by == *by && self.preview.until > now
    }
}

#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) token: String,
    /// Actor that stopped it.
    pub(crate) stopped_by: Option<Actor>,
    pub(crate) told: RetryRun,
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
    pub(crate) fn held(&self) -> MutexGuard<'_, Held> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn keep(&self, preview: Kept, now: Timestamp) {
        let mut held = self.held();
        held.previews.retain(|kept| kept.preview.until > now);
        if held.previews.len() >= PREVIEWS {
            held.previews.pop_front();
        }
        held.previews.push_back(preview);
    }

    /// Takes a preview by its token; the run if the token has started one.
    pub(crate) fn take(&self, token: &str, by: &Actor, now: Timestamp) -> Option<Result<Kept, RetryRun>> {
        let mut held = self.held();
        if let Some(run) = held.runs.iter().find(|run| run.token == token && run.told.by == *by) {
            return Some(Err(run.told.clone()));
        }
        let place = held.previews.iter().position(|kept| kept.is(token, by, now))?;
        held.previews.remove(place).map(Ok)
    }

    pub(crate) fn begin(&self, token: String, told: RetryRun) {
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
    pub(crate) fn with<T>(&self, id: Uuid, change: impl FnOnce(&mut Run) -> T) -> Option<T> {
        let mut held = self.held();
        held.runs.iter_mut().find(|run| run.told.id == id).map(change)
    }
}

#[cfg(test)]
mod tests {
    use bindeledd_core::MessageId;
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
