//! The verification of the whole audit log while the hub runs.

use std::sync::Arc;

use bindeledd_core::audit::AuditAction;

use crate::engine::Engine;
use crate::ports::Actor;
use crate::verify::{Verification, VerificationState};

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
