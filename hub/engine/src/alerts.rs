//! Alerts that the engine itself raises: they are about no message and no participant.

use bindeledd_core::alert::{Alert, AlertKind};
use bindeledd_core::{AlertId, EndpointAddress, PartyId};
use jiff::Timestamp;

use crate::inner::Inner;
use crate::ports::StoreError;
use crate::strangers::CODE;

impl Inner {
    /// Raises an alert about a party, or about the hub as a whole.
    pub(crate) async fn raise(
        &self,
        kind: AlertKind,
        code: &str,
        party: Option<PartyId>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let alert = Alert {
            id: AlertId(self.entropy.uuid_v7(now)),
            kind,
            raised_at: now,
            participant: None,
            message: None,
            delivery: None,
            party,
            code: Some(code.to_owned()),
            times: 1,
            last_at: now,
            ended_at: None,
        };
        self.store.raise(&alert).await
    }

    /// Reports that a system other than the expected one answered at `address`: alerts an operator, once.
    pub(crate) async fn answered_by_another(&self, address: &EndpointAddress, party: &PartyId, now: Timestamp) {
        if !self.strangers.strange(&address.origin, now) {
            return;
        }
        tracing::warn!(origin = %address.origin, code = CODE, "something else than the system itself answers");
        let raised = self.raise(AlertKind::StrangeAnswer, CODE, Some(party.clone()), now);
        if let Err(error) = raised.await {
            tracing::warn!(%error, "an alert could not be kept");
        }
    }

    /// Records that the expected system answered at `address`.
    pub(crate) fn answered_by_itself(&self, address: &EndpointAddress) {
        self.strangers.own(&address.origin);
    }
}
