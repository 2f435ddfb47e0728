//! Token endpoints that lie, refuse, stall or are unreachable, and endpoints that refuse a token later.

use std::sync::atomic::{AtomicUsize, Ordering};

use axum::http::StatusCode;
use axum::routing::post as on_post;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use tokio::sync::Barrier;

use super::*;

/// Makes a token source for a client with a key.
pub(super) fn source(issuer: &str, key: &str) -> TokenSource {
    TokenSource {
        grant: Grant::ClientCredentials,
        issuer: issuer.to_owned(),
        token_endpoint: Some(format!("{issuer}/token")),
        client_id: "hub".into(),
        scope: "nhn:msh/api".into(),
        resource: None,
        client: ClientProof::Key {
            key: Source::held(key),
            key_id: Some("k".into()),
            algorithm: None,
        },
        dpop: false,
    }
}

/// The answers of a token endpoint, and the requests that it got.
#[derive(Default)]
struct Script {
    answer: Mutex<(u16, Value)>,
    retry_after: Mutex<Option<&'static str>>,
    asked: AtomicUsize,
    stall: Mutex<Duration>,
    /// Tokens that the resource refuses.
    refused: Mutex<Vec<String>>,
    taken: Mutex<Vec<String>>,
    /// Whether the resource wants a new nonce with each request.
    insatiable: Mutex<bool>,
    /// The nonce that the resource wants. The barrier holds requests without it until all of them have come.
    nonce: Mutex<Option<(&'static str, Arc<Barrier>)>>,
}

/// Returns the nonce of a request's proof.
fn nonce_of(request: &Request) -> Option<String> {
    let proof = request.headers().get("dpop")?.to_str().ok()?;
    let claims = URL_SAFE_NO_PAD.decode(proof.split('.').nth(1)?).ok()?;
    let claims: Value = serde_json::from_slice(&claims).ok()?;
    claims["nonce"].as_str().map(ToOwned::to_owned)
}

struct World {
    script: Arc<Script>,
    clock: Arc<Shifted>,
    courier: HttpCourier,
    address: EndpointAddress,
    told: Arc<AtomicUsize>,
    given: Arc<AtomicUsize>,
}

async fn token(script: Arc<Script>) -> impl IntoResponse {
    let n = script.asked.fetch_add(1, Ordering::SeqCst) + 1;
    let stall = *script.stall.lock().unwrap();
    tokio::time::sleep(stall).await;
    let (status, mut answer) = script.answer.lock().unwrap().clone();
    if answer.get("access_token").is_some_and(Value::is_string) {
        answer["access_token"] = format!("token-{n}").into();
    }
    let wait = script.retry_after.lock().unwrap().map(|wait| [("retry-after", wait)]);
    let headers = wait.unwrap_or([("x-own", "no wait")]);
    (StatusCode::from_u16(status).unwrap(), headers, axum::Json(answer))
}

async fn resource(script: Arc<Script>, request: Request) -> impl IntoResponse {
    let shown = request.headers()["authorization"].to_str().unwrap().to_owned();
    let wanted = script.nonce.lock().unwrap().clone();
    if let Some((nonce, crowd)) = wanted
        && nonce_of(&request).as_deref() != Some(nonce)
    {
        crowd.wait().await;
        let headers = [
            ("www-authenticate", "DPoP error=\"use_dpop_nonce\""),
            ("dpop-nonce", nonce),
        ];
        return (StatusCode::UNAUTHORIZED, headers).into_response();
    }
    if *script.insatiable.lock().unwrap() {
        let nonce = format!("n-{}", script.taken.lock().unwrap().len());
        script.taken.lock().unwrap().push(shown);
        let headers = [
            ("www-authenticate", "DPoP error=\"use_dpop_nonce\"".to_owned()),
            ("dpop-nonce", nonce),
        ];
        return (StatusCode::UNAUTHORIZED, headers).into_response();
    }
    if script
        .refused
        .lock()
        .unwrap()
        .iter()
        .any(|t| shown.ends_with(t.as_str()))
    {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    script.taken.lock().unwrap().push(shown);
    StatusCode::CREATED.into_response()
}

impl World {
    async fn new(set: impl FnOnce(&mut TokenSource, &mut CourierOptions)) -> Self {
        let script = Arc::new(Script::default());
        *script.answer.lock().unwrap() = (
            200,
            json!({"access_token": "", "token_type": "Bearer", "expires_in": 60}),
        );
        let (of_token, of_resource) = (Arc::clone(&script), Arc::clone(&script));
        let router = Router::new()
            .route("/token", on_post(move || token(Arc::clone(&of_token))))
            .fallback(move |request: Request| resource(Arc::clone(&of_resource), request));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        let clock = Arc::new(Shifted::default());
        let told = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&told);
        let given = Arc::new(AtomicUsize::new(0));
        let works = Arc::clone(&given);
        let mut source = source(&origin, &identity().key);
        let mut options = CourierOptions {
            allow_http_loopback: true,
            system_roots: false,
            ..CourierOptions::default()
        };
        set(&mut source, &mut options);
        let credential = Credential {
            kind: CredentialKind::Tokens(Box::new(source)),
            ..Credential::default()
        };
        options.credentials.insert("nhn".into(), credential);
        let around = Surroundings {
            clock: Arc::clone(&clock) as Arc<dyn Clock>,
            entropy: Arc::new(Dice),
            on_refused: Arc::new(move |name| {
                assert_eq!(name, "nhn");
                counted.fetch_add(1, Ordering::SeqCst);
            }),
            on_given: Arc::new(move |_| {
                works.fetch_add(1, Ordering::SeqCst);
            }),
        };
        Self {
            script,
            clock,
            courier: HttpCourier::new(options, around).unwrap(),
            address: EndpointAddress::parse(&origin).unwrap(),
            told,
            given,
        }
    }

    fn answers(&self, status: u16, answer: Value) {
        *self.script.answer.lock().unwrap() = (status, answer);
    }

    fn asked(&self) -> usize {
        self.script.asked.load(Ordering::SeqCst)
    }

    async fn sends(&self) -> Result<u16, String> {
        let (response, begun) = send(&self.courier, &self.address, &endpoint(Some("nhn"), 5), post("/in")).await;
        match response {
            Ok(response) => {
                assert!(begun);
                Ok(response.status)
            }
            Err(SendError::Transient(_, text)) => Err(text.to_string()),
            Err(SendError::Permanent(text)) => panic!("a token that is not there is never for good: {text}"),
        }
    }
}

fn good_for(seconds: &Value) -> Value {
    json!({"access_token": "", "token_type": "Bearer", "expires_in": seconds})
}

#[tokio::test]
async fn many_who_wait_for_a_token_ask_once() {
    let world = World::new(|_, _| {}).await;
    *world.script.stall.lock().unwrap() = Duration::from_millis(200);
    let sendings: Vec<_> = (0..50).map(|_| world.sends()).collect();
    let mut all = Vec::new();
    let set = std::pin::pin!(async {
        for sending in sendings {
            all.push(sending);
        }
        join_all(all).await
    });
    assert!(set.await.iter().all(|sent| *sent == Ok(201)));
    assert_eq!(world.asked(), 1);
    assert_eq!(world.script.taken.lock().unwrap().len(), 50);
}

/// Runs all of `futures` at once.
async fn join_all<F: Future>(futures: Vec<F>) -> Vec<F::Output> {
    let mut futures: Vec<_> = futures.into_iter().map(|f| (Box::pin(f), None)).collect();
    std::future::poll_fn(|cx| {
        let mut all = true;
        for (future, output) in &mut futures {
            if output.is_none() {
                match future.as_mut().poll(cx) {
                    Poll::Ready(made) => *output = Some(made),
                    Poll::Pending => all = false,
                }
            }
        }
        if all { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
    futures.into_iter().filter_map(|(_, output)| output).collect()
}

#[tokio::test]
async fn a_token_is_fetched_anew_before_it_is_too_old_and_beside_those_who_use_it() {
    let world = World::new(|_, _| {}).await;
    assert_eq!(world.sends().await, Ok(201));
    world.clock.forward(40);
    assert_eq!(world.sends().await, Ok(201));
    assert_eq!(world.asked(), 1, "it is good for 60 seconds");
    world.clock.forward(9);
    *world.script.stall.lock().unwrap() = Duration::from_millis(300);
    assert_eq!(world.sends().await, Ok(201));
    assert_eq!(
        *world.script.taken.lock().unwrap(),
        ["Bearer token-1"; 3],
        "nobody waited for the next one"
    );
    *world.script.stall.lock().unwrap() = Duration::ZERO;
    world.clock.forward(20);
    assert_eq!(world.sends().await, Ok(201));
    assert_ne!(world.script.taken.lock().unwrap()[3], "Bearer token-1");
}

#[tokio::test]
async fn what_an_endpoint_says_about_its_tokens_time_is_believed_within_reason() {
    // Each row: the stated lifetime, a number of seconds, and the number of fetches for twenty sendings at once and one more after
    // those seconds.
    for (told, after, fetched) in [
        (json!(0), 0, 1),
        (json!(0), 12, 2),
        (json!(-5), 0, 1),
        (json!(i64::MIN), 12, 2),
        (Value::Null, 30, 1),
        (Value::Null, 61, 2),
        (json!("60"), 30, 1),
        (json!("soon"), 61, 2),
        (json!(1e300), 61, 2),
        (json!(u64::MAX), 3000, 1),
        (json!(i64::MAX), 3601, 2),
    ] {
        let world = World::new(|_, _| {}).await;
        world.answers(200, good_for(&told));
        for _ in 0..20 {
            assert_eq!(world.sends().await, Ok(201), "{told}");
        }
        assert_eq!(world.asked(), 1, "{told}: twenty sendings do not ask twenty times");
        world.clock.forward(after);
        assert_eq!(world.sends().await, Ok(201), "{told}");
        assert_eq!(world.asked(), fetched, "{told}, after {after} seconds");
    }
}

#[tokio::test]
async fn a_token_that_is_refused_before_its_time_is_fetched_anew_once() {
    let world = World::new(|_, _| {}).await;
    world.answers(200, good_for(&json!(3600)));
    assert_eq!(world.sends().await, Ok(201));
    world.clock.forward(30);
    world.script.refused.lock().unwrap().push("token-1".into());
    assert_eq!(world.sends().await, Ok(201), "with another token");
    assert_eq!(world.asked(), 2);
    // A token that is always refused is not fetched again and again.
    world.script.refused.lock().unwrap().push("token-".into());
    world
        .script
        .refused
        .lock()
        .unwrap()
        .extend((0..100).map(|n| format!("token-{n}")));
    world.clock.forward(30);
    for _ in 0..20 {
        let text = world.sends().await.unwrap_err();
        assert!(text.contains("BL-4010"), "{text}");
    }
    assert_eq!(world.asked(), 3, "twenty refused sendings asked for one more token");
}

#[tokio::test]
async fn a_token_endpoint_that_is_away_is_not_stormed_and_is_asked_again() {
    let world = World::new(|_, _| {}).await;
    world.answers(
        503,
        json!({"error": "temporarily_unavailable", "error_description": "secret detail"}),
    );
    for _ in 0..20 {
        let text = world.sends().await.unwrap_err();
        assert!(
            text.contains("BL-4009") && text.contains("503") && !text.contains("detail"),
            "{text}"
        );
    }
    assert_eq!(world.asked(), 1);
    let mut pauses = Vec::new();
    for _ in 0..6 {
        let before = world.asked();
        let mut seconds = 0;
        while world.asked() == before {
            world.clock.forward(1);
            seconds += 1;
            world.sends().await.unwrap_err();
        }
        pauses.push(seconds);
    }
    assert_eq!(pauses, [1, 2, 4, 8, 16, 30], "growing, to half a minute");
    world.answers(200, good_for(&json!(60)));
    world.clock.forward(31);
    assert_eq!(world.sends().await, Ok(201));
    assert_eq!(
        world.told.load(Ordering::SeqCst),
        0,
        "being away is no fault of the configuration"
    );
}

#[tokio::test]
async fn a_token_endpoint_that_says_how_long_to_wait_is_not_asked_before() {
    let world = World::new(|_, _| {}).await;
    *world.script.retry_after.lock().unwrap() = Some("120");
    world.answers(503, json!({"error": "temporarily_unavailable"}));
    world.sends().await.unwrap_err();
    world.clock.forward(119);
    world.sends().await.unwrap_err();
    assert_eq!(world.asked(), 1);
    world.answers(200, good_for(&json!(60)));
    world.clock.forward(1);
    assert_eq!(world.sends().await, Ok(201));
}

#[tokio::test]
async fn a_hub_that_is_refused_tells_the_operator_once_and_goes_on_asking() {
    let world = World::new(|_, _| {}).await;
    for code in ["invalid_client", "invalid_scope", "unauthorized_client"] {
        world.answers(400, json!({"error": code}));
        let text = world.sends().await.unwrap_err();
        assert!(text.contains("BL-6013") && text.contains(code), "{text}");
        world.clock.forward(400);
    }
    assert_eq!(world.told.load(Ordering::SeqCst), 1);
    world.answers(200, good_for(&json!(60)));
    for _ in 0..3 {
        assert_eq!(world.sends().await, Ok(201));
        assert_eq!(
            world.given.load(Ordering::SeqCst),
            1,
            "the first token since the refusals is news"
        );
        world.clock.forward(100);
    }
    world.answers(401, json!({"error": "invalid_client"}));
    world.sends().await.unwrap_err();
    assert_eq!(world.told.load(Ordering::SeqCst), 2, "it was right in between");
}

#[tokio::test]
async fn an_answer_that_is_no_token_is_told_without_its_content() {
    let world = World::new(|_, _| {}).await;
    for answer in [
        json!({}),
        json!([]),
        json!({"access_token": 3}),
        json!({"error": "A Secret Text"}),
    ] {
        world.answers(200, answer.clone());
        let text = world.sends().await.unwrap_err();
        assert!(text.contains("BL-4009") && !text.contains("Secret"), "{answer}: {text}");
        world.clock.forward(31);
    }
}

#[tokio::test]
async fn a_slow_token_keeps_nothing_beginning_and_is_there_for_the_next() {
    let world = World::new(|_, _| {}).await;
    *world.script.stall.lock().unwrap() = Duration::from_millis(400);
    let start = begins_within(Duration::from_millis(100));
    let endpoint = endpoint(Some("nhn"), 5);
    let response = world
        .courier
        .send(released(post("/in")), &endpoint, &world.address, &start)
        .await;
    assert!(
        matches!(&response, Err(SendError::Transient(_, text)) if text.to_string().contains("nothing was sent")),
        "{response:?}"
    );
    assert!(!start.has_begun() && world.script.taken.lock().unwrap().is_empty());
    let deadline = Instant::now() + Duration::from_secs(10);
    while world.sends().await != Ok(201) {
        assert!(Instant::now() < deadline, "the fetch went on by itself");
    }
    assert_eq!(world.asked(), 1, "one fetch did for both");
}

#[tokio::test]
async fn a_clock_that_is_set_back_stops_nothing() {
    let world = World::new(|_, _| {}).await;
    world.clock.forward(86_400);
    world.answers(503, json!({}));
    world.sends().await.unwrap_err();
    world.answers(200, good_for(&json!(60)));
    world.clock.forward(-86_400);
    assert_eq!(world.sends().await, Ok(201), "a rest of yesterday's tomorrow is over");
    world.clock.forward(-86_400);
    world.script.refused.lock().unwrap().push("token-2".into());
    assert_eq!(world.sends().await, Ok(201), "a token from tomorrow is no young one");
}

/// The nonce that one request receives and keeps is still new to the other requests.
#[tokio::test]
async fn all_who_meet_a_new_nonce_at_a_time_try_again_at_once() {
    let world = World::new(|source, _| source.dpop = true).await;
    assert_eq!(world.sends().await, Ok(201));
    for nonce in ["n-1", "n-2", "n-3"] {
        *world.script.nonce.lock().unwrap() = Some((nonce, Arc::new(Barrier::new(4))));
        let all = join_all((0..4).map(|_| world.sends()).collect()).await;
        assert!(all.iter().all(|sent| *sent == Ok(201)), "{nonce}: {all:?}");
    }
    assert_eq!(world.sends().await, Ok(201), "the newest nonce is kept");
    assert_eq!(world.asked(), 1, "it is no matter of the token");
}

#[tokio::test]
async fn a_server_that_always_wants_another_nonce_is_given_up() {
    let world = World::new(|source, _| source.dpop = true).await;
    *world.script.insatiable.lock().unwrap() = true;
    let text = world.sends().await.unwrap_err();
    assert!(text.contains("BL-4010"), "{text}");
    assert_eq!(world.script.taken.lock().unwrap().len(), 2, "asked twice, not for ever");
    assert_eq!(world.asked(), 1, "it is no matter of the token");
}
