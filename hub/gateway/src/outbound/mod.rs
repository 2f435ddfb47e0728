//! Requests to the parties' endpoints.
//!
//! A request goes to its endpoint's own origin and nowhere else: no redirect is followed, no proxy of the environment is
//! used, and a credential goes with requests of the endpoints that name it. HTTP/1.1 alone, so that a connection carries one
//! request at a time and a broken one leaves exactly one delivery in doubt.

mod clients;
mod mailbox;
mod request;
mod start;

use std::time::Duration;

use async_trait::async_trait;
use axum::body::Bytes;
use bindeledd_core::contract::Response;
use bindeledd_core::{Endpoint, EndpointAddress, Released};
use bindeledd_engine::ports::{Begun, Courier, Events, Frozen, MailboxRequest, SendError};
use tokio::time::{Instant, timeout_at};

use clients::{Client, Clients};
pub use clients::{CourierError, CourierOptions, Credential, CredentialKind, Secret};
use start::{Start, StartingBody};

/// An answer is a receipt or an error; nobody needs more of it.
const LARGEST_RESPONSE: usize = 1024 * 1024;

/// Carries released bytes over HTTPS.
#[derive(Debug)]
pub struct HttpCourier {
    clients: Clients,
    allow_http_loopback: bool,
    begin_within: Duration,
}

impl HttpCourier {
    /// A courier with a connection pool for each credential.
    ///
    /// # Errors
    /// When a certificate or a key can not be used; names the credential.
    pub fn new(options: CourierOptions) -> Result<Self, CourierError> {
        let CourierOptions {
            allow_http_loopback,
            begin_within,
            ..
        } = options;
        Ok(Self {
            clients: Clients::new(options)?,
            allow_http_loopback,
            begin_within,
        })
    }

    fn client(&self, endpoint: &Endpoint) -> Result<&Client, SendError> {
        let name = endpoint.credential.as_deref();
        self.clients.get(name).ok_or_else(|| {
            SendError::Permanent(format!(
                "configuration has no credential `{}`, which the endpoint names",
                name.unwrap_or_default()
            ))
        })
    }
}

#[async_trait]
impl Courier for HttpCourier {
    async fn send(
        &self,
        released: Released<Frozen>,
        endpoint: &Endpoint,
        address: &EndpointAddress,
        begun: Begun,
    ) -> Result<Response, SendError> {
        let client = self.client(endpoint)?;
        let request = released.into_bytes().request;
        let url = request::url(address, &request.path, self.allow_http_loopback)?;
        let headers = request::headers(&request.headers, client.authorization.as_ref())?;
        let method = request::method(request.method);
        let body = Bytes::from(request.body);
        let is_empty = body.is_empty();
        let start = Start::new(begun);
        let building = client.http.request(method, url).headers(headers);
        let sending = building
            .body(reqwest::Body::wrap(StartingBody::new(body, start.clone())))
            .send();

        let now = Instant::now();
        let deadline = now + Duration::from_secs(endpoint.limits.timeout_seconds.into());
        let mut sending = std::pin::pin!(sending);
        // A withdrawal waits for a sending that may still begin, and not for ever: one that has not begun by then never does.
        // A request without a body has nothing to hold back, and hyper never asks for its body.
        let first = if is_empty {
            deadline
        } else {
            deadline.min(now + self.begin_within)
        };
        let response = match timeout_at(first, &mut sending).await {
            Ok(response) => response,
            Err(_) if start.abandon() => {
                return Err(transient(address, "no connection in time; nothing was sent"));
            }
            Err(_) => timeout_at(deadline, &mut sending)
                .await
                .map_err(|_| transient(address, "no answer within the endpoint's time limit"))?,
        };
        match response {
            Ok(response) => {
                // For a request without a body this is the first sign that it left.
                start.begin();
                timeout_at(deadline, read(response, address, LARGEST_RESPONSE))
                    .await
                    .map_err(|_| transient(address, "the answer did not end within the endpoint's time limit"))?
            }
            Err(error) => Err(transient(address, &cause(&error))),
        }
    }

    async fn ask(
        &self,
        request: MailboxRequest,
        endpoint: &Endpoint,
        address: &EndpointAddress,
    ) -> Result<Response, SendError> {
        self.exchange(request.into_inner(), endpoint, address).await
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

    async fn probe(&self, endpoint: &Endpoint, address: &EndpointAddress) -> Result<u16, SendError> {
        let client = self.client(endpoint)?;
        let url = request::url(
            address,
            if address.base_path.is_empty() { "/" } else { "" },
            self.allow_http_loopback,
        )?;
        let headers = request::headers(&[], client.authorization.as_ref())?;
        let sending = client.http.get(url).headers(headers).send();
        let limit = Duration::from_secs(endpoint.limits.timeout_seconds.into());
        let response = tokio::time::timeout(limit, sending)
            .await
            .map_err(|_| transient(address, "no answer within the endpoint's time limit"))?;
        response
            .map(|r| r.status().as_u16())
            .map_err(|error| transient(address, &cause(&error)))
    }
}

async fn read(
    mut response: reqwest::Response,
    address: &EndpointAddress,
    largest: usize,
) -> Result<Response, SendError> {
    let too_large = || transient(address, &format!("the answer is larger than {} MB", largest >> 20));
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
            Err(error) => return Err(transient(address, &format!("the answer broke off: {}", cause(&error)))),
        }
    }
    let headers = response
        .headers()
        .iter()
        .filter(|(name, _)| *name != reqwest::header::SET_COOKIE);
    let headers = headers.filter_map(|(name, value)| Some((name.to_string(), value.to_str().ok()?.to_owned())));
    Ok(Response {
        status: response.status().as_u16(),
        headers: headers.collect(),
        body,
    })
}

fn transient(address: &EndpointAddress, what: &str) -> SendError {
    SendError::Transient(format!("{}: {what}", address.origin))
}

/// The innermost cause, which names neither address nor content: a refused connection, an untrusted certificate.
fn cause(error: &reqwest::Error) -> String {
    let mut cause: &dyn std::error::Error = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    if std::ptr::addr_eq(cause, error) {
        "the request failed".into()
    } else {
        cause.to_string()
    }
}

#[cfg(test)]
mod tests;
