//! The participant's rights: look-up by number, disclosures, and the copy of all data.

use bindeledd_core::account::{Act, Acting};
use bindeledd_core::audit::AuditAction;
use bindeledd_core::disclosure::Disclosure;
use bindeledd_core::{AccessReason, NationalId, ParticipantRef};
use bindeledd_texts::problem::Detail;
use serde_json::json;

use crate::engine::Engine;
use crate::error::EngineError;
use crate::ports::{Actor, DisclosureFilter, SubjectExport};

impl Engine {
    /// Returns the pseudonym of a known person. The audit log records the question, whether or not the person is known.
    ///
    /// # Errors
    /// When the store fails.
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

    /// Returns disclosures about a participant, newest first. `None` if there is no such participant, or if the party
    /// of the filter has no part in any exchange about the participant. The audit log records the first page.
    ///
    /// # Errors
    /// When the store fails.
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

    /// Returns all data that the hub holds about a participant, with content, for their right of access. The caller
    /// needs the right [`Act::ExportParticipant`], and gives a reason. Address protection makes no difference here.
    ///
    /// # Errors
    /// [`EngineError::NotAllowed`] without that right; when the store fails.
    pub async fn export(
        &self,
        participant: ParticipantRef,
        reason: &AccessReason,
        by: Acting<'_>,
    ) -> Result<Option<SubjectExport>, EngineError> {
        if !by.may(Act::ExportParticipant) {
            return Err(EngineError::NotAllowed {
                what: Detail::ExportByOperator,
            });
        }
        let by = by.actor();
        Ok(self.inner.store.export(participant, reason, &by, self.now()).await?)
    }
}
