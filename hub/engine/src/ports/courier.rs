//! Carries released bytes to a party.

use async_trait::async_trait;
use bindeledd_core::contract::{Request, Response};
use bindeledd_core::{Endpoint, EndpointAddress, Released};

use super::start::Start;
use super::store::Frozen;

/// A request to a mailbox that the hub fetches from. What an adapter can say in one is what that same mailbox told it, so no
/// content of anybody else's leaves by it; only the fetching makes them.
#[derive(Debug)]
pub struct MailboxRequest(Request);

impl MailboxRequest {
    pub(crate) const fn new(request: Request) -> Self {
        Self(request)
    }

    /// What to send.
    #[must_use]
    pub fn into_inner(self) -> Request {
        self.0
    }
}

/// A stream of events, of which only that they come is read.
#[async_trait]
pub trait Events: Send + Sync {
    /// The next event; `None` when the stream has ended.
    async fn next(&mut self) -> Option<()>;
}

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
    /// Whether configuration has a credential of this name.
    fn has_credential(&self, name: &str) -> bool {
        let _ = name;
        true
    }

    /// Whether an address is one that the hub goes to at all.
    fn may_reach(&self, address: &EndpointAddress) -> bool {
        let _ = address;
        true
    }

    /// Sends released bytes to an endpoint. They are handed to the socket only where [`Start::begin`] says so, asked at that
    /// very place; a request without a body has no such place, and is refused.
    ///
    /// # Errors
    /// [`SendError`], whose text names the endpoint's trouble and never content.
    async fn send(
        &self,
        released: Released<Frozen>,
        endpoint: &Endpoint,
        address: &EndpointAddress,
        start: &Start,
    ) -> Result<Response, SendError>;

    /// Asks a mailbox.
    ///
    /// # Errors
    /// [`SendError`], as above.
    async fn ask(
        &self,
        request: MailboxRequest,
        endpoint: &Endpoint,
        address: &EndpointAddress,
    ) -> Result<Response, SendError>;

    /// Listens to a mailbox's events, until they end.
    ///
    /// # Errors
    /// [`SendError`], as above.
    async fn listen(
        &self,
        request: MailboxRequest,
        endpoint: &Endpoint,
        address: &EndpointAddress,
    ) -> Result<Box<dyn Events>, SendError>;

    /// Whether an endpoint answers at all: a GET of its address without any content, for `party test`. Gives the status.
    ///
    /// # Errors
    /// [`SendError`], as above.
    async fn probe(&self, endpoint: &Endpoint, address: &EndpointAddress) -> Result<u16, SendError>;
}
