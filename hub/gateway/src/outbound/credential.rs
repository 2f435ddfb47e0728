//! Credentials in the configuration: the form in which the hub shows them to a party's system, and their place of storage.

use std::collections::BTreeMap;
use std::error::Error;
use std::path::PathBuf;
use std::sync::Arc;
use std::{fmt, io};

use bindeledd_core::encoding::without_mark;
use bindeledd_engine::ports::{Clock, Entropy};
use bindeledd_http::jose::KeyError;
use bindeledd_texts::Said;
use bindeledd_texts::outbound::{AuthorityOf, Outbound};

/// Settings of outgoing requests.
#[derive(Debug)]
pub struct CourierOptions {
    /// True if endpoints on this machine, such as simulators, may be reached over plain HTTP.
    pub allow_http_loopback: bool,
    /// True if the system's certificate authorities are trusted.
    pub system_roots: bool,
    /// Additional certificate authorities, each the content of a PEM file.
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
    /// The hub's clock.
    pub clock: Arc<dyn Clock>,
    /// Randomness, for the ids of assertions and proofs.
    pub entropy: Arc<dyn Entropy>,
    /// Called with the name of a credential when its token endpoint refuses the hub. It is called again only after that endpoint
    /// has given a token.
    pub on_refused: Arc<dyn Fn(&str) + Send + Sync>,
    /// Called with the name of a credential when its token endpoint gives the first token since the start, or since a failure.
    pub on_given: Arc<dyn Fn(&str) + Send + Sync>,
}

impl fmt::Debug for Surroundings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Surroundings")
    }
}

/// A credential that the hub shows to the endpoints that name it.
#[derive(Debug, Clone, Default)]
pub struct Credential {
    /// The way in which a request shows the credential.
    pub kind: CredentialKind,
    /// The client certificate for connections to the endpoint and to the token endpoint.
    pub certificate: Option<ClientCertificate>,
    /// Certificate authorities in PEM that alone are trusted for this credential. Empty for the generally trusted authorities.
    pub roots: Vec<Vec<u8>>,
}

/// The way in which a request shows a credential.
#[derive(Debug, Clone, Default)]
pub enum CredentialKind {
    /// Nothing; the certificate, if any, is enough.
    #[default]
    None,
    /// A fixed token, in the header `Authorization`.
    Bearer(Source),
    /// A token that the hub fetches from an issuer.
    Tokens(Box<TokenSource>),
}

/// A client certificate for a connection.
#[derive(Debug, Clone)]
pub struct ClientCertificate {
    /// The certificate chain in PEM, the hub's own certificate first.
    pub certificate: Source,
    /// The certificate's private key in PEM.
    pub key: Source,
}

/// The source of tokens.
#[derive(Debug, Clone)]
pub struct TokenSource {
    /// The grant type with which the hub asks for tokens.
    pub grant: Grant,
    /// The issuer, such as `https://helseid-sts.nhn.no`.
    pub issuer: String,
    /// The token endpoint. If absent, it is taken from the issuer's metadata.
    pub token_endpoint: Option<String>,
    /// The hub's client id at the issuer.
    pub client_id: String,
    /// The scopes, separated by spaces.
    pub scope: String,
    /// The resource that the token is for (RFC 8707), if the issuer needs it.
    pub resource: Option<String>,
    /// The way in which the hub proves its identity to the issuer.
    pub client: ClientProof,
    /// True if tokens are bound to a key of the hub (DPoP).
    pub dpop: bool,
}

/// The grant type with which the hub asks for a token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Grant {
    /// OAuth's client credentials, as HelseID uses.
    ClientCredentials,
    /// The signed request that Maskinporten uses (RFC 7523).
    SignedRequest {
        /// The organisation on whose behalf the hub asks.
        consumer_org: Option<String>,
    },
}

/// The way in which the hub proves its identity to an issuer.
#[derive(Debug, Clone)]
pub enum ClientProof {
    /// An assertion that the hub signs with its key.
    Key {
        /// The key: PEM (PKCS#8, or PKCS#1 for RSA) or a private JWK.
        key: Source,
        /// The key's id at the issuer, if the file does not contain it.
        key_id: Option<String>,
        /// The algorithm, if it differs from the one that the key suggests.
        algorithm: Option<String>,
    },
    /// A secret that the hub shares with the issuer.
    Secret(Source),
}

/// The place of a credential's content. A changed file is read again.
#[derive(Clone)]
pub enum Source {
    /// The content itself, in memory.
    Held(Vec<u8>),
    /// A file with the content.
    File(PathBuf),
}

impl Source {
    /// Makes a source from content in memory.
    pub fn held(content: impl Into<Vec<u8>>) -> Self {
        Self::Held(content.into())
    }

    pub(super) fn read(&self) -> io::Result<Vec<u8>> {
        match self {
            Self::Held(content) => Ok(content.clone()),
            // An editor may have put a byte order mark at the start of the file; the mark is not part of the content.
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

/// The contents of a credential's sources, in a fixed order.
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

    /// Returns whether any source is a file, which may change.
    pub(super) fn may_change(&self) -> bool {
        self.sources().into_iter().any(Source::is_file)
    }

    pub(super) fn read(&self) -> io::Result<Content> {
        self.sources().into_iter().map(Source::read).collect()
    }
}

/// Reason why a courier can not be made. `Display` is the English text.
#[derive(Debug)]
pub enum CourierError {
    /// The file of a certificate authority contains no readable certificate.
    Roots(AuthorityOf),
    /// No certificate authority would be trusted.
    NoRoots,
    /// A file of this credential can not be read.
    File(String, io::Error),
    /// The token of this credential contains characters that a header can not hold.
    Token(String),
    /// The certificate or its key can not be used.
    Certificate {
        /// The credential's name.
        name: String,
        /// The reason; it never contains the key.
        why: Said,
    },
    /// The key of this credential, for token requests, can not be used.
    Key(String, KeyError),
    /// The hub may not connect to an address of the token issuer.
    Issuer {
        /// The credential's name.
        name: String,
        /// The issuer's address.
        address: String,
    },
    /// The hub may not connect to the address of this alert target. The address may have a secret, so that it is not repeated.
    Webhook(String),
    /// The system gives no randomness for a new key of this credential.
    NoKey(String),
    /// The HTTP client can not be made.
    Client(reqwest::Error),
}

impl CourierError {
    /// Returns the reason in words.
    #[must_use]
    pub fn words(&self) -> Outbound {
        match self {
            Self::Roots(of) => Outbound::Authority { of: of.clone() },
            Self::NoRoots => Outbound::NoAuthority,
            Self::File(name, _) => Outbound::CredentialFile {
                credential: name.clone(),
            },
            Self::Token(name) => Outbound::Token {
                credential: name.clone(),
            },
            Self::Certificate { name, why } => Outbound::Certificate {
                credential: name.clone(),
                why: why.clone(),
            },
            Self::Key(name, _) => Outbound::Key {
                credential: name.clone(),
            },
            Self::Issuer { name, address } => Outbound::Issuer {
                credential: name.clone(),
                address: address.clone(),
            },
            Self::Webhook(name) => Outbound::Webhook { target: name.clone() },
            Self::NoKey(name) => Outbound::NoKey {
                credential: name.clone(),
            },
            Self::Client(_) => Outbound::NoClient,
        }
    }

    /// Returns the cause in words.
    #[must_use]
    pub fn cause(&self) -> Option<Said> {
        match self {
            Self::Key(_, error) => Some(error.words().into()),
            error => error.source().map(Said::of_error),
        }
    }
}

impl fmt::Display for CourierError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.words().fmt(f)
    }
}

impl Error for CourierError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::File(_, error) => Some(error),
            Self::Key(_, error) => Some(error),
            Self::Client(error) => Some(error),
            Self::Roots(_)
            | Self::NoRoots
            | Self::Token(_)
            | Self::Certificate { .. }
            | Self::Issuer { .. }
            | Self::Webhook(_)
            | Self::NoKey(_) => None,
        }
    }
}
