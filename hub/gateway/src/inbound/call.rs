//! One request, from its head to its answer.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr};
use std::pin::Pin;
use std::sync::Arc;
use std::task::Poll;

use axum::body::{Body, Bytes, HttpBody};
use axum::extract::{FromRequestParts, RawPathParams, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use bindeledd_core::{PartyId, PartyName};
use bindeledd_engine::ports::{Actor, on_behalf_of};
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::{Instant, timeout, timeout_at};
use tracing::Instrument;

use super::auth::{Authenticated, Caller, authenticate, still_let_in};
use super::limits::{Entered, Held};
use super::problem::{Code, Problem};
use super::query::Query;
use super::routes::{Access, Op, ROUTES, Route, Takes};
use super::{
    Inner, admin, confirmations, consents, documents, handed, health, inbox, keys, messages, participants, party_keys,
    standing,
};
use crate::server::{Link, ListenerRole};

/// A request that may be served: who calls, and what was sent.
pub(crate) struct Call {
    pub(crate) caller: Option<Caller>,
    /// The party of the path, where the route has one and is its own or the operator's.
    pub(crate) party: Option<PartyId>,
    pub(crate) query: Query,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    params: HashMap<String, String>,
}

impl Call {
    /// The party of the path.
    pub(crate) fn path_party(&self) -> Result<&PartyId, Problem> {
        self.party
            .as_ref()
            .ok_or_else(|| Problem::not_found("there is no such party"))
    }

    /// Who calls, on a route that nobody may call without a key.
    pub(crate) fn caller(&self) -> Result<&Caller, Problem> {
        self.caller.as_ref().ok_or_else(Problem::unauthorized)
    }

    pub(crate) fn param(&self, name: &str) -> &str {
        self.params.get(name).map_or("", String::as_str)
    }

    /// The id in the path.
    pub(crate) fn id<T>(&self, name: &str, parse: impl Fn(&str) -> Option<T>, what: &str) -> Result<T, Problem> {
        parse(self.param(name)).ok_or_else(|| Problem::not_found(format!("there is no such {what}")))
    }

    /// Whether the caller would rather have `this` media type than `usual`, as Accept weighs them; of two alike, the one named
    /// first, and the usual one where neither is named.
    pub(crate) fn accepts_rather(&self, this: &str, usual: &str) -> bool {
        let accept = self.headers.get_all(header::ACCEPT);
        let said: Vec<_> = accept.iter().filter_map(|value| value.to_str().ok()).collect();
        weight(&said, this) > weight(&said, usual)
    }

    pub(crate) fn media_type(&self) -> Option<&str> {
        self.headers
            .get(header::CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
    }
}

/// What a media type weighs in Accept headers: by its `q`, then by how early it stands. Nothing where it is not named, so that
/// `*/*` alone asks for what is usual.
pub(super) fn weight(accept: &[&str], media_type: &str) -> Option<(u32, std::cmp::Reverse<usize>)> {
    let ranges = accept.iter().flat_map(|line| line.split(',')).enumerate();
    let weighed = ranges.filter_map(|(place, range)| {
        let mut parts = range.split(';').map(str::trim);
        if !parts.next()?.eq_ignore_ascii_case(media_type) {
            return None;
        }
        let q = parts.find_map(|part| part.strip_prefix("q=").or_else(|| part.strip_prefix("Q=")));
        let q: f32 = q
            .map_or(Some(1.0), |q| q.trim().parse().ok())
            .filter(|q| (0.0..=1.0).contains(q))?;
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "from 0 to 1000")]
        let thousandths = (q * 1000.0) as u32;
        (thousandths > 0).then_some((thousandths, std::cmp::Reverse(place)))
    });
    weighed.max()
}

/// Serves a request on the route of this index. The log and the figures have the route, never the path.
pub(crate) async fn serve(inner: &Arc<Inner>, index: usize, request: Request) -> Response {
    let route = &ROUTES[index];
    let id = inner.metrics.request_id();
    let started = Instant::now();
    let under_way = inner.metrics.enter();
    let span = tracing::info_span!("request", id = %id, method = %route.method, route = route.path);
    let answer = async {
        let mut response = match admit(inner, route, request).await {
            Ok(response) => response,
            Err(problem) => problem.into_response(),
        };
        let status = response.status().as_u16();
        let took = started.elapsed();
        inner.metrics.count(index, status, took);
        let code = response.extensions().get::<Code>().map_or("", |code| code.0);
        if !matches!(route.op, Op::Healthz | Op::Readyz | Op::Metrics) {
            tracing::info!(
                status,
                code,
                micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX),
                "answered"
            );
        }
        let headers = response.headers_mut();
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        if let Ok(id) = HeaderValue::from_str(&id) {
            headers.insert("x-request-id", id);
        }
        response
    };
    let response = answer.instrument(span).await;
    drop(under_way);
    response
}

async fn admit(inner: &Arc<Inner>, route: &'static Route, request: Request) -> Result<Response, Problem> {
    let deadline = Instant::now() + inner.options.request_timeout;
    let (mut parts, body) = request.into_parts();
    let watched = matches!(route.op, Op::Healthz | Op::Readyz | Op::Metrics);
    // Whoever watches the hub sees how it is when it is busy, too.
    let (caller, place) = who(inner, route, &parts, watched).await?;
    let entered = match &place {
        Place::Own(entered) => Some(entered),
        Place::Lobby(_) | Place::None => None,
    };
    let params = params(&mut parts).await?;
    let party = may(inner, route, caller.as_ref(), &params)?;
    let query = Query::parse(parts.uri.query(), route.query)?;
    let most = match route.takes {
        Takes::Nothing => None,
        Takes::Document => Some(inner.options.document_limit),
        Takes::Json("MessageDraft") => Some(inner.options.message_limit),
        Takes::Json("Import") => Some(inner.options.import_limit),
        Takes::Json(_) | Takes::MaybeJson(_) => Some(inner.options.other_limit),
    };
    // Counted until the answer is there: what is read is held so long.
    let mut held = Held::default();
    let body = match most {
        None => Bytes::new(),
        Some(most) => read(inner, &parts.headers, body, most, (entered, &mut held)).await?,
    };
    // A body takes its time, and a key may be revoked meanwhile.
    if let (Some(caller), false) = (&caller, body.is_empty()) {
        still_let_in(inner, &parts.headers, caller)?;
    }
    let call = Call {
        caller,
        party,
        query,
        headers: parts.headers,
        body,
        params,
    };
    let by = call.caller.as_ref().map_or(Actor::Hub, Caller::actor);
    let answer = timeout_at(deadline, on_behalf_of(by, dispatch(inner, route.op, &call))).await;
    let response = answer.map_err(|_| Problem::slow_answer())??;
    Ok(handed::counted(entered, response))
}

/// Where a request stands while it is answered.
enum Place {
    /// Among its caller's own.
    Own(Entered),
    /// Among those of whom nobody knows who they are.
    Lobby(#[expect(dead_code, reason = "held until the answer")] OwnedSemaphorePermit),
    /// Nowhere: who watches the hub sees how it is when it is busy, too.
    None,
}

/// Who calls, with a place among their own requests. Of those who are nobody the hub knows, how often counts by address.
async fn who(inner: &Inner, route: &Route, parts: &Parts, watched: bool) -> Result<(Option<Caller>, Place), Problem> {
    let link = parts.extensions.get::<Arc<Link>>();
    let address = link.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |link| link.address(&parts.headers));
    let local = link.is_some_and(|link| link.is_local(&parts.headers));
    let elsewhere = link.is_some_and(|link| link.role == ListenerRole::Parties);
    if elsewhere && matches!(route.access, Access::Operator | Access::OperatorOrWatcher) {
        inner.limits.count_unknown(address)?;
        return Err(Problem::operators_listener());
    }
    let open = match route.access {
        Access::Anyone => true,
        Access::OperatorOrWatcher => {
            let own = link.is_some_and(|link| link.role == ListenerRole::Operator);
            let socket = link.is_some_and(|link| link.is_socket_file());
            let opened = local && (own || inner.options.metrics_on_loopback);
            socket || opened || inner.keys.is_watcher(&parts.headers)
        }
        Access::AnyCaller | Access::PartyInPath | Access::Operator => false,
    };
    let found = match known(inner, parts).await {
        Ok(found) => found,
        // What anyone may ask for is not kept from who shows something wrong.
        Err(_) if open => None,
        Err(problem) => {
            inner.limits.count_unknown(address)?;
            return Err(problem);
        }
    };
    let Some(Authenticated { caller, proof }) = found else {
        if !(open && local) {
            inner.limits.count_unknown(address)?;
        }
        return match (open, watched) {
            (false, _) => Err(Problem::unauthorized()),
            (true, true) => Ok((None, Place::None)),
            (true, false) => Ok((None, Place::Lobby(inner.limits.enter_lobby()?))),
        };
    };
    if elsewhere && caller.is_operator() {
        return Err(Problem::operators_listener());
    }
    let place = match &caller {
        Caller::Operator if watched => Place::None,
        Caller::Operator => Place::Own(inner.limits.enter_operator()?),
        Caller::Party(party) => Place::Own(inner.limits.enter_party(party)?),
    };
    // Only what was let in is remembered: nobody fills the memory of proofs with requests that are over the limit.
    if let (Some(proof), Some(issuers)) = (proof, &inner.options.issuers) {
        issuers.use_up(proof, inner.engine.now())?;
    }
    if let Some(link) = link {
        link.known(&caller);
    }
    Ok((Some(caller), place))
}

/// Who calls. A key or a certificate is looked up at once. Only what has to be waited for, such as an issuer that is slow, stands in
/// the lobby meanwhile, so that it can not be filled for the others.
async fn known(inner: &Inner, parts: &Parts) -> Result<Option<Authenticated>, Problem> {
    let mut asked = std::pin::pin!(authenticate(inner, parts));
    let at_once = std::future::poll_fn(|cx| Poll::Ready(asked.as_mut().poll(cx))).await;
    match at_once {
        Poll::Ready(known) => known,
        Poll::Pending => {
            let _waits = inner.limits.enter_lobby()?;
            asked.await
        }
    }
}

async fn params(parts: &mut Parts) -> Result<HashMap<String, String>, Problem> {
    let params = RawPathParams::from_request_parts(parts, &()).await;
    let params = params.map_err(|_| Problem::not_found("the path is not UTF-8"))?;
    Ok(params
        .iter()
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect())
}

/// Whether the route is for the caller; gives the party of the path.
fn may(
    inner: &Inner,
    route: &Route,
    caller: Option<&Caller>,
    params: &HashMap<String, String>,
) -> Result<Option<PartyId>, Problem> {
    let is_operator = caller.is_some_and(Caller::is_operator);
    match route.access {
        Access::Anyone | Access::AnyCaller => Ok(None),
        Access::OperatorOrWatcher if caller.is_none() || is_operator => Ok(None),
        Access::Operator if is_operator => Ok(None),
        Access::Operator | Access::OperatorOrWatcher => Err(Problem::forbidden("this is for the operator")),
        Access::PartyInPath => {
            let name = params.get("party").and_then(|raw| PartyName::parse(raw).ok());
            let party = name.and_then(|name| inner.engine.directory().resolve(&name).map(|p| p.id.clone()));
            match (party, caller) {
                (Some(party), Some(Caller::Operator)) => Ok(Some(party)),
                (None, Some(Caller::Operator)) => Err(Problem::not_found("there is no such party")),
                (Some(party), Some(Caller::Party(own))) if party == *own => Ok(Some(party)),
                // One that does not exist looks like someone else's.
                (_, _) => Err(Problem::forbidden("the path names another party than the key's")),
            }
        }
    }
}

/// Reads a body within its limit, its time and its caller's share.
async fn read(
    inner: &Inner,
    headers: &HeaderMap,
    body: Body,
    limit: usize,
    (entered, held): (Option<&Entered>, &mut Held),
) -> Result<Bytes, Problem> {
    if headers.contains_key(header::CONTENT_ENCODING) {
        return Err(Problem::compressed());
    }
    if waits_for_leave(headers) && announced(headers).is_some_and(|bytes| bytes > limit) {
        return Err(Problem::too_large(limit));
    }
    let take = |bytes| match entered {
        Some(entered) => inner.limits.take(entered, held, bytes),
        None => Ok(()),
    };
    match timeout(inner.options.body_timeout, collect(body, limit, take)).await {
        Ok(Collected::Whole(bytes)) => Ok(bytes),
        Ok(Collected::TooLarge) => Err(Problem::too_large(limit)),
        Ok(Collected::Refused(problem)) => Err(problem),
        Ok(Collected::Broken) | Err(_) => Err(Problem::slow_body()),
    }
}

/// Whether the caller sends its body only once it is asked for (`Expect: 100-continue`). Nobody asks before the body is read, and
/// who has sent nothing yet reads a refusal at once.
fn waits_for_leave(headers: &HeaderMap) -> bool {
    let mut expected = headers.get_all(header::EXPECT).iter();
    expected.any(|value| value.as_bytes().trim_ascii().eq_ignore_ascii_case(b"100-continue"))
}

/// How long the caller says that its body is.
fn announced(headers: &HeaderMap) -> Option<usize> {
    let length = headers.get(header::CONTENT_LENGTH)?.to_str().ok()?;
    length
        .trim()
        .parse::<u64>()
        .ok()
        .map(|bytes| usize::try_from(bytes).unwrap_or(usize::MAX))
}

/// What came of reading a body.
enum Collected {
    Whole(Bytes),
    TooLarge,
    Refused(Problem),
    Broken,
}

/// Past the limit or the caller's share, what more is read and thrown away before the answer: a caller who is still sending when the
/// connection closes would never read why.
const READ_ON: usize = 32 * 1024 * 1024;

/// Room for so much is made before anything has come: what a caller announces costs it nothing.
const AT_FIRST: usize = 64 * 1024;

async fn collect(mut body: Body, limit: usize, mut take: impl FnMut(usize) -> Result<(), Problem>) -> Collected {
    let expected = usize::try_from(body.size_hint().lower()).unwrap_or(usize::MAX);
    let mut bytes = Vec::with_capacity(expected.min(limit).min(AT_FIRST));
    let (mut size, mut refused) = (0_usize, None);
    let over = |refused: Option<Problem>| refused.map_or(Collected::TooLarge, Collected::Refused);
    loop {
        let frame = std::future::poll_fn(|cx| Pin::new(&mut body).poll_frame(cx)).await;
        match frame.map(|frame| frame.map(http_body::Frame::into_data)) {
            None | Some(Err(_)) if size > limit || refused.is_some() => return over(refused),
            None => return Collected::Whole(bytes.into()),
            Some(Err(_)) => return Collected::Broken,
            // Trailers say nothing that is asked for.
            Some(Ok(Err(_))) => {}
            Some(Ok(Ok(data))) => {
                size = size.saturating_add(data.len());
                if size > limit.saturating_add(READ_ON) {
                    return over(refused);
                }
                if size > limit || refused.is_some() {
                    bytes = Vec::new();
                } else if let Err(problem) = take(data.len()) {
                    refused = Some(problem);
                } else {
                    bytes.extend_from_slice(&data);
                }
            }
        }
    }
}

async fn dispatch(inner: &Arc<Inner>, op: Op, call: &Call) -> Result<Response, Problem> {
    match op {
        Op::PostDocument => documents::post_document(inner, call).await,
        Op::PostMessage => documents::post_message(inner, call).await,
        Op::GetMessage => messages::get(inner, call).await,
        Op::RetryMessage => messages::retry(inner, call).await,
        Op::CancelMessage => messages::cancel(inner, call).await,
        Op::GetInbox => inbox::list(inner, call).await,
        Op::AckDelivery => inbox::acknowledge(inner, call).await,
        Op::EnteredDelivery => inbox::entered(inner, call).await,
        Op::PostConsent => consents::register(inner, call).await,
        Op::GetConsent => consents::get(inner, call).await,
        Op::ConfirmConsent => confirmations::confirm(inner, call).await,
        Op::ListWaiting => confirmations::waiting(inner, call).await,
        Op::WithdrawConsent => consents::withdraw(inner, call).await,
        Op::WithdrawParticipant => standing::withdraw(inner, call).await,
        Op::EraseParticipant => standing::erase(inner, call).await,
        Op::GetErasure => standing::erasure(inner, call).await,
        Op::LinkParticipant => standing::link(inner, call).await,
        Op::ProtectPerson => standing::protect(inner, call).await,
        Op::LookUpParticipant => participants::look_up(inner, call).await,
        Op::ListDisclosures => participants::disclosures(inner, call).await,
        Op::ExportParticipant => participants::export(inner, call).await,
        Op::PartyAlerts => admin::party_alerts(inner, call).await,
        Op::ListParties => Ok(admin::list_parties(inner)),
        Op::PutParty => admin::put_party(inner, call).await,
        Op::PauseParty => admin::pause(inner, call, true).await,
        Op::ResumeParty => admin::pause(inner, call, false).await,
        Op::TestParty => admin::test_party(inner, call).await,
        Op::NewKey => party_keys::new_key(inner, call).await,
        Op::ListKeys => party_keys::list(inner, call),
        Op::RevokeKeys => party_keys::revoke(inner, call).await,
        Op::SuspendParty => party_keys::suspend(inner, call, true).await,
        Op::UnsuspendParty => party_keys::suspend(inner, call, false).await,
        Op::ListMessages => messages::list(inner, call).await,
        Op::ImportParties => admin::import_parties(inner, call).await,
        Op::LookUpParty => admin::look_up(inner, call),
        Op::ListAlerts => admin::list_alerts(inner, call).await,
        Op::ListFetched => admin::list_fetched(inner, call).await,
        Op::ListAudit => admin::list_audit(inner, call).await,
        Op::AuditCheckpoint => admin::audit_checkpoint(inner).await,
        Op::AuditTile => admin::audit_tile(inner, call).await,
        Op::GetKeyRing => keys::show(inner).await,
        Op::RotateKey => keys::rotate(inner, call).await,
        Op::RetireKey => keys::retire(inner, call).await,
        Op::GetClock => Ok(health::clock(inner)),
        Op::AcceptClock => health::accept_clock(inner, call).await,
        Op::ResetAdapter => admin::reset_adapter(inner, call).await,
        Op::OpenApi => Ok(health::openapi(inner)),
        Op::Healthz => Ok(health::healthz()),
        Op::Readyz => health::readyz(inner).await,
        Op::Metrics => health::metrics(inner).await,
    }
}
