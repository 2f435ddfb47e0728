//! Callers that show a signed token: from a known or unknown issuer, valid, expired, for another audience, bound, forged,
//! replayed.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::routing::get;
use axum::{Json, Router};
use bindeledd_core::PartyName;
use bindeledd_engine::ports::{Clock as _, Entropy as _};
use bindeledd_http::jose::{PossessionKey, SigningKey, sha256};
use bindeledd_http::{Fetch, IssuerOptions, Issuers, PartyBy};
use serde_json::{Value, json};

use crate::outbound::{CourierOptions, HttpFetch};
use crate::testing::{Dice, GP, Hub, OPERATOR, PROVIDER, PROVIDER_ORG, Shifted};

const AUDIENCE: &str = "https://hub.example";

/// A test issuer, which has one key at a time.
struct Own {
    address: String,
    keys: Arc<Mutex<Value>>,
    asked: Arc<AtomicUsize>,
    signing: SigningKey,
}

fn new_key(kid: &str) -> (SigningKey, Value) {
    use base64::Engine as _;
    use rcgen::PublicKeyData as _;
    let pair = rcgen::KeyPair::generate().unwrap();
    let point = pair.der_bytes();
    let text = |bytes: &[u8]| base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(bytes);
    let open = json!({
        "kty": "EC", "crv": "P-256", "use": "sig", "kid": kid, "x": text(&point[1..33]), "y": text(&point[33..]),
    });
    let key = SigningKey::parse(pair.serialize_pem().as_bytes(), None, Some(kid)).unwrap();
    (key, open)
}

impl Own {
    async fn new() -> Self {
        let (signing, open) = new_key("k1");
        // Keys of a type that the hub does not know do no harm.
        let keys = Arc::new(Mutex::new(json!({"keys": [{"kty": "NEW", "kid": "x"}, open]})));
        let (sent, asked) = (Arc::clone(&keys), Arc::new(AtomicUsize::new(0)));
        let counted = Arc::clone(&asked);
        let answer = move || {
            counted.fetch_add(1, Ordering::SeqCst);
            let keys = sent.lock().unwrap().clone();
            async move { Json(keys) }
        };
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let router = Router::new().route("/jwks", get(answer));
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self {
            address,
            keys,
            asked,
            signing,
        }
    }

    fn options(&self, party_claim: &str, party_by: PartyBy) -> IssuerOptions {
        IssuerOptions {
            name: "own".into(),
            issuer: self.address.clone(),
            audience: AUDIENCE.into(),
            party_claim: party_claim.into(),
            party_by,
            jwks_uri: Some(format!("{}/jwks", self.address)),
            algorithms: Vec::new(),
            origin: Some(AUDIENCE.into()),
            bound_only: false,
            longest: 3600,
        }
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }

    /// Makes a token for the provider that is valid for a minute, after the test has changed its claims.
    fn token(&self, clock: &Shifted, change: impl FnOnce(&mut Value)) -> String {
        let now = clock.now().as_second();
        let mut claims = json!({
            "iss": self.address, "aud": [AUDIENCE, "another"], "iat": now, "nbf": now, "exp": now + 60, "org": PROVIDER_ORG,
            "client_id": "of-gp",
        });
        change(&mut claims);
        self.signing.sign("at+jwt", &claims).unwrap()
    }
}

fn fetch(reach: &CourierOptions) -> Arc<dyn Fetch> {
    Arc::new(HttpFetch::new(reach).unwrap())
}

async fn hub(clock: &Arc<Shifted>, issuers: Vec<IssuerOptions>) -> Hub {
    let reach = CourierOptions {
        allow_http_loopback: true,
        ..CourierOptions::default()
    };
    // The hub counts as started a minute ago, so that it accepts proofs.
    let started = clock.now() - jiff::SignedDuration::from_secs(60);
    let made = Issuers::new(issuers, &fetch(&reach), started);
    Hub::at(Arc::clone(clock) as _, &[], |o| {
        o.issuers = Some(made);
        o.unknown_rate = bindeledd_http::Rate::new(10_000, 10_000);
    })
    .await
}

fn inbox(party: &str) -> String {
    format!("/v1/parties/{party}/inbox")
}

async fn asks(hub: &Hub, party: &str, token: &str) -> (u16, String) {
    let (status, answer) = hub.ask("GET", &inbox(party), Some(token), &Value::Null).await;
    (status, answer["detail"].as_str().unwrap_or_default().to_owned())
}

#[tokio::test]
async fn a_token_is_the_party_that_its_claim_names_and_no_other() {
    let (own, clock) = (Own::new().await, Arc::new(Shifted::default()));
    let clients = BTreeMap::from([("of-gp".to_owned(), PartyName::parse(GP).unwrap())]);
    for (claim, by, party, other) in [
        ("org", PartyBy::OrgNumber, PROVIDER, GP),
        ("consumer", PartyBy::OrgNumber, PROVIDER, GP),
        ("client_id", PartyBy::Clients(clients), GP, PROVIDER),
    ] {
        let hub = hub(&clock, vec![own.options(claim, by)]).await;
        let consumer = json!({"authority": "iso6523-actorid-upis", "ID": format!("0192:{PROVIDER_ORG}")});
        let token = own.token(&clock, |c| c["consumer"] = consumer);
        assert_eq!(asks(&hub, party, &token).await.0, 200, "{claim}");
        assert_eq!(asks(&hub, party, &token).await.0, 200, "as often as it is shown");
        assert_eq!(asks(&hub, other, &token).await.0, 403, "{claim}");
        let (status, _) = hub.ask("GET", "/v1/admin/parties", Some(&token), &Value::Null).await;
        assert_eq!(status, 403, "nobody is the operator by a token");
        let nobody = own.token(&clock, |c| {
            c["org"] = "974760924".into();
            c["client_id"] = "stranger".into();
        });
        let (status, detail) = asks(&hub, party, &nobody).await;
        assert!(status == 401 && detail.contains("names no party"), "{claim}: {detail}");
    }
    assert_eq!(own.asked(), 3, "each hub fetches the keys once");
}

#[tokio::test]
async fn a_suspended_partys_token_is_refused() {
    let (own, clock) = (Own::new().await, Arc::new(Shifted::default()));
    let hub = hub(&clock, vec![own.options("org", PartyBy::OrgNumber)]).await;
    let token = own.token(&clock, |_| {});
    for (action, expected) in [("suspend", 403), ("unsuspend", 200)] {
        let path = format!("/v1/admin/parties/{PROVIDER}/{action}");
        let (status, _) = hub.ask("POST", &path, Some(OPERATOR), &Value::Null).await;
        assert_eq!((status, asks(&hub, PROVIDER, &token).await.0), (200, expected));
    }
}

#[tokio::test]
async fn a_token_that_is_not_for_here_and_now_is_refused_with_what_to_do() {
    let (own, clock) = (Own::new().await, Arc::new(Shifted::default()));
    let hub = hub(&clock, vec![own.options("org", PartyBy::OrgNumber)]).await;
    let now = clock.now().as_second();
    let made = |change: &dyn Fn(&mut Value)| own.token(&clock, |claims| change(claims));
    for (token, why) in [
        (made(&|c| c["exp"] = (now - 31).into()), "expired"),
        (made(&|c| c["exp"] = (-1).into()), "expired"),
        (made(&|c| c["exp"] = "tomorrow".into()), "can be read"),
        (made(&|c| c["exp"] = Value::Null), "can be read"),
        (made(&|c| drop(c.as_object_mut().unwrap().remove("exp"))), "can be read"),
        (made(&|c| c["nbf"] = (now + 90).into()), "not good yet"),
        (made(&|c| c["iat"] = (now + 90).into()), "not good yet"),
        (made(&|c| c["aud"] = "another".into()), "somebody else"),
        (made(&|c| c["aud"] = json!([])), "somebody else"),
        (
            made(&|c| drop(c.as_object_mut().unwrap().remove("aud"))),
            "somebody else",
        ),
        (made(&|c| c["iss"] = "https://evil.example".into()), "no issuer"),
        (made(&|c| c["iss"] = Value::Null), "no issuer"),
        (made(&|c| c["cnf"] = json!({"strange": "x"})), "no proof"),
        (made(&|c| c["cnf"] = json!({"x5t#S256": "x"})), "another certificate"),
        (own.signing.sign("dpop+jwt", &json!({})).unwrap(), "can be read"),
        ("a.b.c".to_owned(), "can be read"),
    ] {
        let (status, answer) = hub.ask("GET", &inbox(PROVIDER), Some(&token), &Value::Null).await;
        let detail = answer["detail"].as_str().unwrap();
        assert!(status == 401 && detail.contains(why), "{why}: {status} {detail}");
        assert_eq!(answer["code"], "BL-1113", "{why}");
        assert!(
            answer["whatToDo"].is_string() && !answer.to_string().contains(&token),
            "{why}"
        );
    }
    // Clocks may differ by half a minute.
    let (late, early) = (
        made(&|c| c["exp"] = (now - 20).into()),
        made(&|c| c["nbf"] = (now + 20).into()),
    );
    assert_eq!(
        (
            asks(&hub, PROVIDER, &late).await.0,
            asks(&hub, PROVIDER, &early).await.0
        ),
        (200, 200)
    );
}

#[tokio::test]
async fn a_forged_token_is_refused() {
    let (own, clock) = (Own::new().await, Arc::new(Shifted::default()));
    let hub = hub(&clock, vec![own.options("org", PartyBy::OrgNumber)]).await;
    let good = own.token(&clock, |_| {});
    let (stranger, _) = new_key("k1");
    let claims: Value = bindeledd_http::jose::unverified(&good).unwrap();
    let parts: Vec<_> = good.split('.').collect();
    let b64 = |text: &str| {
        use base64::Engine as _;
        base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(text)
    };
    for (what, token) in [
        ("by another key of that name", stranger.sign("at+jwt", &claims).unwrap()),
        ("by nobody", format!("{}.{}.", b64(r#"{"alg":"none"}"#), parts[1])),
        (
            "by a shared secret",
            format!("{}.{}.AAAA", b64(r#"{"alg":"HS256","kid":"k1"}"#), parts[1]),
        ),
        (
            "with a header to be understood",
            format!("{}.{}.{}", b64(r#"{"alg":"ES256","crit":["b64"]}"#), parts[1], parts[2]),
        ),
        (
            "with other claims",
            format!(
                "{}.{}.{}",
                parts[0],
                b64(&claims.to_string().replace(PROVIDER_ORG, "974760924")),
                parts[2]
            ),
        ),
        (
            "by another algorithm",
            format!("{}.{}.{}", b64(r#"{"alg":"RS256","kid":"k1"}"#), parts[1], parts[2]),
        ),
    ] {
        assert_eq!(asks(&hub, PROVIDER, &token).await.0, 401, "{what}");
    }
    assert_eq!(asks(&hub, PROVIDER, &good).await.0, 200);
    // An algorithm that is not allowed for this issuer is refused, although the issuer has a key for it.
    let mut narrow = own.options("org", PartyBy::OrgNumber);
    narrow.algorithms = vec!["PS256".into()];
    let hub = super::tokens::hub(&clock, vec![narrow]).await;
    assert_eq!(asks(&hub, PROVIDER, &good).await.0, 401);
}

#[tokio::test]
async fn an_issuers_new_keys_are_fetched_when_they_are_met_and_not_more_often_than_twice_a_minute() {
    let (mut own, clock) = (Own::new().await, Arc::new(Shifted::default()));
    let hub = hub(&clock, vec![own.options("org", PartyBy::OrgNumber)]).await;
    assert_eq!(asks(&hub, PROVIDER, &own.token(&clock, |_| {})).await.0, 200);
    let (signing, open) = new_key("k2");
    own.signing = signing;
    for _ in 0..10 {
        assert_eq!(asks(&hub, PROVIDER, &own.token(&clock, |_| {})).await.0, 401);
    }
    assert_eq!(own.asked(), 1, "unknown keys do not make the hub ask again and again");
    *own.keys.lock().unwrap() = json!({"keys": [open]});
    clock.forward(31);
    assert_eq!(asks(&hub, PROVIDER, &own.token(&clock, |_| {})).await.0, 200);
    assert_eq!(own.asked(), 2);
    // While an issuer is unreachable or sends nonsense, its last keys are used for a day, and then no longer.
    *own.keys.lock().unwrap() = json!("nonsense");
    clock.forward(2 * 3600);
    assert_eq!(asks(&hub, PROVIDER, &own.token(&clock, |_| {})).await.0, 200);
    let asked_again = async || (own.asked() == 3).then_some(());
    within(Duration::from_secs(10), asked_again).await;
    clock.forward(24 * 3600);
    let (status, answer) = hub
        .ask("GET", &inbox(PROVIDER), Some(&own.token(&clock, |_| {})), &Value::Null)
        .await;
    assert_eq!((status, answer["code"].as_str()), (503, Some("BL-1115")));
}

/// Waits until `look` returns a value, within the time limit.
async fn within<T>(time: Duration, look: impl AsyncFn() -> Option<T>) -> T {
    let deadline = tokio::time::Instant::now() + time;
    loop {
        if let Some(found) = look().await {
            return found;
        }
        assert!(tokio::time::Instant::now() < deadline, "it did not come to be in time");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn a_slow_issuer_and_keys_that_nobody_has_take_no_places_from_others() {
    let (own, clock) = (Own::new().await, Arc::new(Shifted::default()));
    // This issuer accepts connections and never answers.
    let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let mut options = own.options("org", PartyBy::OrgNumber);
    options.jwks_uri = Some(format!("http://{}/jwks", silent.local_addr().unwrap()));
    let asked = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&asked);
    tokio::spawn(async move {
        let mut held = Vec::new();
        while let Ok((connection, _)) = silent.accept().await {
            counted.fetch_add(1, Ordering::SeqCst);
            held.push(connection);
        }
    });
    let hub = Arc::new(hub(&clock, vec![options]).await);
    let token = own.token(&clock, |_| {});
    let all: Vec<_> = (0..100)
        .map(|_| {
            let (hub, token) = (Arc::clone(&hub), token.clone());
            tokio::spawn(async move { hub.ask("GET", &inbox(PROVIDER), Some(&token), &Value::Null).await })
        })
        .collect();
    // A caller with an API key is answered meanwhile.
    let key = crate::testing::key_of(PROVIDER);
    assert_eq!(hub.ask("GET", &inbox(PROVIDER), Some(&key), &Value::Null).await.0, 200);
    for one in all {
        let (status, answer) = one.await.unwrap();
        assert_eq!((status, answer["code"].as_str()), (503, Some("BL-1115")));
    }
    assert_eq!(asked.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_token_that_lasts_for_too_long_or_says_no_age_is_refused() {
    let (own, clock) = (Own::new().await, Arc::new(Shifted::default()));
    let hub = hub(&clock, vec![own.options("org", PartyBy::OrgNumber)]).await;
    let now = clock.now().as_second();
    for change in [
        &(|c: &mut Value| c["exp"] = (now + 100 * 365 * 24 * 3600).into()) as &dyn Fn(&mut Value),
        &|c| c["exp"] = (now + 3602).into(),
        &|c| drop(c.as_object_mut().unwrap().remove("iat")),
        &|c| c["iat"] = (now - 3600).into(),
    ] {
        let (status, why) = asks(&hub, PROVIDER, &own.token(&clock, |claims| change(claims))).await;
        assert!(
            status == 401 && why.contains("longer than this hub takes"),
            "{status} {why}"
        );
    }
    assert_eq!(
        asks(&hub, PROVIDER, &own.token(&clock, |c| c["exp"] = (now + 3599).into()))
            .await
            .0,
        200
    );
}

#[tokio::test]
async fn a_token_is_nobody_s_where_several_parties_have_its_organisation_number() {
    let (own, clock) = (Own::new().await, Arc::new(Shifted::default()));
    let hub = hub(&clock, vec![own.options("org", PartyBy::OrgNumber)]).await;
    let token = own.token(&clock, |_| {});
    assert_eq!(asks(&hub, PROVIDER, &token).await.0, 200);
    let put = async |id: &str, more: Value| {
        let mut party = json!({"id": id, "name": id, "kind": "aft-provider", "orgNumber": PROVIDER_ORG});
        party.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        hub.ask("POST", "/v1/admin/parties", Some(OPERATOR), &party).await
    };
    let (status, problem) = put("other-as", json!({})).await;
    assert_eq!((status, problem["code"].as_str()), (409, Some("BL-1108")), "{problem}");
    assert!(
        problem["detail"].as_str().unwrap().contains("organisation number"),
        "{problem}"
    );
    assert_eq!(
        put("unit-of-it", json!({"partOf": PROVIDER})).await.0,
        201,
        "a part of it is no other caller"
    );
    assert_eq!(asks(&hub, PROVIDER, &token).await.0, 200, "and takes nothing over");
    assert_eq!(asks(&hub, "unit-of-it", &token).await.0, 403);
}

#[tokio::test]
async fn a_bound_token_needs_a_hub_that_knows_its_own_address() {
    let (own, clock) = (Own::new().await, Arc::new(Shifted::default()));
    let key = PossessionKey::generate().unwrap();
    let token = own.token(&clock, |c| c["cnf"] = json!({"jkt": key.thumbprint().unwrap()}));
    let mut options = own.options("org", PartyBy::OrgNumber);
    options.origin = None;
    let unknown = hub(&clock, vec![options]).await;
    // The proof is for the host that the request names, as a forwarded proof would be.
    let htu = format!("{}{}", unknown.base, inbox(PROVIDER));
    let shown = proof(&clock, &key, &token, |c| c["htu"] = htu.into());
    let (status, why) = shows(&unknown, "DPoP", &token, &[&shown]).await;
    assert!(status == 401 && why.contains("its own address"), "{status} {why}");
    let mut options = own.options("org", PartyBy::OrgNumber);
    options.bound_only = true;
    let strict = hub(&clock, vec![options]).await;
    let shown = proof(&clock, &key, &token, |_| {});
    assert_eq!(shows(&strict, "DPoP", &token, &[&shown]).await.0, 200);
    let (status, why) = asks(&strict, PROVIDER, &own.token(&clock, |_| {})).await;
    assert!(status == 401 && why.contains("proof"), "{status} {why}");
}

#[tokio::test]
async fn a_proof_counts_as_shown_only_when_its_request_was_let_in() {
    let (own, clock) = (Own::new().await, Arc::new(Shifted::default()));
    let reach = CourierOptions {
        allow_http_loopback: true,
        ..CourierOptions::default()
    };
    let started = clock.now() - jiff::SignedDuration::from_secs(60);
    let made = Issuers::new(vec![own.options("org", PartyBy::OrgNumber)], &fetch(&reach), started);
    let hub = Hub::at(Arc::clone(&clock) as _, &[], |o| {
        o.issuers = Some(made);
        o.party_rate = bindeledd_http::Rate::new(1, 1);
    })
    .await;
    let key = PossessionKey::generate().unwrap();
    let token = own.token(&clock, |c| c["cnf"] = json!({"jkt": key.thumbprint().unwrap()}));
    let first = proof(&clock, &key, &token, |_| {});
    assert_eq!(shows(&hub, "DPoP", &token, &[&first]).await.0, 200);
    let second = proof(&clock, &key, &token, |_| {});
    assert_eq!(shows(&hub, "DPoP", &token, &[&second]).await.0, 429);
    // The same proof is accepted once the limit admits the request; the refused request did not use it up.
    within(Duration::from_secs(10), async || {
        let (status, _) = shows(&hub, "DPoP", &token, &[&second]).await;
        assert!(status == 429 || status == 200, "{status}");
        (status == 200).then_some(())
    })
    .await;
}

/// Makes a proof for a GET of the provider's inbox, after the test has changed its claims.
fn proof(clock: &Shifted, key: &PossessionKey, token: &str, change: impl FnOnce(&mut Value)) -> String {
    let mut claims = json!({
        "jti": Dice.uuid_v4().to_string(), "htm": "GET", "htu": format!("{AUDIENCE}{}", inbox(PROVIDER)),
        "iat": clock.now().as_second(), "ath": sha256(token.as_bytes()),
    });
    change(&mut claims);
    key.sign(&claims).unwrap()
}

async fn shows(hub: &Hub, scheme: &str, token: &str, proofs: &[&str]) -> (u16, String) {
    let mut request = hub.http.get(format!("{}{}?limit=3", hub.base, inbox(PROVIDER)));
    request = request.header("authorization", format!("{scheme} {token}"));
    for proof in proofs {
        request = request.header("dpop", *proof);
    }
    let response = request.send().await.unwrap();
    let status = response.status().as_u16();
    let answer: Value = response.json().await.unwrap_or_default();
    (status, answer["detail"].as_str().unwrap_or_default().to_owned())
}

#[tokio::test]
async fn a_bound_token_needs_a_proof_of_its_own_for_each_request() {
    let (own, clock) = (Own::new().await, Arc::new(Shifted::default()));
    let hub = hub(&clock, vec![own.options("org", PartyBy::OrgNumber)]).await;
    let (key, other) = (PossessionKey::generate().unwrap(), PossessionKey::generate().unwrap());
    let token = own.token(&clock, |c| c["cnf"] = json!({"jkt": key.thumbprint().unwrap()}));
    let made = |change: &dyn Fn(&mut Value)| proof(&clock, &key, &token, |claims| change(claims));
    let first = made(&|_| {});
    assert_eq!(shows(&hub, "DPoP", &token, &[&first]).await, (200, String::new()));
    let (status, why) = shows(&hub, "DPoP", &token, &[&first]).await;
    assert!(status == 401 && why.contains("shown before"), "{why}");
    assert_eq!(
        shows(&hub, "dpop", &token, &[&made(&|_| {})]).await.0,
        200,
        "a new proof for the same token"
    );
    let now = clock.now().as_second();
    let fraction = made(&|c| c["iat"] = format!("{now}.25").parse::<f64>().unwrap().into());
    assert_eq!(
        shows(&hub, "DPoP", &token, &[&fraction]).await.0,
        200,
        "RFC 7519 lets a time have a fraction"
    );
    for (what, wrong) in [
        ("another's", proof(&clock, &other, &token, |_| {})),
        ("for another token", made(&|c| c["ath"] = sha256(b"other").into())),
        ("for another method", made(&|c| c["htm"] = "POST".into())),
        (
            "for another path",
            made(&|c| c["htu"] = format!("{AUDIENCE}/v1/admin/parties").into()),
        ),
        (
            "for another host",
            made(&|c| c["htu"] = format!("https://evil.example{}", inbox(PROVIDER)).into()),
        ),
        (
            "for the host that the request names, and that is not the hub's own",
            made(&|c| c["htu"] = format!("{}{}", hub.base, inbox(PROVIDER)).into()),
        ),
        ("without an id", made(&|c| c["jti"] = "".into())),
        ("too old", made(&|c| c["iat"] = (now - 61).into())),
        ("of the future", made(&|c| c["iat"] = (now + 12).into())),
        ("of no time", made(&|c| c["iat"] = Value::Null)),
        ("no proof at all", own.token(&clock, |_| {})),
    ] {
        let (status, why) = shows(&hub, "DPoP", &token, &[&wrong]).await;
        assert!(status == 401 && why.contains("proof"), "{what}: {status} {why}");
    }
    let good = made(&|_| {});
    for (what, scheme, proofs) in [
        ("no proof", "DPoP", vec![]),
        ("two proofs", "DPoP", vec![good.as_str(), good.as_str()]),
        ("as if whoever has it might use it", "Bearer", vec![good.as_str()]),
    ] {
        assert_eq!(shows(&hub, scheme, &token, &proofs).await.0, 401, "{what}");
    }
    let free = own.token(&clock, |_| {});
    let of_free = proof(&clock, &key, &free, |_| {});
    assert_eq!(
        shows(&hub, "DPoP", &free, &[&of_free]).await.0,
        401,
        "a token that is bound to nothing"
    );
}
