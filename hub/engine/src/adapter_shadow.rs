//! A version in the shadow of the one in use, and the file of a version.

use std::time::Duration;

use bindeledd_core::AdapterId;
use bindeledd_core::adapter_life::{AdapterDigest, Chosen};
use bindeledd_core::audit::AuditAction;
use serde_json::json;

use crate::adapter_fault::AdapterLifeError;
use crate::engine::Engine;
use crate::error::EngineError;
use crate::ports::{Actor, AdapterKeeper, ShadowEnd, ShadowOrder, ShadowReport};

/// Longest time of a shadow.
pub const SHADOW_AT_MOST: Duration = Duration::from_secs(7 * 24 * 3600);

/// A wish to let a version run in the shadow of the one in use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShadowWish {
    /// Version.
    pub version: AdapterDigest,
    /// Longest time; it is bounded by [`SHADOW_AT_MOST`].
    pub lasts: Duration,
    /// Maximum number of documents.
    pub most: Option<u64>,
    /// Reason.
    pub why: Option<String>,
}

impl Engine {
    /// Lets a version run in the shadow of the one in use. It gets the same calls at the same moment; its output is compared and
    /// thrown away.
    ///
    /// # Errors
    /// The reason why it does not run.
    pub async fn shadow_adapter(&self, adapter: &AdapterId, wish: ShadowWish, by: &Actor) -> Result<(), EngineError> {
        let inner = &self.inner;
        let _one = inner.switching.lock().await;
        let line = self.adapter_line(adapter).await?;
        let of_adapter = || adapter.to_string();
        let chosen = Chosen::Installed(wish.version);
        line.version_of(chosen)
            .ok_or_else(|| AdapterLifeError::NoVersion { adapter: of_adapter() })?;
        if let Some(needs) = line.waits.get(&wish.version) {
            let (adapter, needs) = (of_adapter(), needs.to_string());
            return Err(AdapterLifeError::NeedsGrant { adapter, needs }.into());
        }
        let beside = match line.in_use {
            Some(in_use) if in_use != chosen => in_use,
            // A version beside itself, or beside none, would tell nothing.
            _ => return Err(AdapterLifeError::InUse { adapter: of_adapter() }.into()),
        };
        let order = ShadowOrder {
            version: wish.version,
            beside,
            lasts: wish.lasts.min(SHADOW_AT_MOST),
            most: wish.most,
            now: self.now(),
        };
        // The audit row comes first: nothing reads a document without it.
        let detail = json!({
            "adapter": adapter.as_str(), "sha256": wish.version.to_string(), "seconds": order.lasts.as_secs(),
            "documents": order.most, "reason": wish.why,
        });
        inner
            .store
            .note(AuditAction::AdapterShadowed, by, &detail, order.now)
            .await?;
        let id = adapter.clone();
        let begun = inner.blocking(move |keeper| keeper.shadow(&id, &order)).await?;
        begun.map_err(|fault| AdapterLifeError::of_fault(fault, adapter).into())
    }

    /// Ends the shadow of an adapter. Returns whether one ran.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn end_shadow(&self, adapter: &AdapterId, by: &Actor) -> Result<bool, EngineError> {
        let inner = &self.inner;
        let ended = inner
            .adapters
            .keeper()
            .is_some_and(|keeper| keeper.end_shadow(adapter, ShadowEnd::Person));
        if ended {
            let detail = json!({ "adapter": adapter.as_str() });
            inner
                .store
                .note(AuditAction::AdapterShadowEnded, by, &detail, self.now())
                .await?;
        }
        Ok(ended)
    }

    /// Returns the report of an adapter's newest shadow since the start of the hub; `None` if there was none.
    #[must_use]
    pub fn shadow_report(&self, adapter: &AdapterId) -> Option<ShadowReport> {
        let keeper: &dyn AdapterKeeper = self.inner.adapters.keeper()?;
        keeper.shadow_report(adapter)
    }

    /// Returns the file of a version, for the replay of samples.
    ///
    /// # Errors
    /// The reason why there is none.
    pub async fn adapter_file(&self, adapter: &AdapterId, version: Chosen) -> Result<Vec<u8>, EngineError> {
        let id = adapter.clone();
        let file = self.inner.blocking(move |keeper| keeper.file(&id, version)).await?;
        file.map_err(|fault| AdapterLifeError::of_fault(fault, adapter).into())
    }
}
