//! Credentials as they are configured: what the hub shows to a party's system, and where it is kept.

use std::collections::BTreeMap;
use std::fmt;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use bindeledd_core::encoding::without_mark;
use bindeledd_engine::ports::{Clock, Entropy};
use bindeledd_http::jose::KeyError;

/// Settings of requests that leave the hub.
#[derive(Debug)]
pub struct CourierOptions {
    /// True if endpoints on this machine may be reached over plain http, as simulators are.
    pub allow_http_loopback: bool,
    /// True if the system's certificate authorities are trusted.
    pub system_roots: bool,
    /// More certificate authorities, each a PEM file's content.
    pub extra_roots: Vec<Vec<u8>>,
    /// The credentials by their names.
    pub credentials: BTreeMap<String, Credential>,
}

impl Default for CourierOptions {
    fn default() -> Self {
        Self {
            allow_http_loopback: false,
            system_roots: true,
            extra_roots: Vec::new(),
            credentials: BTreeMap::new(),
        }
    }
}

/// The clock and the randomness of a courier.
#[derive(Clone)]
pub struct Surroundings {
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Randomness, for the ids of assertions and proofs.
    pub entropy: Arc<dyn Entropy>,
    /// Is told the name of a credential whose token endpoint refuses the hub itself, once until it gives a token again.
    pub on_refused: Arc<dyn Fn(&str) + Send + Sync>,
}

impl fmt::Debug for Surroundings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Surroundings")
    }
}

/// A credential, which the hub shows to endpoints that name it.
#[derive(Debug, Clone, Default)]
pub struct Credential {
    /// The part of a request that shows the credential.
    pub kind: CredentialKind,
    /// The certificate that connections show, to the endpoint and to the token endpoint alike.
    pub certificate: Option<ClientCertificate>,
    /// The only certificate authorities that are trusted with it, PEM; empty for those that are trusted in general.
    pub roots: Vec<Vec<u8>>,
}

/// The part of a request that shows the credential.
#[derive(Debug, Clone, Default)]
pub enum CredentialKind {
    /// Nothing.
    #[default]
    None,
    /// A token that does not change by itself, in the header `Authorization`.
    Bearer(Source),
    /// A token that the hub fetches.
    Tokens(Box<TokenSource>),
}

/// A certificate that a connection shows.
#[derive(Debug, Clone)]
pub struct ClientCertificate {
    /// The chain, PEM, the own certificate first.
    pub certificate: Source,
    /// Its key, PEM.
    pub key: Source,
}

/// The source of tokens.
#[derive(Debug, Clone)]
pub struct TokenSource {
    /// The grant by which they are asked for.
    pub grant: Grant,
    /// The issuer, such as `https://helseid-sts.nhn.no`.
    pub issuer: String,
    /// The token endpoint; without one the issuer's metadata names it.
    pub token_endpoint: Option<String>,
    /// The hub's client id at the issuer.
    pub client_id: String,
    /// The scopes, separated by spaces.
    pub scope: String,
    /// The resource that the token is for (RFC 8707), where the issuer asks for it.
    pub resource: Option<String>,
    /// The proof of the hub's identity.
    pub client: ClientProof,
    /// True if tokens are bound to a key of the hub's (DPoP).
    pub dpop: bool,
}

/// The grant by which a token is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Grant {
    /// OAuth's client credentials, as HelseID takes them.
    ClientCredentials,
    /// The signed request of Maskinporten (RFC 7523).
    SignedRequest {
        /// The organisation on whose behalf the hub asks.
        consumer_org: Option<String>,
    },
}

/// The proof of the hub's identity for an issuer.
#[derive(Debug, Clone)]
pub enum ClientProof {
    /// An assertion that a key of the hub's signs.
    Key {
        /// The key: PEM (PKCS#8, or PKCS#1 for RSA) or a private JWK.
        key: Source,
        /// The key's id at the issuer, where the file does not say it.
        key_id: Option<String>,
        /// The algorithm, where not the one that the key suggests.
        algorithm: Option<String>,
    },
    /// A secret that the issuer knows too.
    Secret(Source),
}

/// The place of a credential's content. A file is read anew when it has changed.
#[derive(Clone)]
pub enum Source {
    /// Held in memory.
    Held(Vec<u8>),
    /// In a file.
    File(PathBuf),
}

impl Source {
    /// Content that is held.
    pub fn held(content: impl Into<Vec<u8>>) -> Self {
        Self::Held(content.into())
    }

    pub(super) fn read(&self) -> io::Result<Vec<u8>> {
        match self {
            Self::Held(content) => Ok(content.clone()),
            // An editor may have put a byte order mark before it, which is no part of a secret, a key or a certificate.
            Self::File(path) => std::fs::read(path).map(|content| without_mark(&content).to_vec()),
        }
    }

    const fn is_file(&self) -> bool {
        matches!(self, Self::File(_))
    }
}

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Held(_) => f.write_str("Source(…)"),
            Self::File(path) => write!(f, "Source({})", path.display()),
        }
    }
}

/// The contents of a credential's sources, in one order.
pub(super) type Content = Vec<Vec<u8>>;

impl Credential {
    fn sources(&self) -> Vec<&Source> {
        let carried = match &self.kind {
            CredentialKind::None => None,
            CredentialKind::Bearer(token) => Some(token),
            CredentialKind::Tokens(tokens) => Some(match &tokens.client {
                ClientProof::Key { key, .. } => key,
                ClientProof::Secret(secret) => secret,
            }),
        };
        let shown = self.certificate.iter().flat_map(|c| [&c.certificate, &c.key]);
        carried.into_iter().chain(shown).collect()
    }

    /// True if any of it is in a file, which may change.
    pub(super) fn may_change(&self) -> bool {
        self.sources().into_iter().any(Source::is_file)
    }

    pub(super) fn read(&self) -> io::Result<Content> {
        self.sources().into_iter().map(Source::read).collect()
    }
}

/// Reason why a courier can not be made.
#[derive(Debug, thiserror::Error)]
pub enum CourierError {
    /// A certificate authority's file has no certificate that can be read.
    #[error("a certificate authority of {0} is not a PEM certificate")]
    Roots(String),
    /// Nothing would be trusted.
    #[error("no certificate authority is trusted: allow the system's, or name files with others")]
    NoRoots,
    /// A file can not be read.
    #[error("a file of credential `{0}` can not be read")]
    File(String, #[source] io::Error),
    /// A token that no header can have.
    #[error("the token of credential `{0}` has characters that no header can have")]
    Token(String),
    /// A certificate or its key.
    #[error("the certificate or the key of credential `{name}` can not be used: {why}")]
    Certificate {
        /// The credential.
        name: String,
        /// The reason; never the key.
        why: String,
    },
    /// A key that tokens are asked for with.
    #[error("the key of credential `{0}` can not be used")]
    Key(String, #[source] KeyError),
    /// An address of a token's issuer that is not reached.
    #[error("`{address}` of credential `{name}` is not an https address")]
    Issuer {
        /// The credential.
        name: String,
        /// The address.
        address: String,
    },
    /// No randomness for a key.
    #[error("no key could be made for credential `{0}`")]
    NoKey(String),
    /// The HTTP client.
    #[error("the HTTP client can not be made")]
    Client(#[source] reqwest::Error),
}
