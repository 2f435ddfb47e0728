//! One connection pool for each credential. Files are checked again at use, so that a key or a certificate can be changed while
//! the hub runs.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;

use bindeledd_http::jose::{SigningKey, sha256};
use bindeledd_texts::Said;
use bindeledd_texts::outbound::{AuthorityOf, Outbound};
use jiff::{SignedDuration, Timestamp};
use reqwest::header::HeaderValue;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ClientConfig, RootCertStore};

use super::credential::{
    ClientProof, Content, CourierError, CourierOptions, Credential, CredentialKind, Surroundings, TokenSource,
};
use super::dpop::Proofs;
use super::grant::{self, Proof};
use super::guard::AddressGuard;
use super::token::Tokens;

/// Minimum time between two checks of a credential's files.
const LOOK_EVERY: SignedDuration = SignedDuration::from_secs(3);

/// An HTTP client with its connection pool and its credential.
#[derive(Debug)]
pub(super) struct Client {
    pub(super) http: reqwest::Client,
    pub(super) authorization: Authorization,
}

/// The way in which a request shows the credential.
#[derive(Debug, Clone)]
pub(super) enum Authorization {
    None,
    Fixed(HeaderValue),
    Tokens(Arc<Tokens>),
}

#[derive(Debug)]
pub(super) struct Clients {
    open: Arc<Client>,
    by_credential: HashMap<String, Arc<Slot>>,
    around: Surroundings,
}

/// A credential, and the client that was last made from its files.
#[derive(Debug)]
struct Slot {
    name: String,
    credential: Credential,
    general: Arc<RootCertStore>,
    current: RwLock<Arc<Client>>,
    looked: Mutex<Looked>,
}

#[derive(Debug)]
struct Looked {
    at: Timestamp,
    /// A digest of the files' content at the last check, usable or not.
    seen: String,
}

impl Clients {
    pub(super) fn new(options: CourierOptions, around: Surroundings) -> Result<Self, CourierError> {
        let general = general_roots(&options)?;
        let open = Client {
            http: http("", &Credential::default(), &Content::new(), &general)?,
            authorization: Authorization::None,
        };
        let mut by_credential = HashMap::new();
        for (name, credential) in options.credentials {
            let content = credential.read().map_err(|e| CourierError::File(name.clone(), e))?;
            let authorization =
                first_authorization(&name, &credential, &content, &around, options.allow_http_loopback)?;
            let client = Client {
                http: http(&name, &credential, &content, &general)?,
                authorization,
            };
            let slot = Slot {
                name: name.clone(),
                credential,
                general: Arc::clone(&general),
                current: RwLock::new(Arc::new(client)),
                looked: Mutex::new(Looked {
                    at: around.clock.now(),
                    seen: digest(&content),
                }),
            };
            by_credential.insert(name, Arc::new(slot));
        }
        Ok(Self {
            open: Arc::new(open),
            by_credential,
            around,
        })
    }

    /// Returns whether a credential of this name exists.
    pub(super) fn has(&self, name: &str) -> bool {
        self.by_credential.contains_key(name)
    }

    /// Returns the HTTP client for the credential that an endpoint names, rebuilt if the credential's files have changed.
    pub(super) async fn get(&self, credential: Option<&str>) -> Option<Arc<Client>> {
        let Some(name) = credential else {
            return Some(Arc::clone(&self.open));
        };
        let slot = self.by_credential.get(name)?;
        if slot.is_due(self.around.clock.now()) {
            let slot = Arc::clone(slot);
            // A failure keeps the previous client.
            let _ = tokio::task::spawn_blocking(move || slot.look()).await;
        }
        Some(slot.current())
    }
}

impl Slot {
    fn current(&self) -> Arc<Client> {
        Arc::clone(&self.current.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Returns whether the files are due for a check. The first caller for whom they are due checks them.
    fn is_due(&self, now: Timestamp) -> bool {
        let mut looked = self.looked.lock().unwrap_or_else(PoisonError::into_inner);
        // A clock that was set back does not delay the check.
        let due = self.credential.may_change() && (now >= looked.at + LOOK_EVERY || now < looked.at);
        if due {
            looked.at = now;
        }
        due
    }

    /// Applies changed files. Files that can not be used, for example while they are being replaced, leave the old client in
    /// place. Requests under way finish on their existing connections.
    fn look(&self) {
        let Ok(content) = self.credential.read() else {
            tracing::warn!(credential = %self.name, "a file can not be read; the credential stays as it was");
            return;
        };
        let mut looked = self.looked.lock().unwrap_or_else(PoisonError::into_inner);
        let seen = digest(&content);
        if looked.seen == seen {
            return;
        }
        looked.seen = seen;
        drop(looked);
        match self.rebuilt(&content) {
            Ok(client) => {
                *self.current.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(client);
                tracing::info!(credential = %self.name, "the credential's files have changed and are in use");
            }
            Err(error) => {
                tracing::warn!(credential = %self.name, error = %bindeledd_http::chain(&error), "the credential stays as it was");
            }
        }
    }

    fn rebuilt(&self, content: &Content) -> Result<Client, CourierError> {
        let http = http(&self.name, &self.credential, content, &self.general)?;
        let authorization = match (&self.credential.kind, &self.current().authorization) {
            (CredentialKind::Tokens(source), Authorization::Tokens(tokens)) => {
                tokens.change_proof(proof(&self.name, source, content)?);
                Authorization::Tokens(Arc::clone(tokens))
            }
            (CredentialKind::Bearer(_), _) => fixed(&self.name, content)?,
            (CredentialKind::None | CredentialKind::Tokens(_), current) => current.clone(),
        };
        Ok(Client { http, authorization })
    }
}

fn digest(content: &Content) -> String {
    let parts: Vec<String> = content.iter().map(|part| sha256(part)).collect();
    parts.join(".")
}

fn first_authorization(
    name: &str,
    credential: &Credential,
    content: &Content,
    around: &Surroundings,
    allow_http: bool,
) -> Result<Authorization, CourierError> {
    match &credential.kind {
        CredentialKind::None => Ok(Authorization::None),
        CredentialKind::Bearer(_) => fixed(name, content),
        CredentialKind::Tokens(source) => {
            for address in [Some(&source.issuer), source.token_endpoint.as_ref()]
                .into_iter()
                .flatten()
            {
                if grant::token_endpoint(address, allow_http).is_none() {
                    return Err(CourierError::Issuer {
                        name: name.to_owned(),
                        address: address.clone(),
                    });
                }
            }
            let proof = proof(name, source, content)?;
            let no_key = || CourierError::NoKey(name.to_owned());
            let proofs = source.dpop.then(|| Proofs::new().ok_or_else(no_key)).transpose()?;
            let tokens = Tokens::new(name, (**source).clone(), proof, proofs, around.clone(), allow_http);
            Ok(Authorization::Tokens(Arc::new(tokens)))
        }
    }
}

/// Returns the first of a credential's sources as text.
fn first_text<'a>(name: &str, content: &'a Content) -> Result<&'a str, CourierError> {
    let first = content.first().map_or(&b""[..], Vec::as_slice);
    std::str::from_utf8(first)
        .map(str::trim)
        .map_err(|_| CourierError::Token(name.to_owned()))
}

fn fixed(name: &str, content: &Content) -> Result<Authorization, CourierError> {
    let value = HeaderValue::from_str(&format!("Bearer {}", first_text(name, content)?));
    let mut value = value.map_err(|_| CourierError::Token(name.to_owned()))?;
    value.set_sensitive(true);
    Ok(Authorization::Fixed(value))
}

fn proof(name: &str, source: &TokenSource, content: &Content) -> Result<Proof, CourierError> {
    match &source.client {
        ClientProof::Secret(_) => Ok(Proof::Secret(first_text(name, content)?.to_owned())),
        ClientProof::Key { key_id, algorithm, .. } => {
            let file = content.first().map_or(&b""[..], Vec::as_slice);
            SigningKey::parse(file, algorithm.as_deref(), key_id.as_deref())
                .map(Proof::Key)
                .map_err(|error| CourierError::Key(name.to_owned(), error))
        }
    }
}

fn general_roots(options: &CourierOptions) -> Result<Arc<RootCertStore>, CourierError> {
    let mut roots = RootCertStore::empty();
    if options.system_roots {
        // Unreadable certificates of the system's store are skipped, as in other programs.
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    }
    add(&mut roots, &options.extra_roots, &AuthorityOf::Configuration)?;
    let only_loopback = options.allow_http_loopback && options.extra_roots.is_empty();
    if roots.is_empty() && !only_loopback {
        Err(CourierError::NoRoots)
    } else {
        Ok(Arc::new(roots))
    }
}

fn add(roots: &mut RootCertStore, pems: &[Vec<u8>], of: &AuthorityOf) -> Result<(), CourierError> {
    let unreadable = || CourierError::Roots(of.clone());
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

/// Makes the HTTP client of a credential.
fn http(
    name: &str,
    credential: &Credential,
    content: &Content,
    general: &Arc<RootCertStore>,
) -> Result<reqwest::Client, CourierError> {
    let made = builder(name, credential, content, general)?.build();
    made.map_err(CourierError::Client)
}

/// Prepares the HTTP client of a credential. `content` is the content of the credential's sources, with the certificate and its key
/// last.
fn builder(
    name: &str,
    credential: &Credential,
    content: &Content,
    general: &Arc<RootCertStore>,
) -> Result<reqwest::ClientBuilder, CourierError> {
    let roots = if credential.roots.is_empty() {
        Arc::clone(general)
    } else {
        let mut own = RootCertStore::empty();
        let of = AuthorityOf::Credential { name: name.to_owned() };
        add(&mut own, &credential.roots, &of)?;
        Arc::new(own)
    };
    let failed = |why: Said| CourierError::Certificate {
        name: name.to_owned(),
        why,
    };
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|e| failed(Said::of_error(&e)))?
        .with_root_certificates(roots);
    let mut tls = match (&credential.certificate, content.as_slice()) {
        (Some(_), [.., certificate, key]) => {
            let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(certificate).collect();
            let chain = chain.map_err(|_| failed(Outbound::CertificateNotPem.into()))?;
            let key = PrivateKeyDer::from_pem_slice(key).map_err(|_| failed(Outbound::KeyNotPem.into()))?;
            config
                .with_client_auth_cert(chain, key)
                .map_err(|e| failed(Said::of_error(&e)))?
        }
        _ => config.with_no_client_auth(),
    };
    tls.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(reqwest::Client::builder()
        .tls_backend_preconfigured(tls)
        .http1_only()
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .referer(false)
        .retry(reqwest::retry::never())
        .user_agent("bindeledd")
        // The pool keeps as many idle connections as an endpoint may have under way; otherwise each burst would need new
        // handshakes.
        .pool_max_idle_per_host(256)
        .pool_idle_timeout(Duration::from_secs(60))
        .tcp_keepalive(Duration::from_secs(30)))
}

/// Makes a client without a credential, with which the hub fetches the keys of token issuers.
pub(super) fn plain_client(options: &CourierOptions) -> Result<reqwest::Client, CourierError> {
    http("", &Credential::default(), &Content::new(), &general_roots(options)?)
}

/// Makes a client without a credential that reaches the addresses of its guard only.
pub(super) fn guarded_client(options: &CourierOptions, guard: &AddressGuard) -> Result<reqwest::Client, CourierError> {
    let roots = general_roots(options)?;
    let builder = builder("", &Credential::default(), &Content::new(), &roots)?;
    let made = builder.dns_resolver(Arc::new(guard.clone())).build();
    made.map_err(CourierError::Client)
}
