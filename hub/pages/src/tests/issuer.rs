//! A scripted issuer: its metadata, its keys, its codes and its tokens, without a socket.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bindeledd_http::jose::{SigningKey, sha256};
use bindeledd_http::{Audience, Code, CodeExchange, ConsoleIssuer, ExchangeError, Fetch, OpenId};
use bindeledd_test_engine::Dice;
use jiff::Timestamp;
use serde_json::{Value, json};

pub(super) const ISSUER: &str = "https://issuer.example/tenant";
pub(super) const CLIENT: &str = "the-hub";
const HUB: &str = "https://hub.example";
pub(super) const LOGOUT: &str = "http://schemas.openid.net/event/backchannel-logout";

/// The state of the issuer.
pub(super) struct Script {
    key: SigningKey,
    keys: Value,
    /// Claims of the ID token for each code, with the hash of the verifier.
    codes: HashMap<String, (String, String)>,
    pub(super) is_away: bool,
    /// Number of the next fetches that fail.
    pub(super) fails: usize,
    pub(super) metadata: Value,
    given: u32,
    audience: Audience,
}

impl Script {
    const fn callback(&self) -> &'static str {
        match self.audience {
            Audience::Workers => "/console/openid/callback/own",
            Audience::Participants => "/meg/openid/callback/own",
        }
    }
}

/// A scripted issuer. A clone is the same issuer.
#[derive(Clone)]
pub(super) struct Issuer(pub(super) Arc<Mutex<Script>>);

impl std::fmt::Debug for Issuer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Issuer")
    }
}

fn new_key(kid: &str) -> (SigningKey, Value) {
    use rcgen::PublicKeyData as _;
    let pair = rcgen::KeyPair::generate().unwrap();
    let point = pair.der_bytes();
    let text = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
    let open = json!({
        "kty": "EC", "crv": "P-256", "use": "sig", "kid": kid, "x": text(&point[1..33]), "y": text(&point[33..]),
    });
    let key = SigningKey::parse(pair.serialize_pem().as_bytes(), None, Some(kid)).unwrap();
    (key, json!({ "keys": [open] }))
}

impl Issuer {
    pub(super) fn new() -> Self {
        Self::of(Audience::Workers)
    }

    pub(super) fn of(audience: Audience) -> Self {
        let (key, keys) = new_key("k1");
        let metadata = json!({
            "issuer": ISSUER, "authorization_endpoint": "https://login.issuer.example/authorize",
            "token_endpoint": "https://issuer.example/token", "jwks_uri": "https://issuer.example/keys",
            "end_session_endpoint": "https://login.issuer.example/out",
            "authorization_response_iss_parameter_supported": true,
            "response_types_supported": ["code"], "code_challenge_methods_supported": ["S256"],
        });
        Self(Arc::new(Mutex::new(Script {
            key,
            keys,
            codes: HashMap::new(),
            is_away: false,
            fails: 0,
            metadata,
            given: 0,
            audience,
        })))
    }

    /// Returns the options of the hub at this issuer.
    pub(super) fn options() -> ConsoleIssuer {
        ConsoleIssuer {
            name: "own".into(),
            title: "Nordvik <b>ID</b>".into(),
            issuer: ISSUER.into(),
            client_id: CLIENT.into(),
            scope: "openid".into(),
            claim: "oid".into(),
            acr_claim: "acr".into(),
            acr: vec!["high".into()],
            auth_age: None,
            algorithms: Vec::new(),
        }
    }

    pub(super) fn openid(&self, options: ConsoleIssuer) -> OpenId {
        self.clients(vec![options])
    }

    /// Returns the hub's clients at this issuer.
    pub(super) fn clients(&self, options: Vec<ConsoleIssuer>) -> OpenId {
        let fetch: Arc<dyn Fetch> = Arc::new(self.clone());
        let exchange: Arc<dyn CodeExchange> = Arc::new(self.clone());
        let at = (self.0.lock().unwrap().audience, "https://hub.example/");
        OpenId::new(options, at, &fetch, exchange, Arc::new(Dice))
    }

    /// Signs with a new key, and publishes that one alone.
    pub(super) fn new_key(&self, kid: &str) {
        let mut script = self.0.lock().unwrap();
        (script.key, script.keys) = new_key(kid);
    }

    pub(super) fn sign(&self, typ: &str, claims: &Value) -> String {
        self.0.lock().unwrap().key.sign(typ, claims).unwrap()
    }

    /// Signs a person in who came to this address. Returns the address that the browser is led back to, after the test has
    /// changed the claims of the ID token.
    pub(super) fn back(&self, address: &str, now: Timestamp, change: impl FnOnce(&mut Value)) -> String {
        let asked = |name: &str| {
            let (_, rest) = address
                .split_once(&format!("{name}="))
                .unwrap_or_else(|| panic!("{name} in {address}"));
            rest.split('&').next().unwrap().to_owned()
        };
        let second = now.as_second();
        let mut claims = json!({
            "iss": ISSUER, "aud": CLIENT, "sub": "kari", "oid": "kari-1", "sid": "s1", "acr": "high", "nonce": asked("nonce"),
            "iat": second, "exp": second + 300, "auth_time": second,
        });
        change(&mut claims);
        let token = self.sign("JWT", &claims);
        let mut script = self.0.lock().unwrap();
        script.given += 1;
        let code = format!("code-{}", script.given);
        script.codes.insert(code.clone(), (token, asked("code_challenge")));
        let state = asked("state");
        let path = script.callback();
        format!("{path}?code={code}&state={state}&iss=https%3A%2F%2Fissuer.example%2Ftenant")
    }

    /// Makes a logout token, after the test has changed its claims.
    pub(super) fn logout(&self, now: Timestamp, change: impl FnOnce(&mut Value)) -> String {
        let second = now.as_second();
        let mut script = self.0.lock().unwrap();
        script.given += 1;
        let mut claims = json!({
            "iss": ISSUER, "aud": CLIENT, "sub": "kari", "sid": "s1", "iat": second, "exp": second + 120,
            "jti": format!("j{}", script.given), "events": { LOGOUT: {} },
        });
        change(&mut claims);
        script.key.sign("logout+jwt", &claims).unwrap()
    }
}

#[async_trait]
impl Fetch for Issuer {
    async fn get(&self, address: &str) -> Result<Vec<u8>, String> {
        let mut script = self.0.lock().unwrap();
        let fails = script.fails > 0;
        script.fails = script.fails.saturating_sub(1);
        if script.is_away || fails {
            return Err("the issuer is away".into());
        }
        match address {
            "https://issuer.example/tenant/.well-known/openid-configuration" => Ok(script.metadata.to_string().into()),
            "https://issuer.example/keys" => Ok(script.keys.to_string().into()),
            other => Err(format!("nothing is at {other}")),
        }
    }
}

#[async_trait]
impl CodeExchange for Issuer {
    async fn id_token(&self, name: &str, code: Code<'_>) -> Result<String, ExchangeError> {
        let mut script = self.0.lock().unwrap();
        if script.is_away {
            return Err(ExchangeError::Away("the issuer is away".into()));
        }
        assert_eq!((name, code.endpoint), ("own", "https://issuer.example/token"));
        assert_eq!(code.redirect_uri, format!("{HUB}{}", script.callback()));
        let found = script.codes.remove(code.code);
        let (token, challenge) = found.ok_or_else(|| ExchangeError::Refused("invalid_grant".into()))?;
        assert_eq!(sha256(code.verifier.as_bytes()), challenge, "PKCE");
        Ok(token)
    }
}
