//! Carries released bytes to a party.

use async_trait::async_trait;
use bindeledd_core::contract::Response;
use bindeledd_core::{Endpoint, EndpointAddress, Released};
use tokio::sync::oneshot;

use super::store::Frozen;

/// Fires when the first byte of a request is on its way; dropped without firing when nothing was sent.
pub type Begun = oneshot::Sender<()>;

/// Why a sending has no response.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SendError {
    /// Nothing was sent, or nobody knows: try again with the same bytes.
    #[error("{0}")]
    Transient(String),
    /// It can never be sent as things are configured.
    #[error("{0}")]
    Permanent(String),
}

/// Sends. Pins the address's origin, follows no redirect, bounds time and size, and adds the credential.
#[async_trait]
pub trait Courier: Send + Sync + 'static {
    /// Sends released bytes to an endpoint.
    ///
    /// # Errors
    /// [`SendError`], whose text names the endpoint's trouble and never content.
    async fn send(
        &self,
        released: Released<Frozen>,
        endpoint: &Endpoint,
        address: &EndpointAddress,
        begun: Begun,
    ) -> Result<Response, SendError>;

    /// Whether an endpoint answers at all: a GET of its address without any content, for `party test`. Gives the status.
    ///
    /// # Errors
    /// [`SendError`], as above.
    async fn probe(&self, endpoint: &Endpoint, address: &EndpointAddress) -> Result<u16, SendError>;
}
