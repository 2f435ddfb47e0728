//! The adapters at a start of the hub: every installed version is loaded, and those in use are chosen, before the hub is ready.

use std::collections::BTreeMap;
use std::sync::Arc;

use bindeledd_core::adapter_life::{AdapterNeeds, Chosen};
use bindeledd_core::alert::{Alert, AlertKind, AlertState};
use bindeledd_core::audit::AuditAction;
use bindeledd_core::{AdapterId, AlertId};
use jiff::Timestamp;

use crate::ports::{AdapterFacts, AdapterKeeper, Adapters, Store, StoreError};

/// Brings the adapters to the state of the store, before the hub is ready. A version in use that can not be loaded sets its adapter
/// aside, and nothing else.
pub(crate) async fn take_up(
    store: &Arc<dyn Store>,
    adapters: &Arc<dyn Adapters>,
    (now, new_id): (Timestamp, impl Fn() -> AlertId),
) -> Result<(), StoreError> {
    if adapters.keeper().is_none() {
        return Ok(());
    }
    let facts = store.adapter_facts().await?;
    let adapters = Arc::clone(adapters);
    let failed = tokio::task::spawn_blocking(move || adapters.keeper().map(|keeper| load_all(keeper, &facts)));
    let failed = failed.await.map_err(|error| StoreError::Away(Some(Box::new(error))))?;
    for (adapter, code) in failed.unwrap_or_default() {
        let alert = Alert {
            id: new_id(),
            kind: AlertKind::AdapterQuarantined,
            raised_at: now,
            participant: None,
            message: None,
            delivery: None,
            party: None,
            code: Some(format!("BL-3032 {adapter}")),
            times: 1,
            last_at: now,
            ended_at: None,
            state: AlertState::Open,
        };
        let detail = serde_json::json!({ "adapter": adapter.as_str(), "code": code });
        store
            .raise_and_note(&alert, AuditAction::AdapterNotLoaded, &detail)
            .await?;
    }
    Ok(())
}

/// Loads every installed version, and chooses the versions in use. Returns the adapters that are set aside, with the code of the
/// cause.
fn load_all(keeper: &dyn AdapterKeeper, facts: &BTreeMap<AdapterId, AdapterFacts>) -> Vec<(AdapterId, &'static str)> {
    let digests = facts.values().flat_map(|facts| &facts.versions);
    keeper.tidy(&digests.map(|version| version.new.sha256).collect());
    let mut failed: Vec<_> = keeper.aside().into_iter().map(|adapter| (adapter, "BL-3048")).collect();
    for (adapter, facts) in facts {
        let mut codes = BTreeMap::new();
        for version in &facts.versions {
            let sha256 = version.new.sha256;
            if let Err(fault) = keeper.load(adapter, sha256) {
                tracing::error!(%adapter, version = %version.new.version, code = fault.code(), ?fault,
                    "an installed version of an adapter can not be loaded");
                codes.insert(Chosen::Installed(sha256), fault.code());
            }
        }
        let configured = keeper.configured(adapter).map(|c| AdapterNeeds::of(&c.manifest));
        let Some(in_use) = facts.versions(configured).in_use() else {
            continue;
        };
        if in_use == Chosen::Configured {
            continue;
        }
        failed.retain(|(aside, _)| aside != adapter);
        if let Err(fault) = keeper.choose(adapter, in_use) {
            keeper.set_aside(adapter);
            let code = codes.get(&in_use).copied().unwrap_or_else(|| fault.code());
            failed.push((adapter.clone(), code));
        }
    }
    failed
}
