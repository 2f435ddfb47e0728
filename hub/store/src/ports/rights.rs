//! A participant's rights of access.

use async_trait::async_trait;
use bindeledd_core::audit::Actor;
use bindeledd_core::disclosure::Disclosure;
use bindeledd_core::{AccessReason, ParticipantRef};
use bindeledd_engine::ports::{DisclosureFilter, Rights, StoreError, SubjectExport};
use jiff::Timestamp;

use crate::audit;
use crate::sqlite::store::SqliteStore;
use crate::views::{disclosure, subject};

/// Number of audit rows that one query searches for a participant. The reader can serve others between two queries.
const LOOKED_THROUGH: u64 = 20_000;

#[async_trait]
impl Rights for SqliteStore {
    async fn disclosures(&self, filter: &DisclosureFilter) -> Result<Option<Vec<Disclosure>>, StoreError> {
        let filter = filter.clone();
        self.read(move |db| disclosure::list(db, &filter)).await
    }

    async fn export(
        &self,
        participant: ParticipantRef,
        reason: &AccessReason,
        by: &Actor,
        now: Timestamp,
    ) -> Result<Option<SubjectExport>, StoreError> {
        let (reason, who) = (reason.clone(), by.clone());
        let recorded = self.write(move |tx| subject::access(tx, participant, &reason, &who, now));
        let Some(access) = recorded.await? else {
            return Ok(None);
        };
        let Some(held) = self.read(move |db| subject::held(db, participant, access, now)).await? else {
            // The participant was erased or joined between the audit row and this snapshot. No data was opened, and the
            // log records that.
            let by = by.clone();
            self.write(move |tx| subject::not_given(tx, participant, &by, now))
                .await?;
            return Ok(None);
        };
        let (mut rows, newest) = (Vec::new(), held.access().audit_row().get());
        for first in (1..=newest).step_by(usize::try_from(LOOKED_THROUGH).unwrap_or(usize::MAX)) {
            let last = newest.min(first + LOOKED_THROUGH - 1);
            let names = held.pseudonyms();
            rows.extend(self.read(move |db| audit::naming(db.conn, &names, first, last)).await?);
        }
        Ok(Some(held.with(rows)))
    }
}
