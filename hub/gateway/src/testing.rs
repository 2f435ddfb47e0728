//! The hub for this crate's tests: certificates, a real store, three parties, and the scripted ports of the engine's tests.

use std::sync::Arc;

use bindeledd_accounts::Accounts;
use bindeledd_core::{AdapterId, Endpoint, EndpointLimits, OrgNumber, Party, PartyId, PartyKind};
use bindeledd_engine::ports::{Actor, Clock, Courier, KeyHash};
use bindeledd_engine::{Engine, FreeText, Parts, Settings};
use bindeledd_http::server::TlsFiles;
use bindeledd_http::{Options, Server, ServerOptions, format_key, read_key};
use bindeledd_store::{SqliteOptions, SqliteStore};
use bindeledd_test_engine::{Nowhere, ScriptedAdapters};
use serde_json::{Value, json};

use crate::Gateway;

pub(crate) use bindeledd_test_engine::{Dice, Now, Shifted};

/// A self-signed certificate for `localhost`.
pub(crate) struct Identity {
    pub(crate) certificate: String,
    pub(crate) key: String,
}

pub(crate) fn identity() -> Identity {
    let names = ["localhost".to_owned(), "127.0.0.1".to_owned()];
    let made = rcgen::generate_simple_self_signed(names).unwrap();
    Identity {
        certificate: made.cert.pem(),
        key: made.signing_key.serialize_pem(),
    }
}

impl Identity {
    pub(crate) fn write(&self, folder: &std::path::Path) -> TlsFiles {
        let files = TlsFiles {
            certificate: folder.join("certificate.pem"),
            key: folder.join("key.pem"),
            client_authorities: Vec::new(),
            revoked: Vec::new(),
        };
        std::fs::write(&files.certificate, &self.certificate).unwrap();
        std::fs::write(&files.key, &self.key).unwrap();
        files
    }
}

pub(crate) const OPERATOR: &str = "blk_b3BlcmF0b3ItLS0tLS0tLS0tLS0tLS0tLS0tLS0tLS0";
pub(crate) const PROVIDER: &str = "tiltak-as";
pub(crate) const GP: &str = "legen-as";
pub(crate) const OUTSIDER: &str = "andre-as";
pub(crate) const PROVIDER_ORG: &str = "915933149";

pub(crate) fn key_of(party: &str) -> String {
    let mut bytes = [b'-'; 32];
    bytes[..party.len()].copy_from_slice(party.as_bytes());
    format_key(&bytes)
}

/// Returns the hash that the hub would keep of any text, if the text were a key.
pub(crate) fn hash_of_anything(raw: &str) -> KeyHash {
    let mut hash = [0; 32];
    hash.copy_from_slice(ring::digest::digest(&ring::digest::SHA256, raw.as_bytes()).as_ref());
    hash
}

pub(crate) fn party(raw: &str, kind: PartyKind) -> Party {
    let is_provider = raw == PROVIDER;
    Party {
        id: PartyId::parse(raw).unwrap(),
        name: raw.to_owned(),
        public_label: None,
        public_phone: None,
        kind,
        part_of: None,
        org_number: is_provider.then(|| OrgNumber::parse(PROVIDER_ORG).unwrap()),
        her_id: None,
        person: None,
        phone: None,
        handlers: Vec::new(),
        registrar: is_provider,
        trusts: Vec::new(),
        endpoint: Some(Endpoint {
            adapter: AdapterId::parse("obedient").unwrap(),
            address: None,
            credential: None,
            settings: "{}".into(),
            her_id: None,
            org_number: None,
            limits: EndpointLimits::default(),
        }),
        notify: None,
        paused: false,
        suspended: false,
    }
}

/// A hub that listens with TLS.
pub(crate) struct Hub {
    pub(crate) base: String,
    pub(crate) http: reqwest::Client,
    pub(crate) certificate: String,
    pub(crate) folder: tempfile::TempDir,
    _server: Server,
}

pub(crate) fn client(trusted: &str) -> reqwest::Client {
    client_showing(trusted, None)
}

/// Makes a client that shows a certificate (PEM, with its key).
pub(crate) fn client_showing(trusted: &str, shown: Option<(&str, &str)>) -> reqwest::Client {
    let mut roots = rustls::RootCertStore::empty();
    use rustls::pki_types::pem::PemObject as _;
    roots
        .add(rustls::pki_types::CertificateDer::from_pem_slice(trusted.as_bytes()).unwrap())
        .unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots);
    let mut tls = match shown {
        None => builder.with_no_client_auth(),
        Some((certificate, key)) => {
            let chain = vec![rustls::pki_types::CertificateDer::from_pem_slice(certificate.as_bytes()).unwrap()];
            let key = rustls::pki_types::PrivateKeyDer::from_pem_slice(key.as_bytes()).unwrap();
            builder.with_client_auth_cert(chain, key).unwrap()
        }
    };
    tls.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    reqwest::Client::builder()
        .tls_backend_preconfigured(tls)
        .no_proxy()
        .build()
        .unwrap()
}

/// Makes a gateway over a fresh store with three parties.
pub(crate) async fn gateway(folder: &std::path::Path, set: impl FnOnce(&mut Options)) -> Gateway {
    gateway_at(folder, Arc::new(Now), set).await
}

/// As [`gateway`], with the test's clock.
pub(crate) async fn gateway_at(
    folder: &std::path::Path,
    clock: Arc<dyn Clock>,
    set: impl FnOnce(&mut Options),
) -> Gateway {
    gateway_where(folder, clock, Settings::default(), set).await
}

/// As [`gateway`], with these settings of the engine.
pub(crate) async fn gateway_where(
    folder: &std::path::Path,
    clock: Arc<dyn Clock>,
    settings: Settings,
    set: impl FnOnce(&mut Options),
) -> Gateway {
    gateway_that_sends(folder, clock, Arc::new(Nowhere), settings, set).await
}

/// Opens the store of a hub in this folder.
pub(crate) fn store_in(folder: &std::path::Path) -> SqliteStore {
    let options = SqliteOptions {
        path: folder.join("hub.db"),
        master_key: [7; 32].into(),
        entropy: Arc::new(Dice),
        retention_days: 90,
        audit: bindeledd_store::AuditOptions::default(),
        // Repeated blocks raise no alert here. Such an alert depends on a count and a timer, and would make two equal answers
        // differ.
        alerts: bindeledd_store::AlertRules {
            repeated_blocks: u32::MAX,
            ..bindeledd_store::AlertRules::default()
        },
        budgets: bindeledd_store::Budgets::default(),
    };
    SqliteStore::open(options).unwrap()
}

/// As [`gateway`], with a courier that sends.
pub(crate) async fn gateway_that_sends(
    folder: &std::path::Path,
    clock: Arc<dyn Clock>,
    courier: Arc<dyn Courier>,
    settings: Settings,
    set: impl FnOnce(&mut Options),
) -> Gateway {
    let store = Arc::new(store_in(folder));
    let accounts = Accounts::new(bindeledd_accounts::Parts {
        store: Arc::clone(&store) as _,
        own_pages: Arc::clone(&store) as _,
        entropy: Arc::new(Dice),
        issuer: "Bindeledd".into(),
    });
    let engine = Engine::start(Parts {
        store,
        adapters: Arc::new(ScriptedAdapters::default()),
        courier,
        clock,
        entropy: Arc::new(Dice),
        mail: None,
        push: None,
        settings,
    });
    let engine = engine.await.unwrap();
    for (raw, kind) in [
        (PROVIDER, PartyKind::AftProvider),
        (GP, PartyKind::Gp),
        (OUTSIDER, PartyKind::Clubhouse),
    ] {
        let party = party(raw, kind);
        engine.put_party(party.clone(), &Actor::Operator).await.unwrap();
        engine
            .put_key(&party.id, read_key(&key_of(raw)).unwrap(), &Actor::Operator)
            .await
            .unwrap();
    }
    let mut options = Options::new(read_key(OPERATOR).unwrap());
    set(&mut options);
    let parts = crate::Parts {
        engine,
        accounts,
        options,
        master_keys: None,
        console: Some("https://hub.example".into()),
    };
    Gateway::new(parts).await.unwrap()
}

impl Hub {
    pub(crate) async fn start() -> Self {
        Self::with(|_| {}).await
    }

    pub(crate) async fn with(set: impl FnOnce(&mut Options)) -> Self {
        Self::at(Arc::new(Now), &[], set).await
    }

    /// Starts a hub with the test's clock that accepts client certificates of these authorities.
    pub(crate) async fn at(clock: Arc<dyn Clock>, authorities: &[&str], set: impl FnOnce(&mut Options)) -> Self {
        Self::on(0, clock, authorities, set).await
    }

    /// Starts such a hub on a port that the test chose.
    pub(crate) async fn on(
        port: u16,
        clock: Arc<dyn Clock>,
        authorities: &[&str],
        set: impl FnOnce(&mut Options),
    ) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let gateway = gateway_at(folder.path(), clock, set).await;
        Self::over(&gateway, folder, authorities, |o| o.address.set_port(port))
    }

    /// Starts a hub with the server options that the test sets.
    pub(crate) async fn serving(
        clock: Arc<dyn Clock>,
        authorities: &[&str],
        set: impl FnOnce(&mut Options),
        serve: impl FnOnce(&mut ServerOptions),
    ) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let gateway = gateway_at(folder.path(), clock, set).await;
        Self::over(&gateway, folder, authorities, serve)
    }

    /// Starts a hub that refuses texts with findings of the guard.
    pub(crate) async fn that_refuses_texts() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let settings = Settings {
            free_text: FreeText::Refuse,
            ..Settings::default()
        };
        let gateway = gateway_where(folder.path(), Arc::new(Now), settings, |_| {}).await;
        Self::over(&gateway, folder, &[], |_| {})
    }

    pub(crate) fn over(
        gateway: &Gateway,
        folder: tempfile::TempDir,
        authorities: &[&str],
        serve: impl FnOnce(&mut ServerOptions),
    ) -> Self {
        let identity = identity();
        let mut tls = identity.write(folder.path());
        for (n, authority) in authorities.iter().enumerate() {
            let file = folder.path().join(format!("authority-{n}.pem"));
            std::fs::write(&file, authority).unwrap();
            tls.client_authorities.push(file);
        }
        let mut options = ServerOptions::new("127.0.0.1:0".parse().unwrap(), Some(tls));
        serve(&mut options);
        let server = Server::start(gateway.router(), &options).unwrap();
        let base = format!("https://localhost:{}", server.address.port());
        Self {
            base,
            http: client(&identity.certificate),
            certificate: identity.certificate,
            folder,
            _server: server,
        }
    }

    /// Sends a request with a key, and `body` as JSON unless it is null.
    pub(crate) async fn ask(&self, method: &str, path: &str, key: Option<&str>, body: &Value) -> (u16, Value) {
        let body = if body.is_null() {
            Vec::new()
        } else {
            body.to_string().into_bytes()
        };
        self.send(method, path, key, "application/json", body).await
    }

    pub(crate) async fn send(
        &self,
        method: &str,
        path: &str,
        key: Option<&str>,
        media_type: &str,
        body: Vec<u8>,
    ) -> (u16, Value) {
        let method = method.parse().unwrap();
        let mut request = self.http.request(method, format!("{}{path}", self.base)).body(body);
        request = request.header("content-type", media_type);
        if let Some(key) = key {
            request = request.bearer_auth(key);
        }
        let response = request.send().await.unwrap();
        let status = response.status().as_u16();
        let bytes = response.bytes().await.unwrap();
        (status, serde_json::from_slice(&bytes).unwrap_or(Value::Null))
    }
}

/// Returns a consent from the provider to the GP for meetings and progress, and a duty towards the outsider.
pub(crate) fn consent() -> Value {
    json!({
        "schema": "bindeledd/consent/1", "id": "0b0f7b5e-6a53-4c36-9d3e-0b6f2f1f6a01", "version": 1,
        "participant": {"nationalId": "15720255178"}, "givenAt": "2026-01-20T09:00:00+01:00",
        "givenBy": {"role": "participant"}, "controller": PROVIDER,
        "evidence": {"type": "signed-form", "reference": "arkiv 2026/17"}, "textVersion": "1.0",
        "period": {"start": "2026-01-20"},
        "grants": [
            {"from": format!("org:{PROVIDER_ORG}"), "to": GP, "purpose": "work-oriented-followup",
             "categories": ["meeting", "progress"]},
            {"from": GP, "to": PROVIDER, "purpose": "work-oriented-followup", "categories": ["treatment-status"]},
        ],
        "status": "active",
    })
}

/// Returns a progress update to the GP.
pub(crate) fn message(reference: &str) -> Value {
    json!({
        "kind": "progress-update", "senderReference": reference, "participant": {"nationalId": "15720255178"},
        "to": [GP], "purpose": "work-oriented-followup", "sentAt": "2026-02-01T09:00:00+01:00",
        "body": {"status": "DELTAR"},
    })
}
