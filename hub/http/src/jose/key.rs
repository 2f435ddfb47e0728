//! The hub's private signing keys: PEM files, and JWK files from identity providers.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bindeledd_texts::outbound::UnusableKey;
use jsonwebtoken::jwk::{Jwk, ThumbprintHash};
use jsonwebtoken::{Algorithm, AlgorithmFamily, DecodingKey, EncodingKey, Header};
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use rustls::pki_types::PrivateKeyDer;
use rustls::pki_types::pem::PemObject as _;
use serde::Serialize;

use super::pairs::{ec_pair, jwk, rsa_pair};
use super::ring_provider;

/// Algorithms with which the hub signs.
const SIGNING: [(&str, Algorithm); 8] = [
    ("ES256", Algorithm::ES256),
    ("ES384", Algorithm::ES384),
    ("RS256", Algorithm::RS256),
    ("RS384", Algorithm::RS384),
    ("RS512", Algorithm::RS512),
    ("PS256", Algorithm::PS256),
    ("PS384", Algorithm::PS384),
    ("PS512", Algorithm::PS512),
];

/// Returns the algorithm with this name, if the hub signs with it or accepts it. `none` and algorithms with a shared secret are
/// never accepted.
#[must_use]
pub(crate) fn algorithm(name: &str) -> Option<Algorithm> {
    SIGNING.iter().find(|(known, _)| *known == name).map(|(_, a)| *a)
}

/// Returns whether the hub signs with and accepts the algorithm with this name.
#[must_use]
pub fn is_signing_algorithm(name: &str) -> bool {
    algorithm(name).is_some()
}

/// Reason why a key can not be used. The reason never contains key material. `Display` is the English text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyError {
    /// The file is neither PEM nor JWK.
    Form,
    /// The file is an elliptic-curve key in the SEC1 form.
    Sec1,
    /// The key has a curve or a size that the hub does not accept.
    Kind,
    /// The key does not fit the algorithm.
    Algorithm,
}

impl KeyError {
    /// Returns the reason in words.
    #[must_use]
    pub const fn words(self) -> UnusableKey {
        match self {
            Self::Form => UnusableKey::Form,
            Self::Sec1 => UnusableKey::Sec1,
            Self::Kind => UnusableKey::Kind,
            Self::Algorithm => UnusableKey::Algorithm,
        }
    }
}

impl fmt::Display for KeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.words().fmt(f)
    }
}

impl std::error::Error for KeyError {}

/// A private key with the algorithm that it signs by.
#[derive(Clone)]
pub struct SigningKey {
    key: EncodingKey,
    pub(crate) algorithm: Algorithm,
    pub(crate) key_id: Option<String>,
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SigningKey({:?}, …)", self.algorithm)
    }
}

impl SigningKey {
    /// Reads a key file: PEM, or a private JWK. `wanted` overrides the algorithm that the JWK names or that the kind of key
    /// suggests.
    ///
    /// # Errors
    /// [`KeyError`], which never contains key material.
    pub fn parse(file: &[u8], wanted: Option<&str>, key_id: Option<&str>) -> Result<Self, KeyError> {
        ring_provider::install();
        let wanted = match wanted {
            Some(name) => Some(algorithm(name).ok_or(KeyError::Algorithm)?),
            None => None,
        };
        let (content, of_jwk, kid) = match jwk(file) {
            Some(jwk) => {
                let alg = jwk.alg.as_deref().and_then(algorithm);
                (file.to_vec(), alg, jwk.kid)
            }
            None => match PrivateKeyDer::from_pem_slice(file).map_err(|_| KeyError::Form)? {
                PrivateKeyDer::Pkcs8(der) => (der.secret_pkcs8_der().to_vec(), None, None),
                PrivateKeyDer::Pkcs1(der) => (der.secret_pkcs1_der().to_vec(), None, None),
                PrivateKeyDer::Sec1(_) => return Err(KeyError::Sec1),
                _ => return Err(KeyError::Form),
            },
        };
        let by_kind = [Algorithm::ES256, Algorithm::ES384]
            .into_iter()
            .find(|a| ec_pair(*a, &content).is_some())
            .or_else(|| rsa_pair(&content).map(|_| Algorithm::RS256))
            .ok_or(KeyError::Kind)?;
        let algorithm = wanted.or(of_jwk).unwrap_or(by_kind);
        let fits = match by_kind.family() {
            AlgorithmFamily::Ec => algorithm == by_kind,
            family @ (AlgorithmFamily::Rsa | AlgorithmFamily::Hmac | AlgorithmFamily::Ed) => {
                algorithm.family() == family
            }
        };
        if !fits {
            return Err(KeyError::Algorithm);
        }
        let key = match by_kind.family() {
            AlgorithmFamily::Ec => EncodingKey::from_ec_der(&content),
            AlgorithmFamily::Rsa | AlgorithmFamily::Hmac | AlgorithmFamily::Ed => EncodingKey::from_rsa_der(&content),
        };
        Ok(Self {
            key,
            algorithm,
            key_id: key_id.map(str::to_owned).or(kid),
        })
    }

    /// Signs a token of this type. The header has the key's id, if the key has one.
    #[must_use]
    pub fn sign(&self, typ: &str, claims: &impl Serialize) -> Option<String> {
        let mut header = Header::new(self.algorithm);
        header.typ = Some(typ.to_owned());
        header.kid.clone_from(&self.key_id);
        jsonwebtoken::encode(&header, claims, &self.key).ok()
    }
}

/// Checks whether a key file can be used with an algorithm.
///
/// # Errors
/// [`KeyError`], which never contains key material.
pub fn check_signing_key(file: &[u8], algorithm: Option<&str>) -> Result<(), KeyError> {
    SigningKey::parse(file, algorithm, None).map(|_| ())
}

/// The key with which the hub proves possession (DPoP). The hub makes the key at start and never writes it to disk; each proof
/// carries its public JWK.
pub struct PossessionKey {
    key: EncodingKey,
    public: Jwk,
}

impl fmt::Debug for PossessionKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PossessionKey(…)")
    }
}

impl PossessionKey {
    /// Generates a key. `None` if the system gives no randomness.
    #[must_use]
    pub fn generate() -> Option<Self> {
        ring_provider::install();
        let random = SystemRandom::new();
        let pkcs8 = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).ok()?;
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8.as_ref(), &random).ok()?;
        let point = DecodingKey::from_ec_der(pair.public_key().as_ref());
        Some(Self {
            key: EncodingKey::from_ec_der(pkcs8.as_ref()),
            public: Jwk::from_decoding_key(&point, None).ok()?,
        })
    }

    /// Signs a proof, with the public key in its header.
    #[must_use]
    pub fn sign(&self, claims: &impl Serialize) -> Option<String> {
        let mut header = Header::new(Algorithm::ES256);
        header.typ = Some("dpop+jwt".into());
        header.jwk = Some(self.public.clone());
        jsonwebtoken::encode(&header, claims, &self.key).ok()
    }

    /// Returns the thumbprint of the public key (RFC 7638), by which a token is bound to the key.
    #[must_use]
    pub fn thumbprint(&self) -> Option<String> {
        thumbprint(&self.public)
    }
}

/// Returns the thumbprint of a public key (RFC 7638).
pub(crate) fn thumbprint(key: &Jwk) -> Option<String> {
    ring_provider::install();
    key.thumbprint(ThumbprintHash::SHA256).ok()
}

/// SHA-256 in base64url, as `ath` and `x5t#S256` are written.
#[must_use]
pub fn sha256(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(ring::digest::digest(&ring::digest::SHA256, bytes))
}
