//! Runs of retries: deliveries that are sent once more, one after the other, over restarts as well.

use async_trait::async_trait;
use bindeledd_core::DeliveryId;
use bindeledd_core::audit::Actor;
use jiff::Timestamp;
use uuid::Uuid;

use super::error::StoreError;
use super::retry::Candidate;

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
    /// The hub stood still for long in the middle of the run, which ended it.
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

/// The way in which a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RunEnd {
    /// Every delivery was dealt with.
    Done,
    /// Somebody asked it to stop.
    Stopped,
    /// The first delivery did not arrive.
    FirstFailed,
    /// The hub stood still for long.
    Interrupted,
}

impl RunEnd {
    const ALL: [Self; 4] = [Self::Done, Self::Stopped, Self::FirstFailed, Self::Interrupted];

    /// Returns the code in the store.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Stopped => "stopped",
            Self::FirstFailed => "first-failed",
            Self::Interrupted => "interrupted",
        }
    }

    /// Reads a code.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|end| end.code() == code)
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

/// A run to begin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewRun {
    /// Id.
    pub id: Uuid,
    /// Token of the preview. It begins one run.
    pub token: String,
    /// Actor that starts the run.
    pub by: Actor,
    /// Reason for it.
    pub reason: String,
    /// Time of its beginning.
    pub began_at: Timestamp,
    /// Order.
    pub order: Order,
    /// Deliveries, as the preview showed them.
    pub goes: Vec<Candidate>,
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

/// The next step of a run that is not over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenRun {
    /// Actor that started it.
    pub by: Actor,
    /// Reason for it.
    pub reason: String,
    /// Actor that asked it to stop.
    pub stopped_by: Option<Actor>,
    /// First delivery, if the others wait for it, with its number of attempts when it was sent once more.
    pub first: Option<(Candidate, u32)>,
    /// Next deliveries, of one message; empty if every delivery was dealt with, and while the first one is under way.
    pub next: Vec<Candidate>,
}

/// Runs of retries. [`Messages::replay_as_previewed`](super::Messages::replay_as_previewed) writes its result for each
/// delivery into the run, in the transaction that moves the delivery. So nothing is sent twice.
#[async_trait]
pub trait Runs: Send + Sync {
    /// Keeps a new run. A token that has begun a run begins no other. Returns the id of the token's run.
    async fn begin_run(&self, run: &NewRun) -> Result<Uuid, StoreError>;
    /// Returns a run; `None` if the store has none with this id.
    async fn run(&self, id: Uuid) -> Result<Option<RetryRun>, StoreError>;
    /// Returns the run that a token of this actor has begun.
    async fn run_of_token(&self, token: &str, by: &Actor) -> Result<Option<RetryRun>, StoreError>;
    /// Returns the newest runs, newest first.
    async fn runs(&self, limit: usize) -> Result<Vec<RetryRun>, StoreError>;
    /// Returns the runs that are not over, the newest first.
    async fn runs_under_way(&self) -> Result<Vec<RetryRun>, StoreError>;
    /// Returns the runs that are not over, with the time of their beginning, after a start. An attempt at a first delivery
    /// that the stop interrupted does not count against it.
    async fn resume_runs(&self) -> Result<Vec<(Uuid, Timestamp)>, StoreError>;
    /// Returns the next step of a run; `None` if the run is over.
    async fn next_of_run(&self, id: Uuid) -> Result<Option<OpenRun>, StoreError>;
    /// Returns the deliveries that a run has not dealt with.
    async fn left_of_run(&self, id: Uuid) -> Result<Vec<DeliveryId>, StoreError>;
    /// Asks a run to stop. A run that is over stays as it is.
    async fn stop_run(&self, id: Uuid, by: &Actor) -> Result<(), StoreError>;
    /// Records that the first delivery of a run has arrived, so that the others go.
    async fn first_arrived(&self, id: Uuid) -> Result<(), StoreError>;
    /// Records that deliveries of a run could not be changed.
    async fn fail_in_run(&self, id: Uuid, deliveries: &[Candidate]) -> Result<(), StoreError>;
    /// Ends a run. A run that is over stays as it is.
    async fn end_run(&self, id: Uuid, how: RunEnd) -> Result<(), StoreError>;
}
