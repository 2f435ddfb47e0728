//! Alerts that the engine itself raises and closes, and the acts of operators on any alert.

use bindeledd_core::alert::{Alert, AlertEvent, AlertKind, AlertRefused, AlertState, Severity};
use bindeledd_core::{AlertId, EndpointAddress, PartyId};
use bindeledd_texts::problem::Detail;
use jiff::Timestamp;

use crate::engine::Engine;
use crate::error::EngineError;
use crate::inner::Inner;
use crate::ports::{Actor, CauseOver, StoreError, TargetPushes};
use crate::strangers::CODE;

impl Engine {
    /// Applies an operator's act to an alert, and returns the alert. The same act again changes nothing.
    ///
    /// # Errors
    /// [`EngineError::SomebodyElse`] if somebody else took or closed the alert; [`EngineError::NotFound`] if there is no
    /// such alert; an error if the act does not fit its state, or if the store fails.
    pub async fn act_on_alert(&self, id: AlertId, event: &AlertEvent, by: &Actor) -> Result<Alert, EngineError> {
        let acted = self.inner.store.act_on_alert(id, event, by, self.now()).await?;
        let acted = acted.ok_or_else(|| EngineError::NotFound {
            what: Detail::NoAlertWithId,
        })?;
        acted.map_err(|refused| match refused {
            AlertRefused::SomebodyElse(state) => EngineError::SomebodyElse {
                what: state.told().unwrap_or_default().into(),
            },
            AlertRefused::NotNow(state) => EngineError::Conflict {
                what: Detail::AlertIs {
                    state: state.standing().code().to_owned(),
                },
            },
            AlertRefused::NotAllowed => EngineError::NotAllowed {
                what: Detail::ByOperatorOnAlert,
            },
        })
    }
}

impl Engine {
    /// Closes the alerts whose cause is over.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn cause_over(&self, over: &CauseOver) -> Result<usize, StoreError> {
        self.inner.store.cause_over(over, self.now()).await
    }
}

impl Engine {
    /// Returns the targets of pushes, with the lowest urgency that is pushed to each.
    #[must_use]
    pub fn push_targets(&self) -> Vec<(String, Severity)> {
        let targets = self.inner.push.iter().flat_map(|settings| &settings.targets);
        targets.map(|target| (target.name.clone(), target.least)).collect()
    }

    /// Returns the pushes of these alerts to each target.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn pushes_of(&self, alerts: &[AlertId]) -> Result<Vec<TargetPushes>, StoreError> {
        self.inner.store.pushes(alerts).await
    }

    /// Returns the pushes of open alerts that failed since their last success, the oldest alert first.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn failed_pushes(&self, limit: usize) -> Result<Vec<TargetPushes>, StoreError> {
        self.inner.store.failed_pushes(None, limit).await
    }
}

impl Inner {
    /// Closes the alerts of a kind whose code begins with `code`: their cause is over.
    pub(crate) async fn cause_over(&self, kind: AlertKind, code: &str, party: Option<&PartyId>) {
        let over = CauseOver {
            kind,
            code: code.to_owned(),
            except: None,
            party: party.cloned(),
        };
        if let Err(error) = self.store.cause_over(&over, self.clock.now()).await {
            tracing::warn!(%error, kind = kind.code(), "an alert could not be closed");
        }
    }

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
            state: AlertState::Open,
        };
        self.store.raise(&alert).await
    }

    /// Reports that a system other than the expected one answered at `address`: alerts an operator, once.
    pub(crate) async fn answered_by_another(&self, address: &EndpointAddress, party: &PartyId, now: Timestamp) {
        if !self.strangers.strange(&address.origin, party, now) {
            return;
        }
        tracing::warn!(origin = %address.origin, code = CODE, "something else than the system itself answers");
        let raised = self.raise(AlertKind::StrangeAnswer, CODE, Some(party.clone()), now);
        if let Err(error) = raised.await {
            tracing::warn!(%error, "an alert could not be kept");
        }
    }

    /// Records that the expected system answered at `address`, which closes the alert.
    pub(crate) async fn answered_by_itself(&self, address: &EndpointAddress) {
        if let Some(party) = self.strangers.own(&address.origin) {
            self.cause_over(AlertKind::StrangeAnswer, CODE, Some(&party)).await;
        }
    }
}
