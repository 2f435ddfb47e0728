//! The tokens of HelseID and Maskinporten, with npm `oidc-provider` as the issuer and `jose` as the resource; see
//! `tests/oidc-peer`. With `--nocapture` the test prints the traffic.

use std::io::{BufRead as _, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use bindeledd_http::{Fetch, IssuerOptions, Issuers, PartyBy};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::*;
use crate::testing::{GP, Hub, PROVIDER};

/// The process that acts as issuer and resource.
pub(crate) struct Peer {
    pub(crate) folder: TempDir,
    pub(crate) issuer: String,
    pub(crate) identity: Identity,
    process: Child,
    http: reqwest::Client,
}

impl Peer {
    /// Starts the process, if node and its packages are installed. With `BINDELEDD_REQUIRE_OIDC=1` they must be.
    pub(crate) fn start() -> Option<Self> {
        let project = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/oidc-peer");
        let there = project.join("node_modules/oidc-provider").is_dir()
            && Command::new("node")
                .arg("--version")
                .output()
                .is_ok_and(|o| o.status.success());
        #[expect(clippy::disallowed_methods, reason = "a switch for who runs the tests")]
        let required = std::env::var("BINDELEDD_REQUIRE_OIDC").is_ok_and(|v| v == "1");
        assert!(there || !required, "run `npm ci --ignore-scripts` in tests/oidc-peer");
        if !there {
            println!("node or oidc-provider is not here: nothing was tested against it");
            return None;
        }
        let folder = tempfile::tempdir().unwrap();
        let identity = identity();
        std::fs::write(folder.path().join("tls.crt"), &identity.certificate).unwrap();
        std::fs::write(folder.path().join("tls.key"), &identity.key).unwrap();
        let mut process = Command::new("node")
            .arg(project.join("peer.mjs"))
            .arg(folder.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        let ready: Value = serde_json::from_str(&line).unwrap();
        Some(Self {
            folder,
            issuer: ready["issuer"].as_str().unwrap().to_owned(),
            http: crate::testing::client(&identity.certificate),
            identity,
            process,
        })
    }

    pub(crate) async fn control(&self, what: &str, body: &str) -> Value {
        let url = format!("{}/control/{what}", self.issuer);
        let answer = self.http.post(url).body(body.to_owned()).send().await.unwrap();
        answer.json().await.unwrap()
    }

    /// Returns the traffic since the last call.
    pub(crate) async fn wire(&self) -> Vec<Value> {
        let Value::Array(wire) = self.control("wire", "").await else {
            panic!("no list")
        };
        for seen in &wire {
            println!("{}", serde_json::to_string_pretty(seen).unwrap());
        }
        wire
    }

    pub(crate) fn helseid(&self, key: &str) -> TokenSource {
        TokenSource {
            grant: Grant::ClientCredentials,
            issuer: self.issuer.clone(),
            token_endpoint: None,
            client_id: "hub-at-helseid".into(),
            scope: "nhn:msh/api".into(),
            resource: None,
            client: ClientProof::Key {
                key: Source::File(self.folder.path().join(key)),
                key_id: None,
                algorithm: None,
            },
            dpop: true,
        }
    }

    pub(crate) fn maskinporten(&self) -> TokenSource {
        TokenSource {
            grant: Grant::SignedRequest {
                consumer_org: Some("974760924".into()),
            },
            client_id: "hub-at-maskinporten".into(),
            scope: "bindeledd".into(),
            client: ClientProof::Key {
                key: Source::File(self.folder.path().join("maskinporten.pem")),
                key_id: None,
                algorithm: None,
            },
            dpop: false,
            ..self.helseid("")
        }
    }

    /// Makes a courier with these token sources as credentials, and the clock that it uses.
    pub(crate) fn courier(
        &self,
        sources: &[(&str, TokenSource)],
    ) -> (HttpCourier, Arc<Shifted>, Arc<Mutex<Vec<String>>>) {
        let mut options = CourierOptions {
            system_roots: false,
            extra_roots: vec![self.identity.certificate.clone().into_bytes()],
            ..CourierOptions::default()
        };
        for (name, source) in sources {
            let credential = Credential {
                kind: CredentialKind::Tokens(Box::new(source.clone())),
                ..Credential::default()
            };
            options.credentials.insert((*name).to_owned(), credential);
        }
        let clock = Arc::new(Shifted::default());
        let refused = Arc::new(Mutex::new(Vec::new()));
        let told = Arc::clone(&refused);
        let around = Surroundings {
            clock: Arc::clone(&clock) as Arc<dyn Clock>,
            entropy: Arc::new(Dice),
            on_refused: Arc::new(move |name| told.lock().unwrap().push(name.to_owned())),
            on_given: Arc::new(|_| {}),
        };
        (HttpCourier::new(options, around).unwrap(), clock, refused)
    }

    fn address(&self) -> EndpointAddress {
        EndpointAddress::parse(&self.issuer).unwrap()
    }

    async fn sends(&self, courier: &HttpCourier, credential: &str, path: &str) -> Result<u16, SendError> {
        let endpoint = endpoint(Some(credential), 10);
        let (response, begun) = send(courier, &self.address(), &endpoint, post(path)).await;
        assert!(begun || response.is_err());
        response.map(|r| r.status)
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        // The process may have ended already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn at_path<'a>(wire: &'a [Value], path: &str) -> Vec<&'a Value> {
    let begins = |seen: &&Value| seen["request"].as_str().is_some_and(|r| r.contains(path));
    wire.iter().filter(begins).collect()
}

#[tokio::test]
async fn helseid_gives_a_bound_token_and_the_resource_takes_it() {
    let Some(peer) = Peer::start() else { return };
    let (courier, _, refused) = peer.courier(&[("helseid", peer.helseid("helseid.jwk"))]);
    assert_eq!(
        peer.sends(&courier, "helseid", "/resource/Messages?x=1").await.unwrap(),
        201
    );
    let wire = peer.wire().await;
    let asked = at_path(&wire, "/connect/token");
    let statuses: Vec<_> = asked
        .iter()
        .map(|seen| seen["answer"]["status"].as_u64().unwrap())
        .collect();
    assert_eq!(
        statuses,
        [400, 200],
        "the first proof is without a nonce, the second has it"
    );
    let assertion = |seen: &Value| seen["form"]["client_assertion"].clone();
    for seen in &asked {
        assert_eq!(assertion(seen)["header"]["typ"], "client-authentication+jwt");
        assert_eq!(assertion(seen)["claims"]["aud"], json!(peer.issuer));
        assert_eq!(assertion(seen)["claims"]["iss"], assertion(seen)["claims"]["sub"]);
    }
    assert_ne!(
        assertion(asked[0])["claims"]["jti"],
        assertion(asked[1])["claims"]["jti"]
    );
    let proofs: Vec<_> = wire.iter().filter_map(|seen| seen["headers"].get("dpop")).collect();
    let ids: std::collections::BTreeSet<_> = proofs.iter().map(|p| p["claims"]["jti"].to_string()).collect();
    assert_eq!((proofs.len(), ids.len()), (4, 4), "each request has a proof of its own");
    let resource = at_path(&wire, "/resource");
    assert_eq!(resource.len(), 2, "the resource has a nonce of its own");
    let last = &resource[1]["headers"];
    assert_eq!(last["authorization"]["scheme"], "DPoP");
    assert_eq!(
        last["dpop"]["claims"]["htu"],
        json!(format!("{}/resource/Messages", peer.issuer))
    );
    assert_eq!(
        (
            last["dpop"]["header"]["typ"].as_str(),
            last["dpop"]["header"]["jwk"]["d"].as_str()
        ),
        (Some("dpop+jwt"), None)
    );
    assert_eq!(
        peer.sends(&courier, "helseid", "/resource/Messages").await.unwrap(),
        201
    );
    let wire = peer.wire().await;
    assert_eq!(wire.len(), 1, "token and nonces are kept");
    peer.control("resource-nonce", "").await;
    assert_eq!(
        peer.sends(&courier, "helseid", "/resource/Messages").await.unwrap(),
        201
    );
    assert_eq!(peer.wire().await.len(), 2, "a new nonce costs one request and no token");
    assert!(refused.lock().unwrap().is_empty());
}

#[tokio::test]
async fn maskinporten_gives_a_token_for_a_signed_request() {
    let Some(peer) = Peer::start() else { return };
    let (courier, clock, _) = peer.courier(&[("maskinporten", peer.maskinporten())]);
    assert_eq!(peer.sends(&courier, "maskinporten", "/bearer/x").await.unwrap(), 201);
    clock.forward(20);
    let wire = peer.wire().await;
    let asked = at_path(&wire, "/connect/token");
    let claims = &asked[0]["form"]["assertion"]["claims"];
    let lives = claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap();
    assert!((1..=120).contains(&lives), "{lives}");
    assert_eq!(
        (claims["scope"].as_str(), claims["consumer_org"].as_str()),
        (Some("bindeledd"), Some("974760924"))
    );
    assert_eq!(
        asked[0]["form"]["grant_type"],
        "urn:ietf:params:oauth:grant-type:jwt-bearer"
    );
    let resource = at_path(&wire, "/bearer");
    assert_eq!(resource[0]["headers"]["authorization"]["scheme"], "Bearer");
    assert!(resource[0]["headers"].get("dpop").is_none());
}

#[tokio::test]
async fn a_client_with_a_secret_gets_a_token_too() {
    let Some(peer) = Peer::start() else { return };
    let source = TokenSource {
        client_id: "hub-with-secret".into(),
        scope: "bindeledd".into(),
        resource: Some("https://hub.example".into()),
        client: ClientProof::Secret(Source::held("a-secret-of-the-tests-alone\n")),
        dpop: false,
        ..peer.helseid("")
    };
    let (courier, ..) = peer.courier(&[("oauth", source)]);
    assert_eq!(peer.sends(&courier, "oauth", "/bearer/x").await.unwrap(), 201);
}

#[tokio::test]
async fn every_form_and_algorithm_of_a_key_is_taken() {
    let Some(peer) = Peer::start() else { return };
    for (alg, file, said) in [
        ("RS256", "helseid.pem", None),
        ("RS256", "helseid.jwk", None),
        ("PS256", "helseid.pem", Some("PS256")),
        ("PS512", "helseid.jwk", None),
        ("ES256", "helseid.pem", None),
        ("ES384", "helseid.jwk", None),
        ("ES384", "helseid.pem", None),
    ] {
        peer.control("client-keys", alg).await;
        let mut source = peer.helseid(file);
        if let ClientProof::Key { algorithm, .. } = &mut source.client {
            *algorithm = said.map(str::to_owned);
        }
        let (courier, ..) = peer.courier(&[("helseid", source)]);
        assert_eq!(
            peer.sends(&courier, "helseid", "/resource/x").await.unwrap(),
            201,
            "{alg} {file}"
        );
        let wire =
            at_path(&peer.wire().await, "/connect/token")[0]["form"]["client_assertion"]["header"]["alg"].clone();
        assert_eq!(wire, *alg);
    }
}

#[tokio::test]
async fn keys_are_changed_at_the_issuer_and_at_the_hub_without_a_stop() {
    let Some(peer) = Peer::start() else { return };
    let (courier, clock, refused) = peer.courier(&[("helseid", peer.helseid("helseid.jwk"))]);
    assert_eq!(peer.sends(&courier, "helseid", "/resource/x").await.unwrap(), 201);
    // The issuer signs with new keys, so that the resource refuses the held token long before it expires.
    peer.control("issuer-keys", "").await;
    clock.forward(15);
    assert_eq!(
        peer.sends(&courier, "helseid", "/resource/x").await.unwrap(),
        201,
        "with another token"
    );
    // The hub's key is changed at the issuer, but the hub's file still has the old key.
    let kept = std::fs::read(peer.folder.path().join("helseid.jwk")).unwrap();
    peer.control("client-keys", "ES256").await;
    let new = std::fs::read(peer.folder.path().join("helseid.jwk")).unwrap();
    std::fs::write(peer.folder.path().join("helseid.jwk"), kept).unwrap();
    peer.control("issuer-keys", "").await;
    clock.forward(15);
    let error = peer.sends(&courier, "helseid", "/resource/x").await.unwrap_err();
    assert!(
        matches!(&error, SendError::Transient(_, text) if text.to_string().contains("BL-6013")),
        "{error}"
    );
    assert_eq!(*refused.lock().unwrap(), ["helseid"]);
    std::fs::write(peer.folder.path().join("helseid.jwk"), new).unwrap();
    clock.forward(4);
    assert_eq!(
        peer.sends(&courier, "helseid", "/resource/x").await.unwrap(),
        201,
        "the changed key is in use at once, without waiting for the rest after the failure"
    );
}

#[tokio::test]
async fn an_assertion_that_is_too_old_or_of_tomorrow_is_refused_and_told_as_configuration() {
    let Some(peer) = Peer::start() else { return };
    for (name, source) in [
        ("helseid", peer.helseid("helseid.jwk")),
        ("maskinporten", peer.maskinporten()),
    ] {
        let (courier, clock, refused) = peer.courier(&[(name, source)]);
        clock.forward(-3600);
        let path = if name == "helseid" { "/resource/x" } else { "/bearer/x" };
        let error = peer.sends(&courier, name, path).await.unwrap_err();
        assert!(
            matches!(&error, SendError::Transient(_, text) if text.to_string().contains("BL-6013")),
            "{error}"
        );
        assert_eq!(*refused.lock().unwrap(), [name]);
        // Once the clock is right, the next attempt succeeds.
        clock.forward(3600 + 10);
        assert_eq!(peer.sends(&courier, name, path).await.unwrap(), 201);
    }
}

/// Makes a courier to a hub, with the peer's client and tokens for this resource.
fn towards(hub: &Hub, peer: &Peer, clock: &Arc<Shifted>, resource: Option<&str>) -> HttpCourier {
    let source = TokenSource {
        resource: resource.map(str::to_owned),
        scope: "bindeledd".into(),
        ..peer.helseid("helseid.jwk")
    };
    let credential = Credential {
        kind: CredentialKind::Tokens(Box::new(source)),
        ..Credential::default()
    };
    let roots = [&peer.identity.certificate, &hub.certificate];
    let options = CourierOptions {
        system_roots: false,
        extra_roots: roots.map(|pem| pem.clone().into_bytes()).to_vec(),
        credentials: [("hub".to_owned(), credential)].into(),
        ..CourierOptions::default()
    };
    let around = Surroundings {
        clock: Arc::clone(clock) as Arc<dyn Clock>,
        ..surroundings()
    };
    HttpCourier::new(options, around).unwrap()
}

async fn asks_for_inbox(courier: &HttpCourier, hub: &Hub, party: &str) -> Result<u16, SendError> {
    let mut request = post(&format!("/v1/parties/{party}/inbox?limit=1"));
    request.method = bindeledd_core::contract::Method::Get;
    // A delivery must have a body; the hub reads none here.
    request.body = b"{}".to_vec();
    let address = EndpointAddress::parse(&hub.base).unwrap();
    let (response, _) = send(courier, &address, &endpoint(Some("hub"), 10), request).await;
    response.map(|r| r.status)
}

#[tokio::test]
async fn the_hub_takes_the_tokens_that_these_issuers_give() {
    let Some(peer) = Peer::start() else { return };
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = free.local_addr().unwrap().port();
    drop(free);
    let issuer = IssuerOptions {
        name: "peer".into(),
        issuer: peer.issuer.clone(),
        audience: "https://hub.example".into(),
        party_claim: "helseid://claims/client/claims/orgnr_parent".into(),
        party_by: PartyBy::OrgNumber,
        jwks_uri: None,
        algorithms: Vec::new(),
        origin: Some(format!("https://localhost:{port}")),
        bound_only: false,
        longest: 3600,
    };
    let reach = CourierOptions {
        system_roots: false,
        extra_roots: vec![peer.identity.certificate.clone().into_bytes()],
        ..CourierOptions::default()
    };
    let clock = Arc::new(Shifted::default());
    let fetch: Arc<dyn Fetch> = Arc::new(HttpFetch::new(&reach).unwrap());
    let issuers = Issuers::new(vec![issuer], &fetch, clock.now() - jiff::SignedDuration::from_secs(60));
    let hub = Hub::on(port, Arc::clone(&clock) as _, &[], |o| o.issuers = Some(issuers)).await;
    // The hub's own courier calls a hub: a hub accepts the tokens and proofs that a hub sends.
    let courier = towards(&hub, &peer, &clock, Some("https://hub.example"));
    for _ in 0..3 {
        assert_eq!(
            asks_for_inbox(&courier, &hub, PROVIDER).await.unwrap(),
            200,
            "a new proof each time"
        );
    }
    assert_eq!(asks_for_inbox(&courier, &hub, GP).await.unwrap(), 403);
    let elsewhere = towards(&hub, &peer, &clock, None);
    let refused = asks_for_inbox(&elsewhere, &hub, PROVIDER).await.unwrap_err();
    assert!(
        refused.to_string().contains("BL-4010"),
        "a token for another audience: {refused}"
    );
    peer.wire().await;
    // The issuer changes its keys. The hub fetches the new ones when it sees a token signed with them.
    peer.control("issuer-keys", "").await;
    clock.forward(31);
    let fresh = towards(&hub, &peer, &clock, Some("https://hub.example"));
    assert_eq!(asks_for_inbox(&fresh, &hub, PROVIDER).await.unwrap(), 200);
}

/// Posts a form to the token endpoint. Returns the status and the error's code.
async fn posts(peer: &Peer, form: &[(&str, &str)]) -> (u16, String) {
    let url = format!("{}/connect/token", peer.issuer);
    let response = peer.http.post(url).form(form).send().await.unwrap();
    let status = response.status().as_u16();
    let answer: Value = response.json().await.unwrap();
    (status, answer["error"].as_str().unwrap_or_default().to_owned())
}

/// An issuer accepts an assertion once; this is why the hub makes a new one for each request.
#[tokio::test]
async fn an_issuer_takes_an_assertion_once() {
    let Some(peer) = Peer::start() else { return };
    let key = |file: &str| {
        let bytes = std::fs::read(peer.folder.path().join(file)).unwrap();
        bindeledd_http::jose::SigningKey::parse(&bytes, None, None).unwrap()
    };
    let now = Now.now().as_second();
    let claims = |who: &str, from: i64| {
        json!({
            "iss": who, "sub": who, "aud": peer.issuer, "iat": from, "exp": from + 30, "jti": format!("{who}-{from}"),
            "scope": "bindeledd",
        })
    };
    let of_client = |from: i64| {
        let claims = claims("hub-at-helseid", from);
        key("helseid.jwk").sign("client-authentication+jwt", &claims).unwrap()
    };
    let as_client = async |assertion: &str| {
        let form = [
            ("grant_type", "client_credentials"),
            ("client_id", "hub-at-helseid"),
            (
                "client_assertion_type",
                "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
            ),
            ("client_assertion", assertion),
        ];
        posts(&peer, &form).await
    };
    let good = of_client(now);
    let (_, first) = as_client(&good).await;
    assert_ne!(first, "invalid_client", "the client is known; it lacks a proof");
    assert_eq!(
        as_client(&good).await,
        (401, "invalid_client".to_owned()),
        "shown again"
    );
    assert_eq!(as_client(&of_client(now - 600)).await.1, "invalid_client", "too old");
    let signed = |from: i64| {
        key("maskinporten.pem")
            .sign("JWT", &claims("hub-at-maskinporten", from))
            .unwrap()
    };
    let as_signed = async |assertion: &str| {
        let grant = "urn:ietf:params:oauth:grant-type:jwt-bearer";
        posts(&peer, &[("grant_type", grant), ("assertion", assertion)]).await
    };
    let good = signed(now);
    assert_eq!(as_signed(&good).await.0, 200);
    assert_eq!(as_signed(&good).await, (400, "invalid_grant".to_owned()), "shown again");
    assert_eq!(as_signed(&signed(now - 600)).await.1, "invalid_grant", "too old");
}
