//! Malformed, slow and oversized input.

use std::time::Duration;

use bindeledd_core::PartyKind;
use bindeledd_engine::ports::{Actor, Parties as _};
use bindeledd_http::{Options, Rate, Server, ServerOptions};
use jiff::Timestamp;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::testing::{Hub, OPERATOR, OUTSIDER, PROVIDER, gateway, key_of, message, party, store_in};

async fn post(hub: &Hub, path: &str, body: Vec<u8>) -> (u16, Value) {
    hub.send("POST", path, Some(&key_of(PROVIDER)), "application/json", body)
        .await
}

#[tokio::test]
async fn each_kind_of_body_has_its_own_limit() {
    let hub = Hub::start().await;
    let documents = format!("/v1/parties/{PROVIDER}/documents");
    for (path, limit) in [
        (documents.as_str(), 5 * 1024 * 1024),
        ("/v1/messages", 256 * 1024),
        ("/v1/consents", 64 * 1024),
    ] {
        let (status, problem) = post(&hub, path, vec![b' '; limit + 1]).await;
        assert_eq!((status, problem["code"].as_str()), (413, Some("BL-1103")), "{path}");
        let (status, problem) = post(&hub, path, vec![b' '; limit]).await;
        assert_eq!(status, 422, "{path} takes {limit} bytes: {problem}");
    }
    // The body is a stream without a declared length.
    let chunks = reqwest::Body::wrap(Endless);
    let request = hub
        .http
        .post(format!("{}/v1/messages", hub.base))
        .bearer_auth(key_of(PROVIDER))
        .body(chunks);
    assert_eq!(request.send().await.unwrap().status(), 413);
}

/// A caller that sends `Expect: 100-continue` is refused before it has sent anything.
#[tokio::test]
async fn a_body_that_is_announced_as_too_large_is_never_asked_for() {
    let (server, _folder) = plain(|_| {}, Duration::from_secs(5)).await;
    let head = |key: &str, path: &str, length: &str, expect: &str| {
        format!(
            "POST {path} HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {key}\r\ncontent-type: application/json\r\n\
             content-length: {length}\r\nexpect: {expect}\r\nconnection: close\r\n\r\n"
        )
    };
    let documents = format!("/v1/parties/{PROVIDER}/documents");
    for (path, length) in [
        (documents.as_str(), "52428800"),
        (documents.as_str(), "5242881"),
        ("/v1/messages", "262145"),
        ("/v1/consents", "99999999999999999999"),
        ("/v1/consents", "65537"),
    ] {
        for expect in ["100-continue", "100-Continue"] {
            let answer = raw(&server, head(&key_of(PROVIDER), path, length, expect).as_bytes(), false).await;
            let refused = answer.starts_with("HTTP/1.1 413 ") && answer.contains("BL-1103");
            // The server itself refuses a length that is not a number of bytes.
            let is_number = length.len() < 20;
            assert!(
                refused || (!is_number && answer.starts_with("HTTP/1.1 400 ")),
                "{path} {length}: {answer}"
            );
        }
    }
    let answer = raw(
        &server,
        head("blk_nobodys", "/v1/messages", "300", "100-continue").as_bytes(),
        false,
    )
    .await;
    assert!(answer.starts_with("HTTP/1.1 401 "), "{answer}");
    // A body within the limit is asked for, and accepted.
    let body = message("m-asked").to_string();
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    let length = body.len().to_string();
    let head = head(&key_of(PROVIDER), "/v1/messages", &length, "100-continue");
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut asked = [0; 25];
    stream.read_exact(&mut asked).await.unwrap();
    assert_eq!(&asked, b"HTTP/1.1 100 Continue\r\n\r\n");
    stream.write_all(body.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 202 "), "{answer}");
}

struct Endless;

impl axum::body::HttpBody for Endless {
    type Data = axum::body::Bytes;
    type Error = std::convert::Infallible;

    fn poll_frame(
        self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Result<http_body::Frame<Self::Data>, Self::Error>>> {
        let chunk = axum::body::Bytes::from_static(&[b' '; 8192]);
        std::task::Poll::Ready(Some(Ok(http_body::Frame::data(chunk))))
    }
}

#[tokio::test]
async fn what_can_not_be_read_is_refused_with_its_place() {
    let hub = Hub::start().await;
    let whole = message("m-1").to_string();
    let bodies = [
        "[".repeat(100_000).into_bytes(),
        "{\"kind\":".repeat(20_000).into_bytes(),
        b"{\"kind\": \"\xff\xfe\"}".to_vec(),
        whole.as_bytes()[..whole.len() / 2].to_vec(),
        Vec::new(),
        b"\0".to_vec(),
    ];
    for path in ["/v1/messages", "/v1/consents"] {
        for body in &bodies {
            let body = body[..body.len().min(60_000)].to_vec();
            let (status, problem) = post(&hub, path, body).await;
            assert_eq!(
                (status, problem["code"].as_str()),
                (422, Some("BL-1001")),
                "{path}: {problem}"
            );
            assert!(problem["path"].as_str().unwrap().starts_with("line "), "{problem}");
        }
    }
    assert_eq!(
        post(&hub, "/v1/messages", whole.into_bytes()).await.0,
        202,
        "and the next one is taken"
    );
}

#[tokio::test]
async fn a_name_twice_is_refused_with_its_place_and_a_mark_before_the_body_is_passed_over() {
    let hub = Hub::start().await;
    let whole = message("m-2").to_string();
    for path in ["/v1/messages", "/v1/consents"] {
        for twice in [
            "{\"kind\":\"answer\",",
            "{\"x\":{\"nationalId\":\"1\",\"nationalId\":\"2\"},",
        ] {
            let body = whole.replacen('{', twice, 1);
            let (status, problem) = post(&hub, path, body.into_bytes()).await;
            assert_eq!(
                (status, problem["code"].as_str()),
                (422, Some("BL-1001")),
                "{path}: {problem}"
            );
            let place = problem["path"].as_str().unwrap();
            assert!(place.starts_with("line 1 column ") && place.ends_with(')'), "{problem}");
        }
        let wide: Vec<u8> = whole.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let (status, problem) = post(&hub, path, wide).await;
        assert_eq!(
            (status, problem["code"].as_str()),
            (422, Some("BL-1001")),
            "{path}: {problem}"
        );
        assert!(problem["expected"].as_str().unwrap().contains("UTF-16"), "{problem}");
    }
    let marked = format!("\u{feff}{whole}");
    assert_eq!(post(&hub, "/v1/messages", marked.into_bytes()).await.0, 202);
}

#[tokio::test]
async fn a_compressed_body_is_not_unfolded() {
    let hub = Hub::start().await;
    let request = hub
        .http
        .post(format!("{}/v1/messages", hub.base))
        .bearer_auth(key_of(PROVIDER));
    let response = request
        .header("content-encoding", "gzip")
        .body("x")
        .send()
        .await
        .unwrap();
    assert_eq!(response.status(), 415);
}

#[tokio::test]
async fn a_query_that_the_route_does_not_have_is_refused() {
    let hub = Hub::start().await;
    let documents = format!("/v1/parties/{PROVIDER}/documents?adapter=gp-dialogmelding");
    let (status, problem) = post(&hub, &documents, b"nothing".to_vec()).await;
    assert_eq!((status, problem["code"].as_str()), (422, Some("BL-1003")));
    for (path, code) in [
        ("/v1/admin/messages?limit=0", "BL-1004"),
        ("/v1/admin/messages?limit=501", "BL-1004"),
        ("/v1/admin/messages?limit=1&limit=2", "BL-1004"),
        ("/v1/admin/messages?state=lost", "BL-1005"),
        ("/v1/admin/messages?kind=x", "BL-1005"),
        ("/v1/admin/messages?participant=15720255178", "BL-1004"),
        ("/v1/admin/messages?party=finnes-ikke", "BL-1004"),
        ("/v1/admin/messages?offset=1", "BL-1003"),
        ("/v1/admin/alerts?kind=x", "BL-1005"),
        ("/v1/admin/audit?from=x", "BL-1004"),
        ("/v1/admin/audit?action=x", "BL-1005"),
        ("/v1/admin/audit?actor=persons", "BL-1004"),
        ("/v1/admin/audit?from=1&actor=hub", "BL-1004"),
    ] {
        let (status, problem) = hub.ask("GET", path, Some(OPERATOR), &Value::Null).await;
        assert_eq!((status, problem["code"].as_str()), (422, Some(code)), "{path}");
        assert!(!problem.to_string().contains("15720255178"));
    }
    for path in [
        "/v1/admin/messages?state=blocked&kind=question&limit=500",
        "/v1/admin/alerts?kind=receipt-overdue",
    ] {
        assert_eq!(
            hub.ask("GET", path, Some(OPERATOR), &Value::Null).await.0,
            200,
            "{path}"
        );
    }
}

#[tokio::test]
async fn one_partys_haste_costs_another_nothing() {
    let hub = Hub::with(|o| o.party_rate = Rate::new(1, 3)).await;
    let inbox = |party: &'static str| {
        let hub = &hub;
        async move {
            hub.ask(
                "GET",
                &format!("/v1/parties/{party}/inbox"),
                Some(&key_of(party)),
                &Value::Null,
            )
            .await
        }
    };
    for _ in 0..3 {
        assert_eq!(inbox(PROVIDER).await.0, 200);
    }
    let (status, problem) = inbox(PROVIDER).await;
    assert_eq!((status, problem["code"].as_str()), (429, Some("BL-1105")));
    assert_eq!(inbox(OUTSIDER).await.0, 200);
}

#[tokio::test]
async fn who_guesses_keys_is_slowed_down_and_told_for_how_long() {
    let hub = Hub::with(|o| o.unknown_rate = Rate::new(1, 2)).await;
    let guess = || {
        hub.http
            .get(format!("{}/v1/admin/parties", hub.base))
            .bearer_auth("blk_guess")
            .send()
    };
    assert_eq!(guess().await.unwrap().status(), 401);
    assert_eq!(guess().await.unwrap().status(), 401);
    let response = guess().await.unwrap();
    assert_eq!(response.status(), 429);
    let wait: u32 = response.headers()["retry-after"].to_str().unwrap().parse().unwrap();
    assert!((1..=2).contains(&wait));
    assert_eq!(
        hub.ask("GET", "/v1/admin/parties", Some(OPERATOR), &Value::Null)
            .await
            .0,
        200
    );
}

#[tokio::test]
async fn a_party_has_a_bounded_number_of_requests_under_way_and_the_hub_too() {
    let hub = Hub::with(|o| o.shares.requests_per_party = 1).await;
    let documents = format!("/v1/parties/{PROVIDER}/documents");
    let first = post(&hub, &documents, b"slow".to_vec());
    let second = async {
        tokio::time::sleep(Duration::from_millis(150)).await;
        post(&hub, &documents, b"nothing".to_vec()).await
    };
    let (first, second) = tokio::join!(first, second);
    assert_eq!((first.0, second.0), (202, 429));
    // When every shared place is taken, a party still has a few places, and the operator has its own.
    let hub = Hub::with(|o| o.shares.requests = 1).await;
    let slow = || post(&hub, &documents, b"slow".to_vec());
    let four = async { tokio::join!(slow(), slow(), slow(), slow()) };
    let fifth = async {
        tokio::time::sleep(Duration::from_millis(150)).await;
        let health = hub.ask("GET", "/healthz", None, &Value::Null).await.0;
        let operator = hub
            .ask("GET", "/v1/admin/parties", Some(OPERATOR), &Value::Null)
            .await
            .0;
        (post(&hub, &documents, b"nothing".to_vec()).await, health, operator)
    };
    let (four, (fifth, health, operator)) = tokio::join!(four, fifth);
    assert_eq!([four.0.0, four.1.0, four.2.0, four.3.0], [202; 4]);
    assert_eq!(
        (fifth.0, fifth.1["code"].as_str(), health, operator),
        (503, Some("BL-1109"), 200, 200)
    );
}

#[tokio::test]
async fn a_request_ends_when_its_time_is_over() {
    let hub = Hub::with(|o| o.request_timeout = Duration::from_millis(200)).await;
    let (status, problem) = post(&hub, &format!("/v1/parties/{PROVIDER}/documents"), b"stuck".to_vec()).await;
    assert_eq!((status, problem["code"].as_str()), (504, Some("BL-1111")));
}

/// A hub on plain HTTP, to which a test sends malformed requests.
async fn plain(set: impl FnOnce(&mut Options), header: Duration) -> (Server, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    (plain_in(folder.path(), set, header).await, folder)
}

async fn plain_in(folder: &std::path::Path, set: impl FnOnce(&mut Options), header: Duration) -> Server {
    let gateway = gateway(folder, set).await;
    let mut options = ServerOptions::new("127.0.0.1:0".parse().unwrap(), None);
    options.header_timeout = header;
    Server::start(gateway.router(), &options).unwrap()
}

/// New parties may not have reserved ids. A store from before that rule may hold such a party, which stays usable.
#[tokio::test]
async fn a_party_of_an_older_store_keeps_an_id_that_is_taken_since() {
    let folder = tempfile::tempdir().unwrap();
    let store = store_in(folder.path());
    let old = party("operator", PartyKind::AftProvider);
    store
        .put_party(&old, &Actor::Operator, Timestamp::UNIX_EPOCH)
        .await
        .unwrap();
    drop(store);
    let server = plain_in(folder.path(), |_| {}, Duration::from_secs(5)).await;
    for (id, status) in [("operator", 200), ("hub", 422)] {
        let body = json!({"id": id, "name": "Et nytt navn", "kind": "aft-provider"}).to_string();
        let request = format!(
            "POST /v1/admin/parties HTTP/1.1\r\nhost: localhost\r\nx-api-key: {OPERATOR}\r\ncontent-length: {}\r\n\
             connection: close\r\n\r\n{body}",
            body.len()
        );
        let answer = raw(&server, request.as_bytes(), false).await;
        assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{id}: {answer}");
    }
}

/// Sends bytes and reads the answer until the hub closes the connection.
async fn raw(server: &Server, bytes: &[u8], then_close: bool) -> String {
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    stream.write_all(bytes).await.unwrap();
    if then_close {
        stream.shutdown().await.unwrap();
    }
    let mut answer = Vec::new();
    let read = tokio::time::timeout(Duration::from_secs(5), stream.read_to_end(&mut answer)).await;
    read.expect("the hub closes").ok();
    String::from_utf8_lossy(&answer).into_owned()
}

#[tokio::test]
async fn an_answer_before_the_body_was_read_says_that_the_connection_closes() {
    let (server, _folder) = plain(|_| {}, Duration::from_secs(5)).await;
    for (line, key) in [
        ("POST /v1/messages", "blk_wrong"),
        ("POST /v1/nowhere", OPERATOR),
        ("PATCH /v1/messages", OPERATOR),
    ] {
        let head =
            format!("{line} HTTP/1.1\r\nhost: localhost\r\nx-api-key: {key}\r\ncontent-length: 100000\r\n\r\n{{");
        let answer = raw(&server, head.as_bytes(), false).await;
        assert!(answer.contains("\r\nconnection: close\r\n"), "{line}: {answer}");
    }
    // A client that sends its whole body first reads the answer to it, and the next answer over the same connection.
    for (line, key) in [
        ("POST /v1/admin/parties/import", "blk_wrong"),
        ("POST /v1/nowhere", OPERATOR),
    ] {
        let mut two =
            format!("{line} HTTP/1.1\r\nhost: localhost\r\nx-api-key: {key}\r\ncontent-length: 1000000\r\n\r\n");
        two.push_str(&" ".repeat(1_000_000));
        two.push_str("GET /healthz HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n");
        let answers = raw(&server, two.as_bytes(), false).await;
        let (first, second) = answers.rsplit_once("HTTP/1.1 ").unwrap();
        assert!(first.starts_with("HTTP/1.1 40") && !first.contains("close"), "{first}");
        assert!(second.starts_with("200 "), "{second}");
    }
    // After a request whose body was read, the connection serves the next request.
    let key = key_of(PROVIDER);
    let two = format!(
        "POST /v1/messages HTTP/1.1\r\nhost: localhost\r\nx-api-key: {key}\r\ncontent-length: 2\r\n\r\n{{}}\
         GET /healthz HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n"
    );
    let answers = raw(&server, two.as_bytes(), false).await;
    let (first, second) = answers.rsplit_once("HTTP/1.1 ").unwrap();
    assert!(
        first.starts_with("HTTP/1.1 422 ") && !first.contains("close"),
        "{first}"
    );
    assert!(second.starts_with("200 "), "{second}");
}

#[tokio::test]
async fn a_body_over_its_callers_share_is_refused_once_it_has_come() {
    let (server, _folder) = plain(|o| o.shares.bytes_per_party = 64 * 1024, Duration::from_secs(5)).await;
    let (size, key) = (4 * 1024 * 1024, key_of(PROVIDER));
    let mut request = format!(
        "POST /v1/parties/{PROVIDER}/documents HTTP/1.1\r\nhost: localhost\r\nx-api-key: {key}\r\n\
         content-length: {size}\r\nconnection: close\r\n\r\n"
    )
    .into_bytes();
    request.resize(request.len() + size, b' ');
    let answer = raw(&server, &request, false).await;
    assert!(answer.starts_with("HTTP/1.1 429 "), "{answer}");
}

#[tokio::test]
async fn a_body_that_comes_too_slowly_or_breaks_off_is_nothing_done() {
    let (server, _folder) = plain(|o| o.body_timeout = Duration::from_millis(200), Duration::from_secs(5)).await;
    let head = format!(
        "POST /v1/messages HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {}\r\ncontent-length: 500\r\nconnection: close\r\n\r\n",
        key_of(PROVIDER)
    );
    let slow = raw(&server, format!("{head}{{\"kind\"").as_bytes(), false).await;
    assert!(slow.starts_with("HTTP/1.1 408 ") && slow.contains("BL-1110"), "{slow}");
    raw(&server, format!("{head}{}", message("m-1")).as_bytes(), true).await;
    let answer = raw(
        &server,
        format!(
            "GET /v1/admin/messages HTTP/1.1\r\nhost: localhost\r\nx-api-key: {OPERATOR}\r\nconnection: close\r\n\r\n"
        )
        .as_bytes(),
        false,
    )
    .await;
    assert!(answer.ends_with("{\"messages\":[]}"), "{answer}");
}

/// The key is checked when the head of a request comes, and again when its body has come.
#[tokio::test]
async fn a_body_that_comes_after_its_key_was_revoked_does_nothing() {
    for (action, order, code) in [
        ("suspend", Value::Null, "BL-6022"),
        ("keys/revoke", json!({"all": true}), "BL-1101"),
    ] {
        let (server, _folder) = plain(|_| {}, Duration::from_secs(5)).await;
        let operator = async |method: &str, path: &str, body: &Value| {
            let body = body.to_string();
            let request = format!(
                "{method} {path} HTTP/1.1\r\nhost: localhost\r\nx-api-key: {OPERATOR}\r\ncontent-length: {}\r\n\
                 connection: close\r\n\r\n{body}",
                body.len()
            );
            raw(&server, request.as_bytes(), false).await
        };
        let mut stream = TcpStream::connect(server.address).await.unwrap();
        let text = message("m-late").to_string();
        let (first, second) = text.split_at(10);
        let head = format!(
            "POST /v1/messages HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {}\r\ncontent-length: {}\r\n\
             connection: close\r\n\r\n{first}",
            key_of(PROVIDER),
            text.len()
        );
        stream.write_all(head.as_bytes()).await.unwrap();
        let keys = format!("/v1/admin/parties/{PROVIDER}/keys");
        // The hub has identified the caller once the key shows a last use.
        while !operator("GET", &keys, &Value::Null).await.contains("lastUsed") {
            tokio::task::yield_now().await;
        }
        let done = operator("POST", &format!("/v1/admin/parties/{PROVIDER}/{action}"), &order).await;
        assert!(done.starts_with("HTTP/1.1 200 "), "{done}");
        stream.write_all(second.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        assert!(answer.contains(code), "{answer}");
        let messages = operator("GET", "/v1/admin/messages", &Value::Null).await;
        assert!(messages.ends_with("{\"messages\":[]}"), "{messages}");
    }
}

#[tokio::test]
async fn a_head_that_never_ends_is_closed() {
    let (server, _folder) = plain(|_| {}, Duration::from_millis(200)).await;
    let answer = raw(&server, b"GET /healthz HTTP/1.1\r\nhost: local", false).await;
    assert!(!answer.contains("200 OK"), "{answer}");
    let huge = format!(
        "GET /healthz HTTP/1.1\r\nhost: localhost\r\nx: {}\r\n\r\n",
        "y".repeat(100_000)
    );
    assert!(raw(&server, huge.as_bytes(), false).await.starts_with("HTTP/1.1 431 "));
}

#[tokio::test]
async fn a_party_document_has_its_place_named_too() {
    let hub = Hub::start().await;
    for (party, path) in [
        (json!({"name": "x", "kind": "gp"}), "id"),
        (json!({"id": "Æ", "name": "x", "kind": "gp"}), "id"),
        (json!({"id": "ny-as", "name": "x", "kind": "pub"}), "kind"),
        (json!({"id": "ny-as", "name": "x", "kind": "gp", "herId": "0"}), "herId"),
        (
            json!({"id": "ny-as", "name": "x", "kind": "gp", "orgNumber": "915933148"}),
            "orgNumber",
        ),
        (
            json!({"id": "ny-as", "name": "x", "kind": "gp", "trusts": ["finnes-ikke"]}),
            "trusts",
        ),
        (json!({"id": "ny-as", "name": "x", "kind": "gp", "key": "x"}), "key"),
        (
            json!({"id": "ny-as", "name": "x", "kind": "gp", "endpoint": {"adapter": "unknown"}}),
            "endpoint.adapter",
        ),
        (
            json!({"id": "ny-as", "name": "x", "kind": "gp", "endpoint": {"adapter": "obedient", "address": "ftp://x"}}),
            "endpoint.address",
        ),
        (
            json!({"id": "ny-as", "name": "x", "kind": "gp", "endpoint": {"adapter": "obedient", "limits": {"inFlight": 0}}}),
            "endpoint.limits.inFlight",
        ),
    ] {
        let (status, problem) = hub.ask("POST", "/v1/admin/parties", Some(OPERATOR), &party).await;
        assert_eq!(
            (status, problem["path"].as_str()),
            (422, Some(path)),
            "{party}: {problem}"
        );
    }
}
