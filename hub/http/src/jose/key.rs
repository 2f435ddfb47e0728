//! Private keys that the hub signs with: PEM files, and JWK as identity providers hand them out.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::jwk::{Jwk, ThumbprintHash};
use jsonwebtoken::{Algorithm, AlgorithmFamily, DecodingKey, EncodingKey, Header};
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use rustls::pki_types::PrivateKeyDer;
use rustls::pki_types::pem::PemObject as _;
use serde::Serialize;

use super::pairs::{ec_pair, jwk, rsa_pair};
use super::ring_provider;

/// Algorithms that the hub signs with.
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

/// An algorithm that the hub signs with or takes, by its name. Never `none`, never one with a shared secret.
#[must_use]
pub(crate) fn algorithm(name: &str) -> Option<Algorithm> {
    SIGNING.iter().find(|(known, _)| *known == name).map(|(_, a)| *a)
}

/// True if the hub can sign with and take an algorithm of this name.
#[must_use]
pub fn is_signing_algorithm(name: &str) -> bool {
    algorithm(name).is_some()
}

/// Reason why a key can not be used. Never has any of the key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// Neither PEM nor JWK.
    #[error("it is neither a private key in PEM (PKCS#8 or RSA) nor a private JWK")]
    Form,
    /// An elliptic-curve key in the old form.
    #[error("it is an EC key in the old SEC1 form; make it PKCS#8 with `openssl pkcs8 -topk8 -nodes`")]
    Sec1,
    /// A curve or a size that is not taken.
    #[error("it is no key on P-256 or P-384 and no RSA key of 2048 bits or more")]
    Kind,
    /// Key and algorithm do not belong together.
    #[error("the algorithm that is set is not one for this key")]
    Algorithm,
}

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
    /// Reads a key file: PEM, or a private JWK. `wanted` overrides the algorithm that the JWK names or the kind of key suggests.
    ///
    /// # Errors
    /// [`KeyError`], which has nothing of the key.
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

    /// A signed token of a type, with the key's id where it has one.
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
/// [`KeyError`], which has nothing of the key.
pub fn check_signing_key(file: &[u8], algorithm: Option<&str>) -> Result<(), KeyError> {
    SigningKey::parse(file, algorithm, None).map(|_| ())
}

/// The key that the hub proves possession with (DPoP): made at start, on no disk, shown as a public JWK in each proof.
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
    /// A new key; none where the system gives no randomness.
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

    /// A signed proof, with the public key in its header.
    #[must_use]
    pub fn sign(&self, claims: &impl Serialize) -> Option<String> {
        let mut header = Header::new(Algorithm::ES256);
        header.typ = Some("dpop+jwt".into());
        header.jwk = Some(self.public.clone());
        jsonwebtoken::encode(&header, claims, &self.key).ok()
    }

    /// The thumbprint of its public key (RFC 7638), by which a token is bound to it.
    #[must_use]
    pub fn thumbprint(&self) -> Option<String> {
        thumbprint(&self.public)
    }
}

/// The thumbprint of a public key (RFC 7638).
pub(crate) fn thumbprint(key: &Jwk) -> Option<String> {
    ring_provider::install();
    key.thumbprint(ThumbprintHash::SHA256).ok()
}

/// SHA-256 in base64url, as `ath` and `x5t#S256` are written.
#[must_use]
pub fn sha256(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(ring::digest::digest(&ring::digest::SHA256, bytes))
}
