//! The web layer of a hub: tables of routes, and the way of each request from its head to its answer.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{FromRequestParts, RawPathParams, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;
use axum::routing::{MethodFilter, on};
use bindeledd_engine::Engine;
use bindeledd_engine::ports::{Actor, KeyHash, StoreError, on_behalf_of};
use bindeledd_texts::Lang;
use bindeledd_texts::problem::Detail;
use tokio::time::{Instant, timeout_at};
use tracing::Instrument;

use crate::admit::{Door, authorize};
use crate::api_keys::ApiKeys;
use crate::body::{self, Bounds};
use crate::call::Call;
use crate::caller::Caller;
use crate::client_certificate::CertificateClient;
use crate::counted::counted;
use crate::identify::Callers;
use crate::limits::{Held, Limits, Rate, Shares};
use crate::problem::{Code, Problem};
use crate::query::Query;
use crate::route::{BodyLimit, Route, Verb};
use crate::token::Issuers;
use crate::traffic::{Kind, Traffic};
use crate::unread;

/// The settings of the web layer.
#[derive(Debug, Clone)]
pub struct Options {
    /// The hash of the operator's key; see [`read_key`](crate::read_key).
    pub operator_key: KeyHash,
    /// False if the operator's key is refused.
    pub takes_operator_key: bool,
    /// The hash of the monitoring key, which opens the metrics only.
    pub watcher_key: Option<KeyHash>,
    /// True if callers on this machine that do not come through a proxy see the figures without a key.
    pub metrics_on_loopback: bool,
    /// Client certificates and the parties that they identify.
    pub certificates: Vec<CertificateClient>,
    /// Issuers whose signed tokens are accepted.
    pub issuers: Option<Issuers>,
    /// Maximum rate of a party's requests.
    pub party_rate: Rate,
    /// Maximum rate of requests from an address without a known key.
    pub unknown_rate: Rate,
    /// Maximum numbers of requests and bytes that callers may have under way.
    pub shares: Shares,
    /// The largest native document, in bytes.
    pub document_limit: usize,
    /// Maximum time to receive a body.
    pub body_timeout: Duration,
    /// Maximum duration of a request.
    pub request_timeout: Duration,
    /// Language of texts for people, unless the request asks for another one.
    pub language: Lang,
}

impl Options {
    /// The defaults.
    #[must_use]
    pub const fn new(operator_key: KeyHash) -> Self {
        Self {
            operator_key,
            takes_operator_key: true,
            watcher_key: None,
            metrics_on_loopback: false,
            certificates: Vec::new(),
            issuers: None,
            party_rate: Rate::new(200, 400),
            unknown_rate: Rate::new(10, 20),
            shares: Shares::DEFAULT,
            document_limit: 5 * 1024 * 1024,
            body_timeout: Duration::from_secs(30),
            request_timeout: Duration::from_secs(60),
            language: Lang::English,
        }
    }
}

/// The web layer over an engine: callers, limits and figures, shared by every table of routes.
pub struct Web {
    engine: Engine,
    /// The callers.
    pub callers: Callers,
    /// The callers' limits.
    pub limits: Limits,
    /// The counts of requests.
    pub traffic: Traffic,
    metrics_on_loopback: bool,
    document_limit: usize,
    pub(crate) body_timeout: Duration,
    pub(crate) request_timeout: Duration,
    language: Lang,
}

impl Web {
    /// Makes the web layer, with the keys that the store has.
    ///
    /// # Errors
    /// The store does not answer.
    pub async fn new(engine: Engine, options: Options) -> Result<Self, StoreError> {
        let keys = ApiKeys::new(options.operator_key, options.watcher_key);
        let keys = if options.takes_operator_key {
            keys
        } else {
            keys.without_operator()
        };
        let web = Self {
            callers: Callers::new(engine.clone(), keys, options.certificates, options.issuers),
            limits: Limits::new(options.party_rate, options.unknown_rate, options.shares),
            traffic: Traffic::new(engine.random_id()),
            metrics_on_loopback: options.metrics_on_loopback,
            document_limit: options.document_limit,
            body_timeout: options.body_timeout,
            request_timeout: options.request_timeout,
            language: options.language,
            engine,
        };
        web.refresh_keys().await?;
        Ok(web)
    }

    /// Reads the parties' keys from the store again.
    ///
    /// # Errors
    /// The store does not answer; the keys then stay as they were.
    pub async fn refresh_keys(&self) -> Result<(), StoreError> {
        self.callers.keys.replace(self.engine.keys().await?);
        Ok(())
    }

    /// Returns the language of texts in an answer to a request with these headers.
    #[must_use]
    pub fn language(&self, headers: &HeaderMap) -> Lang {
        accepted_language(headers).unwrap_or(self.language)
    }

    /// Makes the router of a table of routes over a state.
    pub fn router<S: Send + Sync + 'static>(
        self: &Arc<Self>,
        state: &Arc<S>,
        routes: impl IntoIterator<Item = &'static Route<S>>,
    ) -> Router {
        let mut router = Router::new();
        for route in routes {
            let (web, state) = (Arc::clone(self), Arc::clone(state));
            let Ok(method) = MethodFilter::try_from(route.method.method()) else {
                continue;
            };
            router = router.route(
                route.path,
                on(method, move |request| {
                    let (web, state) = (Arc::clone(&web), Arc::clone(&state));
                    async move { web.serve(&state, route, request).await }
                }),
            );
        }
        router
            .fallback({
                let web = Arc::clone(self);
                async move |headers: HeaderMap| Problem::not_found(Detail::NoRoute).into_answer(web.language(&headers))
            })
            .method_not_allowed_fallback({
                let web = Arc::clone(self);
                async move |headers: HeaderMap| {
                    let status = StatusCode::METHOD_NOT_ALLOWED;
                    Problem::new(status, "BL-1107", Detail::NoMethod).into_answer(web.language(&headers))
                }
            })
            .layer(axum::middleware::from_fn(unread::close))
    }

    /// Serves a request.
    async fn serve<S>(&self, state: &Arc<S>, route: &'static Route<S>, request: Request) -> Response {
        let language = self.language(request.headers());
        let answer = async {
            let mut response = match self.admit(state, route, request).await {
                Ok(response) => response,
                Err(problem) => problem.into_answer(language),
            };
            let no_store = HeaderValue::from_static("no-store");
            response.headers_mut().insert(header::CACHE_CONTROL, no_store);
            response
        };
        self.record((route.method, route.path), !route.watching, answer).await
    }

    /// Awaits an answer, counts it, logs it if `is_logged`, and gives it the request's id. The log and the metrics have the
    /// route's path, never the path of a request.
    pub(crate) async fn record(
        &self,
        (verb, path): (Verb, &'static str),
        is_logged: bool,
        answer: impl Future<Output = Response>,
    ) -> Response {
        let id = self.traffic.request_id();
        let started = Instant::now();
        let under_way = self.traffic.enter();
        let span = tracing::info_span!("request", id = %id, method = %verb, route = path);
        let recorded = async {
            let mut response = answer.await;
            let status = response.status().as_u16();
            let took = started.elapsed();
            let kind = Kind {
                path,
                method: verb.name(),
                status,
            };
            self.traffic.count(kind, took);
            let code = response.extensions().get::<Code>().map_or("", |code| code.0);
            if is_logged {
                let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
                tracing::info!(status, code, micros, "answered");
            }
            let headers = response.headers_mut();
            headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
            if let Ok(id) = HeaderValue::from_str(&id) {
                headers.insert("x-request-id", id);
            }
            response
        };
        let response = recorded.instrument(span).await;
        drop(under_way);
        response
    }

    async fn admit<S>(&self, state: &Arc<S>, route: &'static Route<S>, request: Request) -> Result<Response, Problem> {
        let deadline = Instant::now() + self.request_timeout;
        let (mut parts, body) = request.into_parts();
        let door = Door {
            callers: &self.callers,
            limits: &self.limits,
            metrics_on_loopback: self.metrics_on_loopback,
        };
        let (caller, place) = door.identify_caller((route.access, route.watching), &parts).await?;
        let entered = place.own();
        let params = params(&mut parts).await?;
        let party = authorize(&self.engine.directory(), route.access, caller.as_ref(), &params)?;
        let query = Query::parse(parts.uri.query(), route.query)?;
        // The bytes count until the answer is made, since they are held until then.
        let mut held = Held::default();
        let body = match route.body {
            None => Bytes::new(),
            Some(taken) => {
                let bounds = Bounds {
                    bytes: match taken.limit {
                        BodyLimit::Bytes(most) => most,
                        BodyLimit::Document => self.document_limit,
                    },
                    time: self.body_timeout,
                };
                let take = |bytes| match entered {
                    Some(entered) => self.limits.take(entered, &mut held, bytes),
                    None => Ok(()),
                };
                body::read(&parts.headers, body, bounds, take).await?
            }
        };
        // A body takes time to arrive, and the key may have been revoked meanwhile.
        if let (Some(caller), false) = (&caller, body.is_empty()) {
            self.callers.still_let_in(&parts.headers, caller)?;
        }
        let call = Call {
            caller,
            party,
            query,
            headers: parts.headers,
            body,
            page: route.page,
            params,
        };
        let by = call.caller.as_ref().map_or(Actor::Hub, Caller::actor);
        let answer = timeout_at(deadline, on_behalf_of(by, (route.handler)(state, &call))).await;
        let response = answer.map_err(|_| Problem::slow_answer())??;
        Ok(counted(entered, response))
    }
}

/// Returns the language that a request asks for; `None` if it asks for none that the hub has.
#[must_use]
pub fn accepted_language(headers: &HeaderMap) -> Option<Lang> {
    Lang::accepted(headers.get(header::ACCEPT_LANGUAGE)?.to_str().ok()?)
}

pub(crate) async fn params(parts: &mut Parts) -> Result<HashMap<String, String>, Problem> {
    let params = RawPathParams::from_request_parts(parts, &()).await;
    let params = params.map_err(|_| Problem::not_found(Detail::PathNotUtf8))?;
    Ok(params
        .iter()
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect())
}
