//! The participant's rights: who is found by what, what was disclosed, and everything that is held.

use bindeledd_core::audit::AuditAction;
use bindeledd_core::disclosure::Disclosure;
use bindeledd_core::{AccessReason, NationalId, ParticipantRef};
use serde_json::json;

use crate::engine::Engine;
use crate::error::EngineError;
use crate::ports::{Actor, DisclosureFilter, SubjectExport};

impl Engine {
    /// The pseudonym of a person whom the hub knows. That somebody asked is in the audit log, whether or not there is one.
    ///
    /// # Errors
    /// When the store could not.
    pub async fn find_participant(&self, id: &NationalId, by: &Actor) -> Result<Option<ParticipantRef>, EngineError> {
        let found = self.inner.store.participant(id).await?;
        let detail = match found {
            Some(participant) => json!({ "participant": participant.to_string() }),
            None => json!({ "found": false }),
        };
        self.inner
            .store
            .note(AuditAction::ParticipantLookedUp, by, &detail, self.now())
            .await?;
        Ok(found)
    }

    /// Disclosures about a participant that may have left, newest first. `None` where there is no such participant, or the party of the
    /// filter has no part in anything about them. That somebody began to read is in the audit log.
    ///
    /// # Errors
    /// When the store could not.
    pub async fn disclosures(
        &self,
        filter: &DisclosureFilter,
        by: &Actor,
    ) -> Result<Option<Vec<Disclosure>>, EngineError> {
        let found = self.inner.store.disclosures(filter).await?;
        if found.is_some() && filter.before.is_none() {
            let detail = json!({ "participant": filter.participant.to_string() });
            self.inner
                .store
                .note(AuditAction::DisclosuresRead, by, &detail, self.now())
                .await?;
        }
        Ok(found)
    }

    /// Everything that the hub holds about a participant, content too, for the participant's own right of access. The operator
    /// alone gives it out, and says why; that a person is under address protection changes nothing.
    ///
    /// # Errors
    /// [`EngineError::NotAllowed`] for a party; when the store could not.
    pub async fn export(
        &self,
        participant: ParticipantRef,
        reason: &AccessReason,
        by: &Actor,
    ) -> Result<Option<SubjectExport>, EngineError> {
        match by {
            Actor::Operator => Ok(self.inner.store.export(participant, reason, by, self.now()).await?),
            Actor::Party(_) | Actor::Hub => Err(EngineError::NotAllowed {
                what: "everything about a participant is given out by the operator, to the participant".into(),
            }),
        }
    }
}
