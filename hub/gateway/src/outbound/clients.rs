//! One connection pool for each credential, and what it trusts.

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use reqwest::header::HeaderValue;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ClientConfig, RootCertStore};

/// How the hub reaches out.
#[derive(Debug)]
pub struct CourierOptions {
    /// Whether endpoints on this machine may be reached over plain http, as simulators are.
    pub allow_http_loopback: bool,
    /// Whether the system's certificate authorities are trusted.
    pub system_roots: bool,
    /// More certificate authorities, each a PEM file's content.
    pub extra_roots: Vec<Vec<u8>>,
    /// The credentials by their names.
    pub credentials: BTreeMap<String, Credential>,
    /// How long a request may take until its first byte is on its way. Less than a withdrawal waits, so that nothing begins
    /// after its answer.
    pub begin_within: Duration,
}

impl Default for CourierOptions {
    fn default() -> Self {
        Self {
            allow_http_loopback: false,
            system_roots: true,
            extra_roots: Vec::new(),
            credentials: BTreeMap::new(),
            begin_within: Duration::from_millis(1800),
        }
    }
}

/// What the hub shows to endpoints that name it.
#[derive(Debug, Clone, Default)]
pub struct Credential {
    /// What is shown.
    pub kind: CredentialKind,
    /// The only certificate authorities that are trusted with it, PEM; empty for those that are trusted in general.
    pub roots: Vec<Vec<u8>>,
}

/// What is shown.
#[derive(Debug, Clone, Default)]
pub enum CredentialKind {
    /// Nothing.
    #[default]
    None,
    /// A token in the header `Authorization`.
    Bearer(Secret),
    /// A certificate.
    Mtls {
        /// The chain, PEM, the own certificate first.
        certificate: Vec<u8>,
        /// Its key, PEM.
        key: Secret,
    },
}

/// A secret that no log shows.
#[derive(Clone)]
pub struct Secret(String);

impl Secret {
    /// Keeps a secret.
    pub fn new(secret: impl Into<String>) -> Self {
        Self(secret.into())
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// Why a courier can not be made.
#[derive(Debug, thiserror::Error)]
pub enum CourierError {
    /// A certificate authority's file has no certificate that can be read.
    #[error("a certificate authority of {0} is not a PEM certificate")]
    Roots(String),
    /// Nothing would be trusted.
    #[error("no certificate authority is trusted: allow the system's, or name files with others")]
    NoRoots,
    /// A token that no header can have.
    #[error("the token of credential `{0}` has characters that no header can have")]
    Token(String),
    /// A certificate or its key.
    #[error("the certificate or the key of credential `{name}` can not be used: {why}")]
    Certificate {
        /// The credential.
        name: String,
        /// Why; never the key.
        why: String,
    },
    /// The HTTP client.
    #[error("the HTTP client can not be made")]
    Client(#[source] reqwest::Error),
}

/// A connection pool with its credential.
#[derive(Debug)]
pub(super) struct Client {
    pub(super) http: reqwest::Client,
    pub(super) authorization: Option<HeaderValue>,
}

#[derive(Debug)]
pub(super) struct Clients {
    open: Client,
    by_credential: HashMap<String, Client>,
}

impl Clients {
    pub(super) fn new(options: CourierOptions) -> Result<Self, CourierError> {
        let general = general_roots(&options)?;
        let open = client("", &Credential::default(), &general)?;
        let mut by_credential = HashMap::new();
        for (name, credential) in options.credentials {
            let client = client(&name, &credential, &general)?;
            by_credential.insert(name, client);
        }
        Ok(Self { open, by_credential })
    }

    /// The pool of the credential that an endpoint names.
    pub(super) fn get(&self, credential: Option<&str>) -> Option<&Client> {
        match credential {
            None => Some(&self.open),
            Some(name) => self.by_credential.get(name),
        }
    }
}

fn general_roots(options: &CourierOptions) -> Result<Arc<RootCertStore>, CourierError> {
    let mut roots = RootCertStore::empty();
    if options.system_roots {
        // What of the system's store can not be read is passed over, as every other program does.
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    }
    add(&mut roots, &options.extra_roots, "the configuration")?;
    let only_loopback = options.allow_http_loopback && options.extra_roots.is_empty();
    if roots.is_empty() && !only_loopback {
        Err(CourierError::NoRoots)
    } else {
        Ok(Arc::new(roots))
    }
}

fn add(roots: &mut RootCertStore, pems: &[Vec<u8>], whose: &str) -> Result<(), CourierError> {
    let unreadable = || CourierError::Roots(whose.to_owned());
    for pem in pems {
        let before = roots.len();
        for certificate in CertificateDer::pem_slice_iter(pem) {
            roots
                .add(certificate.map_err(|_| unreadable())?)
                .map_err(|_| unreadable())?;
        }
        if roots.len() == before {
            return Err(unreadable());
        }
    }
    Ok(())
}

fn client(name: &str, credential: &Credential, general: &Arc<RootCertStore>) -> Result<Client, CourierError> {
    let roots = if credential.roots.is_empty() {
        Arc::clone(general)
    } else {
        let mut own = RootCertStore::empty();
        add(&mut own, &credential.roots, &format!("credential `{name}`"))?;
        Arc::new(own)
    };
    let failed = |why: String| CourierError::Certificate {
        name: name.to_owned(),
        why,
    };
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|e| failed(e.to_string()))?
        .with_root_certificates(roots);
    let mut authorization = None;
    let mut tls = match &credential.kind {
        CredentialKind::None => config.with_no_client_auth(),
        CredentialKind::Bearer(token) => {
            let value = HeaderValue::from_str(&format!("Bearer {}", token.0));
            let mut value = value.map_err(|_| CourierError::Token(name.to_owned()))?;
            value.set_sensitive(true);
            authorization = Some(value);
            config.with_no_client_auth()
        }
        CredentialKind::Mtls { certificate, key } => {
            let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(certificate).collect();
            let chain = chain.map_err(|_| failed("the certificate is not PEM".into()))?;
            let key =
                PrivateKeyDer::from_pem_slice(key.0.as_bytes()).map_err(|_| failed("the key is not PEM".into()))?;
            config
                .with_client_auth_cert(chain, key)
                .map_err(|e| failed(e.to_string()))?
        }
    };
    tls.alpn_protocols = vec![b"http/1.1".to_vec()];
    let http = reqwest::Client::builder()
        .tls_backend_preconfigured(tls)
        .http1_only()
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .referer(false)
        .retry(reqwest::retry::never())
        .user_agent("bindeledd")
        // No fewer than an endpoint may have under way, or each burst would pay for new handshakes.
        .pool_max_idle_per_host(256)
        .pool_idle_timeout(Duration::from_secs(60))
        .tcp_keepalive(Duration::from_secs(30))
        .build()
        .map_err(CourierError::Client)?;
    Ok(Client { http, authorization })
}
