//! Requests to the parties' endpoints, and pushes of alerts to webhooks.
//!
//! A request goes to its endpoint's own origin only. No redirect is followed, and no proxy from the environment is used. A
//! credential goes only with requests of the endpoints that name it. HTTP/1.1 alone is used, so that a connection carries one
//! request at a time, and a broken connection leaves exactly one delivery in doubt.

mod clients;
mod code;
mod credential;
mod dpop;
mod exchange;
mod failure;
mod fetch;
mod grant;
mod guard;
mod mailbox;
mod request;
mod retry_after;
mod start;
mod token;
mod token_error;
mod webhook;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use axum::body::Bytes;
use bindeledd_core::contract::Response;
use bindeledd_core::{Endpoint, EndpointAddress, Released};
use bindeledd_engine::ports::{Courier, Events, Frozen, MailboxRequest, SendError, SendFailure, Start};
use bindeledd_texts::Said;
use bindeledd_texts::outbound::Unanswered;
use jiff::Timestamp;
use tokio::time::{Instant, timeout_at};

use clients::{Client, Clients};
pub use code::HttpCodeExchange;
pub use credential::{
    ClientCertificate, ClientProof, CourierError, CourierOptions, Credential, CredentialKind, Grant, Source,
    Surroundings, TokenSource,
};
use exchange::{Exchange, NoAnswer};
use failure::{cause, transient};
pub use fetch::HttpFetch;
pub use webhook::{SignedWebhook, WebhookOptions, is_webhook_secret};

/// Maximum size of a response, which is a receipt or an error.
const LARGEST_RESPONSE: usize = 1024 * 1024;

/// Longest wait for the name service.
const FIND_AT_MOST: Duration = Duration::from_secs(5);

/// Sends released bytes over HTTPS.
#[derive(Debug)]
pub struct HttpCourier {
    clients: Clients,
    around: Surroundings,
    allow_http_loopback: bool,
}

impl HttpCourier {
    /// Reads a response of at most `largest` bytes, until the time limit.
    async fn read_by(
        &self,
        deadline: Instant,
        response: reqwest::Response,
        address: &EndpointAddress,
        largest: usize,
    ) -> Result<Response, SendError> {
        timeout_at(deadline, read(response, address, largest, self.around.clock.now()))
            .await
            .map_err(|_| transient(address, SendFailure::BrokenAnswer, Unanswered::Unfinished))?
    }

    /// Makes a courier with a connection pool for each credential.
    ///
    /// # Errors
    /// A certificate or a key can not be used; the error names the credential.
    pub fn new(options: CourierOptions, around: Surroundings) -> Result<Self, CourierError> {
        let CourierOptions {
            allow_http_loopback, ..
        } = options;
        Ok(Self {
            clients: Clients::new(options, around.clone())?,
            around,
            allow_http_loopback,
        })
    }

    async fn client(&self, endpoint: &Endpoint) -> Result<Arc<Client>, SendError> {
        let name = endpoint.credential.as_deref();
        self.clients.get(name).await.ok_or_else(|| {
            let credential = name.unwrap_or_default().to_owned();
            SendError::Permanent(Unanswered::NoCredential { credential }.into())
        })
    }
}

#[async_trait]
impl Courier for HttpCourier {
    fn has_credential(&self, name: &str) -> bool {
        self.clients.has(name)
    }

    fn may_reach(&self, address: &EndpointAddress) -> bool {
        request::url(address, "", self.allow_http_loopback).is_ok()
    }

    async fn send(
        &self,
        released: Released<Frozen>,
        endpoint: &Endpoint,
        address: &EndpointAddress,
        start: &Start,
    ) -> Result<Response, SendError> {
        let now = Instant::now();
        let deadline = now + Duration::from_secs(endpoint.limits.timeout_seconds.into());
        let client = self.client(endpoint).await?;
        let request = released.into_bytes().request;
        let url = request::url(address, &request.path, self.allow_http_loopback)?;
        if request.body.is_empty() {
            // hyper does not poll an empty body, so that such a request could not be stopped; it would also deliver nothing.
            return Err(SendError::Permanent(Unanswered::NoBody.into()));
        }
        let exchange = Exchange {
            client: &client,
            around: &self.around,
            method: request::method(request.method),
            url,
            headers: request::headers(&request.headers)?,
            body: Bytes::from(request.body),
        };
        let mut sending = std::pin::pin!(exchange.run(Some(start)));
        // A withdrawal waits for a sending that may still begin, but not for ever. A sending that has not begun by then never
        // begins, whether it waits for a token or for a connection. This timer frees the slot; `Start` makes sure that nothing
        // begins.
        let first = deadline.min(now + start.left());
        let response = match timeout_at(first, &mut sending).await {
            Ok(response) => response,
            Err(_) if start.abandon() => {
                return Err(transient(address, SendFailure::NoConnection, Unanswered::NoConnection));
            }
            Err(_) => timeout_at(deadline, &mut sending)
                .await
                .map_err(|_| transient(address, SendFailure::NoAnswer, Unanswered::NoAnswer))?,
        };
        let response = response.map_err(|why| why.told(address))?;
        self.read_by(deadline, response, address, LARGEST_RESPONSE).await
    }

    async fn ask(
        &self,
        request: MailboxRequest,
        endpoint: &Endpoint,
        address: &EndpointAddress,
    ) -> Result<Response, SendError> {
        self.ask_mailbox(request.into_inner(), endpoint, address).await
    }

    async fn listen(
        &self,
        request: MailboxRequest,
        endpoint: &Endpoint,
        address: &EndpointAddress,
    ) -> Result<Box<dyn Events>, SendError> {
        let stream = self.stream(request.into_inner(), endpoint, address).await?;
        Ok(Box::new(stream))
    }

    async fn find(&self, address: &EndpointAddress) -> Result<(), SendError> {
        let url = request::url(address, "/", self.allow_http_loopback)?;
        let failed = |why: Unanswered| Err(transient(address, SendFailure::NoConnection, why));
        let (Some(host), Some(port)) = (url.host_str(), url.port_or_known_default()) else {
            return failed(Unanswered::NoHost);
        };
        // An address of IPv6 stands in brackets.
        let host = host.trim_matches(['[', ']']);
        match tokio::time::timeout(FIND_AT_MOST, tokio::net::lookup_host((host, port))).await {
            Ok(Ok(mut found)) => match found.next() {
                Some(_) => Ok(()),
                None => failed(Unanswered::NoAddress),
            },
            Ok(Err(error)) => {
                let error = Said::of_error(&error);
                failed(Unanswered::NameNotFound { error })
            }
            Err(_) => failed(Unanswered::NameServiceSilent),
        }
    }

    async fn probe(&self, endpoint: &Endpoint, address: &EndpointAddress) -> Result<u16, SendError> {
        let client = self.client(endpoint).await?;
        let path = if address.base_path.is_empty() { "/" } else { "" };
        let exchange = Exchange {
            client: &client,
            around: &self.around,
            method: reqwest::Method::GET,
            url: request::url(address, path, self.allow_http_loopback)?,
            headers: request::headers(&[])?,
            body: Bytes::new(),
        };
        let limit = Duration::from_secs(endpoint.limits.timeout_seconds.into());
        match tokio::time::timeout(limit, exchange.run(None)).await {
            Err(_) => Err(transient(address, SendFailure::NoAnswer, Unanswered::NoAnswer)),
            Ok(Ok(response)) => Ok(response.status().as_u16()),
            Ok(Err(NoAnswer::TokenRefused)) => Ok(401),
            Ok(Err(why)) => Err(why.told(address)),
        }
    }
}

async fn read(
    mut response: reqwest::Response,
    address: &EndpointAddress,
    largest: usize,
    now: Timestamp,
) -> Result<Response, SendError> {
    let broken = |why: Unanswered| transient(address, SendFailure::BrokenAnswer, why);
    let too_large = || {
        let megabytes = u64::try_from(largest >> 20).unwrap_or(u64::MAX);
        broken(Unanswered::TooLarge { megabytes })
    };
    let announced = response.content_length().unwrap_or(0);
    let room = usize::try_from(announced)
        .ok()
        .filter(|n| *n <= largest)
        .ok_or_else(too_large)?;
    let mut body = Vec::with_capacity(room);
    loop {
        match response.chunk().await {
            Ok(Some(chunk)) if body.len() + chunk.len() > largest => return Err(too_large()),
            Ok(Some(chunk)) => body.extend_from_slice(&chunk),
            Ok(None) => break,
            Err(error) => {
                let cause = cause(&error);
                return Err(broken(Unanswered::BrokeOff { cause }));
            }
        }
    }
    let headers = response
        .headers()
        .iter()
        .filter(|(name, _)| *name != reqwest::header::SET_COOKIE);
    let headers = headers.filter_map(|(name, value)| Some((name.to_string(), value.to_str().ok()?.to_owned())));
    let mut headers: Vec<_> = headers.collect();
    retry_after::in_seconds(&mut headers, response.headers(), now);
    Ok(Response {
        status: response.status().as_u16(),
        headers,
        body,
    })
}

#[cfg(test)]
mod tests;
