//! Requests from parties and the operator.
//!
//! [`routes::ROUTES`] has every route. A request goes through [`call`]: who is calling, their rate and a place among their own,
//! whether the route is for them, the body within its limits; and then to the one function of its group.

mod admin;
mod api;
mod auth;
mod call;
mod confirmations;
mod consents;
mod documents;
mod handed;
mod health;
mod inbox;
mod keys;
mod limits;
mod messages;
mod metrics;
mod openapi;
mod participants;
mod party_keys;
mod problem;
mod query;
mod routes;
mod standing;
mod token;
mod unread;

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use axum::routing::{MethodFilter, on};
use bindeledd_engine::Engine;
use bindeledd_engine::ports::{KeyHash, MasterKeys, StoreError};

pub(crate) use auth::Caller;
pub use auth::{CertificateClient, KnownBy, format_key, read_key, read_watcher_key};
pub(crate) use limits::network;
pub use limits::{Rate, Shares};
pub use token::{IssuerOptions, Issuers, PartyBy};

use auth::KeyRing;
use health::Readiness;
use limits::Limits;
use metrics::Metrics;
use problem::Problem;
pub(crate) use problem::chain;
use routes::ROUTES;

/// What an operator may set of the API.
#[derive(Debug, Clone)]
pub struct Options {
    /// The hash of the operator's key; see [`read_key`].
    pub operator_key: KeyHash,
    /// The hash of the key that opens the figures for Prometheus and nothing else.
    pub watcher_key: Option<KeyHash>,
    /// Whether the figures are there without a key for callers on this machine that do not come through a proxy.
    pub metrics_on_loopback: bool,
    /// Client certificates and the parties that they are.
    pub certificates: Vec<CertificateClient>,
    /// Issuers whose signed tokens are taken.
    pub issuers: Option<Issuers>,
    /// Where master keys come from; none where they are not changed over the API.
    pub master_keys: Option<Arc<dyn MasterKeys>>,
    /// How much a party may ask for.
    pub party_rate: Rate,
    /// How much an address may ask for without a key that is known.
    pub unknown_rate: Rate,
    /// How much callers may have under way.
    pub shares: Shares,
    /// The largest native document, in bytes.
    pub document_limit: usize,
    /// The largest message in the project's own JSON, in bytes.
    pub message_limit: usize,
    /// The largest import of parties, in bytes.
    pub import_limit: usize,
    /// The largest body of every other request, in bytes.
    pub other_limit: usize,
    /// How long a body may take to come.
    pub body_timeout: Duration,
    /// How long a request may take in all.
    pub request_timeout: Duration,
}

impl Options {
    /// The defaults.
    #[must_use]
    pub const fn new(operator_key: KeyHash) -> Self {
        Self {
            operator_key,
            watcher_key: None,
            metrics_on_loopback: false,
            certificates: Vec::new(),
            issuers: None,
            master_keys: None,
            party_rate: Rate::new(200, 400),
            unknown_rate: Rate::new(10, 20),
            shares: Shares::DEFAULT,
            document_limit: 5 * 1024 * 1024,
            message_limit: 256 * 1024,
            import_limit: 16 * 1024 * 1024,
            other_limit: 64 * 1024,
            body_timeout: Duration::from_secs(30),
            request_timeout: Duration::from_secs(60),
        }
    }
}

/// The API over an engine. Cloning gives another handle to the same one.
#[derive(Clone)]
pub struct Gateway {
    inner: Arc<Inner>,
}

pub(crate) struct Inner {
    engine: Engine,
    options: Options,
    keys: KeyRing,
    limits: Limits,
    metrics: Metrics,
    readiness: Readiness,
    openapi: Bytes,
}

impl Gateway {
    /// The API over `engine`, with the keys that its store has.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn new(engine: Engine, options: Options) -> Result<Self, StoreError> {
        let limits = Limits::new(options.party_rate, options.unknown_rate, options.shares);
        let inner = Inner {
            keys: KeyRing::new(options.operator_key, options.watcher_key),
            limits,
            metrics: Metrics::new(engine.random_id()),
            readiness: Readiness::default(),
            openapi: openapi::document().to_string().into(),
            engine,
            options,
        };
        let gateway = Self { inner: Arc::new(inner) };
        gateway.refresh_keys().await?;
        Ok(gateway)
    }

    /// Reads the parties' keys anew, after something else than this API has changed them.
    ///
    /// # Errors
    /// When the store does not answer; the keys stay as they were.
    pub async fn refresh_keys(&self) -> Result<(), StoreError> {
        self.inner.refresh_keys().await
    }

    /// The routes, for [`crate::server::Server::start`].
    pub fn router(&self) -> Router {
        let mut router = Router::new();
        for (index, route) in ROUTES.iter().enumerate() {
            let inner = Arc::clone(&self.inner);
            let Ok(method) = MethodFilter::try_from(route.method.clone()) else {
                continue;
            };
            router = router.route(
                route.path,
                on(method, move |request| {
                    let inner = Arc::clone(&inner);
                    async move { call::serve(&inner, index, request).await }
                }),
            );
        }
        router
            .fallback(|| async { Problem::not_found("there is no such route").into_response() })
            .method_not_allowed_fallback(|| async {
                Problem::new(
                    StatusCode::METHOD_NOT_ALLOWED,
                    "BL-1107",
                    "the route does not know this method",
                )
                .into_response()
            })
            .layer(axum::middleware::from_fn(unread::close))
    }
}

impl Inner {
    async fn refresh_keys(&self) -> Result<(), StoreError> {
        self.keys.replace(self.engine.keys().await?);
        Ok(())
    }
}

#[cfg(test)]
mod tests;
