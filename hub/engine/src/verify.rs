//! The last verification of the whole audit log since the start of the hub. [`crate::Engine::verify_audit`] begins one.

use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;

use crate::ports::{Actor, AuditVerified};

/// The last verification since the start of the hub.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verification {
    /// The one that began it.
    pub by: Actor,
    /// Time of its beginning.
    pub since: Timestamp,
    /// State.
    pub state: VerificationState,
}

/// The state of a verification.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum VerificationState {
    /// It runs.
    Running,
    /// It is over.
    Done {
        /// Time.
        at: Timestamp,
        /// Result.
        result: AuditVerified,
    },
    /// It could not be finished.
    Stopped,
}

/// The last verification, of which the tasks and the handle know.
#[derive(Default)]
pub(crate) struct Verifications(Mutex<Option<Verification>>);

impl Verifications {
    /// Begins a verification. `false` if one runs.
    pub(crate) fn begin(&self, by: &Actor, since: Timestamp) -> bool {
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if last
            .as_ref()
            .is_some_and(|last| last.state == VerificationState::Running)
        {
            return false;
        }
        *last = Some(Verification {
            by: by.clone(),
            since,
            state: VerificationState::Running,
        });
        true
    }

    pub(crate) fn end(&self, state: VerificationState) {
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(last) = last.as_mut() {
            last.state = state;
        }
    }

    pub(crate) fn last(&self) -> Option<Verification> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
