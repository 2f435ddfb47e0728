//! Previews of retries, in memory and bounded, and the runs that a task works on. The store keeps the runs.

use std::collections::{HashSet, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use uuid::Uuid;

use crate::ports::{Actor, ReplayPreview};

/// Maximum number of previews in memory. The oldest one leaves first.
const PREVIEWS: usize = 32;

/// Previews of the hub, and its tasks for runs.
#[derive(Debug, Default)]
pub(crate) struct Retries(Mutex<Held>);

#[derive(Debug, Default)]
struct Held {
    previews: VecDeque<Kept>,
    worked_on: HashSet<Uuid>,
}

/// A preview whose token was not used.
#[derive(Debug)]
pub(crate) struct Kept {
    pub(crate) by: Actor,
    pub(crate) preview: RetryPreview,
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

impl Retries {
    fn held(&self) -> MutexGuard<'_, Held> {
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

    /// Returns the preview of a token.
    pub(crate) fn preview(&self, token: &str, by: &Actor, now: Timestamp) -> Option<RetryPreview> {
        let held = self.held();
        let mut previews = held.previews.iter();
        let is_meant = |kept: &&Kept| kept.preview.token == token && kept.by == *by && kept.preview.until > now;
        previews.find(is_meant).map(|kept| kept.preview.clone())
    }

    /// Forgets the preview of a used token.
    pub(crate) fn used(&self, token: &str) {
        self.held().previews.retain(|kept| kept.preview.token != token);
    }

    /// Begins to work on a run. Returns `false` if a task works on it already.
    pub(crate) fn work_on(&self, run: Uuid) -> bool {
        self.held().worked_on.insert(run)
    }

    /// Ends the work on a run.
    pub(crate) fn leave(&self, run: Uuid) {
        self.held().worked_on.remove(&run);
    }
}

#[cfg(test)]
mod tests {
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

    #[test]
    fn a_token_holds_once_for_its_actor_and_for_its_time() {
        let retries = Retries::default();
        retries.keep(kept("a", 600), at(0));
        assert!(retries.preview("a", &Actor::Hub, at(1)).is_none());
        assert!(retries.preview("b", &Actor::Operator, at(1)).is_none());
        assert!(retries.preview("a", &Actor::Operator, at(600)).is_none());
        assert!(retries.preview("a", &Actor::Operator, at(599)).is_some());
        retries.used("a");
        assert!(retries.preview("a", &Actor::Operator, at(599)).is_none());
    }

    #[test]
    fn previews_are_bounded() {
        let retries = Retries::default();
        for n in 0..100 {
            retries.keep(kept(&n.to_string(), 600), at(0));
        }
        assert_eq!(retries.held().previews.len(), PREVIEWS);
        assert!(retries.preview("0", &Actor::Operator, at(1)).is_none());
        retries.keep(kept("later", 2_000), at(700));
        assert_eq!(retries.held().previews.len(), 1, "those that are over leave");
    }

    #[test]
    fn one_task_at_a_time_works_on_a_run() {
        let (retries, run) = (Retries::default(), Uuid::from_u128(1));
        assert!(retries.work_on(run) && !retries.work_on(run));
        retries.leave(run);
        assert!(retries.work_on(run));
    }
}
