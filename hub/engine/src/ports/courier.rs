//! The courier: it carries released bytes to a party.

use async_trait::async_trait;
use bindeledd_core::contract::{Request, Response};
use bindeledd_core::{Endpoint, EndpointAddress, Released};
use bindeledd_texts::Said;

use super::start::Start;
use super::store::{Frozen, SendFailure};

/// A request to a mailbox that the hub fetches from. Only the fetching code makes such a request. An adapter can put
/// into the request only data from that same mailbox, so that no other content leaves by this way.
#[derive(Debug)]
pub struct MailboxRequest(Request);

impl MailboxRequest {
    pub(crate) const fn new(request: Request) -> Self {
        Self(request)
    }

    /// Returns the request to send.
    #[must_use]
    pub fn into_inner(self) -> Request {
        self.0
    }
}

/// A stream of events. The hub reads only that an event came, not its content.
#[async_trait]
pub trait Events: Send + Sync {
    /// Waits for the next event; `None` when the stream has ended.
    async fn next(&mut self) -> Option<()>;
}

/// Why a sending has no response.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SendError {
    /// Nothing was sent, or the result is unknown: try again with the same bytes.
    #[error("{1}")]
    Transient(SendFailure, Said),
    /// The document can never be sent with this configuration.
    #[error("{0}")]
    Permanent(Said),
}

impl SendError {
    /// Returns the reason in words.
    #[must_use]
    pub fn said(self) -> Said {
        match self {
            Self::Transient(_, what) | Self::Permanent(what) => what,
        }
    }

    /// Returns the kind of the failure.
    #[must_use]
    pub const fn failure(&self) -> SendFailure {
        match self {
            Self::Transient(failure, _) => *failure,
            Self::Permanent(_) => SendFailure::NotSendable,
        }
    }
}

/// Sends requests to parties' systems. A courier stays at the address's origin, follows no redirect, bounds time and
/// size, and adds the credential.
#[async_trait]
pub trait Courier: Send + Sync + 'static {
    /// Returns whether configuration has a credential of this name.
    fn has_credential(&self, name: &str) -> bool {
        let _ = name;
        true
    }

    /// Returns whether the hub may send to this address at all.
    fn may_reach(&self, address: &EndpointAddress) -> bool {
        let _ = address;
        true
    }

    /// Sends released bytes to an endpoint. The courier calls [`Start::begin`] at the point where it hands the bytes to
    /// the socket, and hands them over only if that returns `true`. A request without a body has no such point, and is
    /// refused.
    ///
    /// # Errors
    /// [`SendError`]. Its text describes the endpoint's fault and never contains content.
    async fn send(
        &self,
        released: Released<Frozen>,
        endpoint: &Endpoint,
        address: &EndpointAddress,
        start: &Start,
    ) -> Result<Response, SendError>;

    /// Sends a question to a mailbox.
    ///
    /// # Errors
    /// [`SendError`], as above.
    async fn ask(
        &self,
        request: MailboxRequest,
        endpoint: &Endpoint,
        address: &EndpointAddress,
    ) -> Result<Response, SendError>;

    /// Listens to a mailbox's events, until the stream ends.
    ///
    /// # Errors
    /// [`SendError`], as above.
    async fn listen(
        &self,
        request: MailboxRequest,
        endpoint: &Endpoint,
        address: &EndpointAddress,
    ) -> Result<Box<dyn Events>, SendError>;

    /// Finds the name of an address, for `party test`. Nothing is sent to the address.
    ///
    /// # Errors
    /// [`SendError`], as above.
    async fn find(&self, address: &EndpointAddress) -> Result<(), SendError> {
        let _ = address;
        Ok(())
    }

    /// Checks whether an endpoint answers at all, for `party test`: a GET of its address without any content. Returns
    /// the status.
    ///
    /// # Errors
    /// [`SendError`], as above.
    async fn probe(&self, endpoint: &Endpoint, address: &EndpointAddress) -> Result<u16, SendError>;
}
