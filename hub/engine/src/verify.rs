//! The verification of the whole audit log while the hub runs.

use std::sync::{Arc, Mutex, PoisonError};

use bindeledd_core::audit::AuditAction;
use jiff::Timestamp;

use crate::engine::Engine;
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
    fn begin(&self, by: &Actor, since: Timestamp) -> bool {
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

    fn end(&self, state: VerificationState) {
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(last) = last.as_mut() {
            last.state = state;
        }
    }

    fn last(&self) -> Option<Verification> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Engine {
    /// Begins to verify the whole audit log. `false` if a verification runs already: its result serves both. The end
    /// has a row in the log, with the actor.
    #[must_use]
    pub fn verify_audit(&self, by: &Actor) -> bool {
        if !self.inner.verifications.begin(by, self.now()) {
            return false;
        }
        let (inner, by) = (Arc::clone(&self.inner), by.clone());
        self.inner.spawn(async move {
            let verified = inner.store.verify_audit().await;
            let at = inner.clock.now();
            let state = match verified {
                Ok(result) => {
                    let root: String = result.root.iter().map(|byte| format!("{byte:02x}")).collect();
                    let detail =
                        serde_json::json!({ "size": result.size, "root": root, "findings": result.findings.len() });
                    match inner.store.note(AuditAction::AuditVerified, &by, &detail, at).await {
                        Ok(()) => VerificationState::Done { at, result },
                        Err(_) => VerificationState::Stopped,
                    }
                }
                Err(_) => VerificationState::Stopped,
            };
            inner.verifications.end(state);
        });
        true
    }

    /// Returns the last verification of the audit log since the start of the hub.
    #[must_use]
    pub fn last_verification(&self) -> Option<Verification> {
        self.inner.verifications.last()
    }
}
