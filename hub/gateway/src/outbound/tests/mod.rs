use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};

use axum::Router;
use axum::body::{Body, HttpBody};
use axum::extract::Request;
use axum::http::HeaderMap;
use axum::response::IntoResponse;
use axum_server::tls_rustls::RustlsConfig;
use bindeledd_core::contract::Request as Outgoing;
use bindeledd_core::{AdapterId, ControlNotice, DeliveryId, EndpointLimits, PartyId};
use bindeledd_engine::ports::{BEGIN_WITHIN, Clock, Uptime};
use http_body::Frame;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use uuid::Uuid;

use super::*;
use crate::testing::{Dice, Identity, Now, Shifted, identity};

mod credentials;
mod oidc;
mod tokens;
mod webhook;

/// The requests that a receiver got: path with query, headers, body.
type Arrivals = Arc<Mutex<Vec<(String, HeaderMap, Vec<u8>)>>>;

struct Receiver {
    address: SocketAddr,
    identity: Identity,
    arrivals: Arrivals,
}

/// Starts a receiver with TLS that records its requests. `client` is the certificate that callers must show.
fn receiver(client: Option<&Identity>) -> Receiver {
    let identity = identity();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ServerConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .unwrap();
    let builder = match client {
        None => builder.with_no_client_auth(),
        Some(client) => {
            let mut roots = RootCertStore::empty();
            roots
                .add(CertificateDer::from_pem_slice(client.certificate.as_bytes()).unwrap())
                .unwrap();
            let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider)
                .build()
                .unwrap();
            builder.with_client_cert_verifier(verifier)
        }
    };
    let chain = vec![CertificateDer::from_pem_slice(identity.certificate.as_bytes()).unwrap()];
    let key = PrivateKeyDer::from_pem_slice(identity.key.as_bytes()).unwrap();
    let config = RustlsConfig::from_config(Arc::new(builder.with_single_cert(chain, key).unwrap()));
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let address = listener.local_addr().unwrap();
    let arrivals = Arrivals::default();
    let seen = Arc::clone(&arrivals);
    let router = Router::new().fallback(move |request: Request| answer(Arc::clone(&seen), request));
    let server = axum_server::from_tcp_rustls(listener, config).unwrap();
    tokio::spawn(server.serve(router.into_make_service()));
    Receiver {
        address,
        identity,
        arrivals,
    }
}

async fn answer(seen: Arrivals, request: Request) -> axum::response::Response {
    let (parts, body) = request.into_parts();
    let body = axum::body::to_bytes(body, 10_000_000).await.unwrap().to_vec();
    let path = parts.uri.path_and_query().unwrap().to_string();
    seen.lock().unwrap().push((path.clone(), parts.headers, body));
    match path.as_str() {
        "/307" => (axum::http::StatusCode::TEMPORARY_REDIRECT, [("location", "/stolen")]).into_response(),
        "/303" => (axum::http::StatusCode::SEE_OTHER, [("location", "/stolen")]).into_response(),
        "/429" => axum::http::StatusCode::TOO_MANY_REQUESTS.into_response(),
        "/502" => axum::http::StatusCode::BAD_GATEWAY.into_response(),
        "/503" => axum::http::StatusCode::SERVICE_UNAVAILABLE.into_response(),
        "/504" => axum::http::StatusCode::GATEWAY_TIMEOUT.into_response(),
        "/large" => vec![b'x'; LARGEST_RESPONSE + 1].into_response(),
        "/large-chunked" => Body::new(Chunks(20)).into_response(),
        "/later" => {
            let clock = ("date", "Tue, 03 Nov 2026 08:00:00 GMT");
            let until = ("retry-after", "Tue, 03 Nov 2026 08:00:12 GMT");
            (axum::http::StatusCode::TOO_MANY_REQUESTS, [clock, until]).into_response()
        }
        "/events" => ([("content-type", "Text/Event-Stream ; charset=utf-8")], "data: 1\n\n").into_response(),
        "/slow" => {
            tokio::time::sleep(Duration::from_secs(60)).await;
            "late".into_response()
        }
        _ => (
            axum::http::StatusCode::CREATED,
            [("x-own", "yes"), ("set-cookie", "a=b")],
            "\"id\"",
        )
            .into_response(),
    }
}

struct Chunks(usize);

impl HttpBody for Chunks {
    type Data = Bytes;
    type Error = std::convert::Infallible;

    fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        if self.0 == 0 {
            return Poll::Ready(None);
        }
        self.0 -= 1;
        Poll::Ready(Some(Ok(Frame::data(Bytes::from(vec![b'x'; 100_000])))))
    }
}

fn courier(set: impl FnOnce(&mut CourierOptions)) -> HttpCourier {
    let mut options = CourierOptions {
        allow_http_loopback: true,
        system_roots: false,
        ..CourierOptions::default()
    };
    set(&mut options);
    HttpCourier::new(options, surroundings()).unwrap()
}

/// Real clock and randomness; no one is told of refusals.
fn surroundings() -> Surroundings {
    Surroundings {
        clock: Arc::new(Now),
        entropy: Arc::new(Dice),
        on_refused: Arc::new(|_| {}),
        on_given: Arc::new(|_| {}),
    }
}

fn trusting(receiver: &Receiver) -> HttpCourier {
    courier(|o| o.extra_roots.push(receiver.identity.certificate.clone().into_bytes()))
}

fn endpoint(credential: Option<&str>, timeout_seconds: u16) -> Endpoint {
    Endpoint {
        adapter: AdapterId::parse("obedient").unwrap(),
        address: None,
        credential: credential.map(Into::into),
        settings: "{}".into(),
        her_id: None,
        org_number: None,
        limits: EndpointLimits {
            timeout_seconds,
            ..EndpointLimits::default()
        },
    }
}

fn released(request: Outgoing) -> Released<Frozen> {
    let notice = ControlNotice::receipt_to_sender(PartyId::parse("legen-as").unwrap(), None);
    Released::notice(
        &notice,
        DeliveryId(Uuid::from_u128(1)),
        Frozen {
            adapter: None,
            adapter_sha256: None,
            request,
        },
    )
}

fn at(address: SocketAddr) -> EndpointAddress {
    EndpointAddress::parse(&format!("https://localhost:{}", address.port())).unwrap()
}

/// Sends `request`. Also returns whether the request began.
async fn send(
    courier: &HttpCourier,
    address: &EndpointAddress,
    endpoint: &Endpoint,
    request: Outgoing,
) -> (Result<Response, SendError>, bool) {
    let start = begins_within(BEGIN_WITHIN);
    let response = courier.send(released(request), endpoint, address, &start).await;
    (response, start.has_begun())
}

fn begins_within(within: Duration) -> Start {
    let clock: Arc<dyn Clock> = Arc::new(Now);
    Start::new(&clock, within)
}

fn post(path: &str) -> Outgoing {
    Outgoing::post(path, "application/xml", b"<MsgHead/>".to_vec())
}

#[tokio::test]
async fn a_request_arrives_with_its_headers_and_the_answer_comes_back() {
    let receiver = receiver(None);
    let courier = trusting(&receiver);
    let mut address = at(receiver.address);
    address.base_path = "/api".into();
    let mut request = post("/Messages?x=1");
    for (name, value) in [
        ("api-version", "2"),
        ("X-Bindeledd-Kind", "question"),
        ("Authorization", "Bearer own"),
        ("Cookie", "a=b"),
    ] {
        request.headers.push((name.into(), value.into()));
    }
    let (response, begun) = send(&courier, &address, &endpoint(None, 5), request).await;
    let response = response.unwrap();
    assert!(begun);
    assert_eq!((response.status, response.body.as_slice()), (201, &b"\"id\""[..]));
    assert_eq!(response.header("x-own"), Some("yes"));
    assert_eq!(response.header("set-cookie"), None);
    let arrivals = receiver.arrivals.lock().unwrap();
    let (path, headers, body) = &arrivals[0];
    assert_eq!(
        (path.as_str(), body.as_slice()),
        ("/api/Messages?x=1", &b"<MsgHead/>"[..])
    );
    assert_eq!(headers["content-type"], "application/xml");
    assert_eq!(headers["content-length"], "10");
    assert_eq!(headers["x-bindeledd-kind"], "question");
    assert!(!headers.contains_key("authorization") && !headers.contains_key("cookie"));
}

#[tokio::test]
async fn a_date_to_wait_for_comes_to_the_adapter_as_seconds() {
    let receiver = receiver(None);
    let (response, _) = send(
        &trusting(&receiver),
        &at(receiver.address),
        &endpoint(None, 5),
        post("/later"),
    )
    .await;
    let response = response.unwrap();
    assert_eq!((response.status, response.retry_after()), (429, Some(12)));
    assert_eq!(response.header("date"), Some("Tue, 03 Nov 2026 08:00:00 GMT"));
}

#[tokio::test]
async fn a_stream_of_events_is_one_however_its_media_type_is_written() {
    let receiver = receiver(None);
    let courier = trusting(&receiver);
    let (endpoint, address) = (endpoint(None, 5), at(receiver.address));
    let stream = courier.stream(post("/events"), &endpoint, &address).await;
    let mut stream = stream.unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(stream.next().await, Some(()));
}

#[tokio::test]
async fn no_redirect_is_followed() {
    let receiver = receiver(None);
    let courier = trusting(&receiver);
    for status in [303, 307] {
        let (response, _) = send(
            &courier,
            &at(receiver.address),
            &endpoint(None, 5),
            post(&format!("/{status}")),
        )
        .await;
        assert_eq!(response.unwrap().status, status);
    }
    assert_eq!(receiver.arrivals.lock().unwrap().len(), 2);
}

#[tokio::test]
async fn an_answer_is_read_to_its_limit_and_no_further() {
    let receiver = receiver(None);
    let courier = trusting(&receiver);
    for path in ["/large", "/large-chunked"] {
        let (response, begun) = send(&courier, &at(receiver.address), &endpoint(None, 5), post(path)).await;
        assert!(begun);
        let error = response.unwrap_err();
        assert!(
            matches!(&error, SendError::Transient(_, what) if what.to_string().contains("larger than 1 MB")),
            "{error}"
        );
    }
}

#[tokio::test]
async fn an_endpoint_has_the_time_that_it_has() {
    let receiver = receiver(None);
    let (response, begun) = send(
        &trusting(&receiver),
        &at(receiver.address),
        &endpoint(None, 1),
        post("/slow"),
    )
    .await;
    assert!(begun);
    let error = response.unwrap_err();
    assert!(
        matches!(&error, SendError::Transient(_, what) if what.to_string().contains("time limit")),
        "{error}"
    );
}

#[tokio::test]
async fn a_bearer_goes_to_the_endpoints_that_name_it_and_to_no_other() {
    let receiver = receiver(None);
    let courier = courier(|o| {
        o.extra_roots.push(receiver.identity.certificate.clone().into_bytes());
        let kind = CredentialKind::Bearer(Source::held("s3cret"));
        o.credentials.insert(
            "gp".into(),
            Credential {
                kind,
                ..Credential::default()
            },
        );
        o.credentials.insert("open".into(), Credential::default());
    });
    let address = at(receiver.address);
    for credential in [Some("gp"), None, Some("open")] {
        send(&courier, &address, &endpoint(credential, 5), post("/in"))
            .await
            .0
            .unwrap();
    }
    assert_eq!(courier.probe(&endpoint(Some("gp"), 5), &address).await, Ok(201));
    let arrivals = receiver.arrivals.lock().unwrap();
    let shown: Vec<_> = arrivals
        .iter()
        .map(|(_, h, _)| h.get("authorization").map(|v| v.to_str().unwrap()))
        .collect();
    assert_eq!(shown, [Some("Bearer s3cret"), None, None, Some("Bearer s3cret")]);
    assert!(!format!("{courier:?}").contains("s3cret"));
}

#[tokio::test]
async fn a_credential_that_configuration_lacks_sends_nothing() {
    let receiver = receiver(None);
    let (response, begun) = send(
        &trusting(&receiver),
        &at(receiver.address),
        &endpoint(Some("gp"), 5),
        post("/in"),
    )
    .await;
    assert!(matches!(response, Err(SendError::Permanent(_))) && !begun);
    assert!(receiver.arrivals.lock().unwrap().is_empty());
}

#[tokio::test]
async fn a_certificate_is_shown_to_endpoints_that_ask_for_it() {
    let own = identity();
    let receiver = receiver(Some(&own));
    let courier = courier(|o| {
        o.extra_roots.push(receiver.identity.certificate.clone().into_bytes());
        o.credentials
            .insert("dps".into(), credentials::showing(&own.certificate, &own.key));
    });
    send(&courier, &at(receiver.address), &endpoint(Some("dps"), 5), post("/in"))
        .await
        .0
        .unwrap();
    let (without, _) = send(&courier, &at(receiver.address), &endpoint(None, 5), post("/in")).await;
    assert!(matches!(without, Err(SendError::Transient(_, _))));
    assert_eq!(receiver.arrivals.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn who_is_not_trusted_gets_nothing() {
    let receiver = receiver(None);
    let other = identity();
    let courier = courier(|o| {
        o.extra_roots.push(receiver.identity.certificate.clone().into_bytes());
        let roots = vec![other.certificate.clone().into_bytes()];
        o.credentials.insert(
            "pinned".into(),
            Credential {
                roots,
                ..Credential::default()
            },
        );
    });
    let (response, begun) = send(
        &courier,
        &at(receiver.address),
        &endpoint(Some("pinned"), 5),
        post("/in"),
    )
    .await;
    let error = response.unwrap_err();
    assert!(
        matches!(&error, SendError::Transient(_, what) if what.to_string().contains("certificate")),
        "{error}"
    );
    assert!(!begun && receiver.arrivals.lock().unwrap().is_empty());
}

#[tokio::test]
async fn a_connection_that_fails_never_begins() {
    let taken = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = taken.local_addr().unwrap();
    drop(taken);
    let courier = courier(|_| {});
    let (response, begun) = send(&courier, &at(address), &endpoint(None, 5), post("/in?secret=1")).await;
    let error = response.unwrap_err();
    assert!(
        matches!(&error, SendError::Transient(_, what) if what.to_string().contains("refused") && !what.to_string().contains("secret")),
        "{error}"
    );
    assert!(!begun);
}

#[tokio::test]
async fn what_has_not_begun_in_time_never_begins() {
    // The server accepts the connection and never answers the TLS handshake.
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = silent.local_addr().unwrap();
    let start = begins_within(Duration::from_millis(100));
    let (endpoint, address) = (endpoint(None, 60), at(address));
    let courier = courier(|_| {});
    let response = courier.send(released(post("/in")), &endpoint, &address, &start);
    let error = response.await.unwrap_err();
    assert!(
        matches!(&error, SendError::Transient(_, what) if what.to_string().contains("nothing was sent")),
        "{error}"
    );
    assert!(!start.has_begun());
}

/// The process or the machine was stopped. Its clock has gone on, and none of its timers has fired yet.
#[tokio::test]
async fn a_courier_that_wakes_too_late_hands_nothing_to_the_socket() {
    let receiver = receiver(None);
    let courier = trusting(&receiver);
    let (endpoint, address) = (endpoint(None, 60), at(receiver.address));
    // Once with a new connection, and once with an open one.
    for _ in 0..2 {
        let machine = Arc::new(Stopped::default());
        let clock: Arc<dyn Clock> = Arc::<Stopped>::clone(&machine);
        let start = Start::new(&clock, BEGIN_WITHIN);
        // The courier reads once how much time is left; the machine stops after that.
        machine.stops_after(1);
        let response = courier.send(released(post("/in")), &endpoint, &address, &start).await;
        assert!(
            matches!(&response, Err(SendError::Transient(_, what)) if what.to_string().contains("nothing was sent")),
            "{response:?}"
        );
        assert!(!start.has_begun());
        assert!(receiver.arrivals.lock().unwrap().is_empty());
        send(&courier, &address, &endpoint, post("/open")).await.0.unwrap();
        assert_eq!(std::mem::take(&mut *receiver.arrivals.lock().unwrap()).len(), 1);
    }
}

/// A clock on a machine that stops for three seconds after a given number of readings.
#[derive(Default)]
struct Stopped(std::sync::atomic::AtomicI64);

impl Stopped {
    fn stops_after(&self, readings: i64) {
        self.0.store(readings + 1, std::sync::atomic::Ordering::SeqCst);
    }
}

impl Clock for Stopped {
    fn now(&self) -> Timestamp {
        Now.now()
    }

    fn uptime(&self) -> Uptime {
        use std::sync::atomic::Ordering::SeqCst;
        let left = self.0.load(SeqCst);
        if left > 0 {
            self.0.store(left - 1, SeqCst);
        }
        // At 0 no stop is planned.
        let stopped = left == 1;
        if stopped {
            self.0.store(1, SeqCst);
        }
        let slept = if stopped {
            Duration::from_secs(3)
        } else {
            Duration::ZERO
        };
        Uptime(Now.uptime().0 + slept)
    }
}

#[tokio::test]
async fn a_request_without_a_body_does_not_leave() {
    let receiver = receiver(None);
    let empty = Outgoing::post("/in", "application/xml", Vec::new());
    let (response, begun) = send(&trusting(&receiver), &at(receiver.address), &endpoint(None, 5), empty).await;
    assert!(matches!(response, Err(SendError::Permanent(_))) && !begun);
    assert!(receiver.arrivals.lock().unwrap().is_empty());
}

#[tokio::test]
async fn a_request_begins_before_it_is_answered() {
    let receiver = receiver(None);
    let courier = trusting(&receiver);
    let start = begins_within(BEGIN_WITHIN);
    let (endpoint, address) = (endpoint(None, 5), at(receiver.address));
    let sending = courier.send(released(post("/slow")), &endpoint, &address, &start);
    tokio::select! {
        _ = sending => panic!("it was answered first"),
        () = start.decided() => assert!(start.has_begun()),
    }
}

#[tokio::test]
async fn an_answer_that_breaks_off_is_tried_again() {
    for answer in [
        "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf",
        "HTTP/1.1 200",
        "",
        "garbage\r\n\r\n",
    ] {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut head = [0; 4096];
            let _ = stream.read(&mut head).await.unwrap();
            stream.write_all(answer.as_bytes()).await.unwrap();
        });
        let address = EndpointAddress::parse(&format!("http://{address}")).unwrap();
        let (response, begun) = send(&courier(|_| {}), &address, &endpoint(None, 5), post("/in")).await;
        assert!(
            matches!(response, Err(SendError::Transient(_, _))),
            "{answer:?}: {response:?}"
        );
        assert!(begun);
    }
}

#[tokio::test]
async fn nothing_leaves_for_an_address_that_is_not_allowed() {
    let courier = courier(|_| {});
    for (address, path) in [
        ("http://10.0.0.1", "/in"),
        ("https://localhost:9", "/../in"),
        ("https://localhost:9", "//evil.example/"),
    ] {
        let address = EndpointAddress::parse(address).unwrap();
        let (response, begun) = send(&courier, &address, &endpoint(None, 5), post(path)).await;
        assert!(matches!(response, Err(SendError::Permanent(_))) && !begun, "{path}");
    }
}
